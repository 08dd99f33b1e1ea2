//! Secrets that can be told from everything else, and the search for them.

/// A secret with a mark in it.
pub struct Marked {
    name: &'static str,
    /// Empty if it has only special characters.
    core: String,
    value: String,
}

impl Marked {
    /// `core` is the mark: twelve or more letters and digits that occur nowhere else. The secret is
    /// `core` and `rest`, which contains characters that are escaped somewhere.
    pub fn new(name: &'static str, core: &str, rest: &str) -> Self {
        assert!(core.len() >= 12 && core.bytes().all(|b| b.is_ascii_alphanumeric()));
        Self {
            name,
            core: core.to_owned(),
            value: format!("{core}{rest}"),
        }
    }

    /// A secret without a long run of letters and digits, which can only be found whole.
    pub fn of_signs(name: &'static str, value: &str) -> Self {
        Self {
            name,
            core: String::new(),
            value: value.to_owned(),
        }
    }

    /// The secret.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Looks for marked secrets, whole or cut, plain, escaped, or encoded.
pub struct Leaks {
    /// What to look for, and what finding it means.
    needles: Vec<(String, String)>,
    found: Vec<String>,
    looked_at: usize,
}

impl Leaks {
    /// These secrets are looked for.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a Marked>) -> Self {
        let mut needles = Vec::new();
        for Marked { name, core, value } in secrets {
            let (mark, beginning) = match core.as_str() {
                "" => (value, &value[..8]),
                core => (&core.to_owned(), &core[..8]),
            };
            let mut add =
                |form: &str, needle: String| needles.push((needle, format!("{name}, {form}")));
            // A response may have been cut. Letters and digits stay the same in every escape.
            add("plain", beginning.to_owned());
            add("hex", hex(beginning.as_bytes()));
            add("upper-case hex", hex(beginning.as_bytes()).to_uppercase());
            for before in 0..3 {
                // The preceding bytes shift it, and its neighbours change its ends.
                let padded = [&b"\0\0"[..before], mark.as_bytes()].concat();
                let encoded = base64(&padded);
                let inner = &encoded[(before * 8).div_ceil(6)..padded.len() * 8 / 6];
                add("base64", inner.to_owned());
            }
            // The backslashes may have been removed.
            let units = beginning.encode_utf16();
            let units = units
                .map(|unit| format!("u{unit:04x}\\"))
                .collect::<String>();
            add("Unicode escapes", units.trim_end_matches('\\').to_owned());
            add("Unicode escapes, bare", units.replace('\\', ""));
            for text in [value, beginning] {
                let json = serde_json::to_string(text).unwrap();
                let json = &json[1..json.len() - 1];
                add("JSON", json.to_owned());
                let twice = serde_json::to_string(json).unwrap();
                add("JSON within JSON", twice[1..twice.len() - 1].to_owned());
                let debug = format!("{text:?}");
                add("Debug", debug[1..debug.len() - 1].to_owned());
                add("percent", percent(text));
                add("lower-case percent", percent(text).to_lowercase());
                add("HTML", html(text));
                add("JSON by Go", go(text));
                add("percent by JavaScript", script(text));
            }
        }
        // A needle that contains another is found with it.
        let shorter = |needle: &str| {
            let mut others = needles.iter().filter(|(other, _)| other != needle);
            others.any(|(other, _)| needle.contains(other.as_str()))
        };
        let keep: Vec<_> = needles.iter().map(|(n, _)| !shorter(n)).collect();
        let mut keep = keep.into_iter();
        needles.retain(|_| keep.next().unwrap());
        needles.sort();
        needles.dedup_by(|a, b| a.0 == b.0);
        Self {
            needles,
            found: Vec::new(),
            looked_at: 0,
        }
    }

    /// Searches printed or recorded text; `place` says where.
    pub fn look(&mut self, place: &str, text: &str) {
        self.looked_at += 1;
        self.look_in(place, text);
        // However often it was escaped.
        if text.contains('\\') {
            self.look_in(place, &text.replace('\\', ""));
        }
    }

    fn look_in(&mut self, place: &str, text: &str) {
        for (needle, meaning) in &self.needles {
            if let Some(at) = text.find(needle) {
                let from = text.floor_char_boundary(at.saturating_sub(60));
                let before = &text[from..at];
                self.found
                    .push(format!("{place}: {meaning}, after {before:?}"));
            }
        }
    }

    /// A search for the same secrets, with nothing found yet.
    pub fn another(&self) -> Self {
        Self {
            needles: self.needles.clone(),
            found: Vec::new(),
            looked_at: 0,
        }
    }

    /// Takes over the findings of another.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        self.looked_at += other.looked_at;
    }

    /// How many texts were searched.
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// Fails if anything was found. Shows where, but not the secrets.
    pub fn assert_none(&self) {
        let shown: Vec<_> = self.found.iter().take(40).map(String::as_str).collect();
        assert!(
            shown.is_empty(),
            "secrets were shown:\n{}",
            shown.join("\n")
        );
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Like JavaScript's `encodeURIComponent`.
fn script(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Like Go's `encoding/json`, without the quotes.
fn go(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    let escaped = [("<", r"\u003c"), (">", r"\u003e"), ("&", r"\u0026")];
    let json = json[1..json.len() - 1].to_owned();
    let escape = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    escaped.iter().fold(json, escape)
}

fn html(text: &str) -> String {
    [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = bytes.len() * 8;
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    (0..bits.div_ceil(6))
        .map(|digit| (0..6).fold(0, |value, i| value << 1 | bit(digit * 6 + i)))
        .map(|value| char::from(DIGITS[usize::from(value)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_however_it_is_encoded() {
        assert_eq!(base64(b"Man is"), "TWFuIGlz");
        let secret = Marked::new("password", "Zq7LkVx2Bw9T", "\"é\\<& ");
        for text in [
            "Zq7LkVx2 cut short".to_owned(),
            secret.value().to_owned(),
            format!("{:?}", secret.value()),
            hex(secret.value().as_bytes()),
            percent(secret.value()),
            script(secret.value()),
            go(secret.value()),
            base64(secret.value().as_bytes()),
            base64(format!("a{}", secret.value()).as_bytes()),
            base64(format!("ab{}", secret.value()).as_bytes()),
        ] {
            let mut leaks = Leaks::of([&secret]);
            leaks.look("here", &text);
            assert!(!leaks.found.is_empty(), "{text}");
            assert!(leaks.found.iter().all(|f| !f.contains("Zq7L")));
        }
        let mut leaks = Leaks::of([&secret]);
        leaks.look("here", "Zq7Lk is too little to tell");
        leaks.assert_none();
    }
}
