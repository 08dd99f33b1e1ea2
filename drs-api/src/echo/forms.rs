//! The forms in which a secret may be echoed: as it is, and as JSON, URLs, HTML and Rust's
//! `Debug` escape it.
//!
//! Not covered is what no longer can be told from other text: base64, hashes, other
//! alphabets.

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

/// The forms of a secret that stands in JSON, without its quotes.
pub(super) fn of_json<'a>(escaped: &'a [u8], forms: &mut Vec<Form<'a>>) {
    if escaped.contains(&b'\\')
        && let Some(plain) = unescape(escaped)
    {
        others(&plain, forms);
        forms.push(Form::Copy(plain));
    } else {
        others(escaped, forms);
    }
    forms.push(Form::InRequest(escaped));
}

/// The forms of a secret that stands as it is.
pub(super) fn of_plain<'a>(plain: &'a [u8], forms: &mut Vec<Form<'a>>) {
    if plain.iter().any(|b| matches!(b, b'"' | b'\\')) {
        forms.push(Form::Copy(written(plain, |b, out| match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            _ => out.push(b),
        })));
    }
    others(plain, forms);
    forms.push(Form::InRequest(plain));
}

/// The forms that are neither plain nor JSON's, where they differ from plain.
fn others(plain: &[u8], forms: &mut Vec<Form<'_>>) {
    let unreserved = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    if !plain.iter().all(unreserved) {
        let percent = |upper: bool| {
            written(plain, move |b, out| {
                let digit = |nibble: u8| match nibble {
                    0..10 => b'0' + nibble,
                    _ if upper => b'A' + nibble - 10,
                    _ => b'a' + nibble - 10,
                };
                if unreserved(&b) {
                    out.push(b);
                } else {
                    out.extend_from_slice(&[b'%', digit(b >> 4), digit(b & 15)]);
                }
            })
        };
        forms.extend([true, false].map(percent).map(Form::Copy));
    }
    if plain.iter().any(|b| b"<>&\"'".contains(b)) {
        let html = |quote: &'static [u8], apostrophe: &'static [u8]| {
            written(plain, move |b, out| match b {
                b'<' => out.extend_from_slice(b"&lt;"),
                b'>' => out.extend_from_slice(b"&gt;"),
                b'&' => out.extend_from_slice(b"&amp;"),
                b'"' => out.extend_from_slice(quote),
                b'\'' => out.extend_from_slice(apostrophe),
                _ => out.push(b),
            })
        };
        forms.push(Form::Copy(html(b"\"", b"'")));
        forms.push(Form::Copy(html(b"&quot;", b"&#39;")));
        forms.push(Form::Copy(html(b"&#34;", b"&#39;")));
        forms.push(Form::Copy(html(b"&quot;", b"&#x27;")));
    }
    if !plain.iter().all(|b| b.is_ascii_graphic()) {
        forms.push(Form::Copy(written(plain, |b, out| match b {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            b' '..=b'~' => out.push(b),
            _ => out.extend(format_args!("\\x{b:02x}").to_string().bytes()),
        })));
    }
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
