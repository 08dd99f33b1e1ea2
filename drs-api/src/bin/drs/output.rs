//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::{
    collections::{BTreeMap, HashSet},
    io::{self, IsTerminal as _, Write as _},
};

use drs_api::passwords::RequestPreview;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    args::{Format, Printing, Source},
    document::Document,
    status::{Status, tell},
    table, text,
};

/// Where it was printed, and why it could not be.
type Printed = Result<(), (&'static str, io::Error)>;

/// Prints what became of a run whose report is in a file, or goes to standard output, or nowhere.
pub(crate) fn document(
    document: &Document,
    printing: &Printing,
    report: Option<&Source>,
) -> Printed {
    const STDOUT: &str = "standard output";
    let to_stdout = report == Some(&Source::Stdin);
    if to_stdout || printing.output == Format::Json {
        let json = json(document).and_then(|json| print(&json));
        json.map_err(|e| (STDOUT, e))?;
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
        false => print(&table(io::stdout().is_terminal())).map_err(|e| (STDOUT, e)),
        true => {
            let table = table(io::stderr().is_terminal());
            let written = anstream::stderr().lock().write_all(table.as_bytes());
            written.map_err(|e| ("standard error", e))
        }
    }
}

/// The status of what was printed, or could not be.
pub(crate) fn handed_over(status: Status, printed: Printed) -> Status {
    match printed {
        Ok(()) => status,
        Err((place, e)) => {
            tell(format_args!("{place}: {e}"));
            status.or_other()
        }
    }
}

/// Prints a text as it is.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// One JSON document.
pub(crate) fn json(document: &impl Serialize) -> io::Result<String> {
    Ok(text::json(serde_json::to_string_pretty(document)? + "\n"))
}

/// A body that is shown and not sent, marked so that nobody runs it as a plan: its passwords
/// are masks.
fn marked(mut request: RequestPreview) -> RequestPreview {
    let mark = r#"{"dry_run":"no plan: secrets are left out","#;
    request.body = text::json(request.body.replacen('{', mark, 1));
    request
}

/// Prints the requests of a dry run for these end points. `missing`: secrets that a plan names
/// and that are not there, if that is no error.
pub(crate) fn requests<'a>(
    requests: Vec<RequestPreview>,
    tasks: impl Iterator<Item = &'a str>,
    missing: Option<usize>,
    printing: &Printing,
) -> io::Result<()> {
    /// How many requests are shown.
    const SHOWN: usize = 3;
    let count = requests.len();
    let requests = requests.into_iter().map(marked);
    if printing.output == Format::Json {
        let requests: Vec<_> = requests.collect();
        let requests: serde_json::Result<_> = requests.iter().map(Preview::of).collect();
        let (requests, missing_secrets) = (requests?, missing);
        return print(&json(&Rehearsed {
            requests,
            missing_secrets,
        })?);
    }
    let shown = if printing.all { count } else { SHOWN };
    let mut text: String = requests.take(shown).map(|r| format!("{r}\n\n")).collect();
    if count > shown {
        let more = text::counted(count - shown, "more request");
        text += &format!("… and {more} (--all shows them)\n\n");
    }
    let tasks: Vec<_> = tasks.collect();
    let different: HashSet<_> = tasks.iter().collect();
    text += &format!(
        "{} of {} in {}, not sent.",
        text::counted(tasks.len(), "end point"),
        text::counted(different.len(), "task"),
        text::counted(count, "request")
    );
    if let Some(missing) = missing {
        text += &format!(
            " Not on this machine: {}.",
            text::counted(missing, "named secret")
        );
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
    body: &'a RawValue,
}

impl<'a> Preview<'a> {
    fn of(request: &'a RequestPreview) -> serde_json::Result<Self> {
        let headers = request.headers.iter();
        Ok(Self {
            method: &request.method,
            url: &request.url,
            headers: headers.map(|(name, value)| (&**name, &**value)).collect(),
            body: serde_json::from_str(&request.body)?,
        })
    }
}
