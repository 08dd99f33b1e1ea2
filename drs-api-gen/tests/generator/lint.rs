//! Does each rule find its mistake, and nothing else?

use std::{collections::BTreeSet, fs, path::Path};

use drs_api_gen::{Document, Finding, RULES, lint};

/// Name and text of each failing document.
fn fixtures() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint");
    let mut fixtures: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let rule = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (rule, fs::read_to_string(path).unwrap())
        })
        .collect();
    fixtures.sort();
    fixtures
}

fn findings(yaml: &str) -> Vec<Finding> {
    lint(&Document::parse(yaml).unwrap())
}

#[test]
fn each_rule_has_a_fixture_and_each_fixture_a_rule() {
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let fixtures: BTreeSet<_> = fixtures().into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, fixtures);
    assert_eq!(rules.len(), RULES.len(), "two rules of one name");
}

#[test]
fn each_fixture_breaks_its_rule_and_no_other() {
    for (rule, yaml) in fixtures() {
        let broken: BTreeSet<_> = findings(&yaml).iter().map(|f| f.rule.to_owned()).collect();
        assert_eq!(broken, BTreeSet::from([rule]));
    }
}

#[test]
fn each_message_says_where_what_and_what_instead() {
    let mut shown = String::new();
    for (_, yaml) in fixtures() {
        for finding in findings(&yaml) {
            shown += &format!("{finding}\n");
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_document_without_mistakes_has_no_finding() {
    assert_eq!(findings(include_str!("../fixtures/minimal.yaml")), []);
}

#[test]
fn several_findings_come_at_once_in_the_order_of_the_text() {
    let yaml = include_str!("../fixtures/minimal.yaml")
        .replace("version: 1.0.0", "version: one")
        .replace("format: password", "format: pasword")
        .replace("      x-open-enum: true\n", "");
    let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["version", "format", "response-enum-not-open"]);
}

#[test]
fn a_misspelt_key_is_read_as_it_was_meant() {
    let yaml = include_str!("../fixtures/minimal.yaml")
        .replace("summary:", "sumary:")
        .replace("responses:", "responces:")
        .replace("x-open-enum:", "x-open_enum:");
    let findings = findings(&yaml);
    assert!(findings.iter().all(|f| f.rule == "unknown-key"));
    assert_eq!(findings.len(), 3);
}

#[test]
fn a_document_for_another_version_has_one_finding() {
    for version in ["openapi: 3.1.0", "openapi: 3.0", "swagger: '2.0'", ""] {
        let yaml = include_str!("../fixtures/minimal.yaml").replace("openapi: 3.0.3", version);
        let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["openapi-version"], "{version}");
    }
    for yaml in ["", "[]", "text", "7"] {
        let rules: Vec<_> = findings(yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["openapi-version"], "{yaml}");
    }
}

#[test]
fn a_slip_in_an_example_has_one_finding() {
    let yaml = include_str!("../fixtures/minimal.yaml").replace(
        "{$ref: '#/components/schemas/Key'}",
        "{$ref: '#/components/schemas/Key'}\n            example: {vlaue: a key}",
    );
    let findings = findings(&yaml);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].message.ends_with("did you mean `value`?"));
}

/// The minimal document with a change.
pub(super) fn changed(from: &str, to: &str) -> String {
    let yaml = include_str!("../fixtures/minimal.yaml");
    assert!(yaml.contains(from), "no {from:?}");
    yaml.replacen(from, to, 1)
}

/// The rules and messages of all findings.
pub(super) fn said(yaml: &str) -> Vec<String> {
    let findings = findings(yaml);
    findings
        .iter()
        .map(|f| format!("{}: {}", f.rule, f.message))
        .collect()
}

#[test]
fn nothing_is_said_of_what_is_in_a_refused_key() {
    let refused = "anyOf: [{type: sting, minLenght: one}, {$ref: '#/components/schemas/Nothing'}]";
    let yaml = changed(
        "{$ref: '#/components/schemas/State'}",
        &format!("{{{refused}}}"),
    );
    let yaml = yaml.replace("summary:", "servers: [{ulr: 7}]\n      summary:");
    let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["unsupported-key", "unsupported-key"]);
}

#[test]
fn an_integer_has_a_format_of_its_size_or_none() {
    let with = |format: &str| {
        let integer =
            format!("number: {{type: integer, format: {format}, description: How many.}}");
        said(&changed(
            "        value:",
            &format!("        {integer}\n        value:"),
        ))
    };
    for format in ["int32", "int64"] {
        assert_eq!(with(format), [""; 0], "{format}");
    }
    let message = "format: the client can't read the format `uint8`; remove it and say it in the \
                   description";
    assert_eq!(with("uint8"), [message]);
}

#[test]
fn what_stands_under_a_misspelt_key_is_read() {
    let yaml = changed("responses:", "responces:").replace("format: password", "format: pasword");
    let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["unknown-key", "format"]);
}

#[test]
fn an_id_that_the_generated_code_has_a_meaning_for_is_refused() {
    for id in [
        "OperationInfo",
        "Error",
        "clone",
        "client_info",
        "from",
        "new",
        "new_with_client",
        "inner",
        "client",
        "baseurl",
        "api_version",
        "pre",
        "exec",
        "post",
        "builder",
        "Result",
        "ResponseValue",
        "String",
        "Clone",
        "Some",
        "default",
    ] {
        let yaml = changed("operationId: ChangeKey", &format!("operationId: {id}"));
        let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["operation-id"], "{id}");
    }
    for id in [
        "Get", "Body", "ListKeys", "Key", "request", "Delete", "value",
    ] {
        let yaml = changed("operationId: ChangeKey", &format!("operationId: {id}"));
        assert_eq!(said(&yaml), [""; 0], "{id}");
    }
}

#[test]
fn what_the_client_has_not_is_refused_whole_and_only_once() {
    // The rest is wrong, but doesn't matter.
    let wrong = "{$ref: nowhere, type: [], descripton: 7}";
    for (key, from, to) in [
        (
            "callbacks",
            "      responses:",
            "      callbacks: WRONG\n      responses:",
        ),
        ("links", "'200':\n", "'200':\n          links: WRONG\n"),
        (
            "encoding",
            "application/json:\n",
            "application/json:\n            encoding: WRONG\n",
        ),
        (
            "discriminator",
            "    Key:\n",
            "    Key:\n      discriminator: WRONG\n",
        ),
        ("xml", "    Key:\n", "    Key:\n      xml: WRONG\n"),
        ("const", "    Key:\n", "    Key:\n      const: false\n"),
        (
            "servers",
            "      responses:",
            "      servers: false\n      responses:",
        ),
        ("readOnly", "    Key:\n", "    Key:\n      readonly: true\n"),
    ] {
        let yaml = changed(from, &to.replace("WRONG", wrong));
        let said = said(&yaml);
        assert_eq!(said.len(), 1, "{key}: {said:?}");
        assert!(
            said[0].starts_with(&format!("unsupported-key: `{key}` ")),
            "{said:?}"
        );
    }
}

#[test]
fn a_property_that_is_not_under_properties_is_taken_for_no_refused_key() {
    for name in ["cost", "note"] {
        let said = said(&changed(
            "      required: [value]",
            &format!("      required: [value]\n      {name}: {{type: string}}"),
        ));
        assert_eq!(
            said,
            [format!(
                "unknown-key: a schema has no key `{name}`; remove it, or, if it is a property, \
                 indent it under `properties`"
            )]
        );
    }
}

#[test]
fn a_schema_with_a_secret_is_never_null() {
    let said = said(&changed("    Key:\n", "    Key:\n      nullable: true\n"));
    let message = "secret-not-convertible: `nullable` makes a second type of this schema, in which \
                   its secrets can't be found; remove it: leave the property out instead of `null`";
    assert_eq!(said, [message]);
}

#[test]
fn a_property_that_a_response_requires_hides_no_wrong_example_elsewhere() {
    let yaml = changed(
        "              schema: {$ref: '#/components/schemas/Change'}",
        "              schema: {$ref: '#/components/schemas/Change'}\n              example: {}",
    );
    let yaml = yaml
        .replace(
            "      properties:\n        state:",
            "      required: [state]\n      properties:\n        state:",
        )
        .replace(
            "{$ref: '#/components/schemas/Key'}",
            "{$ref: '#/components/schemas/Key'}\n            example: {}",
        );
    let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["example-mismatch", "fragile-answer"]);
}

#[test]
fn a_response_with_an_empty_list_of_properties_lists_none() {
    let state = "properties:\n        state: {$ref: '#/components/schemas/State'}";
    let said = said(&changed(state, "properties: {}"));
    assert!(said.iter().any(|said| said.starts_with("fragile-answer")));
}

#[test]
fn a_choice_next_to_what_is_none_of_its_parts_is_refused() {
    let yaml = changed(
        "        value:",
        "        choice: {$ref: '#/components/schemas/Choice'}\n        value:",
    );
    for beside in [
        "enum: [a]",
        "nullable: true",
        "properties: {a: {type: string, format: password, description: A secret.}}",
    ] {
        let choice = format!("oneOf: [{{type: string}}, {{type: integer}}], {beside}");
        let yaml = format!("{yaml}    Choice: {{description: A choice., {choice}}}\n");
        let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["composition"], "{beside}");
    }
}

#[test]
fn a_key_for_anyone_to_know_is_no_secret() {
    for (name, rules) in [
        ("ssh_key", &[][..]),
        ("ssh_private_key", &["secret-not-marked"][..]),
        ("access_key", &["secret-not-marked"]),
    ] {
        let yaml = changed(
            "description: The key itself.}",
            &format!(
                "description: The key itself.}}\n        {name}: {{type: string, description: A key.}}"
            ),
        );
        let found: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
        assert_eq!(found, rules, "{name}");
    }
}

#[test]
fn a_value_that_is_no_value_of_the_type_says_so() {
    for (ty, values, message) in [
        ("string", "[null]", "`null` is not a value of an enum"),
        ("string", "[1, two]", "the value 1 is not a string"),
        ("integer", "[1]", "`enum` can't go with `type: integer`"),
    ] {
        let yaml = changed(
            "description: The key itself.}",
            "description: The key itself.}\n        size: {$ref: '#/components/schemas/Size'}",
        ) + &format!("    Size: {{type: {ty}, description: Size., enum: {values}}}\n");
        let said = said(&yaml);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(message), "{said:?}");
    }
}

#[test]
fn a_switch_of_protocols_is_called_what_it_becomes() {
    let said = said(&changed(
        "'200':",
        "'101': {description: Raw.}\n        '200':",
    ));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("`101` would make the call a raw connection"),
        "{said:?}"
    );
}
