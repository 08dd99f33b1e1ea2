//! How long may a call take, and how long is a connection kept?

use std::time::{Duration, Instant};

use drs_api::{Error, passwords::OutcomeKind};
use drs_simulator::{Fault, Simulator, Times};
use drs_tests::{Act, Scripted, Witness};

use super::transport::{builder, raw, run, timed};

#[tokio::test]
async fn time_outs_may_be_endless() {
    let drs = Simulator::start_default().await.unwrap();
    let client = builder(&drs.endpoint())
        .connect_timeout(Duration::MAX)
        .request_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX)
        .max_answer_bytes(usize::MAX);
    let client = client.build().unwrap();
    for _ in 0..2 {
        raw(&client).await.unwrap();
        assert_eq!(run(&client).await.0, OutcomeKind::Changed);
    }
    assert_eq!(drs.connection_count(), 1);
}

#[tokio::test]
async fn connecting_takes_no_longer_than_its_time_out() {
    // It accepts the connection, but never answers the TLS handshake.
    let witness = Witness::start().await.unwrap();
    let endpoint = witness.endpoint.replace("http:", "https:");
    let client = builder(&endpoint).connect_timeout(Duration::from_millis(200));
    let (elapsed, error) = timed(client).await;
    assert!(matches!(error, Error::NotConnected(_)), "{error}");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
}

#[tokio::test]
async fn a_request_takes_no_longer_than_its_time_out() {
    for act in [Act::Hang, Act::AnswerHang("200 OK")] {
        let server = Scripted::start([act]).await.unwrap();
        let client = builder(&server.endpoint).request_timeout(Duration::from_millis(200));
        let (elapsed, error) = timed(client.clone()).await;
        assert!(matches!(error, Error::AnswerLost(_)), "{error}");
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
        assert_eq!(
            run(&client.build().unwrap()).await.0,
            OutcomeKind::Unconfirmed
        );
    }
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_longer_than_the_read_time_out() {
    for act in [Act::Hang, Act::AnswerHang("200 OK")] {
        let server = Scripted::start([act]).await.unwrap();
        let client = builder(&server.endpoint).read_timeout(Duration::from_millis(200));
        let (elapsed, error) = timed(client).await;
        assert!(matches!(error, Error::AnswerLost(_)), "{error}");
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    }
}

#[tokio::test]
async fn a_slow_server_that_is_not_silent_is_waited_for() {
    let drs = Simulator::start_default().await.unwrap();
    let pause = Duration::from_millis(150);
    drs.fault(Fault::regular().drip(10, pause), Times::Always);
    let client = builder(&drs.endpoint()).read_timeout(Duration::from_millis(1_500));
    let started = Instant::now();
    raw(&client.build().unwrap()).await.unwrap();
    assert!(
        started.elapsed() > Duration::from_millis(1_500),
        "too fast to tell"
    );
}

#[tokio::test]
async fn a_connection_that_is_not_in_use_is_kept_as_long_as_it_was_told() {
    for (idle, connections) in [(Duration::from_secs(30), 1), (Duration::from_millis(50), 2)] {
        let drs = Simulator::start_default().await.unwrap();
        let client = builder(&drs.endpoint()).idle_timeout(idle).build().unwrap();
        raw(&client).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        raw(&client).await.unwrap();
        assert_eq!(drs.connection_count(), connections, "{idle:?}");
    }
}
