//! How does each example of the spec look on the wire and in Rust? Each example of a request or
//! response has one snapshot, named as in the spec. A new operation needs no line here.

use std::collections::BTreeSet;

use drs_api::{Client, types};
use drs_api_gen::Document;
use drs_simulator::Simulator;
use drs_tests::OneAnswer;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

include!("generated/calls.rs");

const TOKEN: &str = "test-token";
const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// What a caller gets: the value, or the text of `drs_api::Error`.
fn shown<T: Serialize>(
    result: Result<drs_api::ResponseValue<T>, drs_api::Error>,
) -> Result<Value, String> {
    let answer = result.map_err(|error| error.to_string())?;
    serde_json::to_value(answer.into_inner()).map_err(|e| e.to_string())
}

fn spec() -> Value {
    let document = Document::parse(include_str!("../../openapi/drs-v3.yaml")).unwrap();
    document.value().clone()
}

/// Each operation and its id.
fn operations(spec: &Value) -> Vec<(String, Value)> {
    let paths = spec["paths"].as_object().unwrap().values();
    let found = paths.flat_map(|item| METHODS.iter().filter_map(|method| item.get(method)));
    found
        .map(|operation| {
            let id = operation["operationId"].as_str().unwrap();
            (id.to_owned(), operation.clone())
        })
        .collect()
}

fn resolve<'a>(spec: &'a Value, node: &'a Value) -> &'a Value {
    let target = node["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    target.map_or(node, |pointer| spec.pointer(pointer).unwrap())
}

/// The examples of a request or response body, by name.
fn examples(spec: &Value, holder: &Value) -> Vec<(String, Value)> {
    let content = &resolve(spec, holder)["content"]["application/json"];
    if let Some(example) = content.get("example") {
        return vec![("Example".to_owned(), example.clone())];
    }
    let named = content["examples"].as_object().into_iter().flatten();
    named
        .map(|(name, example)| (name.clone(), resolve(spec, example)["value"].clone()))
        .collect()
}

/// The request without a body.
fn first_request(spec: &Value, operation: &Value) -> Value {
    let examples = examples(spec, &operation["requestBody"]);
    examples.into_iter().next().map_or(Value::Null, |(_, v)| v)
}

/// Calls an operation, and responds with this.
async fn call_answered(
    operation: &str,
    body: Value,
    status: &str,
    answer: &str,
) -> (String, Result<Value, String>) {
    let headers = "content-type: application/json\r\nx-request-id: header-id\r\n";
    let server = OneAnswer::serve(status, headers, answer).await.unwrap();
    let port = server.endpoint.rsplit(':').next().unwrap().to_owned();
    let client = Client::builder().endpoint(&server.endpoint);
    let client = client.token(TOKEN).build().unwrap();
    let result = call(&client, operation, body).await;
    let request = server.received().await.unwrap();
    let request = request.replace(&port, "[port]");
    (request.replace(TOKEN, "[token]"), result)
}

/// The names of the existing snapshots of examples.
fn on_disk() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/snapshots");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name
            .strip_prefix("spec__examples__")?
            .strip_suffix(".snap")?;
        Some(name.to_owned())
    });
    names.collect()
}

#[tokio::test]
async fn each_example_of_a_request_is_sent_and_each_of_an_answer_is_read() {
    let spec = spec();
    let mut seen = BTreeSet::new();
    for (id, operation) in operations(&spec) {
        let mut requests = examples(&spec, &operation["requestBody"]);
        if operation.get("requestBody").is_none() {
            requests.push(("WithoutBody".to_owned(), Value::Null));
        }
        for (name, body) in requests {
            let (request, _) = call_answered(&id, body, "200 OK", "{}").await;
            let name = format!("{id}.request.{name}");
            insta::assert_snapshot!(name.clone(), request);
            seen.insert(name);
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (name, answer) in examples(&spec, response) {
                let body = first_request(&spec, &operation);
                let (_, result) = call_answered(&id, body, status, &answer.to_string()).await;
                let shown = match result {
                    Ok(answer) => format!("Ok\n{answer:#}"),
                    Err(error) => format!("Err\n{error}"),
                };
                let name = format!("{id}.{status}.{name}");
                insta::assert_snapshot!(name.clone(), shown);
                seen.insert(name);
            }
        }
    }
    // After a first run without snapshots, insta has written them or failed.
    let stale: Vec<_> = on_disk().difference(&seen).cloned().collect();
    assert!(
        stale.is_empty(),
        "the spec no longer has these examples; delete tests/spec/snapshots/spec__examples__NAME.snap: {stale:?}"
    );
}

#[tokio::test]
async fn the_simulator_answers_the_first_example_of_each_operation() {
    let spec = spec();
    let simulator = Simulator::start_default().await.unwrap();
    let client = Client::builder().endpoint(simulator.endpoint());
    let client = client.token(simulator.token()).build().unwrap();
    for (id, operation) in operations(&spec) {
        let body = first_request(&spec, &operation);
        let answer = call(&client, &id, body).await;
        assert!(answer.is_ok(), "{id}: {answer:?}");
    }
}

#[test]
fn each_operation_shows_a_success() {
    let spec = spec();
    for (id, operation) in operations(&spec) {
        let responses = operation["responses"].as_object().unwrap();
        let shows = responses
            .iter()
            .filter(|(s, _)| s.starts_with('2'))
            .any(|(_, response)| {
                let has_body = resolve(&spec, response).get("content").is_some();
                !has_body || !examples(&spec, response).is_empty()
            });
        assert!(
            shows,
            "{id} has no example of a success; add one under its `responses` in \
             openapi/drs-v3.yaml: the simulator answers with it"
        );
    }
}
