//! A response may belong to another request: gateways cache, and services respond late.

use std::sync::{Arc, Mutex};

use drs_api::{
    Client,
    passwords::Options,
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_tests::Echo;

#[tokio::test]
async fn an_answer_that_quotes_another_request_of_the_run_shows_no_password() {
    // Each response quotes the request before it.
    let earlier = Mutex::new(String::new());
    let quote = Arc::new(move |_: &str, body: &str| {
        let quoted = std::mem::replace(&mut *earlier.lock().unwrap(), body.to_owned());
        let message = serde_json::json!({"error_code": "DRS.M00202", "error_msg": quoted});
        (String::new(), message.to_string())
    });
    let server = Echo::start("400 Bad Request", quote).await.unwrap();
    let client = Client::builder()
        .endpoint(&server.endpoint)
        .token("a-token");
    let client = client.build().unwrap();
    // They share no piece, so none is found by another's.
    let passwords = [
        "Zq7LkVx2Bw9T",
        "Kt5YhNc8Rd3M",
        "Sk8RnGz5Pj2V",
        "Up3XvBn7Lm5K",
    ];
    let changes = (0..4).map(|n| -> ModifyPwdEndPoint {
        let change = ModifyPwdEndPoint::builder()
            .job_id(format!("task-{n}"))
            .end_point_type(EndPointType::So)
            .db_password(passwords[n]);
        change.try_into().unwrap()
    });
    let options = Options::default().batch_size(1).concurrency(1);
    let run = client.change_passwords_with("p", changes, options).unwrap();
    let report = format!("{:?}", run.await);
    assert!(report.matches("[redacted]").count() >= 3, "{report}");
    assert!(report.contains("task-0"), "{report}");
    for password in passwords {
        assert!(!report.contains(&password[..8]), "{report}");
    }
}
