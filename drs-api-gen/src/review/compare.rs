//! The differences of the facts of two documents, each with its place and its class.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    change::{Use, Way},
    judge::{Context, Judged, judge},
    known::{Known, place},
    pairs::{Pair, Pairs, Reach, is_any_null},
    rows::{Rows, Used},
    rust::Rust,
    show,
};
use crate::{
    facts::{Difference, Fact, Operation, Part, Sort, Spec, content_of, differences, operations},
    names,
    spec::pointer::child,
};

/// Compares what is on the wire, and what only the Rust types of unused schemas show.
pub(super) fn compare<'a>(rows: &mut Rows<'a>, rust: &Rust<'_>) {
    let (base, revision) = (rows.base, rows.revision);
    let pairs = Pairs::new(base, revision);
    let mut comparison = Comparison { rows, rust, pairs };
    let ((old, rest), (new, other)) = (operations(base), operations(revision));
    for difference in differences(&rest, &other) {
        comparison.add(
            &difference,
            Context::of(Way::Request),
            ("", ""),
            Used::new(),
        );
    }
    for (old, new) in matched(&old, &new) {
        comparison.operations(old, new);
    }
    for (_, pointer) in base.entries("/components", "schemas") {
        if revision.get(&pointer).is_some() {
            comparison.pairs.compare(&pointer, &pointer, None);
        }
    }
    for index in 0..comparison.pairs.all.len() {
        comparison.pair(index);
    }
}

struct Comparison<'c, 'a> {
    rows: &'c mut Rows<'a>,
    rust: &'c Rust<'c>,
    pairs: Pairs<'a>,
}

type Both<'o, 'a> = (Option<&'o Operation<'a>>, Option<&'o Operation<'a>>);

/// The operations that belong together: by what is on the wire, then by their names.
fn matched<'o, 'a>(old: &'o [Operation<'a>], new: &'o [Operation<'a>]) -> Vec<Both<'o, 'a>> {
    let mut pairs: Vec<Both<'_, '_>> = old
        .iter()
        .map(|operation| (Some(operation), None))
        .collect();
    let mut left: Vec<&Operation<'_>> = new.iter().collect();
    let by_wire = |operation: &Operation<'_>| Some(operation.key());
    let by_name = |operation: &Operation<'_>| Some((names::snake(operation.id?), ""));
    for key in [&by_wire as &dyn Fn(&Operation<'_>) -> _, &by_name] {
        let mut by_key: BTreeMap<_, Vec<&Operation<'_>>> = BTreeMap::new();
        for operation in left.drain(..).rev() {
            by_key.entry(key(operation)).or_default().push(operation);
        }
        for (old, new) in pairs.iter_mut().filter(|(_, new)| new.is_none()) {
            let found = old.and_then(key).and_then(|key| by_key.get_mut(&Some(key)));
            *new = found.and_then(Vec::pop);
        }
        left.extend(by_key.into_values().flatten());
    }
    pairs.extend(left.into_iter().map(|operation| (None, Some(operation))));
    pairs
}

impl Comparison<'_, '_> {
    /// Adds a change of the facts of two things that are at these places.
    fn add(&mut self, difference: &Difference, context: Context, homes: (&str, &str), used: Used) {
        let judged = judge(difference, &context);
        let Difference {
            sort,
            old: was,
            new: is,
            ..
        } = difference;
        let side = |spec: Spec<'_>, fact: &Option<Fact>| show::fact(spec, *sort, fact);
        let shown = (side(self.rows.base, was), side(self.rows.revision, is));
        let at = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.pointer.clone());
        let (old, new) = match (at(was), at(is)) {
            (old, new) if *sort == Sort::Scheme && (old.is_none() || new.is_none()) => return,
            (old, new) if *sort == Sort::Security && old != new => {
                (child(homes.0, "security"), child(homes.1, "security"))
            }
            // What says nothing any more is where it would stand.
            (None, Some(new)) if shown.0.is_some() => (beside(self.rows.base, homes.0, &new), new),
            (Some(old), None) if shown.1.is_some() => {
                let new = beside(self.rows.revision, homes.1, &old);
                (old, new)
            }
            (old, new) => (old.unwrap_or_default(), new.unwrap_or_default()),
        };
        self.rows.add(&judged, (&old, &new), shown, used);
    }

    fn operations(&mut self, old: Option<&Operation<'_>>, new: Option<&Operation<'_>>) {
        let fact = |operation: &Operation<'_>| {
            let request = format!("{} {}", operation.method.to_uppercase(), operation.path);
            Fact::new(request, &operation.part.pointer)
        };
        let difference = |sort| Difference::new(sort, "", old.map(fact), new.map(fact));
        let mut context = Context::of(Way::Request);
        let (Some(old), Some(new)) = (old, new) else {
            return self.add(&difference(Sort::Operation), context, ("", ""), Used::new());
        };
        let used = Use::new(Way::Request, &new.name());
        let (from, to) = (old.addresses(), new.addresses());
        context.moved = from == to;
        context.stays = from.keys().any(|address| to.contains_key(address));
        if old.key() != new.key() && !context.moved {
            self.add(
                &difference(Sort::Address),
                context,
                ("", ""),
                [used.clone()].into(),
            );
        }
        self.parts(&used, context, (&old.part, &new.part));
    }

    /// Compares the facts of two parts, and what is in them.
    fn parts(&mut self, used: &Use, context: Context, (old, new): (&Part, &Part)) {
        let homes = (old.pointer.as_str(), new.pointer.as_str());
        let found = differences(&old.facts, &new.facts);
        let has_content = !found
            .iter()
            .any(|difference| difference.sort == Sort::Content);
        for difference in found {
            if difference.sort != Sort::Server || !context.moved {
                self.add(&difference, context, homes, [used.clone()].into());
            }
        }
        let keys: BTreeSet<_> = old.parts.keys().chain(new.parts.keys()).collect();
        for key @ (sort, name) in keys {
            let mut context = context;
            match sort {
                Sort::Answer => context.way = Some(Way::Answer),
                Sort::Header => context.way = Some(Way::Header),
                _ => {}
            }
            let used = Use::new(context.way.unwrap_or(Way::Request), &used.operation);
            let (from, to) = (old.parts.get(key), new.parts.get(key));
            if let (Some(old), Some(new)) = (from, to) {
                self.parts(&used, context, (old, new));
            } else if *sort != Sort::Media || has_content {
                let is_needed = |part: &Part| part.facts.has(Sort::Needed);
                let is_renamed = |gone: &Part| self.is_renamed(gone, old, new);
                context.needed = from.or(to).is_some_and(is_needed);
                context.renamed = *sort == Sort::Parameter && from.is_some_and(is_renamed);
                let fact = |part: &Part| Fact::new(Value::Null, &part.pointer);
                let difference = Difference::new(*sort, name, from.map(fact), to.map(fact));
                self.add(&difference, context, ("", ""), [used].into());
            }
        }
        if let (Some(from), Some(to)) = (&old.schema, &new.schema) {
            let way = context.way.unwrap_or(Way::Request);
            self.pairs
                .compare(from, to, Some(Reach::new(way, &used.operation)));
            let (was, is) = (
                self.rows.base.root_null(from),
                self.rows.revision.root_null(to),
            );
            for difference in differences(&was, &is).iter().filter(|d| !is_any_null(d)) {
                self.add(difference, context, (from, to), [used.clone()].into());
            }
        }
    }

    /// Whether a parameter that is gone says the same as one that came.
    fn is_renamed(&self, gone: &Part, old: &Part, new: &Part) -> bool {
        let said = content_of(self.rows.base, gone);
        let mut came = new
            .parts
            .iter()
            .filter(|(key, _)| !old.parts.contains_key(*key));
        came.any(|((sort, _), part)| {
            *sort == Sort::Parameter && content_of(self.rows.revision, part) == said
        })
    }

    /// Adds what differs in two schemas, for all operations that reach them.
    fn pair(&mut self, index: usize) {
        let Some(Pair { found, site, .. }) = self.pairs.all.get_mut(index) else {
            return;
        };
        let (Some((found, old, new)), site) = (found.take(), site.clone()) else {
            return;
        };
        let reached = self.pairs.reached_by(index);
        let mut ways: BTreeMap<(Option<Way>, bool), Used> = BTreeMap::new();
        for Reach {
            way,
            strict,
            operation,
        } in &reached
        {
            let used = ways.entry((Some(*way), *strict)).or_default();
            used.insert(Use::new(*way, operation));
        }
        if ways.is_empty() {
            ways.insert((None, false), Used::new());
        }
        for difference in &found {
            let places = (place(&old, difference), place(&new, difference));
            let known = Known {
                base: self.rows.base,
                rust: self.rust,
                old: &old,
                new: &new,
            };
            let mut context = known.context(difference, (&places.0, &places.1));
            for ((way, strict), used) in &ways {
                (context.way, context.strict) = (*way, *strict);
                let Some((at, here)) = &site else {
                    self.add(difference, context, (&places.0, &places.1), used.clone());
                    continue;
                };
                let kind = "type changed".to_owned();
                let judged = Judged {
                    kind,
                    ..judge(difference, &context)
                };
                let value = |spec: Spec<'_>, at: &str| spec.get(at).map(show::schema_or_value);
                let shown = (value(self.rows.base, at), value(self.rows.revision, here));
                self.rows.add(&judged, (at, here), shown, used.clone());
            }
        }
    }
}

/// Where something would be said that is said on the other side alone.
fn beside(spec: Spec<'_>, home: &str, other: &str) -> String {
    let (holder, key) = other.rsplit_once('/').unwrap_or_default();
    // A component is what it was called.
    match holder.starts_with("/components/") && spec.get(holder).is_some() {
        true => other.to_owned(),
        false => format!("{home}/{key}"),
    }
}
