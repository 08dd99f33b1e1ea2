//! Reading what is secret: files, standard input, environment variables. An error says where
//! it was to come from and never what it was.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
};

use drs_api::{Credentials, Environment, Secret};
use zeroize::Zeroizing;

use crate::{
    args::{ChangePasswords, Source},
    status::Failure,
};

/// What is read, of which standard input can be but one.
pub(crate) fn sources(args: &ChangePasswords) -> Result<Vec<&Source>, Failure> {
    let sources = [
        Some(&args.file),
        args.password_file.as_ref(),
        args.token_file.as_ref(),
    ];
    let sources: Vec<&Source> = sources.into_iter().flatten().collect();
    let from_stdin = |source: &&&Source| ***source == Source::Stdin;
    match sources.iter().filter(from_stdin).count() {
        0 | 1 => Ok(sources),
        _ => Err(Failure::refused(
            "standard input: only one of plan, password and token can be read from it",
        )),
    }
}

/// Reads it all.
pub(crate) fn read(source: &Source, allow_readable: bool) -> Result<Zeroizing<String>, Failure> {
    let failed = |e: &io::Error| {
        Failure::refused(match e.kind() {
            io::ErrorKind::InvalidData => format!("{source}: it is not UTF-8 text"),
            _ => format!("{source}: it can't be read: {e}"),
        })
    };
    let mut text = Zeroizing::new(String::new());
    let read = match source {
        Source::Stdin => io::stdin().read_to_string(&mut text),
        Source::File(path) => {
            let mut file = File::open(path).map_err(|e| failed(&e))?;
            let metadata = file.metadata().map_err(|e| failed(&e))?;
            if metadata.is_dir() {
                return Err(Failure::refused(format!("{source}: it is a directory")));
            }
            if !allow_readable && let Some(mode) = open_to_others(&metadata) {
                return Err(Failure::refused(format!(
                    "{source}: it is open to others (mode {mode:04o}); run `chmod 600` on it, or \
                     pass --allow-readable-files"
                )));
            }
            file.read_to_string(&mut text)
        }
    };
    read.map_err(|e| failed(&e))?;
    Ok(text)
}

/// The mode of a file that others than its owner can read or change. A terminal or another
/// device is no place where a secret is kept.
#[cfg(unix)]
fn open_to_others(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};

    let mode = metadata.permissions().mode() & 0o7777;
    let keeps = metadata.is_file() || metadata.file_type().is_fifo();
    (keeps && mode & 0o077 != 0).then_some(mode)
}

/// Elsewhere a mode says nothing about it.
#[cfg(not(unix))]
fn open_to_others(_: &Metadata) -> Option<u32> {
    None
}

/// Reads the one line that is a password or a token.
fn read_line(source: &Source, allow_readable: bool) -> Result<Secret, Failure> {
    let text = read(source, allow_readable)?;
    // As some editors write it before a text.
    let line = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Failure::refused(format!("{source}: it is empty")));
    }
    if line.contains(['\n', '\r']) {
        let problem = "it has more than one line";
        return Err(Failure::refused(format!("{source}: {problem}")));
    }
    let line = Secret::from(line);
    match untypable(&line) {
        Some(problem) => Err(Failure::refused(format!("{source}: {problem}"))),
        None => Ok(line),
    }
}

/// What keeps a secret from being one that a person could type: it came there by mistake, and
/// DRS would take it as it is.
pub(crate) fn untypable(secret: &Secret) -> Option<&'static str> {
    let control = secret.expose_secret().contains(char::is_control);
    control.then_some("it holds a line break or another control character")
}

/// The password of items that have none, if one is given.
pub(crate) fn password(args: &ChangePasswords) -> Result<Option<Secret>, Failure> {
    match (&args.password_env, &args.password_file) {
        (Some(name), _) => variable(name).map(Some),
        (None, Some(source)) => read_line(source, args.allow_readable_files).map(Some),
        (None, None) => Ok(None),
    }
}

/// Who asks.
pub(crate) fn credentials(args: &ChangePasswords) -> Result<Credentials, Failure> {
    match &args.token_file {
        Some(source) => read_line(source, args.allow_readable_files).map(Credentials::token),
        None => Credentials::from_env()
            .map_err(|e| Failure::refused(format!("{e}; or pass --token-file"))),
    }
}

/// For which project.
pub(crate) fn project_id(args: &ChangePasswords) -> Result<String, Failure> {
    match &args.project_id {
        Some(id) => Ok(id.clone()),
        None => Environment::process()
            .project_id()
            .map_err(|e| Failure::refused(format!("{e}; or pass --project-id"))),
    }
}

/// A secret from the environment.
fn variable(name: &str) -> Result<Secret, Failure> {
    let problem = match Environment::process().get(name) {
        Ok(Some(value)) => match untypable(&value) {
            Some(problem) => problem,
            None => return Ok(value),
        },
        Ok(None) if !is_name(name) => {
            // It may be the password itself, so it is not shown.
            return Err(Failure::refused(
                "--password-env: no variable of this name is set; give the name of one, not the \
                 password",
            ));
        }
        Ok(None) => "it is not set, or set to nothing",
        Err(_) => "it is not UTF-8 text",
    };
    Err(Failure::refused(format!(
        "environment variable {name}: {problem}"
    )))
}

/// Whether it looks like the name of a variable, and not like a password.
fn is_name(name: &str) -> bool {
    let usual = |b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    !name.is_empty() && name.bytes().all(usual)
}
