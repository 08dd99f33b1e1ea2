//! Where the files of the repository are.

use std::path::Path;

/// The spec of the service, relative to the repository.
pub(crate) const SPEC: &str = "openapi/drs-v3.yaml";

/// The repository this program was built in.
pub(crate) fn repository() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
