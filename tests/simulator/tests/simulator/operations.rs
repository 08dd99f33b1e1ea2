//! Operations of the spec that the simulator has no behaviour for.
use super::shared::{Answer, client, send};
use drs_simulator::Simulator;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// The spec with more operations.
fn spec() -> String {
    let spec = include_str!("../../drs-v3.yaml");
    let more = r#"
  /v3/{project_id}/jobs/batch-progress:
    post:
      operationId: BatchListJobProgress
      parameters:
        - {name: project_id, in: path, required: true, x-project: true, schema: {type: string}}
        - {name: X-Language, in: header, required: false, schema: {$ref: '#/components/schemas/Language'}}
        - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1}}
        - {name: side, in: query, required: false, schema: {type: array, items: {type: string, enum: [so, ta]}}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [jobs]
              properties:
                jobs: {type: array, items: {type: string}}
                note: {type: string}
      responses:
        '204': {description: Nothing to tell.}
        '200':
          description: Shown.
          content:
            application/json:
              schema: {type: object, properties: {count: {type: integer}}}
              examples:
                Zero: {value: {count: 0}}
                Another: {value: {count: 1}}
                AnError: {value: {error_code: DRS.M05066}}
  /v3/{project_id}/jobs/{job_id}:
    delete:
      operationId: DeleteJob
      parameters:
        - {name: project_id, in: path, required: true, x-project: true, schema: {type: string}}
        - {name: job_id, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
      responses:
        '204': {description: Deleted.}
    put:
      operationId: NoteJob
      parameters:
        - {name: project_id, in: path, required: true, x-project: true, schema: {type: string}}
        - {name: job_id, in: path, required: true, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [note]
              properties: {note: {type: string, nullable: true}}
      responses:
        '204': {description: Noted.}
  /v3/health:
    get:
      operationId: Health
      security: []
      responses:
        '200':
          description: Broken.
          content:
            application/json:
              schema: {type: object, properties: {up: {type: boolean}}}
              example: {up: 1}
components:
"#;
    spec.replacen("\ncomponents:\n", more, 1)
}

async fn simulator() -> Simulator {
    let builder = Simulator::builder().spec(spec());
    builder.start().await.unwrap()
}

fn request(simulator: &Simulator, query: &str) -> RequestBuilder {
    let url = format!(
        "{}/v3/{}/jobs/batch-progress{query}",
        simulator.endpoint(),
        simulator.project_id()
    );
    client().post(url)
}

async fn ask(simulator: &Simulator, query: &str, body: &Value) -> Answer {
    let request = request(simulator, query).header("x-auth-token", simulator.token());
    send(request.json(body)).await
}

#[tokio::test]
async fn one_is_answered_with_the_first_example_by_name_of_the_first_success() {
    let simulator = simulator().await;
    // First by name, though not in the document, of those that are no errors.
    let body = json!({"jobs": ["a"], "note": null});
    for query in ["?limit=1", "?limit=10&side=so&side=ta"] {
        let answer = ask(&simulator, query, &body).await;
        assert_eq!(
            (answer.status, answer.body),
            (200, json!({"count": 1})),
            "{query}"
        );
        assert!(answer.request_id.is_some());
    }
}

#[tokio::test]
async fn one_refuses_what_the_spec_does_not_allow() {
    let simulator = simulator().await;
    let good = json!({"jobs": ["a"]});
    for (query, body, code, place) in [
        ("", &good, "DRS.M00201", "limit"),
        ("?limit=0", &good, "DRS.M00202", "limit"),
        ("?limit=many", &good, "DRS.M00202", "limit"),
        ("?limit=1&side=xx", &good, "DRS.M00202", "side"),
        ("?limit=1", &json!({}), "DRS.M00201", "jobs"),
        ("?limit=1", &json!({"jobs": [1]}), "DRS.M00202", "jobs/0"),
    ] {
        let answer = ask(&simulator, query, body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, code),
            "{query} {body}"
        );
        assert!(answer.message().ends_with(place), "{}", answer.message());
    }
    let language = request(&simulator, "?limit=1").header("x-language", "fr-fr");
    let language = language
        .header("x-auth-token", simulator.token())
        .json(&good);
    assert_eq!(send(language).await.code(), "DRS.M00202");
}

#[tokio::test]
async fn one_asks_for_credentials_project_and_json_as_the_others_do() {
    let simulator = simulator().await;
    let good = json!({"jobs": ["a"]});
    let answer = send(request(&simulator, "?limit=1").json(&good)).await;
    assert_eq!((answer.status, answer.code()), (401, "APIGW.0301"));
    let url = simulator.endpoint() + "/v3/another/jobs/batch-progress?limit=1";
    let request_elsewhere = client().post(url).header("x-auth-token", simulator.token());
    let answer = send(request_elsewhere.json(&good)).await;
    assert_eq!((answer.status, answer.code()), (403, "DRS.M00261"));
    let text = request(&simulator, "?limit=1").header("x-auth-token", simulator.token());
    let answer = send(text.body("{\"jobs\": []}")).await;
    assert_eq!((answer.status, answer.code()), (400, "DRS.M00007"));
}

#[tokio::test]
async fn one_without_bodies_is_found_by_its_path_and_method() {
    let simulator = simulator().await;
    let status = async |method: Method, job: &str| {
        let url = format!(
            "{}/v3/{}/jobs/{job}",
            simulator.endpoint(),
            simulator.project_id()
        );
        let request = client().request(method, url);
        let answer = request
            .header("x-auth-token", simulator.token())
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.text().await.unwrap().is_empty(),
        )
    };
    assert_eq!(status(Method::DELETE, "abc").await, (204, true));
    assert_eq!(status(Method::DELETE, "123").await.0, 400);
    assert_eq!(status(Method::GET, "abc").await.0, 404);
}

#[tokio::test]
async fn a_required_property_may_be_null_where_the_spec_says_so_and_may_not_be_missing() {
    let simulator = simulator().await;
    let url = format!(
        "{}/v3/{}/jobs/abc",
        simulator.endpoint(),
        simulator.project_id()
    );
    for (body, status) in [
        (json!({"note": null}), 204),
        (json!({"note": "a"}), 204),
        (json!({}), 400),
        (json!({"note": 1}), 400),
    ] {
        let request = client().put(&url).header("x-auth-token", simulator.token());
        let answer = request.json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body}");
    }
}

#[tokio::test]
async fn an_example_that_breaks_its_schema_becomes_a_500_that_says_so() {
    let simulator = simulator().await;
    let answer = send(client().get(simulator.endpoint() + "/v3/health")).await;
    assert_eq!((answer.status, answer.code()), (500, "SIMULATOR"));
    assert!(answer.message().contains("/up"), "{}", answer.message());
}
