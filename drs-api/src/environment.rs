//! What people have in their environment: credentials, a project, a region, endpoints. One table of
//! names: what the vendor's SDKs call a thing, and what Terraform's provider calls it.

use std::{collections::BTreeMap, env, fmt, sync::Arc};

use crate::{AccessKey, Credential, Credentials, Error, Secret};

/// The names of one thing: for the vendor's SDKs, and for Terraform's provider.
type Names = [&'static str; 2];

/// Access key, secret key, and the security token of a temporary key.
const KEY: [Names; 3] = [
    ["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
    ["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
    ["HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"],
];
const PROJECT_ID: Names = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"];
const REGION: Names = ["HUAWEICLOUD_SDK_REGION", "HW_REGION_NAME"];
/// A user token from IAM.
const TOKEN: &str = "HW_AUTH_TOKEN";
/// Account, name and password of a user of IAM.
const USER: [&str; 3] = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];
const PROJECT_NAME: &str = "HW_PROJECT_NAME";
/// With the region behind it, the endpoint of DRS there.
const ENDPOINT_OF: &str = "HUAWEICLOUD_SDK_REGION_DRS_";

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
///     "environment: HUAWEICLOUD_SDK_AK without HUAWEICLOUD_SDK_SK; \
///      set both, or HW_AUTH_TOKEN alone"
/// );
/// ```
#[derive(Clone)]
pub struct Environment {
    given: Arc<BTreeMap<String, Secret>>,
    /// What is not given is read from the process.
    process: bool,
}

impl Environment {
    /// The names of all variables but those of endpoints.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        let pairs = KEY.into_iter().chain([PROJECT_ID, REGION]).flatten();
        pairs.chain(USER).chain([TOKEN, PROJECT_NAME])
    }

    /// The names of account, name and password of a user of IAM.
    #[cfg(feature = "login")]
    pub(crate) const USER: [&str; 3] = USER;

    /// The variables of this process, as they are when they are asked for.
    pub fn process() -> Self {
        Self::of::<&str, &str>([]).or_process()
    }

    /// These variables and no others.
    pub fn of<N: Into<String>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        Self {
            given: Arc::new(variables.collect()),
            process: false,
        }
    }

    /// These variables, and of those that they lack the process's own.
    pub fn or_process(mut self) -> Self {
        self.process = true;
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
        let value = match (self.given.get(name), self.process) {
            (Some(value), _) => Some(value.clone()),
            (None, false) => None,
            (None, true) => match env::var(name) {
                Ok(value) => Some(Secret::from(value)),
                Err(env::VarError::NotPresent) => None,
                Err(env::VarError::NotUnicode(_)) => {
                    return Err(Error::invalid(name, "it is not UTF-8"));
                }
            },
        };
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The credentials: an access key, or a token.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the variables that are missing, or that contradict each
    /// other (two kinds of credentials, two different keys, or half a key), or the one whose
    /// value can't be used.
    pub fn credentials(&self) -> Result<Credentials, Error> {
        let token = self.get(TOKEN)?;
        // Of the tools that have any of the three.
        let mut keys = Vec::new();
        for tool in [0, 1] {
            let names = KEY.map(|names| names[tool]);
            let values = [
                self.get(names[0])?,
                self.get(names[1])?,
                self.get(names[2])?,
            ];
            if values.iter().any(Option::is_some) {
                keys.push((names, values));
            }
        }
        let all = keys
            .iter()
            .map(|(names, values)| named(names, values, true));
        let all = list(&all.collect::<Vec<_>>().concat());
        let problem = match (token, keys.as_slice()) {
            (Some(token), []) => return checked([TOKEN; 3], Credential::Token(token)),
            (Some(_), _) => {
                format!("{TOKEN} and {all} are set, two kinds of credentials; unset one kind")
            }
            (None, []) => {
                let [id, secret, security_token] = KEY.map(|[sdk, _]| sdk);
                format!(
                    "there are no credentials; set {id} and {secret}, for a temporary key \
                     {security_token} too, or {TOKEN} alone"
                )
            }
            (None, [(_, one), (_, other)]) if exposed(one) != exposed(other) => {
                format!("{all} are set, and are not the same key; unset those of one tool")
            }
            (None, [(names, values), ..]) => {
                if let [Some(id), Some(secret_key), security_token] = values {
                    let key = AccessKey::new(id.expose_secret(), secret_key.clone());
                    let key = match security_token {
                        Some(token) => key.security_token(token.clone()),
                        None => key,
                    };
                    return checked(*names, key.into());
                }
                // Only a temporary key has a security token: it is never missing.
                let missing = list(&named(&names[..2], &values[..2], false));
                let set = list(&named(names, values, true));
                format!("{set} without {missing}; set both, or {TOKEN} alone")
            }
        };
        Err(Error::invalid("environment", problem))
    }

    /// The project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if no variable for it is set, or two are set and differ.
    pub fn project_id(&self) -> Result<String, Error> {
        self.agreed(PROJECT_ID)?.ok_or_else(|| {
            let problem = format!(
                "{} is not set; the console has the id of each region's project under My \
                 Credentials",
                PROJECT_ID[0]
            );
            Error::invalid("environment", problem)
        })
    }

    /// The region's id, for [`ClientBuilder::region`](crate::ClientBuilder::region), if one is
    /// set.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if two variables for it are set and differ.
    pub fn region(&self) -> Result<Option<String>, Error> {
        self.agreed(REGION)
    }

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let value = self.get(name)?;
        Ok(value.map(|value| value.expose_secret().to_owned()))
    }

    /// The value that has two names.
    fn agreed(&self, [sdk, terraform]: Names) -> Result<Option<String>, Error> {
        match (self.text(sdk)?, self.text(terraform)?) {
            (Some(one), Some(other)) if one != other => Err(Error::invalid(
                "environment",
                format!("{sdk} and {terraform} are set and differ; unset one of them"),
            )),
            (one, other) => Ok(one.or(other)),
        }
    }

    /// The endpoint that is set for a region, and by which variable.
    pub(crate) fn endpoint_of(&self, region: &str) -> Result<Option<(String, String)>, Error> {
        let region = region.to_ascii_uppercase().replace('-', "_");
        let name = format!("{ENDPOINT_OF}{region}");
        Ok(self.text(&name)?.map(|endpoint| (name, endpoint)))
    }
}

#[cfg(feature = "login")]
impl Environment {
    /// The project's id, if one is set.
    pub(crate) fn given_project_id(&self) -> Result<Option<String>, Error> {
        self.agreed(PROJECT_ID)
    }

    /// The project's name, if one is set.
    pub(crate) fn project_name(&self) -> Result<Option<String>, Error> {
        self.text(PROJECT_NAME)
    }

    /// Whether a variable of an access key or a token is set.
    pub(crate) fn has_credentials(&self) -> Result<bool, Error> {
        for name in KEY.into_iter().flatten().chain([TOKEN]) {
            if self.get(name)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A variable that is set and whose name begins with one of these.
    pub(crate) fn find(&self, beginnings: &[&str]) -> Option<String> {
        let process = env::vars_os().filter(|_| self.process);
        let process = process.filter(|(_, value)| !value.is_empty());
        let given = self.given.iter().filter(|(_, value)| !value.is_empty());
        process
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .chain(given.map(|(name, _)| name.clone()))
            .filter(|name| {
                beginnings
                    .iter()
                    .any(|beginning| name.starts_with(beginning))
            })
            .min()
    }
}

/// The names of those that are set, or of those that aren't.
fn named(names: &[&'static str], values: &[Option<Secret>], set: bool) -> Vec<&'static str> {
    let pairs = names.iter().zip(values);
    let named = pairs.filter(|(_, value)| value.is_some() == set);
    named.map(|(name, _)| *name).collect()
}

fn exposed(values: &[Option<Secret>; 3]) -> [Option<&str>; 3] {
    values
        .each_ref()
        .map(|value| value.as_ref().map(Secret::expose_secret))
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

/// An error names the variable, not the setter that no one called.
fn checked(names: [&'static str; 3], credential: Credential) -> Result<Credentials, Error> {
    let credentials = Credentials::from(credential);
    let checked = credentials.check().map_err(|mut problem| {
        problem.0 = match problem.0 {
            "secret key" => names[1],
            "security token" => names[2],
            _ => names[0],
        };
        problem.error()
    });
    checked.map(|()| credentials)
}

fn list(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("given", &self.given)
            .field("process", &self.process)
            .finish()
    }
}

#[cfg(test)]
mod tests;
