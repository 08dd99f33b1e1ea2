//! What goes to standard output: outcomes as a table or as JSON, the requests of a dry run, and the
//! layout that every table has: a row for each end point or task, those of one kind together.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use anstyle::{AnsiColor, Style};
use drs_api::passwords::{OutcomeKind, Reply, RequestPreview};
use serde::Serialize;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    args::{Format, Printing, Source},
    document::Document,
    next_steps,
    status::Failure,
    text::{self, clean, counted},
};

/// All outcomes, in the order in which they are shown.
const KINDS: [(OutcomeKind, AnsiColor, Shown); 4] = [
    (OutcomeKind::Changed, AnsiColor::Green, Shown::Done),
    (OutcomeKind::Rejected, AnsiColor::Red, Shown::All),
    (OutcomeKind::Unconfirmed, AnsiColor::Yellow, Shown::All),
    (OutcomeKind::NotSent, AnsiColor::Cyan, Shown::Few),
];

/// Prints what became of a run whose report is in a file, or nowhere; with a title, if a table
/// has one.
pub(crate) fn document(
    document: &Document,
    printing: &Printing,
    file: Option<&Source>,
    title: &str,
) -> Result<(), Failure> {
    let report = &document.report;
    if printing.output == Format::Json {
        return print(&json(document)?);
    }
    if printing.quiet && report.all_changed() {
        return Ok(());
    }
    let mut table = Table::new(["TASK", "SIDE", "OUTCOME", "CODE", "MESSAGE"], printing);
    for (kind, colour, shown) in KINDS {
        let outcomes = report.outcomes.iter().filter(|of| of.kind == kind);
        table.add(kind, shown, outcomes, |of| {
            let reply = Some(&of.reply).filter(|_| kind != OutcomeKind::Changed);
            let side = of.end_point_type.to_string();
            // Why the run ended is told below the table, once.
            let stopped = report.stopped.as_deref();
            let cells = [clean(&of.job_id), side, kind.to_string()];
            Row::new(Some(colour), cells, reply, stopped)
        });
    }
    let remarks = remarks(&report.remarks);
    let mut text = format!("{title}{}{remarks}", table.text());
    for line in next_steps::lines(document, file) {
        text += &line;
        text.push('\n');
    }
    print(&text)
}

/// Prints a text as it is. Colours are left out where no one sees them, or NO_COLOR is set.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.map_err(|e: io::Error| Failure::other(format!("standard output: {e}")))
}

/// One JSON document.
pub(crate) fn json(document: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(document);
    let json = json.map_err(|e| Failure::other(e.to_string()))?;
    Ok(text::json(json + "\n"))
}

/// A body that is shown and not sent, marked so that nobody runs it as a plan: its passwords
/// are masks.
fn marked(mut request: RequestPreview) -> RequestPreview {
    let mark = r#"{"dry_run":"no plan: secrets are left out","#;
    request.body = text::json(request.body.replacen('{', mark, 1));
    request
}

/// Prints the requests of a dry run for these end points of these tasks. `missing`: the missing
/// secrets that a plan names, if that is allowed.
pub(crate) fn requests(
    requests: Vec<RequestPreview>,
    [end_points, tasks]: [usize; 2],
    missing: Option<usize>,
    printing: &Printing,
) -> Result<(), Failure> {
    let count = requests.len();
    let requests = requests.into_iter().map(marked);
    if printing.output == Format::Json {
        let shown = |request: RequestPreview| {
            let headers: BTreeMap<_, _> = request.headers.into_iter().collect();
            let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
            json!({"method": request.method, "url": request.url, "headers": headers, "body": body})
        };
        let requests: Vec<_> = requests.map(shown).collect();
        let page = json!({"requests": requests, "missing_secrets": missing});
        return print(&json(&page)?);
    }
    // Three tell what all are like.
    let shown = if printing.all { count } else { 3 };
    let mut text: String = requests.take(shown).map(|r| format!("{r}\n\n")).collect();
    if count > shown {
        let more = counted(count - shown, "more request");
        text += &format!("… and {more} (--all shows them)\n\n");
    }
    let end_points = counted(end_points, "end point");
    let (tasks, count) = (counted(tasks, "task"), counted(count, "request"));
    text += &format!("{end_points} of {tasks} in {count}, not sent.");
    if let Some(missing) = missing {
        let missing = counted(missing, "named secret");
        text += &format!(" Not on this machine: {missing}.");
    }
    print(&(text + "\n"))
}

/// How many remarks are shown.
const REMARKS: usize = 10;
/// How many rows that ask nothing of anyone a terminal shows.
const FEW: usize = 20;
/// Longer ids do not widen their column.
const LONGEST_ID: usize = 48;

/// How much of a kind is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing is left to do: few rows on a terminal, and none if only what is left is printed.
    Done,
    /// Few rows on a terminal.
    Few,
    All,
}

/// Cells, of which the third is coloured, and what comes last, as long as it likes.
pub(crate) struct Row {
    pub(crate) colour: Option<AnsiColor>,
    pub(crate) cells: [String; 4],
    pub(crate) message: String,
}

pub(crate) struct Table<'a> {
    printing: &'a Printing,
    /// The rows of each kind, and a line about those that are not shown; first the head.
    kinds: Vec<(Vec<Row>, String)>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(heads: [&str; 5], printing: &'a Printing) -> Self {
        let [first, second, third, fourth, message] = heads.map(str::to_owned);
        let head = Row {
            colour: None,
            cells: [first, second, third, fourth],
            message,
        };
        let kinds = vec![(vec![head], String::new())];
        Self { printing, kinds }
    }

    /// Adds what is of one kind, that with the same message one after the other.
    pub(crate) fn add<T>(
        &mut self,
        kind: impl Display,
        shown: Shown,
        items: impl IntoIterator<Item = T>,
        row: impl Fn(T) -> Row,
    ) {
        // People would search behind thousands of rows for what is left to do.
        let most = match shown {
            Shown::Done if self.printing.quiet => 0,
            Shown::Done | Shown::Few if io::stdout().is_terminal() && !self.printing.all => FEW,
            _ => usize::MAX,
        };
        let mut items = items.into_iter();
        let mut rows: Vec<_> = items.by_ref().take(most).map(row).collect();
        rows.sort_by(|one, other| one.message.cmp(&other.message));
        for at in (1..rows.len()).rev() {
            if rows[at].message == rows[at - 1].message && !rows[at].message.is_empty() {
                rows[at].message = "as above".to_owned();
            }
        }
        let more = match (items.count(), most) {
            (0, _) | (_, 0) => String::new(),
            (more, _) => format!("… and {more} more {kind} (--all shows them)\n"),
        };
        self.kinds.push((rows, more));
    }

    /// All lines, with the widths of all rows, and an empty one.
    pub(crate) fn text(&self) -> String {
        let (mut text, mut widths) = (String::new(), [0; 4]);
        for row in self.kinds.iter().flat_map(|(rows, _)| rows) {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = cell.width().clamp(*width, LONGEST_ID.max(*width));
            }
        }
        for (rows, more) in &self.kinds {
            text.extend(rows.iter().map(|row| row.line(&widths)));
            text += more;
        }
        text + "\n"
    }
}

impl Row {
    /// What a reply said of what the first cells name. `known` is a cause that is told elsewhere.
    pub(crate) fn new(
        colour: Option<AnsiColor>,
        [first, second, third]: [String; 3],
        reply: Option<&Reply>,
        known: Option<&str>,
    ) -> Self {
        let nothing = Reply::default();
        let reply = reply.unwrap_or(&nothing);
        let code = match (&reply.error_code, reply.status) {
            (Some(code), _) => text::code(code),
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => String::new(),
        };
        let cause = reply.cause.as_deref();
        let cause = cause.filter(|cause| Some(*cause) != known);
        let texts = [reply.error_msg.as_deref(), cause];
        let texts: Vec<_> = texts.into_iter().flatten().map(clean).collect();
        Self {
            colour,
            cells: [first, second, third, code],
            message: texts.join("; "),
        }
    }

    /// The row as a line, with two blanks after each cell.
    fn line(&self, widths: &[usize; 4]) -> String {
        let style = self.colour.map_or(Style::new(), AnsiColor::on_default);
        let mut line = String::new();
        for (column, (cell, width)) in self.cells.iter().zip(widths).enumerate() {
            match column {
                2 => line += &format!("{style}{cell}{style:#}"),
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

/// Remarks, the first of them.
pub(crate) fn remarks(remarks: &[String]) -> String {
    let first = remarks.iter().take(REMARKS);
    let first = first.map(|remark| format!("Remark: {}\n", clean(remark)));
    let more = "More remarks are in the report (--report, or --output json).\n";
    first.collect::<String>() + if remarks.len() > REMARKS { more } else { "" }
}
