//! `-vv`: the library's events on standard error.

use std::io::{self, Write};

use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::text;

/// Shows them from now on. Events of the libraries below stay out: they may show what is sent.
pub(crate) fn show() {
    let layer = fmt::layer().with_ansi(false).with_writer(|| Cleaned);
    let ours = Targets::new().with_target("drs_api", LevelFilter::TRACE);
    // Another subscriber can't be there: this is the only place that sets one.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(ours))
        .try_init();
}

/// Standard error, for texts from elsewhere.
struct Cleaned;

impl Write for Cleaned {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An event comes as a whole, with a line break at its end.
        let event = String::from_utf8_lossy(bytes);
        let line = text::line(event.trim_end_matches('\n'));
        writeln!(io::stderr(), "{line}")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
