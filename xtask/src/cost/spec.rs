//! What a change of the spec costs, measured in a copy of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use drs_api_gen::GENERATED_FOLDER;

use super::{
    Folder, row,
    scratch::{cargo, seconds, succeed},
};
use crate::{Failure, SPEC, failure, repository};

/// How often each command is run; the fastest counts.
const TIMES: u32 = 5;

/// What of the repository is not needed to build it.
const LEFT_OUT: [&str; 2] = [".git", "target"];

pub(super) fn regenerate(folder: &Folder) -> Result<(), Failure> {
    let checkout = Checkout {
        path: folder.path().join("checkout"),
        target: folder.path().join("target"),
    };
    copy(repository(), &checkout.path)?;
    let (xtask, check) = (
        "run --quiet --package xtask --",
        "check --quiet --package drs-api",
    );
    let version = format!("{xtask} --version");
    let up_to_date = format!("{xtask} regenerate --check");
    let write = format!("{xtask} regenerate");

    // A warm build, and nothing waits for a download.
    for command in [&version, &up_to_date, check] {
        checkout.cargo(command)?;
    }
    println!(
        "\n{:48} {:>10} {:>10} {:>7}",
        "spec", "this", "other", "ratio"
    );
    let (mut this, mut other) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..TIMES {
        other = other.min(seconds(|| checkout.cargo(&version))?);
        this = this.min(seconds(|| checkout.cargo(&up_to_date))?);
    }
    row(
        "regenerate --check, s, beside xtask --version",
        this,
        other,
        Some(1.5),
    );

    let (mut this, mut other) = (f64::INFINITY, f64::INFINITY);
    for time in 0..TIMES {
        checkout.change_a_line(time)?;
        this = this.min(seconds(|| {
            checkout.cargo(&write)?;
            checkout.cargo(check)
        })?);
        checkout.touch_generated()?;
        other = other.min(seconds(|| checkout.cargo(check))?);
    }
    row(
        "regenerate + check, s, beside touch + check",
        this,
        other,
        Some(1.2),
    );
    Ok(())
}

/// A copy of the repository with a target folder of its own.
struct Checkout {
    path: PathBuf,
    target: PathBuf,
}

impl Checkout {
    fn cargo(&self, arguments: &str) -> Result<(), Failure> {
        let mut cargo = cargo(&self.path, &self.target);
        cargo.args(arguments.split(' '));
        succeed(cargo)
    }

    /// Changes the spec's title, which stands in the generated file.
    fn change_a_line(&self, time: u32) -> Result<(), Failure> {
        let path = self.path.join(SPEC);
        let text = fs::read_to_string(&path).map_err(|e| failure(&path, e))?;
        let lines = text
            .lines()
            .map(|line| match line.starts_with("  title: ") {
                true => format!("{line} {time}\n"),
                false => format!("{line}\n"),
            });
        fs::write(&path, lines.collect::<String>()).map_err(|e| failure(&path, e))
    }

    fn touch_generated(&self) -> Result<(), Failure> {
        let path = self.path.join(GENERATED_FOLDER).join("drs/types.rs");
        let text = fs::read(&path).map_err(|e| failure(&path, e))?;
        fs::write(&path, text).map_err(|e| failure(&path, e))
    }
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir(to).map_err(|e| failure(to, e))?;
    for entry in fs::read_dir(from).map_err(|e| failure(from, e))? {
        let entry = entry.map_err(|e| failure(from, e))?;
        let (name, path) = (entry.file_name(), entry.path());
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let kind = entry.file_type().map_err(|e| failure(&path, e))?;
        if kind.is_dir() {
            copy(&path, &to.join(name))?;
        } else if kind.is_file() {
            fs::copy(&path, to.join(name)).map_err(|e| failure(&path, e))?;
        }
    }
    Ok(())
}
