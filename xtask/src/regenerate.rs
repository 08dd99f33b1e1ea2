//! `cargo xtask regenerate`: writes the generated file, or says how it differs.

use std::{fs, process::ExitCode};

use similar::TextDiff;

use crate::{Failure, GENERATED, SPEC, checked_in, failure, generated, repository};

pub(crate) fn write() -> Result<ExitCode, Failure> {
    let expected = generated()?;
    if expected == checked_in()? {
        println!("{GENERATED} is up to date with {SPEC}");
    } else {
        fs::write(repository().join(GENERATED), expected).map_err(|e| failure(GENERATED, e))?;
        println!("{GENERATED} written from {SPEC}");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn check() -> Result<ExitCode, Failure> {
    let expected = generated()?;
    let actual = checked_in()?;
    if expected == actual {
        println!("{GENERATED} is up to date with {SPEC}");
        return Ok(ExitCode::SUCCESS);
    }
    let diff = TextDiff::from_lines(&actual, &expected);
    print!(
        "{}",
        diff.unified_diff()
            .header(GENERATED, &format!("{GENERATED} (from {SPEC})"))
    );
    eprintln!("error: {GENERATED} is not what {SPEC} generates; run `cargo xtask regenerate`");
    Ok(ExitCode::FAILURE)
}
