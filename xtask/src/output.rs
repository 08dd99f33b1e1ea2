//! What the commands print. A reader that has gone away, such as `head`, is no failure.

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

/// Prints a line to standard error. The exit code tells the rest, should it be closed.
pub(crate) fn complain(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
