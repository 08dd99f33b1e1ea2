//! What does a careless editor of the spec read? Each entry is a typical mistake in handwritten
//! YAML; the snapshot is the message.

mod more;

use drs_api_gen::{Document, lint};
use more::MORE;

use super::one_operation::one_operation;

/// The edit: the text before, and the text after.
const MISTAKES: &[(&str, &str, &str)] = &[
    // Slips in keys.
    ("a letter left out", "deprecated: true", "deprecatd: true"),
    (
        "and another",
        "      required:\n        - jobs",
        "      requred:\n        - jobs",
    ),
    (
        "of a format",
        "          format: password",
        "          formt: password",
    ),
    (
        "of an extension",
        "      x-open-enum: true",
        "      x-openenum: true",
    ),
    (
        "of the project",
        "          x-project: true",
        "          x-projct: true",
    ),
    (
        "no dollar",
        "          $ref: '#/components/schemas/KerberosVO'",
        "          ref: '#/components/schemas/KerberosVO'",
    ),
    ("capitals", "    put:\n", "    PUT:\n"),
    // YAML.
    (
        "no quotes around a reference",
        "'#/components/schemas/KerberosVO'",
        "#/components/schemas/KerberosVO",
    ),
    ("a tab", "        domain_name:\n", "\tdomain_name:\n"),
    (
        "no colon",
        "        domain_name:\n",
        "        domain_name\n",
    ),
    (
        "no space after the colon",
        "          type: string\n          description: Name of",
        "          type:string\n          description: Name of",
    ),
    (
        "a colon in a text",
        "description: Name of",
        "description: Name: of",
    ),
    (
        "a property indented too far",
        "        job_id:\n",
        "          job_id:\n",
    ),
    (
        "keys of a property not indented",
        "        domain_name:\n          type: string\n          description: Name",
        "        domain_name:\n        type: string\n        description: Name",
    ),
    (
        "properties indented too little",
        "      properties:\n        krb5_conf_file:",
        "    properties:\n        krb5_conf_file:",
    ),
    (
        "a key twice",
        "        user_principal:\n",
        "        domain_name:\n",
    ),
    ("an unquoted version", "version: 1.0.0", "version: 1.0"),
    // Versions.
    ("a version with a v", "version: 1.0.0", "version: v1.0.0"),
    ("a later OpenAPI", "openapi: 3.0.3", "openapi: 3.1.0"),
    ("an earlier one", "openapi: 3.0.3", "swagger: '2.0'"),
    // Types and limits.
    ("a type of Rust's", "type: integer", "type: int"),
    (
        "types of OpenAPI 3.1",
        "          type: string\n          description: Name of",
        "          type: [string, 'null']\n          description: Name of",
    ),
    (
        "a limit of OpenAPI 3.1",
        "          format: int32\n",
        "          format: int32\n          exclusiveMinimum: 3\n",
    ),
    (
        "a limit past the type",
        "          format: int32\n",
        "          format: int32\n          maximum: 9999999999\n",
    ),
    (
        "required in the property",
        "          description: Name of",
        "          required: true\n          description: Name of",
    ),
    (
        "a required property that is not there",
        "        - end_point_type\n        - job_id\n",
        "        - endpoint_type\n        - job_id\n",
    ),
    (
        "an answer with no more than is known",
        "    ModifyDbPwdResp:\n      type: object\n",
        "    ModifyDbPwdResp:\n      type: object\n      additionalProperties: false\n",
    ),
    (
        "a letter of another alphabet",
        "        job_id:\n",
        "        job_іd:\n",
    ),
    // Secrets.
    (
        "a secret unmarked",
        "          format: password\n          description: |-",
        "          description: |-",
    ),
    (
        "a limit next to it",
        "          format: password\n",
        "          format: password\n          minLength: 1\n",
    ),
    (
        "one more secret",
        "        domain_name:\n",
        "        keystore_pass:\n",
    ),
    // References.
    (
        "another case",
        "'#/components/schemas/KerberosVO'",
        "'#/components/schemas/KerberosVo'",
    ),
    (
        "another file",
        "'#/components/schemas/KerberosVO'",
        "'kerberos.yaml#/KerberosVO'",
    ),
    (
        "the place of Swagger 2.0",
        "'#/components/schemas/KerberosVO'",
        "'#/definitions/KerberosVO'",
    ),
    // Examples and enums.
    (
        "an example of another type",
        "                    count: 2",
        "                    count: two",
    ),
    (
        "an example with a slip",
        "                      job_id: 25",
        "                      jobid: 25",
    ),
    ("an answer's enum closed", "      x-open-enum: true\n", ""),
    (
        "a value twice",
        "        - failed\n      x-open",
        "        - failed\n        - failed\n      x-open",
    ),
    (
        "a value that YAML reads as a flag",
        "        - failed\n      x-open",
        "        - failed\n        - true\n      x-open",
    ),
    // The operation.
    (
        "a name with spaces",
        "operationId: BatchResetPassword",
        "operationId: Batch Reset Password",
    ),
    (
        "a tag of no list",
        "        - Public API Management",
        "        - Publik API Management",
    ),
    (
        "the token as a parameter",
        "name: X-Language",
        "name: X-Auth-Token",
    ),
    (
        "the content type as a parameter",
        "name: X-Language",
        "name: Content-Type",
    ),
    (
        "a placeholder renamed",
        "{project_id}/jobs",
        "{project}/jobs",
    ),
    (
        "one more answer, empty",
        "        '400':\n",
        "        '202':\n          description: Later.\n        '400':\n",
    ),
    (
        "a code twice",
        "        '400':\n",
        "        200:\n          description: Later.\n        '400':\n",
    ),
    (
        "an answer for the rest",
        "        '400':\n",
        "        default:\n",
    ),
    ("a server's placeholder", "drs.{region}.", "drs.{regoin}."),
];

/// What is said of each mistake.
fn said(mistakes: &[(&str, &str, &str)]) -> String {
    let spec = one_operation();
    let mut read = String::new();
    for (what, from, to) in mistakes.iter().copied() {
        assert!(spec.contains(from), "the spec has no {from:?}");
        let said: Vec<String> = match Document::parse(&spec.replacen(from, to, 1)) {
            Ok(document) => {
                let findings = lint(&document);
                findings
                    .iter()
                    .map(|f| format!("{}: {}", f.rule, f.message))
                    .collect()
            }
            // The line changes with every edit of the spec.
            Err(error) => {
                let error = error.to_string();
                let (_, said) = error.split_once(": ").unwrap();
                let (before, after) = said.split_once("on line ").unwrap_or((said, ""));
                let after = match after.trim_start_matches(char::is_numeric) {
                    "" => String::new(),
                    after => format!("on line LINE{after}"),
                };
                vec![format!("syntax: {before}{after}")]
            }
        };
        assert!(!said.is_empty(), "no one names this: {what}");
        read += &format!("{what}\n");
        for said in said {
            assert!(
                !said.contains(
                    |c: char| c.is_control() || !c.is_ascii() && c.escape_debug().len() > 1
                )
            );
            read += &format!("  {said}\n");
        }
    }
    read
}

#[test]
fn each_mistake_of_a_careless_editor_is_named() {
    insta::assert_snapshot!("careless", said(MISTAKES));
}

#[test]
fn each_habit_from_elsewhere_is_answered() {
    insta::assert_snapshot!("habits", said(MORE));
}
