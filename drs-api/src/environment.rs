//! What people have in their environment: credentials, a project, an endpoint of their own.

use std::{collections::BTreeMap, env, fmt, sync::Arc};

use crate::{AccessKey, Credentials, Error, Secret};

/// Access key, secret key, and the security token of a temporary key, as the vendor's SDKs name
/// them.
const SDK: [&str; 3] = [
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
];
/// The same, as Terraform's provider names them.
const TERRAFORM: [&str; 3] = ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"];
/// Project id.
const PROJECT_ID: [&str; 2] = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"];
/// Region id.
const REGION: [&str; 2] = ["HUAWEICLOUD_SDK_REGION", "HW_REGION_NAME"];
/// Account, name and password of a user of IAM.
const USER: [&str; 3] = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];
/// User token from IAM.
const TOKEN: &str = "HW_AUTH_TOKEN";
/// With the region behind it, the endpoint of DRS there.
const ENDPOINT_OF: &str = "HUAWEICLOUD_SDK_REGION_DRS_";

/// Environment variables that this crate knows, from the process or given by hand.
///
/// | variable | what it holds |
/// |---|---|
/// | `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK` | an access key and its secret key |
/// | `HUAWEICLOUD_SDK_SECURITY_TOKEN` | the security token, if that access key is a temporary one |
/// | `HW_ACCESS_KEY`, `HW_SECRET_KEY`, `HW_SECURITY_TOKEN` | the same three |
/// | `HW_AUTH_TOKEN` | instead of a key, a user token from IAM |
/// | `HW_USER_NAME`, `HW_USER_PASSWORD`, `HW_DOMAIN_NAME` | instead of a key, a user of IAM, the password, and the account (feature `login`) |
/// | `HUAWEICLOUD_SDK_PROJECT_ID`, `HW_PROJECT_ID` | the id of the project |
/// | `HUAWEICLOUD_SDK_REGION`, `HW_REGION_NAME` | the region's id |
/// | `HUAWEICLOUD_SDK_IAM_ENDPOINT` | the endpoint of IAM (feature `login`) |
/// | `HUAWEICLOUD_SDK_REGION_DRS_<REGION>` | the endpoint of DRS in a region, named in capitals with `_` for `-`: `HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4` |
///
/// The vendor's SDKs use the names in `HUAWEICLOUD_SDK_`, Terraform's provider those in `HW_`.
/// Where both are set they must agree. A key is never put together from both. A variable that
/// is set to nothing counts as not set.
///
/// ```
/// use drs_api::Environment;
///
/// let environment = Environment::of([("HUAWEICLOUD_SDK_AK", "an access key")]);
/// assert_eq!(
///     environment.credentials().unwrap_err().to_string(),
///     "environment: HUAWEICLOUD_SDK_AK is set, but HUAWEICLOUD_SDK_SK is not; \
///      set both, or HW_AUTH_TOKEN alone"
/// );
/// ```
#[derive(Clone)]
pub struct Environment(Variables);

#[derive(Clone)]
enum Variables {
    Process,
    Given(Arc<BTreeMap<String, Secret>>),
}

impl Environment {
    /// The names of all variables but those of endpoints, whose names hold a region.
    pub const VARIABLES: [&str; 14] = [
        SDK[0],
        SDK[1],
        SDK[2],
        TERRAFORM[0],
        TERRAFORM[1],
        TERRAFORM[2],
        TOKEN,
        PROJECT_ID[0],
        PROJECT_ID[1],
        REGION[0],
        REGION[1],
        USER[0],
        USER[1],
        USER[2],
    ];

    /// The names of account, name and password of a user of IAM.
    #[cfg(feature = "login")]
    pub(crate) const USER: [&str; 3] = USER;

    /// The variables of this process, as they are when they are asked for.
    pub fn process() -> Self {
        Self(Variables::Process)
    }

    /// These variables and no others.
    pub fn of<N: Into<String>, V: Into<Secret>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(Variables::Given(Arc::new(variables.collect())))
    }

    /// The value of a variable; `None` if it is not set, or set to nothing.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if it is not UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        let value = match &self.0 {
            Variables::Given(variables) => variables.get(name).cloned(),
            Variables::Process => match env::var(name) {
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
        let (sdk, terraform) = (self.key(SDK)?, self.key(TERRAFORM)?);
        let present = [sdk.present(), terraform.present()].concat();
        let problem = if let Some(token) = token {
            if present.is_empty() {
                return checked([TOKEN; 3], Credentials::token(token));
            }
            format!(
                "{TOKEN} and {} are set, two kinds of credentials; unset one kind",
                list(&present)
            )
        } else if present.is_empty() {
            let [id, secret, security_token] = SDK;
            format!(
                "there are no credentials; set {id} and {secret}, for a temporary key \
                 {security_token} too, or {TOKEN} alone"
            )
        } else if sdk.present().is_empty() || sdk.is_same(&terraform) {
            return terraform.credentials();
        } else if terraform.present().is_empty() {
            return sdk.credentials();
        } else {
            format!(
                "{} are set, and are not the same key; unset those of one tool",
                list(&present)
            )
        };
        Err(Error::invalid("environment", problem))
    }

    fn key(&self, names: [&'static str; 3]) -> Result<Key, Error> {
        let [id, secret_key, security_token] = names;
        let values = [
            self.get(id)?,
            self.get(secret_key)?,
            self.get(security_token)?,
        ];
        Ok(Key { names, values })
    }

    /// The project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if no variable for it is set, or two are set and differ.
    pub fn project_id(&self) -> Result<String, Error> {
        self.agreed(PROJECT_ID)?.ok_or_else(|| {
            Error::invalid(
                "environment",
                format!(
                    "{} is not set; the console has the id of each region's project under My \
                     Credentials",
                    PROJECT_ID[0]
                ),
            )
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

    /// The value that has two names.
    fn agreed(&self, [sdk, terraform]: [&str; 2]) -> Result<Option<String>, Error> {
        let text = |value: Secret| value.expose_secret().to_owned();
        match (self.get(sdk)?.map(text), self.get(terraform)?.map(text)) {
            (Some(one), Some(other)) if one != other => Err(Error::invalid(
                "environment",
                format!("{sdk} and {terraform} are set and differ; unset one of them"),
            )),
            (one, other) => Ok(one.or(other)),
        }
    }

    /// The project's id, if one is set.
    #[cfg(feature = "login")]
    pub(crate) fn given_project_id(&self) -> Result<Option<String>, Error> {
        self.agreed(PROJECT_ID)
    }

    /// Whether a variable of an access key or a token is set.
    #[cfg(feature = "login")]
    pub(crate) fn has_credentials(&self) -> Result<bool, Error> {
        for name in SDK.into_iter().chain(TERRAFORM).chain([TOKEN]) {
            if self.get(name)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The endpoint that is set for a region, and by which variable.
    pub(crate) fn endpoint_of(&self, region: &str) -> Result<Option<(String, String)>, Error> {
        let region = region.to_ascii_uppercase().replace('-', "_");
        let name = format!("{ENDPOINT_OF}{region}");
        let endpoint = self.get(&name)?;
        Ok(endpoint.map(|endpoint| (name, endpoint.expose_secret().to_owned())))
    }
}

/// What is set of an access key under the names of one tool.
struct Key {
    names: [&'static str; 3],
    values: [Option<Secret>; 3],
}

impl Key {
    fn named(&self, set: bool) -> Vec<&'static str> {
        let pairs = self.names.into_iter().zip(&self.values);
        pairs
            .filter(|(_, value)| value.is_some() == set)
            .map(|(name, _)| name)
            .collect()
    }

    /// The variables that are set.
    fn present(&self) -> Vec<&'static str> {
        self.named(true)
    }

    fn is_same(&self, other: &Self) -> bool {
        let texts = |key: &Self| {
            let values = key.values.clone();
            values.map(|value| value.map(|value| value.expose_secret().to_owned()))
        };
        texts(self) == texts(other)
    }

    fn credentials(self) -> Result<Credentials, Error> {
        if let [Some(id), Some(secret_key), security_token] = &self.values {
            let mut key = AccessKey::new(id.expose_secret(), secret_key.clone());
            if let Some(security_token) = security_token {
                key = key.security_token(security_token.clone());
            }
            return checked(self.names, key.into());
        }
        // Only a temporary key has a security token: it is never missing.
        let mut missing = self.named(false);
        missing.retain(|name| *name != self.names[2]);
        let present = self.present();
        let problem = format!(
            "{} {} set, but {} {} not; set both, or {TOKEN} alone",
            list(&present),
            is_or_are(&present),
            list(&missing),
            is_or_are(&missing),
        );
        Err(Error::invalid("environment", problem))
    }
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
fn checked(names: [&'static str; 3], credentials: Credentials) -> Result<Credentials, Error> {
    match credentials.check() {
        Ok(()) => Ok(credentials),
        Err(Error::InvalidInput { field, problem }) => {
            let [id, secret_key, security_token] = names;
            let variable = match field.as_str() {
                "secret key" => secret_key,
                "security token" => security_token,
                _ => id,
            };
            Err(Error::invalid(variable, problem))
        }
        Err(error) => Err(error),
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn is_or_are(names: &[&str]) -> &'static str {
    match names {
        [_] => "is",
        _ => "are",
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Variables::Process => f.write_str("Environment(process)"),
            Variables::Given(variables) => f.debug_tuple("Environment").field(variables).finish(),
        }
    }
}

#[cfg(test)]
mod tests;
