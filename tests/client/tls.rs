//! Which servers are trusted, and what does the error say about the others?
//!
//! With `--features drs-api/native-tls`, the platform's TLS library decides.

use std::net::Ipv4Addr;

use drs_api::{
    Client, ClientBuilder, Error,
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::Simulator;
use drs_tests::{Ca, Certified, TlsFront};

fn client(front: &TlsFront) -> ClientBuilder {
    Client::builder()
        .endpoint(front.endpoint.as_str())
        .token(drs_simulator::EXAMPLE_TOKEN)
}

async fn call(client: ClientBuilder) -> Result<(), Error> {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(drs_simulator::EXAMPLE_TASK)
        .end_point_type(EndPointType::So)
        .db_password("test-Passw0rd");
    let end_point: ModifyPwdEndPoint = end_point.try_into().unwrap();
    let client = client.build()?;
    let call = client
        .batch_reset_password()
        .project_id(drs_simulator::EXAMPLE_PROJECT)
        .body(BatchModifyPwdReq::builder().jobs(vec![end_point]));
    call.send().await?;
    Ok(())
}

/// A simulator behind this certificate.
async fn serve(certified: Certified) -> (Simulator, TlsFront) {
    let drs = Simulator::start_default().await.unwrap();
    let front = TlsFront::start(certified, &drs.endpoint()).await.unwrap();
    (drs, front)
}

#[tokio::test]
async fn a_server_with_the_right_name_is_believed() {
    let ca = Ca::default();
    let (drs, front) = serve(ca.certify(&["127.0.0.1"])).await;
    call(client(&front).add_root_certificate(ca.pem()))
        .await
        .unwrap();

    let (named, front) = serve(ca.certify(&["localhost"])).await;
    let endpoint = format!("https://localhost:{}", front.port);
    let client = client(&front).endpoint(endpoint);
    call(client.add_root_certificate(ca.pem())).await.unwrap();
    assert_eq!((drs.request_count(), named.request_count()), (1, 1));
}

#[tokio::test]
async fn a_host_with_an_address_of_its_own_needs_no_name_server_and_still_its_certificate() {
    let ca = Ca::default();
    for (name, is_believed) in [("drs.example.com", true), ("other.example.com", false)] {
        let (drs, front) = serve(ca.certify(&[name])).await;
        let endpoint = format!("https://drs.example.com:{}", front.port);
        let client = client(&front).endpoint(endpoint);
        let client = client.resolve("drs.example.com", Ipv4Addr::LOCALHOST.into());
        let called = call(client.add_root_certificate(ca.pem())).await;
        assert_eq!(called.is_ok(), is_believed, "{called:?}");
        assert_eq!(drs.request_count(), u64::from(is_believed));
    }
}

#[tokio::test]
async fn any_other_server_gets_nothing_and_the_error_says_why() {
    let (ca, other) = (Ca::default(), Ca::default());
    let here = ["127.0.0.1"];
    // The first is rustls's wording, the second OpenSSL's.
    let wrong_name = ["not valid for name", "IP address mismatch"];
    for (certified, reasons) in [
        (ca.certify(&["drs.example.com"]), wrong_name),
        (ca.certify_expired(&here), ["expired"; 2]),
        (
            Certified::self_signed(&here),
            ["UnknownIssuer", "self-signed certificate"],
        ),
        (
            other.certify(&here),
            ["UnknownIssuer", "local issuer certificate"],
        ),
    ] {
        let (drs, front) = serve(certified).await;
        let error = call(client(&front).add_root_certificate(ca.pem())).await;
        let error = error.unwrap_err();
        assert!(matches!(error, Error::NotConnected(_)), "{error:?}");
        let error = error.to_string();
        assert!(error.contains("certificate"), "{error}");
        let said = reasons.iter().any(|reason| error.contains(reason));
        assert!(said, "{reasons:?}: {error}");
        assert_eq!(drs.request_count(), 0, "{reasons:?}");
    }
}

#[tokio::test]
async fn without_its_certificate_a_private_authority_is_not_believed() {
    let (drs, front) = serve(Ca::default().certify(&["127.0.0.1"])).await;
    let error = call(client(&front)).await.unwrap_err().to_string();
    let reasons = ["UnknownIssuer", "local issuer certificate"];
    let said = reasons.iter().any(|reason| error.contains(reason));
    assert!(said, "{error}");
    assert_eq!(drs.request_count(), 0);
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_is_shown_the_clients() {
    let (ca, clients) = (Ca::default(), Ca::default());
    let drs = Simulator::start_default().await.unwrap();
    let certified = ca.certify(&["127.0.0.1"]);
    let front = TlsFront::start_for(&clients, certified, &drs.endpoint()).await;
    let front = front.unwrap();
    let client = client(&front).add_root_certificate(ca.pem());
    call(client.clone()).await.unwrap_err();
    assert_eq!(drs.request_count(), 0);
    let identity = clients.certify(&["client.example.com"]).pem;
    call(client.identity(identity)).await.unwrap();
    assert_eq!(drs.request_count(), 1);
}

#[tokio::test]
async fn certificates_that_are_none_are_refused_by_the_name_of_their_setting() {
    let (_drs, front) = serve(Ca::default().certify(&["127.0.0.1"])).await;
    let header = "-----BEGIN CERTIFICATE-----";
    let footer = "-----END CERTIFICATE-----";
    let garbage = format!("{header}\nAAAA\n{footer}\n");
    for pem in ["", "not PEM", header, garbage.as_str()] {
        let error = client(&front).add_root_certificate(pem).build();
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("add_root_certificate: "),
            "{pem}: {error}"
        );
    }
    let certificate_alone = Ca::default().pem().to_owned();
    let key_first = Certified::self_signed(&["a"]).pem;
    let secret_part = key_first.rsplit("-----BEGIN").next().unwrap();
    let key_alone = format!("-----BEGIN{secret_part}");
    for pem in ["", "not PEM", &certificate_alone, &key_alone, &garbage] {
        let builder = client(&front).identity(pem);
        let shown = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        let shown = format!("{shown} {error} {error:?}");
        assert!(error.to_string().starts_with("identity: "), "{error}");
        let line = key_alone.lines().nth(1).unwrap();
        assert!(!shown.contains(line), "the key is shown");
    }
}
