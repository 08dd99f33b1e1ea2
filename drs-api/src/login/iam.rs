//! Identity and Access Management (IAM): tokens for a user's name and password, and the project
//! of a region.

use std::fmt;

use super::hiccup::{SILENCE, is_hiccup, twice};
use crate::{
    Answer, ClientBuilder, Credentials, Environment, Error, Secret,
    endpoint::Endpoint,
    generated::iam::{self, types},
    path::check_argument,
    transport::Inner,
};

/// This many ids are shown, where several projects have one name.
const MOST_SHOWN: usize = 10;

/// No id has as many bytes.
const LONGEST_ID: usize = 64;

/// The variable of the vendor's SDKs for the endpoint.
pub(super) const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
/// The same of Terraform's provider, which has the API's version behind it.
const AUTH_URL: &str = "HW_AUTH_URL";

/// IAM of a region: it issues tokens to users, and knows the region's project.
///
/// Made by [`ClientBuilder::iam`], with the TLS, proxy and time-out settings of that builder.
///
/// ```no_run
/// use drs_api::{Client, login::IamUser};
///
/// # async fn example(password: drs_api::Secret) -> Result<(), drs_api::Error> {
/// let builder = Client::builder().region("ap-southeast-1");
/// let iam = builder.iam()?;
/// let credentials = iam.user(IamUser::new("example-account", "rotation", password));
/// let project_id = iam.project_id(&credentials, "ap-southeast-1").await?;
/// let client = builder.credentials(credentials).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Iam {
    endpoint: Endpoint,
    inner: Inner,
    builder: ClientBuilder,
    region: Option<String>,
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam")
            .field("endpoint", &self.address())
            .finish_non_exhaustive()
    }
}

/// An IAM user with a password, and the project that the user's tokens are for: by default the
/// one of the region.
#[derive(Clone, Debug)]
#[must_use]
pub struct IamUser {
    account: String,
    name: String,
    password: Secret,
    project: Option<types::ScopeProject>,
}

impl IamUser {
    /// A user of an account (the vendor calls it domain).
    pub fn new(
        account: impl Into<String>,
        name: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        Self {
            account: account.into(),
            name: name.into(),
            password: password.into(),
            project: None,
        }
    }

    /// The project that tokens are for, by its id.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project = Some(types::ScopeProject {
            id: Some(id.into()),
            name: None,
        });
        self
    }

    /// The same by its name.
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project = Some(types::ScopeProject {
            id: None,
            name: Some(name.into()),
        });
        self
    }
}

impl ClientBuilder {
    /// IAM of this builder's [region](Self::region), or of the one that its environment has, with
    /// its settings but without its credentials.
    ///
    /// The endpoint is [the one that is set](Self::iam_endpoint), or the one in the environment
    /// (`HUAWEICLOUD_SDK_IAM_ENDPOINT` or `HW_AUTH_URL`), or
    /// `https://iam.{region}.myhuaweicloud.com` (in `eu-west-101`, `.eu`).
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the setting that is missing or can't be used.
    pub fn iam(&self) -> Result<Iam, Error> {
        let endpoint = endpoint(self)?;
        Ok(Iam {
            inner: self.inner(&endpoint, Credentials::none())?,
            endpoint,
            region: region(self)?,
            builder: self.clone(),
        })
    }
}

/// The region of a builder, or else that of its environment.
pub(super) fn region(builder: &ClientBuilder) -> Result<Option<String>, Error> {
    match &builder.region {
        Some(region) => Ok(Some(region.clone())),
        None => builder.environment.region(),
    }
}

fn endpoint(builder: &ClientBuilder) -> Result<Endpoint, Error> {
    let plaintext = builder.allow_plaintext;
    if let Some(endpoint) = &builder.iam_endpoint {
        return Endpoint::named("iam_endpoint", endpoint, plaintext);
    }
    let named = |name| match builder.environment.get(name)? {
        Some(text) => {
            let text = text.expose_secret().trim_end_matches('/');
            let text = text.strip_suffix("/v3").unwrap_or(text);
            Endpoint::named(name, text, plaintext).map(Some)
        }
        None => Ok(None),
    };
    match (named(IAM_ENDPOINT)?, named(AUTH_URL)?, region(builder)?) {
        (Some(one), Some(other), _) if one != other => {
            let problem = format!("{IAM_ENDPOINT} and {AUTH_URL} are set and differ; unset one");
            Err(Error::invalid("environment", problem))
        }
        (Some(endpoint), ..) | (None, Some(endpoint), _) => Ok(endpoint),
        (None, None, Some(region)) => {
            Endpoint::parse(&Endpoint::of_service("iam", &region)?, false)
        }
        (None, None, None) => {
            let problem = format!("IAM is found by the region; set one, or {IAM_ENDPOINT}");
            Err(Error::invalid("region", problem))
        }
    }
}

impl Environment {
    /// The user of IAM that these variables have.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if one of the three variables is missing.
    pub fn iam_user(&self) -> Result<Option<IamUser>, Error> {
        let [account, name, password] = Self::USER;
        let user = match (self.get(account)?, self.get(name)?, self.get(password)?) {
            // Terraform's users set the account with a key too.
            (_, None, None) => return Ok(None),
            (Some(account), Some(name), Some(password)) => {
                IamUser::new(account.expose_secret(), name.expose_secret(), password)
            }
            _ => {
                let problem = format!(
                    "a user of IAM needs {account}, {name} and {password}; set what is missing, or \
                     unset the rest"
                );
                return Err(Error::invalid("environment", problem));
            }
        };
        Ok(Some(
            match (self.given_project_id()?, self.project_name()?) {
                (Some(id), _) => user.project_id(id),
                (None, Some(name)) => user.project_name(name),
                (None, None) => user,
            },
        ))
    }
}

impl Iam {
    /// Tokens for a user, obtained when the first request needs one and again when one is refused:
    /// see [`CredentialSource`](crate::CredentialSource). Each costs one request. A login is never
    /// repeated by itself, since IAM locks users after some failures.
    pub fn user(&self, user: IamUser) -> Credentials {
        let login = (self.clone(), user);
        Credentials::source(move || {
            let (iam, user) = login.clone();
            async move {
                let token = iam.token(&user).await;
                token.map_err(|error| iam.problem(&error))
            }
        })
    }

    /// The id of the project with this name; the project of a region is named like the region.
    /// One request, and a second one if IAM fails.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if there is none, or there are several: the text has their ids.
    /// Otherwise what sending returned.
    pub async fn project_id(&self, credentials: &Credentials, name: &str) -> Result<String, Error> {
        let silence = self.builder.read_timeout.min(SILENCE);
        let builder = self.builder.clone().read_timeout(silence);
        let client = iam::Client::new(builder.inner(&self.endpoint, credentials.clone())?);
        let ask = || client.keystone_list_projects().name(name).send();
        let projects = twice(ask, is_hiccup).await?.into_inner().projects;
        let projects = projects.unwrap_or_default().into_iter();
        let found = projects.filter(|project| project.name.as_deref() == Some(name));
        let ids: Vec<String> = found.filter_map(|project| project.id).collect();
        let usable = ids.iter().map(String::as_str).filter(|id| is_id(id));
        let usable: Vec<&str> = usable.take(MOST_SHOWN).collect();
        let problem = match (ids.len(), usable.as_slice()) {
            (1, [id]) => return Ok((*id).to_owned()),
            (0 | 1, _) => format!(
                "the account has no project named {name} with a usable id, or these credentials \
                 can't see it; give the project's id, from My Credentials in the console"
            ),
            (_, usable) => format!(
                "several projects are named {name}; give the id of one: {}",
                usable.join(", ")
            ),
        };
        Err(Error::invalid("project", problem))
    }

    /// Where it is asked.
    pub(super) fn address(&self) -> &str {
        self.endpoint.base_url()
    }

    /// Why there is no token, and what to do.
    fn problem(&self, error: &Error) -> String {
        match error {
            Error::Answer(answer) => refusal(self.address(), answer),
            Error::NotConnected(cause) | Error::AnswerLost(cause) => format!(
                "IAM did not answer at {}: {cause}; check the region and the network, or set \
                 {IAM_ENDPOINT}",
                self.address()
            ),
            other => other.to_string(),
        }
    }

    fn client(&self, credentials: Credentials) -> iam::Client {
        iam::Client::new(self.inner.with(credentials))
    }

    async fn token(&self, user: &IamUser) -> Result<Secret, Error> {
        let region = self.region.clone().map(|name| types::ScopeProject {
            id: None,
            name: Some(name),
        });
        let project = user.project.clone().or(region).ok_or_else(|| {
            let problem = "a token is for one project; give the project's id or the region";
            Error::invalid("project", problem)
        })?;
        let user = types::User {
            name: user.name.clone(),
            password: user.password.clone(),
            domain: types::Domain {
                name: user.account.clone(),
            },
        };
        let request = types::CreateTokenReq {
            auth: types::Auth {
                identity: types::Identity {
                    methods: vec!["password".to_owned()],
                    password: types::PasswordMethod { user },
                },
                scope: types::Scope { project },
            },
        };
        let client = self.client(Credentials::none());
        let call = client.keystone_create_user_token_by_password();
        let answer = call.body(request).send().await?;
        iam::headers::x_subject_token(answer.headers())
            .ok_or_else(|| Error::other("IAM answered without a token; run again"))
    }
}

/// Whether what IAM has for an id of a project can be one.
fn is_id(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.is_ascii() && check_argument(id).is_ok()
}

/// What a refused login means, and what to do.
fn refusal(address: &str, answer: &Answer) -> String {
    let message = answer.error_msg.as_deref().unwrap_or_default();
    let message = message.to_ascii_lowercase();
    let meaning = match answer.status {
        _ if message.contains("lock") => {
            "the user is locked after too many wrong passwords; wait 15 minutes, or have an \
             administrator unlock it"
        }
        401 => {
            "name, password or account of the user is wrong, or the project is not the \
             account's; correct it before trying again, for IAM locks users after some failures"
        }
        403 => "the user may not log in this way; look at the user's access mode in the console",
        404 => "this is not the address of IAM; check the region",
        429 => "IAM takes no more requests at the moment; wait a minute",
        500.. => "IAM failed; run again in a minute",
        _ => "IAM did not understand the request; check name, account and project",
    };
    let code = answer.error_code.iter().map(|code| format!(", {code}"));
    let code = code.collect::<String>();
    format!(
        "IAM at {address} answered {}{code}: {meaning}",
        answer.status
    )
}
