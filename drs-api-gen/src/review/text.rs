//! What differs in the text of the documents and in none of their facts: texts, examples,
//! another order, another way to write the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    change::{Both, Verdict},
    changes::{By, Changes, Found, unit},
    judge::{Judged, Way},
    place::{self, singular},
};
use crate::{
    facts::{Object, Spec, says_nothing},
    spec::{
        dialect::{Kind, Shape},
        pointer::child,
    },
};

/// Adds what no change explains so far.
pub(super) fn add(changes: &mut Changes<'_>) {
    let units = changes.units();
    let mut texts = Texts { changes, units };
    texts.compare(Some(Shape::One(Kind::OpenApi)), &Spot::default());
}

/// A place in both documents.
#[derive(Default)]
struct Spot {
    at: Both,
    /// The kind of the object that has the key, if it is one of the dialect's.
    of: Option<Kind>,
    /// The last key, or that of the list or mapping which it is in.
    key: String,
}

struct Texts<'t, 'a> {
    changes: &'t mut Changes<'a>,
    /// What other changes are in: what else is written otherwise there goes with them.
    units: BTreeSet<String>,
}

impl<'a> Texts<'_, 'a> {
    /// What is there, in the base and in the revision; the root is in both.
    fn values(&self, spot: &Spot) -> (Option<&'a Value>, Option<&'a Value>) {
        let value = |spec: Spec<'a>, at: &str| {
            spec.get(at)
                .filter(|_| !at.is_empty() || spot.key.is_empty())
        };
        (
            value(self.changes.base, &spot.at.0),
            value(self.changes.revision, &spot.at.1),
        )
    }

    fn compare(&mut self, shape: Option<Shape>, spot: &Spot) {
        let both = self.values(spot);
        let known = shape.filter(|shape| shape.kind().is_some() || shape.each().is_some());
        let steps = match (known, both) {
            _ if both.0 == both.1 => return,
            (Some(Shape::List(shape)), (Some(Value::Array(old)), Some(Value::Array(new)))) => {
                aligned(old, new, shape.kind().is_some())
            }
            (Some(_), (Some(Value::Object(old)), Some(Value::Object(new))))
                if old.contains_key("$ref") == new.contains_key("$ref") =>
            {
                let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                let is_in = |map: &Object, key: &String| map.contains_key(key).then(|| key.clone());
                keys.into_iter()
                    .map(|key| (is_in(old, key), is_in(new, key)))
                    .collect()
            }
            _ => Vec::new(),
        };
        let of = known
            .filter(|shape| shape.each().is_none())
            .and_then(Shape::kind);
        for (from, to) in &steps {
            let place = |around: &str, step: &Option<String>| {
                step.as_ref()
                    .map_or(String::new(), |step| child(around, step))
            };
            let step = from.as_ref().or(to.as_ref()).map_or("", String::as_str);
            let below = Spot {
                at: (place(&spot.at.0, from), place(&spot.at.1, to)),
                of,
                key: if of.is_some() { step } else { &spot.key }.to_owned(),
            };
            self.compare(known.and_then(|shape| shape.below(step)), &below);
        }
        if steps.is_empty() {
            self.leaf(spot);
        }
    }

    /// Whether another change is in the same component or the like, or in what is there.
    fn is_explained(&self, place: &str) -> bool {
        let within = format!("{place}/");
        let below = self.units.range(within.clone()..).next();
        let around = unit(place)
            .rsplit_once('/')
            .map_or("", |(around, _)| around);
        !place.is_empty()
            && ([unit(place), around]
                .iter()
                .any(|unit| self.units.contains(*unit))
                || below.is_some_and(|unit| unit.starts_with(&within)))
    }

    /// One place that differs as a whole.
    fn leaf(&mut self, spot: &Spot) {
        let known = spot.of.and_then(|kind| kind.key(&spot.key));
        let is_extension = spot.of.is_some() && known.is_none() && spot.key.starts_with("x-");
        // A title can name a type.
        let is_text = known.is_some_and(|key| key.name != "title")
            && (spot.of).is_some_and(|kind| says_nothing(kind, &spot.key, &Value::Null));
        let mut places = [&spot.at.0, &spot.at.1].into_iter();
        if !is_text && !is_extension && places.any(|at| self.is_explained(at)) {
            return;
        }
        let (by, why) = match is_text {
            true => (By::Text, "nobody acts on it"),
            false => (By::Writing, "it means the same on the wire"),
        };
        let noun = match spot.of {
            Some(_) => format!("`{}`", spot.key),
            None => singular(&spot.key),
        };
        let verb = match (spot.at.0.as_str(), spot.at.1.as_str(), by) {
            ("", ..) => "added",
            (_, "", _) => "removed",
            (.., By::Text) => "changed",
            _ => "written otherwise",
        };
        let (old, new) = self.values(spot);
        let found = Found {
            by,
            at: spot.at.clone(),
            of: spot.at.clone(),
            shown: place::values(old, new),
        };
        let judged = Judged {
            kind: format!("{noun} {verb}"),
            class: Verdict::DocsOnly,
            why: why.to_owned(),
        };
        self.changes
            .add(judged, &found, Way::default(), &BTreeSet::new());
    }
}

/// The items of two lists that differ: those that are alike belong together wherever they are,
/// of the others the first belongs to the first. Nothing, if the lists differ as a whole.
fn aligned(
    old: &[Value],
    new: &[Value],
    are_objects: bool,
) -> Vec<(Option<String>, Option<String>)> {
    let mut came: Vec<usize> = (0..new.len()).collect();
    let mut gone: Vec<usize> = (0..old.len()).collect();
    gone.retain(|index| {
        let same = came
            .iter()
            .position(|other| new.get(*other) == old.get(*index));
        same.map(|index| came.remove(index)).is_none()
    });
    let most = if are_objects {
        gone.len().max(came.len())
    } else {
        0
    };
    let step = |steps: &[usize], index| steps.get(index).map(ToString::to_string);
    (0..most)
        .map(|index| (step(&gone, index), step(&came, index)))
        .collect()
}
