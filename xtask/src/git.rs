//! What this repository held at a revision. Asks git as a child process.

use std::process::{Command, Output};

use crate::{Failure, repository};

/// A commit of this repository.
pub(crate) struct Commit {
    id: String,
}

/// The branches that are the main one, the first that there is.
const MAIN: [&str; 4] = ["main", "origin/main", "master", "origin/master"];

impl Commit {
    /// The commit that a name of a revision means.
    pub(crate) fn of(revision: &str) -> Result<Option<Self>, Failure> {
        let commit = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let output = git(&[&arguments[..], &[&commit]].concat())?;
        Ok(output.status.success().then(|| Self { id: line(&output) }))
    }

    /// The last commit that the main branch and this one have in common.
    pub(crate) fn of_main_branch() -> Result<Self, Failure> {
        for branch in MAIN {
            let Some(commit) = Self::of(branch)? else {
                continue;
            };
            let output = git(&["merge-base", &commit.id, "HEAD"])?;
            if output.status.success() {
                return Ok(Self { id: line(&output) });
            }
        }
        Err(Failure::Sentence(
            "there is no main branch to compare with; say `--base REV`".to_owned(),
        ))
    }

    /// The first characters of its id.
    pub(crate) fn short(&self) -> &str {
        self.id.get(..10).unwrap_or(&self.id)
    }

    /// The text of a file, if there was one.
    pub(crate) fn file(&self, path: &str) -> Result<Option<String>, Failure> {
        let output = git(&["show", &format!("{}:{path}", self.id)])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(output.status.success().then_some(text))
    }

    /// The files in a folder.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let output = git(&["ls-tree", "--name-only", &self.id, &format!("{folder}/")])?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().map(str::to_owned).collect())
    }
}

fn git(arguments: &[&str]) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    let command = command.arg("-C").arg(repository()).args(arguments);
    command
        .output()
        .map_err(|e| Failure::Sentence(format!("git, which has the base, can't be run: {e}")))
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
