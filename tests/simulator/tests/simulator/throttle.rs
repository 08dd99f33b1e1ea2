//! Requests that come faster than the gateway lets them through.
use std::time::Duration;

use super::shared::{request, sources};
use drs_simulator::{EXAMPLE_TASK, RetryAfter, Simulator, Throttle};
use reqwest::Response;
use serde_json::Value;

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

#[tokio::test]
async fn requests_over_the_rate_are_throttled_until_time_has_passed() {
    let simulator = started().await;
    simulator.throttle(Some(Throttle::per_second(1.0).burst(2)));
    let statuses = [
        raw(&simulator).await.status().as_u16(),
        raw(&simulator).await.status().as_u16(),
    ];
    assert_eq!(statuses, [200, 200]);
    let response = raw(&simulator).await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), Some("1"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error_code"], "APIGW.0308");
    let last = simulator.requests().pop().unwrap();
    assert_eq!((last.stored, last.status), (0, Some(429)));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(raw(&simulator).await.status(), 200);
    simulator.throttle(None);
    assert_eq!(raw(&simulator).await.status(), 200);
}

#[tokio::test]
async fn a_throttled_request_is_told_when_to_come_again_as_a_date_or_not_at_all() {
    let simulator = started().await;
    let slow = Throttle::per_second(0.001).burst(0);
    simulator.throttle(Some(slow.retry_after(RetryAfter::Date)));
    let response = raw(&simulator).await;
    assert!(header(&response, "retry-after").unwrap().ends_with(" GMT"));
    simulator.throttle(Some(slow.retry_after(RetryAfter::None)));
    let response = raw(&simulator).await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), None);
}
