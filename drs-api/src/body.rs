//! The body of a request: written once into a buffer that is wiped when the request is
//! done, as is each smaller one that it grew out of, with a note of where the secrets stand.

use std::{io, ops::Range};

use bytes::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::secret::{REDACTED, note_written, with_secrets};

/// The room that a body has at first, in bytes: enough for one item. All room is wiped, byte by
/// byte, so that too much of it costs more than to grow.
const FIRST: usize = 128;

/// A written body. The buffer is wiped when nothing that was given [`bytes`](Self::bytes), or
/// this value, needs it any more.
#[derive(Clone, Default)]
pub(crate) struct RequestBody {
    bytes: Bytes,
    /// Where its secrets stand, without their quotes, as JSON escapes them.
    secrets: Vec<Range<usize>>,
}

impl RequestBody {
    /// Writes `value` as JSON.
    pub(crate) fn write<T: Serialize>(value: &T) -> serde_json::Result<Self> {
        Self::write_in(FIRST, value)
    }

    /// The same into a buffer that has this much room at first.
    pub(crate) fn write_in<T: Serialize>(room: usize, value: &T) -> serde_json::Result<Self> {
        let mut buffer = Zeroizing::new(Vec::with_capacity(room));
        let (result, secrets) = with_secrets(|| serde_json::to_writer(Tracked(&mut buffer), value));
        result?;
        Ok(Self {
            bytes: Bytes::from_owner(buffer),
            secrets,
        })
    }

    /// The body for people to read, with `[redacted]` for each secret.
    pub(crate) fn redacted(&self) -> String {
        let (mut shown, mut end) = (Vec::with_capacity(self.bytes.len()), 0);
        for secret in &self.secrets {
            shown.extend_from_slice(&self.bytes[end..secret.start]);
            shown.extend_from_slice(REDACTED.as_bytes());
            end = secret.end;
        }
        shown.extend_from_slice(&self.bytes[end..]);
        String::from_utf8_lossy(&shown).into_owned()
    }

    /// The buffer, to be sent.
    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The secrets in it, as they were escaped in JSON.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        let ranges = self.secrets.iter().cloned();
        ranges.filter_map(|range| self.bytes.get(range))
    }
}

/// Writes into the buffer, which grows without leaving anything behind, and says how far it is.
struct Tracked<'a>(&'a mut Zeroizing<Vec<u8>>);

impl io::Write for Tracked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    // serde_json writes a few bytes at a time: a call for each would take as long as the rest.
    #[inline(always)]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.0.capacity() - self.0.len() < bytes.len() {
            self.grow(bytes.len());
        }
        self.0.extend_from_slice(bytes);
        note_written(self.0.len());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tracked<'_> {
    /// A vector that grows by itself moves, and leaves its old bytes in freed memory.
    #[cold]
    fn grow(&mut self, more: usize) {
        let room = self.0.capacity() * 2 + more;
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(self.0);
        // The smaller one is wiped here.
        *self.0 = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

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
    fn a_body_that_grows_is_the_same_as_one_that_had_the_room() {
        let secrets: Vec<Secret> = (0..100).map(|n| "x".repeat(n).into()).collect();
        let body = RequestBody::write(&secrets).unwrap();
        let lengths: Vec<_> = body.secrets().map(<[u8]>::len).collect();
        assert_eq!(lengths, (0..100).collect::<Vec<_>>());
        let plain: Vec<String> = (0..100).map(|n| "x".repeat(n)).collect();
        assert_eq!(body.bytes(), serde_json::to_vec(&plain).unwrap());
    }

    #[test]
    fn a_redacted_body_holds_no_secret() {
        let hidden = [Secret::from("hid\"den"), Secret::from("")];
        let body = RequestBody::write(&("shown", hidden, 7)).unwrap();
        assert_eq!(
            body.redacted(),
            r#"["shown",["[redacted]","[redacted]"],7]"#
        );
    }

    #[test]
    fn a_secret_can_not_be_serialised_after_a_body_was_written() {
        RequestBody::write(&Secret::from("x")).unwrap();
        assert!(serde_json::to_string(&Secret::from("x")).is_err());
    }
}
