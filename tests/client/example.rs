//! Does the example work with each kind of credentials, chosen only by the environment?

#[allow(dead_code, reason = "its `main` is not called here")]
#[path = "../../drs-api/examples/change_passwords.rs"]
mod change_passwords;

use drs_api::Environment;
use drs_simulator::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_PROJECT, EXAMPLE_SECRET_KEY, EXAMPLE_SECURITY_TOKEN, EXAMPLE_TASK,
    EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY, EXAMPLE_TOKEN, Simulator,
};

/// Environment variables.
type Variables = &'static [(&'static str, &'static str)];

const TOKEN: Variables = &[("HW_AUTH_TOKEN", EXAMPLE_TOKEN)];
const ACCESS_KEY: Variables = &[
    ("HUAWEICLOUD_SDK_AK", EXAMPLE_ACCESS_KEY),
    ("HUAWEICLOUD_SDK_SK", EXAMPLE_SECRET_KEY),
];
const TEMPORARY_KEY: Variables = &[
    ("HUAWEICLOUD_SDK_AK", EXAMPLE_TEMPORARY_KEY),
    ("HUAWEICLOUD_SDK_SK", EXAMPLE_TEMPORARY_SECRET_KEY),
    ("HUAWEICLOUD_SDK_SECURITY_TOKEN", EXAMPLE_SECURITY_TOKEN),
];

fn environment(credentials: Variables, others: &[(&str, &str)]) -> Environment {
    Environment::of(credentials.iter().chain(others).copied())
}

/// The environment of a user of this simulator.
fn outside(simulator: &Simulator, credentials: Variables) -> Environment {
    let endpoint = simulator.endpoint();
    let others = [
        ("DRS_ENDPOINT", endpoint.as_str()),
        ("HUAWEICLOUD_SDK_PROJECT_ID", EXAMPLE_PROJECT),
        ("DRS_SOURCE_PASSWORD", "test-Source-3"),
        ("DRS_DESTINATION_PASSWORD", "test-Destination-3"),
    ];
    environment(credentials, &others)
}

#[tokio::test]
async fn it_works_with_each_kind_of_credentials() {
    for credentials in [TOKEN, ACCESS_KEY, TEMPORARY_KEY] {
        let simulator = Simulator::start_default().await.unwrap();
        let environment = outside(&simulator, credentials);
        assert!(change_passwords::run(&environment).await.unwrap());
        let stored = simulator.password(EXAMPLE_TASK, "so");
        assert_eq!(stored.as_deref(), Some("test-Source-3"));
        let stored = simulator.password(EXAMPLE_TASK, "ta");
        assert_eq!(stored.as_deref(), Some("test-Destination-3"));
    }
}

#[tokio::test]
async fn without_an_endpoint_it_starts_a_service_of_its_own() {
    for credentials in [&[], TOKEN, ACCESS_KEY, TEMPORARY_KEY] {
        let environment = environment(credentials, &[]);
        assert!(change_passwords::run(&environment).await.unwrap());
    }
}

/// The variables before each of the guide's calls of the example.
fn in_the_guide() -> Vec<Vec<(&'static str, &'static str)>> {
    let chapter = include_str!("../../drs-api/docs/guide/credentials.md");
    let blocks = chapter.split("```sh\n").skip(1);
    let commands = blocks.filter_map(|block| {
        let block = block.split("```").next()?;
        let (variables, _) = block.split_once("cargo run -q --example change_passwords")?;
        let words = variables.split_whitespace().filter(|word| *word != "\\");
        Some(words.map(|word| word.split_once('=').unwrap()).collect())
    });
    commands.collect()
}

#[test]
fn the_guide_shows_each_kind_of_credentials() {
    let shown = in_the_guide();
    assert_eq!(shown, [TOKEN, ACCESS_KEY, TEMPORARY_KEY]);
}

#[tokio::test]
async fn a_region_has_its_endpoint_from_the_environment() {
    let simulator = Simulator::start_default().await.unwrap();
    let endpoint = simulator.endpoint();
    let others = [
        ("DRS_REGION", "mars-north-1"),
        ("HUAWEICLOUD_SDK_REGION_DRS_MARS_NORTH_1", endpoint.as_str()),
        ("HUAWEICLOUD_SDK_PROJECT_ID", EXAMPLE_PROJECT),
        ("DRS_SOURCE_PASSWORD", "test-Source-3"),
        ("DRS_DESTINATION_PASSWORD", "test-Destination-3"),
    ];
    let environment = environment(ACCESS_KEY, &others);
    assert!(change_passwords::run(&environment).await.unwrap());
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test]
async fn it_says_which_variables_are_missing() {
    let simulator = Simulator::start_default().await.unwrap();
    let missing = |environment: Environment| async move {
        let error = change_passwords::run(&environment).await.unwrap_err();
        error.to_string()
    };
    let text = missing(outside(&simulator, &[])).await;
    assert!(
        text.contains("set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"),
        "{text}"
    );
    let text = missing(outside(&simulator, &ACCESS_KEY[..1])).await;
    assert!(
        text.contains("set both HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"),
        "{text}"
    );
    let endpoint = simulator.endpoint();
    let text = missing(environment(TOKEN, &[("DRS_ENDPOINT", endpoint.as_str())])).await;
    assert!(text.contains("HUAWEICLOUD_SDK_PROJECT_ID"), "{text}");
    assert_eq!(simulator.request_count(), 0);
}
