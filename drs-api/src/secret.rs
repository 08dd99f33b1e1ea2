//! The type of everything that must not be seen, and the only way in which it is written out.

use std::{
    cell::{Cell, RefCell},
    fmt,
    ops::Range,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
    ser::Error as _,
};
use zeroize::Zeroizing;

/// Shown instead of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// A password, keytab, token or secret key.
///
/// It has no `Display` and no ordinary equality, its `Debug` is `[redacted]`, and its
/// memory is wiped on drop. It can be serialised only into the body of a request: anywhere
/// else serialising it is an error, since a plan or a log with `[redacted]` for a password
/// would sooner or later be sent. It can be deserialised, for plans; what the format does not read
/// as a string is refused without being shown.
///
/// ```
/// use drs_api::Secret;
///
/// let password = Secret::from("test-Passw0rd");
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert!(serde_json::to_string(&password).is_err());
/// assert_eq!(password.expose_secret(), "test-Passw0rd");
/// ```
// Not `secrecy::SecretString`, a `Box<str>`. It moves a `String` with spare room and frees the old
// memory unwiped; its `Deserialize` quotes a number given for a password in the error; and it could
// not tell a body where its secrets are.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret in clear. Its name is made to be searched for.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    /// Takes the string's own memory: no copy stays behind.
    fn from(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::from(secret.to_owned())
    }
}

// It is not a text to look at: what a login returns is shown nowhere, and has to stay as it is.
crate::texts::without_texts!(Secret);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PLACES.with_borrow_mut(|places| {
            let places = places.as_mut().ok_or_else(|| {
                S::Error::custom("a Secret can only be serialised into the body of a request")
            })?;
            let start = WRITTEN.get() + 1;
            let written = serializer.serialize_str(&self.0)?;
            places.push(start..WRITTEN.get().saturating_sub(1));
            Ok(written)
        })
    }
}

thread_local! {
    /// How much of the body has been written.
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
    /// Where secrets stand in the body that is being written, without their quotes; without a
    /// body no secret can be serialised. serde offers a value no way to know what it is written
    /// into.
    static PLACES: RefCell<Option<Vec<Range<usize>>>> = const { RefCell::new(None) };
}

/// Says how much of the body has been written, in bytes.
pub(crate) fn note_written(length: usize) {
    WRITTEN.set(length);
}

/// Runs `write`, which writes a body and may serialise secrets; also returns where they are.
pub(crate) fn with_secrets<R>(write: impl FnOnce() -> R) -> (R, Vec<Range<usize>>) {
    /// Also when `write` panics, nothing may be serialised afterwards.
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            PLACES.set(None);
        }
    }
    let _guard = Guard;
    WRITTEN.set(0);
    PLACES.set(Some(Vec::new()));
    let result = write();
    (result, PLACES.take().unwrap_or_default())
}

impl<'de> Deserialize<'de> for Secret {
    /// Reads a string. Of anything else the error names the kind and not the value: a
    /// password of digits that lacks its quotes would be in it in clear.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for a string, a format converts a number or words the error itself, with the
        // number; asked for anything, it leaves that to the visitor. An error of syntax stays
        // what it is.
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

/// Refusals without the value, which serde's own show.
macro_rules! refuse {
    ($($visit:ident: $kind:ty),*) => {$(
        fn $visit<E: Error>(self, _: $kind) -> Result<Secret, E> {
            Err(E::custom("a secret has to be a string; put it in quotes"))
        }
    )*};
}

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, secret: &str) -> Result<Secret, E> {
        Ok(secret.into())
    }

    fn visit_string<E: Error>(self, secret: String) -> Result<Secret, E> {
        Ok(secret.into())
    }

    refuse!(visit_bool: bool, visit_i64: i64, visit_i128: i128);
    refuse!(visit_u64: u64, visit_u128: u128, visit_f64: f64);
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Secret {
    /// Written out where it is used, as the OpenAPI document does.
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "password" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_string_is_refused_without_being_shown() {
        for wrong in [
            "12345678",
            "-12345678",
            "1234.5678",
            "true",
            "null",
            "[12345678]",
            r#"{"x": 12345678}"#,
        ] {
            for error in [
                serde_json::from_str::<Secret>(wrong).unwrap_err(),
                serde_json::from_value::<Secret>(serde_json::from_str(wrong).unwrap()).unwrap_err(),
            ] {
                let error = format!("{error} {error:?}");
                assert!(error.contains("a string"), "{error}");
                assert!(!error.contains("1234"), "{error}");
            }
        }
    }

    #[test]
    fn a_string_is_read_however_it_is_escaped() {
        for (json, secret) in [
            (r#""plain""#, "plain"),
            (r#""a\"b\\\u00e9\n""#, "a\"b\\é\n"),
            (r#""""#, ""),
        ] {
            let from_slice: Secret = serde_json::from_str(json).unwrap();
            let from_reader: Secret = serde_json::from_reader(json.as_bytes()).unwrap();
            assert_eq!(from_slice.expose_secret(), secret);
            assert_eq!(from_reader.expose_secret(), secret);
        }
    }
}
