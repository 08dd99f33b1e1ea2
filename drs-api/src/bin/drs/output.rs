//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::io::{self, BufWriter, Write};

use anstyle::{AnsiColor, Style};
use drs_api::passwords::{Outcome, OutcomeKind, Report, RequestPreview};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::Format;

/// How many remarks and unmatched results a table shows.
const SHOWN: usize = 10;

/// Prints what became of a run.
pub(crate) fn report(report: &Report, format: Format) -> io::Result<()> {
    match format {
        Format::Json => {
            let mut out = BufWriter::new(io::stdout().lock());
            json(&mut out, report)?;
            out.flush()
        }
        Format::Table => {
            // It leaves colours out where no one sees them, or NO_COLOR is set.
            let mut out = BufWriter::new(anstream::stdout().lock());
            table(&mut out, report)?;
            out.flush()
        }
    }
}

/// One JSON document.
pub(crate) fn json<T: Serialize>(out: &mut impl Write, document: &T) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

fn table(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let heads = ["TASK", "END POINT", "OUTCOME", "CODE"];
    let mut widths = heads.map(str::len);
    // Behind thousands that are changed, what is left to do must not be searched for.
    let mut outcomes: Vec<_> = report.outcomes.iter().collect();
    outcomes.sort_by_key(|outcome| outcome.kind != OutcomeKind::Changed);
    let stopped = report.stopped.as_deref();
    let rows: Vec<_> = outcomes
        .iter()
        .map(|outcome| row(outcome, stopped))
        .collect();
    for (_, cells, _) in &rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    let [task, side, kind, code] = widths;
    let [h1, h2, h3, h4] = heads;
    writeln!(
        out,
        "{h1:task$}  {h2:side$}  {h3:kind$}  {h4:code$}  MESSAGE"
    )?;
    for (style, [c1, c2, c3, c4], message) in &rows {
        let line =
            format!("{c1:task$}  {c2:side$}  {style}{c3:kind$}{style:#}  {c4:code$}  {message}");
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)?;
    remarks(out, report)?;
    summary(out, report)
}

/// A row: its colour, its cells but for the last, and the last. Why the run ended stands below
/// the table, once.
fn row(outcome: &Outcome, stopped: Option<&str>) -> (Style, [String; 4], String) {
    let colour = match outcome.kind {
        OutcomeKind::Changed => AnsiColor::Green,
        OutcomeKind::Rejected => AnsiColor::Red,
        OutcomeKind::Unconfirmed => AnsiColor::Yellow,
        OutcomeKind::NotSent => AnsiColor::Cyan,
    };
    let cells = [
        clean(&outcome.job_id),
        outcome.end_point_type.to_string(),
        outcome.kind.to_string(),
        String::new(),
    ];
    let style = colour.on_default();
    if outcome.kind == OutcomeKind::Changed {
        return (style, cells, String::new());
    }
    let [task, side, kind, _] = cells;
    let code = match (&outcome.error_code, outcome.status) {
        (Some(code), _) => clean(code),
        (None, Some(status)) => format!("HTTP {status}"),
        (None, None) => String::new(),
    };
    let cause = outcome.cause.as_deref();
    let message = [
        outcome.error_msg.as_deref(),
        cause.filter(|_| cause != stopped),
    ];
    let message: Vec<_> = message.into_iter().flatten().map(clean).collect();
    (style, [task, side, kind, code], message.join("; "))
}

fn remarks(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let unmatched = report.unmatched_results.iter().map(|result| {
        let parts = [
            &result.id,
            &result.end_point_type,
            &result.status,
            &result.error_code,
            &result.error_msg,
            &result.unreadable,
        ];
        let parts: Vec<_> = parts.into_iter().flatten().map(|p| clean(p)).collect();
        format!("a result for nothing that was asked: {}", parts.join(" "))
    });
    let remarks = report.remarks.iter().map(|remark| clean(remark));
    let mut lines = remarks.chain(unmatched);
    for line in lines.by_ref().take(SHOWN) {
        writeln!(out, "Remark: {line}")?;
    }
    match lines.count() {
        0 => Ok(()),
        more => writeln!(
            out,
            "and {more} more, which --output json and --report show"
        ),
    }
}

/// How many of each, and what to do next.
fn summary(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let [changed, rejected, unconfirmed, not_sent] = [
        OutcomeKind::Changed,
        OutcomeKind::Rejected,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ]
    .map(|kind| report.count(kind));
    if let Some(reason) = &report.stopped {
        writeln!(out, "Ended early: {}.", clean(reason))?;
    }
    write!(
        out,
        "{changed} changed, {rejected} rejected, {unconfirmed} unconfirmed, {not_sent} not sent. "
    )?;
    let next = match (rejected, unconfirmed, not_sent) {
        (0, 0, 0) => "Nothing is left to do.",
        (0, _, 0) => {
            "Run the same plan again: of what is unconfirmed, DRS holds the old password or the \
             new one."
        }
        (0, _, _) => "Run the same plan again.",
        _ => "Mend the causes, then run the same plan again.",
    };
    writeln!(out, "{next}")
}

/// A text from elsewhere, in one line and without what would steer a terminal.
fn clean(text: &str) -> String {
    let steers =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match steers(c) {
            true => clean.extend(c.escape_default()),
            false => clean.push(c),
        }
    }
    clean
}

/// A body that is shown and not sent, marked so that nobody runs it as a plan: its passwords
/// are masks.
fn marked(body: &str) -> String {
    body.replacen('{', r#"{"dry_run":"no plan: secrets are left out","#, 1)
}

/// Prints the requests of a dry run.
pub(crate) fn requests(requests: &[RequestPreview], format: Format) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            for request in requests {
                let mut request = request.clone();
                request.body = marked(&request.body);
                writeln!(out, "{request}\n")?;
            }
            let count = requests.len();
            let plural = if count == 1 { "" } else { "s" };
            writeln!(out, "{count} request{plural}, not sent.")?;
        }
        Format::Json => {
            let bodies: Vec<_> = requests.iter().map(|r| marked(&r.body)).collect();
            json(&mut out, &Preview::of(requests, &bodies)?)?;
        }
    }
    out.flush()
}

#[derive(Serialize)]
struct Preview<'a> {
    requests: Vec<PreviewedRequest<'a>>,
}

#[derive(Serialize)]
struct PreviewedRequest<'a> {
    method: &'a str,
    url: &'a str,
    headers: std::collections::BTreeMap<&'a str, &'a str>,
    body: &'a RawValue,
}

impl<'a> Preview<'a> {
    fn of(requests: &'a [RequestPreview], bodies: &'a [String]) -> io::Result<Self> {
        let one = |(request, body): (&'a RequestPreview, &'a String)| {
            let headers = request.headers.iter();
            Ok(PreviewedRequest {
                method: &request.method,
                url: &request.url,
                headers: headers.map(|(name, value)| (&**name, &**value)).collect(),
                body: serde_json::from_str(body)?,
            })
        };
        let requests: io::Result<_> = requests.iter().zip(bodies).map(one).collect();
        Ok(Self {
            requests: requests?,
        })
    }
}
