//! What is below the table: how many of each outcome there are, and what to do next.

use drs_api::passwords::{OutcomeKind, Report};

use crate::{
    document::Document,
    text::{self, clean},
    todo::has_wrong_password,
};

/// How many codes are explained.
const MOST: usize = 10;

/// The lines below the table.
pub(crate) fn lines(document: &Document, region: Option<&str>) -> Vec<String> {
    let report = &document.report;
    let stopped = report.stopped.as_deref();
    let mut lines: Vec<_> = stopped
        .map(|reason| format!("Ended early: {}.", clean(reason)))
        .into_iter()
        .collect();
    lines.push(summary(report));
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
                let fewer = "fewer requests at a time";
                let advice = advice.unwrap_or_default();
                let advice = advice.replace(fewer, &format!("{fewer} (--concurrency)"));
                steps.push((name, advice, 1));
            }
        }
    }
    let steps = steps.into_iter().take(MOST);
    lines.extend(steps.map(|(name, step, count)| format!("{name} ({count}): {step}.")));
    let to = Some((document.header.endpoint.as_str(), region));
    let causes = report
        .to_do()
        .filter_map(|outcome| outcome.reply.cause.as_deref());
    for cause in causes.chain(stopped) {
        let step = of_connection(cause, to).map(|step| format!("Connection: {step}."));
        lines.extend(step.filter(|step| !lines.contains(step)));
    }
    lines
}

fn summary(report: &Report) -> String {
    let [changed, rejected, unconfirmed, not_sent] = [
        OutcomeKind::Changed,
        OutcomeKind::Rejected,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ]
    .map(|kind| report.count(kind));
    let next = match (rejected, unconfirmed, not_sent) {
        (0, 0, 0) => "Nothing is left to do.",
        _ if report.to_do().any(has_wrong_password) => {
            "Check the refused passwords in the database before you run anything again."
        }
        (0, 0, _) => "Run the same plan again.",
        (0, ..) => {
            "Run the same plan again: of what is unconfirmed, DRS holds the old password or the \
             new one."
        }
        _ => "Fix the causes, then run the same plan again.",
    };
    format!(
        "{changed} changed, {rejected} rejected, {unconfirmed} unconfirmed, {not_sent} not sent. \
         {next}"
    )
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

/// What to do about a connection that could not be made. `to` is an endpoint, and the region
/// that it was given by.
pub(crate) fn of_connection(cause: &str, to: Option<(&str, Option<&str>)>) -> Option<String> {
    let says = |words: &str| words.split('|').any(|words| cause.contains(words));
    if let Some((_, step)) = CONNECTIONS.iter().find(|(words, _)| says(words)) {
        return Some((*step).to_owned());
    }
    let proxy = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let proxy = proxy.iter().find(|name| std::env::var_os(name).is_some());
    let proxy = proxy.map_or(String::new(), |name| format!(", and the proxy in {name}"));
    if says("dns error|failed to lookup address") {
        let (endpoint, region) = to.unwrap_or_default();
        let host = endpoint.rsplit("://").next().map_or(String::new(), clean);
        let given = region.map_or("--endpoint".to_owned(), |region| {
            format!("the region {}", clean(region))
        });
        return Some(format!(
            "the host {host} was not found; check {given}, and this machine's name server{proxy}"
        ));
    }
    let refused = says("Connection refused|Network is unreachable|No route to host");
    let late = says("(Connect)") && says("timed out");
    (refused || late).then(|| match proxy.is_empty() {
        false => format!("check host and port, and the network{proxy}"),
        true => "check host and port, and the network; where it needs a proxy, set HTTPS_PROXY"
            .to_owned(),
    })
}
