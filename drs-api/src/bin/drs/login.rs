//! Which credentials a run has, where they come from, and the project that goes with them: the
//! library's chain, with what this tool checks of files and variables. An error names the source
//! and never what it holds.

use std::path::Path;

use drs_api::{
    Client, ClientBuilder, Credentials, Error,
    login::{self, Place, Profile},
    passwords::Options,
    types::ModifyPwdEndPoint,
};
use tokio::runtime::Runtime;

use crate::{
    args::{ChangePasswords, Origin, Source},
    files, input,
    status::{Failure, tell},
    suspect,
    text::clean,
};

/// The credentials of a run.
pub(crate) struct Login {
    pub(crate) credentials: Credentials,
    login: login::Login,
}

impl Login {
    /// Finds the credentials: those that were asked for, or else the first in the order of the
    /// vendor's SDKs.
    pub(crate) fn find(args: &ChangePasswords, builder: &ClientBuilder) -> Result<Self, Failure> {
        let mut environment = input::environment(|_| true)?.or_process();
        if let Some(id) = &args.project_id {
            if let Some(problem) = suspect::id(id) {
                return Err(Failure::refused(format!("--project-id: {problem}")));
            }
            environment = environment
                .with("HUAWEICLOUD_SDK_PROJECT_ID", id.as_str())
                .with("HW_PROJECT_ID", "");
        }
        let builder = builder.clone().environment(environment);
        let login = if let Some(source) = &args.token_file {
            let line = input::line("--token-file: ", source, input::care(args));
            let line = line.and_then(|line| line.check(false).map(|()| line));
            let token = line.map_err(Failure::refused)?.secret;
            login::Login::new(&builder, Credentials::token(token))
        } else {
            let place = args.credentials.map(|origin| match origin {
                Origin::Env => Place::Environment,
                Origin::User => Place::User,
                Origin::Profile => Place::Profile,
                Origin::Agency => Place::Agency,
            });
            let login = builder.login(place, |path| read_profile(args, path))?;
            if args.verbose > 0 {
                tell(format_args!("credentials: {login}"));
            }
            login
        };
        let credentials = login.credentials.clone();
        Ok(Self { credentials, login })
    }

    /// The project that the tasks belong to: the one that is given, or that of the region.
    pub(crate) fn project_id(
        &self,
        args: &ChangePasswords,
        _: &ClientBuilder,
        runtime: &Runtime,
    ) -> Result<String, Failure> {
        let id = runtime.block_on(self.login.project_id());
        let id = id.map_err(|error| {
            let how = match &error {
                Error::InvalidInput { .. } => "; or pass --project-id",
                _ => "",
            };
            Failure::refused(format!("{}{how}", clean(&error.to_string())))
        })?;
        let given =
            args.project_id.is_some() || input::is_any_set(|name| name.ends_with("_PROJECT_ID"));
        if args.verbose > 0 && !given {
            tell(format_args!("project: {}", clean(&id)));
        }
        Ok(id)
    }

    /// Obtains credentials before anything is sent to the service, so that a run without any does
    /// not begin.
    pub(crate) fn check(
        &self,
        client: &Client,
        project_id: &str,
        change: ModifyPwdEndPoint,
        runtime: &Runtime,
    ) -> Result<(), Failure> {
        let preview = client.preview_change_passwords(project_id, [change], Options::default());
        match runtime.block_on(preview) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::refused(clean(&error.to_string()))),
        }
    }
}

/// Reads a profile file that is kept from others.
fn read_profile(args: &ChangePasswords, path: &Path) -> Result<Profile, Failure> {
    let source = Source::File(path.to_owned());
    let profile = input::named(&format!("{}: ", Profile::VARIABLE), &source, |source| {
        let text = files::text(source, input::care(args), Profile::MAX_BYTES)?;
        Profile::parse(&text).map_err(|error| match error {
            Error::InvalidInput { field, problem } if field == "profile" => problem,
            Error::InvalidInput { field, problem } => format!("`{field}`: {problem}"),
            error => error.to_string(),
        })
    });
    profile.map_err(Failure::refused)
}

/// The library's word on why there are no credentials.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let how = match &error {
            Error::InvalidInput { field, .. } if field == "credentials" => {
                ", by --credentials or --token-file"
            }
            _ => "",
        };
        Self::refused(format!("{error}{how}"))
    }
}
