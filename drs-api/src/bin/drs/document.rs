//! The document that `--report` keeps and `--output json` prints: which run it was, and what
//! became of each end point.

use drs_api::{
    Client,
    passwords::{OutcomeKind, Report},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{args::ChangePasswords, command, todo::Earlier};

/// The version of the document's shape. A property may be added without a new one.
const SCHEMA: u32 = 1;

/// Which run it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    schema: u32,
    /// The tool with its version.
    tool: String,
    /// The version of the OpenAPI document that the client was generated from.
    api_document: String,
    // The report writes these.
    #[serde(skip_serializing)]
    pub(crate) endpoint: String,
    #[serde(skip_serializing)]
    pub(crate) project_id: String,
    /// RFC 3339, UTC.
    #[serde(skip_serializing)]
    pub(crate) started: String,
    /// Missing while the run goes on, and after a crash.
    #[serde(skip_serializing)]
    pub(crate) ended: Option<String>,
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

/// What earlier runs changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Before {
    /// When the last of them began.
    pub(crate) started: String,
    pub(crate) changed: usize,
}

impl Header {
    /// For a run that begins now.
    pub(crate) fn new(client: &Client, project_id: &str, args: &ChangePasswords) -> Self {
        Self {
            schema: SCHEMA,
            tool: concat!("drs ", env!("CARGO_PKG_VERSION")).to_owned(),
            api_document: Client::spec_version().to_owned(),
            endpoint: client.endpoint().to_owned(),
            project_id: project_id.to_owned(),
            started: now(),
            ended: None,
            rotation: args.rotation.clone(),
            command: command::words(args),
            before: None,
        }
    }
}

/// Now, to the second.
pub(crate) fn now() -> String {
    format!("{:.0}", Timestamp::now())
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
    /// Reads one that was written before. An error shows nothing of the text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let problem = |error: &serde_json::Error| {
            format!(
                "it is not a report of drs (at line {}, column {})",
                error.line(),
                error.column()
            )
        };
        let header: Header = serde_json::from_str(text).map_err(|e| problem(&e))?;
        if header.schema != SCHEMA {
            return Err(format!(
                "it is a report of schema {}, and this drs reads schema {SCHEMA}",
                header.schema
            ));
        }
        let report = serde_json::from_str(text).map_err(|e| problem(&e))?;
        Ok(Self { header, report })
    }
}

/// What every document of one run has in common.
pub(crate) struct Frame {
    pub(crate) header: Header,
    /// What an earlier run found out, with `--only-todo`.
    pub(crate) earlier: Option<Earlier>,
}

impl Frame {
    /// The document while the run goes on.
    pub(crate) fn interim(&self, report: Report) -> Document {
        self.document(None, lasting(report))
    }

    /// The document of a run that ends now.
    pub(crate) fn last(&self, report: Report) -> Document {
        self.document(Some(now()), report)
    }

    fn document(&self, ended: Option<String>, report: Report) -> Document {
        let header = Header {
            ended,
            ..self.header.clone()
        };
        let mut report = match &self.earlier {
            Some(earlier) => earlier.merge(report),
            None => report,
        };
        report.endpoint = Some(header.endpoint.clone());
        report.project_id = Some(header.project_id.clone());
        report.started = Some(header.started.clone());
        report.ended = header.ended.clone();
        Document { header, report }
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
