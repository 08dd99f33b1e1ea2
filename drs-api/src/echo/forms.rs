//! The forms in which a secret may be echoed: as it is, and as JSON, URLs, HTML and Rust's
//! `Debug` escape it, also after JSON has escaped it once or twice. Encoders differ in what
//! they escape; these are the habits of the usual ones.
//!
//! However else it is escaped, letters and digits stay, so a long run of them is looked for
//! by itself. Not covered is what can no longer be told from other text: base64, hashes.

use smallvec::SmallVec;
use zeroize::Zeroizing;

/// A secret as it stands in the request, or a wiped copy where another form differs.
pub(super) enum Form<'a> {
    InRequest(&'a [u8]),
    Copy(Zeroizing<Vec<u8>>),
}

/// Those of one end point and a token need no memory.
pub(super) type Forms<'a> = SmallVec<[Form<'a>; 4]>;

impl Form<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Form::InRequest(bytes) => bytes,
            Form::Copy(bytes) => bytes,
        }
    }
}

/// So many letters and digits in a row give a secret away.
const TELLING_RUN: usize = 12;

/// What stays as it is in a URL beside letters and digits: by RFC 3986, where slashes are
/// left, in JavaScript, and in forms.
const IN_URLS: [&str; 4] = ["-._~", "-._~/", "-._~!*'()", "-._*"];

/// `"` and `'` as HTML and XML escape them, or don't.
const QUOTES: [[&str; 2]; 6] = [
    ["\"", "'"],
    ["&quot;", "'"],
    ["&quot;", "&#39;"],
    ["&quot;", "&#x27;"],
    ["&quot;", "&apos;"],
    ["&#34;", "&#39;"],
];

/// What is escaped in JSON although it need not be, and whether all is that is not ASCII: by
/// Go, by Gson, by Python, and by PHP.
const IN_JSON: [(&str, bool); 4] = [("<>&", false), ("<>&='", false), ("", true), ("/", true)];

/// What every form has where it differs from the plain one, at the first difference (but for
/// [`plus_for_blank`]).
pub(super) const ESCAPES: [u8; 3] = *b"%&\\";

/// The forms of a secret that stands in JSON, without its quotes.
pub(super) fn of_json<'a>(escaped: &'a [u8], forms: &mut Forms<'a>) {
    match plain_of(escaped) {
        plain @ Form::Copy(_) => add(plain, Some(Form::InRequest(escaped)), forms),
        plain => add(plain, None, forms),
    }
}

/// The forms of a secret that stands as it is.
pub(super) fn of_plain<'a>(plain: &'a [u8], forms: &mut Forms<'a>) {
    let json = plain.iter().any(|b| b"\"\\".contains(b));
    let json = json.then(|| Form::Copy(json_escaped(plain)));
    add(Form::InRequest(plain), json, forms);
}

/// Of the forms of a secret that stands in JSON those in which nothing is escaped.
pub(super) fn unescaped_of_json<'a>(escaped: &'a [u8], forms: &mut Forms<'a>) {
    match plain_of(escaped) {
        Form::InRequest(plain) => unescaped_of_plain(plain, forms),
        plain => {
            forms.extend(telling_run(plain.bytes()).map(copy));
            forms.extend(plus_for_blank(plain.bytes()));
            forms.push(plain);
        }
    }
}

/// Of the forms of a secret that stands as it is those in which nothing is escaped.
pub(super) fn unescaped_of_plain<'a>(plain: &'a [u8], forms: &mut Forms<'a>) {
    forms.extend(telling_run(plain).map(Form::InRequest));
    forms.extend(plus_for_blank(plain));
    forms.push(Form::InRequest(plain));
}

/// As forms in URLs have blanks; if nothing else has to be escaped, none of [`ESCAPES`] is there.
fn plus_for_blank(plain: &[u8]) -> Option<Form<'static>> {
    let plus = |b| if b == b' ' { b'+' } else { b };
    let written = || written(plain.iter().copied(), |b, out| out.push(plus(b)));
    plain.contains(&b' ').then(|| Form::Copy(written()))
}

/// The plain form of a secret that stands in JSON.
fn plain_of(escaped: &[u8]) -> Form<'_> {
    // Not by `memchr`, which reads many bytes at a time and may leave them on the stack.
    let plain = escaped.contains(&b'\\').then(|| unescape(escaped));
    match plain.flatten() {
        Some(plain) => Form::Copy(plain),
        None => Form::InRequest(escaped),
    }
}

/// The longest run of letters and digits, if it is long enough to be telling.
fn telling_run(plain: &[u8]) -> Option<&[u8]> {
    let other = |b: &u8| !b.is_ascii_alphanumeric();
    let mut longest: Option<&[u8]> = None;
    // A telling run that begins behind `start` has a byte at this distance from it.
    let mut start = 0;
    while let Some(rest) = plain.get(start + TELLING_RUN - 1..) {
        let after = rest.iter().position(other).unwrap_or(rest.len());
        let before = &plain[start..start + TELLING_RUN - 1];
        let first = before.iter().rposition(other).map_or(0, |at| at + 1);
        let end = start + TELLING_RUN - 1 + after;
        let run = &plain[start + first..end];
        if after > 0 && run.len() >= longest.map_or(TELLING_RUN, <[u8]>::len) {
            longest = Some(run);
        }
        start = (end + 1).min(plain.len());
        if rest.is_empty() {
            break;
        }
    }
    longest
}

fn copy(bytes: &[u8]) -> Form<'static> {
    Form::Copy(Zeroizing::new(bytes.to_vec()))
}

/// Adds a secret and its forms. `json` is its form in JSON, if that differs.
fn add<'a>(plain: Form<'a>, json: Option<Form<'a>>, forms: &mut Forms<'a>) {
    forms.extend(telling_run(plain.bytes()).map(copy));
    others(plain.bytes(), forms);
    other_json(json.as_ref().unwrap_or(&plain).bytes(), forms);
    forms.push(plain);
    if let Some(json) = json {
        let twice = json_escaped(json.bytes());
        others(json.bytes(), forms);
        others(&twice, forms);
        forms.extend([json, Form::Copy(twice)]);
    }
}

/// The forms that are neither plain nor JSON's, where they differ from plain.
fn others(plain: &[u8], forms: &mut Forms<'_>) {
    let bytes = || plain.iter().copied();
    for left in IN_URLS {
        let stays = |b: u8| b.is_ascii_alphanumeric() || left.as_bytes().contains(&b);
        if bytes().all(stays) {
            continue;
        }
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            forms.push(Form::Copy(written(bytes(), |b, out| {
                let digit = |value: u8| digits[usize::from(value & 15)];
                match b {
                    b if stays(b) => out.push(b),
                    b' ' if left == "-._*" => out.push(b'+'),
                    b => out.extend_from_slice(&[b'%', digit(b >> 4), digit(b)]),
                }
            })));
        }
    }
    if bytes().any(|b| b"<>&\"'".contains(&b)) {
        for [quote, apostrophe] in QUOTES {
            forms.push(Form::Copy(written(bytes(), |b, out| {
                out.extend_from_slice(match b {
                    b'<' => b"&lt;",
                    b'>' => b"&gt;",
                    b'&' => b"&amp;",
                    b'"' => quote.as_bytes(),
                    b'\'' => apostrophe.as_bytes(),
                    _ => return out.push(b),
                });
            })));
        }
    }
    // As `Debug` shows bytes.
    if !bytes().all(|b| matches!(b, b' '..=b'~')) {
        forms.push(Form::Copy(written(bytes(), |b, out| {
            out.extend(match b {
                b'\'' => return out.push(b),
                _ => std::ascii::escape_default(b),
            });
        })));
    }
}

/// The forms in JSON of what stands in JSON already, where an encoder escapes more than ours.
fn other_json(json: &[u8], forms: &mut Forms<'_>) {
    // A secret was a string before it was written.
    let json = std::str::from_utf8(json).unwrap_or_default();
    for (more, all) in IN_JSON {
        let escaped = |c: char| more.contains(c) || all && !c.is_ascii();
        if !json.contains(escaped) {
            continue;
        }
        let once = written(json.chars(), |c, out| match c {
            '/' if escaped(c) => out.extend_from_slice(b"\\/"),
            c if escaped(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        });
        forms.push(Form::Copy(json_escaped(&once)));
        forms.push(Form::Copy(once));
    }
}

fn json_escaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    written(text.iter().copied(), |b, out| match b {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
        _ => out.push(b),
    })
}

/// Writes a form. The length is counted first: a buffer that grew would leave copies behind.
fn written<T>(
    plain: impl Iterator<Item = T> + Clone,
    write: impl Fn(T, &mut Vec<u8>),
) -> Zeroizing<Vec<u8>> {
    let mut one = Zeroizing::new(Vec::with_capacity(16));
    let mut length = 0;
    for item in plain.clone() {
        one.clear();
        write(item, &mut one);
        length += one.len();
    }
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    plain.for_each(|item| write(item, &mut out));
    out
}

/// What a JSON string without its quotes stands for.
fn unescape(escaped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(escaped.len()));
    let mut rest = escaped;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let (kind, tail) = rest.split_first()?;
        rest = tail;
        out.push(match kind {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            // serde_json escapes nothing but control characters this way.
            b'u' => {
                let (digits, tail) = rest.split_at_checked(4)?;
                rest = tail;
                u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_is_found_wherever_it_stands() {
        let naive = |plain: &'static [u8]| {
            let runs = plain.split(|b| !b.is_ascii_alphanumeric());
            let longest = runs.max_by_key(|run| run.len());
            longest.filter(|run| run.len() >= TELLING_RUN)
        };
        for plain in [
            &b""[..],
            b"a",
            b"abcdefghijk",
            b"abcdefghijkl",
            b"!abcdefghijkl",
            b"abcdefghijkl!",
            b"abcdefghijk!abcdefghijk!abcdefghijk",
            b"abcdefghijk!abcdefghijkl!abcdefghijk",
            b"abcdefghijklm!abcdefghijkl",
            b"abcdefghijkl!abcdefghijklm",
            b"abcdefghijkl!ABCDEFGHIJKL",
            b"!!!!!!!!!!!!!!!!!!!!!!!!!!!!!abcdefghijkl!!!!!!!!!!!!",
            b"abcdefghijklabcdefghijklabcdefghijkl!abcdefghijkl",
        ] {
            assert_eq!(telling_run(plain), naive(plain), "{}", plain.escape_ascii());
        }
    }
}
