//! What differs in the text of the documents and in none of their facts: texts, examples,
//! another order, another way to write the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{change::Verdict, judge::Judged, rows::Rows, show};
use crate::{
    facts::{Object, says_nothing},
    spec::{
        dialect::{Keys, Kind, Role, Shape},
        keys::{ENUM_DESCRIPTIONS, SECRET},
        pointer::child,
    },
};

/// Adds what no change explains so far.
pub(super) fn add(rows: &mut Rows<'_>) {
    let (old, new) = (rows.base.get(""), rows.revision.get(""));
    if let (Some(old), Some(new)) = (old, new) {
        let explained = rows.places();
        let mut texts = Texts { rows, explained };
        let root = Leaf {
            at: "",
            here: "",
            key: "",
            of: None,
        };
        texts.both(Some(Shape::One(Kind::OpenApi)), root, (old, new));
    }
}

/// A place in both documents, empty where there is none, and the key that it is under.
#[derive(Clone, Copy)]
struct Leaf<'l> {
    at: &'l str,
    here: &'l str,
    key: &'l str,
    /// Of which object the key is one; nothing, if the document chooses its name.
    of: Option<Kind>,
}

struct Texts<'t, 'a> {
    rows: &'t mut Rows<'a>,
    explained: BTreeSet<String>,
}

impl Texts<'_, '_> {
    fn both(&mut self, shape: Option<Shape>, leaf: Leaf<'_>, (old, new): (&Value, &Value)) {
        if old == new {
            return;
        }
        let kind = match shape {
            Some(Shape::One(kind) | Shape::OrRef(kind)) => Some(kind),
            Some(Shape::SchemaOrFlag) => Some(Kind::Schema),
            _ => None,
        };
        match (shape, old, new) {
            (Some(Shape::Map(_)), Value::Object(old), Value::Object(new)) => {
                self.entries(shape, kind, leaf, (old, new));
            }
            (_, Value::Object(old), Value::Object(new)) if kind.is_some() => {
                match (old.get("$ref"), new.get("$ref")) {
                    (None, None) => self.entries(shape, kind, leaf, (old, new)),
                    (from, to) if from == to => {
                        self.add(
                            "text beside a `$ref` changed",
                            "OpenAPI 3.0 ignores it",
                            leaf,
                        );
                    }
                    _ => self.leaf(Leaf {
                        key: "$ref",
                        of: kind,
                        ..leaf
                    }),
                }
            }
            (Some(Shape::List(shape)), Value::Array(old), Value::Array(new)) => {
                self.lists(*shape, leaf, (old, new));
            }
            _ => self.leaf(leaf),
        }
    }

    /// The keys of an object, or the names in a mapping.
    fn entries(
        &mut self,
        shape: Option<Shape>,
        kind: Option<Kind>,
        leaf: Leaf<'_>,
        (old, new): (&Object, &Object),
    ) {
        let chosen = match (shape, kind.map(Kind::keys)) {
            (Some(Shape::Map(shape)), _) => Some(*shape),
            (_, Some(Keys::Chosen(shape))) => Some(shape),
            _ => None,
        };
        let of = kind.filter(|_| chosen.is_none());
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (at, here) = (child(leaf.at, key), child(leaf.here, key));
            let shape = chosen.or_else(|| of?.key(key).map(|key| key.shape));
            let nothing = Value::Object(Object::new());
            match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => {
                    let leaf = Leaf {
                        at: &at,
                        here: &here,
                        key,
                        of,
                    };
                    self.both(shape, leaf, (old, new));
                }
                // Of a section of the components that came or went each component is one.
                (old, new) if kind == Some(Kind::Components) => {
                    let both = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
                    self.both(
                        shape,
                        Leaf {
                            at: &at,
                            here: &here,
                            key,
                            of,
                        },
                        both,
                    );
                }
                (Some(_), _) => self.leaf(Leaf {
                    at: &at,
                    here: "",
                    key,
                    of,
                }),
                _ => self.leaf(Leaf {
                    at: "",
                    here: &here,
                    key,
                    of,
                }),
            }
        }
    }

    /// Items that are alike belong together wherever they are; of the others the first
    /// belongs to the first.
    fn lists(&mut self, shape: Shape, leaf: Leaf<'_>, (old, new): (&[Value], &[Value])) {
        let mut came: Vec<(usize, &Value)> = new.iter().enumerate().collect();
        let mut gone: Vec<(usize, &Value)> = old.iter().enumerate().collect();
        gone.retain(
            |(_, item)| match came.iter().position(|(_, other)| other == item) {
                Some(found) => {
                    came.remove(found);
                    false
                }
                None => true,
            },
        );
        if gone.is_empty() && came.is_empty() {
            if !self.is_explained(leaf.at) && !self.is_explained(leaf.here) {
                self.add("order changed", "the order says nothing", leaf);
            }
            return;
        }
        if !matches!(shape, Shape::One(_) | Shape::OrRef(_)) {
            return self.leaf(leaf);
        }
        for index in 0..gone.len().max(came.len()) {
            let place = |list: &str, items: &[(usize, &Value)]| {
                items
                    .get(index)
                    .map_or(String::new(), |(index, _)| format!("{list}/{index}"))
            };
            let (at, here) = (place(leaf.at, &gone), place(leaf.here, &came));
            let leaf = Leaf {
                at: &at,
                here: &here,
                ..leaf
            };
            match (gone.get(index), came.get(index)) {
                (Some((_, old)), Some((_, new))) => self.both(Some(shape), leaf, (old, new)),
                _ => self.leaf(leaf),
            }
        }
    }

    /// Whether a change is there, in it or around it.
    fn is_explained(&self, place: &str) -> bool {
        let within = format!("{place}/");
        let below = self.explained.range(within.clone()..).next();
        let around = place
            .match_indices('/')
            .skip(1)
            .filter_map(|(end, _)| place.get(..end));
        !place.is_empty()
            && (below.is_some_and(|next| next.starts_with(&within))
                || around
                    .chain([place])
                    .any(|place| self.explained.contains(place)))
    }

    /// Whether the change of another key explains this one, which says more of that.
    fn is_explained_by_another(&self, leaf: Leaf<'_>) -> bool {
        let place = if leaf.here.is_empty() {
            leaf.at
        } else {
            leaf.here
        };
        let Some((holder, _)) = place.rsplit_once('/') else {
            return false;
        };
        let of = |key: &str| self.is_explained(&child(holder, key));
        match (leaf.key, leaf.of) {
            ("explode", _) => of("style"),
            ("exclusiveMaximum", _) => of("maximum"),
            ("exclusiveMinimum", _) => of("minimum"),
            // What is required is said of a property.
            ("required", Some(Kind::Schema)) => {
                let [old, new] = [(self.rows.base, leaf.at), (self.rows.revision, leaf.here)];
                let names = |(spec, at): (crate::facts::Spec<'_>, &str)| -> BTreeSet<String> {
                    let list = spec.get(at).and_then(Value::as_array).into_iter().flatten();
                    list.filter_map(|name| Some(name.as_str()?.to_owned()))
                        .collect()
                };
                let (old, new, properties) = (names(old), names(new), child(holder, "properties"));
                let property = |name| self.explained.contains(&child(&properties, name));
                old != new && old.symmetric_difference(&new).all(|name| property(name))
            }
            _ => false,
        }
    }

    /// One place that differs as a whole.
    fn leaf(&mut self, leaf: Leaf<'_>) {
        let Leaf { at, here, key, of } = leaf;
        let role = of.and_then(|kind| kind.key(key)).map(|key| key.role);
        let word = |on_neither: &'static str, gone: &'static str, came: &'static str| match (
            at.is_empty(),
            here.is_empty(),
        ) {
            (true, _) => came,
            (_, true) => gone,
            _ => on_neither,
        };
        let read = "people read it";
        let (kind, why) = match (key, of) {
            ("deprecated", Some(_)) => match self.rows.revision.get(here) {
                Some(Value::Bool(true)) => ("deprecated", "it works as before"),
                _ => ("no longer deprecated", "it works as before"),
            },
            ("links", Some(_)) => ("link changed", "this client follows no links"),
            (SECRET, Some(_)) => ("hint for the lint changed", "the lint alone reads it"),
            (ENUM_DESCRIPTIONS, Some(_)) => ("text changed", read),
            ("example" | "examples", Some(_)) => ("example changed", read),
            ("version" | "openapi", Some(_)) => ("version changed", read),
            ("tags", Some(_)) => ("tags changed", read),
            (_, Some(_)) if role == Some(Role::Docs) => ("text changed", read),
            (key, Some(_)) if role.is_none() && key.starts_with("x-") => (
                "extension changed",
                "neither the service nor the generator reads it",
            ),
            _ if self.is_explained(at) || self.is_explained(here) => return,
            _ if self.is_explained_by_another(leaf) => return,
            ("operationId", Some(_)) => ("operation renamed", "the name is not sent"),
            ("name", Some(Kind::Parameter)) => ("parameter renamed", "the name is not sent so"),
            (key, Some(kind)) if self.is_default(kind, leaf) => {
                let kind = word("", "default left out", "default written out");
                (
                    kind,
                    if key == "style" {
                        "every such parameter has it"
                    } else {
                        "it holds without"
                    },
                )
            }
            (_, None) if at.matches('/').count().max(here.matches('/').count()) == 3 => {
                let kind = word("written otherwise", "component removed", "component added");
                (kind, "on the wire components have no names")
            }
            _ => ("written otherwise", "it means the same on the wire"),
        };
        self.add(kind, why, leaf);
    }

    /// Whether what is written on one side alone says what holds without it.
    fn is_default(&self, kind: Kind, Leaf { at, here, key, .. }: Leaf<'_>) -> bool {
        let (spec, place) = match (at, here) {
            (at, "") => (self.rows.base, at),
            ("", here) => (self.rows.revision, here),
            _ => return false,
        };
        let says_nothing = |value| says_nothing(kind, key, value);
        matches!(key, "style" | "explode") || spec.get(place).is_some_and(says_nothing)
    }

    fn add(&mut self, kind: &str, why: &'static str, leaf: Leaf<'_>) {
        let old = self.rows.base.get(leaf.at).filter(|_| !leaf.at.is_empty());
        let new = self
            .rows
            .revision
            .get(leaf.here)
            .filter(|_| !leaf.here.is_empty());
        let shown = match (old, new) {
            (Some(old), Some(new)) => {
                let (old, new) = show::pair(old, new);
                (Some(old), Some(new))
            }
            (old, new) => (old.map(show::value), new.map(show::value)),
        };
        let judged = Judged {
            kind: kind.to_owned(),
            class: Verdict::DocsOnly,
            felt: &[],
            why,
        };
        self.rows
            .add(&judged, (leaf.at, leaf.here), shown, BTreeSet::new());
    }
}
