//! Secrets and ids from files, standard input, and environment variables. An error says where
//! a secret was to come from and never what it was.

use std::env;

use drs_api::{Environment, Secret};

use crate::{
    args::{Access, ChangePasswords, Source},
    files::{self, Care},
    status::Failure,
    suspect::{self, Written},
};

/// A secret from a file or a variable, and where it came from.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) secret: Secret,
    pub(crate) place: String,
}

/// The placeholder for a secret that may be missing.
impl From<&'static str> for Line {
    fn from(text: &'static str) -> Self {
        Self {
            secret: text.into(),
            place: String::new(),
        }
    }
}

impl Line {
    /// Refuses what was probably not meant, unless the operator insists on it.
    pub(crate) fn check(&self, literal: bool) -> Result<(), String> {
        let fit = suspect::secret(self.secret.expose_secret(), Written::Alone, literal);
        fit.map_err(|problem| format!("{}: {problem}", self.place))
    }
}

/// Of what is read, only one can come from standard input.
pub(crate) fn check_sources<'a>(
    access: &'a Access,
    others: impl IntoIterator<Item = &'a Source>,
) -> Result<(), Failure> {
    let sources = others.into_iter().chain(&access.token_file);
    match sources.filter(|source| **source == Source::Stdin).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::refused(
            "standard input: only one of plan, password, token and report can be read from it",
        )),
    }
}

/// How files that hold secrets must be kept.
pub(crate) fn care(access: &Access) -> Care {
    match access.allow_readable_files {
        true => Care::Waived,
        false => Care::Secret,
    }
}

/// Reads a file, and puts its name before each problem. `role`, with a colon, replaces the name of
/// a missing file, which may be the secret itself.
pub(crate) fn named<T>(
    role: &str,
    source: &Source,
    read: impl FnOnce(&Source) -> Result<T, String>,
) -> Result<T, String> {
    if source.path().is_some_and(|path| !path.exists()) {
        return Err(format!(
            "{role}there is no such file that this user can reach; give the path of one{}",
            files::NOT_THERE
        ));
    }
    read(source).map_err(|problem| format!("{source}: {problem}"))
}

/// Reads the one line that is a password or a token. A path in a plan begins at its folder.
pub(crate) fn line(role: &str, source: &Source, care: Care) -> Result<Line, String> {
    named(role, source, |source| {
        let text = files::text(source, care, files::MOST_OF_A_SECRET)?;
        // As some editors write it before a text.
        let line = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let line = without_line_end(line);
        if line.is_empty() {
            return Err("it is empty; write the secret into it, on one line".to_owned());
        }
        if line.contains(['\n', '\r']) {
            return Err("it has more than one line; leave only the secret there".to_owned());
        }
        Ok(Line {
            secret: Secret::from(line),
            place: source.to_string(),
        })
    })
}

/// A secret from the environment.
pub(crate) fn variable(role: &str, name: &str) -> Result<Line, String> {
    if env::var_os(name).is_none() {
        // It may be the password itself, so it is not shown.
        return Err(format!(
            "{role}no variable of this name is set; give the name of one{}",
            files::NOT_THERE
        ));
    }
    let place = format!("environment variable {name}");
    match Environment::process().get(name) {
        Ok(Some(value)) => Ok(Line {
            // A byte order mark stays, and is refused: nothing sets a variable to one on purpose.
            secret: Secret::from(without_line_end(value.expose_secret())),
            place,
        }),
        Ok(None) => Err(format!("{place}: it is set to nothing")),
        Err(_) => Err(format!("{place}: it is not UTF-8 text")),
    }
}

/// Takes one final line end off, which editors and some ways of setting a variable leave there.
fn without_line_end(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The password of items that have none, if one is given. It is checked where it is used.
pub(crate) fn password(args: &ChangePasswords) -> Option<Result<Line, String>> {
    match (&args.password_env, &args.password_file) {
        (Some(name), _) => Some(variable("--password-env: ", name)),
        (None, Some(source)) => Some(line("--password-file: ", source, care(&args.access))),
        (None, None) => None,
    }
}

/// The region, if one is given.
pub(crate) fn region(access: &Access) -> Result<Option<String>, Failure> {
    if access.region.is_some() {
        return Ok(access.region.clone());
    }
    let region = environment()?.region();
    Ok(region.map_err(|e| format!("{e}; or pass --region"))?)
}

/// The variables that are set, each of them checked.
pub(crate) fn environment() -> Result<Environment, Failure> {
    let mut variables = Vec::new();
    for name in Environment::variables() {
        if env::var_os(name).is_some_and(|value| !value.is_empty()) {
            let line = variable("", name)?;
            line.check(false)?;
            variables.push((name, line.secret));
        }
    }
    Ok(Environment::of(variables))
}
