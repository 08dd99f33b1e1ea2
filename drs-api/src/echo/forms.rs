//! The forms in which a secret may be echoed: as it is, and as JSON, URLs, HTML and Rust's
//! `Debug` escape it, also after JSON has escaped it once or twice.
//!
//! However else it is escaped, letters and digits stay, so a long run of them is looked for
//! by itself. Not covered is what can no longer be told from other text: base64, hashes.

use zeroize::Zeroizing;

/// A secret as it stands in the request, or a wiped copy where another form differs.
pub(super) enum Form<'a> {
    InRequest(&'a [u8]),
    Copy(Zeroizing<Vec<u8>>),
}

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

/// The forms of a secret that stands in JSON, without its quotes.
pub(super) fn of_json<'a>(escaped: &'a [u8], forms: &mut Vec<Form<'a>>) {
    match unescape(escaped).filter(|_| escaped.contains(&b'\\')) {
        Some(plain) => add(Form::Copy(plain), Some(Form::InRequest(escaped)), forms),
        None => add(Form::InRequest(escaped), None, forms),
    }
}

/// The forms of a secret that stands as it is.
pub(super) fn of_plain<'a>(plain: &'a [u8], forms: &mut Vec<Form<'a>>) {
    let json = plain.iter().any(|b| b"\"\\".contains(b));
    let json = json.then(|| Form::Copy(json_escaped(plain)));
    add(Form::InRequest(plain), json, forms);
}

/// Adds a secret and its forms. `json` is its form in JSON, if that differs.
fn add<'a>(plain: Form<'a>, json: Option<Form<'a>>, forms: &mut Vec<Form<'a>>) {
    let runs = plain.bytes().split(|b| !b.is_ascii_alphanumeric());
    if let Some(run) = runs.max_by_key(|run| run.len())
        && run.len() >= TELLING_RUN
    {
        forms.push(Form::Copy(Zeroizing::new(run.to_vec())));
    }
    others(plain.bytes(), forms);
    forms.push(plain);
    if let Some(json) = json {
        let twice = json_escaped(json.bytes());
        others(json.bytes(), forms);
        others(&twice, forms);
        forms.extend([json, Form::Copy(twice)]);
    }
}

/// The forms that are neither plain nor JSON's, where they differ from plain.
fn others(plain: &[u8], forms: &mut Vec<Form<'_>>) {
    let unreserved = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    if !plain.iter().all(unreserved) {
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            forms.push(Form::Copy(written(plain, |b, out| {
                if unreserved(&b) {
                    out.push(b);
                } else {
                    let digit = |value: u8| digits[usize::from(value & 15)];
                    out.extend_from_slice(&[b'%', digit(b >> 4), digit(b)]);
                }
            })));
        }
    }
    if plain.iter().any(|b| b"<>&\"'".contains(b)) {
        for [quote, apostrophe] in [
            ["\"", "'"],
            ["&quot;", "'"],
            ["&quot;", "&#39;"],
            ["&quot;", "&#x27;"],
            ["&#34;", "&#39;"],
        ] {
            forms.push(Form::Copy(written(plain, |b, out| {
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
    if !plain.iter().all(|b| matches!(b, b' '..=b'~')) {
        forms.push(Form::Copy(written(plain, |b, out| {
            out.extend(match b {
                b'\'' => return out.push(b),
                _ => std::ascii::escape_default(b),
            });
        })));
    }
}

fn json_escaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    written(text, |b, out| match b {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
        _ => out.push(b),
    })
}

/// Writes a form. The length is counted first: a buffer that grew would leave copies behind.
fn written(plain: &[u8], write: impl Fn(u8, &mut Vec<u8>)) -> Zeroizing<Vec<u8>> {
    let mut one = Zeroizing::new(Vec::with_capacity(8));
    let mut length = 0;
    for byte in plain {
        one.clear();
        write(*byte, &mut one);
        length += one.len();
    }
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    plain.iter().for_each(|byte| write(*byte, &mut out));
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
