//! Responses that are wrong, late, slow, large, or not the simulator's own.
use std::time::{Duration, Instant};

use super::shared::{ask, item, request, sources};
use drs_simulator::{EXAMPLE_TASK, Fault, ItemFault, Simulator, Times, parse_fault};
use reqwest::Response;
use serde_json::{Value, json};

async fn started() -> Simulator {
    Simulator::start_default().await.unwrap()
}

async fn raw(simulator: &Simulator) -> Response {
    let request = request(simulator, &sources(&[EXAMPLE_TASK]));
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn stored(simulator: &Simulator) -> bool {
    simulator.password(EXAMPLE_TASK, "so").as_deref() == Some("new")
}

#[tokio::test]
async fn a_fixed_answer_comes_as_it_was_given_and_the_change_is_stored_only_if_told_so() {
    for applied in [false, true] {
        let simulator = started().await;
        let fault = Fault::answer(503, "<html>busy</html>")
            .header("content-type", "text/html")
            .header("retry-after", "7");
        let fault = if applied { fault.applied() } else { fault };
        simulator.fault(fault, Times::Next(1));
        let response = raw(&simulator).await;
        assert_eq!(response.status(), 503);
        assert_eq!(header(&response, "content-type"), Some("text/html"));
        assert_eq!(header(&response, "retry-after"), Some("7"));
        assert!(header(&response, "x-request-id").is_some());
        assert_eq!(response.text().await.unwrap(), "<html>busy</html>");
        assert_eq!(stored(&simulator), applied);
        assert_eq!(simulator.requests()[0].stored, usize::from(applied));
        assert_eq!(simulator.requests()[0].status, Some(503));
    }
}

#[tokio::test]
async fn an_answer_can_be_empty() {
    let simulator = started().await;
    for status in [200, 204, 500] {
        simulator.fault(Fault::answer(status, ""), Times::Next(1));
        let response = raw(&simulator).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.bytes().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn the_regular_answer_can_come_with_another_status_and_other_headers() {
    let simulator = started().await;
    let fault = Fault::regular()
        .status(202)
        .header("Content-Type", "text/plain")
        .header("Content-Encoding", "gzip");
    simulator.fault(fault, Times::Next(1));
    let response = raw(&simulator).await;
    assert_eq!(response.status(), 202);
    assert_eq!(header(&response, "content-type"), Some("text/plain"));
    assert_eq!(header(&response, "content-encoding"), Some("gzip"));
    assert_eq!(response.headers().get_all("content-type").iter().count(), 1);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["results"][0]["status"], "success");
    assert!(stored(&simulator));
}

#[tokio::test]
async fn a_truncated_answer_is_whole_as_http_and_broken_as_json() {
    let simulator = started().await;
    simulator.fault(Fault::regular().truncated(), Times::Next(1));
    let body = raw(&simulator).await.text().await.unwrap();
    assert!(body.starts_with('{'));
    assert!(serde_json::from_str::<Value>(&body).is_err());
    assert!(stored(&simulator));
}

#[tokio::test]
async fn the_length_in_the_head_can_lie() {
    let simulator = started().await;
    let fault = Fault::regular().header("content-length", "100000");
    simulator.fault(fault, Times::Next(1));
    let response = raw(&simulator).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn an_answer_comes_late_and_its_connection_is_kept() {
    let simulator = started().await;
    let delay = Duration::from_millis(200);
    simulator.fault(Fault::regular().delay(delay), Times::Next(2));
    let client = super::shared::client();
    for _ in 0..2 {
        let start = Instant::now();
        let request = client
            .put(super::shared::url(&simulator))
            .header("x-auth-token", simulator.token())
            .json(&sources(&[EXAMPLE_TASK]));
        assert_eq!(super::shared::send(request).await.status, 200);
        assert!(start.elapsed() >= delay);
    }
    assert_eq!(simulator.connection_count(), 1);
}

#[tokio::test]
async fn a_late_answer_is_stored_before_it_is_given() {
    let simulator = started().await;
    simulator.fault(
        Fault::regular().delay(Duration::from_secs(60)),
        Times::Next(1),
    );
    let request = request(&simulator, &sources(&[EXAMPLE_TASK]));
    let answer = request.timeout(Duration::from_millis(200)).send().await;
    assert!(answer.is_err_and(|error| error.is_timeout()));
    assert!(stored(&simulator));
    assert_eq!(simulator.requests()[0].status, None);
}

#[tokio::test]
async fn a_slow_body_drips() {
    let simulator = started().await;
    let pause = Duration::from_millis(20);
    simulator.fault(Fault::regular().drip(10, pause), Times::Next(1));
    let start = Instant::now();
    let mut response = raw(&simulator).await;
    let mut chunks = 0;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        chunks += 1;
        body.extend_from_slice(&chunk);
    }
    let drops = u32::try_from(body.len().div_ceil(10)).unwrap();
    assert!(start.elapsed() >= pause * drops);
    assert!(chunks > 2, "{chunks}");
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["count"], 1);
}

#[tokio::test]
async fn a_body_of_50_mb_is_streamed() {
    let simulator = started().await;
    simulator.fault(Fault::regular().padded(50 << 20), Times::Next(1));
    let mut response = raw(&simulator).await;
    let mut length = 0;
    let mut last = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        length += chunk.len();
        last = chunk.to_vec();
    }
    assert!(length > 50 << 20);
    assert_eq!(last.last(), Some(&b'}'));
}

#[tokio::test]
async fn a_redirect_has_its_location() {
    let simulator = started().await;
    for status in [302, 307, 308] {
        let fault = Fault::redirect(status, "http://127.0.0.1:1/elsewhere");
        simulator.fault(fault, Times::Next(1));
        let response = raw(&simulator).await;
        assert_eq!(response.status(), status);
        let location = header(&response, "location");
        assert_eq!(location, Some("http://127.0.0.1:1/elsewhere"));
        assert!(!stored(&simulator));
    }
}

#[tokio::test]
async fn the_request_comes_back_in_an_error_message_or_as_it_is() {
    let simulator = started().await;
    let body = sources(&[EXAMPLE_TASK]);
    simulator.fault(Fault::echo(400), Times::Next(1));
    let answer = ask(&simulator, &body).await;
    assert_eq!((answer.status, answer.code()), (400, "DRS.M00200"));
    assert!(answer.message().ends_with(&body.to_string()));

    simulator.fault(Fault::echo_raw(500), Times::Next(1));
    let answer = ask(&simulator, &body).await;
    assert_eq!((answer.status, answer.body), (500, body));
    assert!(!stored(&simulator));
}

#[tokio::test]
async fn the_next_n_requests_are_hit_in_the_order_of_the_queue_and_then_every_nth() {
    let simulator = started().await;
    simulator.fault(Fault::answer(500, "{}"), Times::Every(3));
    simulator.fault(Fault::answer(501, "{}"), Times::Next(2));
    simulator.fault(Fault::answer(502, "{}"), Times::Next(1));
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(raw(&simulator).await.status().as_u16());
    }
    assert_eq!(statuses, [501, 501, 502, 200, 200, 500, 200]);
    simulator.fault(Fault::answer(503, "{}"), Times::Always);
    assert_eq!(raw(&simulator).await.status(), 503);
    simulator.clear_faults();
    assert_eq!(raw(&simulator).await.status(), 200);
}

#[tokio::test]
async fn a_script_chooses_by_number_and_end_points() {
    let simulator = started().await;
    simulator.script(|number, items| {
        let unknown = items.iter().any(|item| item.job_id == "unknown");
        (number == 2 || unknown).then(|| Fault::answer(500, format!("[{number}]")))
    });
    let example = sources(&[EXAMPLE_TASK]);
    assert_eq!(ask(&simulator, &example).await.status, 200);
    assert_eq!(ask(&simulator, &example).await.status, 500);
    assert_eq!(ask(&simulator, &example).await.status, 200);
    let answer = ask(&simulator, &sources(&[EXAMPLE_TASK, "unknown"])).await;
    assert_eq!((answer.status, answer.body), (500, json!([4])));
}

#[tokio::test]
async fn the_items_of_an_answer_can_be_wrong_in_each_way() {
    let so = json!({"id": EXAMPLE_TASK, "status": "success", "end_point_type": "so"});
    let ta = json!({"id": EXAMPLE_TASK, "status": "success", "end_point_type": "ta"});
    let with = |item: &Value, field: &str, value: Value| {
        let mut item = item.clone();
        item[field] = value;
        item
    };
    let without = |item: &Value, field: &str| {
        let mut item = item.clone();
        item.as_object_mut().unwrap().remove(field);
        item
    };
    let foreign = |item| with(item, "id", "8d0e8e36-a618-490d-8a46-8c61ac9jb502".into());
    let two = |first, second| json!({"count": 2, "results": [first, second]});
    let error = with(&so, "error_code", "DRS.M05066".into());
    let error = with(&error, "error_msg", "The operation failed".into());
    let opposite = with(&so, "status", "failed".into());
    let unreadable = json!({"id": 1, "status": ["success"], "end_point_type": {}});
    let extra = |item| with(item, "extra", 1.into());
    let mut extras = two(extra(&so), extra(&ta));
    extras["extra"] = json!({"unknown": [1, null]});

    let expected = [
        (ItemFault::LeftOut, json!({"count": 1, "results": [ta]})),
        (
            ItemFault::Doubled,
            json!({"count": 4, "results": [so, so, ta, ta]}),
        ),
        (ItemFault::Reversed, two(ta.clone(), so.clone())),
        (ItemFault::ForeignIds, two(foreign(&so), foreign(&ta))),
        (
            ItemFault::ForeignItem,
            json!({"count": 3, "results": [so, ta, foreign(&so)]}),
        ),
        (
            ItemFault::UnknownStatus,
            two(with(&so, "status", "pending".into()), ta.clone()),
        ),
        (ItemFault::NoStatus, two(without(&so, "status"), ta.clone())),
        (
            ItemFault::Contradicted,
            json!({"count": 3, "results": [so, ta, opposite]}),
        ),
        (ItemFault::SuccessWithErrorCode, two(error, ta.clone())),
        (
            ItemFault::NoEndPointType,
            two(
                without(&so, "end_point_type"),
                without(&ta, "end_point_type"),
            ),
        ),
        (
            ItemFault::UnknownEndPointType,
            two(with(&so, "end_point_type", "xx".into()), ta.clone()),
        ),
        (ItemFault::NullResults, json!({"count": 2, "results": null})),
        (ItemFault::NoResults, json!({"count": 2})),
        (ItemFault::NullItem, two(Value::Null, ta.clone())),
        (ItemFault::UnreadableItem, two(unreadable, ta.clone())),
        (
            ItemFault::CountAsString,
            json!({"count": "2", "results": [so, ta]}),
        ),
        (
            ItemFault::WrongCount,
            json!({"count": 3, "results": [so, ta]}),
        ),
        (ItemFault::ExtraFields, extras),
    ];
    assert_eq!(expected.len(), ItemFault::ALL.len() - 1, "but Failed");
    for (fault, expected) in expected {
        let simulator = started().await;
        simulator.fault(Fault::items(fault), Times::Next(1));
        let jobs = [
            item(EXAMPLE_TASK, "so", "new"),
            item(EXAMPLE_TASK, "ta", "new"),
        ];
        let answer = ask(&simulator, &json!({ "jobs": jobs })).await;
        assert_eq!((answer.status, answer.body), (200, expected), "{fault:?}");
        assert!(stored(&simulator));
    }
}

#[tokio::test]
async fn an_error_has_no_items_to_change() {
    let simulator = started().await;
    simulator.fault(Fault::items(ItemFault::LeftOut), Times::Next(1));
    let answer = ask(&simulator, &json!({"jobs": []})).await;
    assert_eq!((answer.status, answer.code()), (400, "DRS.M00201"));
}

#[test]
fn a_fault_shows_no_body_that_a_test_put_into_it() {
    let fault = Fault::answer(400, "a secret body");
    assert!(!format!("{fault:?}").contains("secret"));
}

#[test]
fn the_readmes_faults_can_be_read() {
    let readme = include_str!("../../README.md");
    let specs: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("--fault '")?.strip_suffix('\''))
        .collect();
    assert_eq!(specs.len(), 3);
    for spec in specs {
        assert!(parse_fault(spec).is_ok(), "{spec}");
    }
    for (name, _) in ItemFault::ALL {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}
