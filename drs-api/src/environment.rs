//! What people have in their environment: credentials, a project, an endpoint of their own.

use std::{collections::BTreeMap, env, fmt, sync::Arc};

use crate::{AccessKey, Credentials, Error, Secret};

/// Access key.
const AK: &str = "HUAWEICLOUD_SDK_AK";
/// Secret key.
const SK: &str = "HUAWEICLOUD_SDK_SK";
/// Security token of a temporary access key.
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
/// Project id.
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
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
/// | `HW_AUTH_TOKEN` | instead of those, a user token from IAM |
/// | `HUAWEICLOUD_SDK_PROJECT_ID` | the id of the project |
/// | `HUAWEICLOUD_SDK_REGION_DRS_<REGION>` | the endpoint of DRS in a region, named in capitals with `_` for `-`: `HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4` |
///
/// They are the names that the vendor's SDKs use; `HW_AUTH_TOKEN` is Terraform's. A variable
/// that is set to nothing counts as not set.
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
    /// other (there are two kinds of credentials, or half of one), or the one that can't be
    /// used.
    pub fn credentials(&self) -> Result<Credentials, Error> {
        let [token, ak, sk, security_token] = [
            self.get(TOKEN)?,
            self.get(AK)?,
            self.get(SK)?,
            self.get(SECURITY_TOKEN)?,
        ];
        let key = [(AK, &ak), (SK, &sk), (SECURITY_TOKEN, &security_token)];
        let names = |set: bool| -> Vec<&str> {
            // Only a temporary key has a security token: it is never missing.
            key.iter()
                .filter(|(name, value)| value.is_some() == set && (set || *name != SECURITY_TOKEN))
                .map(|(name, _)| *name)
                .collect()
        };
        let (present, missing) = (names(true), names(false));
        let problem = match (token, ak, sk) {
            (Some(token), _, _) if present.is_empty() => {
                return checked(TOKEN, Credentials::token(token));
            }
            (Some(_), _, _) => format!(
                "{TOKEN} and {} are set, two kinds of credentials; unset one kind",
                list(&present)
            ),
            (None, Some(ak), Some(sk)) => {
                let mut key = AccessKey::new(ak.expose_secret(), sk);
                if let Some(security_token) = security_token {
                    key = key.security_token(security_token);
                }
                return checked(AK, key.into());
            }
            (None, None, None) if present.is_empty() => format!(
                "there are no credentials; set {AK} and {SK}, for a temporary key \
                 {SECURITY_TOKEN} too, or {TOKEN} alone"
            ),
            _ => format!(
                "{} {} set, but {} {} not; set both, or {TOKEN} alone",
                list(&present),
                is_or_are(&present),
                list(&missing),
                is_or_are(&missing),
            ),
        };
        Err(Error::invalid("environment", problem))
    }

    /// The project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if the variable is not set.
    pub fn project_id(&self) -> Result<String, Error> {
        match self.get(PROJECT_ID)? {
            Some(id) => Ok(id.expose_secret().to_owned()),
            None => Err(Error::invalid(
                "environment",
                format!(
                    "{PROJECT_ID} is not set; the console has the id of each region's project \
                     under My Credentials"
                ),
            )),
        }
    }

    /// The endpoint that is set for a region, and by which variable.
    pub(crate) fn endpoint_of(&self, region: &str) -> Result<Option<(String, String)>, Error> {
        let region = region.to_ascii_uppercase().replace('-', "_");
        let name = format!("{ENDPOINT_OF}{region}");
        let endpoint = self.get(&name)?;
        Ok(endpoint.map(|endpoint| (name, endpoint.expose_secret().to_owned())))
    }
}

impl Credentials {
    /// The credentials in the environment of this process: `HUAWEICLOUD_SDK_AK` and
    /// `HUAWEICLOUD_SDK_SK`, with a temporary key `HUAWEICLOUD_SDK_SECURITY_TOKEN` too, or
    /// `HW_AUTH_TOKEN`. [`Environment`] says more, and has the project's id.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the variables that are missing, that contradict each
    /// other, or that can't be used.
    pub fn from_env() -> Result<Self, Error> {
        Environment::process().credentials()
    }
}

/// An error names the variable, not the setter that no one called.
fn checked(variable: &str, credentials: Credentials) -> Result<Credentials, Error> {
    match credentials.check() {
        Ok(()) => Ok(credentials),
        Err(Error::InvalidInput { field, problem }) => Err(Error::invalid(
            match field.as_str() {
                "secret key" => SK,
                "security token" => SECURITY_TOKEN,
                _ => variable,
            },
            problem,
        )),
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
mod tests {
    use super::*;

    fn credentials(variables: &[(&str, &str)]) -> Result<String, String> {
        let environment = Environment::of(variables.iter().copied());
        match environment.credentials() {
            Ok(credentials) => Ok(format!("{credentials:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn each_kind_of_credentials_comes_from_its_variables() {
        let key = [(AK, "the-ak"), (SK, "the-sk")];
        for (variables, expected) in [
            (&[(TOKEN, "t")][..], "Token"),
            (&key, "the-ak"),
            (&[key[0], key[1], (SECURITY_TOKEN, "s")], "the-ak"),
            // Set to nothing is not set.
            (
                &[key[0], key[1], (TOKEN, ""), (SECURITY_TOKEN, "")],
                "the-ak",
            ),
        ] {
            let found = credentials(variables).unwrap();
            assert!(found.contains(expected), "{found}");
            assert!(!found.contains("the-sk"), "{found}");
        }
    }

    #[test]
    fn what_is_missing_or_contradicts_is_named() {
        let both = "set both, or HW_AUTH_TOKEN alone";
        for (variables, problem) in [
            (
                &[][..],
                "there are no credentials; set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, for a \
                 temporary key HUAWEICLOUD_SDK_SECURITY_TOKEN too, or HW_AUTH_TOKEN alone"
                    .to_owned(),
            ),
            (
                &[(AK, "a")],
                format!("{AK} is set, but {SK} is not; {both}"),
            ),
            (
                &[(SK, "s")],
                format!("{SK} is set, but {AK} is not; {both}"),
            ),
            (
                &[(SK, "s"), (AK, "")],
                format!("{SK} is set, but {AK} is not; {both}"),
            ),
            (
                &[(SECURITY_TOKEN, "s")],
                format!("{SECURITY_TOKEN} is set, but {AK} and {SK} are not; {both}"),
            ),
            (
                &[(SECURITY_TOKEN, "s"), (AK, "a")],
                format!("{AK} and {SECURITY_TOKEN} are set, but {SK} is not; {both}"),
            ),
            (
                &[(TOKEN, "t"), (AK, "a"), (SK, "s")],
                format!(
                    "{TOKEN} and {AK} and {SK} are set, two kinds of credentials; unset one kind"
                ),
            ),
            (
                &[(TOKEN, "t"), (SK, "s")],
                format!("{TOKEN} and {SK} are set, two kinds of credentials; unset one kind"),
            ),
        ] {
            let expected = format!("environment: {problem}");
            assert_eq!(credentials(variables), Err(expected));
        }
    }

    #[test]
    fn a_value_that_can_not_be_used_is_named_by_its_variable() {
        for (variables, name) in [
            (&[(TOKEN, "a\nb")][..], TOKEN),
            (&[(AK, "a b"), (SK, "s")], AK),
            (&[(AK, "a"), (SK, "hidden\n")], SK),
            (
                &[(AK, "a"), (SK, "s"), (SECURITY_TOKEN, "hidden\r")],
                SECURITY_TOKEN,
            ),
        ] {
            let error = credentials(variables).unwrap_err();
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn the_project_comes_from_its_variable_and_a_missing_one_is_named() {
        let environment = Environment::of([(PROJECT_ID, "p")]);
        assert_eq!(environment.project_id().unwrap(), "p");
        let error = Environment::of([(PROJECT_ID, "")])
            .project_id()
            .unwrap_err();
        assert!(error.to_string().contains(PROJECT_ID), "{error}");
    }

    #[test]
    fn debug_shows_no_values() {
        let environment = Environment::of([(SK, "hidden")]);
        assert!(!format!("{environment:?}").contains("hidden"));
    }

    #[test]
    fn the_process_is_read_when_it_is_asked() {
        let name = "CARGO_PKG_NAME";
        let found = Environment::process().get(name).unwrap().unwrap();
        assert_eq!(found.expose_secret(), "drs-api");
        assert!(
            Environment::process()
                .get("DRS_API_NOT_SET")
                .unwrap()
                .is_none()
        );
    }
}
