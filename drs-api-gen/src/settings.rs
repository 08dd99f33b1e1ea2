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
    /// Type of the client's `inner` value, `crate::transport::Inner`. It is `Clone` and `Debug`,
    /// and carries out what [`call`](Self::call) describes; each of its functions takes the
    /// statuses that are a success.
    ///
    /// | function | what it returns |
    /// |---|---|
    /// | `async fn typed<T: DeserializeOwned + Texts>(&self, Call, &[u16]) -> Result<ResponseValue<T>, Error>` | a success in JSON |
    /// | `async fn text<T: From<String> + Texts>(&self, Call, &[u16]) -> …` | a success that is a text |
    /// | `async fn answered<T>(&self, Call, &[u16], impl FnOnce(&[u8]) -> Option<T>) -> Result<ResponseValue<T>, Error>` | a success without a body |
    pub inner: String,
    /// Type that describes a request, `crate::call::Call`. Arguments come as the builders hold
    /// them, a `Result` whose error says what is wrong.
    ///
    /// | function | what it adds |
    /// |---|---|
    /// | `fn new(reqwest::Method) -> Self` | |
    /// | `fn path(self, &'static str) -> Self` | a part of the path, as it is |
    /// | `fn argument(self, &'static str, Result<impl ToString, String>, bool) -> Result<Self, Error>` | an argument of the path, escaped; `true` for the one that is marked `x-project: true`: a signed request names it in a header too |
    /// | `fn query(self, &'static str, Result<impl IntoIterator<Item = impl ToString>, String>) -> Result<Self, Error>` | what the query says of one name: an `Option` or a `Vec` |
    /// | `fn json(self, Result<impl Serialize, String>) -> Result<Self, Error>` | the body |
    /// | `fn header(self, &'static str, Result<Option<impl ToString>, String>) -> …` | a header; its name is in small letters |
    pub call: String,
    /// Type of every error, `crate::Error`.
    pub error: String,
    /// Type of a success with its status and headers, `crate::ResponseValue`.
    pub response: String,
    /// Trait that each type of an answer gets, `crate::texts::Texts`. Its only method,
    /// `fn each_text(&mut self, &mut dyn FnMut(&mut String))`, passes on all texts of a value;
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
            call: "crate::call::Call".into(),
            error: "crate::Error".into(),
            response: "crate::ResponseValue".into(),
            texts: "crate::texts::Texts".into(),
        }
    }
}
