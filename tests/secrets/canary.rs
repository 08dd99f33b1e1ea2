//! Is a secret ever shown?
//!
//! Everything that prints or records runs with marked secrets: `Debug` and `Display` of the public
//! types, every error, every level of every crate's log, events, reports, panics, and responses
//! that quote the request. Then the marks are searched for, in every form they can take.
//! `mutations.py` removes the protections one at a time and sees this fail.

#[allow(dead_code, reason = "its `main` is not called here")]
#[path = "../../drs-api/examples/change_passwords.rs"]
mod change_passwords;

mod answers;
mod cached;
mod capture;
mod logins;
mod places;
mod secrets;
mod typed;
mod values;

use std::{sync::Arc, time::Duration};

use drs_api::{
    Client, Environment, Error,
    passwords::{Options, Retry},
    types::{BatchModifyDbPwdResp, BatchModifyPwdReq},
};
use drs_simulator::{Fault, Simulator, Stage, Times};
use drs_tests::{Ca, Echo, H2Act, H2Server, Leaks, child, is_child};
use futures_util::StreamExt as _;
use secrets::{ACCESS_KEY, PROJECT, Secrets, TEMPORARY_KEY, debug, error};

async fn raw(client: &Client, secrets: &Secrets) -> Result<BatchModifyDbPwdResp, Error> {
    let body = BatchModifyPwdReq::builder().jobs(secrets.both());
    let call = client.batch_reset_password().project_id(PROJECT).body(body);
    call.send().await.map(|answer| answer.into_inner())
}

/// Makes the generated call, and searches everything it returns.
async fn look_at_raw_calls(leaks: &mut Leaks, place: &str, client: &Client, secrets: &Secrets) {
    let body = BatchModifyPwdReq::builder().jobs(secrets.both());
    let call = client.batch_reset_password().project_id(PROJECT).body(body);
    match call.send().await {
        Ok(answer) => {
            debug(leaks, place, &answer);
            debug(leaks, place, &answer.headers());
            leaks.look(place, &serde_json::to_string(&*answer).unwrap());
        }
        Err(failed) => {
            error(leaks, place, &failed);
            debug(leaks, place, &failed.answer());
        }
    }
}

/// Makes a run, and searches its report and events.
async fn look_at_a_run(leaks: &mut Leaks, place: &str, client: &Client, secrets: &Secrets) {
    let retry = Retry::default().first_delay(Duration::from_millis(1));
    let options = Options::default().retry(retry.max_tries(2));
    debug(leaks, place, &options);
    let run = client.change_passwords_with(PROJECT, secrets.both(), options);
    let mut run = run.unwrap();
    debug(leaks, place, &run);
    debug(leaks, place, &run.handle());
    let events = run.events();
    debug(leaks, place, &events);
    let report = run.await;
    debug(leaks, place, &report);
    leaks.look(place, &serde_json::to_string(&report).unwrap());
    for outcome in &report.outcomes {
        debug(leaks, place, outcome);
    }
    let events: Vec<_> = events.collect().await;
    assert!(!events.is_empty());
    debug(leaks, place, &events);
}

/// Searches a run's previewed requests.
async fn look_at_a_preview(leaks: &mut Leaks, client: &Client, secrets: &Secrets) {
    let plan = secrets.both();
    let requests = client.preview_change_passwords(PROJECT, plan, Options::default());
    let requests = requests.await.unwrap();
    assert!(!requests.is_empty());
    for request in &requests {
        debug(leaks, "preview", request);
        leaks.look("preview", &request.to_string());
    }
}

async fn look_at(leaks: &mut Leaks, place: &str, client: &Client, secrets: &Secrets) {
    look_at_raw_calls(leaks, place, client, secrets).await;
    look_at_a_run(leaks, place, client, secrets).await;
}

/// Calls that succeed, and calls that fail in each of the ways of a network.
async fn look_at_calls(leaks: &mut Leaks, secrets: &Secrets) {
    let secret_key = secrets.secret_key.value();
    let drs = Simulator::builder()
        .token(secrets.token.value())
        .access_key(ACCESS_KEY, secret_key)
        .temporary_key(TEMPORARY_KEY, secret_key, secrets.security_token.value());
    let drs = drs.start().await.unwrap();
    for credentials in secrets.credentials() {
        let client = secrets.client(&drs.endpoint()).credentials(credentials);
        // Each hanging request takes this long.
        let impatient = client.clone().request_timeout(Duration::from_millis(100));
        let impatient = impatient.build().unwrap();
        let client = client.build().unwrap();
        raw(&client, secrets).await.unwrap();
        look_at_a_preview(leaks, &client, secrets).await;
        look_at(leaks, "success", &client, secrets).await;
        for fault in [
            Fault::cut(Stage::BeforeBody),
            Fault::cut(Stage::InRequestBody),
            Fault::close(Stage::AfterBody),
            Fault::cut(Stage::InAnswerBody),
            Fault::echo(400),
            Fault::echo_raw(500),
        ] {
            let place = format!("{fault:?}");
            drs.fault(fault, Times::Always);
            look_at(leaks, &place, &client, secrets).await;
            drs.clear_faults();
        }
        drs.fault(Fault::hang(Stage::AfterBody), Times::Always);
        look_at(leaks, "a time-out", &impatient, secrets).await;
        drs.clear_faults();
    }
    debug(leaks, "simulator", &drs.requests());
    debug(leaks, "simulator", &drs);

    let nobody = secrets.client("http://127.0.0.1:1").build().unwrap();
    look_at(leaks, "no connection", &nobody, secrets).await;
}

async fn look_at_http_2(leaks: &mut Leaks, secrets: &Secrets) {
    let ca = Ca::default();
    let answer = r#"{"results":[],"count":0}"#;
    for act in [
        H2Act::Answer(answer),
        H2Act::RefuseStream,
        H2Act::GoAway,
        H2Act::GoAwayQuoting,
    ] {
        // When a server ends a connection, h2 logs what it says, and nothing above h2 can prevent
        // it.
        let logged = !matches!(act, H2Act::GoAwayQuoting);
        let server = H2Server::start(ca.certify(&["127.0.0.1"]), act).await;
        let server = server.unwrap();
        let client = secrets.client(&server.endpoint);
        let client = client.add_root_certificate(ca.pem()).build().unwrap();
        capture::pause(!logged);
        look_at(leaks, "HTTP/2", &client, secrets).await;
        // The connection's task ends by itself.
        drop((client, server));
        tokio::time::sleep(Duration::from_millis(20)).await;
        capture::pause(false);
    }
    let server = H2Server::start(ca.certify(&["drs.example.com"]), H2Act::GoAway).await;
    let server = server.unwrap();
    let distrusted = secrets.client(&server.endpoint).build().unwrap();
    look_at(leaks, "TLS", &distrusted, secrets).await;
}

async fn look_at_quotations(leaks: &mut Leaks, secrets: &Secrets) {
    for status in [
        "200 OK",
        "400 Bad Request",
        "401 Unauthorized",
        "502 Bad Gateway",
    ] {
        for (name, quote) in answers::all(secrets) {
            let server = Echo::start(status, Arc::from(quote)).await.unwrap();
            // Kinds of credentials differ only in what quotes the head.
            let kinds = if name.contains("all of it") { 4 } else { 1 };
            for credentials in secrets.credentials().into_iter().take(kinds) {
                let client = secrets.client(&server.endpoint).credentials(credentials);
                let client = client.build().unwrap();
                let place = format!("{status} quoting {name}");
                look_at(leaks, &place, &client, secrets).await;
            }
        }
    }
    let status = format!("400 {}", secrets.token.value());
    let nothing = Arc::new(|_: &str, _: &str| (String::new(), "{}".to_owned()));
    let server = Echo::start(&status, nothing).await.unwrap();
    let client = secrets.client(&server.endpoint).build().unwrap();
    look_at(leaks, "the token as the status", &client, secrets).await;
}

/// Credentials from services, and failures to get them.
async fn look_at_logins(leaks: &mut Leaks, secrets: &Secrets) {
    let drs = Simulator::start_default().await.unwrap();
    let logins = logins::all(secrets, &drs.endpoint()).await;
    let looks = logins.iter().map(async |login| {
        let mut leaks = leaks.another();
        look_at(&mut leaks, &login.place, &login.client, secrets).await;
        debug(&mut leaks, &login.place, &login.client);
        leaks
    });
    for found in futures_util::future::join_all(looks).await {
        leaks.add(found);
    }
    // Some of them returned credentials, and requests were made with them.
    assert!(drs.request_count() > 0);
}

#[tokio::test]
async fn no_secret_is_shown_anywhere() {
    let secrets = Secrets::new();
    let mut leaks = Leaks::of(secrets.all());
    let captured = capture::start();

    values::look(&mut leaks, &secrets);
    look_at_calls(&mut leaks, &secrets).await;
    look_at_http_2(&mut leaks, &secrets).await;
    // Concurrently, because a failed login is retried after a second.
    let mut of_logins = leaks.another();
    tokio::join!(
        look_at_quotations(&mut leaks, &secrets),
        look_at_logins(&mut of_logins, &secrets),
    );
    leaks.add(of_logins);

    let log = captured.log();
    for target in ["drs_api", "hyper", "hyper_util", "h2", "rustls", "reqwest"] {
        assert!(log.contains(target), "nothing was logged by {target}");
    }
    leaks.look("the log", &log);
    let panics = captured.panics();
    assert!(panics.len() > 5, "{}", panics.len());
    leaks.look("panics", &panics.join("\n"));
    assert!(leaks.looked_at() > 1000, "{}", leaks.looked_at());
    leaks.assert_none();
}

#[tokio::test]
#[ignore = "run by another test of this file, in a process of its own"]
async fn the_child() {
    if is_child() {
        let level = tracing::Level::TRACE;
        tracing_subscriber::fmt().with_max_level(level).init();
        let ended = change_passwords::run(&Environment::process()).await;
        println!("{ended:?}");
    }
}

#[tokio::test]
async fn the_examples_print_no_secret() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../drs-api/examples");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["change_passwords.rs"],
        "mount it above too"
    );
    let secrets = Secrets::new();
    let drs = Simulator::builder().token("Tk4WsJp6Gf1Q");
    let drs = drs.start().await.unwrap();
    let mut leaks = Leaks::of(secrets.all());
    for fault in [None, Some(Fault::echo(400))] {
        let mut example = child("canary::the_child");
        example
            .env("DRS_ENDPOINT", drs.endpoint())
            .env("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)
            .env("HW_AUTH_TOKEN", "Tk4WsJp6Gf1Q")
            .env("DRS_SOURCE_PASSWORD", secrets.password.value())
            .env("DRS_DESTINATION_PASSWORD", secrets.password.value());
        if let Some(fault) = fault {
            drs.fault(fault, Times::Next(1));
        }
        let before = drs.request_count();
        let printed = tokio::task::spawn_blocking(move || example.output()).await;
        let printed = printed.unwrap().unwrap();
        leaks.look("the example", &String::from_utf8_lossy(&printed.stdout));
        leaks.look("the example", &String::from_utf8_lossy(&printed.stderr));
        assert!(drs.request_count() > before);
    }
    leaks.assert_none();
}

#[test]
fn snapshots_hold_no_secret() {
    let rooms = ["spec", "client", "runs"]
        .map(|room| format!("{}/{room}/snapshots", env!("CARGO_MANIFEST_DIR")));
    let mut files = 0;
    for file in rooms
        .iter()
        .flat_map(|room| std::fs::read_dir(room).unwrap())
    {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // All tests take their secrets from these.
        for secret in ["test-Passw0rd", "test-token", "test-keytab", "test-Secret"] {
            assert!(!text.contains(secret), "{}: {secret}", path.display());
        }
        files += 1;
    }
    assert!(files > 0);
}
