//! How many random cases a law tries.

/// This many, times what `CASES_TIMES` says: `.ci/run` says 8.
pub fn cases(usual: u32) -> u32 {
    let times = std::env::var("CASES_TIMES").ok();
    usual * times.map_or(1, |times| times.parse().unwrap())
}
