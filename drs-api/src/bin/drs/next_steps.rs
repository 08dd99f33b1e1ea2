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
    let mut lines: Vec<_> = stopped
        .map(|reason| format!("Ended early: {}.", clean(reason)))
        .into_iter()
        .collect();
    if report.ended.is_none() {
        lines.push("The run had not ended when this was written.".to_owned());
    }
    let before = header.before.iter().filter(|before| before.changed > 0);
    lines.extend(before.map(|before| format!("{before}.")));
    lines.push(summary(report));
    if report.count(OutcomeKind::Changed) > 0 {
        lines.push(
            "`changed` means that DRS holds the new password. It resumes no task that had failed \
             or was paused: look at the tasks in the console."
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
                // What the library can't name.
                let fewer = "requests at a time";
                let way = "requests at a time (--concurrency)";
                steps.push((name, advice.unwrap_or_default().replace(fewer, way), 1));
            }
        }
    }
    let steps = steps.into_iter().take(MOST);
    lines.extend(steps.map(|(name, step, count)| format!("{name} ({count}): {step}.")));
    let causes = report
        .to_do()
        .filter_map(|outcome| outcome.reply.cause.as_deref());
    for cause in causes.chain(stopped) {
        let step = of_connection(cause, report.endpoint.as_deref().unwrap_or_default());
        let step = step.map(|step| format!("Connection: {step}."));
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
    let Some(file) = file.filter(|file| file.path().is_some()) else {
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
const CONNECTIONS: [(&str, &str); 6] = [
    (
        "No CA certificates were loaded",
        "this machine has no trusted certificates; install its package of them (often \
         ca-certificates), pass --ca-bundle FILE, or set SSL_CERT_FILE",
    ),
    (
        "UnknownIssuer|local issuer certificate|self-signed|self signed",
        "pass the authority's certificate with --ca-bundle FILE, or set SSL_CERT_FILE to a file of \
         trusted ones; without an authority of your own, find out who answers in the service's \
         place",
    ),
    (
        "NotValidForName|certificate not valid for name",
        "the certificate belongs to another host; check --endpoint, and any proxy in between",
    ),
    (
        "invalid peer certificate: Expired|certificate expired|NotValidYet",
        "the certificate is not valid now; check this machine's clock",
    ),
    (
        "InvalidContentType|wrong version number|packet length too long",
        "the port answers without TLS; check the port in --endpoint",
    ),
    (
        "tunnel error|proxy auth|unsuccessful tunnel",
        "the proxy let nothing through; check the proxy that HTTPS_PROXY or ALL_PROXY names",
    ),
];

/// What to do about a connection to an endpoint that could not be made.
pub(crate) fn of_connection(cause: &str, endpoint: &str) -> Option<String> {
    let says = |words: &str| words.split('|').any(|words| cause.contains(words));
    if let Some((_, step)) = CONNECTIONS.iter().find(|(words, _)| says(words)) {
        return Some((*step).to_owned());
    }
    let proxy = "any proxy (HTTPS_PROXY, ALL_PROXY)";
    if says("dns error|failed to lookup address") {
        let host = endpoint.rsplit("://").next().map_or(String::new(), clean);
        return Some(format!(
            "the host {host} was not found; check --region or --endpoint, this machine's name \
             server, and {proxy}"
        ));
    }
    let refused = says("Connection refused|Network is unreachable|No route to host");
    let late = says("(Connect)") && says("timed out");
    (refused || late).then(|| format!("check host and port, the network, and {proxy}"))
}
