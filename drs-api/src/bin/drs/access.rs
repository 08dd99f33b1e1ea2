//! From options to a client and a project, and to calls about the tasks of a plan or a report. The
//! credentials come from the library's chain, with this tool's checks of files and variables. An
//! error names their source, never its content.

use std::{path::Path, time::Duration};

use drs_api::{
    Client, ClientBuilder, Credentials, Error,
    login::{Login, Profile},
    passwords::Report,
};
use tokio::runtime::Runtime;

use crate::{
    args::{Access, Source},
    document::{self, Document},
    files, input, next_steps, plan, signals,
    status::{Failure, tell},
    task_status::Session,
    text,
};

/// All settings of the client but its credentials. `otherwise` is the endpoint if neither that nor a
/// region is given.
pub(crate) fn builder(access: &Access, otherwise: Option<&str>) -> Result<ClientBuilder, Failure> {
    let timeout = Duration::from_secs(access.timeout.get().into());
    let builder = Client::builder().request_timeout(timeout);
    let builder = builder.read_timeout(timeout);
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
    let login = find_login(access, &builder)?;
    told(format!("credentials: {login}"));
    let project_id = project_id(&login, runtime)?;
    told(format!("project: {project_id}"));
    let client = builder.credentials(login.credentials.clone()).build();
    let client = client.map_err(|e| refusal(access, file, &e))?;
    Ok((client, project_id))
}

/// The library's word on why it won't begin, with the option or the line that it is about.
pub(crate) fn refusal(access: &Access, file: &Source, error: &Error) -> Failure {
    Failure::refused(match error {
        Error::InvalidInput { field, problem, .. } => match (field.as_str(), &access.ca_bundle) {
            ("add_root_certificate", Some(source)) => format!("{source}: {problem}"),
            ("endpoint" | "project_id" | "region", _) => {
                format!("--{}: {problem}", field.replace('_', "-"))
            }
            // No certificate is trusted.
            ("client", _) => format!("{problem}; {}", next_steps::CONNECTION),
            (field, _) if field.starts_with("jobs") => format!("{file}: {error}"),
            _ => error.to_string(),
        },
        _ => error.to_string(),
    })
}

/// Reads the plan or report, and prepares calls about its tasks.
pub(crate) fn open(file: &Source, access: &Access) -> Result<(Session, Option<Report>), Failure> {
    let refused = |problem: String| Failure::refused(format!("{file}: {problem}"));
    input::check_sources(access, vec![file])?;
    let text = files::text(file, input::care(access), files::MOST_OF_A_PLAN).map_err(refused)?;
    let (report, ids) = match text.contains("\"schema\"") {
        true => (Some(Document::parse(&text).map_err(refused)?.report), None),
        false => (None, Some(plan::ids(&text).map_err(refused)?)),
    };
    let (client, project_id) = connect(access, file, &signals::runtime()?, false)?;
    if let Some(report) = &report {
        let place = [Some(&*project_id), Some(client.endpoint())];
        document::check_place(report, place).map_err(refused)?;
    }
    let of = report.clone().unwrap_or_default();
    let file = Some(file).filter(|_| report.is_some());
    let mut session = Session::new((client, project_id), &of, file)?;
    if let Some(ids) = ids {
        // It doesn't say when its passwords were changed.
        (session.ids, session.tells_from) = (ids, None);
    }
    Ok((session, report))
}

/// Finds the credentials: those that were asked for, or else the first in the order of the
/// vendor's SDKs.
fn find_login(access: &Access, builder: &ClientBuilder) -> Result<Login, Failure> {
    let mut environment = input::environment()?.or_process();
    if let Some(id) = &access.project_id {
        environment = environment.with("HUAWEICLOUD_SDK_PROJECT_ID", id.as_str());
        environment = environment.with("HW_PROJECT_ID", "");
    }
    let builder = builder.clone().environment(environment);
    if let Some(source) = &access.token_file {
        let line = input::line("--token-file: ", source, input::care(access))?;
        let token = Credentials::token(line.checked(false)?);
        return Ok(Login::new(&builder, token));
    }
    builder.login(access.credentials, |path| read_profile(access, path))
}

/// The project that the tasks belong to: the one that is given, or that of the region.
fn project_id(login: &Login, runtime: &Runtime) -> Result<String, Failure> {
    let id = runtime.block_on(login.project_id());
    let id = id.map_err(|error| match error {
        Error::InvalidInput { .. } => format!("{error}; or pass --project-id"),
        error => error.to_string(),
    })?;
    let place = "--project-id or HUAWEICLOUD_SDK_PROJECT_ID";
    text::visible(&id, "id").map_err(|problem| format!("{place}: {problem}"))?;
    Ok(id)
}

/// Reads a profile file that is kept from others.
fn read_profile(access: &Access, path: &Path) -> Result<Profile, Failure> {
    let source = Source::File(path.to_owned());
    let profile = input::named(&format!("{}: ", Profile::VARIABLE), &source, |source| {
        let text = files::text(source, input::care(access), Profile::MAX_BYTES as u64)?;
        Profile::parse(&text).map_err(|error| error.to_string())
    });
    Ok(profile?)
}

/// The library's word on why there are no credentials.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::refused(error.to_string())
    }
}
