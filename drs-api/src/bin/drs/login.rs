//! Which credentials a run has, where they come from, and the project that goes with them. An
//! error names the source and never what it holds.

use drs_api::{
    Client, ClientBuilder, Credentials, Environment, Error, login::Profile, passwords::Options,
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

/// The largest profile file, in bytes: a security token has some KiB.
const LARGEST_PROFILE: usize = 64 * 1024;

/// The credentials of a run.
pub(crate) struct Login {
    pub(crate) credentials: Credentials,
    /// The project that stands beside them.
    project_id: Option<String>,
    /// Why it is this source and no other, where nobody asked for it.
    fallback: Option<String>,
}

impl Login {
    fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            project_id: None,
            fallback: None,
        }
    }

    /// Finds the credentials: those that were asked for, or else the first in the order of the
    /// vendor's SDKs.
    pub(crate) fn find(args: &ChangePasswords, builder: &ClientBuilder) -> Result<Self, Failure> {
        if let Some(source) = &args.token_file {
            let line = input::line("--token-file: ", source, input::care(args));
            let line = line.and_then(|line| line.check(false).map(|()| line));
            let line = line.map_err(Failure::refused)?;
            return Ok(Self::new(Credentials::token(line.secret)));
        }
        let profile = Profile::find(&Environment::process()).map_err(refused)?;
        let origin = match args.credentials {
            Some(origin) => origin,
            None if input::is_any_set(is_of_user) => Origin::User,
            None if input::is_any_set(is_of_key) => Origin::Env,
            None if profile.is_some() => Origin::Profile,
            None => Origin::Agency,
        };
        let (login, source) = match origin {
            Origin::Env => {
                let environment = input::environment(|name| !is_of_user(name))?;
                let credentials = environment.credentials().map_err(refused)?;
                (Self::new(credentials), "the environment".to_owned())
            }
            Origin::User => {
                // Where it was asked for, a key beside it is no contradiction.
                let asked = args.credentials.is_some();
                let environment = input::environment(|name| !asked || !is_of_key(name))?;
                let user = environment.iam_user().map_err(refused)?.ok_or_else(|| {
                    Failure::refused(
                        "environment: no user of IAM is there; set HW_USER_NAME, \
                         HW_USER_PASSWORD and HW_DOMAIN_NAME",
                    )
                })?;
                let user = match &args.project_id {
                    Some(id) => user.project_id(id),
                    None => user,
                };
                let iam = builder.iam().map_err(refused)?;
                (
                    Self::new(iam.user(user)),
                    "the user in HW_USER_NAME".to_owned(),
                )
            }
            Origin::Profile => {
                let Some(path) = profile else {
                    return Err(Failure::refused(
                        "there is no profile file ~/.huaweicloud/credentials",
                    ));
                };
                let source = Source::File(path);
                let profile = read_profile(args, &source)?;
                let mut login = Self::new(profile.credentials);
                login.project_id = profile.project_id;
                (login, format!("the access key in {source}"))
            }
            Origin::Agency => {
                let mut login = Self::new(Credentials::agency().map_err(refused)?);
                if args.credentials.is_none() {
                    login.fallback = Some(none_found());
                }
                (login, "the agency of this machine".to_owned())
            }
        };
        if args.verbose > 0 {
            tell(format_args!("credentials: {source}"));
        }
        Ok(login)
    }

    /// The project that the tasks belong to: the one that is given, or that of the region.
    pub(crate) fn project_id(
        &self,
        args: &ChangePasswords,
        builder: &ClientBuilder,
        runtime: &Runtime,
    ) -> Result<String, Failure> {
        if let Some(id) = &args.project_id {
            return match suspect::id(id) {
                Some(problem) => Err(Failure::refused(format!("--project-id: {problem}"))),
                None => Ok(id.clone()),
            };
        }
        if input::is_any_set(|name| name.ends_with("_PROJECT_ID")) {
            let environment = input::environment(|_| true)?;
            let id = environment.project_id();
            return id.map_err(|e| Failure::refused(format!("{e}; or pass --project-id")));
        }
        if let Some(id) = &self.project_id {
            return Ok(id.clone());
        }
        let Some(region) = input::region(args)? else {
            return Err(Failure::refused(
                "project: none is given; pass --project-id, set HUAWEICLOUD_SDK_PROJECT_ID, or \
                 pass --region for the project of a region",
            ));
        };
        let iam = builder.iam().map_err(refused)?;
        let found = runtime.block_on(iam.project_id(&self.credentials, &region));
        let id = found.map_err(|e| {
            let text = format!("the project of {region} was not found: {e}; or pass --project-id");
            Failure::refused(self.with_reason(&text))
        })?;
        if args.verbose > 0 {
            tell(format_args!("project: {id}, that of {region}"));
        }
        Ok(id)
    }

    /// Gets credentials before anything is sent to the service, so that a run without any does
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
            Err(error) => Err(Failure::refused(self.with_reason(&error.to_string()))),
        }
    }

    /// A problem that a service may have worded, with the reason why it was asked.
    fn with_reason(&self, problem: &str) -> String {
        let problem = clean(problem);
        match &self.fallback {
            Some(reason) => format!("{reason}; and this machine gave none: {problem}"),
            None => problem,
        }
    }
}

/// What is said where no source was found, and the machine itself is asked last.
fn none_found() -> String {
    let none = Environment::of::<&str, &str>([]).credentials();
    let none = none.err().map_or_else(String::new, |e| e.to_string());
    format!("{none}; or pass --token-file, or write the profile file ~/.huaweicloud/credentials")
}

fn read_profile(args: &ChangePasswords, source: &Source) -> Result<Profile, Failure> {
    let profile = input::named(&format!("{}: ", Profile::VARIABLE), source, |source| {
        let text = files::text(source, input::care(args), LARGEST_PROFILE)?;
        Profile::parse(&text).map_err(|error| match error {
            Error::InvalidInput { field, problem } if field == "profile" => problem,
            Error::InvalidInput { field, problem } => format!("`{field}`: {problem}"),
            error => error.to_string(),
        })
    });
    profile.map_err(Failure::refused)
}

fn refused(error: Error) -> Failure {
    Failure::refused(error.to_string())
}

fn is_of_user(name: &str) -> bool {
    name.starts_with("HW_USER_")
}

/// Whether a variable belongs to an access key or a token.
fn is_of_key(name: &str) -> bool {
    !is_of_user(name)
        && name != "HW_DOMAIN_NAME"
        && !name.ends_with("_PROJECT_ID")
        && !name.contains("_REGION")
}
