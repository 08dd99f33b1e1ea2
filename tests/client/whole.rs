//! Is a cut response distinguished from a whole one, however its end is marked?

use drs_api::{
    Client,
    passwords::{OutcomeKind, Retry},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{Act, Ca, H2Act, H2Server, Scripted};

/// What a run says about its one password, given this response.
async fn outcome(client: drs_api::ClientBuilder) -> OutcomeKind {
    let change = ModifyPwdEndPoint::builder()
        .job_id(drs_simulator::EXAMPLE_TASK)
        .end_point_type(EndPointType::So)
        .db_password("test-Passw0rd");
    let change: ModifyPwdEndPoint = change.try_into().unwrap();
    let client = client.token("test-token").build().unwrap();
    let options = drs_api::passwords::Options::default().retry(Retry::none());
    let run = client.change_passwords_with(drs_simulator::EXAMPLE_PROJECT, [change], options);
    run.unwrap().await.outcomes.remove(0).kind
}

#[tokio::test]
async fn a_refusal_over_http_1_counts_if_it_is_whole() {
    use OutcomeKind::{Rejected, Unconfirmed};
    let page = "<html>not found</html>";
    let refusal = r#"{"error_code":"DRS.M00304","error_msg":"no"}"#;
    for (head, body, expected) in [
        ("content-length: 22", page, Rejected),
        ("", page, Unconfirmed),
        ("", refusal, Rejected),
        ("transfer-encoding: identity", page, Unconfirmed),
        (
            "transfer-encoding: identity\r\ncontent-length: 22",
            page,
            Unconfirmed,
        ),
        (
            "transfer-encoding: chunked",
            "16\r\n<html>not found</html>\r\n0\r\n\r\n",
            Rejected,
        ),
        (
            "transfer-encoding: chunked",
            "16\r\n<html>not found</html>\r\n",
            Unconfirmed,
        ),
    ] {
        let bytes = format!("HTTP/1.1 404 Not Found\r\n{head}\r\n\r\n{body}")
            .replace("\r\n\r\n\r\n", "\r\n\r\n");
        let server = Scripted::start([Act::Raw(bytes.into_bytes())])
            .await
            .unwrap();
        let found = outcome(Client::builder().endpoint(&server.endpoint)).await;
        assert_eq!(found, expected, "{head}, {body}");
    }
}

#[tokio::test]
async fn a_refusal_over_http_2_counts_if_its_stream_was_ended() {
    let ca = Ca::default();
    let statuses = ["404", "401", "413", "429"];
    let lengths = [Some("200"), Some("9"), None];
    for (status, length) in statuses.into_iter().flat_map(|s| lengths.map(|l| (s, l))) {
        let act = H2Act::Cut(status, "not found", length);
        let server = H2Server::start(ca.certify(&["127.0.0.1"]), act)
            .await
            .unwrap();
        let client = Client::builder().endpoint(&server.endpoint);
        let found = outcome(client.add_root_certificate(ca.pem())).await;
        assert_eq!(found, OutcomeKind::Unconfirmed, "{status} {length:?}");
    }
    let success = r#"{"results":[{"id":"25df459d-a37c-41b9-bc2b-8c00ba32jb52","end_point_type":"so","status":"success"}],"count":1}"#;
    let act = H2Act::Answer(success);
    let server = H2Server::start(ca.certify(&["127.0.0.1"]), act).await;
    let server = server.unwrap();
    let client = Client::builder().endpoint(&server.endpoint);
    let found = outcome(client.add_root_certificate(ca.pem())).await;
    assert_eq!(found, OutcomeKind::Changed);
}
