//! Identity and Access Management (IAM): tokens for a user's name and password, and the project
//! of a region.

use std::fmt;

use crate::{
    Answer, ClientBuilder, Credentials, Error, Secret, TokenFuture, TokenSource,
    generated::iam::{self, types},
    transport::Inner,
};

/// This many ids are shown, where several projects have one name.
const MOST_SHOWN: usize = 10;

/// IAM of a region: it gives tokens to users, and knows the region's project.
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
    inner: Inner,
    region: Option<String>,
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam")
            .field("endpoint", &self.inner.endpoint())
            .finish_non_exhaustive()
    }
}

/// An IAM user with a password, and the project that the user's tokens are for: by default the
/// one of the region.
#[derive(Clone)]
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

impl fmt::Debug for IamUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IamUser")
            .field("account", &self.account)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// IAM of this builder's [region](Self::region), with its settings but without its
    /// credentials.
    ///
    /// The endpoint is `https://iam.{region}.myhuaweicloud.com` (in `eu-west-101`, `.eu`), unless
    /// the environment has another one in `HUAWEICLOUD_SDK_IAM_ENDPOINT`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the setting that is missing or can't be used.
    pub fn iam(&self) -> Result<Iam, Error> {
        Ok(Iam {
            inner: self.inner(&self.iam_endpoint()?, Credentials::none())?,
            region: self.region_id().map(str::to_owned),
        })
    }
}

impl Iam {
    /// Tokens for a user, got when the first request needs one and again when one is refused:
    /// see [`TokenSource`]. Each costs one request. A refused login is not repeated, since IAM
    /// locks users after some failures.
    pub fn user(&self, user: IamUser) -> Credentials {
        let source = Login {
            iam: self.clone(),
            user,
        };
        Credentials::token_source(source)
    }

    /// The id of the project with this name; the project of a region is named like the region.
    /// One request.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if there is none, or there are several: the text has their ids.
    /// Otherwise what sending gave.
    pub async fn project_id(&self, credentials: &Credentials, name: &str) -> Result<String, Error> {
        let client = self.client(credentials.clone());
        let answer = client.keystone_list_projects().name(name).send().await?;
        let projects = answer.into_inner().projects.unwrap_or_default();
        let projects = projects.into_iter();
        let found: Vec<String> = projects
            .filter(|project| project.name.as_deref() == Some(name))
            .filter_map(|project| project.id)
            .collect();
        match found.as_slice() {
            [id] => Ok(id.clone()),
            [] => Err(Error::invalid(
                "project",
                format!(
                    "the account has no project named {name}, or these credentials can't see it; \
                     give the project's id, from My Credentials in the console"
                ),
            )),
            several => Err(Error::invalid(
                "project",
                format!(
                    "several projects are named {name}; give the id of one: {}",
                    several.get(..MOST_SHOWN).unwrap_or(several).join(", ")
                ),
            )),
        }
    }

    /// Why there is no token, and what to do.
    fn problem(&self, error: &Error) -> String {
        match error {
            Error::Answer(answer) => refusal(answer),
            Error::NotConnected(cause) | Error::AnswerLost(cause) => format!(
                "IAM did not answer at {}: {cause}; check the region and the network",
                self.inner.endpoint()
            ),
            other => other.to_string(),
        }
    }

    fn client(&self, credentials: Credentials) -> iam::Client {
        iam::Client::new(self.inner.with(credentials))
    }

    async fn token(&self, user: &IamUser) -> Result<Secret, Error> {
        let project = match (&user.project, &self.region) {
            (Some(project), _) => project.clone(),
            (None, Some(region)) => types::ScopeProject {
                id: None,
                name: Some(region.clone()),
            },
            (None, None) => {
                return Err(Error::invalid(
                    "project",
                    "a token is for one project; give the project's id or the region",
                ));
            }
        };
        let request = types::CreateTokenReq {
            auth: types::Auth {
                identity: types::Identity {
                    methods: vec!["password".to_owned()],
                    password: types::PasswordMethod {
                        user: types::User {
                            name: user.name.clone(),
                            password: user.password.clone(),
                            domain: types::Domain {
                                name: user.account.clone(),
                            },
                        },
                    },
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

/// A user who logs in.
struct Login {
    iam: Iam,
    user: IamUser,
}

impl TokenSource for Login {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let token = self.iam.token(&self.user).await;
            Ok(token.map_err(|error| self.iam.problem(&error))?)
        })
    }
}

/// What a refused login means, and what to do.
fn refusal(answer: &Answer) -> String {
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
    let mut text = format!("IAM answered {}", answer.status);
    if let Some(code) = &answer.error_code {
        text = format!("{text}, {code}");
    }
    format!("{text}: {meaning}")
}
