//! What do the commands of `cargo xtask` print, and how do they end?

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, which clippy takes for production code"
)]

mod lint;
mod regenerate;
mod review;
