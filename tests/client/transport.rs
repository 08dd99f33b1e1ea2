//! Where may a request go, how often, and how much of its response is read?
//!
//! Each guarantee is tested on real sockets. Where something must not be sent, a second server
//! proves that it received nothing.

use std::time::{Duration, Instant};

use drs_api::{
    Client, ClientBuilder, Error,
    passwords::{Options, OutcomeKind, Retry},
    types::{BatchModifyDbPwdResp, BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Simulator, Stage, Times};
use drs_tests::{Act, Ca, H2Act, H2Server, Scripted, TlsFront, Witness};

const PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";
const NOTHING: (usize, usize) = (0, 0);
const EMPTY: &str = r#"{"results":[],"count":0}"#;

fn end_point() -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id("25df459d-a37c-41b9-bc2b-8c00ba32jb52")
        .end_point_type(EndPointType::So)
        .db_password("test-Passw0rd");
    end_point.try_into().unwrap()
}

pub(crate) fn builder(endpoint: &str) -> ClientBuilder {
    let token = drs_simulator::EXAMPLE_TOKEN;
    Client::builder().endpoint(endpoint).token(token)
}

pub(crate) async fn raw(client: &Client) -> Result<BatchModifyDbPwdResp, Error> {
    let body = BatchModifyPwdReq::builder().jobs(vec![end_point()]);
    let call = client.batch_reset_password().project_id(PROJECT).body(body);
    Ok(call.send().await?.into_inner())
}

/// The outcome of a run without retries.
pub(crate) async fn run(client: &Client) -> (OutcomeKind, String) {
    let options = Options::default().retry(Retry::none());
    let run = client.change_passwords_with(PROJECT, [end_point()], options);
    let mut outcomes = run.unwrap().await.outcomes;
    let outcome = outcomes.remove(0);
    (outcome.kind, outcome.reply.cause.unwrap_or_default())
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_nothing() {
    for status in [300, 301, 302, 303, 307, 308] {
        let witness = Witness::start().await.unwrap();
        let drs = Simulator::start_default().await.unwrap();
        let target = format!("{}/v3/elsewhere", witness.endpoint);
        let refresh = format!("0; url={target}");
        let redirect = Fault::redirect(status, target).header("refresh", refresh);
        drs.fault(redirect, Times::Always);
        let client = builder(&drs.endpoint()).build().unwrap();
        let error = raw(&client).await.unwrap_err();
        assert_eq!(error.answer().unwrap().status, status);
        let (kind, cause) = run(&client).await;
        assert_eq!(kind, OutcomeKind::Unconfirmed);
        assert!(cause.contains("redirect"), "{cause}");
        assert_eq!(drs.request_count(), 2, "{status}");
        assert_eq!(witness.received().await, NOTHING, "{status}");
    }
}

#[tokio::test]
async fn plaintext_goes_to_this_machine_alone_unless_told_otherwise() {
    // On Linux, 0.0.0.0 is this machine but not a loopback address.
    let witness = Witness::start().await.unwrap();
    let port = witness.endpoint.rsplit(':').next().unwrap();
    for host in [
        "0.0.0.0",
        "[::]",
        "[::ffff:127.0.0.1]",
        "example.com",
        "127.0.0.1.example.com",
        "localhost.example.com",
        "localhost.",
        "drs.localhost",
        "ip6-localhost",
    ] {
        let error = builder(&format!("http://{host}:{port}")).build();
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("endpoint: plaintext"), "{error}");
        assert!(error.contains("use https"), "{error}");
    }
    assert_eq!(witness.received().await, NOTHING);

    let told = builder(&format!("http://0.0.0.0:{port}")).danger_allow_plaintext();
    let client = told.request_timeout(Duration::from_millis(300));
    raw(&client.build().unwrap()).await.unwrap_err();
    assert!(witness.received().await.1 > 0, "it was told otherwise");
}

#[tokio::test]
async fn a_tls_endpoint_is_never_asked_in_plaintext() {
    // The server behind the port speaks no TLS.
    let witness = Witness::start().await.unwrap();
    let endpoint = witness.endpoint.replace("http:", "https:");
    let client = builder(&endpoint).connect_timeout(Duration::from_millis(300));
    let error = raw(&client.build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::NotConnected(_)), "{error}");
}

#[tokio::test]
async fn this_machine_is_known_however_it_is_written() {
    let drs = Simulator::start_default().await.unwrap();
    for host in ["localhost", "LOCALHOST", "127.1", "2130706433", "0x7f.1"] {
        let endpoint = drs.endpoint().replace("127.0.0.1", host);
        raw(&builder(&endpoint).build().unwrap()).await.unwrap();
    }
    assert_eq!(drs.request_count(), 5);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent_whatever_the_password() {
    // Nothing listens there, and the error accidentally contains the passwords.
    let client = builder("http://127.0.0.1:1").build().unwrap();
    for password in ["connect", "error", "request"] {
        let mut end_point = end_point();
        end_point.db_password = password.into();
        let body = BatchModifyPwdReq::builder().jobs(vec![end_point.clone()]);
        let call = client.batch_reset_password().project_id(PROJECT).body(body);
        let error = call.send().await.unwrap_err();
        assert!(matches!(error, Error::NotConnected(_)), "{error:?}");
        let options = Options::default().retry(Retry::none());
        let run = client.change_passwords_with(PROJECT, [end_point], options);
        let report = run.unwrap().await;
        assert_eq!(report.outcomes[0].kind, OutcomeKind::NotSent, "{password}");
    }
}

#[tokio::test]
async fn a_request_whose_answer_is_lost_is_sent_once() {
    for stage in [
        Stage::AfterBody,
        Stage::AfterStatusLine,
        Stage::InAnswerBody,
    ] {
        for fault in [Fault::cut(stage), Fault::close(stage)] {
            let drs = Simulator::start_default().await.unwrap();
            let client = builder(&drs.endpoint()).build().unwrap();
            // On a used connection, a lower layer could assume that it is stale.
            raw(&client).await.unwrap();
            drs.fault(fault, Times::Always);
            let error = raw(&client).await.unwrap_err();
            assert!(matches!(error, Error::AnswerLost(_)), "{stage:?}: {error}");
            assert_eq!(drs.request_count(), 2, "{stage:?}");
            assert_eq!(run(&client).await.0, OutcomeKind::Unconfirmed, "{stage:?}");
            assert_eq!(drs.request_count(), 3, "{stage:?}");
        }
    }
}

#[tokio::test]
async fn a_request_that_http_2_allows_to_be_sent_again_is_sent_once() {
    let ca = Ca::default();
    for act in [H2Act::RefuseStream, H2Act::GoAway, H2Act::GoAwayQuoting] {
        let server = H2Server::start(ca.certify(&["127.0.0.1"]), act).await;
        let server = server.unwrap();
        let client = builder(&server.endpoint).add_root_certificate(ca.pem());
        let client = client.build().unwrap();
        raw(&client).await.unwrap_err();
        // Time for a second one to arrive.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(server.bodies().len(), 1);
        assert_eq!(run(&client).await.0, OutcomeKind::Unconfirmed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(server.bodies().len(), 2);
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    let ca = Ca::default();
    let act = H2Act::Answer(EMPTY);
    let server = H2Server::start(ca.certify(&["127.0.0.1"]), act).await;
    let server = server.unwrap();
    let client = builder(&server.endpoint).add_root_certificate(ca.pem());
    raw(&client.clone().build().unwrap()).await.unwrap();
    assert_eq!(server.bodies().len(), 1);
    let error = raw(&client.http1_only().build().unwrap()).await;
    assert!(matches!(error, Err(Error::NotConnected(_))), "{error:?}");
    assert_eq!(server.bodies().len(), 1);
}

#[tokio::test]
async fn http_1_is_spoken_where_the_client_is_told_so() {
    let (ca, drs) = (Ca::default(), Simulator::start_default().await.unwrap());
    let certified = ca.certify(&["127.0.0.1"]);
    let front = TlsFront::start_preferring_h2(certified, &drs.endpoint()).await;
    let front = front.unwrap();
    let client = builder(&front.endpoint).add_root_certificate(ca.pem());
    raw(&client.http1_only().build().unwrap()).await.unwrap();
    assert_eq!(drs.request_count(), 1);
}

/// How long a failing call takes, and how it fails.
pub(crate) async fn timed(client: ClientBuilder) -> (Duration, Error) {
    let client = client.build().unwrap();
    let started = Instant::now();
    let error = raw(&client).await.unwrap_err();
    (started.elapsed(), error)
}

#[tokio::test]
async fn no_more_of_an_answer_is_read_than_the_limit() {
    let server = Scripted::start([Act::AnswerHuge("200 OK", 64 << 20)])
        .await
        .unwrap();
    let client = builder(&server.endpoint).build().unwrap();
    let error = raw(&client).await.unwrap_err().to_string();
    assert!(error.contains("more than 16777216 bytes"), "{error}");
    let (kind, cause) = run(&client).await;
    assert_eq!(kind, OutcomeKind::Unconfirmed);
    assert!(cause.contains("more than 16777216 bytes"), "{cause}");

    let many = "[],".repeat(1_000_000);
    let drs = Simulator::start_default().await.unwrap();
    drs.fault(
        Fault::answer(200, format!(r#"{{"results":[{many}[]]}}"#)),
        Times::Always,
    );
    let client = builder(&drs.endpoint()).build().unwrap();
    let error = raw(&client).await.unwrap_err().to_string();
    assert!(error.contains("more than 1000000 values"), "{error}");
    assert_eq!(run(&client).await.0, OutcomeKind::Unconfirmed);
}

#[tokio::test]
async fn answers_are_asked_for_without_compression() {
    let drs = Simulator::start_default().await.unwrap();
    raw(&builder(&drs.endpoint()).build().unwrap())
        .await
        .unwrap();
    let requests = drs.requests();
    assert_eq!(requests[0].headers["accept-encoding"], "identity");
}

#[tokio::test]
async fn with_a_client_of_ones_own_the_endpoint_the_limits_and_the_blanking_stay() {
    // reqwest's default, which would follow redirects.
    let own = || reqwest::Client::builder().no_proxy().build().unwrap();
    let far = builder("http://drs.example.com").danger_http_client(own());
    assert!(far.build().is_err());

    let drs = Simulator::start_default().await.unwrap();
    let client = builder(&drs.endpoint()).danger_http_client(own());
    raw(&client.clone().build().unwrap()).await.unwrap();
    drs.fault(Fault::echo(400), Times::Next(1));
    let error = raw(&client.clone().build().unwrap()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("[redacted]") && !shown.contains("test-Passw0rd"),
        "{shown}"
    );
    drs.fault(Fault::regular().padded(1000), Times::Next(1));
    let small = client.clone().max_answer_bytes(500).build().unwrap();
    assert!(
        raw(&small)
            .await
            .unwrap_err()
            .to_string()
            .contains("500 bytes")
    );
    drs.fault(Fault::hang(Stage::AfterBody), Times::Next(1));
    let (elapsed, _) = timed(client.request_timeout(Duration::from_millis(200))).await;
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
}
