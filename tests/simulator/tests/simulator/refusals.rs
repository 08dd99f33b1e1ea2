//! What is refused, with which status and code, in both languages.

use super::shared::{Answer, ask, bare, client, item, path, request, send, sources, url};
use drs_simulator::{
    EXAMPLE_TASK, InvalidToken, PARENT_TASK, Refusal, Simulator, TaskState, task_in,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Sends the request without `X-Language` and with each language. The three responses differ only
/// in the message, which is Chinese on request and otherwise English.
async fn in_both_languages(build: impl Fn() -> RequestBuilder, status: u16, code: &str) -> Answer {
    let language = |language| build().header("x-language", language);
    let unsaid = send(build()).await;
    let english = send(language("en-us")).await;
    let unknown = send(language("fr-fr")).await;
    let chinese = send(language("zh-cn")).await;
    for answer in [&unsaid, &english, &unknown, &chinese] {
        assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
        assert!(answer.request_id.is_some());
        let type_ = answer.content_type.as_deref();
        assert_eq!(type_, Some("application/json"));
    }
    assert!(unsaid.message().is_ascii() && !unsaid.message().is_empty());
    assert_eq!(unsaid.message(), english.message());
    assert_eq!(unsaid.message(), unknown.message());
    assert!(!chinese.message().is_ascii());
    unsaid
}

async fn nothing_is_stored(simulator: &Simulator) {
    let stored = simulator.passwords();
    assert!(stored.values().all(|password| password == "initial"));
    assert!(simulator.requests().iter().all(|r| r.stored == 0));
}

#[tokio::test]
async fn a_request_without_a_token_is_refused_by_the_gateway() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK]);
    let build = || bare(&simulator).json(&body);
    let answer = in_both_languages(build, 401, "APIGW.0301").await;
    let id = answer.request_id.unwrap();
    assert_eq!(answer.body["request_id"], id.as_str());
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn a_wrong_token_is_refused_by_the_service() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK]);
    let build = || bare(&simulator).header("x-auth-token", "wrong").json(&body);
    in_both_languages(build, 403, "DRS.M00100").await;
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn a_wrong_token_is_refused_by_the_gateway_or_by_iam_where_the_test_wants_it() {
    let body = sources(&[EXAMPLE_TASK]);
    let start = |mode| Simulator::builder().invalid_token(mode).start();
    let simulator = start(InvalidToken::Gateway401).await.unwrap();
    let build = || bare(&simulator).header("x-auth-token", "wrong").json(&body);
    in_both_languages(build, 401, "APIGW.0301").await;

    let simulator = start(InvalidToken::Iam401).await.unwrap();
    let wrong = bare(&simulator).header("x-auth-token", "wrong");
    let answer = send(wrong.json(&body)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body["error"]["title"], "Unauthorized");
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn tokens_can_be_revoked_and_accepted_while_it_runs() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK]);
    simulator.revoke_token(simulator.token());
    assert_eq!(ask(&simulator, &body).await.status, 403);
    simulator.accept_token("renewed");
    let renewed = bare(&simulator).header("x-auth-token", "renewed");
    assert_eq!(send(renewed.json(&body)).await.status, 200);
}

#[tokio::test]
async fn an_unknown_project_is_refused() {
    let simulator = Simulator::start_default().await.unwrap();
    let url = url(&simulator).replace(simulator.project_id(), "another");
    let build = || {
        let request = client().put(&url).header("x-auth-token", simulator.token());
        request.json(&sources(&[EXAMPLE_TASK]))
    };
    in_both_languages(build, 403, "DRS.M00261").await;
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_no_api_of_the_gateway() {
    let simulator = Simulator::start_default().await.unwrap();
    let wrong_path = || client().put(simulator.endpoint() + "/v3/jobs");
    in_both_languages(wrong_path, 404, "APIGW.0101").await;
    let wrong_method = || {
        let request = client().request(Method::POST, url(&simulator));
        request.header("x-auth-token", simulator.token())
    };
    in_both_languages(wrong_method, 404, "APIGW.0101").await;
}

#[tokio::test]
async fn broken_json_is_refused() {
    let simulator = Simulator::start_default().await.unwrap();
    for body in ["", "{", "{\"jobs\": [}", "\u{fffd}", "{} {}"] {
        let build = || request(&simulator, &json!(null)).body(body);
        in_both_languages(build, 400, "DRS.M00200").await;
    }
}

#[tokio::test]
async fn a_content_type_other_than_json_is_refused() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK]).to_string();
    let with = |content_type: Option<&str>| {
        let request = bare(&simulator).header("x-auth-token", simulator.token());
        let request = request.body(body.clone());
        match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        }
    };
    in_both_languages(|| with(Some("text/plain")), 400, "DRS.M00007").await;
    in_both_languages(|| with(None), 400, "DRS.M00007").await;
    nothing_is_stored(&simulator).await;
    let with_charset = with(Some("Application/JSON; charset=UTF-8"));
    assert_eq!(send(with_charset).await.status, 200);
}

fn item_with(field: &str, value: Value) -> Value {
    let mut item = item(EXAMPLE_TASK, "so", "new");
    item[field] = value;
    item
}

#[tokio::test]
async fn an_optional_property_that_is_null_is_one_that_is_left_out() {
    let simulator = Simulator::start_default().await.unwrap();
    let kerberos = json!({"domain_name": null, "key_tab_file": null});
    for kerberos in [Value::Null, kerberos] {
        let body = json!({"jobs": [item_with("kerberos", kerberos)]});
        let answer = ask(&simulator, &body).await;
        assert_eq!(answer.body["results"][0]["status"], "success", "{answer:?}");
    }
    assert_eq!(simulator.key_tab_file(EXAMPLE_TASK, "so"), None);
}

#[tokio::test]
async fn a_missing_or_empty_field_is_refused() {
    let simulator = Simulator::start_default().await.unwrap();
    let without = |field: &str| {
        let mut item = item(EXAMPLE_TASK, "so", "new");
        item.as_object_mut().unwrap().remove(field);
        json!({"jobs": [sources(&[EXAMPLE_TASK])["jobs"][0], item]})
    };
    let cases = [
        (json!({}), "jobs"),
        (json!({"jobs": []}), "jobs"),
        (without("job_id"), "jobs/1/job_id"),
        (without("end_point_type"), "jobs/1/end_point_type"),
        (without("db_password"), "jobs/1/db_password"),
        (json!({"jobs": [item("", "so", "new")]}), "jobs/0/job_id"),
        (
            json!({"jobs": [item(EXAMPLE_TASK, "so", "")]}),
            "jobs/0/db_password",
        ),
        (
            json!({"jobs": [item_with("db_password", Value::Null)]}),
            "jobs/0/db_password",
        ),
        (json!({"jobs": null}), "jobs"),
    ];
    for (body, place) in cases {
        let answer = in_both_languages(|| request(&simulator, &body), 400, "DRS.M00201").await;
        assert!(answer.message().ends_with(place), "{}", answer.message());
    }
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn a_wrong_value_or_type_is_refused_without_being_repeated() {
    let simulator = Simulator::start_default().await.unwrap();
    let with = |field: &str, value: Value| json!({"jobs": [item_with(field, value)]});
    let cases = [
        (with("end_point_type", "xx".into()), "jobs/0/end_point_type"),
        (with("end_point_type", "".into()), "jobs/0/end_point_type"),
        (with("db_password", 424_242.into()), "jobs/0/db_password"),
        (with("kerberos", "424242".into()), "jobs/0/kerberos"),
        (json!({"jobs": 424_242}), "jobs"),
        (json!({"jobs": [null]}), "jobs/0"),
    ];
    for (body, place) in cases {
        let answer = in_both_languages(|| request(&simulator, &body), 400, "DRS.M00202").await;
        assert!(answer.message().ends_with(place), "{}", answer.message());
        assert!(!answer.message().contains("424242"), "{answer:?}");
    }
    in_both_languages(|| request(&simulator, &json!([1])), 400, "DRS.M00202").await;
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn the_same_end_point_twice_is_refused_as_a_whole() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK, EXAMPLE_TASK]);
    in_both_languages(|| request(&simulator, &body), 400, "DRS.M00301").await;
    nothing_is_stored(&simulator).await;
}

#[tokio::test]
async fn a_body_over_12_mb_is_refused_by_the_gateway() {
    let simulator = Simulator::start_default().await.unwrap();
    let limit = 12 * 1024 * 1024;
    let padded = |size: usize| {
        let mut body = sources(&[EXAMPLE_TASK]).to_string();
        body.push_str(&" ".repeat(size - body.len()));
        request(&simulator, &json!(null)).body(body)
    };
    in_both_languages(|| padded(limit + 1), 413, "APIGW.0201").await;
    nothing_is_stored(&simulator).await;
    assert_eq!(simulator.requests()[0].body, None);
    assert_eq!(send(padded(limit)).await.status, 200);
}

#[tokio::test]
async fn an_item_is_refused_alone_and_the_others_are_changed() {
    let simulator = Simulator::start_default().await.unwrap();
    let creating = task_in(TaskState::Creating);
    let deleted = task_in(TaskState::Deleted);
    let expected = [
        (EXAMPLE_TASK, "success", None),
        ("unknown", "failed", Some("DRS.M05003")),
        (&creating, "failed", Some("DRS.M00304")),
        (&deleted, "failed", Some("DRS.M05004")),
        (PARENT_TASK, "failed", Some("DRS.M00307")),
    ];
    let body = sources(&expected.map(|(id, ..)| id));
    for (language, ascii) in [("en-us", true), ("zh-cn", false)] {
        let request = request(&simulator, &body).header("x-language", language);
        let answer = send(request).await;
        assert_eq!((answer.status, &answer.body["count"]), (200, &json!(5)));
        for (place, (id, status, code)) in expected.iter().enumerate() {
            let result = &answer.body["results"][place];
            assert_eq!(result["id"], *id);
            assert_eq!(result["status"], *status);
            assert_eq!(result["error_code"].as_str(), *code);
            if let Some(message) = result["error_msg"].as_str() {
                assert_eq!(message.is_ascii(), ascii, "{message}");
            }
        }
    }
    let password = simulator.password(EXAMPLE_TASK, "so");
    assert_eq!(password.as_deref(), Some("new"));
}

#[tokio::test]
async fn one_refused_item_can_refuse_the_whole_request_flat() {
    let mode = Refusal::WholeRequest;
    let simulator = Simulator::builder().refusal(mode).start().await.unwrap();
    let creating = task_in(TaskState::Creating);
    let body = sources(&[EXAMPLE_TASK, "unknown", &creating]);
    in_both_languages(|| request(&simulator, &body), 400, "DRS.M05003").await;
    let body = sources(&[EXAMPLE_TASK, &creating]);
    in_both_languages(|| request(&simulator, &body), 400, "DRS.M00304").await;
    let body = sources(&[PARENT_TASK]);
    in_both_languages(|| request(&simulator, &body), 400, "DRS.M00307").await;
    nothing_is_stored(&simulator).await;
    let answer = ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn refused_items_can_come_in_a_400_that_holds_them_alone() {
    let mode = Refusal::Batch400;
    let simulator = Simulator::builder().refusal(mode).start().await.unwrap();
    let body = sources(&[EXAMPLE_TASK, "unknown", PARENT_TASK]);
    let answer = ask(&simulator, &body).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["count"], 2);
    assert_eq!(answer.body["results"][0]["error_code"], "DRS.M05003");
    assert_eq!(answer.body["results"][1]["error_code"], "DRS.M00307");
    nothing_is_stored(&simulator).await;
    let answer = ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn passwords_can_not_be_read_over_http() {
    let simulator = Simulator::start_default().await.unwrap();
    let list = simulator.endpoint() + "/v3/" + simulator.project_id() + "/passwords";
    for url in [url(&simulator), list, simulator.endpoint() + "/"] {
        let get = client().get(url).header("x-auth-token", simulator.token());
        assert_eq!(send(get).await.status, 404);
    }
    assert!(path(&simulator).starts_with("/v3/"));
}
