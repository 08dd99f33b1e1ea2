//! What stands below the table: how many of each outcome there are, and what to do next.

use drs_api::passwords::{Advice, OutcomeKind, Report};

use crate::{
    document::Document,
    text::{self, clean},
};

/// The code by which a database has refused user name or password.
pub(crate) const WRONG_PASSWORD: &str = "DRS.KE0002";

/// The lines below the table.
pub(crate) fn lines(document: &Document, region: Option<&str>) -> Vec<String> {
    let report = &document.report;
    let mut lines = Vec::new();
    if let Some(reason) = &report.stopped {
        lines.push(format!("Ended early: {}.", clean(reason)));
    }
    lines.push(summary(report));
    // A step for each code, the first seen first.
    let mut steps: Vec<(String, Advice, usize)> = Vec::new();
    for outcome in report.to_do() {
        let Some(step) = outcome.advice() else {
            continue;
        };
        let name = outcome.reply.error_code.as_deref();
        let name = name.map_or_else(|| outcome.kind.to_string(), text::code);
        match steps.iter_mut().find(|known| known.0 == name) {
            Some((.., count)) => *count += 1,
            None => steps.push((name, step, 1)),
        }
    }
    let steps = steps.into_iter().take(MOST);
    lines.extend(steps.map(|(name, step, count)| format!("{name} ({count}): {step}.")));
    let endpoint = &document.header.endpoint;
    let causes = report
        .to_do()
        .filter_map(|outcome| outcome.reply.cause.as_deref());
    for cause in causes.chain(report.stopped.as_deref()) {
        if let Some(step) = of_connection(cause, Some((endpoint, region))) {
            let line = format!("Connection: {step}.");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// How many codes are explained.
const MOST: usize = 10;

fn summary(report: &Report) -> String {
    let [changed, rejected, unconfirmed, not_sent] = [
        OutcomeKind::Changed,
        OutcomeKind::Rejected,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ]
    .map(|kind| report.count(kind));
    let is_wrong = |code: &str| code == WRONG_PASSWORD;
    let mut to_do = report.to_do();
    let next = match (rejected, unconfirmed, not_sent) {
        (0, 0, 0) => "Nothing is left to do.",
        _ if to_do.any(|outcome| outcome.reply.error_code.as_deref().is_some_and(is_wrong)) => {
            "Check the refused passwords in the database before you run anything again."
        }
        (0, _, 0) => {
            "Run the same plan again: of what is unconfirmed, DRS holds the old password or the \
             new one."
        }
        (0, _, _) => "Run the same plan again.",
        _ => "Fix the causes, then run the same plan again.",
    };
    format!(
        "{changed} changed, {rejected} rejected, {unconfirmed} unconfirmed, {not_sent} not sent. \
         {next}"
    )
}

/// What to do about a connection that could not be made, by the words of the libraries below.
/// `to` is an endpoint, and the region that it was given by.
pub(crate) fn of_connection(cause: &str, to: Option<(&str, Option<&str>)>) -> Option<String> {
    let says = |words: &[&str]| words.iter().any(|words| cause.contains(words));
    let proxy = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let proxy = proxy.iter().find(|name| std::env::var_os(name).is_some());
    if says(&["dns error", "failed to lookup address"]) {
        let (endpoint, region) = to.unwrap_or_default();
        let host = endpoint
            .split_once("://")
            .map_or(endpoint, |(_, host)| host);
        let host = clean(host);
        let mut step = match region {
            Some(region) => format!(
                "the host {host} was not found; check the region {}",
                clean(region)
            ),
            None => format!("the host {host} was not found; check --endpoint"),
        };
        step += ", and this machine's name server";
        if let Some(name) = proxy {
            step += &format!(", and the proxy in {name}");
        }
        return Some(step);
    }
    let step = if says(&["No CA certificates were loaded"]) {
        "this machine has no trusted certificates; install its package of them (often \
         ca-certificates), pass --ca-bundle FILE, or set SSL_CERT_FILE"
    } else if says(&[
        "UnknownIssuer",
        "unable to get local issuer certificate",
        "self-signed certificate",
        "self signed certificate",
    ]) {
        "pass the authority's certificate with --ca-bundle FILE, or set SSL_CERT_FILE to a file of \
         trusted ones; without an authority of your own, find out who answers in the service's \
         place"
    } else if says(&["NotValidForName", "certificate not valid for name"]) {
        "the certificate belongs to another host; check --endpoint, and any proxy in between"
    } else if says(&[
        "invalid peer certificate: Expired",
        "certificate expired",
        "NotValidYet",
    ]) {
        "the certificate is not valid now; check this machine's clock"
    } else if says(&[
        "InvalidContentType",
        "wrong version number",
        "packet length too long",
    ]) {
        "the port answers without TLS; check the port in --endpoint"
    } else if says(&["tunnel error", "proxy auth", "unsuccessful tunnel"]) {
        "the proxy let nothing through; check the proxy that HTTPS_PROXY or ALL_PROXY names"
    } else if says(&[
        "Connection refused",
        "Network is unreachable",
        "No route to host",
    ]) || (says(&["(Connect)"]) && says(&["timed out"]))
    {
        match proxy {
            Some(_) => "check host and port, the network, and the proxy that is set",
            None => "check host and port, and the network; where it needs a proxy, set HTTPS_PROXY",
        }
    } else {
        return None;
    };
    Some(step.to_owned())
}
