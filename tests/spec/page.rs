//! Does the spec say what the vendor's page says? These are the page's rows, as literals.

use drs_api_gen::Document;
use serde_json::{Value, json};

const PATH: &str = "/v3/{project_id}/jobs/batch-modify-pwd";

/// Parameter, place, mandatory, type, allowed values, default.
type Parameter<'a> = (
    &'a str,
    &'a str,
    bool,
    &'a str,
    &'a [&'a str],
    Option<&'a str>,
);

/// The page's tables 1 and 2.
const PARAMETERS: &[Parameter] = &[
    ("project_id", "path", true, "string", &[], None),
    (
        "X-Language",
        "header",
        false,
        "string",
        &["en-us", "zh-cn"],
        Some("en-us"),
    ),
];

/// Schema, property, mandatory, type (or the schema it refers to), allowed values: the page's
/// tables 3 to 7. For responses, the page doesn't say what is mandatory.
const PROPERTIES: &[(&str, &str, bool, &str, &[&str])] = &[
    (
        "BatchModifyPwdReq",
        "jobs",
        true,
        "array of ModifyPwdEndPoint",
        &[],
    ),
    ("ModifyPwdEndPoint", "db_password", true, "string", &[]),
    (
        "ModifyPwdEndPoint",
        "end_point_type",
        true,
        "string",
        &["so", "ta"],
    ),
    ("ModifyPwdEndPoint", "job_id", true, "string", &[]),
    ("ModifyPwdEndPoint", "kerberos", false, "KerberosVO", &[]),
    ("KerberosVO", "krb5_conf_file", false, "string", &[]),
    ("KerberosVO", "key_tab_file", false, "string", &[]),
    ("KerberosVO", "domain_name", false, "string", &[]),
    ("KerberosVO", "user_principal", false, "string", &[]),
    ("BatchModifyDbPwdResp", "count", false, "integer", &[]),
    (
        "BatchModifyDbPwdResp",
        "results",
        false,
        "array of ModifyDbPwdResp",
        &[],
    ),
    ("ModifyDbPwdResp", "id", false, "string", &[]),
    (
        "ModifyDbPwdResp",
        "status",
        false,
        "string",
        &["success", "failed"],
    ),
    (
        "ModifyDbPwdResp",
        "end_point_type",
        false,
        "string",
        &["so", "ta"],
    ),
    ("ModifyDbPwdResp", "error_code", false, "string", &[]),
    ("ModifyDbPwdResp", "error_msg", false, "string", &[]),
];

/// What the spec adds to the page; openapi/README.md says why.
const ADDED: &[(&str, &str)] = &[
    ("BatchModifyDbPwdResp", "error_code"),
    ("BatchModifyDbPwdResp", "error_msg"),
    ("BatchModifyDbPwdResp", "request_id"),
];

const STATES: &[&str] = &[
    "STARTJOBING",
    "FULL_TRANSFER_STARTED",
    "FULL_TRANSFER_FAILED",
    "FULL_TRANSFER_COMPLETE",
    "INCRE_TRANSFER_STARTED",
    "INCRE_TRANSFER_FAILED",
    "PAUSING",
];

fn spec() -> Value {
    let document = Document::parse(include_str!("../../openapi/drs-v3.yaml")).unwrap();
    document.value().clone()
}

fn operation(spec: &Value) -> &Value {
    &spec["paths"][PATH]["put"]
}

/// The schema, and the name that refers to it.
fn resolve<'a>(spec: &'a Value, schema: &'a Value) -> (&'a Value, Option<&'a str>) {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let name = reference.strip_prefix("#/components/schemas/").unwrap();
            (&spec["components"]["schemas"][name], Some(name))
        }
        None => (schema, None),
    }
}

fn type_of(spec: &Value, schema: &Value) -> String {
    let (schema, name) = resolve(spec, schema);
    match schema["type"].as_str().unwrap() {
        "array" => format!("array of {}", type_of(spec, &schema["items"])),
        "object" => name.unwrap_or("object").to_owned(),
        scalar => scalar.to_owned(),
    }
}

fn values(schema: &Value) -> Vec<&str> {
    let values = schema["enum"].as_array();
    values
        .into_iter()
        .flatten()
        .map(|v| v.as_str().unwrap())
        .collect()
}

#[test]
fn the_operation_is_the_pages() {
    let spec = spec();
    let operation = operation(&spec);
    assert_eq!(operation["operationId"], "BatchResetPassword");
    assert_eq!(operation["deprecated"], true);
    assert_eq!(operation["tags"], json!(["Public API Management"]));
    let codes: Vec<_> = operation["responses"].as_object().unwrap().keys().collect();
    assert_eq!(codes, ["200", "400"]);
}

#[test]
fn the_parameters_are_the_pages() {
    let spec = spec();
    let parameters = operation(&spec)["parameters"].as_array().unwrap();
    let found: Vec<_> = parameters
        .iter()
        .map(|p| {
            let (schema, _) = resolve(&spec, &p["schema"]);
            (
                p["name"].as_str().unwrap(),
                p["in"].as_str().unwrap(),
                p["required"].as_bool().unwrap(),
                schema["type"].as_str().unwrap(),
                values(schema),
                schema["default"].as_str(),
            )
        })
        .collect();
    let rows = PARAMETERS.iter().copied();
    let expected = rows.map(|(a, b, c, d, values, e)| (a, b, c, d, values.to_vec(), e));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn every_call_needs_a_token_or_a_signature() {
    let spec = spec();
    let schemes = spec["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes.len(), 2);
    assert_eq!(
        spec["security"],
        json!([{ "XAuthToken": [] }, { "AkSkSignature": [] }])
    );
    for (name, header) in [
        ("XAuthToken", "X-Auth-Token"),
        ("AkSkSignature", "Authorization"),
    ] {
        let scheme = &schemes[name];
        assert_eq!(scheme["type"], "apiKey");
        assert_eq!(scheme["in"], "header");
        assert_eq!(scheme["name"], header);
    }
}

#[test]
fn the_body_is_json_and_mandatory() {
    let spec = spec();
    let body = &operation(&spec)["requestBody"];
    assert_eq!(body["required"], true);
    let types: Vec<_> = body["content"].as_object().unwrap().keys().collect();
    assert_eq!(types, ["application/json"]);
}

#[test]
fn the_properties_are_the_pages() {
    let spec = spec();
    let schemas = &spec["components"]["schemas"];
    for (schema, property, mandatory, ty, allowed) in PROPERTIES.iter().copied() {
        let object = &schemas[schema];
        let found = &object["properties"][property];
        assert!(
            found.is_object(),
            "openapi/drs-v3.yaml lacks {schema}.{property}, which the page has (the row is in \
             PROPERTIES in tests/spec/page.rs)"
        );
        assert_eq!(type_of(&spec, found), ty, "{schema}.{property}");
        assert_eq!(
            values(resolve(&spec, found).0),
            allowed,
            "{schema}.{property}"
        );
        let required = object["required"].as_array();
        let required = required.is_some_and(|r| r.contains(&json!(property)));
        assert_eq!(required, mandatory, "{schema}.{property}");
    }
}

#[test]
fn the_schemas_of_the_page_have_no_other_properties() {
    let spec = spec();
    let pages: std::collections::BTreeSet<_> = PROPERTIES.iter().map(|row| row.0).collect();
    for schema in pages {
        let properties = &spec["components"]["schemas"][schema]["properties"];
        for property in properties.as_object().unwrap().keys() {
            let on_page = PROPERTIES.iter().any(|r| r.0 == schema && r.1 == property);
            assert!(
                on_page || ADDED.contains(&(schema, property)),
                "the page has no {schema}.{property}. If the page was updated, add it to PROPERTIES in \
                 tests/spec/page.rs. Otherwise, add it to ADDED there, and add a row with the \
                 reason to openapi/README.md."
            );
        }
    }
}

#[test]
fn the_passwords_are_marked_as_secret() {
    let spec = spec();
    let schemas = &spec["components"]["schemas"];
    for (schema, property) in [
        ("ModifyPwdEndPoint", "db_password"),
        ("KerberosVO", "key_tab_file"),
    ] {
        assert_eq!(
            schemas[schema]["properties"][property]["format"],
            "password"
        );
    }
}

#[test]
fn the_constraints_name_each_state_and_the_parent_task() {
    let spec = spec();
    let description = operation(&spec)["description"].as_str().unwrap();
    // The page writes STARTJOB_FAILED; every list of the service's states writes this.
    for state in STATES.iter().copied().chain(["START_JOB_FAILED"]) {
        assert!(description.contains(&format!("`{state}`")), "{state}");
    }
    assert!(description.contains("dual-active"));
    assert!(description.contains("parent task"));
}

#[test]
fn the_examples_are_the_pages() {
    let spec = spec();
    let operation = operation(&spec);
    let request = &operation["requestBody"]["content"]["application/json"]["examples"];
    assert_eq!(
        request["BothEndPoints"]["value"],
        json!({
          "jobs" : [ {
            "db_password" : "********",
            "end_point_type" : "so",
            "job_id" : "25df459d-a37c-41b9-bc2b-8c00ba32jb52"
          }, {
            "db_password" : "********",
            "end_point_type" : "ta",
            "job_id" : "25df459d-a37c-41b9-bc2b-8c00ba32jb52"
          } ]
        })
    );
    let answer = &operation["responses"]["200"]["content"]["application/json"]["examples"];
    assert_eq!(
        answer["BothEndPoints"]["value"],
        json!({
          "results" : [ {
            "id" : "8d0e8e36-a618-490d-8a46-8c61ac9jb502",
            "status" : "success",
            "end_point_type" : "so"
          }, {
            "id" : "8d0e8e36-a618-490d-8a46-8c61ac9jb502",
            "status" : "success",
            "end_point_type" : "ta"
          } ],
          "count" : 2
        })
    );
}
