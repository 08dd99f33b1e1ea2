//! Parses YAML, and so JSON, without quoting it in errors.

use serde::de::DeserializeOwned;

/// The one document in `text`. Errors name the place and never quote the text, which may contain
/// passwords.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    // A node takes at least one byte of text. The default limits stop at some 25,000 tasks.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: text.len().saturating_mul(2).saturating_add(16),
            max_nodes: text.len().saturating_add(16),
            max_total_scalar_bytes: text.len().saturating_add(16),
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| match error.location() {
        Some(place) => format!("no YAML: line {}, column {}", place.line(), place.column()),
        None => "no YAML".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::{Value, json};

    #[test]
    fn yaml_and_json_give_the_same_value() {
        let yaml = "a: [1, 2.5, true, ~]\nb:\n  '200': x\n";
        let json = r#"{"a": [1, 2.5, true, null], "b": {"200": "x"}}"#;
        assert_eq!(
            parse::<Value>(yaml).unwrap(),
            json!({"a": [1, 2.5, true, null], "b": {"200": "x"}})
        );
        assert_eq!(parse::<Value>(json).unwrap(), parse::<Value>(yaml).unwrap());
    }

    #[test]
    fn an_error_tells_the_place_and_not_the_text() {
        let error = parse::<Value>("a: b\nso: \"pass-word").unwrap_err();
        assert!(error.contains("line"), "{error}");
        assert!(!error.contains("pass-word"), "{error}");
    }

    #[test]
    fn two_documents_are_refused() {
        assert!(parse::<Value>("a: 1\n---\nb: 1\n").is_err());
    }
}
