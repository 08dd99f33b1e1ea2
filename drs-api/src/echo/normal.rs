//! The normal form of a text: what it was before someone escaped it, in small letters, without
//! backslashes and blanks. Two texts that mean the same have the same.

use zeroize::Zeroizing;

/// How often a text is unescaped at most. Each round undoes one layer of any kind.
const ROUNDS: usize = 5;

/// A text in small letters, with its escapes undone: by backslashes, as in JSON, Rust or Python;
/// by `%`, as in URLs; as entities, as in HTML. It is never longer than the text.
pub(crate) fn decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    // No vector grows, so nothing is left in freed memory.
    let mut text = Zeroizing::new(text.to_vec());
    text.make_ascii_lowercase();
    for _ in 0..ROUNDS {
        if !text.iter().fold(false, |any, b| any | begins_escape(*b)) {
            break;
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut rest = &text[..];
        while let Some(first) = rest.first() {
            let length = undo_escape(rest, &mut plain).unwrap_or_else(|| {
                plain.push(*first);
                1
            });
            rest = &rest[length..];
        }
        plain.make_ascii_lowercase();
        if plain.len() == text.len() {
            break;
        }
        text = plain;
    }
    text
}

/// Drops what encoders add, or have several ways to write.
pub(super) fn squeeze(text: &mut Vec<u8>) {
    // Without a branch, to look at many bytes at once.
    if text.iter().fold(false, |any, b| any | is_dropped(*b)) {
        text.retain(|b| !is_dropped(*b));
    }
}

/// Backslashes and blanks; a blank may be written as `+`.
pub(super) const fn is_dropped(byte: u8) -> bool {
    matches!(byte, b'\\' | b'+' | b' ' | b'\t' | b'\n' | 0x0c | b'\r')
}

/// Whether a byte may be part of an id: a hexadecimal digit, `-`, or the `j` of a task's.
pub(super) const fn is_id(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'j' | b'-')
}

pub(super) const fn begins_escape(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&')
}

/// Undoes the escape that a text begins with, and returns its length. All letters are small.
fn undo_escape(text: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    let (length, code) = match text {
        [b'\\', b'x', ..] => return undo_byte(&text[2..], plain).map(|()| 4),
        [b'%', ..] => return undo_byte(&text[1..], plain).map(|()| 3),
        [b'\\', b'u', b'{', ..] => number(text, 3, 16, b'}')?,
        [b'&', b'#', b'x', ..] => number(text, 3, 16, b';')?,
        [b'&', b'#', ..] => number(text, 2, 10, b';')?,
        [b'\\', b'u', ..] => unicode(text)?,
        [b'\\', letter, ..] => {
            let at = ESCAPED[0].iter().position(|escaped| escaped == letter)?;
            (2, u32::from(ESCAPED[1][at]))
        }
        _ => {
            let (name, byte) = NAMES.iter().find(|(name, _)| text.starts_with(name))?;
            (name.len(), u32::from(*byte))
        }
    };
    let char = char::from_u32(code)?;
    plain.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    Some(length)
}

/// What a letter means behind a backslash.
const ESCAPED: [&[u8]; 2] = [b"nrtabvf0\"'\\/", b"\n\r\t\x07\x08\x0b\x0c\0\"'\\/"];

/// Entities with a name, and what they mean.
const NAMES: [(&[u8], u8); 5] = [
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
];

/// A byte of two digits, which may be a part of a character.
fn undo_byte(digits: &[u8], plain: &mut Vec<u8>) -> Option<()> {
    plain.push(u8::try_from(parse(digits.get(..2)?, 16)?).ok()?);
    Some(())
}

/// `\u` and four digits, twice for a pair of surrogates.
fn unicode(text: &[u8]) -> Option<(usize, u32)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        parse(digits, 16)
    };
    match unit(0)? {
        high @ 0xD800..0xDC00 => {
            let low = unit(6)?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            Some((12, 0x1_0000 + ((high - 0xD800) << 10) + low))
        }
        code => Some((6, code)),
    }
}

/// Digits from a place on to what ends them.
fn number(text: &[u8], from: usize, radix: u32, end: u8) -> Option<(usize, u32)> {
    let digits = text.get(from..)?;
    let length = digits.iter().take(9).position(|b| *b == end)?;
    Some((from + length + 1, parse(&digits[..length], radix)?))
}

fn parse(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let code = u32::from_str_radix(digits, radix).ok();
    // A number may have a sign, an escape has none.
    code.filter(|_| !digits.starts_with('+'))
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
            (r"\q \ud83d \u12 \u{} \x+g \", "qud83du12u{}xg"),
            ("%2Fa%2f+%C3%A9%zz%", "/a/é%zz%"),
            (
                "&lt;&#039;&#39;&#x27;&#X27;&apos;&amp;quot;",
                "<''''\u{27}\"",
            ),
            ("&nothing; &#; &#x; &#y; &quot", "&nothing;&#;&#x;&#y;&quot"),
            ("É two\twords", "Étwowords"),
            (r"\x+0 %+1 \u+123 &#+1;", "x0%1u123&#1;"),
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
