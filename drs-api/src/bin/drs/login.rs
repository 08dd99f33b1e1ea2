//! Which credentials a run uses, where they come from, and their project: the library's chain, with
//! this tool's checks of files and variables. An error names the source, never its content.

use std::path::Path;

use drs_api::{
    ClientBuilder, Credentials, Error,
    login::{Login, Profile},
};
use tokio::runtime::Runtime;

use crate::{
    args::{Access, Source},
    files, input,
    status::Failure,
    suspect,
};

/// Finds the credentials: those that were asked for, or else the first in the order of the
/// vendor's SDKs.
pub(crate) fn find(access: &Access, builder: &ClientBuilder) -> Result<Login, Failure> {
    let mut environment = input::environment()?.or_process();
    if let Some(id) = &access.project_id {
        environment = environment
            .with("HUAWEICLOUD_SDK_PROJECT_ID", id.as_str())
            .with("HW_PROJECT_ID", "");
    }
    let builder = builder.clone().environment(environment);
    if let Some(source) = &access.token_file {
        let line = input::line("--token-file: ", source, input::care(access))?;
        line.check(false)?;
        return Ok(Login::new(&builder, Credentials::token(line.secret)));
    }
    builder.login(access.credentials, |path| read_profile(access, path))
}

/// The project that the tasks belong to: the one that is given, or that of the region.
pub(crate) fn project_id(login: &Login, runtime: &Runtime) -> Result<String, Failure> {
    let id = runtime.block_on(login.project_id());
    let id = id.map_err(|error| match error {
        Error::InvalidInput { .. } => format!("{error}; or pass --project-id"),
        error => error.to_string(),
    })?;
    let place = "--project-id or HUAWEICLOUD_SDK_PROJECT_ID";
    suspect::id(&id).map_err(|problem| format!("{place}: {problem}"))?;
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
