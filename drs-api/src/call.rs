//! One call as plain data: what generated code says of a request before anything is sent.
//! `transport.rs` carries it out.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use serde::Serialize;

use crate::{Error, body::RequestBody, path::check_argument, signing::encode};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An argument in a builder: a value, or what is wrong with it.
type Argument<T> = Result<T, String>;

/// A request to be.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    /// The project that it is for, which a signed request names in a header too.
    pub(crate) project: Option<String>,
    pub(crate) body: Option<RequestBody>,
}

impl Call {
    pub(crate) fn new(method: Method) -> Self {
        Self {
            method,
            path: String::new(),
            query: Vec::new(),
            // Room for those that credentials and transport add.
            headers: HeaderMap::with_capacity(8),
            project: None,
            body: None,
        }
    }

    /// A part of the path, as the document has it.
    pub(crate) fn path(mut self, part: &'static str) -> Self {
        self.path += part;
        self
    }

    /// An argument of the path; one of them may be the project.
    pub(crate) fn argument(
        mut self,
        name: &'static str,
        value: Argument<impl ToString>,
        is_project: bool,
    ) -> Result<Self, Error> {
        let value = given(name, value)?.to_string();
        check_argument(&value).map_err(|problem| Error::invalid(name, problem))?;
        self.path += &encode(&value);
        self.project = self.project.or_else(|| is_project.then_some(value));
        Ok(self)
    }

    /// What the query says of one name: something, nothing, or each item of a list.
    #[allow(dead_code, reason = "not every document has a query")]
    pub(crate) fn query(
        mut self,
        name: &'static str,
        values: Argument<impl IntoIterator<Item = impl ToString>>,
    ) -> Result<Self, Error> {
        for value in given(name, values)? {
            self.query.push((name, value.to_string()));
        }
        Ok(self)
    }

    /// The body.
    pub(crate) fn json(mut self, value: Argument<impl Serialize>) -> Result<Self, Error> {
        let body = RequestBody::write(&given("body", value)?);
        let body = body.map_err(|e| Error::invalid("body", format!("it can't be written: {e}")))?;
        self.body = Some(body);
        self.headers.insert(CONTENT_TYPE, JSON);
        Ok(self)
    }

    /// A header. Its name is in small letters.
    pub(crate) fn header(
        mut self,
        name: &'static str,
        value: Argument<Option<impl ToString>>,
    ) -> Result<Self, Error> {
        if let Some(value) = given(name, value)? {
            let value = HeaderValue::try_from(value.to_string())
                .map_err(|_| Error::invalid(name, "it contains what a header can't hold"))?;
            self.headers.append(HeaderName::from_static(name), value);
        }
        Ok(self)
    }
}

fn given<T>(name: &str, value: Argument<T>) -> Result<T, Error> {
    value.map_err(|problem| Error::invalid(name, problem))
}
