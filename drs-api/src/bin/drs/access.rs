//! From options to a client and a project, and to calls about the tasks of a plan or a report.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use drs_api::{
    Client, ClientBuilder, Error,
    passwords::{OutcomeKind, Report},
};
use tokio::runtime::Runtime;

use crate::{
    args::{Access, Source},
    document::{Document, age},
    files, input, login, next_steps, plan, rotation, run,
    status::{Failure, tell},
    task_status::{Session, TELLS_AFTER},
};

/// All settings of the client but its credentials. `otherwise` is the endpoint if neither that nor a
/// region is given.
pub(crate) fn builder(access: &Access, otherwise: Option<&str>) -> Result<ClientBuilder, Failure> {
    let timeout = Duration::from_secs(access.timeout.get().into());
    let builder = Client::builder()
        .request_timeout(timeout)
        .read_timeout(timeout);
    let builder = match (&access.endpoint, input::region(access), otherwise) {
        (Some(endpoint), ..) => builder.endpoint(endpoint),
        (None, Ok(None), Some(endpoint)) => builder.endpoint(endpoint),
        (None, region, _) => builder.region(region?.ok_or_else(|| {
            "region: none is given; pass --region, such as ap-southeast-1, or --endpoint".to_owned()
        })?),
    };
    let Some(source) = &access.ca_bundle else {
        return Ok(builder);
    };
    let care = input::care(access).of_public();
    let bytes = files::bytes(source, care, files::MOST_OF_CERTIFICATES);
    let bytes = bytes.map_err(|problem| format!("{source}: {problem}"))?;
    Ok(builder.add_root_certificate(bytes.as_slice()))
}

/// A client with credentials, and the project of the tasks in a file. With `is_told` it is said
/// where both come from.
pub(crate) fn connect(
    access: &Access,
    file: &Source,
    runtime: &Runtime,
    is_told: bool,
) -> Result<(Client, String), Failure> {
    let told = |what: String| is_told.then(|| tell(what));
    let builder = builder(access, None)?;
    let login = login::find(access, &builder)?;
    told(format!("credentials: {login}"));
    let project_id = login::project_id(&login, runtime)?;
    told(format!("project: {project_id}"));
    let client = builder.credentials(login.credentials.clone()).build();
    let client = client.map_err(|e| refusal(access, file, &e))?;
    Ok((client, project_id))
}

/// The library's word on why it won't begin, with the option or the line that it is about.
pub(crate) fn refusal(access: &Access, file: &Source, error: &Error) -> Failure {
    let told = match error {
        Error::InvalidInput { field, problem, .. } => match (field.as_str(), &access.ca_bundle) {
            ("add_root_certificate", Some(source)) => format!("{source}: {problem}"),
            ("endpoint" | "project_id" | "region", _) => {
                format!("--{}: {problem}", field.replace('_', "-"))
            }
            (field, _) if field.starts_with("jobs") => format!("{file}: {error}"),
            _ => error.to_string(),
        },
        _ => error.to_string(),
    };
    Failure::refused(match next_steps::of_connection(&told) {
        Some(step) => format!("{told}; {step}"),
        None => told,
    })
}

/// Reads the plan or report, and prepares calls about its tasks.
pub(crate) fn open(source: &Source, access: &Access) -> Result<Session, Failure> {
    let refused = |problem: String| Failure::refused(format!("{source}: {problem}"));
    input::check_sources(access, [source])?;
    let text = files::text(source, input::care(access), files::MOST_OF_A_PLAN).map_err(refused)?;
    let is_report = text.contains("\"schema\"");
    let document = is_report.then(|| Document::parse(&text)).transpose();
    let report = document.map_err(refused)?.map(|document| document.report);
    let ids = match &report {
        Some(report) => report.outcomes.iter().map(|of| of.job_id.clone()).collect(),
        None => plan::ids(&text).map_err(refused)?,
    };
    let runtime = run::runtime()?;
    let (client, project_id) = connect(access, source, &runtime, false)?;
    if let Some(report) = &report {
        rotation::check_place(report, Some(&project_id), Some(client.endpoint()))
            .map_err(refused)?;
    }
    // A run that crashed may have made its last change at any moment until now.
    let ended = |report: &Report| age(report.ended.as_deref())?.try_into().ok();
    let left = |report| TELLS_AFTER.saturating_sub(ended(report).unwrap_or_default());
    let outcomes = report.iter().flat_map(|report| &report.outcomes);
    let unchanged = outcomes.filter(|of| of.kind != OutcomeKind::Changed);
    let unchanged: HashSet<_> = unchanged.map(|of| of.job_id.clone()).collect();
    Ok(Session {
        client,
        project_id,
        runtime,
        ids,
        file: report.as_ref().map(|_| source.clone()),
        tells_from: report.as_ref().map(|of| Instant::now() + left(of)),
        unchanged,
        retried: false,
        report,
    })
}
