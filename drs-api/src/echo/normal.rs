//! The normal form of a text: what it was before someone escaped it, in small letters, without
//! backslashes and blanks. Two texts that mean the same have the same.

use zeroize::Zeroizing;

/// How often a text is unescaped at most. Each round undoes one layer of any kind.
const ROUNDS: usize = 5;

/// The shortest piece of an id, and of anything else that is looked for within a text.
const SHORTEST: usize = 8;

/// A text in small letters, with its escapes undone: by backslashes, as in JSON, Rust or Python;
/// by `%`, as in URLs; as entities, as in HTML. It is never longer than the text.
pub(super) fn decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    // It does not grow, so nothing is left in freed memory.
    let mut text = Zeroizing::new(text.to_vec());
    text.make_ascii_lowercase();
    for _ in 0..ROUNDS {
        if !text.iter().any(|b| begins_escape(*b)) || !undo_escapes(&mut text) {
            break;
        }
    }
    text
}

/// Drops what encoders add, or have several ways to write.
pub(super) fn squeeze(text: &mut Vec<u8>) {
    text.retain(|b| !is_dropped(*b));
}

/// Backslashes and blanks; a blank may be written as `+`.
pub(super) fn is_dropped(byte: u8) -> bool {
    matches!(byte, b'\\' | b'+') || byte.is_ascii_whitespace()
}

/// Whether the normal form of a secret may hold a piece that an id could hold. Says so too
/// often rather than normalise each secret of a run.
pub(super) fn may_hold_id(secret: &[u8]) -> bool {
    let needed = secret.len().min(SHORTEST);
    let mut length = 0;
    secret.iter().any(|b| {
        let b = b.to_ascii_lowercase();
        length = match b {
            _ if is_id(b) => length + 1,
            _ if is_dropped(b) => length,
            _ => 0,
        };
        length >= needed || begins_escape(b)
    })
}

/// Whether a byte may stand in an id: a hexadecimal digit, `-`, or the `j` of a task's.
pub(super) fn is_id(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'j' | b'-')
}

fn begins_escape(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&')
}

/// Undoes one layer of escapes; says whether there was one.
fn undo_escapes(text: &mut Vec<u8>) -> bool {
    let (mut from, mut to) = (0, 0);
    let mut found = false;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let (length, char) = escape(rest).unwrap_or((1, Unit::Byte(rest[0])));
        found |= length > 1;
        let mut buffer = [0; 4];
        let bytes = match char {
            Unit::Byte(byte) => {
                buffer[0] = byte;
                &buffer[..1]
            }
            Unit::Char(char) => char.encode_utf8(&mut buffer).as_bytes(),
        };
        for byte in bytes {
            text[to] = byte.to_ascii_lowercase();
            to += 1;
        }
        from += length;
    }
    text.truncate(to);
    found
}

/// What an escape means.
enum Unit {
    Byte(u8),
    Char(char),
}

/// The escape that a text begins with: its length, which is that of its meaning or more, and
/// its meaning. All letters are small.
fn escape(text: &[u8]) -> Option<(usize, Unit)> {
    match text {
        [b'\\', b'x', rest @ ..] => hex_byte(rest).map(|byte| (4, byte)),
        [b'\\', b'u', b'{', rest @ ..] => number(rest, 16, b'}').map(|(n, char)| (n + 4, char)),
        [b'\\', b'u', rest @ ..] => unicode(rest),
        [b'\\', b, ..] => {
            let byte = match b {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'a' => 7,
                b'b' => 8,
                b'v' => 11,
                b'f' => 12,
                b'0' => 0,
                b'"' | b'\'' | b'\\' | b'/' => *b,
                _ => return None,
            };
            Some((2, Unit::Byte(byte)))
        }
        [b'%', rest @ ..] => hex_byte(rest).map(|byte| (3, byte)),
        [b'&', b'#', b'x', rest @ ..] => number(rest, 16, b';').map(|(n, char)| (n + 4, char)),
        [b'&', b'#', rest @ ..] => number(rest, 10, b';').map(|(n, char)| (n + 3, char)),
        [b'&', ..] => {
            let names: [(&[u8], u8); 5] = [
                (b"&quot;", b'"'),
                (b"&apos;", b'\''),
                (b"&amp;", b'&'),
                (b"&lt;", b'<'),
                (b"&gt;", b'>'),
            ];
            let name = names.iter().find(|(name, _)| text.starts_with(name));
            name.map(|(name, byte)| (name.len(), Unit::Byte(*byte)))
        }
        _ => None,
    }
}

/// Two hexadecimal digits.
fn hex_byte(text: &[u8]) -> Option<Unit> {
    let byte = u8::try_from(digits(text.get(..2)?, 16)?).ok()?;
    Some(Unit::Byte(byte))
}

/// What follows `\u`: four digits, twice for a pair of surrogates.
fn unicode(text: &[u8]) -> Option<(usize, Unit)> {
    let first = digits(text.get(..4)?, 16)?;
    if let Some(char) = char::from_u32(first) {
        return Some((6, Unit::Char(char)));
    }
    let second = text.get(4..)?.strip_prefix(b"\\u")?;
    let second = digits(second.get(..4)?, 16)?;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    let high = first.checked_sub(0xD800).filter(|high| *high < 0x400)?;
    let char = char::from_u32(0x1_0000 + (high << 10) + low)?;
    Some((12, Unit::Char(char)))
}

/// Some digits before what ends them: how many, and the character with this number.
fn number(text: &[u8], radix: u32, end: u8) -> Option<(usize, Unit)> {
    let length = text.iter().take(9).position(|b| *b == end)?;
    let char = char::from_u32(digits(text.get(..length)?, radix)?)?;
    Some((length, Unit::Char(char)))
}

fn digits(text: &[u8], radix: u32) -> Option<u32> {
    let first = text.first()?;
    // `from_str_radix` takes a sign.
    char::from(*first).to_digit(radix)?;
    u32::from_str_radix(std::str::from_utf8(text).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        let mut normal = decoded(text.as_bytes());
        squeeze(&mut normal);
        String::from_utf8(normal.to_vec()).unwrap()
    }

    #[test]
    fn each_escape_is_undone_and_what_is_none_stays() {
        for (text, plain) in [
            (r#"A\"b\\c\/\n\u002B\u002bd"#, "a\"bc/d"),
            (r"\ud83d\ude00\xC3\xa9\u{e9}", "\u{1f600}éé"),
            (r"\q \ud83d \u12 \u{} \x+1 \", "qud83du12u{}x1"),
            ("%2Fa%2f+%C3%A9%zz%", "/a/é%zz%"),
            (
                "&lt;&#039;&#39;&#x27;&#X27;&apos;&amp;quot;",
                "<''''\u{27}\"",
            ),
            (
                "&nothing; &#; &#x; &#+1; &quot",
                "&nothing;&#;&#x;&#1;&quot",
            ),
            ("É two\twords", "Étwowords"),
        ] {
            assert_eq!(normal(text), plain, "{text}");
        }
    }

    #[test]
    fn escapes_within_escapes_are_undone_five_deep() {
        assert_eq!(normal(r"%5c%5cu0026lt;"), "<");
        let deep = |layers: usize| format!("%{}3c", "25".repeat(layers - 1));
        assert_eq!(normal(&deep(5)), "<");
        assert_eq!(normal(&deep(6)), "%3c");
    }
}
