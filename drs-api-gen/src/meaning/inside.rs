//! What is inside of a value: properties, items, alternatives.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Meaning, Schema,
    contain::{Facet, Found, Inner, Pair, Relation},
    schema::{Choice, View},
};
use crate::spec::pointer::child;

impl Found<'_> {
    pub(super) fn properties(&mut self) {
        let names: BTreeSet<&str> = [&self.old, &self.new]
            .into_iter()
            .flat_map(|view| view.properties.keys().chain(view.required.keys()))
            .copied()
            .collect();
        let place = |view: &View<'_>, name: &str| {
            let property = view.properties.get(name).and_then(|p| p.first().cloned());
            property.unwrap_or_else(|| child(&child(&view.home, "properties"), name))
        };
        // What a property could be that is not listed: anything, nothing, or who knows.
        let unlisted = |view: &View<'_>| match view.further.as_slice() {
            [] => Some(true),
            all if all.iter().all(|further| further.schema.is_none()) => Some(false),
            _ => None,
        };
        let (was_unlisted, unlisted) = (unlisted(&self.old), unlisted(&self.new));
        for name in names {
            let [was, is] = [&self.old, &self.new].map(|view| view.required.contains_key(name));
            let (old, new) = (place(&self.old, name), place(&self.new, name));
            let property = |view: &View<'_>| view.properties.get(name).cloned();
            let word =
                |required: bool| Some(Value::from(["optional", "required"][usize::from(required)]));
            let inner = match (property(&self.old), property(&self.new)) {
                (Some(from), Some(to)) => {
                    self.pairs.push(Pair {
                        old: from,
                        new: to,
                        turned: false,
                        exclusive: false,
                    });
                    let (kind, relation) = match (was, is) {
                        (false, true) => ("property made required", Relation::Narrower),
                        (true, false) => ("property made optional", Relation::Wider),
                        _ => continue,
                    };
                    (kind, Facet::Required, relation, word(was), word(is))
                }
                (None, Some(to)) => {
                    let kind = match is {
                        true => "required property added",
                        false => "optional property added",
                    };
                    let required = is && !was;
                    let facet = Facet::PropertyAdded {
                        required,
                        closed: was_unlisted != Some(true),
                    };
                    let relation = match was_unlisted {
                        Some(any) => Relation::of(!any && !required, any),
                        None => Relation::Other,
                    };
                    let relation = relation.and(Relation::of(true, !was || is));
                    let to = to.first().map(|pointer| Value::from(pointer.as_str()));
                    (kind, facet, relation, None, to)
                }
                (Some(from), None) => {
                    let kind = match was {
                        true => "required property removed",
                        false => "property removed",
                    };
                    let required = was && !is;
                    let facet = Facet::PropertyRemoved {
                        required,
                        closed: unlisted != Some(true),
                    };
                    let relation = match unlisted {
                        Some(any) => Relation::of(any, !any && !required),
                        None => Relation::Other,
                    };
                    let relation = relation.and(Relation::of(was || !is, true));
                    let from = from.first().map(|pointer| Value::from(pointer.as_str()));
                    (kind, facet, relation, from, None)
                }
                // The generator makes a field of it, of any type.
                (None, None) if was != is => {
                    let (kind, facet) = match is {
                        true => (
                            "property made required",
                            Facet::PropertyAdded {
                                required: true,
                                closed: false,
                            },
                        ),
                        false => (
                            "property made optional",
                            Facet::PropertyRemoved {
                                required: true,
                                closed: false,
                            },
                        ),
                    };
                    (kind, facet, Relation::of(was, is), word(was), word(is))
                }
                (None, None) => continue,
            };
            let (kind, facet, relation, from, to) = inner;
            self.all.push(Inner {
                kind,
                facet,
                relation,
                old,
                new,
                from,
                to,
            });
        }
        self.further();
    }

    fn further(&mut self) {
        let (old, new) = (&self.old.further, &self.new.further);
        let at = |view: &View<'_>| {
            let first = view.further.first().map(|further| further.pointer.clone());
            first.unwrap_or_else(|| format!("{}/additionalProperties", view.home))
        };
        let (kind, relation) = match (old.as_slice(), new.as_slice()) {
            ([], []) => return,
            ([one], []) if one.schema.is_none() => ("further properties allowed", Relation::Wider),
            ([], [one]) if one.schema.is_none() => {
                ("further properties forbidden", Relation::Narrower)
            }
            (_, []) => ("further properties changed", Relation::Wider),
            ([], _) => ("further properties changed", Relation::Narrower),
            ([old], [new]) => match (&old.schema, &new.schema) {
                (None, None) if blocked(&self.old) == blocked(&self.new) => return,
                (None, None) => ("further properties changed", Relation::Other),
                (Some(old), Some(new)) if blocked(&self.old) == blocked(&self.new) => {
                    let (old, new) = ([old.clone()].into(), [new.clone()].into());
                    return self.pairs.push(Pair {
                        old,
                        new,
                        turned: false,
                        exclusive: false,
                    });
                }
                (Some(_), Some(_)) => ("further properties changed", Relation::Other),
                (None, Some(_)) => ("further properties changed", Relation::Wider),
                (Some(_), None) => ("further properties changed", Relation::Narrower),
            },
            _ if blocked(&self.old) == blocked(&self.new)
                && !typed(&self.old)
                && !typed(&self.new) =>
            {
                return;
            }
            _ => ("further properties changed", Relation::Other),
        };
        let (old, new) = (at(&self.old), at(&self.new));
        let (from, to) = (None, None);
        let facet = Facet::Values;
        self.all.push(Inner {
            kind,
            facet,
            relation,
            old,
            new,
            from,
            to,
        });
    }

    /// Alternatives that are alike belong together wherever they stand; of as many others the
    /// first belongs to the first.
    fn alternatives(&mut self, exclusive: bool, old: &[Schema], new: &[Schema]) {
        let mut added: Vec<&Schema> = new.iter().collect();
        let mut gone = Vec::new();
        for from in old {
            let alike = |to: &&Schema| match (self.base.named(from), self.revision.named(to)) {
                (Some(from), Some(to)) => from == to,
                (None, None) => bare(self.base, from) == bare(self.revision, to),
                _ => false,
            };
            match added.iter().position(alike) {
                Some(index) => {
                    let (old, new) = (from.clone(), added.remove(index).clone());
                    self.pairs.push(Pair {
                        old,
                        new,
                        turned: false,
                        exclusive,
                    });
                }
                None => gone.push(from.clone()),
            }
        }
        if gone.len() == added.len() {
            for (old, new) in gone.into_iter().zip(added) {
                let new = new.clone();
                self.pairs.push(Pair {
                    old,
                    new,
                    turned: false,
                    exclusive,
                });
            }
            return;
        }
        let strict = Relation::of(gone.is_empty(), added.is_empty());
        let kind = match strict {
            Relation::Wider => "alternative added",
            Relation::Narrower => "alternative removed",
            _ => "composition changed",
        };
        let facet = Facet::Choice { read: strict };
        let relation = if exclusive { Relation::Other } else { strict };
        self.add(
            (kind, facet, relation),
            ["anyOf", "oneOf"][usize::from(exclusive)],
            (None, None),
        );
    }

    pub(super) fn inside(&mut self) {
        let (old, new) = (self.old.items.clone(), self.new.items.clone());
        match (old.is_empty(), new.is_empty()) {
            (false, false) => {
                self.pairs.push(Pair {
                    old,
                    new,
                    turned: false,
                    exclusive: false,
                });
            }
            (true, true) => {}
            // With another type the items are part of that.
            (was, _) if self.old.types & self.new.types & 32 != 0 => {
                let relation = Relation::of(!was, was);
                self.add(
                    ("composition changed", Facet::Values, relation),
                    "items",
                    (None, None),
                );
            }
            _ => {}
        }
        for exclusive in [false, true] {
            let of = |view: &View<'_>| -> Vec<(String, Vec<Schema>)> {
                let choices = view.choices.iter().filter(|c| c.exclusive == exclusive);
                choices
                    .map(|Choice { pointer, among, .. }| (pointer.clone(), among.clone()))
                    .collect()
            };
            match (of(&self.old).as_slice(), of(&self.new).as_slice()) {
                (old, new) if old.len() == new.len() => {
                    for ((_, old), (_, new)) in old.iter().zip(new) {
                        self.alternatives(exclusive, old, new);
                    }
                }
                (old, new) => {
                    let relation = Relation::of(new.is_empty(), old.is_empty());
                    let kind = ("composition changed", Facet::Values, relation);
                    self.add(
                        kind,
                        ["anyOf", "oneOf"][usize::from(exclusive)],
                        (None, None),
                    );
                }
            }
        }
        let (old, new) = (self.old.not.clone(), self.new.not.clone());
        if old.len() == new.len() {
            for (old, new) in old.into_iter().zip(new) {
                self.pairs.push(Pair {
                    old,
                    new,
                    turned: true,
                    exclusive: false,
                });
            }
        } else {
            let relation = Relation::of(new.len() < old.len() && new.is_empty(), old.is_empty());
            self.add(
                ("composition changed", Facet::Values, relation),
                "not",
                (None, None),
            );
        }
    }
}

/// The properties that one part of a schema describes and another forbids.
fn blocked<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let names = view.properties.keys().copied();
    names
        .filter(|name| view.further.iter().any(|f| !f.known.contains(name)))
        .collect()
}

fn typed(view: &View<'_>) -> bool {
    view.further.iter().any(|further| further.schema.is_some())
}

/// What stands at the pointers of a schema, without texts.
fn bare(meaning: Meaning<'_>, schema: &Schema) -> Vec<Value> {
    let values = schema.iter().filter_map(|pointer| meaning.get(pointer));
    values.map(without_texts).collect()
}

/// A value without its descriptions and titles.
pub(crate) fn without_texts(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, value)| {
                !(value.is_string() && matches!(key.as_str(), "description" | "title"))
            });
            kept.map(|(key, value)| (key.clone(), without_texts(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(without_texts).collect(),
        other => other.clone(),
    }
}
