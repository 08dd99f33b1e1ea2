//! Client for one operation of Huawei Cloud's Data Replication Service (DRS): it tells
//! DRS the new passwords of the databases that running replication tasks use.
//!
//! ```no_run
//! use drs_api::{Client, types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint}};
//!
//! # async fn rotate(endpoint: &str, token: &str, project_id: &str, password: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().endpoint(endpoint).token(token).build()?;
//! let job: ModifyPwdEndPoint = ModifyPwdEndPoint::builder()
//!     .job_id("25df459d-a37c-41b9-bc2b-8c00ba32jb52")
//!     .end_point_type(EndPointType::So)
//!     .db_password(password)
//!     .try_into()?;
//! let body = BatchModifyPwdReq::builder().jobs(vec![job]);
//! let answer = client.batch_reset_password().project_id(project_id).body(body).send().await;
//! for result in answer.map_err(drs_api::Error::from)?.into_inner().results.unwrap_or_default() {
//!     println!("{:?} {:?}: {:?}", result.id, result.end_point_type, result.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::batch_reset_password`] is generated from the OpenAPI document in `openapi/`
//! and keeps the vendor's names. It sends one request, once. [`Client::change_passwords`] is
//! written by hand and takes any number of changes: it sends them in batches, tries again what
//! can be tried again without harm, and says of each end point what DRS now holds; the module
//! [`passwords`] says how.
//!
//! The [`Credentials`] are a token, a source of tokens, or an access key, which signs each
//! request ([`signing`]). The service is found by [`ClientBuilder::region`] or
//! [`ClientBuilder::endpoint`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's trusted certificates |
//! | `http2` | yes | HTTP/2 where the server offers it |
//! | `native-tls` | no | TLS by the platform's own library instead |
//! | `schemars` | no | `schemars::JsonSchema` on every generated type |
//! | `codegen` | no | generates the client at build time, for those who edit the spec; in a checkout of the repository only |
//! | `cli` | no | the command-line tool `drs`: `cargo install drs-api --features cli` |

mod answer;
mod body;
mod call;
mod client;
mod credentials;
mod echo;
mod endpoint;
mod environment;
mod error;
mod exchange;
#[rustfmt::skip]
#[allow(
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated: progenitor allows what its output may trip over, and what of it is \
              public is decided here"
)]
#[cfg(not(feature = "codegen"))]
mod generated;
#[allow(
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "the same files, fresh from the documents"
)]
#[cfg(feature = "codegen")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));
}
mod glue;
mod hooks;
pub mod passwords;
mod path;
mod response;
mod secret;
pub mod signing;
mod transport;

pub use answer::Answer;
pub use client::ClientBuilder;
pub use credentials::{AccessKey, Credentials, TokenFuture, TokenSource};
pub use environment::Environment;
pub use error::{Error, NetworkError, OtherError};
pub use generated::drs::{Client, builder, types};
pub use progenitor_client::ResponseValue;
pub use secret::Secret;

/// The error of a generated call, as progenitor has it. It converts into [`Error`].
pub use progenitor_client::Error as GeneratedError;
