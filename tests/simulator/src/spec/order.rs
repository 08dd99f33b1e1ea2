//! The order of a document's mappings, which JSON values lose but "the first example" needs.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A node of a document; only mappings and their keys matter.
pub(crate) enum Order {
    Mapping(Vec<(String, Order)>),
    Other,
}

impl Order {
    /// The first key of the mapping at this JSON pointer.
    pub(crate) fn first_key(&self, pointer: &str) -> Option<&str> {
        let mut node = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let Self::Mapping(entries) = node else {
                return None;
            };
            node = entries
                .iter()
                .find_map(|(key, node)| (*key == step).then_some(node))?;
        }
        match node {
            Self::Mapping(entries) => entries.first().map(|(key, _)| key.as_str()),
            Self::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Order;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Order, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Order::Mapping(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Order, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Order::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Order, E> {
        Ok(Order::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Order, E> {
        Ok(Order::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Order, E> {
        Ok(Order::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Order, E> {
        Ok(Order::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Order, E> {
        Ok(Order::Other)
    }

    fn visit_unit<E>(self) -> Result<Order, E> {
        Ok(Order::Other)
    }
}
