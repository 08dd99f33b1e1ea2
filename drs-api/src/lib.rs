//! Client for Huawei Cloud's Data Replication Service (DRS): it changes the database passwords
//! that running replication tasks use.
//!
//! ```
//! use drs_api::{Client, types::{EndPointType, ModifyPwdEndPoint}};
//! # use drs_simulator::Simulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let drs = Simulator::start_default().await?;
//! # let (endpoint, token, project_id) = (drs.endpoint(), drs.token(), drs.project_id());
//! let client = Client::builder().endpoint(endpoint).token(token).build()?;
//!
//! let job = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
//! let plan = [
//!     ModifyPwdEndPoint::new(job, EndPointType::So, "test-Source-1"),
//!     ModifyPwdEndPoint::new(job, EndPointType::Ta, "test-Destination-1"),
//! ];
//! let report = client.change_passwords(project_id, plan)?.await;
//!
//! for outcome in report.to_do() {
//!     println!("{} {}: {}", outcome.job_id, outcome.end_point_type, outcome.kind);
//! }
//! assert!(report.all_changed());
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::change_passwords`] takes any number of changes, sends them in batches, retries what
//! can be retried without harm, and reports for each end point which password DRS now has. The
//! module [`passwords`] has its types.
//!
//! [`Client::batch_reset_password`] is the operation itself, generated from the OpenAPI document in
//! `openapi/` under the vendor's names. It sends one request, once. A 200 alone doesn't mean
//! success: each entry of `results` has its own `status`.
//!
//! ```no_run
//! use drs_api::{Client, types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint}};
//!
//! # async fn call(client: Client, project_id: &str, job: &str) -> Result<(), drs_api::Error> {
//! let change = ModifyPwdEndPoint::new(job, EndPointType::So, "test-Passw0rd");
//! let body = BatchModifyPwdReq::builder().jobs(vec![change]);
//! let answer = client.batch_reset_password().project_id(project_id).body(body).send().await?;
//! for result in answer.into_inner().results.unwrap_or_default() {
//!     println!("{:?} {:?}: {:?}", result.id, result.end_point_type, result.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`ClientBuilder::region`] or [`ClientBuilder::endpoint`] finds the service, and
//! [`Credentials`] authenticate with it. The [`guide`] explains outcomes and retries, secrets,
//! testing, logs and metrics, blocking use, Kerberos, and what to do about each error.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's trusted certificates |
//! | `http2` | yes | HTTP/2 where the server offers it |
//! | `native-tls` | no | TLS by the platform's own library instead |
//! | `schemars` | no | `schemars::JsonSchema` on every generated type |
//! | `codegen` | no | generates the client at build time, for those who edit the spec; outside a checkout of the repository the checked-in client is built |
//! | `login` | no | credentials from the agency of an ECS instance, a user of IAM or the profile file; see `Credentials::default_chain` |
//! | `tasks` | no | states of tasks, and retries of those that failed; see `tasks` |
//! | `test-util` | no | errors and responses for tests of your own; see `test_util` |
//! | `cli` | no | the command-line tool `drs`: `cargo install drs-api --features cli` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod body;
mod call;
mod change;
mod client;
mod codes;
mod credentials;
mod echo;
mod endpoint;
mod environment;
mod error;
mod exchange;
// progenitor allows what its output may trip over; what of it is public is decided below.
#[rustfmt::skip]
#[allow(clippy::allow_attributes_without_reason, unreachable_pub, reason = "generated code")]
#[cfg(not(drs_generated))]
mod generated;
/// The same files, fresh from the documents.
#[allow(
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated code"
)]
#[cfg(drs_generated)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));
}
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "login")]
pub mod login;
pub mod passwords;
mod path;
mod response;
mod secret;
pub mod signing;
#[cfg(feature = "tasks")]
pub mod tasks;
#[cfg(feature = "test-util")]
pub mod test_util;
mod texts;
mod transport;

pub use answer::Answer;
pub use client::ClientBuilder;
pub use credentials::{AccessKey, Credential, CredentialSource, Credentials};
pub use environment::Environment;
pub use error::{Error, NetworkError};
pub use generated::drs::{Client, builder, types};
/// reqwest 0.13, of which [`ClientBuilder::danger_http_client`] takes a client. A step to another
/// minor version of it is a breaking change of this crate.
pub use reqwest;
pub use response::ResponseValue;
pub use secret::Secret;
