//! The content of a repository at a revision. Calls git as a child process.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::failure::Failure;

/// A commit of a repository.
#[derive(Debug)]
pub(crate) struct Commit<'r> {
    repository: &'r Path,
    id: String,
    /// The branch it was found by, if it is where the current one left that branch.
    left: Option<String>,
}

/// The name of the main branch, here and at each remote.
const MAIN: [&str; 2] = ["main", "master"];

impl<'r> Commit<'r> {
    /// The commit of a revision's name.
    pub(crate) fn of(repository: &'r Path, revision: &str) -> Result<Option<Self>, Failure> {
        let commit = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let output = git(repository, &[&arguments[..], &[&commit]].concat())?;
        let id = line(&output);
        let left = None;
        Ok(output.status.success().then_some(Self {
            repository,
            id,
            left,
        }))
    }

    /// The last common commit of the main branch and the current one.
    pub(crate) fn of_main_branch(repository: &'r Path) -> Result<Self, Failure> {
        let inside = git(repository, &["rev-parse", "--git-dir"])?;
        if !inside.status.success() {
            let folder = repository.display();
            return Err(Failure::Sentence(format!(
                "{folder} is not in a git repository, so there is nothing to compare with; pass \
                 `--base FILE`"
            )));
        }
        let remotes = git(repository, &["remote"])?;
        let remotes = String::from_utf8_lossy(&remotes.stdout).into_owned();
        let in_remote = |remote| MAIN.map(|name| format!("{remote}/{name}"));
        let of_remotes = remotes.lines().flat_map(in_remote);
        let branches = MAIN.map(str::to_owned).into_iter().chain(of_remotes);
        let (mut apart, mut nearest) = (None, None);
        for branch in branches {
            let Some(commit) = Self::of(repository, &branch)? else {
                continue;
            };
            let output = git(repository, &["merge-base", &commit.id, "HEAD"])?;
            if !output.status.success() {
                apart.get_or_insert(branch);
                continue;
            }
            let id = line(&output);
            let ahead = git(repository, &["rev-list", "--count", &format!("{id}..HEAD")])?;
            let ahead = line(&ahead).parse::<u64>().unwrap_or(u64::MAX);
            if nearest.as_ref().is_none_or(|(least, _)| ahead < *least) {
                let commit = Self {
                    repository,
                    id,
                    left: Some(branch),
                };
                nearest = Some((ahead, commit));
            }
        }
        if let Some((_, commit)) = nearest {
            return Ok(commit);
        }
        Err(Failure::Sentence(match apart {
            None => "no main branch to compare with; pass `--base REV`".to_owned(),
            Some(branch) => format!(
                "{branch} has no commit in common with HEAD here; fetch the rest of the history \
                 (`git fetch --unshallow`) or pass `--base REV`"
            ),
        }))
    }

    /// The first characters of its id.
    pub(crate) fn short(&self) -> &str {
        self.id.get(..10).unwrap_or(&self.id)
    }

    /// How it was chosen.
    pub(crate) fn chosen(&self) -> String {
        match &self.left {
            Some(branch) => format!("where this branch left {branch}"),
            None => "named by `--base`".to_owned(),
        }
    }

    /// The text of a file, if it existed.
    pub(crate) fn file(&self, path: &str) -> Result<Option<String>, Failure> {
        let output = git(self.repository, &["show", &format!("{}:{path}", self.id)])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(output.status.success().then_some(text))
    }

    /// The files in a folder.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let folder = format!("{folder}/");
        let arguments = ["ls-tree", "--name-only", &self.id, &folder];
        let output = git(self.repository, &arguments)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().map(str::to_owned).collect())
    }
}

fn git(repository: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    let output = command.arg("-C").arg(repository).args(arguments).output();
    output.map_err(|e| Failure::Sentence(format!("git, which has the base, can't be run: {e}")))
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;

    /// A new folder with a repository of two commits, if `branch` has a name.
    fn folder(name: &str, branch: Option<&str>) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        if let Some(branch) = branch {
            run(&folder, &["init", "--quiet", "--initial-branch", branch]);
            for text in ["first", "second"] {
                fs::write(folder.join("spec"), text).unwrap();
                run(&folder, &["add", "spec"]);
                commit(&folder, text);
            }
        }
        folder
    }

    fn run(folder: &Path, arguments: &[&str]) {
        let output = git(folder, arguments).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    fn commit(folder: &Path, message: &str) {
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        let what = [
            "-c",
            "commit.gpgsign=false",
            "commit",
            "--quiet",
            "--message",
            message,
        ];
        run(folder, &[&who[..], &what].concat());
    }

    fn sentence(folder: &Path) -> String {
        Commit::of_main_branch(folder).unwrap_err().to_string()
    }

    #[test]
    fn a_branch_is_compared_with_where_it_left_the_main_branch() {
        let folder = folder("branch", Some("main"));
        run(&folder, &["checkout", "--quiet", "-b", "other"]);
        fs::write(folder.join("spec"), "third").unwrap();
        run(&folder, &["add", "spec"]);
        commit(&folder, "third");
        for checkout in ["other", "--detach"] {
            run(&folder, &["checkout", "--quiet", checkout]);
            let base = Commit::of_main_branch(&folder).unwrap();
            assert_eq!(base.file("spec").unwrap().as_deref(), Some("second"));
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_nearer_of_the_local_branch_and_the_remote_one_is_the_base() {
        let folder = folder("nearer", Some("main"));
        // The local branch is behind the remote one, whatever its name.
        run(&folder, &["remote", "add", "upstream", "."]);
        run(
            &folder,
            &["update-ref", "refs/remotes/upstream/main", "HEAD"],
        );
        run(&folder, &["checkout", "--quiet", "-b", "other"]);
        run(&folder, &["branch", "--force", "main", "HEAD~1"]);
        fs::write(folder.join("spec"), "third").unwrap();
        run(&folder, &["add", "spec"]);
        commit(&folder, "third");
        let base = Commit::of_main_branch(&folder).unwrap();
        assert_eq!(base.file("spec").unwrap().as_deref(), Some("second"));
        assert_eq!(base.chosen(), "where this branch left upstream/main");
        run(&folder, &["branch", "--delete", "--force", "main"]);
        assert_eq!(
            Commit::of_main_branch(&folder).unwrap().short(),
            base.short()
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn without_a_main_branch_the_sentence_asks_for_a_base() {
        let folder = folder("none", Some("trunk"));
        let expected = "no main branch to compare with; pass `--base REV`";
        assert_eq!(sentence(&folder), expected);
        assert!(Commit::of(&folder, "no-such").unwrap().is_none());
        assert!(Commit::of(&folder, "trunk~1").unwrap().is_some());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_history_that_was_cut_off_is_to_be_fetched() {
        // A shallow clone: the main branch exists, the common commit doesn't.
        let folder = folder("shallow", Some("main"));
        run(&folder, &["checkout", "--quiet", "--orphan", "other"]);
        commit(&folder, "cut off");
        assert_eq!(
            sentence(&folder),
            "main has no commit in common with HEAD here; fetch the rest of the history \
             (`git fetch --unshallow`) or pass `--base REV`"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_that_is_no_repository_can_be_compared_with_a_file_only() {
        let folder = folder("plain", None);
        let sentence = sentence(&folder);
        assert!(sentence.ends_with("pass `--base FILE`"), "{sentence}");
        fs::remove_dir_all(folder).unwrap();
    }
}
