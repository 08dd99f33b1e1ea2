//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
};

use drs_api::passwords::RequestPreview;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    args::{Format, Printing, Source},
    document::Document,
    status::Failure,
    table,
    text::{self, counted},
};

/// Prints what became of a run whose report is in a file, or goes to standard output, or nowhere.
pub(crate) fn document(
    document: &Document,
    printing: &Printing,
    report: Option<&Source>,
) -> Result<(), Failure> {
    let to_stdout = report == Some(&Source::Stdin);
    if to_stdout || printing.output == Format::Json {
        print(&json(document)?)?;
    }
    let is_silent = printing.quiet && document.report.all_changed();
    if is_silent || printing.output == Format::Json {
        return Ok(());
    }
    let table = |is_terminal: bool| {
        let few = is_terminal && !printing.all;
        table::text(document, report, few, printing.quiet)
    };
    // Colours are left out where no one sees them, or NO_COLOR is set.
    match to_stdout {
        false => print(&table(io::stdout().is_terminal())),
        true => {
            let table = table(io::stderr().is_terminal());
            let written = anstream::stderr().lock().write_all(table.as_bytes());
            written.map_err(|e| Failure::other(format!("standard error: {e}")))
        }
    }
}

/// Prints a text as it is.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.map_err(|e| Failure::other(format!("standard output: {e}")))
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

/// Prints the requests of a dry run for these end points of these tasks. `missing`: secrets that a
/// plan names and that are not there, if that is no error.
pub(crate) fn requests(
    requests: Vec<RequestPreview>,
    [end_points, tasks]: [usize; 2],
    missing: Option<usize>,
    printing: &Printing,
) -> Result<(), Failure> {
    let count = requests.len();
    let requests = requests.into_iter().map(marked);
    if printing.output == Format::Json {
        let requests: Vec<_> = requests.collect();
        return print(&json(&Rehearsed {
            requests: requests.iter().map(Preview::of).collect(),
            missing_secrets: missing,
        })?);
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

#[derive(Serialize)]
struct Rehearsed<'a> {
    requests: Vec<Preview<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_secrets: Option<usize>,
}

#[derive(Serialize)]
struct Preview<'a> {
    method: &'a str,
    url: &'a str,
    headers: BTreeMap<&'a str, &'a str>,
    body: Option<&'a RawValue>,
}

impl<'a> Preview<'a> {
    fn of(request: &'a RequestPreview) -> Self {
        let headers = request.headers.iter();
        Self {
            method: &request.method,
            url: &request.url,
            headers: headers.map(|(name, value)| (&**name, &**value)).collect(),
            body: serde_json::from_str(&request.body).ok(),
        }
    }
}
