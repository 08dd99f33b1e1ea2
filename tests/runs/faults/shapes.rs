//! Truthful responses in unknown shapes, and refusals in known ones.

use std::time::Duration;

use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report, Retry},
};
use drs_tests::{Act, Scripted};
use futures_util::{StreamExt as _, stream};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{EndPointType, cases, end_point};

/// An end point, and whether the server has stored its password.
type Truth = (String, EndPointType, bool);

/// How a response says what the server did.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Results,
    SidesInCapitals,
    WithoutSides,
    StatusInCapitals,
    OtherName,
    NameInCapitals,
    InText,
    InMessage,
    Deeper,
    DeeperBesideCode,
    DeeperBesideIamCode,
    BareList,
    BareItem,
    ByTask,
    ListsOfIds,
    Words,
    HalfElsewhere,
    Twice,
    Unreadable,
}

const SHAPES: &[Shape] = &[
    Shape::Results,
    Shape::SidesInCapitals,
    Shape::WithoutSides,
    Shape::StatusInCapitals,
    Shape::OtherName,
    Shape::NameInCapitals,
    Shape::InText,
    Shape::InMessage,
    Shape::Deeper,
    Shape::DeeperBesideCode,
    Shape::DeeperBesideIamCode,
    Shape::BareList,
    Shape::BareItem,
    Shape::ByTask,
    Shape::ListsOfIds,
    Shape::Words,
    Shape::HalfElsewhere,
    Shape::Twice,
    Shape::Unreadable,
];

const CODE: &str = "DRS.M00304";

fn item((id, side, stored): &Truth) -> Value {
    match stored {
        true => json!({"id": id, "end_point_type": side.to_string(), "status": "success"}),
        false => json!({
            "id": id, "end_point_type": side.to_string(), "status": "failed", "error_code": CODE,
        }),
    }
}

fn changed_items(truth: &[Truth], change: impl Fn(&mut Value)) -> Value {
    let items = truth.iter().map(|end_point| {
        let mut item = item(end_point);
        change(&mut item);
        item
    });
    json!({ "results": items.collect::<Vec<_>>() })
}

fn in_capitals(value: &mut Value) {
    if let Some(text) = value.as_str() {
        *value = text.to_uppercase().into();
    }
}

impl Shape {
    fn body(self, truth: &[Truth]) -> String {
        let items: Vec<Value> = truth.iter().map(item).collect();
        let results = json!({ "results": items });
        let ids = |stored: bool| {
            let ids = truth.iter().filter(move |(_, _, s)| *s == stored);
            ids.map(|(id, ..)| id.as_str()).collect::<Vec<_>>()
        };
        let body = match self {
            Self::Results => results,
            Self::SidesInCapitals => {
                changed_items(truth, |item| in_capitals(&mut item["end_point_type"]))
            }
            Self::WithoutSides => changed_items(truth, |item| {
                item.as_object_mut().unwrap().remove("end_point_type");
            }),
            Self::StatusInCapitals => changed_items(truth, |item| in_capitals(&mut item["status"])),
            Self::OtherName => json!({ "jobs": items, "count": items.len() }),
            Self::NameInCapitals => json!({ "Results": items }),
            Self::InText => json!({ "body": results.to_string() }),
            Self::InMessage => json!({ "error_code": CODE, "error_msg": results.to_string() }),
            Self::Deeper => json!({ "data": results }),
            Self::DeeperBesideCode => json!({ "error_code": CODE, "data": results }),
            Self::DeeperBesideIamCode => json!({ "error": {"code": 400}, "details": items }),
            Self::BareList => items.into(),
            Self::BareItem => items[0].clone(),
            Self::ByTask => {
                let tasks = truth.iter().map(|(id, side, stored)| {
                    let status = if *stored { "success" } else { "failed" };
                    (id.clone(), json!({ side.to_string(): status }))
                });
                json!({ "error_code": CODE, "tasks": Value::Object(tasks.collect()) })
            }
            Self::ListsOfIds => json!({
                "error_code": CODE, "succeeded": ids(true), "failed": ids(false),
            }),
            Self::Words => {
                let words = truth.iter().map(|(id, side, stored)| {
                    let status = if *stored { "success" } else { "failed" };
                    format!("{id} {side}: {status}")
                });
                return words.collect::<Vec<_>>().join("\n");
            }
            Self::HalfElsewhere => json!({ "results": items[..1], "more": items[1..] }),
            Self::Twice => {
                let both = items.iter().chain(&items).cloned().collect::<Vec<_>>();
                json!({ "results": both })
            }
            Self::Unreadable => {
                let text = results.to_string();
                return text.replacen("\"status\":", "\"status\":\"pending\",\"status\":", 1);
            }
        };
        body.to_string()
    }
}

const STATUSES: &[&str] = &[
    "200 OK",
    "202 Accepted",
    "207 Multi-Status",
    "302 Found",
    "400 Bad Request",
    "401 Unauthorized",
    "404 Not Found",
    "413 Content Too Large",
    "422 Unprocessable Content",
    "429 Too Many Requests",
    "500 Internal Server Error",
    "503 Service Unavailable",
];

/// How the end of a response is marked.
#[derive(Clone, Copy, Debug)]
enum Framing {
    Length,
    Chunks,
    Close,
}

const FRAMINGS: &[Framing] = &[Framing::Length, Framing::Chunks, Framing::Close];

impl Framing {
    fn answer(self, status: &str, body: &str) -> Act {
        let length = body.len();
        let bytes = match self {
            Self::Length => format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}"),
            Self::Close => format!("HTTP/1.1 {status}\r\n\r\n{body}"),
            Self::Chunks => format!(
                "HTTP/1.1 {status}\r\ntransfer-encoding: chunked\r\n\r\n\
                 {length:x}\r\n{body}\r\n0\r\n\r\n"
            ),
        };
        Act::Raw(bytes.into())
    }
}

/// One client for all servers, because creating one takes longer than a run.
fn http() -> reqwest::Client {
    let http = reqwest::Client::builder().no_proxy();
    let http = http.redirect(reqwest::redirect::Policy::none());
    http.retry(reqwest::retry::never()).build().unwrap()
}

async fn report(http: &reqwest::Client, truth: &[Truth], answer: Act) -> Report {
    let server = Scripted::start([answer]).await.unwrap();
    let client = Client::builder()
        .endpoint(&server.endpoint)
        .token("test-token")
        .danger_http_client(http.clone())
        .build()
        .unwrap();
    let retry = Retry::default()
        .max_tries(2)
        .first_delay(Duration::from_millis(1))
        .deadline(Duration::from_millis(20));
    let changes = truth.iter().map(|(id, side, _)| end_point(id, *side));
    let options = Options::default().retry(retry);
    let run = client.change_passwords_with("p1", changes, options);
    run.unwrap().await
}

#[test]
fn an_answer_in_an_unknown_shape_is_never_taken_for_what_the_server_did_not_mean() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let http = http();
    let plans = prop::collection::vec((1_u8..=3, any::<[bool; 2]>()), 1..4);
    let shapes = prop::sample::select(SHAPES.to_vec());
    let statuses = prop::sample::select(STATUSES.to_vec());
    let framings = prop::sample::select(FRAMINGS.to_vec());
    let answers = (plans, shapes, statuses, framings);
    let result = cases(125).run(&answers, |(tasks, shape, status, framing)| {
        let mut truth = Vec::new();
        for (number, (sides, stored)) in tasks.iter().enumerate() {
            let id = format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52");
            for (side, stored) in [EndPointType::So, EndPointType::Ta].into_iter().zip(stored) {
                if sides & (1 << (side as u8)) != 0 {
                    truth.push((id.clone(), side, *stored));
                }
            }
        }
        let body = shape.body(&truth);
        let report = runtime.block_on(report(&http, &truth, framing.answer(status, &body)));
        for (outcome, (_, _, stored)) in report.outcomes.iter().zip(&truth) {
            match outcome.kind {
                OutcomeKind::Changed => prop_assert!(*stored, "{body}: {outcome:?}"),
                OutcomeKind::Rejected => prop_assert!(!stored, "{body}: {outcome:?}"),
                _ => {}
            }
        }
        Ok(())
    });
    if let Err(e) = result {
        panic!("{e}");
    }
}

/// The documented refusals that leave no doubt, except those of a busy service.
const REFUSALS: &[(&str, &[&str])] = &[
    (
        "400 Bad Request",
        &[
            "DRS.M00007",
            "DRS.M00105",
            "DRS.M00200",
            "DRS.M00201",
            "DRS.M00202",
            "DRS.M00299",
            "DRS.M00300",
            "DRS.M00301",
            "DRS.M00304",
            "DRS.M00305",
            "DRS.M00307",
            "DRS.M00308",
            "DRS.M05003",
            "DRS.M05004",
            "DRS.KE0002",
            "APIGW.0201",
        ],
    ),
    ("401 Unauthorized", &["DRS.M00103", "APIGW.0301"]),
    (
        "403 Forbidden",
        &["DRS.M00100", "DRS.M00102", "DRS.M00261", "APIGW.0302"],
    ),
    ("404 Not Found", &["DRS.M00101", "APIGW.0101"]),
    ("413 Content Too Large", &["APIGW.0201"]),
    ("422 Unprocessable Content", &["DRS.M00002"]),
    ("200 OK", &["DRS.M05066"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_documented_refusal_is_rejected_in_each_known_shape_and_framing() {
    let id = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
    let truth: Vec<Truth> = vec![(id.to_owned(), EndPointType::So, false)];
    let codes = REFUSALS
        .iter()
        .flat_map(|(status, codes)| codes.iter().map(move |code| (*status, *code)));
    let mut answers = Vec::new();
    for (status, code) in codes {
        let failed = json!({"id": id, "status": "failed", "error_code": code, "error_msg": "m"});
        let mut with_side = failed.clone();
        with_side["end_point_type"] = "so".into();
        for mut body in [
            json!({"error_code": code, "error_msg": "m"}),
            json!({"error_msg": "m", "error_code": code, "request_id": "r"}),
            json!({"error": {"code": code, "message": "m", "title": "t"}}),
            json!({"code": code, "message": "m"}),
            json!({"results": [with_side], "count": 1}),
            json!({"results": [failed], "count": 1.0}),
        ] {
            for unknown in [false, true] {
                if unknown {
                    body["trace"] = json!({"new": [7, null, "x"], "retryable": false});
                }
                for framing in FRAMINGS.iter().copied() {
                    answers.push((status, code, body.to_string(), framing));
                }
            }
        }
    }
    let http = http();
    let timid = stream::iter(answers).map(|(status, code, body, framing)| {
        let (http, truth) = (&http, &truth);
        async move {
            let report = report(http, truth, framing.answer(status, &body)).await;
            let outcome = &report.outcomes[0];
            let is_right = outcome.kind == OutcomeKind::Rejected
                && outcome.reply.error_code.as_deref() == Some(code);
            (!is_right).then(|| format!("{status} {framing:?} {body}: {outcome:?}"))
        }
    });
    let timid: Vec<_> = timid
        .buffered(16)
        .filter_map(async |wrong| wrong)
        .collect()
        .await;
    assert!(timid.is_empty(), "{}", timid.join("\n"));
}
