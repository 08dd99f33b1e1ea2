//! The command of this run, and those that go on from it: quoted for a shell, with the options
//! that were given.

use clap::{Arg, Args as _, Command, CommandFactory as _};

use crate::{
    args::{Access, Args, Source},
    text,
};

/// Options that pick end points or waive a check: the next run decides anew.
const DECIDED: &str = "only-todo only-refused same-passwords replace-report";

/// The words of this process without these options. NUL, which no shell accepts, replaces what is not text.
pub(crate) fn words() -> Vec<String> {
    let given = std::env::args_os().map(|word| word.into_string().unwrap_or("\0".to_owned()));
    let given: Vec<_> = given.collect();
    let words = kept(&given, |of| !DECIDED.split(' ').any(|name| name == of));
    words.into_iter().map(str::to_owned).collect()
}

/// The command that sends what this option picks from a report.
pub(crate) fn again(words: &[String], option: &str, report: &Source) -> Option<String> {
    let ([program, command], rest) = words.split_first_chunk()?;
    let report = report.path()?.to_str()?;
    let rest = rest.iter().map(String::as_str);
    joined([program, command, option, report].into_iter().chain(rest))
}

/// Commands about the same report, that reach the service as some words do: the program, options
/// and the report.
pub(crate) struct Others(Vec<String>);

impl Others {
    /// After a run of these words, with its report.
    pub(crate) fn new(words: &[String], report: Option<&Source>) -> Self {
        let program = words.first().map_or("drs", String::as_str);
        let access = Access::augment_args(Command::new("drs"));
        let access = kept(words, |name| {
            access.get_arguments().any(|of| of.get_long() == Some(name))
        });
        let report = report.and_then(|report| report.path()?.to_str());
        let all = [program].into_iter().chain(access);
        let all = all.chain([report.unwrap_or("REPORT")]);
        Self(all.map(str::to_owned).collect())
    }

    pub(crate) fn command(&self, command: &[&str]) -> String {
        let mut words: Vec<_> = self.0.iter().map(String::as_str).collect();
        words.splice(1..1, command.iter().copied());
        joined(words).unwrap_or_else(|| text::clean(&format!("drs {}", command.join(" "))))
    }
}

/// The words that belong to an option that is kept, and its value; what belongs to none has the
/// name "".
fn kept(words: &[String], is_kept: impl Fn(&str) -> bool) -> Vec<&str> {
    let drs = Args::command();
    let (mut keeps, mut is_value) = (true, false);
    let words = words.iter().map(String::as_str);
    let words = words.filter(|word| {
        if !std::mem::take(&mut is_value) {
            let (name, value) = word.split_once('=').unzip();
            let name = name.unwrap_or(word).strip_prefix("--").unwrap_or_default();
            let mut options = drs.get_subcommands().flat_map(Command::get_arguments);
            let option = options.find(|of| of.get_long() == Some(name) && value.is_none());
            let takes = |option: &Arg| option.get_action().takes_values();
            is_value = option.is_some_and(|of| takes(of) && !of.is_require_equals_set());
            keeps = is_kept(name);
        }
        keeps
    });
    words.collect()
}

/// A command of these words; none if it can't be shown as it is, or reads standard input.
fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let words: Vec<_> = words.into_iter().collect();
    let mut files = words.iter().flat_map(|word| word.rsplit('=').next());
    let reads = files.any(|file| file == "-" || file.starts_with("/dev/"));
    let command = shlex::try_join(words).ok().filter(|_| !reads)?;
    Some(command).filter(|command| text::line(command) == *command)
}
