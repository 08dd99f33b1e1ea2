//! What a text has to be before a parser sees it: UTF-8, settled, and all of it visible.

use crate::{error::Error, spec::position::Position};

/// How git marks a conflict that nobody has settled.
const MARKERS: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];

/// The text of a file, without a byte order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, Error> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let valid = String::from_utf8_lossy(valid);
        let line = valid.rsplit('\n').next().unwrap_or_default();
        let (lines, column) = (valid.matches('\n').count(), line.chars().count());
        syntax(
            lines,
            column,
            "this byte is not UTF-8; save the file as UTF-8",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        if MARKERS.iter().any(|marker| line.starts_with(marker)) {
            let message = "unresolved git conflict marker; keep one side and remove the marker";
            return Err(syntax(index, 0, message));
        }
        if line.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            continue;
        }
        let mut chars = line.chars().enumerate();
        if let Some((column, c)) = chars.find(|(_, c)| is_hidden(*c) && *c != '\t') {
            let shown = visible(&c.to_string());
            let word = line.split(' ').find(|word| word.contains(c));
            let message = format!(
                "{shown} in `{}` is invisible or looks like a space; in a name or value remove it, \
                 in a text type an ordinary space",
                visible(word.unwrap_or_default())
            );
            return Err(syntax(index, column, message));
        }
    }
    Ok(text)
}

fn syntax(lines: usize, columns: usize, message: impl Into<String>) -> Error {
    let position = Position {
        line: lines as u64 + 1,
        column: columns as u64 + 1,
    };
    let message = message.into();
    Error::Syntax { position, message }
}

/// Whether a reader can't see a character, or takes it for a plain space.
pub(crate) fn is_hidden(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_control(),
        // `Debug` escapes what can't be printed; of accents, only one that comes first.
        false => format!("a{c}").escape_debug().nth(1) == Some('\\'),
    }
}

/// A text in which each hidden character is a name such as `U+200B`.
pub(crate) fn visible(text: &str) -> String {
    let shown = text.chars().map(|c| match is_hidden(c) {
        true => format!("U+{:04X}", u32::from(c)),
        false => c.to_string(),
    });
    shown.collect()
}

/// What is wrong with a word without quotes that is not what its author or another tool reads: a
/// string in YAML 1.2 and a truth value in 1.1, or what follows an anchor that nothing repeats.
/// Quotes would be where it starts.
pub(crate) fn misread(word: &str, text: &str, start: usize) -> Option<String> {
    let words = ["yes", "no", "on", "off", "y", "n"];
    let is_plain = text
        .get(start..)?
        .starts_with(word.get(..1).unwrap_or(word));
    if is_plain && words.iter().any(|other| word.eq_ignore_ascii_case(other)) {
        return Some(format!(
            "other tools read `{word}` as a boolean; put it in quotes"
        ));
    }
    let before = text.get(..start)?.trim_end_matches(' ');
    let anchor = before
        .rsplit(char::is_whitespace)
        .next()?
        .strip_prefix('&')?;
    let is_lost = is_plain && !text.contains(&format!("*{anchor}"));
    is_lost.then(|| format!("YAML drops `&{anchor}`; put quotes around the string that begins so"))
}
