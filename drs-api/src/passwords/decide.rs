//! From one exchange to a verdict for each end point that was asked for: pure, by what the
//! documented fields say and what else in the answer may be about it.
//!
//! Texts are decided by as they came. What is kept of them is looked through for secrets
//! afterwards, in one place.

mod asked;
mod findings;
mod results;
mod whole;

use crate::{
    answer::{
        Body, Found, Item, MAX_CAUSE, decode, excerpt, may_say_wrong_password, request_id,
        says_wrong_password,
    },
    echo::Raw,
    exchange::{Exchange, Failure, Whole},
};

use self::asked::Asked;
pub(super) use self::findings::{Findings, Key, Verdict};
use super::OutcomeKind;

/// Decides what an exchange says of each end point that it asked for. Those of a task follow
/// each other.
pub(super) fn decide(keys: &[Key<'_>], exchange: &Exchange) -> Findings {
    let (headers, bytes) = (&exchange.headers, &exchange.body);
    let status = exchange.status.map_or(0, |status| status.as_u16());
    let is_read = exchange.failure.is_none() && status > 0 && exchange.is_whole != Whole::No;
    let text = decode(bytes);
    let body = match is_read {
        true => Body::read(&text),
        false => Body::default(),
    };
    let mut ids: Vec<_> = keys.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let request_id = request_id(headers, body.request_id.as_ref(), &exchange.secrets);
    let asked = Asked {
        keys,
        ids,
        status,
        exchange,
        request_id,
    };
    if status == 200 && all_changed(keys, &body) {
        return Findings::alike(keys, OutcomeKind::Changed, asked.reply(None));
    }
    let (code, message) = (body.code.as_ref(), &body.message);
    let found = match (is_read, body.is_object) {
        (false, _) => Found::default(),
        (true, false) => Found::of_text(&asked.ids, &text),
        (true, true) => Found::of(&asked.ids, code, &[message, &body.request_id], &body.rest),
    };
    let is_about_all = body.results.is_empty() && body.unreadable.is_empty();
    let mut findings = match is_about_all {
        _ if !is_read => without_answer(&asked, &text),
        true => whole::decide(&asked, &body, &text, &found),
        false => results::decide(&asked, &body, found),
    };
    if exchange.around_the_body().any(says_wrong_password)
        || may_say_wrong_password(headers, bytes, !findings.suspects.is_empty())
    {
        findings.suspect((0..keys.len()).collect());
    }
    findings
}

/// The first look: results in the order asked, each a success, and nothing else. A run in which
/// all goes well needs no more.
fn all_changed(keys: &[Key<'_>], body: &Body<'_>) -> bool {
    let is_success = |(item, (id, side)): (&Item<'_>, &Key<'_>)| {
        let texts = [&item.id, &item.status].map(|text| text.as_ref().map(Raw::peek));
        let own = item.side.as_ref().and_then(|side| side.peek().parse().ok());
        let is_plain = item.code.is_none() && item.message.is_none() && item.rest.0.is_empty();
        is_plain && texts == [Some(*id), Some("success")] && own == Some(*side)
    };
    let is_plain = body.code.is_none() && body.message.is_none() && body.rest.0.is_empty();
    is_plain
        && body.unreadable.is_empty()
        && body.count_fits()
        && body.results.len() == keys.len()
        && body.results.iter().zip(keys).all(is_success)
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(asked: &Asked<'_>, text: &str) -> Findings {
    let (exchange, failure) = (asked.exchange, asked.exchange.failure.as_ref());
    let kind = match failure.is_some_and(Failure::nothing_was_sent) {
        true => OutcomeKind::NotSent,
        false => OutcomeKind::Unconfirmed,
    };
    let mut cause = failure.map_or_else(|| "the response was cut".to_owned(), Failure::to_string);
    if !exchange.body.is_empty() {
        let begun = excerpt(&exchange.headers, &exchange.body, text);
        let begun = exchange.secrets.keep(&begun, MAX_CAUSE);
        cause += &format!("; the response began {begun:?}");
    }
    Findings::alike(asked.keys, kind, asked.reply(Some(cause)))
}
