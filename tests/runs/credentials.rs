//! What happens to a run whose credentials are refused, or expire in the middle?

mod sources;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use drs_api::{
    AccessKey, Client, Credential, CredentialSource, Credentials, Environment, Error, Secret,
    passwords::{Options, OutcomeKind, Report},
    types::{BatchModifyPwdReq, EndPointType, Language, ModifyPwdEndPoint},
};
use drs_simulator::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY, EXAMPLE_SECURITY_TOKEN, EXAMPLE_TEMPORARY_KEY,
    EXAMPLE_TEMPORARY_SECRET_KEY, EXAMPLE_TOKEN, Fault, InvalidToken, Simulator, Task, TaskState,
    Times,
};

const NEW: &str = "test-New-1";
/// Enough for 64 requests at a time, and more.
const TASKS: usize = 200;

fn id(number: usize) -> String {
    format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52")
}

fn end_point(number: usize) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(id(number))
        .end_point_type(EndPointType::So)
        .db_password(NEW);
    end_point.try_into().unwrap()
}

async fn simulator() -> Simulator {
    simulator_that_refuses(InvalidToken::Service403).await
}

async fn simulator_that_refuses(invalid_token: InvalidToken) -> Simulator {
    let tasks = (0..TASKS).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks);
    simulator
        .invalid_token(invalid_token)
        .start()
        .await
        .unwrap()
}

fn client(simulator: &Simulator, credentials: impl Into<Credentials>) -> Client {
    let client = Client::builder().endpoint(simulator.endpoint());
    client.credentials(credentials).build().unwrap()
}

fn example_key() -> AccessKey {
    AccessKey::new(EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY)
}

/// 200 requests, 64 at a time.
fn options() -> Options {
    Options::default().batch_size(1).concurrency(64)
}

async fn run(client: &Client, project_id: &str) -> Report {
    let plan = (0..TASKS).map(end_point);
    client
        .change_passwords_with(project_id, plan, options())
        .unwrap()
        .await
}

/// One generated call.
async fn call(client: &Client, project_id: &str) -> Result<(), Error> {
    let body = BatchModifyPwdReq::builder().jobs(vec![end_point(0)]);
    let call = client.batch_reset_password();
    call.project_id(project_id).body(body).send().await?;
    Ok(())
}

/// A run whose credentials the service refuses costs one request, and each part of the report names
/// the cause. So does the error of a single call.
async fn refused(simulator: &Simulator, client: &Client, project_id: &str, causes: &[&str]) {
    let before = simulator.request_count();
    let report = run(client, project_id).await;
    assert_eq!(simulator.request_count() - before, 1);
    assert_eq!(report.count(OutcomeKind::Rejected), 1);
    assert_eq!(report.count(OutcomeKind::NotSent), TASKS - 1);
    let error = call(client, project_id).await.unwrap_err();
    let advice = error.answer().unwrap().advice.clone().unwrap();
    let stopped = report.stopped.clone().unwrap();
    let outcomes = report
        .outcomes
        .iter()
        .map(|o| o.reply.cause.clone().unwrap());
    for text in [stopped, advice, error.to_string()]
        .into_iter()
        .chain(outcomes)
    {
        for cause in causes {
            assert!(text.contains(cause), "{cause}: {text}");
        }
        for secret in [EXAMPLE_SECRET_KEY, EXAMPLE_TOKEN, NEW, "wrong-secret"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn a_wrong_secret_key_costs_one_request_and_is_named() {
    let simulator = simulator().await;
    let key = AccessKey::new(EXAMPLE_ACCESS_KEY, "wrong-secret-key");
    let client = client(&simulator, key);
    let causes = [
        "the secret key is not this access key's",
        "before trying again",
    ];
    refused(&simulator, &client, simulator.project_id(), &causes).await;
    assert!(!simulator.is_locked(EXAMPLE_ACCESS_KEY));
}

#[tokio::test]
async fn an_unknown_access_key_costs_one_request_and_is_named() {
    let simulator = simulator().await;
    let client = client(&simulator, AccessKey::new("nobody", EXAMPLE_SECRET_KEY));
    let causes = ["the access key does not exist"];
    refused(&simulator, &client, simulator.project_id(), &causes).await;
}

#[tokio::test]
async fn a_skewed_clock_costs_one_request_and_is_named_with_minutes_and_direction() {
    const MINUTES: Duration = Duration::from_secs(22 * 60);
    let simulator = simulator().await;
    let project = simulator.project_id();
    let behind = example_key().clock(|| SystemTime::now() - MINUTES);
    let behind = client(&simulator, behind);
    let causes = [
        "the clock of this machine is",
        "minutes behind",
        "set the clock",
    ];
    refused(&simulator, &behind, project, &causes).await;
    let report = run(&behind, project).await;
    let stopped = report.stopped.unwrap();
    // Rounded up, because a second may pass on the way.
    assert!(
        stopped.contains("22 minutes") || stopped.contains("23 minutes"),
        "{stopped}"
    );

    simulator.turn_clock_back(MINUTES);
    let ahead = client(&simulator, example_key());
    // These failures have not locked the key.
    refused(
        &simulator,
        &ahead,
        project,
        &["minutes ahead of", "set the clock"],
    )
    .await;
}

#[tokio::test]
async fn a_clock_that_is_off_by_less_than_fifteen_minutes_is_good_enough() {
    let simulator = simulator().await;
    for clock in [
        (|| SystemTime::now() - Duration::from_secs(14 * 60)) as fn() -> SystemTime,
        || SystemTime::now() + Duration::from_secs(14 * 60),
    ] {
        let client = client(&simulator, example_key().clock(clock));
        call(&client, simulator.project_id()).await.unwrap();
    }
}

#[tokio::test]
async fn an_expired_token_costs_one_request_and_is_named() {
    for invalid in [
        InvalidToken::Service403,
        InvalidToken::Gateway401,
        InvalidToken::Iam401,
    ] {
        let simulator = simulator_that_refuses(invalid).await;
        let client = client(&simulator, Credentials::token(EXAMPLE_TOKEN));
        simulator.revoke_token(EXAMPLE_TOKEN);
        let causes = ["the token is expired or revoked", "get a new one from IAM"];
        refused(&simulator, &client, simulator.project_id(), &causes).await;
    }
}

#[tokio::test]
async fn a_project_that_is_not_there_costs_one_request_and_is_named() {
    let simulator = simulator().await;
    let causes = ["the project does not belong", "check the project id"];
    for credentials in [Credentials::token(EXAMPLE_TOKEN), example_key().into()] {
        let client = client(&simulator, credentials);
        refused(
            &simulator,
            &client,
            "054ba152d480d55b2f5dc0069e7ddef1",
            &causes,
        )
        .await;
    }
}

#[tokio::test]
async fn a_project_that_is_not_set_is_named_before_anything_is_sent() {
    let error = Environment::of([("HW_AUTH_TOKEN", "t")])
        .project_id()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("HUAWEICLOUD_SDK_PROJECT_ID is not set"),
        "{error}"
    );
    let simulator = simulator().await;
    let client = client(&simulator, example_key());
    let error = client.change_passwords("", [end_point(0)]).unwrap_err();
    assert!(error.to_string().starts_with("project_id: "), "{error}");
    assert_eq!(simulator.connection_count(), 0);
}

#[tokio::test]
async fn a_locked_key_costs_one_request_and_is_named_and_works_when_it_is_free_again() {
    let simulator = simulator().await;
    let project = simulator.project_id();
    let wrong = client(
        &simulator,
        AccessKey::new(EXAMPLE_ACCESS_KEY, "wrong-secret"),
    );
    for _ in 0..5 {
        assert!(!simulator.is_locked(EXAMPLE_ACCESS_KEY));
        call(&wrong, project).await.unwrap_err();
    }
    assert!(simulator.is_locked(EXAMPLE_ACCESS_KEY));
    let right = client(&simulator, example_key());
    refused(
        &simulator,
        &right,
        project,
        &["the access key is locked", "5 minutes"],
    )
    .await;
    simulator.advance_clock(Duration::from_secs(5 * 60));
    call(&right, project).await.unwrap();
}

#[tokio::test]
async fn the_cause_is_named_whatever_language_the_messages_are_in() {
    let simulator = simulator().await;
    let project = simulator.project_id();
    let cause = |id: &str, secret_key: &str| {
        let client = client(&simulator, AccessKey::new(id, secret_key));
        let chinese = options().language(Language::ZhCn);
        let run = client.change_passwords_with(project, [end_point(0)], chinese);
        async { run.unwrap().await.stopped.unwrap() }
    };
    let unknown = cause("nobody", EXAMPLE_SECRET_KEY).await;
    assert!(
        unknown.contains("the access key does not exist"),
        "{unknown}"
    );
    for _ in 0..5 {
        let wrong = cause(EXAMPLE_ACCESS_KEY, "wrong-secret").await;
        assert!(wrong.contains("is not this access key's"), "{wrong}");
    }
    let locked = cause(EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY).await;
    assert!(locked.contains("is locked"), "{locked}");
}

/// A source with shared state.
struct Vault(AccessKey);

impl CredentialSource for Vault {
    async fn credential(&self) -> Result<Credential, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.clone().into())
    }
}

#[tokio::test]
async fn each_kind_of_credentials_changes_all_passwords() {
    let temporary = AccessKey::new(EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY)
        .security_token(EXAMPLE_SECURITY_TOKEN);
    let source = || async { Ok::<_, Error>(Secret::from(EXAMPLE_TOKEN)) };
    let vault = Arc::new(Vault(example_key()));
    let of_vault = Arc::clone(&vault);
    let closure = move || {
        let vault = Arc::clone(&of_vault);
        async move { Ok::<_, Error>(vault.0.clone()) }
    };
    for credentials in [
        Credentials::source(closure),
        Credentials::source(vault),
        Credentials::token(EXAMPLE_TOKEN),
        Credentials::source(source),
        Credentials::access_key(EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY),
        temporary.into(),
    ] {
        let simulator = simulator().await;
        let client = client(&simulator, credentials);
        let report = run(&client, simulator.project_id()).await;
        assert!(report.all_changed(), "{:?}", report.stopped);
        assert!(
            simulator
                .passwords()
                .iter()
                .all(|((_, side), p)| *side == "ta" || p == NEW)
        );
    }
}

#[tokio::test]
async fn a_temporary_key_without_its_token_is_refused() {
    let simulator = simulator().await;
    let key = AccessKey::new(EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY);
    let client = client(&simulator, key);
    let causes = ["security token is missing"];
    refused(&simulator, &client, simulator.project_id(), &causes).await;
}

#[tokio::test]
async fn each_try_is_signed_anew() {
    let simulator = simulator().await;
    simulator.fault(Fault::answer(503, ""), Times::Next(2));
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&seconds);
    let start = SystemTime::now();
    let key = example_key()
        .clock(move || start + Duration::from_secs(clock.fetch_add(1, Ordering::SeqCst)));
    let client = client(&simulator, key);
    let run = client.change_passwords(simulator.project_id(), [end_point(0)]);
    assert!(run.unwrap().await.all_changed());
    let requests = simulator.requests();
    let mut seen: Vec<_> = requests
        .iter()
        .map(|r| {
            (
                r.headers["x-sdk-date"].clone(),
                r.headers["authorization"].clone(),
            )
        })
        .collect();
    assert_eq!(seen.len(), 3);
    seen.dedup_by(|a, b| a.0 == b.0 || a.1 == b.1);
    assert_eq!(seen.len(), 3);
}
