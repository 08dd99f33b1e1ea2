//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
};

use drs_api::passwords::{Outcome, RequestPreview};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    args::{ChangePasswords, Format, Source},
    document::Document,
    input,
    status::tell,
    table,
    text::{self, clean},
    todo::{Earlier, WRONG_PASSWORD},
};

/// Prints what became of a run. An error comes with the name of the stream.
pub(crate) fn document(
    document: &Document,
    args: &ChangePasswords,
) -> Result<(), (&'static str, io::Error)> {
    const STDOUT: &str = "standard output";
    let to_stdout = args.report == Some(Source::Stdin);
    if to_stdout || args.output == Format::Json {
        let json = json(document).and_then(|json| print(&json));
        json.map_err(|e| (STDOUT, e))?;
    }
    if args.output == Format::Json {
        return Ok(());
    }
    let region = match args.endpoint {
        Some(_) => None,
        None => input::region(args).ok().flatten(),
    };
    let table = |is_terminal: bool| {
        let few = is_terminal && !args.all;
        table::text(document, region.as_deref(), few)
    };
    // Colours are left out where no one sees them, or NO_COLOR is set.
    match to_stdout {
        false => {
            let table = table(io::stdout().is_terminal());
            print(&table).map_err(|e| (STDOUT, e))
        }
        true => {
            let table = table(io::stderr().is_terminal());
            let written = anstream::stderr().lock().write_all(table.as_bytes());
            written.map_err(|e| ("standard error", e))
        }
    }
}

pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// One JSON document.
pub(crate) fn json(document: &impl Serialize) -> io::Result<String> {
    Ok(text::json(serde_json::to_string_pretty(document)? + "\n"))
}

/// Says what an earlier report leaves to be done.
pub(crate) fn left_out(source: &Source, started: &str, earlier: &Earlier, tried: usize) {
    /// How many end points are named.
    const NAMED: usize = 10;
    let (started, changed) = (clean(started), earlier.changed());
    tell(format_args!(
        "{source}: the run of {started} changed {changed}; {tried} to try now"
    ));
    let others = match earlier.others() {
        1 => "1 end point of the report is".to_owned(),
        many => format!("{many} end points of the report are"),
    };
    if earlier.others() > 0 {
        tell(format_args!(
            "{source}: {others} not in the plan; the new report keeps what is known of it, and a \
             run without --only-todo leaves it out"
        ));
    }
    let name = |outcome: &Outcome| format!("{} {}", clean(&outcome.job_id), outcome.end_point_type);
    let mut names: Vec<_> = earlier.refused().map(name).collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    if !names.is_empty() {
        tell(format_args!(
            "not tried, because a wrong password was refused ({WRONG_PASSWORD}) and databases lock \
             accounts over it: {}; check these passwords in the database, correct the plan, and \
             run it for these end points without --only-todo",
            names.join(", ")
        ));
    }
}

/// A body that is shown and not sent, marked so that nobody runs it as a plan: its passwords
/// are masks.
fn marked(body: &str) -> String {
    let mark = r#"{"dry_run":"no plan: secrets are left out","#;
    text::json(body.replacen('{', mark, 1))
}

/// Prints the requests of a dry run.
pub(crate) fn requests(requests: Vec<RequestPreview>, format: Format) -> io::Result<()> {
    let count = requests.len();
    let marked = requests.into_iter().map(|mut request| {
        request.body = marked(&request.body);
        request
    });
    match format {
        Format::Table => {
            let mut text: String = marked.map(|request| format!("{request}\n\n")).collect();
            let plural = if count == 1 { "" } else { "s" };
            text += &format!("{count} request{plural}, not sent.\n");
            print(&text)
        }
        Format::Json => {
            let marked: Vec<_> = marked.collect();
            let requests: serde_json::Result<Vec<_>> = marked.iter().map(Preview::of).collect();
            print(&json(&BTreeMap::from([("requests", requests?)]))?)
        }
    }
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
