//! Keeping the report up to date while a run goes on: a document that is true at every moment,
//! so that it can be believed after a crash.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use drs_api::passwords::{OutcomeKind as Kind, RunHandle};

use crate::{
    document::{Document, Frame},
    output,
    report_file::ReportFile,
    status::tell,
    todo::refused,
};

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
    pub(crate) fn start(
        file: ReportFile,
        frame: Arc<Frame>,
        handle: RunHandle,
    ) -> io::Result<Self> {
        write(&file, &frame.document(handle.report(), false))?;
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
                let report = handle.report();
                let counts = [Kind::Changed, Kind::Rejected].map(|kind| report.count(kind));
                let known = (refused(&report).len(), counts);
                if known.0 == written.0 && !is_due {
                    continue;
                }
                if known != written {
                    match write(&file, &frame.document(report, false)) {
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
        write(&file, document)
    }
}

/// Writes a document as a whole.
pub(crate) fn write(file: &ReportFile, document: &Document) -> io::Result<()> {
    let json = output::json(document).map_err(|failure| io::Error::other(failure.message))?;
    file.write(json.as_bytes())
}
