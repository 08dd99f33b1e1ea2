//! `--report FILE`: where the report is on the disk, and how it is replaced so that there is
//! always a whole one.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{args::Source, document::Document, files::Care, status::tell};

const NO_FILE: &str = "it is not a regular file, so it can't be replaced; name one";
const LOCKED: &str = "another run is using this report; wait until it ends";

/// A report file of which it is known that it can be written.
pub(crate) struct ReportFile {
    /// Behind all links.
    target: PathBuf,
    /// The next report, and the lock file, both in the report's folder.
    next: PathBuf,
    lock: PathBuf,
}

impl ReportFile {
    /// Finds the file, or the place for it.
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        let target = behind_links(path)?;
        let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(refused(NO_FILE));
        };
        if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
            return Err(refused(NO_FILE));
        }
        check_folder(folder)?;
        let beside = |end| {
            let mut beside = OsString::from(".");
            beside.push(name);
            beside.push(end);
            folder.join(beside)
        };
        let (next, lock) = (beside(".new"), beside(".lock"));
        Ok(Self { target, next, lock })
    }

    /// The report that is there. It has to be one that can be read, or nothing: it could be a
    /// plan, or the only copy of a secret.
    pub(crate) fn there(&self) -> io::Result<Option<Document>> {
        if fs::metadata(&self.target).map_or(0, |found| found.len()) == 0 {
            return Ok(None);
        }
        let report = Document::read(&Source::File(self.target.clone()), Care::Waived);
        let other = |problem| format!("{problem}; name another file, or remove this one");
        report.map(Some).map_err(|problem| refused(&other(problem)))
    }

    /// Keeps other runs from this report as long as the lock is there. Where that can't be, it is
    /// told, if someone listens.
    pub(crate) fn lock(&self, is_told: bool) -> io::Result<File> {
        if fs::symlink_metadata(&self.lock).is_ok_and(|found| !found.is_file()) {
            return Err(refused(
                "the lock file beside it is not a regular file; remove it",
            ));
        }
        // It stays: were it removed, two runs could hold a lock on two files of this name.
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let file = owners(options).open(&self.lock)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(refused(LOCKED)),
            // Some network file systems have none.
            Err(TryLockError::Error(e)) if is_told => tell(format_args!(
                "the report can't be locked here ({e}); see to it that no other run uses it"
            )),
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(file)
    }

    /// Replaces the old content with a new one.
    pub(crate) fn write(&self, content: &[u8]) -> io::Result<()> {
        // What a crash has left. A link that somebody laid there is not followed.
        let _ = fs::remove_file(&self.next);
        let mut next = owners(OpenOptions::new().write(true).create_new(true)).open(&self.next)?;
        next.write_all(content)?;
        // Else the name could outlive the content when the machine goes down; and yesterday's
        // report could come back, where a folder can be synced at all.
        next.sync_all()?;
        fs::rename(&self.next, &self.target).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => {
                let _ = fs::remove_file(&self.next);
                refused("it is a mount of its own, so it can't be replaced; mount its folder")
            }
            _ => error,
        })?;
        #[cfg(unix)]
        let _ =
            File::open(self.target.parent().unwrap_or(Path::new("."))).and_then(|f| f.sync_all());
        Ok(())
    }
}

fn refused(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

/// Makes what is created readable for its owner alone.
fn owners(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Refuses a folder into which no file can be put: a report is replaced as a whole.
fn check_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::Access;

        let can = rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK);
        can.map_err(|e| refused(&format!("its folder can't be written ({e}); name another")))?;
    }
    fs::metadata(folder).map(drop)
}

/// The path that a path leads to over links, whether there is a file or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    // As many as Linux follows.
    const MOST: usize = 40;
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
