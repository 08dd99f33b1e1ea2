//! From one exchange to a verdict for each end point that was asked for: pure, by what the
//! documented fields say and what else in the answer may be about it.
//!
//! Texts are decided by as they came. What is kept of them is looked through for secrets
//! afterwards, in one place.

mod asked;
mod findings;
mod results;
mod whole;

use http::StatusCode;

use crate::{
    answer::{
        Body, MAX_CAUSE, bytes_may_say_wrong_password, decode, excerpt, request_id,
        says_wrong_password,
    },
    echo::Raw,
    exchange::{Exchange, Failure, Whole},
    types::EndPointType,
};

use self::asked::{Asked, with_advice};
pub(super) use self::findings::{Findings, Key};
use super::{OutcomeKind, reply::Reply};

/// Decides what an exchange says of each end point that it asked for. Those of a task follow
/// each other.
pub(super) fn decide(keys: &[Key<'_>], exchange: &Exchange) -> Findings {
    let (is_read, mut findings) = match (&exchange.failure, exchange.status) {
        (None, Some(status)) if exchange.is_whole != Whole::No => {
            let text = decode(&exchange.body);
            let body = Body::read(&text);
            let (headers, secrets) = (&exchange.headers, &exchange.secrets);
            let mut asked = Asked {
                keys,
                ids: Vec::new(),
                status,
                exchange,
                request_id: request_id(headers, body.request_id.as_ref(), secrets),
            };
            if all_changed(&asked, &body) {
                return Findings::alike(keys, OutcomeKind::Changed, asked.reply(None));
            }
            asked.ids = keys.iter().map(|(id, _)| *id).collect();
            asked.ids.sort_unstable();
            asked.ids.dedup();
            let is_about_all = body.results.is_empty() && body.unreadable.is_empty();
            let findings = match is_about_all {
                true => whole::decide(&asked, &body, &text),
                false => results::decide(&asked, &body),
            };
            (true, findings)
        }
        (failure, _) => (false, without_answer(keys, exchange, failure.as_ref())),
    };
    let is_whole = is_read && exchange.is_whole == Whole::Yes;
    let (headers, body) = (&exchange.headers, &exchange.body);
    if exchange.around_the_body().any(says_wrong_password)
        || bytes_may_say_wrong_password(headers, body, is_read, is_whole)
    {
        findings.suspect((0..keys.len()).collect());
    }
    findings
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(keys: &[Key<'_>], exchange: &Exchange, failure: Option<&Failure>) -> Findings {
    let secrets = &exchange.secrets;
    let kind = match failure.is_some_and(Failure::nothing_was_sent) {
        true => OutcomeKind::NotSent,
        false => OutcomeKind::Unconfirmed,
    };
    let mut cause = failure.map_or_else(|| "the answer was cut".to_owned(), Failure::to_string);
    if !exchange.body.is_empty() {
        let text = decode(&exchange.body);
        let begun = excerpt(&exchange.headers, &exchange.body, &text);
        cause += &format!("; the answer began {:?}", secrets.keep(&begun, MAX_CAUSE));
    }
    let reply = Reply {
        status: exchange.status.map(|status| status.as_u16()),
        request_id: request_id(&exchange.headers, None, secrets),
        cause: with_advice(exchange, Some(cause)),
        ..Reply::default()
    };
    Findings::alike(keys, kind, reply)
}

/// The first look: results in the order asked, each a success, and nothing else.
fn all_changed(asked: &Asked<'_>, body: &Body<'_>) -> bool {
    let is = |raw: &Option<Raw<'_>>, text: &str| raw.as_ref().is_some_and(|r| r.peek() == text);
    let is_side = |raw: &Raw<'_>, side| {
        raw.peek()
            .parse::<EndPointType>()
            .is_ok_and(|own| own == side)
    };
    let says_nothing_else = body.count_fits()
        && body.unreadable.is_empty()
        && body.code.is_none()
        && body.message.is_none()
        && body.rest.0.is_empty();
    let mut pairs = body.results.iter().zip(asked.keys);
    asked.status == StatusCode::OK
        && says_nothing_else
        && body.results.len() == asked.keys.len()
        && pairs.all(|(item, (id, side))| {
            is(&item.id, id)
                && item.side.as_ref().is_some_and(|raw| is_side(raw, *side))
                && is(&item.status, "success")
                && item.code.is_none()
                && item.message.is_none()
                && item.rest.0.is_empty()
        })
}
