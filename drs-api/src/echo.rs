//! Secrets that a response quotes: how they are found, and what is shown instead.
//!
//! Services like to quote what they refuse. A text of a response is a [`Raw`] until it is kept
//! or shown, and the only way out of that is [`Secrets::keep`]: a text that quotes a secret
//! becomes `[redacted]` as a whole. Deciding comes first and sees the text as it came, so no
//! password changes a verdict.
//!
//! Texts and secrets are compared in a [normal form](normal), whatever their escapes, and by
//! [hashes of pieces](pieces) of the secrets. These are made when the first text is kept: a
//! response that only says success costs nothing.

mod normal;
mod pieces;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

pub(crate) use self::normal::decoded;
use self::{
    normal::is_id,
    pieces::{Pieces, are_in},
};
use crate::{body::RequestBody, codes::is_of_vendor, secret::REDACTED, types::ModifyPwdEndPoint};

/// How many bytes are searched behind what is kept: a secret may begin within it.
const BEYOND: usize = 64;

/// Ends a text that was cut.
const MARK: char = '…';

/// A text of a response as it came.
///
/// It may quote a secret, so it has no `Debug`, no `Display` and no `Serialize`.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Raw<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Raw<'a> {
    /// The text, only to decide by: what is kept of it goes through
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
    changes: Option<Arc<Vec<ModifyPwdEndPoint>>>,
    body: RequestBody,
    headers: Vec<HeaderValue>,
    all: OnceLock<Pieces>,
    /// The pieces that may be part of an id. There are nearly always none.
    of_ids: OnceLock<Pieces>,
}

impl Secrets {
    /// Those of all changes of a run: a response may quote another request than its own, since
    /// gateways cache and services lag.
    pub(crate) fn of_run(changes: Arc<Vec<ModifyPwdEndPoint>>) -> Self {
        Self {
            changes: Some(changes),
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
        let body = Some(body).filter(|_| run.is_none()).unwrap_or_default();
        Self {
            body,
            headers,
            run,
            ..Self::default()
        }
    }

    /// A text as it may be kept: at most this many bytes of it and `…`, or `[redacted]` if it
    /// quotes a secret. One of fewer than eight bytes is quoted where it is a word.
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

    /// What is kept instead of a text that can't be kept as it is.
    fn instead_of(&self, text: &str, most: usize) -> Option<String> {
        let searched = text.floor_char_boundary(most.saturating_add(BEYOND));
        if self.are_in(&text.as_bytes()[..searched]) {
            return Some(REDACTED.to_owned());
        }
        let is_long = text.len() > most;
        is_long.then(|| format!("{}{MARK}", &text[..text.floor_char_boundary(most)]))
    }

    /// Whether a text quotes a secret.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        let of_id = text.iter().fold(true, |all, b| all & is_id(b | 0x20));
        let run = self.run.as_ref().map(|run| run.pieces(of_id));
        let is_exempt = !of_id && std::str::from_utf8(text).is_ok_and(is_of_vendor);
        !is_exempt && are_in(&[run, Some(self.pieces(of_id))], text)
    }

    fn pieces(&self, of_id: bool) -> &Pieces {
        let pieces = if of_id { &self.of_ids } else { &self.all };
        pieces.get_or_init(|| Pieces::of(of_id, |add| self.each(add)))
    }

    fn each(&self, add: &mut dyn FnMut(&[u8])) {
        for change in self.changes.iter().flat_map(|changes| changes.iter()) {
            add(change.db_password.expose_secret().as_bytes());
            let kerberos = change.kerberos.as_ref();
            if let Some(keytab) = kerberos.and_then(|kerberos| kerberos.key_tab_file.as_ref()) {
                add(keytab.expose_secret().as_bytes());
            }
        }
        self.body.secrets().for_each(&mut *add);
        self.headers.iter().map(secret_part).for_each(add);
    }

    /// Headers without the secrets. Names of letters and hyphens alone stay what they are.
    pub(crate) fn blank_headers(&self, headers: &mut HeaderMap) {
        let blanked = HeaderValue::from_static(REDACTED);
        for value in headers.values_mut() {
            if self.are_in(value.as_bytes()) {
                *value = blanked.clone();
            }
        }
        let is_plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
        let quotes =
            |name: &&HeaderName| !name.as_str().bytes().all(is_plain) && self.are_in(name.as_ref());
        let names: Vec<HeaderName> = headers.keys().filter(quotes).cloned().collect();
        for name in names {
            headers.remove(name);
            headers.append(HeaderName::from_static("redacted"), blanked.clone());
        }
    }
}

/// What of a header's value is secret: of a signed request's the signature alone, since the
/// rest are names.
fn secret_part(value: &HeaderValue) -> &[u8] {
    let text = value.to_str().unwrap_or_default();
    let signed = text.strip_prefix("SDK-HMAC-SHA256 ");
    let signature = signed.and_then(|signed| signed.rsplit_once("Signature="));
    signature.map_or(value.as_bytes(), |(_, signature)| signature.as_bytes())
}
