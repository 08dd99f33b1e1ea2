//! Where the generated file will live and what it may call there.

/// What the generator has to know of the crate that the file becomes part of.
///
/// [`Settings::new`] follows the conventions of drs-api; a second document in a crate
/// built the same way needs nothing else.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Path of the document, relative to the repository; shown in the file's header.
    pub source: String,
    /// Module that the file is mounted as, `crate::generated`.
    pub module: String,
    /// Type of every `format: password` property, `crate::Secret`. Implements `Clone`,
    /// `Debug` (redacted), `Serialize` and `Deserialize`.
    pub secret: String,
    /// Type of the client's `inner` value, `crate::transport::Inner`.
    pub inner: String,
    /// Function `fn(&Client) -> Client` that each call starts with: its result carries
    /// what belongs to this one call. `crate::transport::for_call`.
    pub for_call: String,
    /// Function `fn<E>(&Client, &str) -> Result<reqwest::Url, Error<E>>` that parses the URL of
    /// a request, and refuses one whose path an argument would change. `crate::transport::url`.
    pub url: String,
    /// Function `fn(&Client, &str)` that is told the project of a call whose path names one
    /// (`x-project: true` marks the parameter): a signed request names it in a header too.
    /// `crate::transport::project`.
    pub project: String,
    /// Function `fn<T: Serialize, E>(&Client, &T) -> Result<reqwest::Body, Error<E>>` that
    /// writes a request body, `crate::transport::request_body`.
    pub request_body: String,
    /// Function `async fn<T: DeserializeOwned, E>(&Client, reqwest::Response) ->
    /// Result<ResponseValue<T>, Error<E>>` that reads a documented answer,
    /// `crate::transport::decode`.
    pub decode: String,
}

impl Settings {
    /// The conventions of drs-api, for the document at `source`.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            module: "crate::generated".into(),
            secret: "crate::Secret".into(),
            inner: "crate::transport::Inner".into(),
            for_call: "crate::transport::for_call".into(),
            url: "crate::transport::url".into(),
            project: "crate::transport::project".into(),
            request_body: "crate::transport::request_body".into(),
            decode: "crate::transport::decode".into(),
        }
    }
}
