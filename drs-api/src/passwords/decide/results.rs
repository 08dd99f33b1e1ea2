//! An answer with results. Each is read by itself, and those of a task are decided together.

use std::sync::Arc;

use http::StatusCode;

use super::{
    asked::{Asked, SERVICE_FAULT, Says, TELLS_MORE, Why},
    findings::{Findings, Key, Verdict},
};
use crate::{
    answer::{Body, Found, Item, MAX_CODE, MAX_MESSAGE, names_an_error},
    codes::{Means, means},
    passwords::{
        OutcomeKind::{self, Changed, Rejected, Unconfirmed},
        reply::Reply,
    },
    types::EndPointType,
};

/// A result of a task that was asked for, and what it says by itself.
struct OfTask<'a> {
    item: &'a Item<'a>,
    id: &'a str,
    side: Side,
    kind: OutcomeKind,
    why: Option<Why<'a>>,
    found: Found<'a>,
}

/// The side that a result names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Is(EndPointType),
    None,
    /// Neither of the two, or perhaps in a field that no document knows.
    Unknown,
}

pub(super) fn decide<'a>(asked: &'a Asked<'a>, body: &'a Body<'a>) -> Findings {
    let mut findings = Findings::default();
    let message = body.message.as_ref();
    let mut beside = Found::of(&asked.ids, body.code.as_ref(), message, &body.rest);
    for json in &body.unreadable {
        beside.value(json);
        beside.unreadable = true;
        let why = Why("an unreadable result", Some((*json).into()));
        findings.note(|| asked.sentence(&why));
    }
    let against = against(body, &beside);
    let more = message.map(|text| Why("there are results beside the message", Some(text.clone())));
    let sentences = against.iter().chain(&more).map(|why| asked.sentence(why));
    findings.remarks.extend(sentences);
    let mut results = Vec::with_capacity(body.results.len());
    for item in &body.results {
        match OfTask::of(asked, item, &beside, against.as_ref()) {
            Ok(result) => results.push(result),
            Err(found) => {
                beside.take(&found);
                findings.note(|| unmatched(asked, item));
            }
        }
    }
    let all_are_known = results.len() == body.results.len() && body.unreadable.is_empty();
    // So those of a task follow each other, those without a side last.
    results.sort_by_key(|result| (result.id, result.side));
    let plain = Arc::new(asked.reply(None));
    let mut suspects = Vec::new();
    for sides in asked.keys.chunk_by(|(a, _), (b, _)| a == b) {
        let id = sides.first().map_or("", |(id, _)| *id);
        let from = results.partition_point(|result| result.id < id);
        let to = results.partition_point(|result| result.id <= id);
        let task = &results[from..to];
        let may_count = all_are_known && body.count_fits();
        let sideless_count = may_count && without_side_count(task, sides);
        let is_own = |result: &OfTask<'_>, side| match result.side {
            Side::None => sideless_count,
            own => own == Side::Is(side),
        };
        let counts = |result: &&OfTask<'_>| sides.iter().any(|(_, side)| is_own(result, *side));
        for result in task.iter().filter(|result| !counts(result)) {
            findings.note(|| unmatched(asked, result.item));
        }
        for (_, side) in sides {
            let is_about =
                |result: &&OfTask<'_>| is_own(result, *side) || !matches!(result.side, Side::Is(_));
            let about: Vec<_> = task.iter().filter(is_about).collect();
            let own = about.partition_point(|result| is_own(result, *side));
            let at = findings.verdicts.len();
            if own == 0 {
                findings.left_out.push(at);
            }
            if about.iter().any(|result| result.found.wrong_password) {
                suspects.push(at);
            }
            findings
                .verdicts
                .push(verdict(asked, body, &beside, about.split_at(own), &plain));
        }
    }
    findings.suspect(match beside.wrong_password {
        true => (0..asked.keys.len()).collect(),
        false => suspects,
    });
    findings
}

/// What its own results say of an end point, if no other of its task speaks against them.
fn verdict(
    asked: &Asked<'_>,
    body: &Body<'_>,
    beside: &Found<'_>,
    (own, others): (&[&OfTask<'_>], &[&OfTask<'_>]),
    plain: &Arc<Reply>,
) -> Verdict {
    let left_out = Why("the answer has no result for it", None);
    let disagree = Why("the results of its task disagree", None);
    let mut codes = own
        .iter()
        .chain(others)
        .filter_map(|result| result.found.code());
    let (kind, why, code, message) = match own {
        [] => {
            let code = body.code.as_ref().or_else(|| codes.next());
            (Unconfirmed, Some(&left_out), code, body.message.as_ref())
        }
        [first, ..] => {
            let alike = others.is_empty() && own.iter().all(|result| result.kind == first.kind);
            let (kind, why) = match alike || first.kind == Unconfirmed {
                true => (first.kind, first.why.as_ref()),
                false => (Unconfirmed, Some(&disagree)),
            };
            let message = own.iter().find_map(|result| result.item.message.as_ref());
            (kind, why, codes.next(), message)
        }
    };
    if kind == Changed && message.is_none() {
        let reply = Arc::clone(plain);
        return Verdict { kind, reply };
    }
    let all_codes = own
        .iter()
        .chain(others)
        .flat_map(|result| result.found.all_codes());
    let elsewhere = beside.codes.iter().filter(|_| kind != Changed);
    let reply = asked
        .shown(why, code, message, all_codes.chain(elsewhere))
        .into();
    Verdict { kind, reply }
}

/// What contradicts a success, outside its result.
fn against<'a>(body: &Body<'a>, beside: &Found<'_>) -> Option<Why<'a>> {
    let code = body.code.as_ref();
    let code = code.filter(|code| names_an_error(code.peek()));
    let (sentence, quoted) = match (body.unreadable.first(), code) {
        _ if !body.count_fits() => ("there are other results than `count` says", None),
        (Some(json), _) => ("there are results that can't be read", Some((*json).into())),
        (None, Some(code)) => ("there are results beside the error", Some(code.clone())),
        (None, None) => (
            "there are results beside the sign of a failure",
            Some(beside.failure.clone()?),
        ),
    };
    Some(Why(sentence, quoted))
}

/// Whether the results of a task without a side count for the sides that have none: all of the
/// task agree, and there are as many. One failure that is about the task counts for both.
fn without_side_count(task: &[OfTask<'_>], sides: &[Key<'_>]) -> bool {
    let count = |side| task.iter().filter(|result| result.side == side).count();
    let free = sides.iter().filter(|(_, side)| count(Side::Is(*side)) == 0);
    let is_about_task = |one: &OfTask<'_>| {
        let code = one.found.code();
        one.kind == Rejected && code.is_some_and(|code| means(code.peek()) == Means::TaskRefused)
    };
    let mut pairs = task.iter().zip(task.iter().skip(1));
    match task {
        [.., last] if last.side != Side::None => false,
        [one] if is_about_task(one) => true,
        _ => pairs.all(|(a, b)| a.kind == b.kind) && count(Side::None) == free.count(),
    }
}

impl<'a> OfTask<'a> {
    /// What a result says of its end point, or what was found in one of another task.
    fn of(
        asked: &'a Asked<'a>,
        item: &'a Item<'a>,
        beside: &Found<'_>,
        against: Option<&Why<'a>>,
    ) -> Result<Self, Found<'a>> {
        let (code, message) = (item.code.as_ref(), item.message.as_ref());
        let mut found = Found::of(&asked.ids, code, message, &item.rest);
        let texts = [&item.id, &item.side, &item.status];
        let [id, side, status] = texts.map(|raw| raw.as_ref().map(|raw| raw.peek()));
        for text in [id, side, status].into_iter().flatten() {
            found.search(text);
        }
        let side = match side {
            Some(side) => side.parse().map_or(Side::Unknown, Side::Is),
            None if item.rest.0.is_empty() => Side::None,
            None => Side::Unknown,
        };
        let id = id.filter(|id| asked.ids.binary_search(id).is_ok());
        let Some(id) = id else { return Err(found) };
        let says = |sentence| Some(Why(sentence, None));
        let code = found.code().map(|code| code.peek());
        let is_fault = code.is_some_and(|code| means(code) == Means::Fault);
        // In capitals it is believed of a failure with a code alone.
        let failed = |status: &str| {
            status == "failed" || (code.is_some() && status.eq_ignore_ascii_case("failed"))
        };
        let doubt = match status {
            Some("success") if item.code.is_some() => says("a success with an error code"),
            Some("success") if asked.status != StatusCode::OK => {
                says("a success in an answer of another status than 200")
            }
            Some("success") if found.failure.is_some() => Some(Why(
                "a success with the sign of a failure",
                found.failure.clone(),
            )),
            Some("success") => against.cloned(),
            Some(status) if !failed(status) => Some(Why("an unknown status", item.status.clone())),
            Some(_) if matches!(asked.says(), Says::Nothing(_)) => {
                says("a failure in an answer that refuses nothing")
            }
            Some(_) if is_fault => says(SERVICE_FAULT),
            Some(_) if found.success || found.unreadable || beside.tells_of_results() => {
                says(TELLS_MORE)
            }
            Some(_) => None,
            None => says("a result without a status"),
        };
        let kind = match status {
            _ if doubt.is_some() => Unconfirmed,
            Some("success") => Changed,
            _ => Rejected,
        };
        let says_nothing = code.is_none() && message.is_none() && !item.rest.0.is_empty();
        let why = match says_nothing && kind == Rejected {
            true => Some(Why("the result is", Some(item.json.into()))),
            false => doubt,
        };
        Ok(Self {
            item,
            id,
            side,
            kind,
            why,
            found,
        })
    }
}

/// A result that is about no end point that was asked for.
fn unmatched(asked: &Asked<'_>, item: &Item<'_>) -> String {
    let texts = [&item.id, &item.side, &item.status, &item.code];
    let texts = texts.map(|text| asked.keep(text.as_ref(), MAX_CODE));
    let message = asked.keep(item.message.as_ref(), MAX_MESSAGE);
    let said: Vec<_> = texts.into_iter().chain([message]).flatten().collect();
    format!("a result for something that was not requested: {said:?}")
}
