//! The table of outcomes, as wide as the terminal, and whole where it goes elsewhere.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use drs_api::passwords::{Outcome, OutcomeKind, Report, UnmatchedResult};
use textwrap::core::display_width;

use crate::{
    document::Document,
    next_steps,
    text::{self, clean},
};

/// How many remarks and unmatched results a table shows.
const REMARKS: usize = 10;
/// How many rows of what is changed a terminal shows.
const CHANGED: usize = 20;
/// Longer ids do not widen their column.
const LONGEST_ID: usize = 48;
/// With less room in its column a message gets lines of its own.
const LEAST_ROOM: usize = 40;

const HEADS: [&str; 4] = ["TASK", "SIDE", "OUTCOME", "CODE"];

/// What the table has to fit into.
pub(crate) struct Layout {
    /// The terminal's width, if it is one.
    width: Option<usize>,
    /// How many rows of what is changed are shown.
    changed: usize,
}

impl Layout {
    #[cfg(unix)]
    pub(crate) fn of(stream: impl IsTerminal + std::os::fd::AsFd, all: bool) -> Self {
        let terminal = stream.is_terminal();
        let size = terminal_size::terminal_size_of(&stream).filter(|_| terminal);
        Self::new(terminal, size, all)
    }

    #[cfg(not(unix))]
    pub(crate) fn of(stream: impl IsTerminal, all: bool) -> Self {
        let terminal = stream.is_terminal();
        let size = terminal_size::terminal_size().filter(|_| terminal);
        Self::new(terminal, size, all)
    }

    fn new(
        terminal: bool,
        size: Option<(terminal_size::Width, terminal_size::Height)>,
        all: bool,
    ) -> Self {
        // A terminal may say nothing, or 0.
        let width = size.map(|(width, _)| usize::from(width.0));
        Self {
            width: width.filter(|width| *width > 0),
            changed: match terminal && !all {
                true => CHANGED,
                false => usize::MAX,
            },
        }
    }
}

/// A row, and how it is coloured.
struct Row {
    style: Style,
    /// Task, side, outcome, code.
    cells: [String; 4],
    message: String,
}

impl Row {
    fn of(outcome: &Outcome, stopped: Option<&str>) -> Self {
        let colour = match outcome.kind {
            OutcomeKind::Changed => AnsiColor::Green,
            OutcomeKind::Rejected => AnsiColor::Red,
            OutcomeKind::Unconfirmed => AnsiColor::Yellow,
            OutcomeKind::NotSent => AnsiColor::Cyan,
        };
        let code = match (&outcome.reply.error_code, outcome.reply.status) {
            _ if outcome.kind == OutcomeKind::Changed => String::new(),
            (Some(code), _) => text::code(code),
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => String::new(),
        };
        // Why the run ended stands below the table, once.
        let cause = outcome.reply.cause.as_deref();
        let cause = cause.filter(|_| outcome.reply.cause.as_deref() != stopped);
        let texts = [outcome.reply.error_msg.as_deref(), cause];
        let message: Vec<_> = match outcome.kind {
            OutcomeKind::Changed => Vec::new(),
            _ => texts.into_iter().flatten().map(clean).collect(),
        };
        Self {
            style: colour.on_default(),
            cells: [
                clean(&outcome.job_id),
                outcome.end_point_type.to_string(),
                outcome.kind.to_string(),
                code,
            ],
            message: message.join("; "),
        }
    }
}

/// Writes the table, what is odd, and what to do next.
pub(crate) fn write(
    out: &mut impl Write,
    document: &Document,
    region: Option<&str>,
    layout: &Layout,
) -> io::Result<()> {
    let report = &document.report;
    let stopped = report.stopped.as_deref();
    let is_changed = |outcome: &&Outcome| outcome.kind == OutcomeKind::Changed;
    let changed = report.outcomes.iter().filter(is_changed);
    let hidden = report
        .count(OutcomeKind::Changed)
        .saturating_sub(layout.changed);
    // Behind thousands that are changed, what is left to do must not be searched for.
    let changed = changed.take(layout.changed);
    let changed: Vec<_> = changed.map(|outcome| Row::of(outcome, stopped)).collect();
    let others = report.to_do().map(|outcome| Row::of(outcome, stopped));
    let others: Vec<_> = others.collect();

    let mut widths = HEADS.map(str::len);
    for row in changed.iter().chain(&others) {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = display_width(cell).clamp(*width, LONGEST_ID.max(*width));
        }
    }
    let columns = Columns::new(widths, layout.width);
    columns.head(out)?;
    for row in &changed {
        columns.row(out, row)?;
    }
    if hidden > 0 {
        writeln!(out, "… and {hidden} more changed (--all shows them)")?;
    }
    for row in &others {
        columns.row(out, row)?;
    }
    writeln!(out)?;
    remarks(out, report, layout)?;
    for line in next_steps::lines(document, region) {
        wrapped(out, &line, layout)?;
    }
    Ok(())
}

/// Where the columns stand.
struct Columns {
    widths: [usize; 4],
    /// Where a message begins.
    indent: usize,
    /// How wide it may be; as wide as it is, if nothing limits it.
    room: Option<usize>,
    /// Code and message stand below the other cells.
    below: bool,
}

impl Columns {
    fn new(widths: [usize; 4], width: Option<usize>) -> Self {
        let indent = widths.iter().map(|width| width + 2).sum();
        match width {
            Some(width) if width < indent + LEAST_ROOM => Self {
                widths,
                indent: 4,
                room: Some(width.saturating_sub(4).max(1)),
                below: true,
            },
            width => Self {
                widths,
                indent,
                room: width.map(|width| width.saturating_sub(indent)),
                below: false,
            },
        }
    }

    fn head(&self, out: &mut impl Write) -> io::Result<()> {
        let heads = HEADS.map(str::to_owned);
        let style = Style::new();
        match self.below {
            true => writeln!(out, "{}", self.line(&heads[..3], style).trim_end()),
            false => writeln!(out, "{}MESSAGE", self.line(&heads, style)),
        }
    }

    /// The cells, each with two blanks after it.
    fn line(&self, cells: &[String], style: Style) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(self.widths).enumerate() {
            match column {
                2 => line += &format!("{style}{cell}{style:#}"),
                _ => line += cell,
            }
            let blanks = width.saturating_sub(display_width(cell)) + 2;
            line.extend(std::iter::repeat_n(' ', blanks));
        }
        line
    }

    fn row(&self, out: &mut impl Write, row: &Row) -> io::Result<()> {
        let Row {
            style,
            cells,
            message,
        } = row;
        let shown = if self.below { &cells[..3] } else { &cells[..] };
        let below;
        let message = match (self.below, cells[3].is_empty()) {
            (true, false) => {
                below = format!("{}  {message}", cells[3]);
                below.trim_end()
            }
            _ => message,
        };
        let line = self.line(shown, *style);
        let lines = match self.room {
            Some(room) => textwrap::wrap(message, room),
            None => vec![message.into()],
        };
        let mut lines = lines.into_iter();
        if self.below {
            writeln!(out, "{}", line.trim_end())?;
        } else {
            let line = line + &lines.next().unwrap_or_default();
            writeln!(out, "{}", line.trim_end())?;
        }
        for line in lines.filter(|line| !line.is_empty()) {
            writeln!(out, "{:1$}{line}", "", self.indent)?;
        }
        Ok(())
    }
}

fn remarks(out: &mut impl Write, report: &Report, layout: &Layout) -> io::Result<()> {
    let unmatched = report.unmatched_results.iter().map(unmatched);
    let remarks = report.remarks.iter().map(|remark| clean(remark));
    let mut lines = remarks.chain(unmatched);
    for line in lines.by_ref().take(REMARKS) {
        wrapped(out, &format!("Remark: {line}"), layout)?;
    }
    match lines.count() {
        0 => Ok(()),
        more => writeln!(
            out,
            "{more} more remarks are in the report (--report, or --output json)."
        ),
    }
}

fn unmatched(result: &UnmatchedResult) -> String {
    let parts = [
        &result.id,
        &result.end_point_type,
        &result.status,
        &result.error_code,
        &result.error_msg,
        &result.unreadable,
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(|p| clean(p)).collect();
    format!(
        "a result for something that was not requested: {}",
        parts.join(" ")
    )
}

fn wrapped(out: &mut impl Write, text: &str, layout: &Layout) -> io::Result<()> {
    let Some(width) = layout.width else {
        return writeln!(out, "{text}");
    };
    let options = textwrap::Options::new(width).subsequent_indent("  ");
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
