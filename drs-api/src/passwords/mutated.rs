//! Everything that reads what others wrote, on mutated bytes: no panic, and no secret in what
//! comes out.
//!
//! `CASES_TIMES` multiplies the number of answers that are tried, `PROPTEST_CASES` sets it;
//! CONTRIBUTING.md names a job of a million.

use std::{fmt::Write as _, hint::black_box, sync::LazyLock};

use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::{prelude::*, sample::select, test_runner::Config};

use crate::{
    Answer,
    body::RequestBody,
    echo::Secrets,
    exchange::Exchange,
    texts::Texts as _,
    types::{BatchModifyDbPwdResp, BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};

use super::{OutcomeKind, decide::decide, next_step::next_step};

pub(super) const ID: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
pub(super) const OTHER_ID: &str = "33df459d-a37c-41b9-bc2b-8c00ba32jb52";
const PASSWORD: &str = "Zq7LkVx2\"\\é";
const LONG_PASSWORD: &str = "Kt5YhNc8Rd3M+/=aB3dE6gH9";
const TOKEN: &str = "Tk4WsJp6Gf1Q<&>";

/// Responses as the service sends them, to begin with.
const ANSWERS: [&str; 8] = [
    r#"{"results":[{"id":"25df459d-a37c-41b9-bc2b-8c00ba32jb52","end_point_type":"so","status":"success"},{"id":"33df459d-a37c-41b9-bc2b-8c00ba32jb52","end_point_type":"ta","status":"failed","error_code":"DRS.M00304","error_msg":"The task status is wrong."}],"count":2}"#,
    r#"{"results":[{"status":"success","id":"25df459d-a37c-41b9-bc2b-8c00ba32jb52","end_point_type":"so"}],"count":1}"#,
    r#"{"error_code":"DRS.M05003","error_msg":"The task \"25df\" does not exist."}"#,
    r#"{"error_msg":"Incorrect IAM authentication information","error_code":"APIGW.0301","request_id":"a1b2"}"#,
    r#"{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}"#,
    r#"{"results":null,"count":"2","error_code":null}"#,
    r#"{"count":1e3,"results":[[],{"id":7,"status":["success"]},"x",null]}"#,
    "<html><body><h1>502 Bad Gateway</h1></body></html>",
];

/// What is put into them.
const PIECES: [&str; 30] = [
    "\"",
    "\\",
    "\\u",
    "\\u00e9",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "-",
    "1e999",
    "0",
    "99999999999999999999",
    "\u{0}",
    "é",
    "\u{2028}",
    "\"status\":\"success\"",
    "\"id\":",
    "\"results\":[",
    "\"count\":1",
    "\"error_code\":\"DRS.M01503\"",
    PASSWORD,
    LONG_PASSWORD,
    "Kt5YhNc8Rd3M+/=a",
    TOKEN,
    ID,
];

pub(super) fn end_point(id: &str, side: EndPointType, password: &str) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(id)
        .end_point_type(side)
        .db_password(password);
    end_point.try_into().unwrap()
}

pub(super) fn request(jobs: Vec<ModifyPwdEndPoint>) -> RequestBody {
    RequestBody::write(&BatchModifyPwdReq { jobs }).unwrap()
}

static REGULAR: LazyLock<RequestBody> = LazyLock::new(|| {
    request(vec![
        end_point(ID, EndPointType::So, PASSWORD),
        end_point(OTHER_ID, EndPointType::Ta, LONG_PASSWORD),
    ])
});

/// Does everything that is done with a response, and returns everything that is shown of it.
pub(super) fn read(request: &RequestBody, status: StatusCode, body: &[u8]) -> String {
    let token = vec![HeaderValue::from_static(TOKEN)];
    let secrets = Secrets::of_request(request.clone(), token, None);
    let mut shown = String::new();
    if let Ok(mut read) = serde_json::from_slice::<BatchModifyDbPwdResp>(body) {
        read.each_text(&mut |text| secrets.keep_in_place(text, 512));
        write!(shown, "{read:?}").unwrap();
    }
    let answer = Answer::read(status, &HeaderMap::new(), body, None, &secrets);
    write!(shown, "{answer} {answer:?}").unwrap();
    let exchange = Exchange {
        status: Some(status),
        body: body.to_vec(),
        secrets,
        ..Exchange::default()
    };
    let asked = [(ID, EndPointType::So), (OTHER_ID, EndPointType::Ta)];
    let findings = decide(&asked, &exchange);
    assert_eq!(findings.verdicts.len(), asked.len());
    for verdict in &findings.verdicts {
        if verdict.kind == OutcomeKind::Changed {
            assert_eq!(status, StatusCode::OK);
            assert!(
                find(body, b"success") || find(body, b"\\u"),
                "success from nowhere"
            );
        }
    }
    black_box(next_step(&exchange, &findings));
    write!(shown, "{findings:?}").unwrap();
    shown
}

fn find(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn assert_nothing_shown(shown: &str) {
    // The whole of a short secret, as it is and as `Debug` and JSON escape it; of a long one
    // the beginning.
    let escaped = PASSWORD.escape_debug().to_string();
    for secret in [PASSWORD, &escaped, &LONG_PASSWORD[..16], TOKEN] {
        assert!(!shown.contains(secret), "a secret is shown: {shown}");
    }
}

/// This many cases unless the environment says otherwise.
fn config(cases: u32) -> Config {
    let said = |name| {
        let said = std::env::var(name).ok()?;
        said.parse::<u32>().ok()
    };
    let times = said("CASES_TIMES").unwrap_or(1);
    Config {
        cases: said("PROPTEST_CASES").unwrap_or(cases * times),
        failure_persistence: None,
        ..Config::default()
    }
}

fn status() -> impl Strategy<Value = StatusCode> {
    select(vec![200, 200, 202, 302, 400, 401, 404, 422, 429, 500, 503])
        .prop_map(|status| StatusCode::from_u16(status).unwrap())
}

#[derive(Clone, Debug)]
enum Mutation {
    Flip(usize, u8),
    Insert(usize, &'static str),
    Delete(usize, usize),
    Repeat(usize, usize, usize),
    Nest(usize, usize),
    Cut(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0..400_usize;
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Mutation::Flip(at, byte)),
        (at.clone(), select(&PIECES[..])).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (at.clone(), 1..80_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (at.clone(), 1..80_usize, 1..5_usize)
            .prop_map(|(at, n, times)| Mutation::Repeat(at, n, times)),
        (at.clone(), 1..300_usize).prop_map(|(at, depth)| Mutation::Nest(at, depth)),
        at.prop_map(Mutation::Cut),
    ]
}

fn mutate(mut answer: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let length = answer.len();
        let place = |at: usize| at.checked_rem(length).unwrap_or(0);
        match *mutation {
            Mutation::Flip(at, byte) => {
                if let Some(here) = answer.get_mut(place(at)) {
                    *here ^= byte;
                }
            }
            Mutation::Insert(at, piece) => drop(answer.splice(place(at)..place(at), piece.bytes())),
            Mutation::Delete(at, n) => drop(answer.drain(place(at)..length.min(place(at) + n))),
            Mutation::Repeat(at, n, times) => {
                let piece = answer[place(at)..length.min(place(at) + n)].repeat(times);
                drop(answer.splice(place(at)..place(at), piece));
            }
            Mutation::Nest(at, depth) => {
                answer.extend_from_within(..place(at));
                answer.splice(place(at)..place(at), b"[".repeat(depth));
                answer.extend(b"]".repeat(depth));
            }
            Mutation::Cut(at) => answer.truncate(place(at)),
        }
    }
    answer
}

proptest! {
    #![proptest_config(config(6_250))]

    #[test]
    fn mutated_answers_are_read_without_a_panic_and_show_no_secret(
        status in status(),
        answer in select(&ANSWERS[..]),
        mutations in prop::collection::vec(mutation(), 1..8),
    ) {
        let body = mutate(answer.into(), &mutations);
        assert_nothing_shown(&read(&REGULAR, status, &body));
    }
}

proptest! {
    #![proptest_config(config(625))]

    #[test]
    fn arbitrary_bytes_are_read_without_a_panic(
        status in status(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        read(&REGULAR, status, &body);
    }

    #[test]
    fn mutated_plans_are_read_without_a_panic(
        mutations in prop::collection::vec(mutation(), 0..6),
    ) {
        let plan = mutate(REGULAR.bytes().to_vec(), &mutations);
        if let Ok(plan) = serde_json::from_slice::<BatchModifyPwdReq>(&plan) {
            let written = RequestBody::write(&plan).unwrap();
            prop_assert_eq!(written.secrets().count(), plan.jobs.len());
        }
    }

    #[test]
    fn a_secret_that_is_echoed_is_never_shown(
        before in "[a-z \"\\\\<{,\u{e9}]{0,6}",
        secret in "[ -~\u{e9}\n]{17,40}",
        after in "[a-z \"\\\\<{,\u{e9}]{0,6}",
    ) {
        let request = request(vec![end_point(ID, EndPointType::So, &secret)]);
        let message = serde_json::json!({"error_code": "DRS.M00202", "error_msg": format!("{before}{secret}{after}")});
        let secrets = Secrets::of_request(request, Vec::new(), None);
        prop_assert!(secrets.are_in(message.to_string().as_bytes()));
    }
}
