//! What does another API cost? One document in this folder, and one line here; `cargo xtask regenerate`
//! writes the client into a folder of the document's name. A crate of its own, since generated code
//! finds what it calls at the crate's root.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use drs_tests::OneAnswer;
use progenitor_client::{ClientHooks, Error};

/// Mounts the client that is generated from the document of that name.
macro_rules! client {
    ($name:ident) => {
        #[allow(dead_code, unused_imports, reason = "a test needs a part of it")]
        mod $name;

        impl ClientHooks<transport::Inner> for $name::Client {}

        impl std::fmt::Debug for $name::Client {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct("Client").finish_non_exhaustive()
            }
        }
    };
}
// The line.
client!(keys);

/// What the generated client carries.
mod transport {
    #[derive(Clone)]
    pub struct Inner;
}

/// The type of `format: password`.
pub use drs_api::Secret;

/// What the generated code calls: here the least that works.
mod glue {
    use std::cell::RefCell;

    use progenitor_client::{Error, ResponseValue};

    use super::transport::Inner;

    pub fn for_call(inner: &Inner) -> Inner {
        inner.clone()
    }

    thread_local! {
        pub static PROJECT: RefCell<String> = const { RefCell::new(String::new()) };
    }

    pub fn project(_: &Inner, project: &str) {
        PROJECT.replace(project.to_owned());
    }

    pub fn url<E>(_: &Inner, url: &str) -> Result<reqwest::Url, Error<E>> {
        match url.parse() {
            Ok(parsed) if !url.contains("..") => Ok(parsed),
            _ => Err(Error::InvalidRequest(url.to_owned())),
        }
    }

    pub fn request_body<T: serde::Serialize, E>(
        _: &Inner,
        value: &T,
    ) -> Result<reqwest::Body, Error<E>> {
        let body = serde_json::to_vec(value);
        Ok(body
            .map_err(|e| Error::InvalidRequest(e.to_string()))?
            .into())
    }

    pub async fn text<T: From<String>, E>(
        _: &Inner,
        response: reqwest::Response,
    ) -> Result<ResponseValue<T>, Error<E>> {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.map_err(Error::ResponseBodyError)?;
        Ok(ResponseValue::new(text.into(), status, headers))
    }

    pub async fn decode<T: serde::de::DeserializeOwned, E>(
        _: &Inner,
        response: reqwest::Response,
    ) -> Result<ResponseValue<T>, Error<E>> {
        ResponseValue::from_response(response).await
    }
}

fn client(server: &OneAnswer) -> keys::Client {
    keys::Client::new_with_client(&server.endpoint, reqwest::Client::new(), transport::Inner)
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
    let keys = answer.into_inner().keys.unwrap();
    assert_eq!(keys[0].state.as_ref().unwrap().as_str(), "lost");
    let (line, _) = received(server).await;
    assert_eq!(
        line,
        "GET /keys?kind=asymmetric&label=a+b&label=c&limit=7&url=https%3A%2F%2Fhere HTTP/1.1"
    );
}

#[tokio::test]
async fn a_text_and_headers_of_an_answer_are_secrets_where_the_document_says_so() {
    let headers = "x-key-version: 7\r\nx-unlock-code: hidden-1\r\n";
    let server = OneAnswer::serve("200 OK", headers, "hidden-2");
    let server = server.await.unwrap();
    let client = client(&server);
    let answer = client.export_key().ring_id("r").key_id(7).send();
    let answer = answer.await.unwrap();
    let version: Option<String> = keys::headers::x_key_version(answer.headers());
    assert_eq!(version.as_deref(), Some("7"));
    let code: Secret = keys::headers::x_unlock_code(answer.headers()).unwrap();
    let key: Secret = answer.into_inner();
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
    call.body(name).send().await.unwrap();
    assert_eq!(glue::PROJECT.take(), "my/ring");
    let (line, body) = received(server).await;
    assert_eq!(line, "PUT /rings/my%2Fring/keys/7 HTTP/1.1");
    assert_eq!(body, r#"{"name":"door"}"#);
}

#[tokio::test]
async fn a_documented_error_comes_beside_an_empty_success() {
    let headers = "content-type: application/json\r\n";
    let server = OneAnswer::serve("404 Not Found", headers, r#"{"message":"gone"}"#);
    let server = server.await.unwrap();
    let client = client(&server);
    let call = client.delete_key().ring_id("r").key_id(7);
    match call.send().await.unwrap_err() {
        Error::ErrorResponse(answer) => assert_eq!(answer.message.as_deref(), Some("gone")),
        other => panic!("{other}"),
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
        call.send().await.unwrap_err(),
        Error::InvalidRequest(_)
    ));
}
