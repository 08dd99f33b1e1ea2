//! Keeping the report up to date while a run goes on: a document that is true at every moment,
//! so that it can be believed after a crash.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use drs_api::passwords::{OutcomeKind, RunHandle};

use crate::{
    document::{Document, Frame},
    output,
    report_file::ReportFile,
    status::tell,
};

/// The least time between two writings.
const PAUSE: Duration = Duration::from_secs(1);

/// The thread that writes the report, and the file that it writes to.
pub(crate) struct Keeper {
    end: Sender<()>,
    thread: JoinHandle<ReportFile>,
}

impl Keeper {
    /// Writes the report before the run begins, and again whenever more is known. `path` is the
    /// file as the user named it.
    pub(crate) fn start(
        file: ReportFile,
        path: PathBuf,
        frame: Arc<Frame>,
        handle: RunHandle,
    ) -> io::Result<Self> {
        write(&file, &frame.interim(handle.report()))?;
        let (end, ended) = mpsc::channel();
        let keep = move || {
            let mut written = (0, 0);
            let mut told = false;
            let mut pause = PAUSE;
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let begun = Instant::now();
                let report = handle.report();
                let known = [OutcomeKind::Changed, OutcomeKind::Rejected];
                let known = known.map(|kind| report.count(kind)).into();
                if known == written {
                    continue;
                }
                match write(&file, &frame.interim(report)) {
                    Ok(()) => (written, told) = (known, false),
                    // What stands there is still true. Once is enough for a night.
                    Err(_) if told => {}
                    Err(e) => {
                        told = true;
                        let path = path.display();
                        tell(format_args!(
                            "{path}: the report could not be brought up to date: {e}"
                        ));
                    }
                }
                // A report so long that writing it takes its time is written less often.
                pause = PAUSE.max(begun.elapsed() * 10);
            }
            file
        };
        let thread = thread::Builder::new().name("report".into()).spawn(keep)?;
        Ok(Self { end, thread })
    }

    /// Writes what the run has come to.
    pub(crate) fn finish(self, document: &Document) -> io::Result<()> {
        drop(self.end);
        let file = self.thread.join();
        let file = file.map_err(|_| io::Error::other("its thread has failed"))?;
        write(&file, document)
    }
}

/// Writes a document as a whole.
pub(crate) fn write(file: &ReportFile, document: &Document) -> io::Result<()> {
    let mut content = Vec::new();
    output::json(&mut content, document)?;
    file.write(&content)
}
