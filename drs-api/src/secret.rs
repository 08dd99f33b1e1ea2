//! The type of everything that must not be seen.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A password, keytab, token or secret key.
///
/// It has no `Display` and no ordinary equality, its `Debug` is `[redacted]`, and its
/// memory is wiped on drop. It can be serialised only into the body of a request: anywhere
/// else serialising it is an error, since a plan or a log with `[redacted]` for a password
/// would sooner or later be sent.
///
/// ```
/// use drs_api::Secret;
///
/// let password = Secret::from("test-Passw0rd");
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert!(serde_json::to_string(&password).is_err());
/// assert_eq!(password.expose_secret(), "test-Passw0rd");
/// ```
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
    /// Takes the string's own memory, so that no copy stays behind.
    fn from(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::from(secret.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(crate::body::REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::body::serialize_secret(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
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
