//! Sends the request of the vendor's page and prints what became of each end point.
//!
//! Without arguments it starts a DRS of its own on loopback. With `DRS_ENDPOINT`,
//! `DRS_PROJECT_ID` and `HW_AUTH_TOKEN` in the environment it talks to that one instead;
//! the new passwords of the page's task are then read from `DRS_SOURCE_PASSWORD` and
//! `DRS_DESTINATION_PASSWORD`.

use std::{env, error::Error, process::ExitCode};

use drs_api::{
    Client, Secret,
    types::{BatchModifyPwdReq, EndPointType, ModifyDbPwdStatus, ModifyPwdEndPoint},
};
use drs_simulator::Simulator;

/// The task of the page's example.
const JOB_ID: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";

/// Where to, as whom, and what.
struct Target {
    endpoint: String,
    project_id: String,
    token: Secret,
    source_password: Secret,
    destination_password: Secret,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (target, _simulator) = match env::var("DRS_ENDPOINT") {
        Ok(endpoint) => (from_environment(endpoint)?, None),
        Err(_) => {
            let simulator = Simulator::start_default().await?;
            (on(&simulator), Some(simulator))
        }
    };
    println!(
        "PUT {}/v3/{}/jobs/batch-modify-pwd",
        target.endpoint, target.project_id
    );

    let client = Client::builder()
        .endpoint(target.endpoint)
        .token(target.token)
        .build()?;
    let body = BatchModifyPwdReq::builder().jobs(vec![
        end_point(EndPointType::So, target.source_password)?,
        end_point(EndPointType::Ta, target.destination_password)?,
    ]);
    let call = client
        .batch_reset_password()
        .project_id(target.project_id)
        .body(body);
    let answer = call
        .send()
        .await
        .map_err(drs_api::Error::from)?
        .into_inner();

    // A 200 may hold an error instead of results.
    if let Some(code) = answer.error_code {
        println!("refused: {code} {}", answer.error_msg.unwrap_or_default());
    }
    let results = answer.results.unwrap_or_default();
    let mut changed = 0;
    for result in &results {
        let id = result.id.as_deref().unwrap_or("(no id)");
        let side = result
            .end_point_type
            .as_ref()
            .map_or("(no end point)", |e| e.as_str());
        if result.status == Some(ModifyDbPwdStatus::Success) && result.error_code.is_none() {
            changed += 1;
            println!("{id} {side}: changed");
        } else {
            let code = result.error_code.as_deref().unwrap_or("(no code)");
            let message = result.error_msg.as_deref().unwrap_or_default();
            println!("{id} {side}: not changed, {code} {message}");
        }
    }
    println!("{changed} of 2 end points changed");
    Ok(if changed == 2 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn end_point(side: EndPointType, password: Secret) -> Result<ModifyPwdEndPoint, Box<dyn Error>> {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(JOB_ID)
        .end_point_type(side)
        .db_password(password);
    Ok(end_point.try_into()?)
}

fn on(simulator: &Simulator) -> Target {
    Target {
        endpoint: simulator.endpoint(),
        project_id: simulator.project_id().to_owned(),
        token: simulator.token().into(),
        source_password: "test-Source-2".into(),
        destination_password: "test-Destination-2".into(),
    }
}

fn from_environment(endpoint: String) -> Result<Target, Box<dyn Error>> {
    let variable = |name: &str| env::var(name).map_err(|_| format!("set {name}"));
    Ok(Target {
        endpoint,
        project_id: variable("DRS_PROJECT_ID")?,
        token: variable("HW_AUTH_TOKEN")?.into(),
        source_password: variable("DRS_SOURCE_PASSWORD")?.into(),
        destination_password: variable("DRS_DESTINATION_PASSWORD")?.into(),
    })
}
