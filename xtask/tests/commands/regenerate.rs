//! Is what is checked in what the documents generate?

use super::child::program;

#[test]
fn what_is_checked_in_is_what_the_documents_generate() {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"));
    let output = command.args(["regenerate", "--check"]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}
