//! The body of a request: written once into one buffer that is wiped when the request is
//! done, with a note of where the secrets stand in it.

use std::{
    cell::{Cell, RefCell},
    io,
    ops::Range,
    sync::Arc,
};

use bytes::Bytes;
use serde::{Serialize, Serializer, ser::Error as _};
use zeroize::Zeroizing;

use crate::Secret;

/// What is shown in the place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// A written body. Clones share the buffer; the last one wipes it.
#[derive(Clone, Default)]
pub(crate) struct RequestBody {
    bytes: Bytes,
    /// Where its secrets stand, without their quotes, as JSON escapes them.
    secrets: Arc<[Range<usize>]>,
}

impl RequestBody {
    /// How many bytes `value` has as JSON.
    pub(crate) fn length<T: Serialize>(value: &T) -> serde_json::Result<usize> {
        let mut length = 0;
        with_secrets(Mode::Count, || {
            serde_json::to_writer(Counter(&mut length), value)
        })
        .0?;
        Ok(length)
    }

    /// Writes `value` as JSON.
    pub(crate) fn write<T: Serialize>(value: &T) -> serde_json::Result<Self> {
        // The length is counted first: a buffer that grew would leave copies behind.
        let length = Self::length(value)?;
        let mut buffer = Zeroizing::new(Vec::with_capacity(length));
        let (result, secrets) = with_secrets(Mode::Write, || {
            serde_json::to_writer(Tracked(&mut buffer), value)
        });
        result?;
        Ok(Self {
            bytes: Bytes::from_owner(Wiped(buffer)),
            secrets: secrets.into(),
        })
    }

    /// `value` as JSON for people to read, with [`REDACTED`] for each secret.
    pub(crate) fn redacted<T: Serialize>(value: &T) -> serde_json::Result<Self> {
        let (result, _) = with_secrets(Mode::Redact, || serde_json::to_vec(value));
        Ok(Self {
            bytes: result?.into(),
            secrets: Arc::default(),
        })
    }

    /// The buffer, to be sent.
    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The secrets in it, as they were escaped in JSON.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets
            .iter()
            .filter_map(|range| self.bytes.get(range.clone()))
    }

    /// Where its secrets begin, in order.
    pub(crate) fn secret_starts(&self) -> impl Iterator<Item = usize> {
        self.secrets.iter().map(|range| range.start)
    }
}

/// `Zeroizing<Vec<u8>>` as [`Bytes::from_owner`] takes it.
struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// No body is being written on this thread: a secret can't be serialised.
    Off,
    Count,
    Write,
    /// What is written will be shown, not sent.
    Redact,
}

thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Off) };
    /// How much of the body has been written.
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
    static SECRETS: RefCell<Vec<Range<usize>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `write`, during which secrets may be serialised; also gives where they were.
fn with_secrets<R>(mode: Mode, write: impl FnOnce() -> R) -> (R, Vec<Range<usize>>) {
    /// Also when `write` panics, nothing may be serialised afterwards.
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            MODE.set(Mode::Off);
        }
    }
    let guard = Guard;
    MODE.set(mode);
    WRITTEN.set(0);
    SECRETS.take();
    let result = write();
    drop(guard);
    (result, SECRETS.take())
}

pub(crate) fn serialize_secret<S: Serializer>(
    secret: &Secret,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let secret = secret.expose_secret();
    match MODE.get() {
        Mode::Off => Err(S::Error::custom(
            "a Secret can only be serialised into the body of a request",
        )),
        Mode::Count => serializer.serialize_str(secret),
        Mode::Redact => serializer.serialize_str(REDACTED),
        Mode::Write => {
            let start = WRITTEN.get() + 1;
            let written = serializer.serialize_str(secret)?;
            let end = WRITTEN.get().saturating_sub(1);
            SECRETS.with_borrow_mut(|secrets| secrets.push(start..end));
            Ok(written)
        }
    }
}

struct Counter<'a>(&'a mut usize);

impl io::Write for Counter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes into the buffer and says how far it is.
struct Tracked<'a>(&'a mut Vec<u8>);

impl io::Write for Tracked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        WRITTEN.set(self.0.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_plain_json_and_knows_its_secrets() {
        let secrets = [
            Secret::from("plain"),
            Secret::from("a\"b\\c\n"),
            Secret::from(""),
        ];
        let body = RequestBody::write(&secrets).unwrap();
        assert_eq!(&body.bytes()[..], br#"["plain","a\"b\\c\n",""]"#);
        let found: Vec<_> = body.secrets().collect();
        assert_eq!(found, [&b"plain"[..], br#"a\"b\\c\n"#, b""]);
    }

    #[test]
    fn a_redacted_body_holds_no_secret() {
        let body = RequestBody::redacted(&("shown", Secret::from("hidden"))).unwrap();
        assert_eq!(body.as_slice(), br#"["shown","[redacted]"]"#);
        assert_eq!(body.secrets().count(), 0);
    }

    #[test]
    fn a_secret_can_not_be_serialised_after_a_body_was_written() {
        RequestBody::write(&Secret::from("x")).unwrap();
        assert!(serde_json::to_string(&Secret::from("x")).is_err());
    }
}
