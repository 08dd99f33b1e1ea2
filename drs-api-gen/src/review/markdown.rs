//! The page that people read.

use std::fmt::Write;

use super::{Api, Change, Review, Verdict, Which, Wire};

/// At most this many operations are named in a place; the others are counted.
const NAMED: usize = 3;
/// At most this many lines of the outline are shown with a change; the page has them all.
const LINES: usize = 4;

impl Review {
    /// The review as Markdown; its first line is the verdict, below the document's name if that
    /// is known.
    pub fn markdown(&self) -> String {
        let mut page = String::new();
        if let Some(document) = &self.document {
            page += &format!("# {}\n\n", code(document));
        }
        // Writing to a `String` can't fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        writeln!(
            page,
            "**{}** {}",
            capital(&self.verdict.to_string()),
            self.step()
        )?;
        if self.inside {
            writeln!(page, "\nThe client is inside drs-api: it is no public API.")?;
        }
        if let Some(base) = &self.base {
            writeln!(page, "\nCompared with {}.", code(base))?;
        }
        match self.mistakes {
            None | Some(0) => {}
            Some(1) => writeln!(page, "\nThe lint finds 1 mistake in the revision.")?,
            Some(count) => writeln!(page, "\nThe lint finds {count} mistakes in the revision.")?,
        }
        if self.changes.is_empty() {
            return writeln!(page, "\nThe documents say the same.");
        }
        writeln!(page, "\n## Changes")?;
        let mut class = Verdict::Nothing;
        for change in &self.changes {
            if change.class != class {
                class = change.class;
                let count = self.changes.iter().filter(|c| c.class == class).count();
                writeln!(page, "\n### {} ({count})\n", capital(&class.to_string()))?;
            }
            write_change(page, change)?;
        }
        writeln!(page, "\n## What Rust callers see\n")?;
        match &self.api {
            Api::Same => writeln!(page, "The public API stays as it is.")?,
            Api::Changed(diff) => writeln!(page, "{}", fenced("diff", diff))?,
            Api::Unknown(why) => writeln!(page, "It can't be told: {}.", code(why))?,
        }
        writeln!(page, "\n## What the wire sees\n")?;
        match &self.wire {
            Wire::Unknown(why) => writeln!(page, "No snapshots of it: {why}."),
            Wire::Compared(snapshots) if snapshots.is_empty() => {
                writeln!(page, "No snapshot of a request or an answer changed.")
            }
            Wire::Compared(snapshots) => snapshots.iter().try_for_each(|snapshot| {
                let (path, diff) = (code(&snapshot.path), fenced("diff", &snapshot.diff));
                writeln!(page, "{path}\n\n{diff}")
            }),
        }
    }

    fn step(&self) -> String {
        let version = &self.version;
        let (base, revision) = (code(&version.base), code(&version.revision));
        let needed = format!("needs {} step of `info.version`", version.needed);
        match (self.verdict, version.made) {
            (Verdict::Nothing, _) => "has changed; no new `info.version` is needed.".to_owned(),
            (_, true) => format!("— {needed}; {base} → {revision} makes it."),
            (_, false) if base == revision => format!("— {needed}; it still is {base}."),
            (_, false) => format!("— {needed}; {base} → {revision} doesn't make it."),
        }
    }
}

fn write_change(page: &mut String, change: &Change) -> std::fmt::Result {
    let place = format!("{}{}", code(&change.place), uses(change));
    write!(page, "- **{}**: {place}", change.kind)?;
    if change.old.is_some() || change.new.is_some() {
        let [old, new] = [&change.old, &change.new].map(|value| match value {
            Some(value) => code(value),
            None => "—".to_owned(),
        });
        write!(page, ": {old} → {new}")?;
    }
    let felt: Vec<String> = change.felt_by.iter().map(ToString::to_string).collect();
    match felt.as_slice() {
        [] => write!(
            page,
            "\n  Changes no request, answer or code: {}.",
            change.why
        )?,
        felt => write!(page, "\n  Felt by {}: {}.", listed(felt), change.why)?,
    }
    let of = match change.document {
        Which::Base => " of the base",
        Which::Revision => "",
    };
    if !change.pointer.is_empty() {
        let (pointer, line) = (code(&change.pointer), change.line);
        write!(page, "\n  {pointer}, line {line}{of}")?;
    }
    if !change.rust.is_empty() {
        let shown = change.rust.iter().take(LINES).map(|line| code(line));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let more = if change.rust.len() > LINES {
            ", …"
        } else {
            ""
        };
        write!(page, "\n  In Rust: {shown}{more}")?;
    }
    writeln!(page)
}

/// The operations that a change reaches, but for the one that its place names.
fn uses(change: &Change) -> String {
    let is_own = |used: &&String| change.place.starts_with(&format!("operation {used}"));
    let others = change.used_in.iter().filter(|used| !is_own(used));
    let mut names: Vec<String> = others.map(|used| code(used)).collect();
    let more = names.len().saturating_sub(NAMED);
    if more > 1 {
        names.truncate(NAMED);
        names.push(format!("{more} more"));
    }
    match names.is_empty() {
        true => String::new(),
        false => format!(" (in {})", listed(&names)),
    }
}

fn listed(items: &[String]) -> String {
    match items {
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// Text as code, whatever is in it: it comes from the document.
fn code(text: &str) -> String {
    let text = visible(text, false);
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

fn fenced(language: &str, text: &str) -> String {
    let text = visible(text, true);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

/// The text with what no one sees written out: characters that control a terminal, turn the
/// direction of writing or have no width, and line breaks where they would make a line.
fn visible(text: &str, keeps_lines: bool) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        let is_seen = !c.is_control() && (c.is_ascii() || c.escape_debug().len() == 1);
        match is_seen || (keeps_lines && c == '\n') {
            true => shown.push(c),
            false => shown.extend(c.escape_debug()),
        }
    }
    shown
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_one_sees_is_written_out() {
        assert_eq!(code("a\u{1b}[31m"), r"`a\u{1b}[31m`");
        assert_eq!(
            code("a\u{202e}b\u{2066}\u{200b}"),
            r"`a\u{202e}b\u{2066}\u{200b}`"
        );
        assert_eq!(code("a\u{2028}b\r\n"), r"`a\u{2028}b\r\n`");
        assert_eq!(code("密码 é"), "`密码 é`");
        assert_eq!(
            fenced("diff", "a\u{202e}\r\nb"),
            "```diff\na\\u{202e}\\r\nb\n```"
        );
    }

    #[test]
    fn text_of_the_document_can_not_leave_its_quotes() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` <i>"), "``a `b` <i>``");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code("a\n# b"), r"`a\n# b`");
        assert_eq!(fenced("diff", "a\n```\n"), "````diff\na\n```\n````");
    }
}
