//! What the commands print. A reader that goes away, such as `head`, causes no failure.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

use crate::failure::{Failure, failure};

/// Prints a line to standard output.
pub(crate) fn line(text: impl Display) -> Result<(), Failure> {
    print(format_args!("{text}\n"))
}

/// Prints a text to standard output.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(failure("standard output", e)),
        _ => Ok(()),
    }
}

/// Prints a line to standard error. If it is closed, the exit code tells the rest.
pub(crate) fn complain(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
