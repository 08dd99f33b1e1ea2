//! Secrets and ids from files, standard input, and environment variables. An error says where
//! a secret was to come from and never what it was.

use std::{env, path::Path};

use drs_api::{Environment, Secret};

use crate::{
    args::{ChangePasswords, Source},
    files::{self, Care},
    status::Failure,
    suspect::{self, Written},
};

/// The longest line that a file may have which holds a password or a token, in bytes. A token
/// of IAM can have 16 KiB.
const LONGEST_LINE: usize = 64 * 1024;

/// A secret from a file or a variable, and where it came from.
pub(crate) struct Line {
    pub(crate) secret: Secret,
    pub(crate) place: String,
}

impl Line {
    /// Refuses what was probably not meant, unless the operator insists on it.
    pub(crate) fn check(&self, literal: bool) -> Result<(), String> {
        match suspect::secret(self.secret.expose_secret(), Written::Alone, literal) {
            Some(problem) => Err(format!("{}: {problem}", self.place)),
            None => Ok(()),
        }
    }
}

/// Of what is read, only one can come from standard input.
pub(crate) fn check_sources(args: &ChangePasswords) -> Result<(), Failure> {
    let sources = [
        Some(&args.file),
        args.password_file.as_ref(),
        args.token_file.as_ref(),
        args.only_todo.as_ref(),
    ];
    let from_stdin = |source: &&Source| **source == Source::Stdin;
    match sources.into_iter().flatten().filter(from_stdin).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::refused(
            "standard input: only one of plan, password, token and report can be read from it",
        )),
    }
}

/// How files that hold secrets must be kept.
pub(crate) fn care(args: &ChangePasswords) -> Care {
    match args.allow_readable_files {
        true => Care::Waived,
        false => Care::Secret,
    }
}

/// Reads what a file holds, with the name of the file before each problem. `role`, with a
/// colon, stands for the name of a file that may not be shown, since it may be the secret itself.
pub(crate) fn named<T>(
    role: &str,
    source: &Source,
    read: impl FnOnce(&Source) -> Result<T, String>,
) -> Result<T, String> {
    if let Source::File(path) = source
        && !files::may_be_shown(path)
    {
        return Err(format!(
            "{role}there is no such file; give a path, not the content"
        ));
    }
    read(source).map_err(|problem| format!("{source}: {problem}"))
}

/// Reads the one line that is a password or a token.
pub(crate) fn line(role: &str, source: &Source, care: Care) -> Result<Line, String> {
    named(role, source, |source| {
        let text = files::text(source, care, Some(LONGEST_LINE))?;
        // As some editors write it before a text.
        let line = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Err("it is empty".to_owned());
        }
        if line.contains(['\n', '\r']) {
            return Err("it has more than one line".to_owned());
        }
        Ok(Line {
            secret: Secret::from(line),
            place: source.to_string(),
        })
    })
}

/// Reads a file that an item of a plan names; a path begins at the plan's folder.
pub(crate) fn line_of_item(role: &str, path: &Path, care: Care) -> Result<Line, String> {
    line(role, &Source::File(path.to_owned()), care)
}

/// A secret from the environment.
pub(crate) fn variable(role: &str, name: &str) -> Result<Line, String> {
    // A name with one of these would be a panic of some platforms' `env::var`.
    let name_can_be = !name.is_empty() && !name.contains(['=', '\0']);
    if !name_can_be || env::var_os(name).is_none() {
        // It may be the password itself, so it is not shown.
        return Err(format!(
            "{role}no variable of this name is set; give the name of one, not the password"
        ));
    }
    let place = format!("environment variable {name}");
    match Environment::process().get(name) {
        Ok(Some(value)) => Ok(Line {
            secret: without_line_end(value),
            place,
        }),
        Ok(None) => Err(format!("{place}: it is set to nothing")),
        Err(_) => Err(format!("{place}: it is not UTF-8 text")),
    }
}

/// Takes one final line end off, which some ways of setting a variable leave there. A byte
/// order mark stays, and is refused: nothing that sets variables writes one on purpose.
fn without_line_end(value: Secret) -> Secret {
    let text = value.expose_secret();
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.len() == text.len() {
        true => value,
        false => Secret::from(line),
    }
}

/// The password of items that have none, if one is given. It is checked where it is used.
pub(crate) fn password(args: &ChangePasswords) -> Result<Option<Line>, Failure> {
    let line = match (&args.password_env, &args.password_file) {
        (Some(name), _) => variable("--password-env: ", name),
        (None, Some(source)) => line("--password-file: ", source, care(args)),
        (None, None) => return Ok(None),
    };
    line.map(Some).map_err(Failure::refused)
}

/// The region, if one is given.
pub(crate) fn region(args: &ChangePasswords) -> Result<Option<String>, Failure> {
    match &args.region {
        Some(region) => Ok(Some(region.clone())),
        None => environment(|_| true)?
            .region()
            .map_err(|e| Failure::refused(format!("{e}; or pass --region"))),
    }
}

/// Whether a variable that this tool knows is set, of those that a rule picks.
pub(crate) fn is_any_set(picks: impl Fn(&str) -> bool) -> bool {
    let mut names = Environment::variables().filter(|name| picks(name));
    names.any(is_set)
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The variables that are set, of those that a rule picks, each of them checked.
pub(crate) fn environment(picks: impl Fn(&str) -> bool) -> Result<Environment, Failure> {
    let mut variables = Vec::new();
    for name in Environment::variables() {
        if is_set(name) && picks(name) {
            let line = variable("", name).map_err(Failure::refused)?;
            line.check(false).map_err(Failure::refused)?;
            if name.ends_with("_PROJECT_ID")
                && let Some(problem) = suspect::id(line.secret.expose_secret())
            {
                return Err(Failure::refused(format!("{name}: {problem}")));
            }
            variables.push((name, line.secret));
        }
    }
    Ok(Environment::of(variables))
}
