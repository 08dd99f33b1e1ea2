//! The guide: one chapter for each question that users have. The chapters are files in
//! `docs/guide/`, and their examples run as tests.

#[doc = include_str!("../docs/guide/outcomes.md")]
pub mod outcomes {}
#[doc = include_str!("../docs/guide/runs.md")]
pub mod runs {}
#[doc = include_str!("../docs/guide/credentials.md")]
pub mod credentials {}
#[cfg(feature = "login")]
#[doc = include_str!("../docs/guide/login.md")]
pub mod login {}
#[doc = include_str!("../docs/guide/secrets.md")]
pub mod secrets {}
#[doc = include_str!("../docs/guide/testing.md")]
pub mod testing {}
#[doc = include_str!("../docs/guide/tracing.md")]
pub mod tracing {}
#[doc = include_str!("../docs/guide/blocking.md")]
pub mod blocking {}
#[doc = include_str!("../docs/guide/kerberos.md")]
pub mod kerberos {}
#[doc = include_str!("../docs/guide/troubleshooting.md")]
pub mod troubleshooting {}
