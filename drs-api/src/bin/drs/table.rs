//! The table of outcomes, and what is below it.

use std::collections::HashMap;

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

const HEADS: [&str; 4] = ["TASK", "SIDE", "OUTCOME", "CODE"];

/// A row, and how its outcome is coloured.
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
    let of_kind = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.kind == kind);
    let row = |outcome| Row::of(outcome, report.stopped.as_deref());
    let mut rows: Vec<_> = of_kind.take(most).map(row).collect();
    let mut first = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        first.entry(row.message.clone()).or_insert(at);
    }
    rows.sort_by_key(|row| first.get(&row.message).copied());
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
    let head = Row {
        style: Style::new(),
        cells: HEADS.map(str::to_owned),
        message: "MESSAGE".to_owned(),
    };
    let mut widths = HEADS.map(str::len);
    for row in groups.iter().flat_map(|(.., rows)| rows) {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = cell.width().clamp(*width, LONGEST_ID.max(*width));
        }
    }
    let mut text = head.line(&widths);
    for (kind, most, rows) in &groups {
        text.extend(rows.iter().map(|row| row.line(&widths)));
        let more = report.count(*kind).saturating_sub(*most);
        if more > 0 && *most > 0 {
            text += &format!("… and {more} more {kind} (--all shows them)\n");
        }
    }
    text.push('\n');

    let mut remarks = report.remarks.iter().map(|remark| clean(remark));
    for remark in remarks.by_ref().take(REMARKS) {
        text += &format!("Remark: {remark}\n");
    }
    if remarks.next().is_some() {
        text += "More remarks are in the report (--report, or --output json).\n";
    }
    for line in next_steps::lines(document, file) {
        text += &line;
        text.push('\n');
    }
    text
}
