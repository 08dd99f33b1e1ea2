//! What differs in the text of the documents and in nothing that they mean: texts, examples,
//! another order, another way to write the same. What is not known counts as the worst.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    change::Felt::{CompileTime, Service},
    comparison::Comparison,
    effect::Effect,
};
use crate::{meaning::Object, spec::pointer::child};

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Keys of OpenAPI.
    Known,
    /// Names that the document chooses.
    Names,
}

/// Keys that hold names.
const NAMES: [&str; 11] = [
    "paths",
    "properties",
    "responses",
    "headers",
    "content",
    "schemas",
    "requestBodies",
    "securitySchemes",
    "variables",
    "parameters",
    "examples",
];

/// Keys whose value is one thing, not to be looked into.
const WHOLE: [&str; 9] = [
    "example",
    "default",
    "enum",
    "value",
    "security",
    "links",
    "callbacks",
    "encoding",
    "flows",
];

/// Keys that are compared for what they mean.
const MEANT: &str = "openapi info servers tags security paths components \
    get put post delete options head patch trace parameters requestBody responses operationId \
    schemas securitySchemes requestBodies headers examples links callbacks \
    name in required style explode allowReserved allowEmptyValue schema content encoding \
    url variables default enum type scheme bearerFormat flows openIdConnectUrl \
    format properties additionalProperties items allOf anyOf oneOf not nullable readOnly writeOnly \
    maxLength maximum maxItems maxProperties minLength minimum minItems minProperties \
    exclusiveMaximum exclusiveMinimum uniqueItems multipleOf pattern $ref";

/// Adds what no change explains so far.
pub(super) fn add(comparison: &mut Comparison<'_>) {
    let (base, revision) = (comparison.base.get(""), comparison.revision.get(""));
    let (Some(old), Some(new)) = (base, revision) else {
        return;
    };
    let places = comparison.places.iter();
    let explained = places
        .flat_map(|(old, new)| [old.clone(), new.clone()])
        .collect();
    let mut leftovers = Leftovers {
        comparison,
        explained,
    };
    leftovers.both(Keys::Known, ("", ""), (old, new), "");
}

struct Leftovers<'c, 'a> {
    comparison: &'c mut Comparison<'a>,
    explained: BTreeSet<String>,
}

impl Leftovers<'_, '_> {
    fn both(
        &mut self,
        keys: Keys,
        (at, here): (&str, &str),
        (old, new): (&Value, &Value),
        key: &str,
    ) {
        if old == new {
            return;
        }
        match (old, new) {
            _ if keys == Keys::Known && WHOLE.contains(&key) => self.leaf(keys, (at, here), key),
            _ if keys == Keys::Known && key.starts_with("x-") => self.leaf(keys, (at, here), key),
            (Value::Object(old), Value::Object(new)) => {
                // A reference on one side only is another way to write what it leads to.
                let inner = match keys {
                    Keys::Known if NAMES.contains(&key) => Keys::Names,
                    _ => Keys::Known,
                };
                if inner == Keys::Known && old.contains_key("$ref") != new.contains_key("$ref") {
                    return self.leaf(keys, (at, here), "$ref");
                }
                self.maps((at, here), (old, new), inner);
            }
            (Value::Array(old), Value::Array(new)) => self.lists((at, here), (old, new), key),
            _ => self.leaf(keys, (at, here), key),
        }
    }

    fn maps(&mut self, (at, here): (&str, &str), (old, new): (&Object, &Object), inner: Keys) {
        if inner == Keys::Known && old.contains_key("$ref") && old.get("$ref") == new.get("$ref") {
            let effect = Effect::docs("OpenAPI 3.0 ignores it");
            return self
                .comparison
                .values("text beside a `$ref` changed", (at, here), effect);
        }
        if let [Some(from), Some(to)] = [old, new].map(|map| map.get("$ref")?.as_str()) {
            let renamed = from
                .strip_prefix('#')
                .and_then(|from| self.comparison.schemas.renamed.get(from));
            if inner == Keys::Known && renamed.map(String::as_str) == to.strip_prefix('#') {
                return;
            }
        }
        let nothing = Value::Object(Object::new());
        let mut added: Vec<&String> = new.keys().filter(|name| !old.contains_key(*name)).collect();
        for (name, value) in old {
            let place = child(at, name);
            if let Some(other) = new.get(name) {
                self.both(inner, (&place, &child(here, name)), (value, other), name);
                continue;
            }
            if at == "/components" {
                self.both(inner, (&place, &child(here, name)), (value, &nothing), name);
                continue;
            }
            let moved = self.comparison.moved.get(&place);
            let moved = moved
                .or(self.comparison.schemas.renamed.get(&place))
                .cloned();
            if let Some(to) = moved {
                added.retain(|name| child(here, name) != to);
                if let Some(other) = self.comparison.revision.get(&to) {
                    self.both(inner, (&place, &to), (value, other), name);
                }
                continue;
            }
            let alike = added.iter().position(|name| new.get(*name) == Some(value));
            match alike.filter(|_| inner == Keys::Names && at.starts_with("/components")) {
                Some(index) => {
                    let to = child(here, added.remove(index));
                    let kind = match at {
                        "/components/securitySchemes" => "security scheme renamed",
                        _ => "component renamed",
                    };
                    let effect =
                        Effect::docs("its name is not sent, and the generator makes nothing of it");
                    self.comparison.values(kind, (&place, &to), effect);
                }
                None => self.leaf(inner, (&place, ""), name),
            }
        }
        for name in added {
            // An operation that moved here has been where it came from.
            let place = child(here, name);
            if let Some(value) = new.get(name).filter(|_| here == "/components") {
                self.both(inner, (&child(at, name), &place), (&nothing, value), name);
                continue;
            }
            if !self.comparison.moved.values().any(|to| *to == place) {
                self.leaf(inner, ("", &place), name);
            }
        }
    }

    /// Items that are alike belong together wherever they stand; of the others the first
    /// belongs to the first.
    fn lists(&mut self, (at, here): (&str, &str), (old, new): (&[Value], &[Value]), key: &str) {
        let mut left: Vec<(usize, &Value)> = new.iter().enumerate().collect();
        let mut gone = Vec::new();
        for (index, item) in old.iter().enumerate() {
            match left.iter().position(|(_, other)| *other == item) {
                Some(found) => drop(left.remove(found)),
                None => gone.push((index, item)),
            }
        }
        if gone.is_empty() && left.is_empty() {
            let effect = Effect::docs("the order says nothing");
            if !self.is_explained(at) && !self.is_explained(here) {
                self.comparison.values("order changed", (at, here), effect);
            }
            return;
        }
        let is_text = |items: &[Value]| items.iter().all(|item| !item.is_object());
        if is_text(old) && is_text(new) {
            return self.leaf(Keys::Known, (at, here), key);
        }
        let mut left = left.into_iter();
        for (index, item) in gone {
            let place = format!("{at}/{index}");
            match left.next() {
                Some((other, value)) => {
                    let to = format!("{here}/{other}");
                    self.both(Keys::Known, (&place, &to), (item, value), "");
                }
                None => self.leaf(Keys::Known, (&place, ""), key),
            }
        }
        for (index, _) in left {
            self.leaf(Keys::Known, ("", &format!("{here}/{index}")), key);
        }
    }

    fn is_explained(&self, place: &str) -> bool {
        if place.is_empty() {
            return false;
        }
        let within = format!("{place}/");
        let below = self.explained.range(within.clone()..).next();
        if self.explained.contains(place) || below.is_some_and(|next| next.starts_with(&within)) {
            return true;
        }
        let mut around = place;
        while let Some((parent, _)) = around.rsplit_once('/') {
            if !parent.is_empty() && self.explained.contains(parent) {
                return true;
            }
            around = parent;
        }
        false
    }

    /// One place that differs as a whole.
    fn leaf(&mut self, keys: Keys, (at, here): (&str, &str), key: &str) {
        let place = if here.is_empty() { at } else { here };
        let (kind, why) = match self.kind(keys, place, key, at.is_empty(), here.is_empty()) {
            Some(found) => found,
            None => {
                let holder = |place: &str| -> bool {
                    let holder = place.rsplit_once('/').map_or("", |(holder, _)| holder);
                    self.is_explained(place)
                        || (holder.matches('/').count() > 1 && self.is_explained(holder))
                };
                if holder(at) || holder(here) {
                    return;
                }
                match (key, is_meant(keys, key)) {
                    ("security", _) => (
                        "security written otherwise",
                        "it asks for the same credentials",
                    ),
                    (_, true) => ("written in another place", "what it says is the same"),
                    (_, false) => {
                        let why = "no rule is about this, so it counts as the worst";
                        let effect = Effect::wire(&[Service, CompileTime], why);
                        return self.comparison.values("other change", (at, here), effect);
                    }
                }
            }
        };
        self.comparison.values(kind, (at, here), Effect::docs(why));
    }

    /// What a place is called that means nothing to the service or to the generator.
    fn kind(
        &self,
        keys: Keys,
        place: &str,
        key: &str,
        is_added: bool,
        is_removed: bool,
    ) -> Option<(&'static str, &'static str)> {
        let within = |key: &str| place.contains(&format!("/{key}/"));
        let steps: Vec<&str> = place.split('/').collect();
        let is_set = |place: &str| self.comparison.revision.get(place) == Some(&Value::Bool(true));
        let text = ("text changed", "people read it");
        Some(match (steps.as_slice(), key) {
            (["", "components", "securitySchemes", _], _) if is_added => (
                "security scheme added",
                "it counts where `security` asks for it",
            ),
            (["", "components", "securitySchemes", _], _) if is_removed => (
                "security scheme removed",
                "it counted where `security` asked for it",
            ),
            (["", "components", "examples", ..], _) => ("example changed", "people read it"),
            (["", "components", section, _], _) if is_added && *section != "schemas" => {
                ("component added", "it counts where it is referred to")
            }
            (["", "components", section, _], _) if is_removed && *section != "schemas" => {
                ("component removed", "it counted where it was referred to")
            }
            (["", "components", _], _) if keys == Keys::Known => return None,
            (["", "info", "version"], _) => {
                ("version changed", "it is this document's own version")
            }
            (["", "info", ..], _) => text,
            (["", "openapi"], _) => (
                "version of OpenAPI changed",
                "all patch versions of 3.0 mean the same",
            ),
            (["", "tags", _, _, ..], _) => text,
            _ if keys == Keys::Names && within("examples") => ("example changed", "people read it"),
            (_, "tags") => ("tags changed", "they group pages"),
            _ if keys == Keys::Names => return None,
            (_, "x-secret") => ("hint for the lint changed", "only the lint reads it"),
            (_, "x-enum-descriptions") => text,
            (_, key) if key.starts_with("x-") => {
                if self.explained.contains(place) {
                    return None;
                }
                (
                    "extension changed",
                    "neither the service nor the generator reads it",
                )
            }
            (_, "example" | "examples" | "value") => ("example changed", "people read it"),
            (_, "links") => ("link changed", "the generator makes nothing of links"),
            (_, "deprecated") if is_set(place) => (
                "deprecated",
                "the documentation says so; there is no `#[deprecated]`",
            ),
            (_, "deprecated") => (
                "no longer deprecated",
                "the documentation no longer says so",
            ),
            (_, "description" | "summary" | "title" | "externalDocs") => text,
            _ if within("externalDocs") => text,
            _ => return None,
        })
    }
}

fn is_meant(keys: Keys, key: &str) -> bool {
    keys == Keys::Names || key.is_empty() || MEANT.split_whitespace().any(|meant| meant == key)
}
