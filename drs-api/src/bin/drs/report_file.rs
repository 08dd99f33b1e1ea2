//! `--report FILE`: the file that the report is written to, behind all links; its lock, which
//! `drs retry` takes too; and the thread that replaces it during a run, so that there is always a
//! whole one.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use drs_api::passwords::{OutcomeKind as Kind, RunHandle};

use crate::{
    args::Source,
    document::{Document, Frame},
    files::Care,
    output,
    status::tell,
    todo::refused as refused_passwords,
};

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
        let target = behind_links(path, &mut 0)?;
        let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(refused(NO_FILE));
        };
        if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
            return Err(refused(NO_FILE));
        }
        check_folder(folder)?;
        let sibling = |end: &str| {
            let parts = [OsStr::new("."), name, OsStr::new(end)];
            folder.join(parts.into_iter().collect::<OsString>())
        };
        let (next, lock) = (sibling(".new"), sibling(".lock"));
        Ok(Self { target, next, lock })
    }

    /// The report that is there. It has to be one that can be read, or nothing: it could be a
    /// plan, or the only copy of a secret.
    pub(crate) fn there(&self) -> io::Result<Option<Document>> {
        if fs::metadata(&self.target).map_or(0, |found| found.len()) == 0 {
            return Ok(None);
        }
        let report = Document::read(&Source::File(self.target.clone()), Care::Waived);
        let other = |problem| format!("{problem}; name another file");
        report.map(Some).map_err(|problem| refused(&other(problem)))
    }

    /// Keeps other runs from this report as long as the lock is there. Where that can't be, it is
    /// told, if someone listens.
    pub(crate) fn lock(&self, is_told: bool) -> io::Result<File> {
        if fs::symlink_metadata(&self.lock).is_ok_and(|found| !found.is_file()) {
            return Err(refused("its lock file is not a regular file; remove that"));
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

    /// Replaces it by a document, as a whole.
    pub(crate) fn write(&self, document: &Document) -> io::Result<()> {
        let json = output::json(document).map_err(|failure| io::Error::other(failure.message))?;
        // What a crash has left. A link that somebody laid there is not followed.
        let _ = fs::remove_file(&self.next);
        let mut next = owners(OpenOptions::new().write(true).create_new(true)).open(&self.next)?;
        next.write_all(json.as_bytes())?;
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
fn behind_links(path: &Path, links: &mut usize) -> io::Result<PathBuf> {
    // As many as Linux follows.
    const MOST: usize = 40;
    let mut here = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        if part == Component::ParentDir {
            here.pop();
            continue;
        }
        let next = here.join(part);
        // What is in there leads to what is open in some process, not to a path.
        if ["/dev", "/proc"].iter().any(|of| next.starts_with(of)) {
            return Err(refused(NO_FILE));
        }
        here = match fs::symlink_metadata(&next) {
            Ok(metadata) if metadata.is_symlink() => {
                check_link(&here, &metadata)?;
                *links += 1;
                if *links > MOST {
                    return Err(refused("it is a link that leads to itself"));
                }
                behind_links(&here.join(fs::read_link(&next)?), links)?
            }
            // Its folder has to be there, which is seen to later.
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => next,
        };
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

/// The least time between two writings.
const PAUSE: Duration = Duration::from_secs(1);

/// The thread that writes the report, and the file that it writes to.
pub(crate) struct Keeper {
    wake: Sender<()>,
    thread: JoinHandle<ReportFile>,
}

impl Keeper {
    /// Writes the report before the run begins, and again whenever more is known; at once if
    /// that is a password that must not be sent again.
    pub(crate) fn start(file: ReportFile, frame: Arc<Frame>, run: RunHandle) -> io::Result<Self> {
        file.write(&frame.document(run.report(), false))?;
        let (wake, awoken) = mpsc::channel();
        let keep = move || {
            let (mut written, mut is_told) = ((0, [0; 2]), false);
            let mut due = Instant::now() + PAUSE;
            loop {
                let rest = due.saturating_duration_since(Instant::now());
                let is_due = match awoken.recv_timeout(rest) {
                    Ok(()) => false,
                    Err(RecvTimeoutError::Timeout) => true,
                    Err(RecvTimeoutError::Disconnected) => return file,
                };
                // Many may have been under way at once.
                while awoken.try_recv().is_ok() {}
                let begun = Instant::now();
                let report = run.report();
                let counts = [Kind::Changed, Kind::Rejected].map(|kind| report.count(kind));
                let known = (refused_passwords(&report).count(), counts);
                if known.0 == written.0 && !is_due {
                    continue;
                }
                if known != written {
                    match file.write(&frame.document(report, false)) {
                        Ok(()) => written = known,
                        // The old one is still true. Once is enough for a night.
                        Err(e) if !std::mem::replace(&mut is_told, true) => tell(format_args!(
                            "the report could not be brought up to date: {e}"
                        )),
                        Err(_) => {}
                    }
                }
                // A report so long that writing it takes its time is written less often.
                due = Instant::now() + PAUSE.max(begun.elapsed() * 10);
            }
        };
        let thread = thread::Builder::new().name("report".into()).spawn(keep)?;
        Ok(Self { wake, thread })
    }

    /// Has it look whether a password must not be sent again.
    pub(crate) fn wake(&self) {
        // The thread lives as long as this.
        let _ = self.wake.send(());
    }

    /// Writes what the run has come to.
    pub(crate) fn finish(self, document: &Document) -> io::Result<()> {
        drop(self.wake);
        let file = self.thread.join();
        let file = file.map_err(|_| io::Error::other("its thread has failed"))?;
        file.write(document)
    }
}
