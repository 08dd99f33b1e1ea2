//! The page that people read.

use super::{Api, Change, Review, Verdict, Which, Wire};
use crate::text::is_hidden;

/// At most this many operations are named in a place; the others are counted.
const NAMED: usize = 3;
/// At most this many lines of the outline are shown with a change; the page has them all.
const LINES: usize = 4;

impl Review {
    /// The review as Markdown; its first line is the verdict, below the document's name if that
    /// is known.
    pub fn markdown(&self) -> String {
        let mut page: Vec<String> = Vec::new();
        let document = self.document.as_ref();
        page.extend(document.map(|path| format!("# {}", code(path))));
        page.push(format!("**{}** {}", capital(self.verdict), self.step()));
        let inside = "The client is internal to drs-api and not part of its public API.";
        page.extend(self.inside.then(|| inside.to_owned()));
        let base = self.base.as_ref();
        page.extend(base.map(|base| format!("Compared with {}.", code(base))));
        if let Some(count @ 1..) = self.mistakes {
            let plural = if count == 1 { "" } else { "s" };
            let found = format!("The lint finds {count} mistake{plural} in the revision.");
            page.push(found);
        }
        if self.changes.is_empty() {
            page.push("The documents say the same.\n".to_owned());
            return page.join("\n\n");
        }
        page.push("## Changes".to_owned());
        for same in self.changes.chunk_by(|a, b| a.class == b.class) {
            let class = same.iter().take(1).map(|change| capital(change.class));
            page.extend(class.map(|class| format!("### {class} ({})", same.len())));
            page.push(same.iter().map(row).collect::<Vec<_>>().join("\n"));
        }
        page.push("## What Rust callers see".to_owned());
        page.push(match &self.api {
            Api::Same => "The public API stays as it is.".to_owned(),
            Api::Changed(diff) => fenced("diff", diff),
            Api::Unknown(why) => format!("It can't be told: {}.", code(why)),
        });
        page.push("## What the wire sees".to_owned());
        match &self.wire {
            Wire::Unknown(why) => page.push(format!("No snapshots of it: {why}.")),
            Wire::Compared(snapshots) if snapshots.is_empty() => {
                page.push("No snapshot of a request or a response changed.".to_owned());
            }
            Wire::Compared(snapshots) => page.extend(
                (snapshots.iter()).flat_map(|one| [code(&one.path), fenced("diff", &one.diff)]),
            ),
        }
        page.join("\n\n") + "\n"
    }

    fn step(&self) -> String {
        let version = &self.version;
        let (base, revision) = (code(&version.base), code(&version.revision));
        let needed = format!("needs {} bump of `info.version`", version.needed);
        match (self.verdict, version.made) {
            (Verdict::Nothing, _) => "has changed; no new `info.version` is needed.".to_owned(),
            (_, true) => format!("— {needed}; {base} → {revision} is one."),
            (_, false) if base == revision => format!("— {needed}; it is still {base}."),
            (_, false) => format!("— {needed}; {base} → {revision} isn't one."),
        }
    }
}

/// A change as an item of a list.
fn row(change: &Change) -> String {
    let place = code(&change.place);
    let mut row = format!("- **{}**: {place}{}", change.kind, uses(change));
    if change.old.is_some() || change.new.is_some() {
        let [old, new] = [&change.old, &change.new].map(|value| match value {
            Some(value) => code(value),
            None => "—".to_owned(),
        });
        row += &format!(": {old} → {new}");
    }
    let felt: Vec<String> = change.felt_by.iter().map(ToString::to_string).collect();
    row += &match felt.as_slice() {
        [] => format!("\n  Changes no request, response or code: {}.", change.why),
        felt => format!("\n  Affects {}: {}.", listed(felt), change.why),
    };
    if !change.pointer.is_empty() {
        let (pointer, line) = (code(&change.pointer), change.line);
        let is_of_base = change.document == Which::Base;
        let of = if is_of_base { " of the base" } else { "" };
        row += &format!("\n  {pointer}, line {line}{of}");
    }
    if !change.rust.is_empty() {
        let shown = change.rust.iter().take(LINES).map(|line| code(line));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let is_cut = change.rust.len() > LINES;
        let more = if is_cut { ", …" } else { "" };
        row += &format!("\n  In Rust: {shown}{more}");
    }
    row
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

fn capital(class: Verdict) -> String {
    let text = class.to_string();
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
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
        match !is_hidden(c) || (keeps_lines && c == '\n') {
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
