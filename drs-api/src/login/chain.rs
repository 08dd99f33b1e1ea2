//! The chain: the first place that has credentials wins, and what names credentials of a kind that
//! is not known here ends the search.

use std::{fmt, path::Path, sync::Arc};

use super::{
    agency::Agency,
    iam::{IAM_ENDPOINT, region},
    profile::Profile,
};
use crate::{Client, ClientBuilder, Credentials, Environment, Error};

/// Variables, by how they begin, of credentials that the vendor's other tools use before any that
/// are known here.
const USED_BEFORE: [&str; 4] = [
    "HUAWEICLOUD_OIDC_",
    "HUAWEICLOUD_SDK_IDP_ID",
    "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
    "HW_ASSUME_ROLE_",
];
/// The same of those that they use before the agency of the machine.
const USED_BEFORE_AGENCY: [&str; 3] = ["HC_CONTAINER_", "HW_SHARED_CONFIG_FILE", "HW_PROFILE"];

/// What is said where the agency is asked last, and has no key either.
const NONE_FOUND: &str = "the environment has none (set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, \
    for a temporary key HUAWEICLOUD_SDK_SECURITY_TOKEN too, or HW_AUTH_TOKEN, or HW_USER_NAME, \
    HW_USER_PASSWORD and HW_DOMAIN_NAME), there is no profile file ~/.huaweicloud/credentials";

/// A place where credentials can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// An access key or a token in the [`Environment`].
    Environment,
    /// A user of IAM in the environment: `HW_USER_NAME`, `HW_USER_PASSWORD`, `HW_DOMAIN_NAME`.
    User,
    /// The [profile file](Profile).
    Profile,
    /// The [agency](Credentials::agency) of this ECS machine.
    Agency,
}

/// Credentials, and the project that goes with them. `Display` says where they are from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// The credentials.
    pub credentials: Credentials,
    from: String,
    project_id: Option<String>,
    builder: ClientBuilder,
}

impl Credentials {
    /// The credentials of the first place that has any: see [`ClientBuilder::login`].
    ///
    /// # Errors
    /// [`Error::InvalidInput`] says what can't be used.
    pub fn default_chain() -> Result<Self, Error> {
        Client::builder().default_chain()
    }
}

impl ClientBuilder {
    /// [`Credentials::default_chain`] from this builder's [environment](Self::environment), with
    /// its settings for IAM.
    ///
    /// # Errors
    /// The same.
    pub fn default_chain(&self) -> Result<Credentials, Error> {
        self.login(None, Profile::read)
            .map(|login| login.credentials)
    }

    /// The credentials of one place, or else of the first of these that has any:
    ///
    /// 1. the environment: a user of IAM, or an access key or a token ([`Environment`]);
    /// 2. the profile file ([`Profile`]), which `read` reads;
    /// 3. the [agency](Credentials::agency) of this ECS machine.
    ///
    /// No other identity is used than the one that was meant: a place that has credentials which
    /// can't be used is an error, not a reason to go on. So is what names credentials of a kind
    /// that is not known here (`HUAWEICLOUD_OIDC_*`, `HUAWEICLOUD_SDK_IDP_ID`, `HW_ASSUME_ROLE_*`,
    /// `idp_id` in a profile; before the agency also `HC_CONTAINER_*`, `HW_SHARED_CONFIG_FILE`,
    /// `HW_PROFILE`), unless a place is given. Where the agency has no key either, the error of the
    /// first request says what each place lacks.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] says what can't be used.
    pub fn login<E: From<Error>>(
        &self,
        place: Option<Place>,
        read: impl FnOnce(&Path) -> Result<Profile, E>,
    ) -> Result<Login, E> {
        let environment = &self.environment;
        let path = Profile::find(environment)?;
        let found = match place {
            Some(place) => place,
            None => search(environment, path.is_some())?,
        };
        let login = |credentials, from: &str| Login {
            from: from.to_owned(),
            ..Login::new(self, credentials)
        };
        Ok(match found {
            Place::Environment => login(environment.credentials()?, "the environment"),
            Place::User => {
                let missing = "no user of IAM is there; set HW_USER_NAME, HW_USER_PASSWORD and \
                               HW_DOMAIN_NAME";
                let user = environment.iam_user()?;
                let user = user.ok_or_else(|| Error::invalid("environment", missing))?;
                login(self.iam()?.user(user), "the user in HW_USER_NAME")
            }
            Place::Profile => {
                let missing = "there is no profile file ~/.huaweicloud/credentials";
                let path = path.ok_or_else(|| Error::invalid("profile", missing))?;
                let profile = read(&path)?;
                if let Some(property) = profile.unsupported.filter(|_| place.is_none()) {
                    let place = path.display();
                    let property = format!("`{property}` in {place} is set");
                    return Err(unsupported(&property).into());
                }
                let from = format!("the access key in {}", path.display());
                let mut login = login(profile.credentials, &from);
                login.project_id = profile.project_id;
                if profile.iam_endpoint.is_some() {
                    login.builder.iam_endpoint = profile.iam_endpoint;
                }
                login
            }
            Place::Agency => {
                let lacking = place.is_none().then_some(NONE_FOUND);
                let agency = Agency::new(environment, lacking)?;
                login(Credentials::source(agency), "the agency of this machine")
            }
        })
    }
}

fn search(environment: &Environment, has_profile: bool) -> Result<Place, Error> {
    let refuse = |beginnings| match environment.find(beginnings) {
        Some(name) => Err(unsupported(&format!("{name} is set"))),
        None => Ok(()),
    };
    refuse(&USED_BEFORE)?;
    Ok(
        match (environment.iam_user()?, environment.has_credentials()?) {
            (Some(_), true) => {
                let problem = "HW_USER_NAME and an access key or a token are set, two kinds of \
                           credentials; unset one kind";
                return Err(Error::invalid("environment", problem));
            }
            (Some(_), false) => Place::User,
            (None, true) => Place::Environment,
            (None, false) if has_profile => Place::Profile,
            (None, false) => {
                refuse(&USED_BEFORE_AGENCY)?;
                Place::Agency
            }
        },
    )
}

fn unsupported(what: &str) -> Error {
    let problem = format!(
        "{what}, which other tools of the vendor use for credentials of a kind that is not \
         supported here; unset it, or choose explicitly where the credentials come from"
    );
    Error::invalid("credentials", problem)
}

impl Login {
    /// With credentials from elsewhere; `builder` has the settings for IAM.
    pub fn new(builder: &ClientBuilder, credentials: Credentials) -> Self {
        Self {
            credentials,
            from: "the caller".to_owned(),
            project_id: None,
            builder: builder.clone(),
        }
    }

    /// The id of the project: from the environment (its id, or its name, which is looked up), from
    /// the profile, or that of the region, which is looked up.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if none is given or none is found; otherwise what kept it from
    /// being looked up.
    pub async fn project_id(&self) -> Result<String, Error> {
        let environment = &self.builder.environment;
        let name = environment.project_name()?;
        let known = match name {
            None => self.project_id.clone(),
            Some(_) => None,
        };
        if let Some(id) = environment.given_project_id()?.or(known) {
            return Ok(id);
        }
        let name = name.or(region(&self.builder)?).ok_or_else(|| {
            let problem = "none is given; set HUAWEICLOUD_SDK_PROJECT_ID, or a region for its \
                           project";
            Error::invalid("project", problem)
        })?;
        let iam = self.builder.iam()?;
        let found = iam.project_id(&self.credentials, &name).await;
        found.map_err(|error| match error {
            Error::Answer(_) | Error::NotConnected(_) | Error::AnswerLost(_) => {
                let text = format!(
                    "IAM at {} failed to look up the project {name}: {error}; where IAM is \
                     elsewhere, set {IAM_ENDPOINT}, or give the project's id",
                    iam.address()
                );
                Error::other_with(text, Arc::new(error))
            }
            error => error,
        })
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.from)
    }
}
