//! Questions about which object leads to which, each answered in one pass.

use std::collections::{BTreeSet, HashMap};

/// For each object those that it leads to.
pub(crate) type Edges<'t> = HashMap<&'t str, Vec<&'t str>>;

/// The objects from which a circle can be reached.
pub(crate) fn endless<'t>(edges: &Edges<'t>) -> BTreeSet<&'t str> {
    let back = reversed(edges);
    let mut left: HashMap<&str, usize> = edges.iter().map(|(o, to)| (*o, to.len())).collect();
    // An object that leads nowhere is in no circle, nor is what leads to such objects alone.
    let mut ends: Vec<&str> = (left.iter().filter(|(_, count)| **count == 0))
        .map(|(object, _)| *object)
        .chain(back.keys().filter(|o| !edges.contains_key(*o)).copied())
        .collect();
    while let Some(end) = ends.pop() {
        left.remove(end);
        for from in back.get(end).into_iter().flatten() {
            if let Some(count) = left.get_mut(from) {
                *count -= 1;
                if *count == 0 {
                    ends.push(from);
                }
            }
        }
    }
    left.into_keys().collect()
}

/// The objects that are in a circle, or between two.
pub(crate) fn circles<'t>(edges: &Edges<'t>) -> BTreeSet<&'t str> {
    let from = endless(edges);
    let to = endless(&reversed(edges));
    from.intersection(&to).copied().collect()
}

/// Objects, and all that can be reached from them.
pub(crate) fn reached<'t>(
    edges: &Edges<'t>,
    from: impl IntoIterator<Item = &'t str>,
) -> BTreeSet<&'t str> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = from.into_iter().collect();
    while let Some(object) = waiting.pop() {
        if seen.insert(object) {
            waiting.extend(edges.get(object).into_iter().flatten());
        }
    }
    seen
}

/// The same edges, walked the other way.
pub(crate) fn reversed<'t>(edges: &Edges<'t>) -> Edges<'t> {
    let mut back = Edges::new();
    for (from, to) in edges {
        for to in to {
            back.entry(to).or_default().push(from);
        }
    }
    back
}
