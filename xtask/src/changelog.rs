//! Whether the changelog mentions a version of a document.

/// The changelog, relative to the repository.
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";

/// Whether an entry names the document (`spec` or its file name) and this version.
pub(crate) fn has_entry(changelog: &str, document: &str, version: &str) -> bool {
    changelog.lines().any(|line| {
        let entry = line.trim_start().strip_prefix("- ");
        entry.is_some_and(|e| e.to_lowercase().contains(document) && names(e, version))
    })
}

/// Whether the text contains the whole version: 1.1.0 is not in 1.1.01 or 11.1.0.
fn names(entry: &str, version: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+');
    !version.is_empty()
        && entry.match_indices(version).any(|(start, _)| {
            let before = entry.get(..start).unwrap_or_default();
            let after = entry.get(start + version.len()..).unwrap_or_default();
            let mut next = after.chars();
            let goes_on = match next.next() {
                // A full stop ends the sentence, unless the version continues after it.
                Some('.') => next.next().is_some_and(part),
                other => other.is_some_and(part),
            };
            !before.ends_with(|c| part(c) || c == '.') && !goes_on
        })
}

#[cfg(test)]
mod tests {
    use super::has_entry;

    #[test]
    fn another_document_is_named_by_its_file() {
        let changelog = "- The spec, 1.1.0: results say when.\n- `iam-v3`, 2.0.0: no scope.";
        assert!(has_entry(changelog, "iam-v3", "2.0.0"));
        assert!(!has_entry(changelog, "iam-v3", "1.1.0"));
    }

    #[test]
    fn an_entry_names_the_spec_and_the_whole_version() {
        for (line, found) in [
            ("- The spec, 1.1.0: results say when.", true),
            ("- Spec 1.1.0.", true),
            ("  - `openapi/drs-v3.yaml`, the spec, is `1.1.0` now", true),
            ("- The spec, 11.1.0", false),
            ("- The spec, 1.1.0.1", false),
            ("- The spec, 1.1.0-rc.1", false),
            ("- The client, 1.1.0", false),
            ("The spec, 1.1.0", false),
            ("## [1.1.0] of the spec", false),
        ] {
            assert_eq!(
                has_entry(&format!("# Log\n{line}\n"), "spec", "1.1.0"),
                found,
                "{line}"
            );
        }
    }
}
