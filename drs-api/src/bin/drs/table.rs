//! The table of outcomes, and what is below it.

use anstyle::{AnsiColor, Style};
use drs_api::passwords::{Outcome, OutcomeKind, UnmatchedResult};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    document::Document,
    next_steps,
    text::{self, clean},
};

/// How many remarks and unmatched results are shown.
const REMARKS: usize = 10;
/// How many rows of what is changed a terminal shows.
const CHANGED: usize = 20;
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

/// The table, what is odd, and what to do next. `few`: rows of what is changed are for people
/// to look at, who would search behind thousands of them for what is left to do.
pub(crate) fn text(document: &Document, region: Option<&str>, few: bool) -> String {
    let report = &document.report;
    let shown = if few { CHANGED } else { usize::MAX };
    let hidden = report.count(OutcomeKind::Changed).saturating_sub(shown);
    let is_changed = |outcome: &&Outcome| outcome.kind == OutcomeKind::Changed;
    let changed = report.outcomes.iter().filter(is_changed).take(shown);
    let row = |outcome| Row::of(outcome, report.stopped.as_deref());
    let changed: Vec<_> = changed.map(row).collect();
    let others: Vec<_> = report.to_do().map(row).collect();

    let head = Row {
        style: Style::new(),
        cells: HEADS.map(str::to_owned),
        message: "MESSAGE".to_owned(),
    };
    let mut widths = HEADS.map(str::len);
    for row in changed.iter().chain(&others) {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = cell.width().clamp(*width, LONGEST_ID.max(*width));
        }
    }
    let line = |row: &Row| row.line(&widths);
    let mut text = line(&head);
    text.extend(changed.iter().map(line));
    if hidden > 0 {
        text += &format!("… and {hidden} more changed (--all shows them)\n");
    }
    text.extend(others.iter().map(line));
    text.push('\n');

    let unmatched = report.unmatched_results.iter().map(unmatched);
    let mut remarks = report
        .remarks
        .iter()
        .map(|remark| clean(remark))
        .chain(unmatched);
    for remark in remarks.by_ref().take(REMARKS) {
        text += &format!("Remark: {remark}\n");
    }
    match remarks.count() {
        0 => {}
        more => {
            text +=
                &format!("{more} more remarks are in the report (--report, or --output json).\n")
        }
    }
    for line in next_steps::lines(document, region) {
        text += &line;
        text.push('\n');
    }
    text
}

fn unmatched(result: &UnmatchedResult) -> String {
    let result = serde_json::to_string(result).unwrap_or_default();
    format!(
        "a result for something that was not requested: {}",
        clean(&result)
    )
}
