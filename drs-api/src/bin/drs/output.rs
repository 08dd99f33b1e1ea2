//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
};

use drs_api::passwords::RequestPreview;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    args::{Format, Printing, Source},
    document::Document,
    status::Failure,
    table,
    text::{self, counted},
};

/// Prints what became of a run whose report is in a file, or nowhere.
pub(crate) fn document(
    document: &Document,
    printing: &Printing,
    report: Option<&Source>,
) -> Result<(), Failure> {
    if printing.output == Format::Json {
        return print(&json(document)?);
    }
    if printing.quiet && document.report.all_changed() {
        return Ok(());
    }
    let few = !printing.all && io::stdout().is_terminal();
    print(&table::text(document, report, few, printing.quiet))
}

/// Prints a text as it is. Colours are left out where no one sees them, or NO_COLOR is set.
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
        return print(&json(
            &json!({"requests": requests, "missing_secrets": missing}),
        )?);
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
