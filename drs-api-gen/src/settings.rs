//! Where the generated code will live and what it may call there.

/// What the generator has to know of the crate that the code becomes part of.
///
/// [`Settings::new`] follows the conventions of drs-api; a second document in a crate
/// built the same way needs nothing else.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Path of the document, relative to the repository; shown in the files' headers.
    pub source: String,
    /// Module that the client is mounted as, `crate::generated`.
    pub module: String,
    /// Type of every `format: password` property, `crate::Secret`. Implements `Clone`,
    /// `Debug` (redacted), `Serialize` and `Deserialize`.
    pub secret: String,
    /// Type of the client's `inner` value, `crate::transport::Inner`.
    pub inner: String,
    /// Module of the functions that each call leads through, `crate::glue`. `Inner` is the
    /// type that the setting `inner` names, and `Error` is progenitor-client's.
    ///
    /// | function | what it does |
    /// |---|---|
    /// | `fn for_call(&Inner) -> Inner` | begins a call: gives it a value that carries what belongs to this call alone |
    /// | `fn url<E>(&Inner, &str) -> Result<reqwest::Url, Error<E>>` | parses the URL of a request, and refuses one whose path an argument would change |
    /// | `fn project(&Inner, &str)` | is told the project of a call whose path names one (`x-project: true` marks the parameter): a signed request names it in a header too |
    /// | `fn request_body<T: Serialize, E>(&Inner, &T) -> Result<reqwest::Body, Error<E>>` | writes a request body |
    /// | `async fn decode<T: DeserializeOwned, E>(&Inner, reqwest::Response) -> Result<ResponseValue<T>, Error<E>>` | reads a documented answer |
    /// | `async fn text<T: From<String>, E>(&Inner, reqwest::Response) -> Result<ResponseValue<T>, Error<E>>` | reads a documented answer that is a text; called only where there is one |
    pub glue: String,
    /// Trait that each type of an answer gets, `crate::texts::Texts`. Its only method,
    /// `fn each_text(&mut self, &mut dyn FnMut(&mut String))`, gives away all texts of a value;
    /// it has to be there for what a property can be, the secret type included.
    pub texts: String,
}

impl Settings {
    /// The conventions of drs-api, for the document at `source`.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            module: "crate::generated".into(),
            secret: "crate::Secret".into(),
            inner: "crate::transport::Inner".into(),
            glue: "crate::glue".into(),
            texts: "crate::texts::Texts".into(),
        }
    }
}
