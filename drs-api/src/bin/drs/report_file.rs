//! `--report FILE`: a document that is true at every moment, so that it can be believed after
//! a crash.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use drs_api::passwords::{OutcomeKind, Report, RunHandle};

use crate::{args::Source, output, status::tell};

/// The least time between two writings.
const PAUSE: Duration = Duration::from_secs(1);

/// A file that is replaced as a whole.
pub(crate) struct ReportFile {
    path: PathBuf,
    /// What becomes the file once it is complete; beside it, to be on the same file system.
    next: PathBuf,
}

impl ReportFile {
    /// Tries that the file can be made, and leaves it as it is. It must not be one of those
    /// that were read.
    pub(crate) fn at(path: &Path, inputs: &[&Source]) -> io::Result<Self> {
        let is_there = |path: &Path| fs::canonicalize(path).ok();
        let here = is_there(path);
        let is_here = |source: &&Source| match source {
            Source::File(input) => here.is_some() && is_there(input) == here,
            Source::Stdin => false,
        };
        if inputs.iter().copied().any(|source| is_here(&source)) {
            let problem = "it is a file that this run reads";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, problem));
        }
        // Taking the place of a device or a directory would do harm.
        match fs::metadata(path) {
            Ok(found) if !found.is_file() => {
                let problem = "there is something else than a file";
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, problem));
            }
            _ => {}
        }
        let name = path.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path ends without a name")
        })?;
        let mut next = std::ffi::OsString::from(".");
        next.push(name);
        next.push(format!(".{}.new", std::process::id()));
        let file = Self {
            path: path.to_owned(),
            next: path.with_file_name(next),
        };
        file.create()?;
        fs::remove_file(&file.next)?;
        Ok(file)
    }

    /// A new file that only its owner can read.
    fn create(&self) -> io::Result<File> {
        // Left by an earlier process of the same number.
        let _ = fs::remove_file(&self.next);
        let mut options = OpenOptions::new();
        // Never through a link that someone has put there.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.next)
    }

    fn replace(&self, report: &Report) -> io::Result<()> {
        let written = self.try_replace(report);
        if written.is_err() {
            let _ = fs::remove_file(&self.next);
        }
        written
    }

    fn try_replace(&self, report: &Report) -> io::Result<()> {
        let mut file = BufWriter::new(self.create()?);
        output::json(&mut file, report)?;
        file.flush()?;
        // Else the name could outlive the content when the machine goes down; and yesterday's
        // report could come back, where a directory can be synced at all.
        file.get_ref().sync_all()?;
        fs::rename(&self.next, &self.path)?;
        #[cfg(unix)]
        if let Some(directory) = self.path.parent() {
            let here = directory.as_os_str().is_empty();
            let directory = File::open(if here { Path::new(".") } else { directory });
            let _ = directory.and_then(|directory| directory.sync_all());
        }
        Ok(())
    }
}

/// What stays true whatever happens next: a change can't be undone, all else can still come
/// out otherwise.
fn lasting(mut report: Report) -> Report {
    for outcome in &mut report.outcomes {
        if outcome.kind != OutcomeKind::Changed {
            outcome.kind = OutcomeKind::Unconfirmed;
            outcome.status = None;
            outcome.error_code = None;
            outcome.error_msg = None;
            outcome.request_id = None;
            outcome.cause = Some("the run had not ended when this was written".into());
        }
    }
    report
}

/// The thread that keeps the file up to date.
pub(crate) struct Keeper {
    end: Sender<()>,
    thread: JoinHandle<ReportFile>,
}

/// Writes the report before the run begins, and again whenever more is known.
pub(crate) fn keep(file: ReportFile, handle: RunHandle) -> io::Result<Keeper> {
    file.replace(&lasting(handle.report()))?;
    let (end, ended) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("report".into())
        .spawn(move || {
            let mut written = 0;
            let mut told = false;
            let mut pause = PAUSE;
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let begun = Instant::now();
                let report = lasting(handle.report());
                let changed = report.count(OutcomeKind::Changed);
                if changed == written {
                    continue;
                }
                match file.replace(&report) {
                    Ok(()) => (written, told) = (changed, false),
                    // What stands there is still true. Once is enough for a night.
                    Err(_) if told => {}
                    Err(e) => {
                        told = true;
                        tell(format_args!(
                            "{}: the report could not be brought up to date: {e}",
                            file.path.display()
                        ));
                    }
                }
                // A report so long that writing it takes its time is written less often.
                pause = PAUSE.max(begun.elapsed() * 10);
            }
            file
        })?;
    Ok(Keeper { end, thread })
}

impl Keeper {
    /// Writes what the run has come to.
    pub(crate) fn finish(self, report: &Report) -> io::Result<()> {
        drop(self.end);
        let file = self.thread.join();
        let file = file.map_err(|_| io::Error::other("its thread has failed"))?;
        file.replace(report)
    }
}
