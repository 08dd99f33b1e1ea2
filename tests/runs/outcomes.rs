//! What is the outcome of each end point, for each response and each fault?
//!
//! The tables in `outcomes/` decide: what the server does, in order, and what the report must say
//! about each end point.

mod against;
mod around;
mod bodies;
mod case;
mod codes;
mod framing;
mod history;
mod items;
mod kinds;
mod odd;
mod several;
mod shapes;
mod sides;
mod statuses;
mod throttled;
mod tries;
mod wrong_passwords;

use std::time::Duration;

use case::Case;
use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report, Retry},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{
    Act::{Close, Full},
    Scripted,
};
use futures_util::{StreamExt as _, stream};

fn end_point((job_id, side): (&str, &str), password: &str) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(job_id)
        .end_point_type(side.parse::<EndPointType>().unwrap())
        .db_password(password);
    end_point.try_into().unwrap()
}

async fn run(case: &Case) -> (Report, usize) {
    let server = Scripted::start(case.acts.clone()).await.unwrap();
    if let Some(Close) = case.acts.first() {
        // Nobody listens once the task has ended.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A silence lasts until the time-out, which no response may reach, even on a busy machine.
    let timeout = match case.is_silent() {
        true => Duration::from_secs(6),
        false => Duration::from_secs(30),
    };
    let mut client = Client::builder()
        .endpoint(&server.endpoint)
        .token("test-token")
        .request_timeout(timeout);
    if let Some(timeout) = case.timeout {
        client = client.request_timeout(timeout);
    } else if let Some(Full) = case.acts.first() {
        client = client.connect_timeout(Duration::from_millis(200));
    }
    let client = client.build().unwrap();
    let retry = Retry::default()
        .max_tries(case.tries.unwrap_or(3))
        .first_delay(Duration::from_millis(2))
        .max_delay(Duration::from_millis(8));
    let retry = match case.is_throttled() {
        true => retry.deadline(Duration::from_millis(300)),
        false => retry,
    };
    let changes = case.ask.iter().map(|key| end_point(*key, case.password));
    let run = client
        .change_passwords_with("p1", changes, Options::default().retry(retry))
        .unwrap();
    (run.await, server.requests().len())
}

/// How the result of a case differs from its row.
fn wrong(case: &Case, report: &Report, requests: usize) -> Vec<String> {
    let found = |outcome: &drs_api::passwords::Outcome| match &outcome.reply.error_code {
        Some(code) => format!("{} {code}", outcome.kind),
        None => outcome.kind.to_string(),
    };
    let outcomes: Vec<_> = report.outcomes.iter().map(found).collect();
    let name = &case.name;
    let mut wrong = Vec::new();
    if outcomes != case.expected {
        let expected = &case.expected;
        wrong.push(format!("{name}: expected {expected:?}, found {outcomes:?}"));
    }
    if let Some(expected) = case.requests.filter(|expected| *expected != requests) {
        wrong.push(format!("{name}: {requests} requests, not {expected}"));
    }
    let json = serde_json::to_string(report).unwrap();
    if let Some(text) = case.says.filter(|text| !json.contains(text)) {
        wrong.push(format!("{name}: {text:?} is not said in {json}"));
    }
    for (place, text) in &case.keeps {
        let json = serde_json::to_string(&report.outcomes[*place]).unwrap();
        if !json.contains(text) {
            wrong.push(format!("{name}: {text:?} is not kept in {json}"));
        }
    }
    for (outcome, asked) in report.outcomes.iter().zip(case.ask) {
        let side = outcome.end_point_type.to_string();
        let key = (&*outcome.job_id, &*side);
        if key != *asked {
            wrong.push(format!("{name}: {key:?} instead of {asked:?}"));
        }
        let json = serde_json::to_string(outcome).unwrap();
        if json.contains("KE0002")
            && case
                .tells_of_wrong_password()
                .is_some_and(|told| outcome.tries > told)
        {
            wrong.push(format!("{name}: a wrong password was sent again"));
        }
    }
    wrong
}

fn all_cases() -> Vec<Case> {
    [
        items::cases(),
        odd::cases(),
        bodies::cases(),
        statuses::statuses(),
        statuses::codes(),
        several::cases(),
        tries::cases(),
        throttled::cases(),
        framing::cases(),
        framing::ends(),
        history::cases(),
        against::cases(),
        around::cases(),
        shapes::cases(),
        codes::cases(),
        sides::cases(),
        kinds::cases(),
        wrong_passwords::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Compares cases with what they expect, this many at a time.
async fn hold(cases: Vec<Case>, at_a_time: usize) {
    let tell = |case: Case| async move {
        let (report, requests) = run(&case).await;
        wrong(&case, &report, requests)
    };
    let all_wrong: Vec<_> = stream::iter(cases)
        .map(tell)
        .buffer_unordered(at_a_time)
        .collect()
        .await;
    let all_wrong = all_wrong.concat();
    assert!(all_wrong.is_empty(), "{}", all_wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_and_each_fault_has_the_outcome_of_the_table() {
    let cases = all_cases();
    assert!(cases.len() >= 600);
    let answered = cases.into_iter().filter(|case| !case.is_silent());
    hold(answered.collect(), 64).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: each waits for a time-out; .ci/run runs it"]
async fn each_silence_has_the_outcome_of_the_table() {
    let silent: Vec<_> = all_cases().into_iter().filter(Case::is_silent).collect();
    // They wait concurrently.
    let all = silent.len();
    assert!(all > 0);
    hold(silent, all).await;
}

#[test]
fn an_outcome_is_known_by_its_name() {
    let names = [
        OutcomeKind::Changed,
        OutcomeKind::Rejected,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ]
    .map(|kind| kind.to_string());
    assert_eq!(names, ["changed", "rejected", "unconfirmed", "not_sent"]);
}
