//! The command of a run, and those that go on from its report.

use crate::{
    args::{ChangePasswords, Source},
    text,
};

/// Options that pick end points or waive a check: the next run decides anew. Those that take a
/// value come first.
const PICK: [&str; 2] = ["--only-todo", "--only-refused"];
const WAIVE: [&str; 2] = ["--same-passwords", "--replace-report"];

/// The words of this run's command without these options. None if it can't be given again as it
/// was: the plan came from standard input, or a word can't be shown.
pub(crate) fn words(args: &ChangePasswords) -> Vec<String> {
    let mut words = Vec::new();
    let mut given = std::env::args_os();
    while let Some(word) = given.next() {
        let word = word.into_string().unwrap_or("\0".to_owned());
        let (name, value) = word.split_once('=').unzip();
        if PICK.contains(&name.unwrap_or(&word)) {
            // Without one behind it, the value is the next word.
            drop(value.is_none().then(|| given.next()));
        } else if args.file == Source::Stdin || word.contains(text::is_invisible) {
            return Vec::new();
        } else if !WAIVE.contains(&&*word) {
            words.push(word);
        }
    }
    words
}

/// The command that sends what this option picks from a report, for a shell.
pub(crate) fn next(words: &[String], option: &str, report: &Source) -> Option<String> {
    let ([program, command], rest) = words.split_first_chunk()?;
    let report = report.path()?.to_str()?;
    let rest = rest.iter().map(String::as_str);
    joined([program, command, option, report].into_iter().chain(rest))
}

/// A command of these words, for a shell; none if it can't be shown as it is.
pub(crate) fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let command = shlex::try_join(words).ok()?;
    Some(command).filter(|command| text::line(command) == *command)
}
