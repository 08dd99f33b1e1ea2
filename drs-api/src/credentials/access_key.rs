//! An access key, and how a request is signed with it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{
    HeaderName, HeaderValue,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use reqwest::Request;

use super::header::secret_header;
use crate::{Error, Secret, signing};

/// An access key (AK) with its secret key (SK), permanent or temporary. It becomes
/// [`Credentials`](crate::Credentials):
///
/// ```
/// use drs_api::{AccessKey, Client};
///
/// let key = AccessKey::new("an access key", "its secret key").security_token("its token");
/// let client = Client::builder().region("ap-southeast-1").credentials(key);
/// ```
///
/// Each try of a request is signed anew, with the time of this machine. The service takes
/// a signature for 15 minutes before and after that time; where its own clock, by the header
/// `Date` of the refusal, is farther off, the error says by how much and in which direction.
///
/// Of the headers, `Host`, `Content-Type` and all that begin with `X-` are signed. `Accept` and
/// `User-Agent` are not: proxies change them, and they change nothing.
#[derive(Clone)]
#[must_use]
pub struct AccessKey {
    id: String,
    secret_key: Secret,
    security_token: Option<Secret>,
    expires_at: Option<SystemTime>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl AccessKey {
    /// An access key and its secret key, as the console shows them under My Credentials.
    pub fn new(id: impl Into<String>, secret_key: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret_key: secret_key.into(),
            security_token: None,
            expires_at: None,
            clock: Arc::new(SystemTime::now),
        }
    }

    /// The security token that belongs to a temporary access key, sent as
    /// `X-Security-Token`.
    pub fn security_token(mut self, token: impl Into<Secret>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// When a temporary access key expires. A key from a
    /// [`CredentialSource`](crate::CredentialSource) is refreshed before; any other is used as
    /// long as the service accepts it.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Its three parts.
    fn parts(&self) -> [Option<&str>; 3] {
        let token = self.security_token.as_ref().map(Secret::expose_secret);
        [Some(&self.id), Some(self.secret_key.expose_secret()), token]
    }

    /// Refuses what could not be sent, or would make a wrong signature: some of those in a row
    /// lock the key. `names` are those of its parts.
    pub(super) fn check(&self, names: [&str; 3]) -> Result<(), Error> {
        // In `Authorization` a comma ends the key.
        let strange = |c: char| !c.is_ascii_graphic() || c == ',';
        let unusable = |value: &str| value.is_empty() || value.contains(strange);
        let mut parts = names.into_iter().zip(self.parts());
        let found = parts.find(|(_, value)| value.is_some_and(unusable));
        found.map_or(Ok(()), |(name, _)| {
            let problem = "it is empty, or has whitespace or another character that no key has";
            Err(Error::invalid(name, problem))
        })
    }

    /// How long it is still valid by its clock, if that is known.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let left = self.expires_at?.duration_since((self.clock)());
        Some(left.unwrap_or_default())
    }

    /// Whether it is the same key, however long each is valid.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }

    /// Signs a request at the current time, and returns that time.
    pub(super) fn sign(
        &self,
        request: &mut Request,
        project: Option<&str>,
    ) -> Result<SystemTime, Error> {
        let now = (self.clock)();
        let plain = |name, value: &str| {
            let problem = "it contains a character that a header can't hold";
            HeaderValue::from_str(value).map_err(|_| Error::invalid(name, problem))
        };
        let date = plain("clock", &signing::sdk_date(now))?;
        let headers = request.headers_mut();
        headers.insert("x-sdk-date", date);
        if let Some(project) = project {
            headers.insert("x-project-id", plain("project_id", project)?);
        }
        if let Some(token) = &self.security_token {
            headers.insert("x-security-token", secret_header("security token", token)?);
        }
        let authorization = Secret::from(self.authorization(request)?);
        let value = secret_header("authorization", &authorization)?;
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(now)
    }

    fn authorization(&self, request: &Request) -> Result<String, Error> {
        let url = request.url();
        // As the HTTP client sends it: without a port that is the scheme's own.
        let mut headers = vec![("host", url.authority())];
        for (name, value) in request.headers().iter().filter(|(name, _)| is_signed(name)) {
            let value = value.to_str().map_err(|_| {
                Error::invalid(name.as_str(), "it can't be signed, as it is not ASCII")
            })?;
            headers.push((name.as_str(), value));
        }
        let pairs: Vec<_> = url.query_pairs().collect();
        let query: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (&**n, &**v)).collect();
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let request = signing::Request {
            method: request.method().as_str(),
            path: url.path(),
            query: &query,
            headers: &headers,
            // No body of ours is a stream.
            body: body.unwrap_or_default(),
        };
        request.authorization(&self.id, &self.secret_key)
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("secret_key", &self.secret_key)
            .field("security_token", &self.security_token)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What changes the meaning of a request, or whom it is for.
fn is_signed(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || name.as_str().starts_with("x-")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::Method;
    use reqwest::Url;

    use super::*;

    const PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";

    fn request() -> Request {
        let url = format!(
            "https://drs.ap-southeast-1.myhuaweicloud.com:443/v3/{PROJECT}/jobs/batch-modify-pwd"
        );
        let mut request = Request::new(Method::PUT, Url::parse(&url).unwrap());
        let headers = request.headers_mut();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        *request.body_mut() = Some("{\"jobs\":[]}".into());
        request
    }

    fn key() -> AccessKey {
        AccessKey::new("AccessKey", "SecretKey")
            .clock(|| UNIX_EPOCH + Duration::from_secs(1_136_214_245))
    }

    fn header<'a>(request: &'a Request, name: &str) -> &'a str {
        request.headers()[name].to_str().unwrap()
    }

    /// The signatures are those of an independent script.
    #[test]
    fn a_request_is_signed_at_a_fixed_time_as_it_always_was() {
        let mut plain = request();
        key().sign(&mut plain, Some(PROJECT)).unwrap();
        assert_eq!(header(&plain, "x-sdk-date"), "20060102T150405Z");
        assert_eq!(header(&plain, "x-project-id"), PROJECT);
        assert_eq!(
            header(&plain, "authorization"),
            "SDK-HMAC-SHA256 Access=AccessKey, \
             SignedHeaders=content-type;host;x-project-id;x-sdk-date, \
             Signature=042771bebd074ffdc607c4c840fee8cc50ee4d2eeab9f65eebd485ad79dd7068"
        );

        let mut temporary = request();
        let language = HeaderValue::from_static("en-us");
        temporary.headers_mut().insert("x-language", language);
        let key = key().security_token("security-token");
        key.sign(&mut temporary, Some(PROJECT)).unwrap();
        assert_eq!(
            header(&temporary, "authorization"),
            "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=\
             content-type;host;x-language;x-project-id;x-sdk-date;x-security-token, \
             Signature=6b21a1440e847917085a5225fa421c7904df3ed4539f43008a0b05bf19650a02"
        );
    }

    #[test]
    fn secret_headers_are_sensitive_and_debug_shows_no_secret() {
        let mut request = request();
        let key = key().security_token("hidden-token");
        key.sign(&mut request, Some(PROJECT)).unwrap();
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(request.headers()["x-security-token"].is_sensitive());
        for text in [format!("{request:?}"), format!("{key:?}")] {
            assert!(
                !text.contains("hidden-token") && !text.contains("SecretKey"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_that_would_only_be_refused_is_refused_before() {
        let names = ["access key", "secret key", "security token"];
        for (id, secret_key, token, name) in [
            ("", "sk", None, "access key"),
            ("a b", "sk", None, "access key"),
            ("a,b", "sk", None, "access key"),
            ("ak", "", None, "secret key"),
            ("ak", "hidden\n", None, "secret key"),
            ("ak", " hidden", None, "secret key"),
            ("ak", "sk", Some(""), "security token"),
            ("ak", "sk", Some("hidden\n"), "security token"),
        ] {
            let mut key = AccessKey::new(id, secret_key);
            key.security_token = token.map(Secret::from);
            let error = key.check(names).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
