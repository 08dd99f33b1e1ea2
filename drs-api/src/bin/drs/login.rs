//! Which credentials a run has, where they come from, and the project that goes with them: the
//! library's chain, with what this tool checks of files and variables. An error names the source
//! and never what it holds.

use std::path::Path;

use drs_api::{
    ClientBuilder, Credentials, Error,
    login::{Login, Profile},
};
use tokio::runtime::Runtime;

use crate::{
    args::{ChangePasswords, Source},
    files, input,
    status::{Failure, tell},
    suspect,
};

/// Finds the credentials: those that were asked for, or else the first in the order of the
/// vendor's SDKs.
pub(crate) fn find(args: &ChangePasswords, builder: &ClientBuilder) -> Result<Login, Failure> {
    let mut environment = input::environment()?.or_process();
    if let Some(id) = &args.project_id {
        suspect::id(id).map_err(|problem| format!("--project-id: {problem}"))?;
        environment = environment
            .with("HUAWEICLOUD_SDK_PROJECT_ID", id.as_str())
            .with("HW_PROJECT_ID", "");
    }
    let builder = builder.clone().environment(environment);
    if let Some(source) = &args.token_file {
        let line = input::line("--token-file: ", source, input::care(args))?;
        line.check(false)?;
        return Ok(Login::new(&builder, Credentials::token(line.secret)));
    }
    let login = builder.login(args.credentials, |path| read_profile(args, path))?;
    if args.verbose > 0 {
        tell(format_args!("credentials: {login}"));
    }
    Ok(login)
}

/// The project that the tasks belong to: the one that is given, or that of the region.
pub(crate) fn project_id(
    login: &Login,
    args: &ChangePasswords,
    runtime: &Runtime,
) -> Result<String, Failure> {
    let id = runtime.block_on(login.project_id());
    let id = id.map_err(|error| match error {
        Error::InvalidInput { .. } => format!("{error}; or pass --project-id"),
        error => error.to_string(),
    })?;
    if args.verbose > 0 {
        tell(format_args!("project: {id}"));
    }
    Ok(id)
}

/// Reads a profile file that is kept from others.
fn read_profile(args: &ChangePasswords, path: &Path) -> Result<Profile, Failure> {
    let source = Source::File(path.to_owned());
    let profile = input::named(&format!("{}: ", Profile::VARIABLE), &source, |source| {
        let text = files::text(source, input::care(args), Profile::MAX_BYTES as u64)?;
        Profile::parse(&text).map_err(|error| match error {
            Error::InvalidInput { field, problem } if field == "profile" => problem,
            Error::InvalidInput { field, problem } => format!("`{field}`: {problem}"),
            error => error.to_string(),
        })
    });
    Ok(profile?)
}

/// The library's word on why there are no credentials.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let is_choice =
            matches!(&error, Error::InvalidInput { field, .. } if field == "credentials");
        let how = if is_choice {
            ", by --credentials or --token-file"
        } else {
            ""
        };
        Self::refused(format!("{error}{how}"))
    }
}
