//! A simulated Data Replication Service on loopback. It stores tasks with their passwords and
//! states, changes passwords, lists states, and retries tasks. A test can ask what it received and
//! stored. Any other operation of the spec is validated and gets the spec's first example of a
//! success. IAM and a machine's metadata service are at the same address. This file lists what the
//! library offers.
//!
//! It shares no code with the client: a JSON Schema validator checks each request and each regular
//! response against `openapi/drs-v3.yaml` and `drs-tasks-v3.yaml`.
//!
//! ```
//! use drs_simulator::{EXAMPLE_TASK, Simulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let simulator = Simulator::builder().start_blocking()?;
//! println!("{}/v3/{}", simulator.endpoint(), simulator.project_id());
//! // … a client changes passwords …
//! assert_eq!(simulator.password(EXAMPLE_TASK, "so").as_deref(), Some("initial"));
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod access;
mod account;
mod answer;
mod builder;
mod change;
mod clock;
mod connection;
mod default_tasks;
mod fault;
mod front;
mod iam;
mod metadata;
mod password_change;
mod percent;
mod problem;
mod received;
mod refusal;
mod secret;
mod service;
mod signature;
mod simulator;
mod spec;
mod store;
mod task;
mod task_file;
mod task_operations;
mod task_state;
mod throttle;
mod tokens;
mod yaml;

pub use http::HeaderMap;

pub use crate::access::InvalidToken;
pub use crate::builder::{BODY_LIMIT, Builder};
pub use crate::change::Item;
pub use crate::default_tasks::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_DOMAIN, EXAMPLE_PROJECT, EXAMPLE_REGION, EXAMPLE_SECRET_KEY,
    EXAMPLE_SECURITY_TOKEN, EXAMPLE_TASK, EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY,
    EXAMPLE_TOKEN, EXAMPLE_USER, EXAMPLE_USER_PASSWORD, PARENT_TASK, default_tasks, task_in,
};
pub use crate::fault::{Fault, ItemFault, Stage, Times, parse_fault};
pub use crate::metadata::Machine;
pub use crate::received::Request;
pub use crate::refusal::Refusal;
pub use crate::simulator::Simulator;
pub use crate::store::Counts;
pub use crate::task::{INITIAL_PASSWORD, Task};
pub use crate::task_file::TaskFile;
pub use crate::task_state::TaskState;
pub use crate::throttle::{RetryAfter, Throttle};
