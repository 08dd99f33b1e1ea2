//! Whether `null` fits a schema, which depends on all that it is put together from.

use std::collections::BTreeSet;

use super::{
    fact::{Facts, Sort},
    schema::COMPOSED,
    spec::{Spec, is_set, target},
};
use crate::spec::pointer::child;

/// Whether `null` fits.
#[derive(Clone, Debug, PartialEq)]
enum Null {
    No,
    /// As every other value does, which the type says.
    Any,
    /// A place says so.
    Yes(String),
}

impl Spec<'_> {
    /// Adds whether `null` fits all of some schemas.
    pub(super) fn add_null<'p>(
        self,
        facts: &mut Facts,
        name: &str,
        schema: impl IntoIterator<Item = &'p String>,
    ) {
        let mut seen = BTreeSet::new();
        let each = schema
            .into_iter()
            .map(|pointer| self.fits_null(pointer, &mut seen));
        match join(each.collect(), Null::No, Null::Any) {
            Null::No => {}
            Null::Any => facts.add(Sort::Null, name, "any", String::new()),
            Null::Yes(at) => facts.add(Sort::Null, name, true, at),
        }
    }

    /// Whether a schema at the top of a body, or of a parameter, can be `null`.
    pub(crate) fn root_null(self, schema: &String) -> Facts {
        let mut facts = Facts::default();
        self.add_null(&mut facts, "", [schema]);
        facts
    }

    fn fits_null(self, pointer: &str, seen: &mut BTreeSet<String>) -> Null {
        let map = self
            .object(pointer)
            .filter(|_| seen.insert(pointer.to_owned()));
        let Some(map) = map else { return Null::Any };
        if let Some(target) = target(map) {
            return target.map_or(Null::Any, |target| self.fits_null(&target, seen));
        }
        let is_composed = COMPOSED.iter().any(|key| map.contains_key(*key));
        match (map.contains_key("type"), is_set(map, "nullable")) {
            (true, false) => return Null::No,
            (typed, true) if typed || is_composed => return Null::Yes(child(pointer, "nullable")),
            _ => {}
        }
        let [every, any, one] = COMPOSED.map(|key| -> Vec<Null> {
            let items = self.items(pointer, key);
            items
                .iter()
                .map(|item| self.fits_null(item, seen))
                .collect()
        });
        let either = |each: Vec<Null>| match each.is_empty() {
            true => Null::Any,
            false => join(each, Null::Any, Null::No),
        };
        let all = vec![join(every, Null::No, Null::Any), either(any), either(one)];
        join(all, Null::No, Null::Any)
    }
}

/// One that decides, else a place that says so, else what is left.
fn join(each: Vec<Null>, decides: Null, left: Null) -> Null {
    if each.contains(&decides) {
        return decides;
    }
    let yes = each.into_iter().find(|null| matches!(null, Null::Yes(_)));
    yes.unwrap_or(left)
}
