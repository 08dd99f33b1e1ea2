//! Where the files of the repository are.

use std::{
    env,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The spec of the service, relative to the repository.
pub(crate) const SPEC: &str = "openapi/drs-v3.yaml";

/// This program's folder. Cargo says it anew where it runs the program: several clones may share
/// a target folder, and what was built for one runs for another.
static XTASK: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::var_os("CARGO_MANIFEST_DIR");
    folder.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
});

/// The repository in which this program was started by cargo, or else was built.
pub(crate) fn repository() -> &'static Path {
    XTASK.parent().unwrap_or(&XTASK)
}
