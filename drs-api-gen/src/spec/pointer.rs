//! JSON pointers (RFC 6901), and the references that are made of them.

use serde_json::Value;

/// One more step of a pointer.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    match key.contains(['~', '/']) {
        true => [pointer, "/", &key.replace('~', "~0").replace('/', "~1")].concat(),
        false => [pointer, "/", key].concat(),
    }
}

/// What a pointer names. Unlike `Value::pointer`, it copies no step that needs no unescaping.
pub(crate) fn value_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    let mut steps = pointer.split('/').skip(1);
    steps.try_fold(value, |value, step| match value {
        Value::Object(map) if step.contains('~') => map.get(&unescape(step)),
        Value::Object(map) => map.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The key that a step of a pointer means.
pub(crate) fn unescape(step: &str) -> String {
    let mut parts = step.split('~');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |step, part| match part.split_at_checked(1) {
        Some(("1", rest)) => step + "/" + rest,
        Some(("0", rest)) => step + "~" + rest,
        _ => step + "~" + part,
    })
}

/// Section and name in `#/components/SECTION/NAME`.
pub(crate) fn component_of(reference: &str) -> Option<(&str, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!name.is_empty() && !name.contains('/')).then_some((section, name))
}
