//! Secrets that a response quotes: how they are found, and what is shown in their place.
//!
//! Services like to quote what they refuse. A text of a response is a [`Raw`] until it is kept
//! or shown, and the only way out of that is [`Secrets::keep`]: a text that quotes a secret
//! becomes `[redacted]` as a whole. Deciding comes first and sees the text as it came, so that
//! no password, whatever it is, changes a verdict.
//!
//! Both sides are brought to a [normal form](normal) first, so that it makes no difference how
//! a text is escaped, and of the secrets [hashes of pieces](pieces) are compared. They are made
//! when the first text is kept: a response that only says success costs nothing.

mod normal;
mod pieces;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use self::{
    normal::{decoded, is_id, may_hold_id, squeeze},
    pieces::Pieces,
};
use crate::{body::RequestBody, secret::REDACTED, signing::ALGORITHM, types::ModifyPwdEndPoint};

/// How many bytes are searched behind what is kept: a secret may begin within it.
const BEYOND: usize = 64;

/// Ends a text that was cut.
const MARK: char = '…';

/// A text of a response as it came.
///
/// It may quote a secret, so it has no `Debug`, no `Display` and no `Serialize`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Raw<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Raw<'a> {
    /// Bytes as text, with � for what is not UTF-8.
    pub(crate) fn lossy(bytes: &'a [u8]) -> Self {
        Self(String::from_utf8_lossy(bytes))
    }

    /// The text, to decide by and for nothing else: what is kept of it goes through
    /// [`Secrets::keep`].
    pub(crate) fn peek(&self) -> &str {
        &self.0
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Raw<'a> {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

/// What must not be shown: the secrets of one request, and of the run that it belongs to.
#[derive(Default)]
pub(crate) struct Secrets {
    run: Option<Arc<Secrets>>,
    changes: Arc<Vec<ModifyPwdEndPoint>>,
    body: RequestBody,
    headers: Vec<HeaderValue>,
    all: OnceLock<Pieces>,
    /// Those pieces that an id could hold. There are nearly always none.
    of_ids: OnceLock<Pieces>,
}

/// What a text quotes.
enum Found {
    Nothing,
    /// Short secrets, each as a word.
    Words(Vec<Range<usize>>),
    Piece,
}

impl Secrets {
    /// Those of all changes of a run: a response may quote another request than its own, since
    /// gateways cache and services lag.
    pub(crate) fn of_run(changes: Arc<Vec<ModifyPwdEndPoint>>) -> Self {
        Self {
            changes,
            ..Self::default()
        }
    }

    /// Those of one request: its secret headers, and those of its run; without a run, those
    /// in its body.
    pub(crate) fn of_request(
        body: RequestBody,
        headers: Vec<HeaderValue>,
        run: Option<Arc<Secrets>>,
    ) -> Self {
        Self {
            body: if run.is_some() {
                RequestBody::default()
            } else {
                body
            },
            headers,
            run,
            ..Self::default()
        }
    }

    /// A text as it may be kept: at most this many bytes of it and `…`, or `[redacted]` if it
    /// quotes a secret. Of secrets of fewer than eight bytes only the word is replaced.
    pub(crate) fn keep(&self, raw: &Raw<'_>, most: usize) -> String {
        self.instead_of(&raw.0, most)
            .unwrap_or_else(|| raw.0.clone().into_owned())
    }

    /// The same for a text that has its place already.
    pub(crate) fn keep_in_place(&self, text: &mut String, most: usize) {
        if let Some(shown) = self.instead_of(text, most) {
            *text = shown;
        }
    }

    /// What is kept in the place of a text that can't be kept as it is.
    fn instead_of(&self, text: &str, most: usize) -> Option<String> {
        let searched = text.floor_char_boundary(most.saturating_add(BEYOND));
        let searched = text.get(..searched).unwrap_or(text);
        let words = match self.find(searched.as_bytes()) {
            Found::Piece => return Some(REDACTED.to_owned()),
            Found::Words(words) => words,
            Found::Nothing => Vec::new(),
        };
        if words.is_empty() && text.len() <= most {
            return None;
        }
        let mut shown = String::new();
        let mut end = 0;
        for word in words {
            shown.push_str(searched.get(end..word.start).unwrap_or_default());
            shown.push_str(REDACTED);
            end = word.end;
        }
        shown.push_str(searched.get(end..).unwrap_or_default());
        if text.len() > most {
            shown.truncate(shown.floor_char_boundary(most));
            shown.push(MARK);
        }
        Some(shown)
    }

    /// Whether a text quotes a secret.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        !matches!(self.find(text), Found::Nothing)
    }

    fn find(&self, text: &[u8]) -> Found {
        if is_code(text) {
            return Found::Nothing;
        }
        let of_id = text.iter().all(|b| is_id(b.to_ascii_lowercase()));
        let sets = || {
            let both = self.run.as_deref().into_iter().chain([self]);
            both.map(|secrets| secrets.pieces(of_id))
                .filter(|pieces| !pieces.is_empty())
        };
        if sets().next().is_none() {
            return Found::Nothing;
        }
        let mut normal = decoded(text);
        let mut words: Vec<_> = sets().flat_map(|set| set.words(&normal)).collect();
        if !words.is_empty() && normal.len() != text.len() {
            // Where they stand in the text itself is not known.
            return Found::Piece;
        }
        squeeze(&mut normal);
        if sets().any(|set| set.are_in(&normal)) {
            return Found::Piece;
        }
        words.sort_unstable_by_key(|word| word.start);
        words.dedup_by(|word, before| {
            let overlap = word.start < before.end;
            before.end = if overlap {
                before.end.max(word.end)
            } else {
                before.end
            };
            overlap
        });
        match words.is_empty() {
            true => Found::Nothing,
            false => Found::Words(words),
        }
    }

    fn pieces(&self, of_id: bool) -> &Pieces {
        match of_id {
            false => self
                .all
                .get_or_init(|| Pieces::of(|add| self.each(add), |_| true)),
            true => self.of_ids.get_or_init(|| {
                let each = |add: &mut dyn FnMut(&[u8])| {
                    self.each(&mut |secret| {
                        if may_hold_id(secret) {
                            add(secret);
                        }
                    });
                };
                Pieces::of(each, |piece| piece.iter().copied().all(is_id))
            }),
        }
    }

    fn each(&self, add: &mut dyn FnMut(&[u8])) {
        for change in &*self.changes {
            add(change.db_password.expose_secret().as_bytes());
            let kerberos = change.kerberos.as_ref();
            if let Some(keytab) = kerberos.and_then(|kerberos| kerberos.key_tab_file.as_ref()) {
                add(keytab.expose_secret().as_bytes());
            }
        }
        self.body.secrets().for_each(&mut *add);
        self.headers.iter().map(secret_part).for_each(add);
    }

    /// Headers without the secrets. A header that quotes one is replaced as a whole.
    pub(crate) fn blank_headers(&self, headers: &mut HeaderMap) {
        // A byte that no header has keeps them apart.
        let mut joined = Vec::new();
        for (name, value) in &*headers {
            if !is_plain(name) {
                joined.extend_from_slice(name.as_str().as_bytes());
                joined.push(0);
            }
            if !is_well_known(name, value) {
                joined.extend_from_slice(value.as_bytes());
                joined.push(0);
            }
        }
        if !self.are_in(&joined) {
            return;
        }
        let blanked = HeaderValue::from_static(REDACTED);
        for (name, value) in headers.iter_mut() {
            if !is_well_known(name, value) && self.are_in(value.as_bytes()) {
                *value = blanked.clone();
            }
        }
        let quotes = |name: &&HeaderName| !is_plain(name) && self.are_in(name.as_str().as_bytes());
        let names: Vec<HeaderName> = headers.keys().filter(quotes).cloned().collect();
        for name in names {
            headers.remove(name);
            headers.append(HeaderName::from_static("redacted"), blanked.clone());
        }
    }
}

/// Shows no secret, and not how many there are.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// What of a header's value is secret: of a signed request's the signature alone, since the
/// rest are names.
fn secret_part(value: &HeaderValue) -> &[u8] {
    let text = value.to_str().unwrap_or_default();
    let signature = text.rsplit_once("Signature=");
    match signature.filter(|_| text.starts_with(ALGORITHM)) {
        Some((_, signature)) => signature.as_bytes(),
        None => value.as_bytes(),
    }
}

/// Whether a text is an error code of the vendor, and nothing else.
fn is_code(text: &[u8]) -> bool {
    let prefixes = [&b"DRS."[..], b"APIGW.", b"IAM."];
    let code = prefixes
        .iter()
        .find_map(|prefix| text.strip_prefix(*prefix));
    code.is_some_and(|code| {
        let plain = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        (1..=8).contains(&code.len()) && code.iter().all(plain)
    })
}

/// Whether the name of a header is not searched.
fn is_plain(name: &HeaderName) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
    name.as_str().bytes().all(plain)
}

/// Whether a header is one of those that every response has, as it should be.
fn is_well_known(name: &HeaderName, value: &HeaderValue) -> bool {
    let value = value.as_bytes();
    match name.as_str() {
        "content-length" => value.len() < 8 && value.iter().all(u8::is_ascii_digit),
        "content-type" => value == b"application/json",
        "connection" => matches!(value, b"keep-alive" | b"close"),
        "date" => std::str::from_utf8(value).is_ok_and(|v| httpdate::parse_http_date(v).is_ok()),
        _ => false,
    }
}
