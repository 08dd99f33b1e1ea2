//! Where the repository's files are.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The spec of the service, relative to the repository.
pub(crate) const SPEC: &str = "openapi/drs-v3.yaml";

/// This program's folder. Cargo sets it again when it runs the program: clones may share a target
/// folder, and one clone may run what another built.
static XTASK: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::var_os("CARGO_MANIFEST_DIR");
    folder.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
});

/// The repository where cargo started this program, or else where it was built.
pub(crate) fn repository() -> &'static Path {
    XTASK.parent().unwrap_or(&XTASK)
}
