//! Credentials from where operators have them: the agency of an ECS instance, a user of IAM, the
//! profile file of the vendor's SDKs, and the chain of all these. Also the project of a region.
//!
//! Every request here is generated from a document in `openapi/`. The modules stand above the
//! generated clients, which know nothing of them.

mod agency;
mod chain;
mod hiccup;
mod iam;
mod profile;

pub use chain::{Login, Place};
pub use profile::Profile;
