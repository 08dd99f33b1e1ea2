//! `--report FILE`: where the report stands on the disk, and how it is replaced so that there
//! is always a whole one.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::status::tell;

/// A report file of which it is known that it can be written.
pub(crate) struct ReportFile {
    /// Behind all links.
    target: PathBuf,
    folder: PathBuf,
    /// How the names of its own files beside it begin.
    beside: OsString,
    in_place: bool,
}

impl ReportFile {
    /// Finds the file, and tries that it can be written, without changing it. What is there
    /// already has to be a report, or nothing: it could be a plan, or the only copy of a secret.
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        let target = behind_links(path)?;
        let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(refused(NO_NAME));
        };
        match fs::metadata(&target) {
            Ok(found) if found.is_dir() => return Err(refused("it is a folder; name a file")),
            Ok(found) if !found.is_file() => return Err(refused(NO_FILE)),
            Ok(found) if found.len() > 0 && !is_report(&target)? => return Err(refused(NO_REPORT)),
            _ => {}
        }
        let mut beside = OsString::from(".");
        beside.push(name);
        let file = Self {
            in_place: is_mount(&target),
            folder: folder.to_owned(),
            beside,
            target,
        };
        match file.in_place {
            true => drop(file.open()?),
            false => drop(file.next()?),
        }
        Ok(file)
    }

    /// Keeps other runs from this report as long as the lock is there, and removes what a crash
    /// has left of an earlier one.
    pub(crate) fn lock(&self) -> io::Result<File> {
        let file = match self.in_place {
            true => self.open()?,
            false => self.lock_file()?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refused(LOCKED)),
            // Some network file systems have none.
            Err(TryLockError::Error(e)) => tell(format_args!(
                "the report can't be locked here ({e}); see to it that no other run uses it"
            )),
        }
        if !self.in_place {
            let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
            for entry in entries.filter(|entry| self.is_new(&entry.file_name())) {
                // It does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(file)
    }

    /// It stays: were it removed, two runs could hold a lock on two files of this name.
    fn lock_file(&self) -> io::Result<File> {
        let mut name = self.beside.clone();
        name.push(".lock");
        let path = self.folder.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(refused(
                "the lock file beside it is not a regular file; remove it",
            ));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)
    }

    /// A new file with a name that no one can guess, which only its owner can read.
    fn next(&self) -> io::Result<tempfile::NamedTempFile> {
        let mut begin = self.beside.clone();
        begin.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&begin).suffix(NEW).tempfile_in(&self.folder)
    }

    /// Whether a file is one that was to become the report.
    fn is_new(&self, name: &OsStr) -> bool {
        let rest = name
            .as_encoded_bytes()
            .strip_prefix(self.beside.as_encoded_bytes());
        rest.is_some_and(|rest| rest.starts_with(b".") && rest.ends_with(NEW.as_bytes()))
    }

    fn open(&self) -> io::Result<File> {
        // Not truncated: until it is written anew the old one stays.
        OpenOptions::new().write(true).open(&self.target)
    }

    /// Puts a new content in the place of the old one.
    pub(crate) fn write(&self, content: &[u8]) -> io::Result<()> {
        if self.in_place {
            return self.write_in_place(content);
        }
        let mut next = self.next()?;
        next.write_all(content)?;
        // Else the name could outlive the content when the machine goes down; and yesterday's
        // report could come back, where a folder can be synced at all.
        next.as_file().sync_all()?;
        match next.persist(&self.target) {
            Err(e) if e.error.kind() == io::ErrorKind::ResourceBusy => {
                return self.write_in_place(content);
            }
            Err(e) => return Err(e.error),
            Ok(_) => {}
        }
        #[cfg(unix)]
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn write_in_place(&self, content: &[u8]) -> io::Result<()> {
        let mut file = self.open()?;
        file.write_all(content)?;
        file.set_len(u64::try_from(content.len()).unwrap_or(u64::MAX))?;
        file.sync_all()
    }
}

/// How the name of a file ends that is to become the report.
const NEW: &str = ".new";

const NO_NAME: &str = "the path ends without a name; name a file";
const NO_REPORT: &str = "a file is there that is no report; name another, or remove it";
const LOCKED: &str = "another run is using this report; wait until it ends";
const NO_FILE: &str = "it is not a regular file, so it can't be replaced; name one, or `-` for \
                       standard output";

fn refused(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

/// Whether a file begins as a report does. That of a crash may not be whole.
fn is_report(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?.take(64).read_to_end(&mut beginning)?;
    let beginning = String::from_utf8_lossy(&beginning);
    let beginning: String = beginning.split_whitespace().collect();
    Ok(beginning.starts_with("{\"schema\""))
}

/// The path that a path leads to over links, whether there is a file or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    // As many as Linux follows.
    const MOST: usize = 40;
    if path.file_name().is_none() {
        return Err(refused(NO_NAME));
    }
    let parts = |path: &Path| -> Vec<OsString> {
        let parts = path.components().rev();
        parts.map(|part| part.as_os_str().to_owned()).collect()
    };
    let mut left = parts(&std::path::absolute(path)?);
    let (mut here, mut links) = (PathBuf::new(), 0);
    while let Some(name) = left.pop() {
        if name == ".." {
            here.pop();
            continue;
        }
        let next = here.join(&name);
        // What is in there leads to what is open in some process, not to a path.
        if ["/dev", "/proc"].iter().any(|of| next.starts_with(of)) {
            return Err(refused(NO_FILE));
        }
        match fs::symlink_metadata(&next) {
            Ok(metadata) if metadata.is_symlink() => {
                check_link(&here, &metadata)?;
                links += 1;
                if links > MOST {
                    return Err(refused("it is a link that leads to itself"));
                }
                left.extend(parts(&fs::read_link(&next)?));
            }
            Ok(_) => here = next,
            Err(e) if e.kind() == io::ErrorKind::NotFound && left.is_empty() => here = next,
            Err(e) => return Err(e),
        }
    }
    Ok(here)
}

/// Refuses a link that another user may have laid there, as Linux does where it protects links:
/// here whatever its setting is.
#[cfg(unix)]
fn check_link(folder: &Path, link: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let folder = fs::metadata(folder)?;
    let mine = link.uid() == rustix::process::geteuid().as_raw();
    let fits = folder.mode() & 0o1000 != 0 && (mine || link.uid() == folder.uid());
    match folder.mode() & 0o022 == 0 || fits {
        true => Ok(()),
        false => Err(refused(
            "it leads over a link in a folder that others can write, and they may have laid it; \
             name the file itself",
        )),
    }
}

#[cfg(not(unix))]
fn check_link(_: &Path, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether a file is a mount of its own, as in a container: no other can take its place.
fn is_mount(path: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    has_mount(&mounts, path)
}

fn has_mount(mounts: &str, path: &Path) -> bool {
    // As it is written there.
    let path = path
        .to_string_lossy()
        .replace('\\', r"\134")
        .replace(' ', r"\040");
    let path = path.replace('\t', r"\011").replace('\n', r"\012");
    let mut paths = mounts.lines().filter_map(|mount| mount.split(' ').nth(4));
    paths.any(|mount| mount == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_known_by_its_path() {
        let mounts = "22 1 254:0 / / rw - ext4 /dev/a rw\n\
                      99 22 254:0 /x/r /var/lib/my\\040drs/r.json rw - ext4 /dev/a rw\n";
        assert!(has_mount(mounts, Path::new("/var/lib/my drs/r.json")));
        for other in ["/var/lib/my drs", "/var/lib/my", "/x/r", "r.json"] {
            assert!(!has_mount(mounts, Path::new(other)), "{other}");
        }
    }
}
