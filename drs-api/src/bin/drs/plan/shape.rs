//! Which fields the objects of a plan have: those of the API's types, and those of this tool.

use std::fmt;

use drs_api::types::{KerberosVo, ModifyPwdEndPoint};
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
    forward_to_deserialize_any,
};

use super::problem::Problem;

/// The list of a plan.
pub(crate) const JOBS: &str = "jobs";
/// What an item says about its password, the API's field first. One of these is given.
pub(crate) const PASSWORD: [&str; 3] = ["db_password", "db_password_env", "db_password_file"];
/// Lets a password be sent that looks as if nobody meant it.
pub(crate) const LITERAL: &str = "db_password_literal";
/// The object for Kerberos in an item.
pub(crate) const KERBEROS: &str = "kerberos";
/// The keytab, and the file that it can be read from instead.
pub(crate) const KEY_TAB: [&str; 2] = ["key_tab_file", "key_tab_path"];
/// The configuration of Kerberos, and the file that it can be read from instead.
pub(crate) const KRB5_CONF: [&str; 2] = ["krb5_conf_file", "krb5_conf_path"];

/// Where an item is.
pub(crate) fn item_place(index: usize) -> String {
    format!("{JOBS}[{index}]")
}

/// The part of a plan that a node is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The whole of it.
    Root,
    /// The list of items.
    Jobs,
    /// One end point.
    Item,
    /// What an end point says about Kerberos.
    Kerberos,
    /// A value without parts.
    Leaf,
}

impl Shape {
    /// Whether it is an object.
    pub(crate) fn is_object(self) -> bool {
        matches!(self, Self::Root | Self::Item | Self::Kerberos)
    }

    /// A field of it, and that field's own shape. `index` counts the fields before it.
    pub(crate) fn field(self, name: &str, index: usize) -> Result<(&'static str, Self), Problem> {
        let known = || self.api().iter().chain(self.own()).copied();
        let Some(name) = known().find(|known| *known == name) else {
            // `{db_password:x}` and `{db_password, x}` have fields with a password as their
            // name: only what no password looks like is shown.
            let named = |b| matches!(b, b'a'..=b'z' | b'_' | b'-');
            let which = match name.len() <= 32 && name.bytes().all(named) {
                true => format!("`{name}`"),
                false => format!("entry {}", index + 1),
            };
            let known: Vec<_> = known().collect();
            let known = known.join(", ");
            return Err(Problem::new(format!(
                "{which} is not a field here; known fields: {known}"
            )));
        };
        let shape = match (self, name) {
            (Self::Root, JOBS) => Self::Jobs,
            (Self::Item, KERBEROS) => Self::Kerberos,
            _ => Self::Leaf,
        };
        Ok((name, shape))
    }

    /// The fields that the API's type has.
    fn api(self) -> &'static [&'static str] {
        match self {
            Self::Root => &[JOBS],
            Self::Item => names::<ModifyPwdEndPoint>(),
            Self::Kerberos => names::<KerberosVo>(),
            Self::Jobs | Self::Leaf => &[],
        }
    }

    /// The fields that only this tool knows.
    fn own(self) -> &'static [&'static str] {
        const ITEM: [&str; 3] = [PASSWORD[1], PASSWORD[2], LITERAL];
        const KERBEROS: [&str; 2] = [KEY_TAB[1], KRB5_CONF[1]];
        match self {
            Self::Item => &ITEM,
            Self::Kerberos => &KERBEROS,
            Self::Root | Self::Jobs | Self::Leaf => &[],
        }
    }
}

/// The names of a type's fields, as it tells them to a deserializer.
fn names<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    match T::deserialize(AsksForNames) {
        Ok(_) => &[],
        Err(Names(names)) => names,
    }
}

struct AsksForNames;

#[derive(Debug)]
struct Names(&'static [&'static str]);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Names {}

impl de::Error for Names {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for AsksForNames {
    type Error = Names;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Names> {
        Err(Names(names))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}
