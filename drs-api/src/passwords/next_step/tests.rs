//! What follows from which exchange.

use http::StatusCode;

use super::*;
use crate::{
    passwords::decide::decide,
    types::EndPointType::{So, Ta},
};

/// What to do after an answer to a request for two tasks.
fn after(status: u16, body: &str) -> NextStep {
    let exchange = Exchange {
        status: StatusCode::from_u16(status).ok(),
        body: body.to_owned().into(),
        ..Exchange::default()
    };
    next_step(&exchange, &decide(&[("a", So), ("b", Ta)], &exchange))
}

#[test]
fn the_next_step_follows_from_status_and_codes() {
    let flat = |code: &str| format!(r#"{{"error_code":"{code}"}}"#);
    let one = |code: &str| {
        format!(r#"{{"results":[{{"id":"a","status":"failed","error_code":"{code}"}}]}}"#)
    };
    for (status, body, step) in [
        (200, flat("DRS.M05066"), NextStep::Done),
        (
            200,
            flat("DRS.M01504"),
            NextStep::Again(Because::ServiceBusy, vec![0, 1]),
        ),
        (
            200,
            one("DRS.M01504"),
            NextStep::Again(Because::TaskBusy, vec![0]),
        ),
        (200, one("DRS.M00304"), NextStep::Done),
        (400, one("DRS.M00304"), NextStep::Alone(vec![1])),
        (400, flat("DRS.M05003"), NextStep::Alone(vec![0, 1])),
        (400, flat("DRS.M00300"), NextStep::Done),
        (
            429,
            String::new(),
            NextStep::Again(Because::Throttled, vec![0, 1]),
        ),
        (
            429,
            r#"{"jobs":[{"status":"success"}]}"#.into(),
            NextStep::Again(Because::ServiceBusy, vec![0, 1]),
        ),
        (500, String::new(), NextStep::Done),
        (
            502,
            String::new(),
            NextStep::Again(Because::AnswerLost, vec![0, 1]),
        ),
        (
            503,
            flat("DRS.M05003"),
            NextStep::Again(Because::ServiceBusy, vec![0, 1]),
        ),
    ] {
        assert_eq!(after(status, &body), step, "{status} {body}");
    }
}

#[test]
fn a_code_that_refuses_the_credentials_stops_the_run_whatever_the_status() {
    for (status, code, reason) in [
        (400, "DRS.M00100", StopReason::CredentialsRefused),
        (400, "DRS.M00102", StopReason::PermissionMissing),
        (403, "DRS.M00102", StopReason::PermissionMissing),
        (403, "", StopReason::CredentialsRefused),
    ] {
        match after(status, &format!(r#"{{"error_code":"{code}"}}"#)) {
            NextStep::Stop(stop) => assert_eq!(stop.reason, reason, "{status} {code}"),
            step => panic!("{status} {code}: {step:?}"),
        }
    }
}

#[test]
fn the_reason_why_a_run_stops_is_short_however_long_the_answer_is() {
    let long = "x".repeat(70_000);
    let answer = format!(r#"{{"error_code":"{long}","error_msg":"{long}"}}"#);
    let NextStep::Stop(Stop { text, .. }) = after(401, &answer) else {
        panic!("the run goes on");
    };
    assert!(text.len() < 2_000, "{}", text.len());
    assert!(text.contains("HTTP status 401, xxx"), "{text}");
}

#[test]
fn nothing_is_sent_again_after_a_wrong_password_of_an_unknown_end_point() {
    for (status, body) in [
        (429, r#"{"error_code":"DRS.KE0002"}"#),
        (503, r#"{"error_code":"DRS.KE0002"}"#),
        (502, r#"{"error_code":"DRS.KE0002"}"#),
        (
            400,
            r#"{"error_code":"DRS.M05003","error_msg":"DRS.KE0002"}"#,
        ),
        (400, r#"{"results":[{"error_code":"DRS.KE0002"}]}"#),
    ] {
        assert_eq!(after(status, body), NextStep::Done, "{status} {body}");
    }
    let step = after(401, r#"{"error_code":"DRS.KE0002"}"#);
    assert!(matches!(step, NextStep::Stop(_)), "{step:?}");
}

#[test]
fn retry_after_is_read_in_seconds_and_as_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let after = |value: &str| {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        retry_after(&headers, now)
    };
    assert_eq!(after("7"), Some(Duration::from_secs(7)));
    let date = httpdate::fmt_http_date(now + Duration::from_secs(60));
    assert_eq!(after(&date), Some(Duration::from_secs(60)));
    assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
    let forever = Some(Duration::from_secs(u64::MAX));
    assert_eq!(after("99999999999999999999999"), forever);
    for nonsense in [
        "soon",
        "-1",
        "+1",
        "1.5",
        "",
        "Sun, 99 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(after(nonsense), None, "{nonsense}");
    }
}

#[test]
fn the_delay_doubles_up_to_its_maximum() {
    let retry = Retry::default()
        .first_delay(Duration::from_millis(100))
        .max_delay(Duration::from_secs(1));
    for (tries, most) in [
        (1, 100),
        (2, 200),
        (3, 400),
        (4, 800),
        (5, 1000),
        (900, 1000),
    ] {
        let most = Duration::from_millis(most);
        assert_eq!(backoff(&retry, tries, 1.0), most, "{tries}");
        assert_eq!(backoff(&retry, tries, 0.25), most / 4, "{tries}");
    }
}
