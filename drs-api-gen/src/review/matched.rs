//! Which operations of two documents belong together.

use std::collections::BTreeMap;

use crate::meaning::Operation;

type Found<'f, 'a> = (Option<&'f Operation<'a>>, Option<&'f Operation<'a>>);

/// Those with the same route, then those with the same id, then those that say the same.
pub(super) fn matched<'f, 'a>(
    old: &'f [Operation<'a>],
    new: &'f [Operation<'a>],
) -> Vec<Found<'f, 'a>> {
    let route = |operation: &Operation<'_>| Some(format!("{:?}", operation.route()));
    let id = |operation: &Operation<'_>| operation.id.map(str::to_owned);
    let content = |operation: &Operation<'_>| {
        let mut map = operation.map.clone();
        map.remove("operationId");
        Some(serde_json::Value::Object(map).to_string())
    };
    let mut pairs: Vec<Found<'f, 'a>> = Vec::new();
    let (mut left, mut added): (Vec<_>, Vec<_>) = (old.iter().collect(), new.iter().collect());
    for key in [
        &route as &dyn Fn(&Operation<'_>) -> Option<String>,
        &id,
        &content,
    ] {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, operation) in added.iter().enumerate().rev() {
            if let Some(key) = key(operation) {
                by_key.entry(key).or_default().push(index);
            }
        }
        let mut taken = Vec::new();
        left.retain(|old: &&'f Operation<'a>| {
            let found = key(old).and_then(|key| by_key.get_mut(&key)?.pop());
            let Some(index) = found else { return true };
            pairs.push((Some(old), added.get(index).copied()));
            taken.push(index);
            false
        });
        let mut index = 0;
        added.retain(|_| {
            index += 1;
            !taken.contains(&(index - 1))
        });
    }
    pairs.extend(left.into_iter().map(|old| (Some(old), None)));
    pairs.extend(added.into_iter().map(|new| (None, Some(new))));
    pairs
}
