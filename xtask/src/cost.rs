//! `cargo xtask cost`: what depending on drs-api costs those who compile it, and what the
//! generator costs those who change the spec; each beside what it is compared with.
//!
//! All is built in a temporary folder, which is removed. Times are of this machine, so
//! nothing else should run on it.

mod scratch;
mod spec;

use std::{fs, process::ExitCode};

use clap::ValueEnum;

use crate::{Failure, failure};
use scratch::{Folder, Kind, Scratch, seconds};

/// What to measure.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Part {
    /// Crates, clean and incremental build time.
    Build,
    /// Size of a program.
    Size,
    /// `regenerate` and `regenerate --check`.
    Regenerate,
}

/// The sets of features that are looked at: drs-api's and reqwest's.
const FEATURES: [(&str, &str, &str); 3] = [
    ("default", r#""rustls", "http2""#, r#""rustls", "http2""#),
    ("no-tls", "", ""),
    ("cli", r#""rustls", "http2", "cli""#, r#""rustls", "http2""#),
];

pub(crate) fn run(part: Option<Part>, features: Option<&str>) -> Result<ExitCode, Failure> {
    if let Some(name) = features
        && FEATURES.iter().all(|(known, ..)| *known != name)
    {
        return Err(Failure::Sentence(format!(
            "there are no features {name:?}; it is default, no-tls or cli"
        )));
    }
    let folder = Folder::new()?;
    let asked = |candidate| part.is_none_or(|part| part == candidate);
    let sets = FEATURES
        .iter()
        .filter(|(name, ..)| features.is_none_or(|f| f == *name));
    for (name, ours, reqwest) in sets {
        if asked(Part::Build) {
            build(&folder, name, ours, reqwest)?;
        }
        if asked(Part::Size) {
            size(&folder, name, ours, reqwest)?;
        }
    }
    if asked(Part::Regenerate) {
        spec::regenerate(&folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(name: &str, ours: f64, other: f64, goal: Option<f64>) {
    let ratio = ours / other;
    let goal = match goal {
        Some(goal) if ratio <= goal => format!("at most {goal:.2}"),
        Some(goal) => format!("at most {goal:.2}, missed"),
        None => String::new(),
    };
    println!("{name:48} {ours:>10.2} {other:>10.2} {ratio:>7.3}  {goal}");
}

/// Crates and build times of a crate that depends on drs-api, on what a plain client needs,
/// and on the same client generated in a build script.
fn build(folder: &Folder, name: &str, ours: &str, reqwest: &str) -> Result<(), Failure> {
    let mut results = Vec::new();
    for kind in [
        Kind::Plain(reqwest),
        Kind::Ours(ours),
        Kind::Generated(ours),
    ] {
        let scratch = Scratch::new(folder, kind)?;
        scratch.fetch()?;
        let (crates, clean) = scratch.build_clean()?;
        let mut incremental = f64::INFINITY;
        for change in 0..3 {
            scratch.change(change)?;
            incremental = incremental.min(seconds(|| scratch.build())?);
        }
        results.push((crates as f64, clean, incremental));
        scratch.remove()?;
    }
    let [plain, ours, generated] = results[..] else {
        return Ok(());
    };
    // With `cli` there is more in the crate than a client, and no goal.
    let goal = |goal| (name != "cli").then_some(goal);
    println!(
        "\n{:48} {:>10} {:>10} {:>7}",
        format!("{name} features"),
        "drs-api",
        "other",
        "ratio"
    );
    row(
        "crates, beside reqwest + serde + serde_json",
        ours.0,
        plain.0,
        None,
    );
    let more = ours.0 - plain.0;
    println!(
        "  that is {more} more{}",
        match goal(20.0) {
            Some(most) if more > most => ", at most 20 are wanted: missed",
            Some(_) => ", of at most 20",
            None => "",
        }
    );
    row(
        "clean build, s, beside the same",
        ours.1,
        plain.1,
        goal(1.25),
    );
    row("build after a change in main.rs, s", ours.2, plain.2, None);
    row(
        "crates, beside generating in build.rs",
        ours.0,
        generated.0,
        None,
    );
    row(
        "clean build, s, beside the same",
        ours.1,
        generated.1,
        goal(0.75),
    );
    row(
        "build after a change in main.rs, s",
        ours.2,
        generated.2,
        None,
    );
    Ok(())
}

/// The size of a program that makes one call, stripped, as `--release` builds it.
fn size(folder: &Folder, name: &str, ours: &str, reqwest: &str) -> Result<(), Failure> {
    let mut sizes = Vec::new();
    for kind in [Kind::Plain(reqwest), Kind::Ours(ours)] {
        let scratch = Scratch::new(folder, kind)?;
        scratch.build_release()?;
        let program = scratch.program();
        let size = fs::metadata(&program)
            .map_err(|e| failure(&program, e))?
            .len();
        sizes.push(size as f64 / (1024.0 * 1024.0));
        if name == "cli" && kind == Kind::Ours(ours) {
            let tool = scratch.build_tool()?;
            let size = fs::metadata(&tool).map_err(|e| failure(&tool, e))?.len();
            println!(
                "the program `drs`, MiB {:>37.2}",
                size as f64 / (1024.0 * 1024.0)
            );
        }
        scratch.remove()?;
    }
    if let [plain, ours] = sizes[..] {
        row(
            &format!("{name} features: a program, MiB"),
            ours,
            plain,
            None,
        );
    }
    Ok(())
}
