//! A second SDK-HMAC-SHA256, written from the description alone: plain tables and strings, and its
//! own HMAC.

use sha2::{Digest, Sha256};

/// What is signed. Path and query are decoded.
pub struct ToSign<'a> {
    /// The method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The query.
    pub query: &'a [(String, String)],
    /// The signed headers.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl ToSign<'_> {
    /// The signature with a secret key.
    pub fn signature(&self, secret_key: &str) -> String {
        let mut headers: Vec<String> = Vec::new();
        let mut date = String::new();
        for (name, value) in self.headers {
            let (name, value) = (name.to_lowercase(), value.trim());
            if name == "x-sdk-date" {
                date = value.to_owned();
            }
            headers.push(format!("{name}\0{value}"));
        }
        // A zero byte sorts before every character of a name.
        headers.sort();
        let mut names: Vec<&str> = headers
            .iter()
            .map(|h| h.split('\0').next().unwrap())
            .collect();
        names.dedup();
        let lines: String = headers
            .iter()
            .map(|header| header.replacen('\0', ":", 1) + "\n")
            .collect();

        let mut query = self.query.to_vec();
        query.sort_by(|(a, x), (b, y)| a.as_bytes().cmp(b.as_bytes()).then(x.cmp(y)));
        let query: String = query
            .iter()
            .map(|(name, value)| format!("&{}={}", escaped(name), escaped(value)))
            .collect();

        let mut path: Vec<String> = self.path.split('/').map(escaped).collect();
        if path.last().is_none_or(|last| !last.is_empty()) {
            path.push(String::new());
        }
        let mut path = path.join("/");
        if path.is_empty() {
            path.push('/');
        }

        let request = [
            self.method.to_uppercase(),
            path,
            query.trim_start_matches('&').to_owned(),
            lines,
            names.join(";"),
            sha256(&[self.body]).0,
        ]
        .join("\n");
        let to_sign = format!(
            "SDK-HMAC-SHA256\n{date}\n{}",
            sha256(&[request.as_bytes()]).0
        );
        hmac(secret_key.as_bytes(), to_sign.as_bytes())
    }
}

fn escaped(text: &str) -> String {
    const PLAIN: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    let mut escaped = String::new();
    for c in text.chars() {
        if PLAIN.contains(c) {
            escaped.push(c);
        } else {
            for byte in c.to_string().as_bytes() {
                escaped += &format!("%{byte:02X}");
            }
        }
    }
    escaped
}

/// The hash of consecutive parts, in hex and raw.
fn sha256(parts: &[&[u8]]) -> (String, Vec<u8>) {
    let hash = Sha256::digest(parts.concat());
    let hex = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    (hex, hash.to_vec())
}

fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut key = match key.len() {
        65.. => sha256(&[key]).1,
        _ => key.to_vec(),
    };
    key.resize(64, 0);
    let with = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = sha256(&[&with(0x36), message]).1;
    sha256(&[&with(0x5c), &inner]).0
}
