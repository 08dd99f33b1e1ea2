//! What people have in their environment: credentials, a project, a region, endpoints. One table of
//! names: what the vendor's SDKs call a thing, and what Terraform's provider calls it.

use std::{collections::BTreeMap, env, sync::Arc};

use crate::{AccessKey, Credential, Credentials, Error, Secret};

/// The names of one thing: for the vendor's SDKs, and for Terraform's provider.
pub(crate) type Names = [&'static str; 2];

/// Access key, secret key, and the security token of a temporary key, for each tool.
const KEYS: [[&str; 3]; 2] = [
    [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"],
];
pub(crate) const PROJECT_ID: Names = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"];
const REGION: Names = ["HUAWEICLOUD_SDK_REGION", "HW_REGION_NAME"];
/// A user token from IAM.
const TOKEN: &str = "HW_AUTH_TOKEN";
/// Account, name and password of a user of IAM.
const USER: [&str; 3] = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];
pub(crate) const PROJECT_NAME: &str = "HW_PROJECT_NAME";

/// The message if the environment lacks a user of IAM.
#[cfg(feature = "login")]
pub(crate) const NO_USER: &str = "a user of IAM needs HW_DOMAIN_NAME, HW_USER_NAME and \
    HW_USER_PASSWORD; set all of them or none";

/// What to set for credentials.
pub(crate) const CREDENTIALS: &str = "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, for a temporary \
    key HUAWEICLOUD_SDK_SECURITY_TOKEN too, or HW_AUTH_TOKEN";

/// Environment variables that this crate knows, from the process or given by hand.
///
/// | variable | Terraform's name | what it holds |
/// |---|---|---|
/// | `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK` | `HW_ACCESS_KEY`, `HW_SECRET_KEY` | an access key and its secret key |
/// | `HUAWEICLOUD_SDK_SECURITY_TOKEN` | `HW_SECURITY_TOKEN` | the security token, if that access key is a temporary one |
/// | | `HW_AUTH_TOKEN` | instead of a key, a user token from IAM |
/// | | `HW_USER_NAME`, `HW_USER_PASSWORD`, `HW_DOMAIN_NAME` | instead of a key, a user of IAM, the password, and the account (feature `login`) |
/// | `HUAWEICLOUD_SDK_PROJECT_ID` | `HW_PROJECT_ID` | the id of the project |
/// | | `HW_PROJECT_NAME` | instead of its id, its name (feature `login`) |
/// | `HUAWEICLOUD_SDK_REGION` | `HW_REGION_NAME` | the region's id |
/// | `HUAWEICLOUD_SDK_IAM_ENDPOINT` | `HW_AUTH_URL` | the endpoint of IAM (feature `login`) |
/// | `HUAWEICLOUD_SDK_REGION_DRS_<REGION>` | | the endpoint of DRS in a region, named in capitals with `_` for `-`: `HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4` |
///
/// Where both names are set, the values must agree. A key is never put together from both. A
/// variable that is set to nothing counts as not set.
///
/// ```
/// use drs_api::Environment;
///
/// let environment = Environment::of([("HUAWEICLOUD_SDK_AK", "an access key")]);
/// assert_eq!(
///     environment.credentials().unwrap_err().to_string(),
///     "environment: set both HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or HW_AUTH_TOKEN alone"
/// );
/// ```
///
/// The default is the environment of this [process](Self::process).
#[derive(Clone, Debug, Default)]
pub struct Environment {
    given: Arc<BTreeMap<String, Secret>>,
    /// What is not given is not read from the process.
    given_alone: bool,
}

impl Environment {
    /// The names of all variables but those of endpoints.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        let names = KEYS.into_iter().flatten().chain(PROJECT_ID).chain(REGION);
        names.chain(USER).chain([TOKEN, PROJECT_NAME])
    }

    /// The variables of this process, as they are when they are asked for.
    pub fn process() -> Self {
        Self::default()
    }

    /// These variables and no others.
    pub fn of<N: Into<String>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        Self {
            given: Arc::new(variables.collect()),
            given_alone: true,
        }
    }

    /// These variables, and of those that they lack the process's own.
    pub fn or_process(mut self) -> Self {
        self.given_alone = false;
        self
    }

    /// With this value of a variable; an empty one counts as not set.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        Arc::make_mut(&mut self.given).insert(name.into(), value.into());
        self
    }

    /// The value of a variable; `None` if it is not set, or set to nothing.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if it is not UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        let value = match self.given.get(name) {
            Some(value) => value.clone(),
            None if self.given_alone => return Ok(None),
            None => {
                let value = env::var_os(name).unwrap_or_default().into_string();
                let value = value.map_err(|_| Error::invalid(name, "it is not UTF-8"))?;
                value.into()
            }
        };
        Ok(Some(value).filter(|value| !value.is_empty()))
    }

    /// The credentials: an access key, or a token.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the variables that are missing, or that contradict each
    /// other (two kinds of credentials, two different keys, or half a key), or the one whose
    /// value can't be used.
    pub fn credentials(&self) -> Result<Credentials, Error> {
        let none = || invalid(format!("it has no credentials; set {CREDENTIALS}"));
        self.given_credentials()?.ok_or_else(none)
    }

    /// The credentials, if some are set.
    pub(crate) fn given_credentials(&self) -> Result<Option<Credentials>, Error> {
        let mut found = Vec::new();
        for names in KEYS {
            let [id, secret_key, token] = names;
            // A key is never put together from both tools' variables.
            match (self.get(id)?, self.get(secret_key)?, self.get(token)?) {
                (None, None, None) => {}
                (Some(id), Some(secret_key), token) => {
                    let key = AccessKey::new(id.expose_secret(), secret_key);
                    let key = token.into_iter().fold(key, AccessKey::security_token);
                    found.push((names, Credential::from(key)));
                }
                _ => {
                    let problem = format!("set both {id} and {secret_key}, or {TOKEN} alone");
                    return Err(invalid(problem));
                }
            }
        }
        found.extend(self.get(TOKEN)?.map(|token| ([TOKEN; 3], token.into())));
        for (names, credential) in &found {
            credential.check(Some(*names))?;
        }
        // Both tools may have the same key.
        found.dedup_by(|(_, other), (_, one)| one.is_same(other));
        match &found[..] {
            [([one, ..], _), ([other, ..], _), ..] => Err(invalid(format!(
                "{one} and {other} are different credentials; unset one of them"
            ))),
            found => Ok(found.first().map(|(_, found)| found.clone().into())),
        }
    }

    /// The project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if no variable for it is set, or two are set and differ.
    pub fn project_id(&self) -> Result<String, Error> {
        let unset =
            "HUAWEICLOUD_SDK_PROJECT_ID is not set; the console has it under My Credentials";
        self.agreed(PROJECT_ID)?.ok_or_else(|| invalid(unset))
    }

    /// The region's id, for [`ClientBuilder::region`](crate::ClientBuilder::region), if one is
    /// set.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if two variables for it are set and differ.
    pub fn region(&self) -> Result<Option<String>, Error> {
        self.agreed(REGION)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let value = self.get(name)?;
        Ok(value.map(|value| value.expose_secret().to_owned()))
    }

    /// The value that has two names, both of which may be set.
    pub(crate) fn agreed(&self, [sdk, terraform]: Names) -> Result<Option<String>, Error> {
        match (self.text(sdk)?, self.text(terraform)?) {
            (Some(one), Some(other)) if one != other => Err(invalid(format!(
                "{sdk} and {terraform} are set and differ; unset one of them"
            ))),
            (one, other) => Ok(one.or(other)),
        }
    }

    /// Account, name and password of a user of IAM, if they are set.
    #[cfg(feature = "login")]
    pub(crate) fn user(&self) -> Result<Option<(String, String, Secret)>, Error> {
        let [account, name, password] = USER;
        match (self.text(account)?, self.text(name)?, self.get(password)?) {
            // Terraform's users set the account with a key too.
            (_, None, None) => Ok(None),
            (Some(account), Some(name), Some(password)) => Ok(Some((account, name, password))),
            _ => Err(invalid(NO_USER)),
        }
    }

    /// A variable that is set and whose name begins with one of these.
    #[cfg(feature = "login")]
    pub(crate) fn find(&self, beginnings: &[&str]) -> Option<String> {
        let process = env::vars_os().filter(|_| !self.given_alone);
        let process = process.map(|(name, _)| name.to_string_lossy().into_owned());
        process.chain(self.given.keys().cloned()).find(|name| {
            let begins = beginnings.iter().any(|start| name.starts_with(start));
            begins && !matches!(self.get(name), Ok(None))
        })
    }
}

/// What is wrong with several variables.
pub(crate) fn invalid(problem: impl Into<String>) -> Error {
    Error::invalid("environment", problem)
}

impl Credentials {
    /// The credentials in the environment of this process: an access key in
    /// `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, or a token in `HW_AUTH_TOKEN`.
    /// [`Environment`] has all names, and the project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the variables that are missing, that contradict each
    /// other, or that can't be used.
    pub fn from_env() -> Result<Self, Error> {
        Environment::process().credentials()
    }
}

#[cfg(test)]
mod tests;
