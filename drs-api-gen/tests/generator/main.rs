//! What do the parser, the lint, the generator, and the review make of a document? Each question is
//! a module; the documents are in `../fixtures/`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, which clippy takes for production code"
)]

mod alone;
mod descriptions;
mod limits;
mod lint;
mod review;
mod review_large;
mod slips;
