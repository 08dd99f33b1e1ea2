//! Files that hold secrets, and standard input: who else may read them, and how they are read
//! without leaving copies in memory.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
};

use zeroize::{Zeroize as _, Zeroizing};

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
pub(crate) const MOST_OF_A_PLAN: usize = 256 << 20;
/// The longest password, token, keytab or `krb5.conf`: many times what they have.
pub(crate) const MOST_OF_A_SECRET: usize = 1 << 20;
/// The longest bundle of certificates.
pub(crate) const MOST_OF_CERTIFICATES: usize = 16 << 20;

/// Reads it all as text.
///
/// # Errors
/// A sentence without the name of the source.
pub(crate) fn text(source: &Source, care: Care, most: usize) -> Result<Zeroizing<String>, String> {
    let mut bytes = bytes(source, care, most)?;
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(e) => {
            e.into_bytes().zeroize();
            Err("it is not UTF-8 text".to_owned())
        }
    }
}

/// Reads it all, if it has at most this many bytes.
///
/// # Errors
/// As [`text`].
pub(crate) fn bytes(
    source: &Source,
    care: Care,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let failed = |e: io::Error| format!("it can't be read: {e}");
    let mut expected = 0;
    let file = match source {
        Source::Stdin => standard_input().map_err(failed)?,
        Source::File(path) => {
            let file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err("it is a directory".to_owned());
            }
            if let Some(problem) = exposure(path, &metadata, care) {
                return Err(problem);
            }
            expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
            file
        }
    };
    // One that says that it is longer need not be read to see it.
    let bytes = match expected > most {
        true => None,
        false => Some(read_all(file, expected, most).map_err(failed)?),
    };
    let bytes = bytes.filter(|bytes| bytes.len() <= most);
    bytes.ok_or_else(|| format!("it is longer than {most} bytes; look for a file given by mistake"))
}

/// Standard input without the buffer of [`io::Stdin`], which is never wiped.
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

/// Reads up to one byte more than `most`. Each buffer that becomes too small is wiped.
fn read_all(mut from: impl Read, expected: usize, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    // One more than expected, so that the end is seen without growing.
    let mut bytes = Zeroizing::new(vec![0; expected.saturating_add(1).max(4096)]);
    let mut length = 0;
    while length <= most {
        if length == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; length.saturating_mul(2)]);
            larger[..length].copy_from_slice(&bytes);
            bytes = larger;
        }
        match from.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Whether there is a file that can hold a secret. What is none may be the secret itself, given
/// by mistake.
///
/// # Errors
/// A sentence without the path.
pub(crate) fn check_path(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err("it is a directory".to_owned()),
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
            Err(format!("it can't be read: {e}"))
        }
        Err(_) => Err("there is no such file".to_owned()),
    }
}

/// What lets others at a file.
#[cfg(unix)]
fn exposure(path: &Path, metadata: &Metadata, care: Care) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    // A terminal or another device is no place where a secret is kept.
    let keeps = metadata.is_file() || metadata.file_type().is_fifo();
    let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
    let forbidden = match care {
        Care::Secret => 0o077,
        Care::Public => 0o022,
        Care::Waived => return None,
    };
    if !keeps || mode & forbidden == 0 && is_trusted(owner) {
        return None;
    }
    if let Some(folders) = mount(path) {
        let problem = mount_problem(metadata, &folders)?;
        return Some(format!(
            "it is mounted as a secret, but {problem}; only root or this user may own and write \
             it; else pass --allow-readable-files"
        ));
    }
    if !is_trusted(owner) {
        return Some(format!(
            "it belongs to user {owner}, who can change it; give this user a copy of its own with \
             mode 0600, or pass --allow-readable-files"
        ));
    }
    let fit = if care == Care::Public { "go-w" } else { "600" };
    Some(format!(
        "it is open to others (mode {mode:04o}); run `chmod {fit}` on it or on a copy of this \
         user's own, or pass --allow-readable-files"
    ))
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

/// The folders that decide who may change a file which the platform has mounted as a secret:
/// in `/run/secrets`, in `$CREDENTIALS_DIRECTORY`, or in a volume of Kubernetes. Others may
/// often read these by design: the mount is seen by this program's container or service alone.
#[cfg(unix)]
fn mount(path: &Path) -> Option<Vec<PathBuf>> {
    let file = path.canonicalize().ok()?;
    let folder = file.parent()?.to_owned();
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY");
    let credentials = credentials.and_then(|folder| PathBuf::from(folder).canonicalize().ok());
    let known = ["/run/secrets".into()].into_iter().chain(credentials);
    if known.into_iter().any(|known| file.starts_with(known)) {
        return Some(vec![folder]);
    }
    // Kubernetes replaces all files of a volume at once: `..data` is a link to their folder.
    let absolute = std::path::absolute(path).ok()?;
    let volume = absolute.ancestors().skip(1).find(|ancestor| {
        let data = ancestor.join("..data");
        data.is_symlink() && data.canonicalize().is_ok_and(|data| file.starts_with(data))
    })?;
    Some(vec![folder, volume.to_owned()])
}

#[cfg(unix)]
fn mount_problem(file: &Metadata, folders: &[PathBuf]) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    /// In a folder with this bit only owners can replace what is theirs.
    const STICKY: u32 = 0o1000;
    let problem = |metadata: &Metadata, what: &str| {
        let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
        let is_open = mode & 0o022 != 0 && (metadata.is_file() || mode & STICKY == 0);
        match is_trusted(owner) {
            false => Some(format!("{what} belongs to user {owner}")),
            true if is_open => Some(format!("{what} can be written by others (mode {mode:04o})")),
            true => None,
        }
    };
    problem(file, "the file").or_else(|| {
        folders.iter().find_map(|folder| match folder.metadata() {
            Ok(metadata) => problem(&metadata, "its folder"),
            Err(e) => Some(format!("its folder can't be read: {e}")),
        })
    })
}
