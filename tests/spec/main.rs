//! Is the spec right, does all that follows from it follow, and are the repository's own files as
//! they should be? Each question is a module.

mod circles;
mod codegen;
mod examples;
mod lint;
mod mistakes;
mod mutations;
mod outline;
mod page;
mod sync;
mod task_examples;
mod types;
mod words;
