//! The chain: the first place that has credentials wins, and what names credentials of a kind that
//! is not known here ends the search.

use std::{fmt, path::Path};

use super::{agency::Agency, profile::Profile};
use crate::{
    Client, ClientBuilder, Credentials, Environment, Error,
    environment::{NO_USER, PROJECT_ID, PROJECT_NAME, invalid},
};

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
    /// The [agency](Credentials::agency) of this ECS instance.
    Agency,
}

/// Credentials, and the project that goes with them. `Display` says where they are from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// The credentials.
    pub credentials: Credentials,
    from: String,
    /// Has the settings for IAM, and what a profile says of the project.
    builder: ClientBuilder,
}

impl Credentials {
    /// The credentials of the first place that has any: see [`ClientBuilder::login`]. Needs the
    /// feature `login`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] says what can't be used.
    pub fn default_chain() -> Result<Self, Error> {
        let login = Client::builder().login(None, Profile::read);
        login.map(|login| login.credentials)
    }
}

impl ClientBuilder {
    /// The credentials of one place, or else of the first of these that has any (needs the feature
    /// `login`):
    ///
    /// 1. the environment: a user of IAM, or an access key or a token ([`Environment`]);
    /// 2. the profile file ([`Profile`]), which `read` reads;
    /// 3. the [agency](Credentials::agency) of this ECS instance.
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
        let found = place.map_or_else(|| search(environment, path.is_some()), Ok)?;
        let mut builder = self.clone();
        let (credentials, from) = match found {
            Place::Environment => (environment.credentials()?, "the environment".to_owned()),
            Place::User => {
                let user = environment.user()?;
                let (account, name, password) = user.ok_or_else(|| invalid(NO_USER))?;
                let user = self.iam_user(account, name, password)?;
                (user, "the user in HW_USER_NAME".to_owned())
            }
            Place::Profile => {
                let missing = "there is no profile file ~/.huaweicloud/credentials";
                let path = path.ok_or_else(|| Error::invalid("profile", missing))?;
                let (profile, path) = (read(&path)?, path.display());
                if let Some(property) = profile.unsupported.filter(|_| place.is_none()) {
                    return Err(unsupported(&format!("`{property}` in {path}")).into());
                }
                builder.iam_endpoint = profile.iam_endpoint.or(builder.iam_endpoint);
                let given = environment.agreed(PROJECT_ID)?;
                let given = given.or(environment.text(PROJECT_NAME)?);
                if let (None, Some(id)) = (given, profile.project_id) {
                    builder.environment = builder.environment.with(PROJECT_ID[0], id);
                }
                (profile.credentials, format!("the access key in {path}"))
            }
            Place::Agency => {
                let agency = Credentials::source(Agency::new(environment, place.is_none())?);
                (agency, "the agency of this machine".to_owned())
            }
        };
        Ok(Login {
            credentials,
            from,
            builder,
        })
    }
}

fn search(environment: &Environment, has_profile: bool) -> Result<Place, Error> {
    let refuse = |beginnings: &[&str]| match environment.find(beginnings) {
        Some(name) => Err(unsupported(&name)),
        None => Ok(()),
    };
    refuse(&USED_BEFORE)?;
    match (environment.user()?, environment.given_credentials()?) {
        (Some(_), Some(_)) => Err(invalid(
            "HW_USER_NAME is set, and so is an access key or a token; unset one kind of credentials",
        )),
        (Some(_), None) => Ok(Place::User),
        (None, Some(_)) => Ok(Place::Environment),
        (None, None) if has_profile => Ok(Place::Profile),
        (None, None) => refuse(&USED_BEFORE_AGENCY).map(|()| Place::Agency),
    }
}

fn unsupported(what: &str) -> Error {
    let problem = format!(
        "{what} is set: the vendor's other tools would use those credentials, which are not \
         supported here; unset it, or choose where the credentials come from"
    );
    Error::invalid("credentials", problem)
}

impl Login {
    /// With credentials from elsewhere; `builder` has the settings for IAM.
    pub fn new(builder: &ClientBuilder, credentials: Credentials) -> Self {
        Self {
            credentials,
            from: "the caller".to_owned(),
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
        let project = self.builder.project()?;
        let name = project.name.unwrap_or_default();
        match project.id {
            Some(id) => Ok(id),
            None => self.builder.project_id(&self.credentials, &name).await,
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.from)
    }
}
