//! Files that hold secrets, and standard input: who else may read or change them, and how long
//! they may be.

use std::{
    fs::{File, Metadata},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use crate::args::Source;

/// How a file is kept from others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// Others may neither read nor write it.
    Secret,
    /// Others may read it and not write it.
    Public,
    /// The operator says that it is well as it is.
    Waived,
}

impl Care {
    /// For a file without secrets, which every user of a machine may read, such as a `krb5.conf`.
    pub(crate) fn of_public(self) -> Self {
        match self {
            Self::Secret => Self::Public,
            care => care,
        }
    }
}

/// The longest plan or report, in bytes.
pub(crate) const MOST_OF_A_PLAN: u64 = 256 << 20;
/// The longest password, token, keytab or `krb5.conf`: many times what they have.
pub(crate) const MOST_OF_A_SECRET: u64 = 1 << 20;
/// The longest bundle of certificates.
pub(crate) const MOST_OF_CERTIFICATES: u64 = 16 << 20;

/// Reads it all as text.
///
/// # Errors
/// A sentence without the name of the source.
pub(crate) fn text(source: &Source, care: Care, most: u64) -> Result<String, String> {
    String::from_utf8(bytes(source, care, most)?).map_err(|_| "it is not UTF-8 text".to_owned())
}

/// Reads it all, if it has at most this many bytes.
///
/// # Errors
/// As [`text`].
pub(crate) fn bytes(source: &Source, care: Care, most: u64) -> Result<Vec<u8>, String> {
    let failed = |e: io::Error| format!("it can't be read: {e}");
    let (file, length) = match source {
        Source::Stdin => (standard_input().map_err(failed)?, 0),
        Source::File(path) => {
            let file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            exposure(path, &metadata, care).map_or(Ok(()), Err)?;
            (file, metadata.len())
        }
    };
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or(0) + 1);
    // What says that it is longer need not be read to see it; what has no end does not say so.
    if length <= most {
        let mut file = file.take(most + 1);
        file.read_to_end(&mut bytes).map_err(failed)?;
    }
    let is_whole = length.max(bytes.len() as u64) <= most;
    let too_long = || format!("it is longer than {most} bytes; is it the right one?");
    is_whole.then_some(bytes).ok_or_else(too_long)
}

/// The path of a file that can be read again: neither standard input nor a pipe, on which a reader
/// may wait for ever.
///
/// # Errors
/// As [`text`].
pub(crate) fn regular(source: &Source) -> Result<&Path, String> {
    let path = source.path().filter(|path| path.is_file());
    path.ok_or_else(|| "it is not there, or not a regular file; name a report".to_owned())
}

/// Standard input without the buffer of [`io::Stdin`], which is never freed and so never wiped.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;

    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// How a problem ends if the file or variable doesn't exist.
pub(crate) const NOT_THERE: &str = "; give the name of one, not the secret itself";

/// What lets others at a file.
#[cfg(unix)]
fn exposure(path: &Path, metadata: &Metadata, care: Care) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    let (forbidden, fit) = match care {
        Care::Secret => (0o077, "600"),
        Care::Public => (0o022, "go-w"),
        Care::Waived => return None,
    };
    let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
    // Nobody keeps a secret in a terminal or another device.
    if !metadata.is_file() && !metadata.file_type().is_fifo() {
        None
    } else if !is_trusted(owner) {
        Some(format!(
            "it belongs to user {owner}, who can change it; give this user a copy of its own with \
             mode 0600, or pass --allow-readable-files"
        ))
    } else if mode & forbidden == 0 || mode & 0o022 == 0 && is_mounted(path) {
        None
    } else {
        Some(format!(
            "it is open to others (mode {mode:04o}); if it is the right file, run `chmod {fit}` on \
             it or on a copy of this user's own, or pass --allow-readable-files"
        ))
    }
}

/// Root, this user, or the one who called this user's `sudo`.
#[cfg(unix)]
fn is_trusted(owner: u32) -> bool {
    let caller = std::env::var("SUDO_UID").ok();
    let caller = caller.and_then(|id| id.parse().ok());
    owner == 0 || owner == rustix::process::geteuid().as_raw() || Some(owner) == caller
}

/// Elsewhere a mode says nothing about it.
#[cfg(not(unix))]
fn exposure(_: &Path, _: &Metadata, _: Care) -> Option<String> {
    None
}

/// Whether the platform has mounted a file as a secret, where no one else can put another: in
/// `/run/secrets`, in `$CREDENTIALS_DIRECTORY`, or in a volume of Kubernetes. Others may often
/// read these by design: the mount is seen by this program's container or service alone.
#[cfg(unix)]
fn is_mounted(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    /// In a folder with this bit only owners can replace what is theirs.
    const STICKY: u32 = 0o1000;
    let (Ok(file), Ok(absolute)) = (path.canonicalize(), std::path::absolute(path)) else {
        return false;
    };
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let credentials = credentials.and_then(|folder| folder.canonicalize().ok());
    let mut known = ["/run/secrets".into()].into_iter().chain(credentials);
    // Kubernetes replaces all files of a volume at once: `..data` is a link to their folder.
    let volume = absolute.ancestors().skip(1).find(|ancestor| {
        let data = ancestor.join("..data");
        data.is_symlink() && data.canonicalize().is_ok_and(|data| file.starts_with(data))
    });
    let is_safe = |folder: &Path| {
        folder.metadata().is_ok_and(|folder| {
            let mode = folder.mode();
            is_trusted(folder.uid()) && (mode & 0o022 == 0 || mode & STICKY != 0)
        })
    };
    (volume.is_some() || known.any(|known| file.starts_with(known)))
        && file.parent().into_iter().chain(volume).all(is_safe)
}
