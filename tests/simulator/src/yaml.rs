//! YAML (and so JSON) read into JSON values.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Number, Value};

/// The one document in `text`. Errors tell the place and never the text, which may hold passwords.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| {
        let marker = error.marker();
        format!(
            "no YAML: line {}, column {}",
            marker.line(),
            marker.col() + 1
        )
    })?;
    match documents.as_slice() {
        [document] => to_json(document),
        other => Err(format!("{} YAML documents instead of one", other.len())),
    }
}

fn to_json(node: &Yaml<'_>) -> Result<Value, String> {
    match node {
        Yaml::Value(scalar) => scalar_to_json(scalar),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let Yaml::Value(Scalar::String(key)) = key else {
                    return Err("a key is not a string (quote it)".to_owned());
                };
                object.insert(key.clone().into_owned(), to_json(value)?);
            }
            Ok(object.into())
        }
        _ => Err("tags and aliases are not read".to_owned()),
    }
}

fn scalar_to_json(scalar: &Scalar<'_>) -> Result<Value, String> {
    Ok(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::FloatingPoint(value) => Number::from_f64(value.into_inner())
            .ok_or("a number is not finite")?
            .into(),
        Scalar::String(value) => value.clone().into_owned().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn yaml_and_json_give_the_same_value() {
        let yaml = "a: [1, 2.5, true, ~]\nb:\n  '200': x\n";
        let json = r#"{"a": [1, 2.5, true, null], "b": {"200": "x"}}"#;
        assert_eq!(
            parse(yaml).unwrap(),
            json!({"a": [1, 2.5, true, null], "b": {"200": "x"}})
        );
        assert_eq!(parse(json).unwrap(), parse(yaml).unwrap());
    }

    #[test]
    fn an_error_tells_the_place_and_not_the_text() {
        let error = parse("a: b\nso: \"pass-word").unwrap_err();
        assert!(error.contains("line"), "{error}");
        assert!(!error.contains("pass-word"), "{error}");
    }

    #[test]
    fn what_json_cannot_say_is_refused() {
        assert!(parse("1: a").is_err());
        assert!(parse("a: .inf").is_err());
        assert!(parse("a: 1\n---\nb: 1\n").is_err());
    }
}
