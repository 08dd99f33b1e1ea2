//! The document that `--report` keeps and `--output json` prints: which run it was, and what
//! became of each end point.

use drs_api::{
    Client,
    passwords::{OutcomeKind, Report},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    args::{ChangePasswords, Source},
    command,
    files::{self, Care},
    todo::{Before, Earlier},
};

/// The version of the document's shape. A property may be added without a new one.
const SCHEMA: u32 = 1;

/// What made it, and how. The report itself says when, and which project it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    schema: u32,
    /// The tool with its version.
    tool: String,
    /// The version of the OpenAPI document that the client was generated from.
    api_document: String,
    /// The label of its set of passwords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rotation: Option<String>,
    /// How it was called, without what picks end points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) command: Vec<String>,
    /// What it did not send, since an earlier run had changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Before>,
}

/// Now, to the second.
pub(crate) fn now() -> String {
    format!("{:.0}", Timestamp::now())
}

/// How long ago a time was that a document names, if it does.
pub(crate) fn age(time: Option<&str>) -> Option<SignedDuration> {
    let then: Timestamp = time?.parse().ok()?;
    Some(Timestamp::now().duration_since(then))
}

/// What is written.
#[derive(Serialize)]
pub(crate) struct Document {
    #[serde(flatten)]
    pub(crate) header: Header,
    #[serde(flatten)]
    pub(crate) report: Report,
}

impl Document {
    /// Reads the one that is there, kept with this care.
    pub(crate) fn read(source: &Source, care: Care) -> Result<Self, String> {
        files::text(source, care, files::MOST_OF_A_PLAN).and_then(|text| Self::parse(&text))
    }

    /// Reads one that was written before. An error shows nothing of the text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let problem =
            |e: serde_json::Error| format!("it is not a report of drs (at line {})", e.line());
        let header: Header = serde_json::from_str(text).map_err(problem)?;
        if header.schema != SCHEMA {
            return Err(format!(
                "it is a report of schema {}, and this drs reads schema {SCHEMA}",
                header.schema
            ));
        }
        let report = serde_json::from_str(text).map_err(problem)?;
        Ok(Self { header, report })
    }
}

/// What every document of one run has in common.
pub(crate) struct Frame {
    pub(crate) header: Header,
    /// A report of nothing, with endpoint, project and time.
    pub(crate) begun: Report,
    /// What an earlier run found out, with `--only-todo` or `--only-refused`.
    pub(crate) earlier: Option<Earlier>,
}

impl Frame {
    /// For a run that begins now.
    pub(crate) fn new(client: &Client, project_id: &str, args: &ChangePasswords) -> Self {
        let header = Header {
            schema: SCHEMA,
            tool: concat!("drs ", env!("CARGO_PKG_VERSION")).to_owned(),
            api_document: Client::spec_version().to_owned(),
            rotation: args.rotation.clone(),
            command: command::words(args),
            before: None,
        };
        let mut begun = Report::default();
        begun.endpoint = Some(client.endpoint().to_owned());
        begun.project_id = Some(project_id.to_owned());
        begun.started = Some(now());
        Self {
            header,
            begun,
            earlier: None,
        }
    }

    /// The document of a run that ends now, or else goes on.
    pub(crate) fn document(&self, report: Report, ends: bool) -> Document {
        let report = if ends { report } else { lasting(report) };
        let mut report = match &self.earlier {
            Some(earlier) => earlier.merge(report),
            None => report,
        };
        let begun = self.begun.clone();
        (report.endpoint, report.project_id) = (begun.endpoint, begun.project_id);
        // With an earlier report, when that began: it is as old as what it knows.
        report.started = report.started.or(begun.started);
        report.ended = ends.then(now);
        Document {
            header: self.header.clone(),
            report,
        }
    }
}

/// What stays true whatever happens next: a change can't be undone, all else can still come
/// out otherwise. Codes stay: after a crash they say whose password was refused.
fn lasting(mut report: Report) -> Report {
    const REASON: &str = "the run had not ended when this was written";
    let left = report.outcomes.iter_mut();
    for outcome in left.filter(|outcome| outcome.kind != OutcomeKind::Changed) {
        let cause = outcome.reply.cause.take();
        // That its turn has not come yet is of no use later.
        let cause = cause.filter(|_| outcome.kind != OutcomeKind::NotSent);
        outcome.kind = OutcomeKind::Unconfirmed;
        outcome.reply.cause = Some(match cause {
            Some(cause) => format!("{REASON}; {cause}"),
            None => REASON.to_owned(),
        });
    }
    report
}
