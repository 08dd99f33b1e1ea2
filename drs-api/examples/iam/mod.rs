//! Tokens from IAM for a user's name and password, as a token source.

use std::time::Duration;

use drs_api::{Environment, Secret, TokenFuture, TokenSource};
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::json;

/// A user of IAM, as Terraform names the variables: `HW_USER_NAME`, `HW_USER_PASSWORD`,
/// `HW_DOMAIN_NAME` (the account that the user belongs to).
pub(crate) struct User {
    name: Secret,
    password: Secret,
    domain: Secret,
}

impl User {
    /// The user in an environment, if `HW_USER_NAME` is set.
    pub(crate) fn from(environment: &Environment) -> Result<Option<Self>, String> {
        let variable = |name: &str| {
            let value = environment.get(name).map_err(|e| e.to_string())?;
            value.ok_or(format!("HW_USER_NAME is set; set {name} too"))
        };
        let name = environment.get("HW_USER_NAME");
        let Some(name) = name.map_err(|e| e.to_string())? else {
            return Ok(None);
        };
        Ok(Some(Self {
            name,
            password: variable("HW_USER_PASSWORD")?,
            domain: variable("HW_DOMAIN_NAME")?,
        }))
    }

    /// Tokens for a project, from the IAM at this URL.
    pub(crate) fn tokens(self, iam: &str, project_id: &str) -> Result<Tokens, String> {
        // Terraform's variable for it ends so.
        let iam = iam.trim_end_matches('/').trim_end_matches("/v3");
        let url = Url::parse(&format!("{iam}/v3/auth/tokens"))
            .map_err(|e| format!("HW_AUTH_URL is not a URL: {e}"))?;
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !is_here {
            return Err("HW_AUTH_URL has to be https, for a password is sent there".into());
        }
        let http = Client::builder()
            .timeout(Duration::from_secs(30))
            // The password must not go on to wherever a redirect points, nor to a proxy.
            .redirect(redirect::Policy::none());
        let http = if is_here { http.no_proxy() } else { http };
        Ok(Tokens {
            user: self,
            project_id: project_id.to_owned(),
            url,
            http: http.build().map_err(|e| e.to_string())?,
        })
    }
}

/// A token source.
pub(crate) struct Tokens {
    user: User,
    project_id: String,
    url: Url,
    http: Client,
}

impl Tokens {
    async fn ask(&self) -> Result<Secret, String> {
        let User {
            name,
            password,
            domain,
        } = &self.user;
        let body = json!({"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": name.expose_secret(),
                "password": password.expose_secret(),
                "domain": {"name": domain.expose_secret()},
            }}},
            "scope": {"project": {"id": self.project_id}},
        }});
        let request = self
            .http
            .post(self.url.clone())
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = request
            .send()
            .await
            .map_err(|e| format!("IAM can't be asked: {e}"))?;
        match (answer.status(), answer.headers().get("x-subject-token")) {
            (StatusCode::CREATED, Some(token)) => {
                let token = token.to_str().map_err(|_| "IAM's token is not text")?;
                Ok(token.into())
            }
            (StatusCode::UNAUTHORIZED, _) => Err("IAM knows no such user in this domain, or \
                                                  the password is wrong, or the project"
                .into()),
            (status, _) => Err(format!("IAM gave no token, but status {status}")),
        }
    }
}

impl TokenSource for Tokens {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(self.ask().await?) })
    }
}

/// Where IAM is for a region.
pub(crate) fn url_for(region: Option<&str>) -> String {
    match region {
        Some(region @ "eu-west-101") => format!("https://iam.{region}.myhuaweicloud.eu"),
        Some(region) => format!("https://iam.{region}.myhuaweicloud.com"),
        None => "https://iam.myhuaweicloud.com".to_owned(),
    }
}
