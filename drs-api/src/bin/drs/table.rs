//! The table of outcomes, and what is below it.

use anstyle::{AnsiColor, Style};
use drs_api::passwords::{Outcome, OutcomeKind, Report};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    args::Source,
    document::Document,
    next_steps,
    text::{self, clean},
};

/// How many remarks are shown.
const REMARKS: usize = 10;
/// How many rows of what is changed, or not sent, a terminal shows.
const FEW: usize = 20;
/// Longer ids do not widen their column.
const LONGEST_ID: usize = 48;

/// A row, and how its third cell is coloured.
pub(crate) struct Row {
    pub(crate) style: Style,
    pub(crate) cells: [String; 4],
    /// What comes last, as long as it likes.
    pub(crate) message: String,
}

/// The lines of a table, each row's under that of the heads.
pub(crate) fn lines<'a>(
    heads: [&str; 4],
    last: &str,
    rows: impl IntoIterator<Item = &'a Row> + Clone,
) -> Vec<String> {
    let head = Row {
        style: Style::new(),
        cells: heads.map(str::to_owned),
        message: last.to_owned(),
    };
    let mut widths = heads.map(str::len);
    for row in rows.clone() {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = cell.width().clamp(*width, LONGEST_ID.max(*width));
        }
    }
    let head = head.line(&widths);
    let rows = rows.into_iter().map(|row| row.line(&widths));
    std::iter::once(head).chain(rows).collect()
}

/// Remarks, the first of them.
pub(crate) fn remarks(mut remarks: impl Iterator<Item = String>) -> String {
    let first = remarks.by_ref().take(REMARKS);
    let mut text: String = first.map(|remark| format!("Remark: {remark}\n")).collect();
    if remarks.next().is_some() {
        text += "More remarks are in the report (--report, or --output json).\n";
    }
    text
}

impl Row {
    fn of(outcome: &Outcome, stopped: Option<&str>) -> Self {
        let colour = match outcome.kind {
            OutcomeKind::Changed => AnsiColor::Green,
            OutcomeKind::Rejected => AnsiColor::Red,
            OutcomeKind::Unconfirmed => AnsiColor::Yellow,
            OutcomeKind::NotSent => AnsiColor::Cyan,
        };
        let (mut code, mut message) = (String::new(), Vec::new());
        if outcome.kind != OutcomeKind::Changed {
            let reply = &outcome.reply;
            code = match (&reply.error_code, reply.status) {
                (Some(code), _) => text::code(code),
                (None, Some(status)) => format!("HTTP {status}"),
                (None, None) => String::new(),
            };
            // Why the run ended is told below the table, once.
            let cause = reply.cause.as_deref();
            let cause = cause.filter(|cause| Some(*cause) != stopped);
            let texts = [reply.error_msg.as_deref(), cause];
            message.extend(texts.into_iter().flatten().map(clean));
        }
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

    /// The row as a line, with two blanks after each cell.
    fn line(&self, widths: &[usize; 4]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in self.cells.iter().zip(widths).enumerate() {
            match column {
                2 => line += &format!("{0}{cell}{0:#}", self.style),
                _ => line += cell,
            }
            let blanks = width.saturating_sub(cell.width()) + 2;
            line.extend(std::iter::repeat_n(' ', blanks));
        }
        line += &self.message;
        line.truncate(line.trim_end().len());
        line + "\n"
    }
}

/// The rows of one kind, those with the same message one after the other.
fn rows(report: &Report, kind: OutcomeKind, most: usize) -> Vec<Row> {
    let of_kind = report.outcomes.iter().filter(|of| of.kind == kind);
    let row = |outcome| Row::of(outcome, report.stopped.as_deref());
    let mut rows: Vec<_> = of_kind.take(most).map(row).collect();
    rows.sort_by(|one, other| one.message.cmp(&other.message));
    for at in (1..rows.len()).rev() {
        if rows[at].message == rows[at - 1].message && !rows[at].message.is_empty() {
            rows[at].message = "as above".to_owned();
        }
    }
    rows
}

/// The table, what is odd, and what to do next. `few`: people would search behind thousands of
/// rows for what is left to do. `left_only`: what is changed has no rows.
pub(crate) fn text(
    document: &Document,
    file: Option<&Source>,
    few: bool,
    left_only: bool,
) -> String {
    let report = &document.report;
    let groups = next_steps::KINDS.map(|kind| {
        let most = match kind {
            OutcomeKind::Changed if left_only => 0,
            OutcomeKind::Changed | OutcomeKind::NotSent if few => FEW,
            _ => usize::MAX,
        };
        (kind, most, rows(report, kind, most))
    });
    let rows = groups.iter().flat_map(|(.., rows)| rows);
    let heads = ["TASK", "SIDE", "OUTCOME", "CODE"];
    let mut lines = lines(heads, "MESSAGE", rows).into_iter();
    let mut text: String = lines.by_ref().take(1).collect();
    for (kind, most, rows) in &groups {
        text.extend(lines.by_ref().take(rows.len()));
        let more = report.count(*kind).saturating_sub(*most);
        if more > 0 && *most > 0 {
            text += &format!("… and {more} more {kind} (--all shows them)\n");
        }
    }
    text.push('\n');
    text += &remarks(report.remarks.iter().map(|remark| clean(remark)));
    for line in next_steps::lines(document, file) {
        text += &line;
        text.push('\n');
    }
    text
}
