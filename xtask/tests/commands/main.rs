//! What do the commands of `cargo xtask` print, and how do they end?

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, which clippy takes for production code"
)]

// A symbolic link.
#[allow(unreachable_pub, reason = "as of another crate")]
mod child;
mod lint;
mod regenerate;
mod review;
mod upstream;
