//! What is below the table: how many of each outcome there are, and what to do next.

use drs_api::passwords::{OutcomeKind, Report};

use crate::{
    args::Source,
    command,
    document::Document,
    text::{self, clean},
    todo,
};

/// How many codes are explained.
const MOST: usize = 10;

/// All outcomes, in the order in which they are shown.
pub(crate) const KINDS: [OutcomeKind; 4] = [
    OutcomeKind::Changed,
    OutcomeKind::Rejected,
    OutcomeKind::Unconfirmed,
    OutcomeKind::NotSent,
];

/// The lines below the table. `file` is where the report is, if it is kept.
pub(crate) fn lines(document: &Document, file: Option<&Source>) -> Vec<String> {
    let (header, report) = (&document.header, &document.report);
    let stopped = report.stopped.as_deref();
    let early = stopped.map(|reason| format!("Ended early: {}.", clean(reason)));
    let mut lines = Vec::from_iter(early);
    if report.ended.is_none() {
        lines.push("The run had not ended when this was written.".to_owned());
    }
    let before = header.before.iter().filter(|before| before.changed > 0);
    lines.extend(before.map(|before| format!("{before}.")));
    lines.push(summary(report));
    if report.count(OutcomeKind::Changed) > 0 {
        lines.push(
            "`changed` means that DRS holds the new password. It resumes no task that had failed \
             or was paused: `drs status` says which tasks run."
                .to_owned(),
        );
    }
    // A step for each code, the first seen first.
    let mut steps: Vec<(String, String, usize)> = Vec::new();
    for outcome in report.to_do() {
        let code = outcome.reply.error_code.as_deref();
        let name = code.map_or_else(|| outcome.kind.to_string(), text::code);
        match steps.iter_mut().find(|known| known.0 == name) {
            Some((.., count)) => *count += 1,
            None => {
                let advice = outcome.advice().map(|advice| advice.to_string());
                steps.push((name, advice.unwrap_or_default(), 1));
            }
        }
    }
    let steps = steps.into_iter().take(MOST);
    lines.extend(steps.map(|(name, step, count)| format!("{name} ({count}): {step}.")));
    let left = report.to_do();
    let causes = left.filter_map(|outcome| outcome.reply.cause.as_deref());
    for cause in causes.chain(stopped) {
        let step = of_connection(cause);
        let endpoint = clean(report.endpoint.as_deref().unwrap_or("?"));
        let step = step.map(|step| format!("Connection: {step}; the endpoint is {endpoint}."));
        lines.extend(step.filter(|step| !lines.contains(step)));
    }
    lines.extend(commands(document, file));
    lines
}

fn summary(report: &Report) -> String {
    let [changed, rejected, unconfirmed, not_sent] = KINDS.map(|kind| report.count(kind));
    let next = match (rejected, unconfirmed) {
        _ if !todo::refused(report).is_empty() => {
            " Check the refused passwords in the database before you run anything again."
        }
        (0, 0) => "",
        (0, _) => " Of what is unconfirmed, DRS holds the old password or the new one.",
        _ => " Fix the causes, then send what is left.",
    };
    format!(
        "{changed} changed, {rejected} rejected, {unconfirmed} unconfirmed, {not_sent} not \
         sent.{next}"
    )
}

/// How to go on, if anything is left.
fn commands(document: &Document, file: Option<&Source>) -> Vec<String> {
    let refused = todo::refused(&document.report).len();
    let others = document.report.to_do().count() - refused;
    let Some(file) = file else {
        let none = "Without a report in a file (--report) there is nothing to go on from: another \
                    run sends the whole plan.";
        return Vec::from_iter((refused + others > 0).then(|| none.to_owned()));
    };
    let ways = [
        (others, "--only-todo", "What is left"),
        (
            refused,
            "--only-refused",
            "Once the plan has the right passwords, what got a DRS.KE0002",
        ),
    ];
    let ways = ways.into_iter().filter(|(count, ..)| *count > 0);
    ways.map(
        |(count, option, what)| match command::next(&document.header.command, option, file) {
            Some(command) => format!("{what} ({count}) is sent by:\n  {command}"),
            None => format!("{what} ({count}) is sent by the same plan with {option} {file}."),
        },
    )
    .collect()
}

/// By words of the libraries below, what to do about a connection that could not be made.
pub(crate) fn of_connection(cause: &str) -> Option<&'static str> {
    const TRUST: &str = "No CA certificates were loaded|invalid peer certificate|UnknownIssuer|\
                         local issuer certificate|self-signed|self signed|NotValidForName|\
                         certificate not valid for name|certificate expired|NotValidYet";
    const WAY: &str = "InvalidContentType|wrong version number|packet length too long|dns error|\
                       failed to lookup address|tunnel error|proxy auth|unsuccessful tunnel|\
                       Connection refused|Network is unreachable|No route to host";
    let says = |words: &str| words.split('|').any(|words| cause.contains(words));
    if says(TRUST) {
        return Some(
            "check the host in --endpoint, this machine's clock, and the certificates that it \
             trusts (often the package ca-certificates; those of an authority of your own with \
             --ca-bundle FILE or SSL_CERT_FILE); without such an authority, find out who answers \
             in the service's place",
        );
    }
    let is_late = says("(Connect)") && says("timed out");
    (says(WAY) || is_late).then_some(
        "check --region or --endpoint, with its port, the network, this machine's name server, and \
         any proxy (HTTPS_PROXY, ALL_PROXY)",
    )
}
