//! What goes through the proxies in the environment?
//!
//! The environment belongs to a process, so a child makes each call.

use std::env;

use drs_api::{
    Client,
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::Simulator;
use drs_tests::{Ca, Proxy, TlsFront, child, is_child, output};

#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child() {
    if !is_child() {
        return;
    }
    if env::var("DRS_LOG").is_ok() {
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        log.with_writer(std::io::stdout).init();
    }
    let mut client = Client::builder()
        .endpoint(env::var("DRS_ENDPOINT").unwrap())
        .token(drs_simulator::EXAMPLE_TOKEN);
    if let Ok(ca) = env::var("DRS_CA") {
        client = client.add_root_certificate(ca);
    }
    if env::var("DRS_PLAINTEXT").is_ok() {
        client = client.danger_allow_plaintext();
    }
    if let Ok(proxy) = env::var("DRS_PROXY") {
        client = client.proxy(proxy);
    }
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(drs_simulator::EXAMPLE_TASK)
        .end_point_type(EndPointType::So)
        .db_password("test-Passw0rd");
    let end_point: ModifyPwdEndPoint = end_point.try_into().unwrap();
    let client = client.build().unwrap();
    let call = client
        .batch_reset_password()
        .project_id(drs_simulator::EXAMPLE_PROJECT)
        .body(BatchModifyPwdReq::builder().jobs(vec![end_point]));
    match call.send().await {
        Ok(_) => println!("\nANSWERED"),
        Err(error) => println!("\nFAILED {error} {error:?}"),
    }
}

/// Makes a call with these variables, and returns everything it printed.
async fn printed(endpoint: &str, variables: &[(&str, &str)]) -> String {
    let mut command = child("proxy::the_child");
    command.env("DRS_ENDPOINT", endpoint);
    command.envs(variables.iter().copied());
    output(command).await
}

/// Makes a call with these variables, and returns how it ended.
async fn call(endpoint: &str, variables: &[(&str, &str)]) -> String {
    let printed = printed(endpoint, variables).await;
    let line = printed
        .lines()
        .find(|line| line.starts_with("ANSWERED") || line.starts_with("FAILED"));
    line.unwrap().to_owned()
}

#[tokio::test]
async fn plaintext_goes_through_no_proxy() {
    let drs = Simulator::start_default().await.unwrap();
    let proxy = Proxy::start().await.unwrap();
    // On Linux, 0.0.0.0 is this machine but not a loopback address.
    let far = drs.endpoint().replace("127.0.0.1", "0.0.0.0");
    for (endpoint, plaintext) in [(drs.endpoint(), None), (far, Some(("DRS_PLAINTEXT", "1")))] {
        for name in [
            "HTTP_PROXY",
            "http_proxy",
            "ALL_PROXY",
            "all_proxy",
            "DRS_PROXY",
        ] {
            let variables = [Some((name, proxy.endpoint.as_str())), plaintext];
            let variables: Vec<_> = variables.into_iter().flatten().collect();
            assert_eq!(call(&endpoint, &variables).await, "ANSWERED", "{name}");
        }
    }
    assert_eq!(drs.request_count(), 10);
    assert_eq!(proxy.heads(), [""; 0]);
}

#[tokio::test]
async fn a_proxy_that_is_set_wins_over_those_of_the_environment() {
    let (ca, drs) = (Ca::default(), Simulator::start_default().await.unwrap());
    let certified = ca.certify(&["127.0.0.1"]);
    let front = TlsFront::start(certified, &drs.endpoint()).await.unwrap();
    let (set, other) = (Proxy::start().await.unwrap(), Proxy::start().await.unwrap());
    let variables = [
        ("DRS_PROXY", set.endpoint.as_str()),
        ("HTTPS_PROXY", other.endpoint.as_str()),
        ("NO_PROXY", "*"),
        ("DRS_CA", ca.pem()),
    ];
    assert_eq!(call(&front.endpoint, &variables).await, "ANSWERED");
    assert_eq!((set.heads().len(), other.heads().len()), (1, 0));
}

#[test]
fn a_proxy_that_is_set_is_shown_nowhere() {
    for (proxy, is_usable) in [
        ("http://user:test-Pr0xy@127.0.0.1:1", true),
        ("http://user:test-Pr0xy@127.0.0.1:99999", false),
        ("ftp://user:test-Pr0xy@127.0.0.1:1", false),
    ] {
        let builder = Client::builder().endpoint("https://127.0.0.1:1").token("t");
        let builder = builder.proxy(proxy);
        let shown = format!("{builder:?} {:?}", builder.clone().build());
        assert!(!shown.contains("test-Pr0xy"), "{shown}");
        let refused = shown.contains("InvalidInput { field: \"proxy\"");
        assert_ne!(refused, is_usable, "{shown}");
    }
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_of_the_proxy_and_shows_it_the_host_alone() {
    let (ca, drs) = (Ca::default(), Simulator::start_default().await.unwrap());
    let certified = ca.certify(&["127.0.0.1"]);
    let front = TlsFront::start(certified, &drs.endpoint()).await.unwrap();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = Proxy::start().await.unwrap();
        let variables = [(name, proxy.endpoint.as_str()), ("DRS_CA", ca.pem())];
        assert_eq!(
            call(&front.endpoint, &variables).await,
            "ANSWERED",
            "{name}"
        );
        let heads = proxy.heads();
        let [head] = heads.as_slice() else {
            panic!("{name}: {heads:?}");
        };
        let first = format!("CONNECT 127.0.0.1:{} HTTP/1.1\r\n", front.port);
        assert!(head.starts_with(&first), "{head}");
        for hidden in [drs_simulator::EXAMPLE_TOKEN, drs_simulator::EXAMPLE_PROJECT] {
            assert!(!head.contains(hidden), "{head}");
        }
    }
    assert_eq!(drs.request_count(), 3);
}

#[tokio::test]
async fn an_empty_variable_hides_no_proxy_and_no_exception() {
    let (ca, drs) = (Ca::default(), Simulator::start_default().await.unwrap());
    let certified = ca.certify(&["127.0.0.1"]);
    let front = TlsFront::start(certified, &drs.endpoint()).await.unwrap();
    for (empty, name, passed_by) in [
        ("HTTPS_PROXY", "https_proxy", false),
        ("ALL_PROXY", "all_proxy", false),
        ("NO_PROXY", "no_proxy", true),
    ] {
        let proxy = Proxy::start().await.unwrap();
        let endpoint = proxy.endpoint.as_str();
        let mut variables = vec![(empty, ""), (name, endpoint), ("DRS_CA", ca.pem())];
        if passed_by {
            variables[1].1 = "127.0.0.1";
            variables.push(("https_proxy", endpoint));
        }
        assert_eq!(
            call(&front.endpoint, &variables).await,
            "ANSWERED",
            "{name}"
        );
        assert_eq!(proxy.heads().is_empty(), passed_by, "{name}");
    }
}

#[tokio::test]
async fn the_proxys_password_goes_to_the_proxy_and_into_no_error_or_log() {
    // user:test-Pr0xy
    const ENCODED: &str = "dXNlcjp0ZXN0LVByMHh5";
    let proxy = Proxy::start().await.unwrap();
    let named = proxy.endpoint.replace("http://", "http://user:test-Pr0xy@");
    // Nothing listens at the endpoint, nor at the second proxy.
    for (name, proxy) in [
        ("HTTPS_PROXY", named.as_str()),
        ("HTTPS_PROXY", "http://user:test-Pr0xy@127.0.0.1:1"),
        ("DRS_PROXY", named.as_str()),
        ("DRS_PROXY", "http://user:test-Pr0xy@127.0.0.1:1"),
    ] {
        let variables = [(name, proxy), ("DRS_LOG", "1")];
        let printed = printed("https://127.0.0.1:1", &variables).await;
        assert!(printed.contains("\nFAILED"), "{printed}");
        assert!(printed.contains(" intercepts "), "no log: {printed}");
        for secret in ["test-Pr0xy", ENCODED] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
    let expected = format!("proxy-authorization: Basic {ENCODED}");
    assert!(proxy.heads()[0].contains(&expected), "{:?}", proxy.heads());
}

#[tokio::test]
async fn no_proxy_is_obeyed() {
    let (ca, drs) = (Ca::default(), Simulator::start_default().await.unwrap());
    let certified = ca.certify(&["127.0.0.1", "localhost"]);
    let front = TlsFront::start(certified, &drs.endpoint()).await.unwrap();
    let named = front.endpoint.replace("127.0.0.1", "localhost");
    for (no_proxy, endpoint, passed_by) in [
        ("127.0.0.1", &front.endpoint, true),
        ("example.com, 127.0.0.0/8", &front.endpoint, true),
        ("*", &named, true),
        ("localhost", &named, true),
        ("example.com,10.0.0.0/8", &front.endpoint, false),
        ("host", &named, false),
        (&format!("localhost:{}", front.port), &named, true),
        (
            &format!("[::1]:443,127.0.0.1:{}", front.port),
            &front.endpoint,
            true,
        ),
        ("localhost:1", &named, false),
    ] {
        for name in ["NO_PROXY", "no_proxy"] {
            let proxy = Proxy::start().await.unwrap();
            let variables = [
                ("HTTPS_PROXY", proxy.endpoint.as_str()),
                (name, no_proxy),
                ("DRS_CA", ca.pem()),
            ];
            assert_eq!(call(endpoint, &variables).await, "ANSWERED", "{no_proxy}");
            assert_eq!(proxy.heads().is_empty(), passed_by, "{name}={no_proxy}");
        }
    }
}
