//! Verifies an `SDK-HMAC-SHA256` signature. Written from the vendor's guide, and separate from the
//! client's signing, down to the HMAC.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::clock::parse_sdk_date;
use crate::percent::{percent_decode, percent_encode};

const ALGORITHM: &str = "SDK-HMAC-SHA256 ";
/// How far a request's date may be from the clock, in either direction.
const MAX_SKEW: Duration = Duration::from_secs(15 * 60);

/// A request with a signature.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// The parts of the header `Authorization`.
pub(crate) struct Claim<'a> {
    pub(crate) access_key: &'a str,
    names: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    pub(crate) fn parse(authorization: &'a str) -> Option<Self> {
        let mut parts = authorization.strip_prefix(ALGORITHM)?.split(", ");
        let access_key = parts.next()?.strip_prefix("Access=")?;
        let names = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            access_key,
            names: names.split(';').collect(),
            signature,
        })
    }
}

impl Signed<'_> {
    /// Whether the signature is valid for this secret key at this time.
    pub(crate) fn is_signed(&self, claim: &Claim<'_>, secret_key: &str, now: SystemTime) -> bool {
        // The vendor's clients disagree on escapes in a path: Python's decodes before encoding,
        // Node's encodes twice.
        [percent_decode(self.path), self.path.into()]
            .iter()
            .filter_map(|path| self.expected(path, claim, secret_key, now))
            .any(|expected| expected == claim.signature)
    }

    fn expected(
        &self,
        path: &[u8],
        claim: &Claim<'_>,
        secret_key: &str,
        now: SystemTime,
    ) -> Option<String> {
        let in_order = claim.names.windows(2).all(|pair| pair[0] < pair[1]);
        if !in_order || !claim.names.contains(&"x-sdk-date") {
            return None;
        }
        let date = self.headers.get("x-sdk-date")?.to_str().ok()?;
        let time = parse_sdk_date(date)?;
        let skew = now.duration_since(time).unwrap_or_else(|e| e.duration());
        if skew > MAX_SKEW {
            return None;
        }
        let mut lines = vec![
            self.method.to_owned(),
            slashed(percent_encode(path, "/")),
            self.sorted_query(),
        ];
        for name in &claim.names {
            let mut values = Vec::new();
            for value in self.headers.get_all(*name) {
                values.push(value.to_str().ok()?.trim());
            }
            if values.is_empty() {
                // It claims to sign a header that is missing.
                return None;
            }
            values.sort_unstable();
            lines.extend(values.iter().map(|value| format!("{name}:{value}")));
        }
        lines.push(String::new());
        lines.push(claim.names.join(";"));
        lines.push(hex(&Sha256::digest(self.body)));
        let canonical = Sha256::digest(lines.join("\n"));
        let to_sign = format!("{}\n{date}\n{}", ALGORITHM.trim(), hex(&canonical));
        Some(hex(&hmac(secret_key.as_bytes(), to_sign.as_bytes())))
    }

    fn sorted_query(&self) -> String {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (percent_decode(name), percent_decode(value)))
            .collect();
        pairs.sort();
        let pairs = pairs.iter().map(|(name, value)| {
            let [name, value] = [name, value].map(|text| percent_encode(text, ""));
            format!("{name}={value}")
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// RFC 2104, for SHA-256 and its 64-byte blocks.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let hashed: [u8; 32] = Sha256::digest(key).into();
    let key = if key.len() > 64 { &hashed[..] } else { key };
    block[..key.len()].copy_from_slice(key);
    let padded = |byte: u8| block.map(|b| b ^ byte);
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(message);
    let outer = Sha256::new().chain_update(padded(0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

fn slashed(mut path: String) -> String {
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn the_hmac_is_that_of_the_rfc() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    /// The example of the vendor's guide.
    #[test]
    fn a_signature_holds_for_15_minutes_and_nothing_else() {
        let headers: HeaderMap = [
            ("content-type", "application/json"),
            ("host", "service.region.example.com"),
            ("x-sdk-date", "20191115T033655Z"),
        ]
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<http::HeaderMap>();
        let authorization = "SDK-HMAC-SHA256 Access=AK, \
             SignedHeaders=content-type;host;x-sdk-date, \
             Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe";
        let key = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc";
        let path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs";
        let query = "marker=13551d6b-755d-4757-b956-536f674975c0&limit=2";
        let signed = |path, query, body| Signed {
            method: "GET",
            path,
            query,
            headers: &headers,
            body,
        };
        let claim = Claim::parse(authorization).unwrap();
        let at = parse_sdk_date("20191115T033655Z").unwrap();
        let is_valid = |signed: Signed<'_>, key, now| signed.is_signed(&claim, key, now);
        assert!(is_valid(signed(path, query, b""), key, at));
        assert!(is_valid(signed(path, query, b""), key, at + MAX_SKEW));
        assert!(is_valid(signed(path, query, b""), key, at - MAX_SKEW));
        let second = Duration::from_secs(1);
        assert!(!is_valid(
            signed(path, query, b""),
            key,
            at + MAX_SKEW + second
        ));
        assert!(!is_valid(
            signed(path, query, b""),
            key,
            at - MAX_SKEW - second
        ));
        assert!(!is_valid(signed(path, query, b"x"), key, at));
        assert!(!is_valid(signed(path, "limit=2", b""), key, at));
        assert!(!is_valid(signed("/v1", query, b""), key, at));
        assert!(!is_valid(signed(path, query, b""), "another", at));
    }

    /// Signatures by the official clients, 3.1.219 for Python and 3.1.211 for Node.
    #[test]
    fn a_path_with_a_space_may_be_signed_as_either_official_client_does() {
        let headers: HeaderMap = [
            ("host", "drs.example.com"),
            ("x-sdk-date", "20191115T033655Z"),
        ]
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<http::HeaderMap>();
        let signed = Signed {
            method: "PUT",
            path: "/v3/a%20b/jobs/batch-modify-pwd",
            query: "",
            headers: &headers,
            body: b"{}",
        };
        let at = parse_sdk_date("20191115T033655Z").unwrap();
        let is_valid = |signature: &str| {
            let authorization = format!(
                "SDK-HMAC-SHA256 Access=access-key, SignedHeaders=host;x-sdk-date, \
                 Signature={signature}"
            );
            signed.is_signed(
                &Claim::parse(&authorization).unwrap(),
                "test-secret-key",
                at,
            )
        };
        assert!(is_valid(
            "163bbdbb61e574b6465010f9864079c3111b88553d5e13df437ed8c68c3d4991"
        ));
        assert!(is_valid(
            "91aafbe8409899aead0c186783e3546b358a04773b05183bf4c47a64d1d4cbe2"
        ));
        assert!(!is_valid(
            "91aafbe8409899aead0c186783e3546b358a04773b05183bf4c47a64d1d4cbe3"
        ));
    }
}
