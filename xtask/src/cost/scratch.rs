//! Crates that depend on drs-api, or on what a plain client needs, in a temporary folder.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    time::Instant,
};

use crate::{Failure, failure, repository};

/// A temporary folder, which goes when this value does.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!("drs-api-cost-{}", process::id()));
        fs::create_dir(&path).map_err(|e| failure(&path, e))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a crate depends on, and with which features.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind<'a> {
    /// reqwest, serde and serde_json.
    Plain(&'a str),
    /// drs-api.
    Ours(&'a str),
    /// The same, generated in its build script.
    Generated(&'a str),
}

impl Kind<'_> {
    fn dependencies(self) -> String {
        match self {
            Self::Plain(features) => format!(
                "reqwest = {{ version = \"0.13\", default-features = false, features = [\"json\"{}{features}] }}\n\
                 serde = {{ version = \"1\", features = [\"derive\"] }}\n\
                 serde_json = \"1\"\n",
                if features.is_empty() { "" } else { ", " },
            ),
            Self::Ours(features) => Self::drs_api(features),
            Self::Generated("") => Self::drs_api("\"codegen\""),
            Self::Generated(features) => Self::drs_api(&format!("\"codegen\", {features}")),
        }
    }

    fn drs_api(features: &str) -> String {
        let path = repository().join("drs-api");
        let path = path.to_string_lossy();
        format!(
            "drs-api = {{ path = {path:?}, default-features = false, features = [{features}] }}\n"
        )
    }

    /// A program that makes one call.
    fn program(self) -> &'static str {
        match self {
            Self::Plain(_) => include_str!("plain.rs.txt"),
            Self::Ours(_) | Self::Generated(_) => include_str!("ours.rs.txt"),
        }
    }
}

/// A crate with a target folder of its own.
pub(super) struct Scratch<'a> {
    kind: Kind<'a>,
    path: PathBuf,
}

impl<'a> Scratch<'a> {
    pub(super) fn new(folder: &Folder, kind: Kind<'a>) -> Result<Self, Failure> {
        let path = folder.path().join("scratch");
        let manifest = format!(
            "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [workspace]\n\
             [profile.release]\nstrip = true\n\
             [dependencies]\n{}\
             tokio = {{ version = \"1\", features = [\"net\", \"rt\", \"time\"] }}\n",
            kind.dependencies()
        );
        let scratch = Self { kind, path };
        let source = scratch.path.join("src");
        fs::create_dir_all(&source).map_err(|e| failure(&source, e))?;
        scratch.write("Cargo.toml", &manifest)?;
        // The same versions as here.
        let lock = repository().join("Cargo.lock");
        let lock = fs::read_to_string(&lock).map_err(|e| failure(&lock, e))?;
        scratch.write("Cargo.lock", &lock)?;
        scratch.write("src/main.rs", kind.program())?;
        Ok(scratch)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        fs::write(&path, text).map_err(|e| failure(&path, e))
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(&self.path, &self.path.join("target"));
        cargo.args(arguments);
        cargo
    }

    /// So that no download is measured.
    pub(super) fn fetch(&self) -> Result<(), Failure> {
        succeed(self.cargo(&["fetch", "--quiet"]))
    }

    /// How many crates were compiled, and in how many seconds.
    pub(super) fn build_clean(&self) -> Result<(usize, f64), Failure> {
        let started = Instant::now();
        let mut build = self.cargo(&["build", "--quiet", "--message-format=json"]);
        let output = build.stderr(Stdio::inherit()).output();
        let output = output.map_err(|e| failure("cargo", e))?;
        let elapsed = started.elapsed().as_secs_f64();
        if !output.status.success() {
            return Err(Failure::Sentence("the scratch crate does not build".into()));
        }
        let messages = String::from_utf8_lossy(&output.stdout);
        let artifacts = messages
            .lines()
            .filter(|line| line.contains("\"compiler-artifact\""));
        let packages: BTreeSet<&str> = artifacts
            .filter_map(|line| line.split_once("\"package_id\":\"")?.1.split('"').next())
            .collect();
        // Without the scratch crate itself.
        Ok((packages.len().saturating_sub(1), elapsed))
    }

    /// Changes the program.
    pub(super) fn change(&self, number: u32) -> Result<(), Failure> {
        let text = format!("{}\n// Change {number}.\n", self.kind.program());
        self.write("src/main.rs", &text)
    }

    pub(super) fn build(&self) -> Result<(), Failure> {
        succeed(self.cargo(&["build", "--quiet"]))
    }

    pub(super) fn build_release(&self) -> Result<(), Failure> {
        succeed(self.cargo(&["build", "--quiet", "--release"]))
    }

    /// Builds the program `drs` as well.
    pub(super) fn build_tool(&self) -> Result<PathBuf, Failure> {
        let mut cargo = cargo(repository(), &self.path.join("target"));
        cargo.args([
            "build",
            "--quiet",
            "--release",
            "--package=drs-api",
            "--features=cli",
        ]);
        cargo.args(["--bin=drs", "--config=profile.release.strip=true"]);
        succeed(cargo)?;
        Ok(self.path.join("target/release/drs"))
    }

    pub(super) fn program(&self) -> PathBuf {
        self.path.join("target/release/scratch")
    }

    /// Makes room.
    pub(super) fn remove(self) -> Result<(), Failure> {
        fs::remove_dir_all(&self.path).map_err(|e| failure(&self.path, e))
    }
}

/// The cargo that runs this, in a folder.
pub(super) fn cargo(folder: &Path, target: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target);
    cargo
}

pub(super) fn succeed(mut command: Command) -> Result<(), Failure> {
    let output = command.output().map_err(|e| failure("cargo", e))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Sentence(format!("{command:?} failed: {said}")))
}

pub(super) fn seconds(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64())
}
