//! What one value has to be: its type, enums, bounds, formats, and every other key.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    contain::{Facet, Found, Inner, Relation},
    schema::{NULL, NUMBER, View},
};

/// Upper and lower bounds; of which a smaller number allows less, and of which a larger.
const BOUNDS: [(&str, bool); 8] = [
    ("maxLength", true),
    ("maximum", true),
    ("maxItems", true),
    ("maxProperties", true),
    ("minLength", false),
    ("minimum", false),
    ("minItems", false),
    ("minProperties", false),
];

impl Found<'_> {
    pub(super) fn add(
        &mut self,
        (kind, facet, relation): (&'static str, Facet, Relation),
        key: &str,
        (from, to): (Option<Value>, Option<Value>),
    ) {
        let (old, new) = (self.old.at(key), self.new.at(key));
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

    pub(super) fn types(&mut self) {
        let [old, new] = [&self.old, &self.new].map(|view| view.types & !NULL);
        let relation = Relation::of(old & new == old, old & new == new);
        if relation != Relation::Same {
            let shown = |home: &str| Some(Value::from(home));
            let values = (shown(&self.old.home), shown(&self.new.home));
            self.add(("type changed", Facet::Type, relation), "type", values);
        }
        let [was, is] = [&self.old, &self.new].map(|view| view.types & NULL != 0);
        let (kind, relation) = match (was, is) {
            (false, true) => ("`null` allowed", Relation::Wider),
            (true, false) => ("`null` forbidden", Relation::Narrower),
            _ => return,
        };
        // Where every value fitted, or does, the type says it.
        if (was && self.old.types == 127) || (is && self.new.types == 127) {
            return;
        }
        self.add(
            (kind, Facet::Null, relation),
            "nullable",
            (Some(was.into()), Some(is.into())),
        );
    }

    pub(super) fn enums(&mut self) {
        let (was_open, open) = (self.old.is_open(), self.new.is_open());
        let (old, new) = (listed(&self.old), listed(&self.new));
        let (from, to) = match (old, new) {
            (None, None) => return,
            (None, Some(_)) => {
                let to = self.new.keys.get("enum").map(|values| values[0].0.clone());
                let kind = "values limited to an enum";
                return self.add(
                    (kind, Facet::Values, Relation::Narrower),
                    "enum",
                    (None, to),
                );
            }
            (Some(_), None) => {
                let from = self.old.keys.get("enum").map(|values| values[0].0.clone());
                let facet = match was_open {
                    true => Facet::EnumValue { open: true },
                    false => Facet::Values,
                };
                let kind = "values no longer an enum";
                return self.add((kind, facet, Relation::Wider), "enum", (from, None));
            }
            (Some(from), Some(to)) => (from, to),
        };
        if was_open != open {
            let kind = if open { "enum opened" } else { "enum closed" };
            let word = |open: bool| Some(Value::from(if open { "open" } else { "closed" }));
            let values = (word(was_open), word(open));
            self.add((kind, Facet::Rust, Relation::Same), "x-open-enum", values);
        }
        let (old, new) = (self.old.at("enum"), self.new.at("enum"));
        for (value, index) in to.iter().filter(|(v, _)| !from.iter().any(|(o, _)| o == v)) {
            self.all.push(Inner {
                kind: "enum value added",
                facet: Facet::EnumValue { open: was_open },
                relation: Relation::Wider,
                old: format!("{old}/-"),
                new: format!("{new}/{index}"),
                from: None,
                to: Some(value.clone()),
            });
        }
        for (value, index) in from.iter().filter(|(v, _)| !to.iter().any(|(n, _)| n == v)) {
            self.all.push(Inner {
                kind: "enum value removed",
                facet: Facet::EnumValue { open },
                relation: Relation::Narrower,
                old: format!("{old}/{index}"),
                new: format!("{new}/-"),
                from: Some(value.clone()),
                to: None,
            });
        }
        let kept = |a: &[(Value, usize)], b: &[(Value, usize)]| -> Vec<Value> {
            let stays = a.iter().filter(|(v, _)| b.iter().any(|(o, _)| o == v));
            stays.map(|(value, _)| value.clone()).collect()
        };
        let (stayed, stays) = (kept(&from, &to), kept(&to, &from));
        if stayed != stays {
            let kind = ("order of enum values changed", Facet::Rust, Relation::Same);
            self.add(kind, "enum", (Some(stayed.into()), Some(stays.into())));
        }
    }

    pub(super) fn bounds(&mut self) {
        for (key, upper) in BOUNDS {
            let of = |view: &View<'_>| bound(view, key, upper);
            let (from, to) = (of(&self.old), of(&self.new));
            if from == to {
                continue;
            }
            let tight = |bound: Option<(f64, bool)>| match (bound, upper) {
                (None, true) => (f64::INFINITY, false),
                (None, false) => (f64::INFINITY, false),
                (Some((number, exclusive)), true) => (number, !exclusive),
                (Some((number, exclusive)), false) => (-number, !exclusive),
            };
            let (old, new) = (tight(from), tight(to));
            let relation = match new > old || (to.is_none() && from.is_some()) {
                true => Relation::Wider,
                false => Relation::Narrower,
            };
            let kind = match (from, to, relation) {
                (None, ..) => "limit added",
                (_, None, _) => "limit removed",
                (.., Relation::Wider) => "limit loosened",
                _ => "limit tightened",
            };
            // A count is a limit that no Rust type has.
            let kind = match (key, relation) {
                ("maxItems" | "minItems" | "maxProperties" | "minProperties", Relation::Wider) => {
                    "limit loosened"
                }
                ("maxItems" | "minItems" | "maxProperties" | "minProperties", _) => {
                    "limit tightened"
                }
                _ => kind,
            };
            let shown = |bound: Option<(f64, bool)>| bound.map(|(number, _)| number.into());
            self.add(
                (kind, Facet::Values, relation),
                key,
                (shown(from), shown(to)),
            );
        }
    }

    pub(super) fn format(&mut self) {
        let (from, to) = (self.old.text("format"), self.new.text("format"));
        let several = |view: &View<'_>| view.keys.get("format").map_or(0, Vec::len) > 1;
        if several(&self.old) || several(&self.new) {
            return self.others("format");
        }
        if from == to {
            return;
        }
        let number = self.old.types & self.new.types & NUMBER != 0;
        let string = self.old.types & self.new.types & 16 != 0;
        let (kind, facet, relation) = match (from, to) {
            (Some("password"), _) => (
                "secret exposed: `format: password` dropped",
                Facet::Secret,
                Relation::of(true, to.is_none()),
            ),
            (_, Some("password")) => (
                "secret marked: `format: password` added",
                Facet::Secret,
                Relation::of(from.is_none(), true),
            ),
            // With another type the format is part of that.
            _ if !number && !string => return,
            _ if number && !string => {
                let relation = Relation::of(
                    inside(range(from), range(to)),
                    inside(range(to), range(from)),
                );
                let kind = match relation {
                    Relation::Wider => "number widened",
                    Relation::Narrower => "number narrowed",
                    _ => "format of a number changed",
                };
                (kind, Facet::Values, relation)
            }
            (None, _) => ("format added", Facet::Values, Relation::Narrower),
            (_, None) => ("format removed", Facet::Values, Relation::Wider),
            _ => ("format changed", Facet::Values, Relation::Other),
        };
        let values = (from.map(Value::from), to.map(Value::from));
        self.add((kind, facet, relation), "format", values);
    }

    /// Every key without rules of its own: the same or other.
    pub(super) fn rest(&mut self) {
        const HANDLED: [&str; 5] = [
            "enum",
            "x-open-enum",
            "format",
            "exclusiveMaximum",
            "exclusiveMinimum",
        ];
        let keys = self.old.keys.keys().chain(self.new.keys.keys());
        let keys: BTreeSet<String> = keys.map(|key| (*key).to_owned()).collect();
        for key in keys {
            if !HANDLED.contains(&key.as_str()) && !BOUNDS.iter().any(|(bound, _)| *bound == key) {
                self.others(&key);
            }
        }
    }

    fn others(&mut self, key: &str) {
        let values = |view: &View<'_>| -> Vec<Value> {
            let values = view.keys.get(key).into_iter().flatten();
            let mut values: Vec<Value> = values.map(|(value, _)| (*value).clone()).collect();
            values.sort_by_key(Value::to_string);
            values.dedup();
            values
        };
        let (from, to) = (values(&self.old), values(&self.new));
        if from == to {
            return;
        }
        let all_in = |a: &[Value], b: &[Value]| a.iter().all(|value| b.contains(value));
        let constraints = Relation::of(all_in(&to, &from), all_in(&from, &to));
        let verb = match (from.is_empty(), to.is_empty()) {
            (true, _) => 0,
            (_, true) => 1,
            _ => 2,
        };
        let kind = match key {
            "pattern" | "multipleOf" => {
                let relation = match (key, from.as_slice(), to.as_slice()) {
                    ("multipleOf", [from], [to]) => multiple(from, to),
                    _ => constraints,
                };
                let kind = ["limit added", "limit removed", "limit changed"][verb];
                (kind, Facet::Values, relation)
            }
            "uniqueItems" => {
                let kind = ["limit tightened", "limit loosened", "limit changed"][verb];
                (kind, Facet::Values, constraints)
            }
            "default" => {
                let kind = ["default added", "default removed", "default changed"][verb];
                (kind, Facet::Default, Relation::Same)
            }
            "readOnly" => ("`readOnly` changed", Facet::ReadOnly, Relation::Same),
            "writeOnly" => ("`writeOnly` changed", Facet::WriteOnly, Relation::Same),
            _ => ("other change", Facet::Unknown, Relation::Other),
        };
        let shown = |mut values: Vec<Value>| match values.len() {
            0 | 1 => values.pop(),
            _ => Some(values.into()),
        };
        self.add(kind, key, (shown(from), shown(to)));
    }
}

/// The values that all enums of a schema list, with the index in the first.
fn listed(view: &View<'_>) -> Option<Vec<(Value, usize)>> {
    let lists: Vec<&Vec<Value>> = (view.keys.get("enum")?.iter())
        .map(|(value, _)| value.as_array())
        .collect::<Option<_>>()?;
    let (first, rest) = lists.split_first()?;
    let values = first.iter().enumerate();
    let values = values.filter(|(_, value)| rest.iter().all(|list| list.contains(value)));
    Some(
        values
            .map(|(index, value)| (value.clone(), index))
            .collect(),
    )
}

/// The tightest of all bounds of a key, and whether it is itself excluded.
fn bound(view: &View<'_>, key: &str, upper: bool) -> Option<(f64, bool)> {
    let exclusive = match key {
        "maximum" => view.keys.contains_key("exclusiveMaximum"),
        "minimum" => view.keys.contains_key("exclusiveMinimum"),
        _ => false,
    };
    let numbers = view
        .keys
        .get(key)?
        .iter()
        .filter_map(|(value, _)| value.as_f64());
    let tightest = match upper {
        true => numbers.reduce(f64::min),
        false => numbers.reduce(f64::max),
    };
    tightest.map(|number| (number, exclusive))
}

fn multiple(from: &Value, to: &Value) -> Relation {
    let divides = |a: &Value, b: &Value| match (a.as_u64(), b.as_u64()) {
        (Some(a), Some(b)) if a > 0 => b % a == 0,
        _ => false,
    };
    Relation::of(divides(to, from), divides(from, to))
}

/// The integers of a format: all, unless it says otherwise.
fn range(format: Option<&str>) -> Option<(i128, i128)> {
    Some(match format? {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" => (0, u64::MAX.into()),
        // Without a format an integer is 64 bits long, too.
        _ => return None,
    })
}

fn inside(inner: Option<(i128, i128)>, outer: Option<(i128, i128)>) -> bool {
    match (inner, outer) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => outer.0 <= inner.0 && inner.1 <= outer.1,
    }
}
