//! How many copies of a password remain in this process's memory after a call?
//!
//! The server is here. A child process makes the call, then reads its own memory. Each of our calls
//! is compared with the same call by reqwest and serde_json alone.

use std::{env, process::Command};

use drs_api::{
    AccessKey, Client, Environment, Secret,
    passwords::{Options, Retry},
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Simulator, Stage, Task, TaskState, Times};
use drs_tests::{Ca, H2Act, H2Server, Mark, TlsFront, child, is_child, output};
use serde::Serialize;
use zeroize::Zeroizing;

const PROJECT: &str = drs_simulator::EXAMPLE_PROJECT;

fn task_id(number: usize) -> String {
    format!("{number:08}-5a7e-4000-8000-0000000000jb")
}

/// Precedes the mark, because the allocator overwrites the beginning of freed memory.
const BEFORE: &str = "test-Secret-with-a-mark-in-it---";

/// A secret with the mark in it, in memory that was never moved. It has spare room: moving it to a
/// smaller place would leave the old copy.
fn secret(mark: &Mark) -> String {
    let mut secret = String::with_capacity(400);
    secret.push_str(BEFORE);
    mark.write(&mut secret);
    secret.push_str("!aA1");
    secret
}

fn end_points(mark: &Mark, items: usize) -> Vec<ModifyPwdEndPoint> {
    let end_point = |number| {
        let end_point = ModifyPwdEndPoint::builder()
            .job_id(task_id(number))
            .end_point_type(EndPointType::So)
            .db_password(secret(mark));
        end_point.try_into().unwrap()
    };
    (0..items).map(end_point).collect()
}

/// The mark is in its token, or in the secret key that it signs with.
fn client(mark: &Mark, signs: bool) -> Client {
    let mark = Secret::from(secret(mark));
    let client = Client::builder().endpoint(env::var("DRS_ENDPOINT").unwrap());
    let mut client = match signs {
        true => client.credentials(AccessKey::new("AK0123456789", mark)),
        false => client.token(mark),
    };
    if let Ok(ca) = env::var("DRS_CA") {
        client = client.add_root_certificate(ca);
    }
    client.build().unwrap()
}

#[derive(Serialize)]
struct PlainBody {
    jobs: Vec<PlainJob>,
}

#[derive(Serialize)]
struct PlainJob {
    job_id: String,
    end_point_type: &'static str,
    db_password: String,
}

/// The same call without this crate. Returns its client, so that connections stay open.
async fn plain_call(password_mark: &Mark, token_mark: &Mark, items: usize) -> reqwest::Client {
    let mut client = reqwest::Client::builder().no_proxy();
    if let Ok(ca) = env::var("DRS_CA") {
        let ca = reqwest::Certificate::from_pem(ca.as_bytes()).unwrap();
        client = client.tls_certs_merge([ca]);
    }
    let client = client.build().unwrap();
    let job = |number| PlainJob {
        job_id: task_id(number),
        end_point_type: "so",
        db_password: secret(password_mark),
    };
    let body = PlainBody {
        jobs: (0..items).map(job).collect(),
    };
    let endpoint = env::var("DRS_ENDPOINT").unwrap();
    let request = client
        .put(format!("{endpoint}/v3/{PROJECT}/jobs/batch-modify-pwd"))
        .header("x-auth-token", secret(token_mark))
        .json(&body);
    request.send().await.unwrap().bytes().await.unwrap();
    client
}

/// Reads a plan, wipes its text, and drops it. Nothing is sent.
fn read_plan(how: &str, mark: &Mark, items: usize) {
    let escape = if how.ends_with("escaped") { "\\n" } else { "" };
    let mut text = Zeroizing::new(String::with_capacity(items * 200 + 2));
    text.push('[');
    for number in 0..items {
        let comma = if number == 0 { "" } else { "," };
        let id = task_id(number);
        *text += comma;
        *text += r#"{"job_id":""#;
        *text += &id;
        *text += r#"","end_point_type":"so","db_password":""#;
        *text += BEFORE;
        mark.write(&mut text);
        *text += escape;
        *text += "\"}";
    }
    text.push(']');
    let plan: Vec<ModifyPwdEndPoint> = match how {
        "json" | "json escaped" => serde_json::from_str(&text).unwrap(),
        "json from a reader" => serde_json::from_reader(text.as_bytes()).unwrap(),
        "json by way of a Value" => {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            serde_json::from_value(value).unwrap()
        }
        "yaml" => serde_saphyr::from_str(&text).unwrap(),
        other => panic!("no plan {other}"),
    };
    assert_eq!(plan.len(), items);
}

/// Makes one call and counts.
#[test]
#[ignore = "run by the other tests of this file, in a process of its own"]
fn the_child() {
    if !is_child() {
        return;
    }
    let (password_mark, token_mark) = (Mark::random(), Mark::random());
    let items: usize = env::var("DRS_ITEMS").unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let call = env::var("DRS_CALL").unwrap();
    // The returned value lives while memory is read.
    let kept: Box<dyn std::any::Any> = runtime.block_on(async {
        let (password_mark, token_mark) = (&password_mark, &token_mark);
        let signs = call.starts_with("signed ");
        match call.trim_start_matches("signed ") {
            "held" => Box::new(end_points(password_mark, items)) as _,
            "plain" => Box::new(plain_call(password_mark, token_mark, items).await) as _,
            "raw" => {
                let client = client(token_mark, signs);
                let body = BatchModifyPwdReq::builder().jobs(end_points(password_mark, items));
                let call = client.batch_reset_password().project_id(PROJECT).body(body);
                // A refusal is a response too; its text is dropped.
                drop(call.send().await);
                Box::new(client) as _
            }
            "login" => {
                let endpoint = env::var("DRS_ENDPOINT").unwrap();
                let iam = [("HUAWEICLOUD_SDK_IAM_ENDPOINT", endpoint.as_str())];
                let builder = Client::builder().environment(Environment::of(iam));
                let builder = builder.region("here");
                let user = builder.iam_user("account", "user", secret(token_mark));
                let client = builder.endpoint(endpoint).credentials(user.unwrap());
                let client = client.build().unwrap();
                let body = BatchModifyPwdReq::builder().jobs(end_points(password_mark, items));
                let call = client.batch_reset_password().project_id(PROJECT).body(body);
                drop(call.send().await);
                Box::new(client) as _
            }
            "run" => {
                let client = client(token_mark, signs);
                let retry = Retry::default().first_delay(std::time::Duration::from_millis(1));
                let options = Options::default().batch_size(20).retry(retry);
                let changes = end_points(password_mark, items);
                let run = client.change_passwords_with(PROJECT, changes, options);
                let report = run.unwrap().await;
                Box::new((client, report)) as _
            }
            plan => {
                read_plan(plan, password_mark, items);
                Box::new(()) as _
            }
        }
    });
    let passwords = password_mark.copies().unwrap();
    let tokens = token_mark.copies().unwrap();
    drop(kept);
    drop(runtime);
    let passwords_after = password_mark.copies().unwrap();
    println!("\nCOUNTED {passwords} {passwords_after} {tokens}");
}

/// How many copies there are while the connection is open and after it is closed, and how many of
/// the token while it is open.
async fn count(call: &str, items: usize, endpoint: &str, ca: Option<&Ca>) -> [usize; 3] {
    let mut command: Command = child("memory::the_child");
    command
        .env("DRS_CALL", call)
        .env("DRS_ITEMS", items.to_string())
        .env("DRS_ENDPOINT", endpoint);
    if let Some(ca) = ca {
        command.env("DRS_CA", ca.pem());
    }
    let printed = output(command).await;
    let counted = printed
        .lines()
        .find_map(|line| line.strip_prefix("COUNTED "));
    let mut numbers = counted.unwrap().split(' ').map(|n| n.parse().unwrap());
    let counted = std::array::from_fn(|_| numbers.next().unwrap());
    // With `--nocapture`, prints the table for SECURITY.md.
    println!("{call:6} {items:3} items: {counted:?} {endpoint}");
    counted
}

async fn simulator() -> Simulator {
    let task = |number| Task::new(task_id(number), TaskState::IncreTransferStarted);
    // Each token is either refused or accepted; the body was sent in both cases. Runs need an
    // accepted one, so a response is made up below.
    let drs = Simulator::builder().tasks((0..40).map(task));
    drs.start().await.unwrap()
}

/// The simulator doesn't know the child's random token, and may respond with anything.
async fn answering(fault: Fault) -> Simulator {
    let drs = simulator().await;
    drs.fault(fault, Times::Always);
    drs
}

fn accepted() -> Fault {
    Fault::answer(200, r#"{"results":[],"count":0}"#)
}

#[tokio::test]
async fn copies_that_are_there_are_counted() {
    let [open, after, _] = count("held", 7, "", None).await;
    assert_eq!((open, after), (7, 0));
}

#[tokio::test]
async fn a_plan_that_is_read_from_a_string_without_escapes_leaves_no_copy() {
    let [.., after, _] = count("json", 40, "", None).await;
    assert_eq!(after, 0);
    // What SECURITY.md warns about.
    for (how, most) in [
        ("json escaped", 2),
        ("json from a reader", 2),
        ("json by way of a Value", 0),
        ("yaml", 2),
    ] {
        let [.., after, _] = count(how, 40, "", None).await;
        assert!(after <= most, "{how}: {after}");
    }
}

#[tokio::test]
async fn over_plaintext_no_copy_of_a_password_is_left() {
    let drs = answering(accepted()).await;
    for (call, items) in [("raw", 1), ("raw", 40), ("run", 1), ("run", 40)] {
        let [open, after, _] = count(call, items, &drs.endpoint(), None).await;
        assert_eq!((open, after), (0, 0), "{call} {items}");
    }
    let [open, ..] = count("plain", 40, &drs.endpoint(), None).await;
    assert!(open > 0, "without this crate nothing was left either");
}

#[tokio::test]
async fn signing_leaves_no_copy_of_a_password_or_of_the_secret_key() {
    let drs = answering(accepted()).await;
    for (call, items) in [("signed raw", 1), ("signed run", 40)] {
        let [open, after, keys] = count(call, items, &drs.endpoint(), None).await;
        assert_eq!((open, after), (0, 0), "{call} {items}");
        // The client's own.
        assert_eq!(keys, 1, "{call} {items}");
    }
}

#[tokio::test]
async fn a_login_leaves_no_copy_of_the_users_password() {
    let token = Fault::answer(201, "{}").header("x-subject-token", "a-token");
    let drs = answering(token).await;
    let [open, after, user] = count("login", 1, &drs.endpoint(), None).await;
    assert_eq!((open, after), (0, 0));
    // The source's own, for when the token expires.
    assert_eq!(user, 1);
    assert_eq!(drs.request_count(), 2);
}

#[tokio::test]
async fn no_copy_is_left_when_a_call_fails_or_is_tried_again() {
    for (name, fault) in [
        ("busy", Fault::answer(503, "")),
        ("refused", Fault::answer(401, "{}")),
        ("cut before the body", Fault::cut(Stage::BeforeBody)),
        ("cut in the body", Fault::cut(Stage::InRequestBody)),
        ("cut after the body", Fault::cut(Stage::AfterBody)),
        ("unreadable", Fault::answer(200, "<html>")),
    ] {
        let drs = answering(fault).await;
        for call in ["raw", "run"] {
            let [open, after, _] = count(call, 40, &drs.endpoint(), None).await;
            assert_eq!((open, after), (0, 0), "{name}: {call}");
        }
    }
    // Nothing listens there.
    for call in ["raw", "run"] {
        let [open, after, _] = count(call, 40, "http://127.0.0.1:1", None).await;
        assert_eq!((open, after), (0, 0), "no connection: {call}");
    }
}

#[tokio::test]
async fn over_tls_no_copy_of_a_password_is_left_with_http_1() {
    let drs = answering(accepted()).await;
    let ca = Ca::default();
    let backend = drs.endpoint();
    let front = TlsFront::start(ca.certify(&["127.0.0.1"]), &backend).await;
    let front = front.unwrap();
    for (call, items) in [("raw", 1), ("raw", 40), ("run", 40)] {
        let [open, after, _] = count(call, items, &front.endpoint, Some(&ca)).await;
        assert_eq!((open, after), (0, 0), "{call} {items}");
    }
    let [open, ..] = count("plain", 40, &front.endpoint, Some(&ca)).await;
    assert!(open > 0, "without this crate nothing was left either");
}

#[tokio::test]
async fn over_tls_http_2_keeps_the_beginning_of_a_body_until_it_is_overwritten() {
    let ca = Ca::default();
    let answer = H2Act::Answer(r#"{"results":[],"count":0}"#);
    let server = H2Server::start(ca.certify(&["127.0.0.1"]), answer).await;
    let server = server.unwrap();
    for (call, items, most) in [("raw", 1, 1), ("raw", 40, 2), ("run", 40, 2)] {
        let [open, after, _] = count(call, items, &server.endpoint, Some(&ca)).await;
        assert!(
            open <= most && after <= most,
            "{call} {items}: {open}, {after}"
        );
    }
    let [open, ..] = count("plain", 40, &server.endpoint, Some(&ca)).await;
    assert!(open > 2, "without this crate as little was left");
}
