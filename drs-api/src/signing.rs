//! The signature that takes the place of a token: `SDK-HMAC-SHA256`.
//!
//! It needs neither this crate's client nor a network. What is signed is a [`Request`] that
//! the caller describes, with its time in the header `X-Sdk-Date` ([`sdk_date`]); what comes
//! out is the value of the header `Authorization`.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use drs_api::{Secret, signing};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_591_583_940);
//! let date = signing::sdk_date(now);
//! assert_eq!(date, "20200608T023900Z");
//!
//! let request = signing::Request {
//!     method: "GET",
//!     path: "/resources",
//!     query: &[("size", "1")],
//!     headers: &[("X-Sdk-Date", &date), ("Host", "service.endpoint.myhuaweicloud.com")],
//!     body: b"",
//! };
//! assert_eq!(
//!     request.authorization("AccessKey", &Secret::from("SecretKey"))?,
//!     "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-sdk-date, \
//!      Signature=cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842"
//! );
//! # Ok::<(), drs_api::Error>(())
//! ```
//!
//! # What is signed
//!
//! The *canonical request* is six parts, each but the last ended by a line feed:
//!
//! 1. the method in capitals;
//! 2. the path, each byte but `A-Z a-z 0-9 - _ . ~ /` as `%XX`, ended by a `/` whether the
//!    request has one or not;
//! 3. the query: pairs sorted by name, then by value, each encoded like the path with `/`
//!    encoded too, as `name=value`, joined by `&`;
//! 4. for each header a line `name:value`, names in lower case and sorted, values without
//!    blanks around them;
//! 5. the same names, joined by `;`;
//! 6. the SHA-256 of the body, in hex.
//!
//! The *string to sign* is `SDK-HMAC-SHA256`, the date and the SHA-256 of the canonical
//! request in hex, a line each. The *signature* is its HMAC-SHA256, in hex; the key is the
//! secret key as it is. The gateway takes a signature for 15 minutes before and after its
//! date.
//!
//! Where the vendor's guide to signing is silent, the vendor's own clients decide. Pairs of the
//! query are sorted before they are encoded. A path with percent escapes is decoded first, so `/a
//! b` and `/a%20b` are the same path.

mod date;

use std::time::Duration;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode,
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{Error, Secret};

pub use date::sdk_date;

/// The name of the algorithm, as `Authorization` and the string to sign begin.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// How far the date of a request may be from the gateway's clock, before or after it.
pub const MAX_SKEW: Duration = Duration::from_secs(15 * 60);

/// What is written as `%XX` in a query.
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The same in a path.
const ENCODED_IN_PATH: AsciiSet = ENCODED.remove(b'/');

/// The name of the header with the date, as in a canonical request.
const SDK_DATE: &str = "x-sdk-date";

/// A request to be signed. It is only described: what is really sent must be the same.
///
/// `Debug` shows neither the values of headers nor the body.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, such as `PUT`.
    pub method: &'a str,
    /// The path as in the URL, from its first `/`, without the query. It may be percent-encoded.
    pub path: &'a str,
    /// Names and values of the query, not encoded, in any order. A name may come twice.
    pub query: &'a [(&'a str, &'a str)],
    /// Names and values of the headers that are signed, in any order and case. `X-Sdk-Date` must be
    /// among them. `Host` should be, or the signature is valid for other hosts too.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body as it is sent; empty if there is none.
    pub body: &'a [u8],
}

impl Request<'_> {
    /// The canonical request. It contains the values of all headers, including secret ones: compare
    /// it while you debug a signature, and never log it.
    pub fn canonical_request(&self) -> String {
        let mut text = String::new();
        self.write_canonical(&mut |part| text.push_str(part));
        text
    }

    /// The string to sign.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if not exactly one of the headers is `X-Sdk-Date`, or its value
    /// does not have the form `YYYYMMDDTHHMMSSZ`.
    pub fn string_to_sign(&self) -> Result<String, Error> {
        let date = self.date()?;
        // Piece by piece: the whole text would be a copy of secret headers to be wiped.
        let mut hash = Sha256::new();
        self.write_canonical(&mut |part| hash.update(part));
        Ok(format!("{ALGORITHM}\n{date}\n{}", hex(&hash.finalize())))
    }

    /// The signature: 64 hex digits.
    ///
    /// # Errors
    /// As [`string_to_sign`](Self::string_to_sign).
    pub fn signature(&self, secret_key: &Secret) -> Result<String, Error> {
        let text = self.string_to_sign()?;
        let key = secret_key.expose_secret().as_bytes();
        Ok(hex(&hmac(key, text.as_bytes())))
    }

    /// The names of the signed headers as they stand in the signature: `host;x-sdk-date`.
    pub fn signed_headers(&self) -> String {
        let mut names: Vec<String> = self.headers.iter().map(|(name, _)| lower(name)).collect();
        names.sort_unstable();
        names.dedup();
        names.join(";")
    }

    /// The value of the header `Authorization`.
    ///
    /// # Errors
    /// As [`string_to_sign`](Self::string_to_sign).
    pub fn authorization(&self, access_key: &str, secret_key: &Secret) -> Result<String, Error> {
        let names = self.signed_headers();
        let signature = self.signature(secret_key)?;
        Ok(format!(
            "{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"
        ))
    }

    /// Passes the canonical request on in pieces.
    fn write_canonical(&self, write: &mut impl FnMut(&str)) {
        let method = self.method.to_ascii_uppercase();
        let (path, query) = (canonical_path(self.path), canonical_query(self.query));
        for part in [method, path, query] {
            write(&part);
            write("\n");
        }
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (lower(name), value.trim()));
        let mut headers: Vec<_> = headers.collect();
        headers.sort_unstable();
        for (name, value) in &headers {
            [name, ":", value, "\n"].into_iter().for_each(&mut *write);
        }
        let names = self.signed_headers();
        let body = hex(&Sha256::digest(self.body));
        ["\n", &names, "\n", &body].into_iter().for_each(write);
    }

    fn date(&self) -> Result<&str, Error> {
        let is_date = |(name, _): &&(&str, &str)| lower(name) == SDK_DATE;
        let mut dates = self.headers.iter().filter(is_date);
        match (dates.next(), dates.next()) {
            (Some((_, date)), None) if date::has_form(date.trim()) => Ok(date.trim()),
            _ => Err(Error::invalid(
                SDK_DATE,
                "it must be among the headers once, in the form YYYYMMDDTHHMMSSZ; use \
                 signing::sdk_date",
            )),
        }
    }
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("signed_headers", &self.signed_headers())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

fn lower(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Escapes that the path has already are undone first.
fn canonical_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let text = percent_encode(&decoded, &ENCODED_IN_PATH).to_string();
    format!("{}/", text.strip_suffix('/').unwrap_or(&text))
}

fn canonical_query(query: &[(&str, &str)]) -> String {
    let mut pairs = query.to_vec();
    pairs.sort_unstable();
    let pair = |(name, value): (&str, &str)| format!("{}={}", encode(name), encode(value));
    pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, &ENCODED).to_string()
}

/// HMAC-SHA256 (RFC 2104). The crate for it would bring two more into every build.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let long = (key.len() > 64).then(|| Sha256::digest(key));
    let key = long.as_ref().map_or(key, |digest| digest.as_slice());
    let keyed = |pad: u8| {
        let mut block = Zeroizing::new([pad; 64]);
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        Sha256::new_with_prefix(&block[..])
    };
    let inner = keyed(0x36).chain_update(text).finalize();
    keyed(0x5c).chain_update(inner).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_with_a_slash_and_is_encoded_once() {
        for (path, canonical) in [
            ("", "/"),
            ("/", "/"),
            ("/a", "/a/"),
            ("/a/", "/a/"),
            ("/a//b", "/a//b/"),
            ("/a b", "/a%20b/"),
            ("/a%20b", "/a%20b/"),
            ("/a%2fb%7e", "/a/b~/"),
            ("/100%", "/100%25/"),
            ("/%zz%4", "/%25zz%254/"),
            ("/%ff", "/%FF/"),
            ("/密", "/%E5%AF%86/"),
            ("/+:@", "/%2B%3A%40/"),
        ] {
            assert_eq!(canonical_path(path), canonical, "{path}");
        }
    }

    #[test]
    fn a_request_is_signed_for_one_time() {
        for headers in [
            &[("host", "h")][..],
            &[("X-Sdk-Date", "2020-06-08")],
            &[("X-Sdk-Date", "20200608T023900+")],
            &[("x-sdk-date", "20200608T023900Z"); 2],
        ] {
            let request = Request {
                method: "GET",
                path: "/",
                query: &[],
                headers,
                body: b"",
            };
            let error = request.authorization("ak", &"sk".into()).unwrap_err();
            assert!(error.to_string().contains("once, in the form"), "{error}");
        }
    }

    /// RFC 4231: test cases 1, 2, 3 and 6.
    #[test]
    fn an_hmac_is_that_of_the_rfc() {
        for (key, text, expected) in [
            (
                &[0x0b; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(key, text)), expected);
        }
    }

    #[test]
    fn debug_shows_no_values() {
        let request = Request {
            method: "PUT",
            path: "/",
            query: &[],
            headers: &[("x-security-token", "hidden-token")],
            body: b"hidden-body",
        };
        assert!(!format!("{request:?}").contains("hidden"), "{request:?}");
    }
}
