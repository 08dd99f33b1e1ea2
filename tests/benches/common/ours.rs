//! This crate's client, used as any program would use it.

use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report},
    types::{BatchModifyDbPwdResp, BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};

use super::{PROJECT, TOKEN, password, task_id};

/// This many changes.
pub fn plan(items: usize) -> Vec<ModifyPwdEndPoint> {
    let change = |number| {
        let change = ModifyPwdEndPoint::builder()
            .db_password(password(number))
            .end_point_type(EndPointType::So)
            .job_id(task_id(number));
        change.try_into().unwrap()
    };
    (0..items).map(change).collect()
}

/// Reads a response.
pub fn decode(body: &[u8]) -> BatchModifyDbPwdResp {
    serde_json::from_slice(body).unwrap()
}

pub fn client(endpoint: &str) -> Client {
    let client = Client::builder().endpoint(endpoint).token(TOKEN);
    client.build().unwrap()
}

/// One request.
pub async fn call(client: &Client, jobs: Vec<ModifyPwdEndPoint>) -> BatchModifyDbPwdResp {
    let body = BatchModifyPwdReq::builder().jobs(jobs);
    let call = client.batch_reset_password().project_id(PROJECT).body(body);
    call.send().await.unwrap().into_inner()
}

/// A plan in batches, some at a time.
pub async fn change(
    client: &Client,
    plan: Vec<ModifyPwdEndPoint>,
    batch: usize,
    concurrency: usize,
) -> Report {
    let options = Options::default()
        .batch_size(batch)
        .concurrency(concurrency);
    let run = client.change_passwords_with(PROJECT, plan, options);
    let report = run.unwrap().await;
    let [changed, rejected] =
        [OutcomeKind::Changed, OutcomeKind::Rejected].map(|k| report.count(k));
    // The server treats each change alike, so no outcome may be in doubt.
    assert!([changed, rejected].contains(&report.outcomes.len()));
    report
}
