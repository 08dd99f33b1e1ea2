//! How do the examples of `drs-tasks-v3.yaml` look on the wire and in Rust? Each has one snapshot,
//! named as in the document.

use drs_api::Client;
use drs_api_gen::Document;
use drs_tests::OneAnswer;
use serde_json::Value;

const PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";
const TOKEN: &str = "test-token";

/// Calls an operation for these tasks, and responds with this. Returns the request, and what is
/// known afterwards.
async fn call(operation: &str, ids: &[String], status: &str, answer: &str) -> (String, Value) {
    let headers = "content-type: application/json\r\n";
    let server = OneAnswer::serve(status, headers, answer).await.unwrap();
    let port = server.endpoint.rsplit(':').next().unwrap().to_owned();
    let client = Client::builder().endpoint(&server.endpoint);
    let client = client.token(TOKEN).build().unwrap();
    let known = match operation {
        "BatchListJobStatus" => {
            let states = client.task_states(PROJECT, ids).await.unwrap();
            let phases: Vec<_> = states.tasks.iter().map(|task| task.phase()).collect();
            serde_json::json!({"states": states, "phases": phases})
        }
        "BatchRestoreTask" => {
            let mut retries = client.retry_tasks(PROJECT, ids).unwrap();
            while retries.next().await.is_some() {}
            serde_json::to_value(retries.outcomes()).unwrap()
        }
        other => panic!("{other} has no call of its own"),
    };
    let request = server.received().await.unwrap();
    let request = request.replace(&port, "[port]").replace(TOKEN, "[token]");
    (request, known)
}

/// The examples in a body, by name.
fn examples(holder: &Value) -> Vec<(&String, &Value)> {
    let examples = holder["content"]["application/json"]["examples"].as_object();
    let examples = examples.unwrap().iter();
    examples
        .map(|(name, example)| (name, &example["value"]))
        .collect()
}

#[tokio::test]
async fn each_example_of_a_request_is_sent_and_each_of_an_answer_is_understood() {
    let document = include_str!("../../openapi/drs-tasks-v3.yaml");
    let document = Document::parse(document).unwrap();
    for item in document.value()["paths"].as_object().unwrap().values() {
        let id = item["post"]["operationId"].as_str().unwrap();
        let mut ids = Vec::new();
        for (name, request) in examples(&item["post"]["requestBody"]) {
            let jobs = request["jobs"].as_array().unwrap().iter();
            let jobs = jobs.map(|job| job.as_str().or(job["job_id"].as_str()).unwrap());
            ids = jobs.map(str::to_owned).collect();
            let (request, _) = call(id, &ids, "403 Forbidden", "{}").await;
            insta::assert_snapshot!(format!("{id}.request.{name}"), request);
        }
        for (status, response) in item["post"]["responses"].as_object().unwrap() {
            for (name, answer) in examples(response) {
                // A refused list would be requested again, task by task.
                let asked = match status.as_str() {
                    "400" => &ids[ids.len() - 1..],
                    _ => &ids[..],
                };
                let (_, known) = call(id, asked, status, &answer.to_string()).await;
                insta::assert_snapshot!(format!("{id}.{status}.{name}"), format!("{known:#}"));
            }
        }
    }
}
