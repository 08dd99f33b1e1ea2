//! Is the spec right, does everything derived from it match, and are the repository's own files in
//! order? Each question is a module.

mod circles;
mod codegen;
mod examples;
mod guide;
mod lint;
mod mistakes;
mod mutations;
mod one_operation;
mod outline;
mod page;
mod sync;
mod task_examples;
mod types;
mod words;
