//! Changes the passwords of the vendor's example task, and prints the outcome of each end point.
//!
//! Without arguments, it starts a simulated DRS on loopback. The environment chooses what it does:
//!
//! | what | variables |
//! |---|---|
//! | where | `DRS_ENDPOINT` or `DRS_REGION`; if neither is set, a DRS of its own |
//! | who, by an access key | `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, for a temporary one `HUAWEICLOUD_SDK_SECURITY_TOKEN` |
//! | who, by a token | `HW_AUTH_TOKEN` |
//! | the project | `HUAWEICLOUD_SDK_PROJECT_ID` |
//! | the new passwords | `DRS_SOURCE_PASSWORD`, `DRS_DESTINATION_PASSWORD` |

use std::{error::Error, process::ExitCode};

use drs_api::{
    Client, Credentials, Environment, Secret,
    passwords::OutcomeKind,
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::Simulator;

/// The task of the vendor's example.
const JOB_ID: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";

/// Where to send what.
struct Target {
    endpoint: Option<String>,
    region: Option<String>,
    project_id: String,
    source_password: Secret,
    destination_password: Secret,
    /// The credentials, if the environment has none.
    token: Option<Secret>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    Ok(match run(&Environment::process()).await? {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Whether all passwords were changed.
pub(crate) async fn run(environment: &Environment) -> Result<bool, Box<dyn Error>> {
    // Kept alive until the end.
    let (target, _simulator) = target(environment).await?;
    let credentials = credentials(environment, &target)?;
    let mut client = Client::builder()
        .environment(environment.clone())
        .credentials(credentials);
    if let Some(endpoint) = &target.endpoint {
        client = client.endpoint(endpoint);
    }
    if let Some(region) = &target.region {
        client = client.region(region);
    }
    let client = client.build()?;
    println!(
        "endpoint {}, project {}",
        client.endpoint(),
        target.project_id
    );

    let changes = [
        ModifyPwdEndPoint::new(JOB_ID, EndPointType::So, target.source_password),
        ModifyPwdEndPoint::new(JOB_ID, EndPointType::Ta, target.destination_password),
    ];
    let report = client.change_passwords(target.project_id, changes)?.await;
    for outcome in &report.outcomes {
        print!(
            "{} {}: {}",
            outcome.job_id, outcome.end_point_type, outcome.kind
        );
        for detail in [
            &outcome.reply.error_code,
            &outcome.reply.error_msg,
            &outcome.reply.cause,
        ] {
            print!(
                "{}",
                detail
                    .iter()
                    .map(|text| format!(", {text}"))
                    .collect::<String>()
            );
        }
        println!();
    }
    if let Some(reason) = &report.stopped {
        println!("stopped: {reason}");
    }
    let changed = report.count(OutcomeKind::Changed);
    println!("{changed} of {} end points changed", report.outcomes.len());
    Ok(report.all_changed())
}

async fn target(environment: &Environment) -> Result<(Target, Option<Simulator>), Box<dyn Error>> {
    let text = |name: &str| -> Result<Option<String>, drs_api::Error> {
        let value = environment.get(name)?;
        Ok(value.map(|value| value.expose_secret().to_owned()))
    };
    let (endpoint, region) = (text("DRS_ENDPOINT")?, text("DRS_REGION")?);
    if endpoint.is_none() && region.is_none() {
        let simulator = Simulator::start_default().await?;
        let target = Target {
            endpoint: Some(simulator.endpoint()),
            region: None,
            project_id: simulator.project_id().to_owned(),
            source_password: "test-Source-2".into(),
            destination_password: "test-Destination-2".into(),
            token: Some(simulator.token().into()),
        };
        return Ok((target, Some(simulator)));
    }
    let password = |name: &str| -> Result<Secret, Box<dyn Error>> {
        Ok(environment.get(name)?.ok_or(format!("set {name}"))?)
    };
    let target = Target {
        endpoint,
        region,
        project_id: environment.project_id()?,
        source_password: password("DRS_SOURCE_PASSWORD")?,
        destination_password: password("DRS_DESTINATION_PASSWORD")?,
        token: None,
    };
    Ok((target, None))
}

fn credentials(environment: &Environment, target: &Target) -> Result<Credentials, Box<dyn Error>> {
    match &target.token {
        Some(token) if !names_credentials(environment)? => Ok(Credentials::token(token.clone())),
        _ => Ok(environment.credentials()?),
    }
}

/// Whether any credential variable is set.
fn names_credentials(environment: &Environment) -> Result<bool, drs_api::Error> {
    for name in [
        "HW_AUTH_TOKEN",
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ] {
        if environment.get(name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
