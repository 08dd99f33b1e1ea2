//! What is below the table: how many of each outcome there are, and what to do next.

use std::collections::HashSet;

use drs_api::passwords::{Outcome, OutcomeKind, Report, StopReason};

use crate::{
    args::Source,
    command::{self, Others},
    document::Document,
    text::{self, clean},
    todo,
};

/// How many codes are explained.
const MOST: usize = 10;

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
        let status = match file {
            Some(_) => Others::new(&header.command, file).command(&["status"]),
            None => "drs status".to_owned(),
        };
        lines.push(format!(
            "`changed` means that DRS has the new password. This does not resume a failed or \
             paused task: `{status}` shows which tasks are running."
        ));
    }
    // A step for each code, the first seen first.
    let mut steps: Vec<(String, String, usize)> = Vec::new();
    for outcome in report.to_do() {
        let code = outcome.reply.error_code.as_deref();
        let cause = outcome.reply.cause.as_deref();
        let cause = cause.filter(|cause| *cause == todo::NOT_CHOSEN);
        let name = code.or(cause);
        let name = name.map_or_else(|| outcome.kind.to_string(), text::code);
        let is_full = steps.len() == MOST;
        match steps.iter_mut().find(|known| known.0 == name) {
            Some((.., count)) => *count += 1,
            None if !is_full => {
                let advice = outcome.advice().filter(|_| cause.is_none());
                let advice = advice.map(|advice| advice.to_string());
                steps.push((name, advice.unwrap_or("send what is left".to_owned()), 1));
            }
            None => {}
        }
    }
    let steps = steps.into_iter();
    lines.extend(steps.map(|(name, step, count)| format!("{name} ({count}): {step}.")));
    if report.stop_reason() == Some(StopReason::NeverConnected) {
        let endpoint = clean(report.endpoint.as_deref().unwrap_or("?"));
        lines.push(format!(
            "Connection: {CONNECTION}; the endpoint is {endpoint}."
        ));
    }
    lines.extend(commands(document, file));
    lines
}

fn summary(report: &Report) -> String {
    use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};
    let counts = [Changed, Rejected, Unconfirmed, NotSent].map(|kind| report.count(kind));
    let [changed, rejected, unconfirmed, not_sent] = counts;
    let next = match (rejected, unconfirmed) {
        _ if todo::refused(report).next().is_some() => {
            " Before you send a password with DRS.KE0002 again, check it in the database."
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
    let Document { header, report } = document;
    let (left, before) = (report.to_do().count(), header.before.as_ref());
    let gone = before.map_or(0, |before| before.gone);
    // What the plan does not have comes last.
    let planned = report.to_do().take(left.saturating_sub(gone));
    let planned: HashSet<_> = planned.map(Outcome::end_point).collect();
    let refused = todo::refused(report).filter(|of| planned.contains(&of.end_point()));
    let refused = refused.count();
    let others = planned.len() - refused;
    let Some(file) = file else {
        let none = "Without a report file (--report), a run can't continue from this one: the next \
                    run sends the whole plan.";
        let first = " Correct the plan first: failed logins lock accounts.";
        let first = if refused > 0 { first } else { "" };
        return Vec::from_iter((left > 0).then(|| format!("{none}{first}")));
    };
    let corrected = "Correct the plan first. Then what got a DRS.KE0002";
    let ways = [
        (others, "--only-todo", "What is left"),
        (refused, "--only-refused", corrected),
    ];
    let ways = ways.into_iter().filter(|(count, ..)| *count > 0);
    let way = |(count, option, what)| match command::again(&header.command, option, file) {
        Some(command) => format!("{what} ({count}) is sent by:\n  {command}"),
        None => format!("{what} ({count}) is sent by the same plan with {option} {file}."),
    };
    let gone = (gone > 0).then(|| {
        format!(
            "This plan lacks {gone} of what is left. If you took them out on purpose, nothing is \
             left to do for them; the report keeps them until a run of the whole plan with \
             --replace-report, which forgets each DRS.KE0002, too."
        )
    });
    ways.map(way).chain(gone).collect()
}

/// What to do about a connection that could not be made.
pub(crate) const CONNECTION: &str = "check --region or --endpoint with its host and port, the network, this machine's clock and \
     name server, any proxy (HTTPS_PROXY, ALL_PROXY), and the certificates that it trusts (often \
     the package ca-certificates; those of an authority of your own with --ca-bundle FILE or \
     SSL_CERT_FILE); a certificate that nobody can explain may be an attacker's";
