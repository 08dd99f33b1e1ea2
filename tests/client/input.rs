//! What happens to arguments and settings that would change a request?
//!
//! Each is refused with an error that names it, and the server receives nothing; or it arrives
//! unchanged.

use std::{fmt::Debug, time::Duration};

use drs_api::{
    Client, ClientBuilder, Environment, Error,
    types::{BatchModifyPwdReq, EndPointType, Language, ModifyPwdEndPoint},
};
use drs_simulator::Simulator;
use drs_tests::Witness;

const PROJECT: &str = drs_simulator::EXAMPLE_PROJECT;

fn end_point() -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(drs_simulator::EXAMPLE_TASK)
        .end_point_type(EndPointType::So)
        .db_password("test-Passw0rd");
    end_point.try_into().unwrap()
}

fn client(endpoint: &str) -> Client {
    let client = Client::builder().endpoint(endpoint);
    client.token(drs_simulator::EXAMPLE_TOKEN).build().unwrap()
}

/// The error of an input that must be refused.
fn refused<T: Debug>(what: &str, result: Result<T, Error>) -> String {
    match result {
        Err(Error::InvalidInput { field, problem, .. }) => format!("{field}: {problem}"),
        other => panic!("{what:?} was not refused: {other:?}"),
    }
}

async fn raw(client: &Client, project_id: &str) -> Result<(), Error> {
    let body = BatchModifyPwdReq::builder().jobs(vec![end_point()]);
    let call = client.batch_reset_password().project_id(project_id);
    call.body(body).send().await?;
    Ok(())
}

#[tokio::test]
async fn a_project_id_that_would_change_the_path_is_refused_and_nothing_is_sent() {
    let witness = Witness::start().await.unwrap();
    let client = client(&witness.endpoint);
    let huge = "a".repeat(1 << 20);
    for project_id in [
        "",
        ".",
        "..",
        "a/b",
        "/",
        "../../v3/other",
        "a\\b",
        "%2e%2e",
        "%2E%2e",
        "%2f",
        "a%00b",
        "a\r\nX-Evil: 1",
        "a\nb",
        "a\0b",
        "a b",
        "a\tb",
        "a?b=c",
        "a#b",
        "a;b",
        &huge,
    ] {
        let shown: String = project_id.chars().take(20).collect();
        let error = refused(&shown, raw(&client, project_id).await);
        assert!(error.contains("project_id"), "{shown:?}: {error}");
        assert!(error.len() < 300, "{shown:?}: {error}");
        let error = refused(&shown, client.change_passwords(project_id, [end_point()]));
        assert!(error.starts_with("project_id: "), "{shown:?}: {error}");
    }
    assert_eq!(witness.received().await, (0, 0));
}

#[tokio::test]
async fn a_project_id_of_other_letters_arrives_as_it_is() {
    let drs = Simulator::builder()
        .project_id("Prüf-1_2.3~4")
        .start()
        .await;
    let drs = drs.unwrap();
    raw(&client(&drs.endpoint()), "Prüf-1_2.3~4").await.unwrap();
    let path = &drs.requests()[0].path;
    assert_eq!(path, "/v3/Pr%C3%BCf-1_2.3~4/jobs/batch-modify-pwd");
}

#[tokio::test]
async fn a_token_that_is_no_header_is_refused_and_not_shown() {
    let witness = Witness::start().await.unwrap();
    for token in [
        "",
        "test-token\r\nX-Evil: 1",
        "test-token\n",
        "\rtest-token",
        "test-\0token",
        "test-token\u{7f}",
        "test-token-ü",
    ] {
        let builder = Client::builder().endpoint(witness.endpoint.as_str());
        let error = refused(token, builder.token(token).build());
        assert!(error.starts_with("token: "), "{error}");
        assert!(!error.contains("test-"), "{error}");
    }
    assert_eq!(witness.received().await, (0, 0));
}

#[tokio::test]
async fn a_language_is_one_of_those_that_there_are() {
    let drs = Simulator::start_default().await.unwrap();
    let client = client(&drs.endpoint());
    for language in ["en-us\r\nX-Evil: 1", "", "EN-US", "fr-fr"] {
        assert!(language.parse::<Language>().is_err(), "{language:?}");
        let call = client.batch_reset_password().project_id(PROJECT);
        let body = BatchModifyPwdReq::builder().jobs(vec![end_point()]);
        let answer = call.x_language(language).body(body).send().await;
        let error = refused(language, answer);
        assert!(error.contains("x_language"), "{error}");
    }
    assert_eq!(drs.request_count(), 0);
}

#[tokio::test]
async fn an_endpoint_is_scheme_host_and_port_or_refused() {
    let witness = Witness::start().await.unwrap();
    let host = witness.endpoint.trim_start_matches("http://");
    let huge = format!("http://{}", "a".repeat(1 << 20));
    for endpoint in [
        format!("http://user@{host}"),
        format!("http://user:test-Passw0rd@{host}"),
        format!("http://:test-Passw0rd@{host}"),
        format!("http://{host}/v3"),
        format!("http://{host}//"),
        format!("http://{host}/.."),
        format!("http://{host}/%2e"),
        format!("http://{host}?a=b"),
        format!("http://{host}#f"),
        format!("http://{host}\r\nX-Evil: 1"),
        format!("http://{host}\n"),
        format!(" http://{host}"),
        format!("http://{host}\\@example.com"),
        format!("http://example.com\\@{host}"),
        format!("ws://{host}"),
        format!("file://{host}"),
        host.to_owned(),
        "http://".to_owned(),
        "http://127.0.0.1:99999".to_owned(),
        huge,
    ] {
        let builder = Client::builder().endpoint(endpoint.as_str()).token("t");
        let shown = format!("{builder:?}");
        let error = refused(&endpoint, builder.danger_allow_plaintext().build());
        assert!(error.starts_with("endpoint: "), "{error}");
        assert!(error.len() < 300, "{error}");
        assert!(
            !format!("{shown}{error}").contains("test-Passw0rd"),
            "{shown}"
        );
    }
    assert_eq!(witness.received().await, (0, 0));
}

#[tokio::test]
async fn an_endpoint_is_understood_however_it_is_written() {
    let drs = Simulator::start_default().await.unwrap();
    let host = drs.endpoint().replace("http://", "");
    for endpoint in [format!("HTTP://{host}"), format!("http://{host}/")] {
        raw(&client(&endpoint), PROJECT).await.unwrap();
    }
    assert_eq!(drs.request_count(), 2);
}

#[tokio::test]
async fn what_stands_in_the_body_changes_nothing_but_the_body() {
    let drs = Simulator::start_default().await.unwrap();
    let client = client(&drs.endpoint());
    for evil in [
        "\"},{\"job_id\":\"x",
        "\r\n\r\nPUT / HTTP/1.1\r\n",
        "\0",
        "\u{2028}",
    ] {
        let mut end_point = end_point();
        end_point.db_password = evil.into();
        let body = BatchModifyPwdReq::builder().jobs(vec![end_point]);
        let call = client.batch_reset_password().project_id(PROJECT);
        call.body(body).send().await.unwrap();
        let stored = drs.password(drs_simulator::EXAMPLE_TASK, "so");
        assert_eq!(stored.as_deref(), Some(evil));
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(drs.request_count(), 4);
}

#[tokio::test]
async fn plaintext_for_localhost_stays_on_this_machine_whatever_its_address_is_said_to_be() {
    let drs = Simulator::start_default().await.unwrap();
    let endpoint = drs.endpoint().replace("127.0.0.1", "localhost");
    let builder = Client::builder()
        .endpoint(endpoint)
        .token(drs_simulator::EXAMPLE_TOKEN);
    // An unassigned address.
    let builder = builder.resolve("localhost", [192, 0, 2, 1].into());
    raw(&builder.build().unwrap(), PROJECT).await.unwrap();
    assert_eq!(drs.request_count(), 1);
}

#[tokio::test]
async fn a_user_agent_arrives_as_it_is_or_is_refused() {
    let drs = Simulator::start_default().await.unwrap();
    let builder = || {
        Client::builder()
            .endpoint(drs.endpoint())
            .token(drs_simulator::EXAMPLE_TOKEN)
    };
    let client = builder().user_agent("night-shift/2").build().unwrap();
    raw(&client, PROJECT).await.unwrap();
    raw(&builder().build().unwrap(), PROJECT).await.unwrap();
    let requests = drs.requests();
    let agents = requests
        .iter()
        .map(|request| request.headers["user-agent"].to_str().unwrap());
    let ours = concat!("drs-api/", env!("CARGO_PKG_VERSION"));
    assert_eq!(agents.collect::<Vec<_>>(), ["night-shift/2", ours]);
    let error = refused("user_agent", builder().user_agent("a\r\nX-Evil: 1").build());
    assert!(error.starts_with("user_agent: "), "{error}");
}

#[test]
fn an_endpoint_wins_over_a_region_and_one_of_them_is_needed() {
    let variable = "HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4";
    let builder = Client::builder()
        .environment(Environment::of([(variable, "http://127.0.0.1:2")]))
        .token("t");
    let shown = |builder: ClientBuilder| format!("{:?}", builder.build());
    let region = builder.clone().region("cn-north-4");
    assert!(shown(region.clone()).contains("http://127.0.0.1:2"));
    let both = region.endpoint("http://127.0.0.1:1");
    assert!(shown(both).contains("http://127.0.0.1:1"));
    assert!(shown(builder).contains("set an endpoint or a region"));
}
