//! The shape of a plan: the API's fields, and those of this tool.

use std::{fmt, marker::PhantomData};

use drs_api::{Secret, types::EndPointType};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) jobs: Vec<Object<Item>>,
}

/// One end point. What may be a secret, by mistake too, is wiped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) job_id: String,
    #[serde(deserialize_with = "side")]
    pub(super) end_point_type: EndPointType,
    #[serde(default, deserialize_with = "given")]
    pub(super) db_password: Option<Secret>,
    #[serde(default, deserialize_with = "given")]
    pub(super) db_password_env: Option<Secret>,
    #[serde(default, deserialize_with = "given")]
    pub(super) db_password_file: Option<Secret>,
    /// Lets a password be sent that looks as if nobody meant it.
    #[serde(default)]
    pub(super) db_password_literal: bool,
    pub(super) kerberos: Option<Object<Kerberos>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kerberos {
    pub(super) domain_name: Option<String>,
    pub(super) user_principal: Option<String>,
    pub(super) key_tab_file: Option<Secret>,
    pub(super) key_tab_path: Option<Secret>,
    pub(super) krb5_conf_file: Option<String>,
    pub(super) krb5_conf_path: Option<Secret>,
}

/// Reads a field that may be left out, but not be null.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Secret::deserialize(deserializer).map(Some)
}

/// Reads a side from a text alone.
fn side<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EndPointType, D::Error> {
    let word = String::deserialize(deserializer)?;
    let unknown = |_| de::Error::unknown_variant("", &["so", "ta"]);
    word.parse().map_err(unknown)
}

/// A struct that is read from an object alone: serde takes a list of its values too.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectOf(PhantomData))
    }
}

struct ObjectOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOf<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}
