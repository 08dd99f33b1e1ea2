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
    text::clean,
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

/// How many seconds ago a time was that a document names, if it does.
pub(crate) fn age(time: Option<&String>) -> Option<SignedDuration> {
    let then: Timestamp = time?.parse().ok()?;
    let age = Timestamp::now().duration_since(then);
    Some(SignedDuration::from_secs(age.as_secs()))
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
            let schema = header.schema;
            let problem = format!("it is a report of schema {schema}, and this drs reads {SCHEMA}");
            return Err(problem);
        }
        let report = serde_json::from_str(text).map_err(problem)?;
        Ok(Self { header, report })
    }

    /// Which run it is about, in a line.
    pub(crate) fn title(&self) -> String {
        let Self { header, report } = self;
        let known = [
            ("begun", &report.started),
            ("ended", &report.ended),
            ("project", &report.project_id),
            ("endpoint", &report.endpoint),
            ("rotation", &header.rotation),
        ];
        let known = known.map(|(name, of)| Some(format!("{name} {}", clean(of.as_ref()?))));
        let known: Vec<_> = known.into_iter().flatten().collect();
        // After a night in which no run began, it is the run of the night before.
        let age = age(report.ended.as_ref().or(report.started.as_ref()));
        let age = age.filter(|age| !age.is_negative());
        let age = age.map_or(String::new(), |age| format!(" of {age:#} ago"));
        format!("Run{age}: {}\n\n", known.join(", "))
    }

    /// Refuses a report of another project, endpoint or set of passwords. Nothing that is kept of
    /// a secret could tell the latter: labels do, or else the report's age.
    pub(crate) fn check(&self, now: &Frame, same_passwords: bool) -> Result<(), String> {
        let whole = "run the whole plan without --only-todo or --only-refused";
        let place = [&now.begun.project_id, &now.begun.endpoint];
        check_place(&self.report, place.map(Option::as_deref))
            .map_err(|problem| format!("{problem}; if that is right, {whole}"))?;
        let label = |header: &Header| match &header.rotation {
            Some(label) => format!("--rotation {}", clean(label)),
            None => "no --rotation".to_owned(),
        };
        if self.header.rotation != now.header.rotation {
            let (then, now) = (label(&self.header), label(&now.header));
            return Err(format!(
                "its run had {then}, and this one has {now}; if the plan's passwords are those of \
                 that run, give the same; else {whole}"
            ));
        }
        if self.header.rotation.is_some() || same_passwords {
            return Ok(());
        }
        let way = "if the plan has the passwords of that run, pass --same-passwords; if all are \
                   new, run the whole plan with --replace-report";
        check_age(&self.report).map_err(|problem| format!("{problem}; {way}"))
    }

    /// Whether it is surely about other passwords: both runs have labels, and these differ.
    pub(crate) fn is_other(&self, now: &Frame) -> bool {
        let [then, now] = [&self.header, &now.header].map(|header| header.rotation.as_ref());
        then.zip(now).is_some_and(|(then, now)| then != now)
    }
}

/// Refuses a report of another project or endpoint than these.
pub(crate) fn check_place(then: &Report, now: [Option<&str>; 2]) -> Result<(), String> {
    let then = [&then.project_id, &then.endpoint].map(Option::as_deref);
    for ((what, then), now) in ["project", "endpoint"].into_iter().zip(then).zip(now) {
        if then != now {
            let [then, now] = [then, now].map(|text| clean(text.unwrap_or("?")));
            let problem = format!("it is about the {what} {then}, and this run about {now}");
            return Err(problem);
        }
    }
    Ok(())
}

/// Refuses a report that is over a day old, or may be.
pub(crate) fn check_age(then: &Report) -> Result<(), String> {
    let problem = match age(then.started.as_ref()).map(|age| age.as_secs()) {
        // A day.
        Some(0..=86_400) => return Ok(()),
        Some(..0) => "from the future: check this machine's clock",
        _ => "over a day old, and the plan may have other passwords since",
    };
    let started = clean(then.started.as_deref().unwrap_or("?"));
    Err(format!("it is of {started}, {problem}"))
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
            command: command::words(),
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
        let cause = cause.map_or(String::new(), |cause| format!("; {cause}"));
        outcome.reply.cause = Some(format!("{REASON}{cause}"));
    }
    report
}
