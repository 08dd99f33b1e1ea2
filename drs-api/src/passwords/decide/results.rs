//! An answer with results. Each is read by itself, and those of a task are decided together.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    asked::{Asked, SERVICE_FAULT, TELLS_MORE},
    findings::{Findings, Verdict},
};
use crate::{
    answer::{Body, Found, Item, is_fine, names_an_error},
    codes::Code,
    echo::Raw,
    passwords::OutcomeKind::{self, Changed, Rejected, Unconfirmed},
    types::EndPointType,
};

/// A result of a task that was asked for, and what it says by itself.
struct OfTask<'a> {
    item: &'a Item<'a>,
    /// Without one it may be about either.
    side: Option<EndPointType>,
    kind: OutcomeKind,
    why: Option<String>,
    found: Found<'a>,
}

pub(super) fn decide<'a>(
    asked: &'a Asked<'a>,
    body: &'a Body<'a>,
    mut beside: Found<'a>,
) -> Findings {
    let mut findings = Findings::default();
    for json in &body.unreadable {
        beside.unreadable(json);
        findings.note(|| asked.sentence("an unreadable result", Some(&(*json).into())));
    }
    let against = against(asked, body, &beside);
    findings.remarks.extend(against.clone());
    if let Some(message) = &body.message {
        findings.note(|| asked.sentence("there are results next to the message", Some(message)));
    }
    let tasks = asked.ids.iter().map(|id| (*id, Vec::new()));
    let mut tasks: BTreeMap<&str, Vec<OfTask<'_>>> = tasks.collect();
    let mut all_count = body.unreadable.is_empty() && body.count_fits();
    for item in &body.results {
        let texts = [&item.id, &item.side, &item.status, &item.message];
        let found = Found::of(&asked.ids, item.code.as_ref(), &texts, &item.rest);
        match item.id.as_ref().and_then(|id| tasks.get_mut(id.peek())) {
            Some(task) => task.push(OfTask::of(asked, item, found, &beside, against.as_ref())),
            None => {
                all_count = false;
                beside.take(&found);
                findings.note(|| unmatched(asked, item));
            }
        }
    }
    let mut suspects = Vec::new();
    for sides in asked.keys.chunk_by(|(a, _), (b, _)| a == b) {
        let task = sides.first().and_then(|(id, _)| tasks.remove(id));
        let mut task = task.unwrap_or_default();
        // What names its side is shown first.
        task.sort_by_key(|result| result.side.is_none());
        if !(all_count && count_without_sides(&task, sides.len())) {
            for result in task.iter_mut().filter(|result| result.side.is_none()) {
                result.kind = Unconfirmed;
                let why = "a result that may be about either side";
                result.why = Some(asked.sentence(why, result.item.side.as_ref()));
            }
        }
        let is_about = |result: &OfTask<'_>, side| result.side.is_none_or(|own| own == side);
        for result in &task {
            if !sides.iter().any(|(_, side)| is_about(result, *side)) {
                findings.note(|| unmatched(asked, result.item));
            }
        }
        for (_, side) in sides {
            let own = task.iter().filter(|result| is_about(result, *side));
            let own: Vec<_> = own.collect();
            let at = findings.verdicts.len();
            if own.is_empty() {
                findings.left_out.push(at);
            }
            if beside.wrong_password || own.iter().any(|own| own.found.wrong_password) {
                suspects.push(at);
            }
            let verdict = verdict(asked, body, &beside, &own);
            findings.verdicts.push(verdict);
        }
    }
    findings.suspect(suspects);
    findings
}

/// What the results that may be about an end point say of it.
fn verdict(asked: &Asked<'_>, body: &Body<'_>, beside: &Found<'_>, own: &[&OfTask<'_>]) -> Verdict {
    let doubt = |sentence: &str| (Unconfirmed, Some(sentence.to_owned()));
    let (kind, cause) = match own {
        [] => doubt("the response has no result for it"),
        [first, others @ ..] if others.iter().all(|other| other.kind == first.kind) => {
            (first.kind, first.why.clone())
        }
        _ => doubt("the results of its task disagree"),
    };
    let whole = Some(body).filter(|_| own.is_empty());
    let message = own.iter().find_map(|result| result.item.message.as_ref());
    let message = message.or_else(|| whole?.message.as_ref());
    let doubtful = own.iter().filter(|_| kind != Changed);
    let codes = doubtful.flat_map(|result| &result.found.codes);
    let code = whole.and_then(|body| body.code.as_ref());
    let code = code.or_else(|| codes.clone().next());
    let elsewhere = beside.codes.iter().filter(|_| kind != Changed);
    let reply = asked.shown(cause, code, message, codes.chain(elsewhere));
    let reply = Arc::new(reply);
    Verdict { kind, reply }
}

/// What outside of the results speaks against a success.
fn against(asked: &Asked<'_>, body: &Body<'_>, beside: &Found<'_>) -> Option<String> {
    if !body.count_fits() {
        return Some(asked.sentence("there are other results than `count` says", None));
    }
    let code = body.code.as_ref().filter(|code| !is_fine(code.peek()));
    let sign = code.or(beside.failure.as_ref())?;
    Some(asked.sentence(
        "there are results next to the sign of a failure",
        Some(sign),
    ))
}

/// Whether the results of a task count for all its sides if they don't name them: no result
/// does, they say the same, and they are as many.
fn count_without_sides(task: &[OfTask<'_>], sides: usize) -> bool {
    let is_plain = |item: &Item<'_>| item.side.is_none() && item.rest.0.is_empty();
    let mut pairs = task.iter().zip(task.iter().skip(1));
    task.len() == sides
        && task.iter().all(|result| is_plain(result.item))
        && pairs.all(|(a, b)| a.kind == b.kind)
}

impl<'a> OfTask<'a> {
    fn of(
        asked: &Asked<'_>,
        item: &'a Item<'a>,
        found: Found<'a>,
        beside: &Found<'_>,
        against: Option<&String>,
    ) -> Self {
        let side = item.side.as_ref().and_then(|side| side.peek().parse().ok());
        let code = found.codes.first();
        let is_fault = code.is_some_and(|code| Code::of(code.peek()) == Some(Code::Fault));
        let status = item.status.as_ref().map_or("", Raw::peek);
        // In capitals it is believed of a failure with a code alone.
        let is_failed =
            status == "failed" || (code.is_some() && status.eq_ignore_ascii_case("failed"));
        let tells_more = found.success || found.unreadable || beside.tells_of_results();
        let doubt = match status {
            "success" if item.code.is_some() => Some(("a success with an error code", None)),
            "success" if asked.status != 200 => {
                Some(("a success in a response with a status other than 200", None))
            }
            "success" => {
                let sign = found.failure.as_ref();
                sign.map(|_| ("a success with the sign of a failure", sign))
            }
            _ if !is_failed => Some(("an unknown status, or none", item.status.as_ref())),
            _ => {
                let is_void = is_fault.then_some(SERVICE_FAULT);
                let is_void = is_void.or(tells_more.then_some(TELLS_MORE));
                asked.proves_nothing().or(is_void).map(|why| (why, None))
            }
        };
        let doubt = doubt.map(|(sentence, quoted)| asked.sentence(sentence, quoted));
        let doubt = doubt.or_else(|| against.filter(|_| !is_failed).cloned());
        let kind = match &doubt {
            Some(_) => Unconfirmed,
            None if is_failed => Rejected,
            None => Changed,
        };
        let names_none = || code.is_none_or(|code| !names_an_error(code.peek()));
        let says_nothing = item.message.is_none() && !item.rest.0.is_empty() && names_none();
        let why = doubt.or_else(|| {
            let shown = || asked.sentence("the result is", Some(&item.all()));
            (says_nothing && is_failed).then(shown)
        });
        Self {
            item,
            side,
            kind,
            why,
            found,
        }
    }
}

/// A result that is about no end point that was asked for.
fn unmatched(asked: &Asked<'_>, item: &Item<'_>) -> String {
    let sentence = "a result for something that was not requested";
    asked.sentence(sentence, Some(&item.all()))
}
