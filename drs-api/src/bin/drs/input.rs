//! Secrets and ids from files, standard input, and environment variables. An error says where
//! a secret was to come from and never what it was.

use std::env;

use drs_api::{Environment, Secret};

use crate::{
    args::{Access, ChangePasswords, Source},
    files::{self, Care, NOT_THERE},
    status::Failure,
    text::{self, Written},
};

/// A secret from a file, a variable or the plan, and where it came from.
#[derive(Clone)]
pub(crate) struct Line {
    secret: Secret,
    place: String,
    written: Written,
}

impl Line {
    pub(crate) fn in_plan(secret: impl Into<Secret>) -> Self {
        Self {
            secret: secret.into(),
            place: String::new(),
            written: Written::InPlan,
        }
    }

    fn alone(text: &str, place: String) -> Self {
        // One line end is what editors and some ways of setting a variable leave.
        let line = text.strip_suffix('\n').unwrap_or(text);
        Self {
            secret: Secret::from(line.strip_suffix('\r').unwrap_or(line)),
            place: place + ": ",
            written: Written::Alone,
        }
    }

    /// The secret, unless it was probably not meant and the operator doesn't insist on it.
    pub(crate) fn checked(self, literal: bool) -> Result<Secret, String> {
        match text::secret(self.secret.expose_secret(), self.written, literal) {
            Ok(()) => Ok(self.secret),
            Err(problem) => Err(self.place + &problem),
        }
    }
}

/// Of what is read, only one can come from standard input.
pub(crate) fn check_sources(access: &Access, others: Vec<&Source>) -> Result<(), Failure> {
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
        let problem = "no such file that this user can reach";
        return Err(format!("{role}{problem}{NOT_THERE}"));
    }
    read(source).map_err(|problem| format!("{source}: {problem}"))
}

/// Reads the one line that is a password or a token. A path in a plan begins at its folder.
pub(crate) fn line(role: &str, source: &Source, care: Care) -> Result<Line, String> {
    named(role, source, |source| {
        let text = files::text(source, care, files::MOST_OF_A_SECRET)?;
        // As some editors write it before a text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let line = Line::alone(text, source.to_string());
        match line.secret.expose_secret() {
            "" => Err("it is empty; write the secret into it, on one line".to_owned()),
            text if text.contains(['\n', '\r']) => {
                Err("it has more than one line; leave only the secret there".to_owned())
            }
            _ => Ok(line),
        }
    })
}

/// A secret from the environment.
pub(crate) fn variable(role: &str, name: &str) -> Result<Line, String> {
    let place = format!("environment variable {name}");
    match Environment::process().get(name) {
        // A byte order mark stays, and is refused: nothing sets a variable to one on purpose.
        Ok(Some(value)) => Ok(Line::alone(value.expose_secret(), place)),
        Ok(None) if env::var_os(name).is_some() => Err(format!("{place}: it is set to nothing")),
        // It may be the password itself, so it is not shown.
        Ok(None) => Err(format!("{role}no variable of this name is set{NOT_THERE}")),
        Err(_) => Err(format!("{place}: it is not UTF-8 text")),
    }
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
            variables.push((name, variable("", name)?.checked(false)?));
        }
    }
    Ok(Environment::of(variables))
}
