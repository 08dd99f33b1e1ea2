//! Gathering secrets: where they stand, without a copy where none is needed.

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use super::decode::{BACKSLASH, Escape, Plain, Source};
use crate::{body::RequestBody, types::ModifyPwdEndPoint};

/// This many letters and digits in a row give a secret away, whatever was done to the rest.
const TELLING_RUN: usize = 12;

/// Where secrets stand. What is copied is wiped.
#[derive(Default)]
pub(super) struct Texts {
    copied: Zeroizing<Vec<u8>>,
    body: Bytes,
    headers: Vec<HeaderValue>,
}

/// A part of one of the texts.
#[derive(Clone, Copy)]
pub(super) struct Place {
    text: u32,
    start: u32,
    pub(super) length: u32,
}

const COPIED: u32 = 0;
const BODY: u32 = 1;
/// That of the first header.
const HEADER: u32 = 2;

/// Secrets and the telling parts of them, in no order.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) texts: Texts,
    pub(super) places: Vec<Place>,
}

impl Gathered {
    /// Those of a request: in its body, and those headers.
    pub(super) fn from_request(body: &RequestBody, headers: &[HeaderValue]) -> Self {
        let mut gathered = Self::default();
        gathered.texts.body = body.bytes();
        for range in body.secret_ranges() {
            let Some(escaped) = body.as_slice().get(range.clone()) else {
                continue;
            };
            // Not by `memchr`, which reads many bytes at a time and may leave them on the stack.
            match escaped.contains(&BACKSLASH) {
                false => gathered.add(BODY, range.start, escaped.len()),
                true => {
                    let plain = Plain::new(escaped, 0).decoded(Escape::Backslash);
                    gathered.copy(Bytewise(plain));
                }
            }
        }
        gathered.add_headers(headers);
        gathered
    }

    /// Those headers alone.
    pub(super) fn from_headers(headers: &[HeaderValue]) -> Self {
        let mut gathered = Self::default();
        gathered.add_headers(headers);
        gathered
    }

    /// The passwords and keytabs of all changes of a run.
    pub(super) fn from_changes(changes: &[ModifyPwdEndPoint]) -> Self {
        let mut gathered = Self::default();
        let length = secrets_of(changes).map(|secret| secret.len()).sum();
        gathered.texts.copied = Zeroizing::new(Vec::with_capacity(length));
        gathered.places.reserve(changes.len());
        for secret in secrets_of(changes) {
            gathered.copy(secret.bytes());
        }
        gathered.places.shrink_to_fit();
        gathered
    }

    fn add(&mut self, text: u32, start: usize, length: usize) {
        // Nothing that is sent has 4 GiB.
        let (Ok(start), Ok(length)) = (u32::try_from(start), u32::try_from(length)) else {
            return;
        };
        let whole = Place {
            text,
            start,
            length,
        };
        let run = telling_run(self.texts.bytes(whole));
        self.places.push(whole);
        if let Some((from, to)) = run {
            let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(to)) else {
                return;
            };
            self.places.push(Place {
                text,
                start: start + from,
                length: to - from,
            });
        }
    }

    fn copy(&mut self, secret: impl Iterator<Item = u8>) {
        let start = self.texts.copied.len();
        for byte in secret {
            if self.texts.copied.len() == self.texts.copied.capacity() {
                self.grow();
            }
            self.texts.copied.push(byte);
        }
        self.add(COPIED, start, self.texts.copied.len() - start);
    }

    /// A vector that grows by itself moves, and leaves its old bytes in freed memory.
    fn grow(&mut self) {
        let room = (self.texts.copied.capacity() * 2).max(64);
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(&self.texts.copied);
        // The smaller one is wiped here.
        self.texts.copied = larger;
    }

    fn add_headers(&mut self, headers: &[HeaderValue]) {
        self.texts.headers = headers.to_vec();
        for (text, value) in (HEADER..).zip(headers) {
            self.add(text, 0, value.len());
        }
    }
}

impl Texts {
    pub(super) fn bytes(&self, place: Place) -> &[u8] {
        let text = match place.text {
            COPIED => &self.copied[..],
            BODY => &self.body[..],
            header => {
                let header = self.headers.get((header - HEADER) as usize);
                header.map_or(&[][..], HeaderValue::as_bytes)
            }
        };
        let start = place.start as usize;
        text.get(start..start + place.length as usize)
            .unwrap_or_default()
    }
}

/// The passwords and keytabs.
fn secrets_of(changes: &[ModifyPwdEndPoint]) -> impl Iterator<Item = &str> {
    changes.iter().flat_map(secrets_of_change)
}

/// The password and the keytab of one change.
pub(super) fn secrets_of_change(change: &ModifyPwdEndPoint) -> impl Iterator<Item = &str> {
    let kerberos = change.kerberos.as_ref();
    let keytab = kerberos.and_then(|kerberos| kerberos.key_tab_file.as_ref());
    std::iter::once(&change.db_password)
        .chain(keytab)
        .map(|secret| secret.expose_secret())
}

/// A source as an iterator.
struct Bytewise<S>(S);

impl<S: Source> Iterator for Bytewise<S> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.0.next()
    }
}

/// The longest run of letters and digits, as from where to where it stands, if it is long
/// enough to be telling.
fn telling_run(secret: &[u8]) -> Option<(usize, usize)> {
    let mut longest: Option<(usize, usize)> = None;
    let mut start = 0;
    for part in secret.split(|b| !b.is_ascii_alphanumeric()) {
        let end = start + part.len();
        if part.len() >= longest.map_or(TELLING_RUN, |(from, to)| to - from + 1) {
            longest = Some((start, end));
        }
        start = end + 1;
    }
    // The secret itself is looked for anyway.
    longest.filter(|run| *run != (0, secret.len()))
}
