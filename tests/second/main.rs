//! What does another API cost? One document in this folder, one line here and its name in
//! `xtask/src/test_files.rs`; `cargo xtask regenerate` writes the client into a folder of that
//! name. A crate of its own, since generated code finds what it calls at the crate's root.

use drs_tests::OneAnswer;

/// Includes the client generated from the document of that name.
macro_rules! client {
    ($name:ident) => {
        #[allow(dead_code, unused_imports, reason = "a test needs a part of it")]
        mod $name;
    };
}
// The line.
client!(keys);
client!(every_key);

// What the generated code needs from its crate: here, the minimum.

/// The type of `format: password`.
pub use drs_api::Secret;

#[derive(Debug)]
pub enum Error {
    Argument(&'static str, String),
    Status(u16, String),
}

pub struct ResponseValue<T> {
    value: T,
    headers: reqwest::header::HeaderMap,
}

mod call {
    use reqwest::{Client, Method, RequestBuilder};
    use serde::Serialize;

    use super::Error;

    type Argument<T> = Result<T, String>;

    pub struct Call {
        method: Method,
        path: String,
        query: Vec<(&'static str, String)>,
        headers: Vec<(&'static str, String)>,
        body: Option<Vec<u8>>,
        pub project: Option<String>,
    }

    fn given<T>(name: &'static str, value: Argument<T>) -> Result<T, Error> {
        value.map_err(|problem| Error::Argument(name, problem))
    }

    impl Call {
        pub fn new(method: Method) -> Self {
            Self {
                method,
                path: String::new(),
                query: Vec::new(),
                headers: Vec::new(),
                body: None,
                project: None,
            }
        }

        pub fn path(mut self, part: &'static str) -> Self {
            self.path += part;
            self
        }

        pub fn argument(
            mut self,
            name: &'static str,
            value: Argument<impl ToString>,
            is_project: bool,
        ) -> Result<Self, Error> {
            let value = given(name, value)?.to_string();
            if value == ".." {
                return Err(Error::Argument(name, value));
            }
            self.path += &value.replace('/', "%2F");
            if is_project {
                self.project = Some(value);
            }
            Ok(self)
        }

        pub fn query(
            mut self,
            name: &'static str,
            values: Argument<impl IntoIterator<Item = impl ToString>>,
        ) -> Result<Self, Error> {
            let values = given(name, values)?.into_iter();
            self.query
                .extend(values.map(|value| (name, value.to_string())));
            Ok(self)
        }

        pub fn header(
            mut self,
            name: &'static str,
            value: Argument<Option<impl ToString>>,
        ) -> Result<Self, Error> {
            let value = given(name, value)?.map(|value| (name, value.to_string()));
            self.headers.extend(value);
            Ok(self)
        }

        pub fn json(mut self, value: Argument<impl Serialize>) -> Result<Self, Error> {
            self.body = Some(serde_json::to_vec(&given("body", value)?).unwrap());
            Ok(self)
        }

        pub fn request(self, endpoint: &str) -> RequestBuilder {
            let url = format!("{endpoint}{}", self.path);
            let url = match self.query.is_empty() {
                true => url.parse(),
                false => reqwest::Url::parse_with_params(&url, &self.query),
            };
            let mut request = Client::new().request(self.method, url.unwrap());
            for (name, value) in self.headers {
                request = request.header(name, value);
            }
            request.body(self.body.unwrap_or_default())
        }
    }
}

mod transport {
    use serde::de::DeserializeOwned;

    use super::{Error, ResponseValue, call::Call, texts::Texts};

    #[derive(Clone, Debug)]
    pub struct Inner(pub String);

    impl Inner {
        pub async fn typed<T: DeserializeOwned + Texts>(
            &self,
            call: Call,
            statuses: &[u16],
        ) -> Result<ResponseValue<T>, Error> {
            let read = |body: &[u8]| serde_json::from_slice(body).unwrap();
            self.answered(call, statuses, read).await
        }

        pub async fn text<T: From<String> + Texts>(
            &self,
            call: Call,
            statuses: &[u16],
        ) -> Result<ResponseValue<T>, Error> {
            let read = |body: &[u8]| String::from_utf8(body.to_vec()).ok().map(T::from);
            self.answered(call, statuses, read).await
        }

        pub async fn answered<T>(
            &self,
            call: Call,
            statuses: &[u16],
            read: impl FnOnce(&[u8]) -> Option<T>,
        ) -> Result<ResponseValue<T>, Error> {
            let response = call.request(&self.0).send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap();
            if !statuses.contains(&status) {
                return Err(Error::Status(status, text));
            }
            let value = read(text.as_bytes()).unwrap();
            Ok(ResponseValue { value, headers })
        }
    }
}

// The client's own: it has to know whatever can be in an answer.
#[path = "../../drs-api/src/texts.rs"]
mod texts;
texts::without_texts!(Secret);

fn client(server: &OneAnswer) -> keys::Client {
    keys::Client::new(transport::Inner(server.endpoint.clone()))
}

/// The request's first line, and its body.
async fn received(server: OneAnswer) -> (String, String) {
    let request = server.received().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap();
    (line.to_owned(), body.to_owned())
}

#[tokio::test]
async fn query_parameters_are_sent_and_the_answer_is_read() {
    let answer = r#"{"keys":[{"name":"door","state":"lost"}]}"#;
    let headers = "content-type: application/json\r\n";
    let server = OneAnswer::serve("200 OK", headers, answer).await.unwrap();
    let client = client(&server);
    let call = client.list_keys();
    let call = call.limit(7).kind(keys::types::Kind::Asymmetric);
    let call = call.label(vec!["a b".to_owned(), "c".to_owned()]);
    let answer = call.url("https://here").send().await.unwrap();
    let keys = answer.value.keys.unwrap();
    assert_eq!(keys[0].state.as_ref().unwrap().as_str(), "lost");
    let (line, _) = received(server).await;
    assert_eq!(
        line,
        "GET /keys?kind=asymmetric&label=a+b&label=c&limit=7&url=https%3A%2F%2Fhere HTTP/1.1"
    );
}

#[tokio::test]
async fn query_parameters_that_are_optional_can_be_left_out() {
    let headers = "content-type: application/json\r\n";
    let server = OneAnswer::serve("200 OK", headers, "{}").await.unwrap();
    client(&server).list_keys().limit(7).send().await.unwrap();
    let (line, _) = received(server).await;
    assert_eq!(line, "GET /keys?limit=7 HTTP/1.1");
}

#[tokio::test]
async fn a_text_and_headers_of_an_answer_are_secrets_where_the_document_says_so() {
    let headers = "x-key-version: 7\r\nx-unlock-code: hidden-1\r\n";
    let server = OneAnswer::serve("200 OK", headers, "hidden-2");
    let server = server.await.unwrap();
    let client = client(&server);
    let answer = client.export_key().ring_id("r").key_id(7).send();
    let answer = answer.await.unwrap();
    let version: Option<String> = keys::headers::x_key_version(&answer.headers);
    assert_eq!(version.as_deref(), Some("7"));
    let code: Secret = keys::headers::x_unlock_code(&answer.headers).unwrap();
    let key: Secret = answer.value;
    assert_eq!(
        (code.expose_secret(), key.expose_secret()),
        ("hidden-1", "hidden-2")
    );
    assert!(!format!("{code:?}{key:?}").contains("hidden"));
}

#[tokio::test]
async fn a_path_has_two_parameters_and_an_answer_no_body() {
    let server = OneAnswer::serve("204 No Content", "", "").await.unwrap();
    let name = keys::types::Rename::builder().name("door");
    let client = client(&server);
    let call = client.rename_key().ring_id("my/ring").key_id(7);
    let call = call.body(name);
    let described = call.clone().call().unwrap();
    assert_eq!(described.project.as_deref(), Some("my/ring"));
    call.send().await.unwrap();
    let (line, body) = received(server).await;
    assert_eq!(line, "PUT /rings/my%2Fring/keys/7 HTTP/1.1");
    assert_eq!(body, r#"{"name":"door"}"#);
}

#[tokio::test]
async fn a_status_that_is_no_success_is_left_to_the_crate() {
    let headers = "content-type: application/json\r\n";
    let server = OneAnswer::serve("404 Not Found", headers, r#"{"message":"gone"}"#);
    let server = server.await.unwrap();
    let client = client(&server);
    let call = client.delete_key().ring_id("r").key_id(7);
    match call.send().await {
        Err(Error::Status(404, text)) => assert_eq!(text, r#"{"message":"gone"}"#),
        other => panic!("{:?}", other.map(|answer| answer.value)),
    }
    let (line, _) = received(server).await;
    assert_eq!(line, "DELETE /rings/r/keys/7 HTTP/1.1");
}

#[tokio::test]
async fn an_argument_that_would_change_the_path_is_refused_here_too() {
    let server = OneAnswer::serve("204 No Content", "", "").await.unwrap();
    let client = client(&server);
    let call = client.delete_key().ring_id("..").key_id(7);
    assert!(matches!(
        call.send().await.map(|answer| answer.value).unwrap_err(),
        Error::Argument("ring_id", _)
    ));
}
