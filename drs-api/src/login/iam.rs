//! Identity and Access Management (IAM): tokens for a user's name and password, and the project
//! of a region.

use std::sync::Arc;

use super::hiccup::{SILENCE, is_hiccup, twice};
use crate::{
    ClientBuilder, Credentials, Error, Secret,
    endpoint::Endpoint,
    environment::{Names, PROJECT_ID, PROJECT_NAME},
    generated::iam::{self, types},
    path::check_argument,
};

/// This many ids are shown, where several projects have one name.
const MOST_SHOWN: usize = 10;

/// No id has as many bytes.
const LONGEST_ID: usize = 64;

/// The variables for the endpoint.
const ENDPOINT: Names = ["HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL"];

/// IAM of the [region](Self::region), or of the one that the [environment](Self::environment) has.
/// Its endpoint is [the one that is set](Self::iam_endpoint), or the one in the environment
/// (`HUAWEICLOUD_SDK_IAM_ENDPOINT` or `HW_AUTH_URL`), or `https://iam.{region}.myhuaweicloud.com`
/// (in `eu-west-101`, `.eu`).
///
/// ```no_run
/// use drs_api::Client;
///
/// # async fn example(password: drs_api::Secret) -> Result<(), drs_api::Error> {
/// let builder = Client::builder().region("ap-southeast-1");
/// let credentials = builder.iam_user("example-account", "rotation", password)?;
/// let project_id = builder.project_id(&credentials, "ap-southeast-1").await?;
/// let client = builder.credentials(credentials).build()?;
/// # Ok(())
/// # }
/// ```
impl ClientBuilder {
    /// Tokens for a user of an account (the vendor calls it domain), for the project that the
    /// environment names (`HUAWEICLOUD_SDK_PROJECT_ID` or `HW_PROJECT_NAME`), or else the region's.
    /// Needs the feature `login`.
    ///
    /// One is obtained when the first request needs it, and another when it is refused: see
    /// [`CredentialSource`](crate::CredentialSource). Each costs one request. A login is never
    /// repeated by itself, since IAM locks users after some failures.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the setting that is missing or can't be used.
    pub fn iam_user(
        &self,
        account: impl Into<String>,
        name: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Credentials, Error> {
        let domain = types::Domain::builder().name(account);
        let user = types::User::builder().name(name).password(password);
        let password = types::PasswordMethod::builder().user(user.domain(domain));
        let methods = vec!["password".to_owned()];
        let identity = types::Identity::builder().methods(methods);
        let scope = types::Scope::builder().project(self.project()?);
        let auth = types::Auth::builder().identity(identity.password(password));
        let request = types::CreateTokenReq::builder().auth(auth.scope(scope));
        let inner = self.inner(&self.iam()?, Credentials::metadata(None))?;
        let client = iam::Client::new(inner);
        let source = move || token(client.clone(), request.clone());
        Ok(Credentials::source(source))
    }

    /// The project: by the id or the name that the environment has, or by the region's name.
    pub(super) fn project(&self) -> Result<types::ScopeProject, Error> {
        let id = self.environment.agreed(PROJECT_ID)?;
        let name = self.environment.text(PROJECT_NAME)?;
        match (id, name.or(self.found_region()?)) {
            (None, None) => {
                let problem = "none is given; set HUAWEICLOUD_SDK_PROJECT_ID, or a region for its \
                               project";
                Err(Error::invalid("project", problem))
            }
            (None, name) => Ok(types::ScopeProject { id: None, name }),
            (id, _) => Ok(types::ScopeProject { id, name: None }),
        }
    }

    /// The id of the project with this name; the project of a region is named like the region.
    /// One request to IAM, and a second one if it fails. Needs the feature `login`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if there is none, or there are several: the text has their ids.
    /// Otherwise what sending returned.
    pub async fn project_id(&self, credentials: &Credentials, name: &str) -> Result<String, Error> {
        let silence = self.http.read_timeout().min(SILENCE);
        let builder = self.clone().read_timeout(silence);
        let client = iam::Client::new(builder.inner(&self.iam()?, credentials.clone())?);
        let ask = || client.keystone_list_projects().name(name).send();
        let answer = twice(ask, is_hiccup).await.map_err(|error| match error {
            Error::Answer(_) | Error::NotConnected(_) | Error::AnswerLost(_) => Error::Other {
                text: failed(&client, &format!("look up the project {name}"), &error)
                    + ", or give the project's id",
                source: Some(Arc::new(error)),
            },
            error => error,
        })?;
        let projects = answer.into_inner().projects.unwrap_or_default().into_iter();
        let found = projects.filter(|project| project.name.as_deref() == Some(name));
        let ids: Vec<String> = found.filter_map(|project| project.id).collect();
        let problem = match ids.as_slice() {
            [id] if is_id(id) => return Ok(id.clone()),
            [] | [_] => format!(
                "the account has no project named {name} with a usable id, or these credentials \
                 can't see it; give the project's id, from My Credentials in the console"
            ),
            several => {
                let usable = several.iter().map(String::as_str).filter(|id| is_id(id));
                let usable = usable.take(MOST_SHOWN).collect::<Vec<_>>().join(", ");
                format!("several projects are named {name}; give the id of one: {usable}")
            }
        };
        Err(Error::invalid("project", problem))
    }

    fn found_region(&self) -> Result<Option<String>, Error> {
        Ok(self.region.clone().or(self.environment.region()?))
    }

    /// Where IAM is.
    fn iam(&self) -> Result<Endpoint, Error> {
        let given = self.iam_endpoint.clone();
        let given = given.or(self.environment.agreed(ENDPOINT)?);
        match (given, self.found_region()?) {
            (Some(endpoint), _) => {
                // Terraform's has the API's version behind it.
                let endpoint = endpoint.trim_end_matches('/').trim_end_matches("/v3");
                Endpoint::named("iam_endpoint", endpoint, self.allow_plaintext)
            }
            (None, Some(region)) => Endpoint::of_service("iam", &region),
            (None, None) => {
                let problem = "set a region to find IAM, or HUAWEICLOUD_SDK_IAM_ENDPOINT";
                Err(Error::invalid("region", problem))
            }
        }
    }
}

/// A token, or why there is none and what to do.
async fn token(
    client: iam::Client,
    request: types::builder::CreateTokenReq,
) -> Result<Secret, String> {
    let call = client.keystone_create_user_token_by_password();
    let answer = call.body(request).send().await;
    let answer = answer.map_err(|error| problem(&client, &error))?;
    let token = iam::headers::x_subject_token(answer.headers());
    token.ok_or_else(|| "IAM answered without a token; run again".to_owned())
}

fn problem(client: &iam::Client, error: &Error) -> String {
    let Some(answer) = error.answer() else {
        return failed(client, "log the user in", error);
    };
    let (status, code) = (answer.status, answer.error_code.as_deref());
    let message = answer.error_msg.as_deref().unwrap_or_default();
    let meaning = match status {
        _ if message.to_ascii_lowercase().contains("lock") => {
            "the user is locked after too many wrong passwords; wait 15 minutes, or have an \
             administrator unlock it"
        }
        404 => "this is not the address of IAM; check the region",
        400..=428 => {
            "name, password or account of the user is wrong, the project is not the account's, or \
             the user may not log in this way; correct it before trying again, for IAM locks users \
             after some failures"
        }
        _ => "IAM failed; run again in a minute",
    };
    let code = code.map_or(String::new(), |code| format!(", {code}"));
    let address = client.inner.endpoint();
    format!("IAM at {address} answered {status}{code}: {meaning}")
}

/// What is said where IAM did not do what it was asked.
fn failed(client: &iam::Client, to: &str, error: &Error) -> String {
    let (address, [variable, _]) = (client.inner.endpoint(), ENDPOINT);
    format!("IAM at {address} failed to {to}: {error}; where IAM is elsewhere, set {variable}")
}

/// Whether what IAM has for an id of a project can be one.
fn is_id(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.is_ascii() && check_argument(id).is_ok()
}
