//! What goes to standard output: outcomes as a table or as JSON, and the requests of a dry run.

use std::io::{self, BufWriter, Write};

use drs_api::passwords::RequestPreview;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    args::{ChangePasswords, Format, Source},
    document::Document,
    input,
    next_steps::WRONG_PASSWORD,
    status::tell,
    table::{self, Layout},
    text::{self, clean},
    todo::Earlier,
};

/// Prints what became of a run. An error comes with the name of the stream.
pub(crate) fn document(
    document: &Document,
    args: &ChangePasswords,
) -> Result<(), (&'static str, io::Error)> {
    const STDOUT: &str = "standard output";
    let region = match args.endpoint {
        Some(_) => None,
        None => input::region(args).ok().flatten(),
    };
    let region = region.as_deref();
    let to_stdout = args.report == Some(Source::Stdin);
    if to_stdout || args.output == Format::Json {
        let mut out = BufWriter::new(io::stdout().lock());
        json(&mut out, document)
            .and_then(|()| out.flush())
            .map_err(|e| (STDOUT, e))?;
    }
    // It leaves colours out where no one sees them, or NO_COLOR is set.
    let (stream, written) = match (args.output, to_stdout) {
        (Format::Json, _) => return Ok(()),
        (Format::Table, false) => {
            let layout = Layout::of(io::stdout(), args.all);
            let mut out = BufWriter::new(anstream::stdout().lock());
            let written = table::write(&mut out, document, region, &layout);
            (STDOUT, written.and_then(|()| out.flush()))
        }
        (Format::Table, true) => {
            let layout = Layout::of(io::stderr(), args.all);
            let mut out = BufWriter::new(anstream::stderr().lock());
            let written = table::write(&mut out, document, region, &layout);
            ("standard error", written.and_then(|()| out.flush()))
        }
    };
    written.map_err(|e| (stream, e))
}

/// One JSON document.
pub(crate) fn json<T: Serialize>(out: &mut impl Write, document: &T) -> io::Result<()> {
    let formatter = text::Json::default();
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, formatter);
    document.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Says what an earlier report leaves to be done.
pub(crate) fn left_out(source: &Source, started: &str, earlier: &Earlier, tried: usize) {
    /// How many end points are named.
    const NAMED: usize = 10;
    let changed = earlier.changed();
    let started = clean(started);
    tell(format_args!(
        "{source}: the run of {started} changed {changed}; {tried} to try now"
    ));
    if earlier.others() > 0 {
        let others = match earlier.others() {
            1 => "1 end point of the report is".to_owned(),
            many => format!("{many} end points of the report are"),
        };
        tell(format_args!(
            "{source}: {others} not in the plan; the new report keeps what is known of it, and a \
             run without --only-todo leaves it out"
        ));
    }
    let refused: Vec<_> = earlier.refused().collect();
    if refused.is_empty() {
        return;
    }
    let named = refused.iter().take(NAMED);
    let mut names: Vec<_> = named
        .map(|outcome| format!("{} {}", clean(&outcome.job_id), outcome.end_point_type))
        .collect();
    if refused.len() > NAMED {
        names.push(format!("and {} more", refused.len() - NAMED));
    }
    tell(format_args!(
        "not tried, because a wrong password was refused ({WRONG_PASSWORD}) and databases lock \
         accounts over it: {}; check these passwords in the database, correct the plan, and run \
         it for these end points without --only-todo",
        names.join(", ")
    ));
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
