//! Reading a text as it was before someone escaped it, from any place of it on and byte by
//! byte: for JSON or `Debug`, a URL, a form, HTML or XML, and one within the other. What an
//! encoder chose to escape makes no difference.

/// Bytes that begin an escape.
pub(super) const BACKSLASH: u8 = b'\\';
pub(super) const PERCENT: u8 = b'%';
pub(super) const AMPERSAND: u8 = b'&';

/// How a text is escaped.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// By backslashes, as in JSON, Rust, Go, Python and JavaScript.
    Backslash,
    /// `%2F`, as in a URL.
    Percent,
    /// The same, and `+` for a blank, as in the query of a URL and in forms.
    Form,
    /// `&quot;`, `&#34;` and `&#x22;`, as in HTML and XML.
    Entity,
}

/// Bytes of a text, one after the other.
pub(super) trait Source: Clone {
    fn next(&mut self) -> Option<u8>;

    /// Where in the text the next byte stands.
    fn position(&self) -> usize;

    fn decoded(self, escape: Escape) -> Decoded<Self> {
        Decoded {
            source: self,
            escape,
            waiting: [0; 4],
            left: 0,
        }
    }
}

/// A text as it is.
#[derive(Clone)]
pub(super) struct Plain<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Plain<'t> {
    pub(super) fn new(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }
}

impl Source for Plain<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn position(&self) -> usize {
        self.at
    }
}

/// What another source stands for.
#[derive(Clone)]
pub(super) struct Decoded<S> {
    source: S,
    escape: Escape,
    /// Bytes of a character that are still to come, the last one first.
    waiting: [u8; 4],
    left: usize,
}

impl<S: Source> Source for Decoded<S> {
    fn next(&mut self) -> Option<u8> {
        if self.left > 0 {
            self.left -= 1;
            return self.waiting.get(self.left).copied();
        }
        let mut ahead = self.source.clone();
        let first = ahead.next()?;
        let decoded = match (self.escape, first) {
            (Escape::Backslash, BACKSLASH) => backslash(&mut ahead),
            (Escape::Percent | Escape::Form, PERCENT) => percent(&mut ahead),
            (Escape::Form, b'+') => Some(Unit::Byte(b' ')),
            (Escape::Entity, AMPERSAND) => entity(&mut ahead),
            _ => None,
        };
        match decoded {
            None => self.source.next(),
            Some(unit) => {
                self.source = ahead;
                match unit {
                    Unit::Byte(byte) => Some(byte),
                    Unit::Char(char) => {
                        let mut buffer = [0; 4];
                        let bytes = char.encode_utf8(&mut buffer).as_bytes();
                        let (first, rest) = bytes.split_first()?;
                        self.left = rest.len();
                        let waiting = self.waiting.iter_mut();
                        waiting.zip(rest.iter().rev()).for_each(|(w, b)| *w = *b);
                        Some(*first)
                    }
                }
            }
        }
    }

    fn position(&self) -> usize {
        self.source.position()
    }
}

/// What one escape stands for.
enum Unit {
    Byte(u8),
    Char(char),
}

/// What follows a backslash.
fn backslash(ahead: &mut impl Source) -> Option<Unit> {
    Some(Unit::Byte(match ahead.next()? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'v' => 11,
        b'f' => 12,
        b'0' => 0,
        same @ (b'"' | b'\'' | b'\\' | b'/') => same,
        b'x' => u8::try_from(hex(ahead, 2)?).ok()?,
        b'u' => return unicode(ahead).map(Unit::Char),
        _ => return None,
    }))
}

/// What follows `\u`: four digits, twice for a pair of surrogates, or some in braces.
fn unicode(ahead: &mut impl Source) -> Option<char> {
    let mut braced = ahead.clone();
    if braced.next()? == b'{' {
        let code = number(&mut braced, 16, b'}')?;
        *ahead = braced;
        return char::from_u32(code);
    }
    let first = hex(ahead, 4)?;
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(first);
    }
    if (ahead.next()?, ahead.next()?) != (BACKSLASH, b'u') {
        return None;
    }
    let second = hex(ahead, 4)?;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low)
}

/// What follows a `%`.
fn percent(ahead: &mut impl Source) -> Option<Unit> {
    let byte = u8::try_from(hex(ahead, 2)?).ok()?;
    Some(Unit::Byte(byte))
}

/// What follows a `&`.
fn entity(ahead: &mut impl Source) -> Option<Unit> {
    let mut numeric = ahead.clone();
    if numeric.next()? == b'#' {
        let mut hexadecimal = numeric.clone();
        let code = if matches!(hexadecimal.next()?, b'x' | b'X') {
            let code = number(&mut hexadecimal, 16, b';')?;
            *ahead = hexadecimal;
            code
        } else {
            let code = number(&mut numeric, 10, b';')?;
            *ahead = numeric;
            code
        };
        return char::from_u32(code).map(Unit::Char);
    }
    /// The longest name, and what ends it.
    const LONGEST: usize = "quot;".len();
    let mut name = [0; LONGEST];
    for length in 0..LONGEST {
        let byte = ahead.next()?;
        *name.get_mut(length)? = byte;
        if byte == b';' {
            return Some(Unit::Byte(match name.get(..length)? {
                b"quot" => b'"',
                b"apos" => b'\'',
                b"amp" => b'&',
                b"lt" => b'<',
                b"gt" => b'>',
                _ => return None,
            }));
        }
    }
    None
}

/// This many hexadecimal digits.
fn hex(ahead: &mut impl Source, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0, |number, _| {
        Some(number * 16 + char::from(ahead.next()?).to_digit(16)?)
    })
}

/// The most digits that a character's number is written with.
const MAX_DIGITS: usize = 8;

/// Some digits, and what ends them.
fn number(ahead: &mut impl Source, radix: u32, end: u8) -> Option<u32> {
    let mut number: Option<u32> = None;
    for _ in 0..=MAX_DIGITS {
        let byte = ahead.next()?;
        if byte == end {
            return number;
        }
        let digit = char::from(byte).to_digit(radix)?;
        number = Some(number.unwrap_or(0).checked_mul(radix)?.checked_add(digit)?);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut source: impl Source) -> String {
        let mut bytes = Vec::new();
        while let Some(byte) = source.next() {
            bytes.push(byte);
        }
        String::from_utf8(bytes).unwrap()
    }

    fn decoded(escape: Escape, text: &str) -> String {
        all(Plain::new(text.as_bytes(), 0).decoded(escape))
    }

    #[test]
    fn each_escape_is_read_and_what_is_none_stays() {
        for (escape, text, plain) in [
            (
                Escape::Backslash,
                r#"a\"b\\c\/\n\u002B\u002b"#,
                "a\"b\\c/\n++",
            ),
            (
                Escape::Backslash,
                r"\ud83d\ude00\xC3\xa9\u{e9}",
                "\u{1f600}éé",
            ),
            (
                Escape::Backslash,
                r"\q \ud83d \u12 \u{} \",
                r"\q \ud83d \u12 \u{} \",
            ),
            (Escape::Percent, "%2Fa%2f+%C3%A9%", "/a/+é%"),
            (Escape::Form, "%2Fa+b%2B%zz", "/a b+%zz"),
            (
                Escape::Entity,
                "&lt;&#039;&#39;&#x27;&#X27;&apos;&amp;lt;",
                "<''''\u{27}&lt;",
            ),
            (
                Escape::Entity,
                "&nothing; &#; &#x; &quot",
                "&nothing; &#; &#x; &quot",
            ),
        ] {
            assert_eq!(decoded(escape, text), plain, "{text}");
        }
    }

    #[test]
    fn escapes_within_escapes_are_read_from_the_outside_in() {
        let text = r"\\u0026lt;%5C%22";
        let source = Plain::new(text.as_bytes(), 0).decoded(Escape::Backslash);
        let source = source.decoded(Escape::Backslash).decoded(Escape::Entity);
        assert_eq!(all(source), "<%5C%22");
        let source = Plain::new(b"%5C%22", 0).decoded(Escape::Percent);
        assert_eq!(all(source.decoded(Escape::Backslash)), "\"");
    }

    #[test]
    fn a_source_knows_how_far_it_is() {
        let mut source = Plain::new(b"x\\u00e9y", 1).decoded(Escape::Backslash);
        assert_eq!(source.next(), Some(0xC3));
        assert_eq!(source.position(), 7);
        assert_eq!((source.next(), source.next()), (Some(0xA9), Some(b'y')));
    }
}
