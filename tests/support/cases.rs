//! How many random cases a property test tries.

/// This many, times `CASES_TIMES`, which `.ci/run` sets to 8.
pub fn cases(usual: u32) -> u32 {
    let times = std::env::var("CASES_TIMES").ok();
    usual * times.map_or(1, |times| times.parse().unwrap())
}
