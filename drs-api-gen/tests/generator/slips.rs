//! Does one slip of an author's have one finding, which says what to write?

use super::lint::{changed, said};

#[test]
fn keys_that_are_not_indented_under_theirs_are_one_finding() {
    let property = "        value: {type: string, format: password, description: The key itself.}";
    let response = "        '200':\n          description: Changed.\n          content:\n";
    let schema = "    State:\n      type: string\n      description: Whether it was changed.\n      \
                  enum: [done, refused]\n      x-open-enum: true\n";
    for (from, to, keys) in [
        (
            property,
            "        value:\n        type: string\n        format: password\n        description: \
             The key itself.",
            "`value` is empty; indent what belongs under it: `description`, `format`, `type`",
        ),
        (
            property,
            "        value:\n        $ref: '#/components/schemas/State'",
            "`value` is empty; indent what belongs under it: `$ref`",
        ),
        (
            response,
            "        '200':\n        description: Changed.\n        content:\n",
            "`200` is empty; indent what belongs under it: `content`, `description`",
        ),
        (
            "          application/json:\n            schema:",
            "          application/json:\n          schema:",
            "`application/json` is empty; indent what belongs under it: `schema`",
        ),
        (
            "            schema: {$ref: '#/components/schemas/Key'}",
            "            schema:\n            $ref: '#/components/schemas/Key'",
            "`schema` is empty; indent what belongs under it: `$ref`",
        ),
        (
            schema,
            &schema.replace("      ", "    "),
            "`State` is empty; indent what belongs under it: `description`, `enum`, `type`, \
             `x-open-enum`",
        ),
    ] {
        assert_eq!(said(&changed(from, to)), [format!("wrong-type: {keys}")]);
    }
    // Above the empty one are properties.
    let yaml = changed(
        property,
        "        type: {type: string, description: Which.}\n        value:",
    );
    let message = "wrong-type: `value` is empty; write a schema or a `$ref` to one";
    assert_eq!(said(&yaml), [message]);
}

#[test]
fn a_type_that_can_be_null_says_how() {
    let list = "`type` is not one string; write one type, such as `string`, and `nullable: true` \
                next to it if it can be null";
    let null = "`null` is not a type; write the other type, and `nullable: true` next to it";
    for (ty, message) in [("[string, 'null']", list), ("null", list), ("'null'", null)] {
        let yaml = changed("{type: string}", &format!("{{type: {ty}}}"));
        assert_eq!(said(&yaml), [format!("wrong-type: {message}")], "{ty}");
    }
}

#[test]
fn a_slip_in_an_example_names_the_property_that_was_meant() {
    let optional = changed(
        "        state: {$ref: '#/components/schemas/State'}",
        "        state: {$ref: '#/components/schemas/State'}\n        others: {type: array, nullable: \
         true, description: More., items: {$ref: '#/components/schemas/Change'}}",
    );
    for (example, message) in [
        (
            "{sate: done}",
            "has `sate`, which isn't in its schema; did you mean `state`?",
        ),
        (
            "{others: [{state: done, othrs: []}]}",
            "has `othrs`, which isn't in its schema; did you mean `others`?",
        ),
        // It is there already.
        (
            "{state: done, states: done}",
            "has `states`, which isn't in its schema; correct one of them",
        ),
    ] {
        let yaml = optional.replace(
            "{$ref: '#/components/schemas/Change'}\ncomponents",
            &format!(
                "{{$ref: '#/components/schemas/Change'}}\n              example: {example}\ncomponents"
            ),
        );
        let message = format!("example-mismatch: the example {message}");
        assert_eq!(said(&yaml), [message], "{example}");
    }
}

/// A slip, the text before it, and the text after it.
const SLIPS: [(&str, &str, &str); 18] = [
    ("no comma", "version: 1.0.0, desc", "version: 1.0.0 desc"),
    ("a brace left open", "{type: string}}", "{type: string}"),
    (
        "an item without its mapping",
        "security: []",
        "security: [Token]",
    ),
    ("a mapping as a list", "        state:", "        - state:"),
    ("a section as a string", "1.0.0, ", "1.0.0, license: MIT, "),
    ("a section as a list", "        '200':", "        - '200':"),
    (
        "a list as a mapping",
        "enum: [done, refused]",
        "enum: {done: Done., refused: Refused.}",
    ),
    ("nothing for a list", "[value]", ""),
    (
        "examples of OpenAPI 3.1",
        "{type: string}",
        "{type: string, examples: [a]}",
    ),
    ("a code in words", "'200':", "OK:"),
    ("a parameter without a name", "{name: key_id, in", "{in"),
    ("a parameter without a place", " in: path,", ""),
    (
        "a reference in place of a media type",
        "            schema: {$ref: '#/components/schemas/Key'}",
        "            $ref: '#/components/schemas/Key'",
    ),
    (
        "a schema in place of a media type",
        "          application/json:\n            schema:",
        "            schema:",
    ),
    (
        "a URL for a path",
        "/keys/{key_id}:",
        "https://example.com/keys/{key_id}:",
    ),
    (
        "an exclamation mark first",
        "description: The old",
        "description: !The old",
    ),
    ("two slashes", "/keys/{key_id}:", "/keys//{key_id}:"),
    ("a place that is none", "in: path", "in: body"),
];

#[test]
fn each_slip_is_answered_once() {
    let mut answers = String::new();
    for (slip, from, to) in SLIPS {
        answers += &format!("{slip}\n");
        let answer = match drs_api_gen::Document::parse(&changed(from, to)) {
            Ok(_) => said(&changed(from, to)),
            Err(error) => vec![error.to_string()],
        };
        let [answer] = answer.as_slice() else {
            panic!("{slip}: {answer:?}");
        };
        answers += &format!("  {answer}\n");
    }
    insta::assert_snapshot!(answers);
}
