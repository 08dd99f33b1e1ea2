//! From one exchange to a verdict for each end point that was asked for: pure, by what the
//! documented fields say and what else in the answer may be about it.
//!
//! Texts are decided by as they came. What is kept of them is looked through for secrets
//! afterwards, in one place.

mod results;
mod said;
mod whole;

use http::StatusCode;

use crate::{
    answer::{
        Body, MAX_CAUSE, bytes_may_say_wrong_password, decode, excerpt, request_id,
        says_wrong_password,
    },
    echo::Raw,
    exchange::{Exchange, Failure, Whole},
};

use self::said::{Asked, side_name, with_advice};
pub(super) use self::said::{Findings, Key, MAX_NOTES, Verdict};
use super::{OutcomeKind, reply::Reply};

/// Decides what an exchange says of each end point that it asked for.
pub(super) fn decide(keys: &[Key<'_>], exchange: &Exchange) -> Findings {
    let secrets = &exchange.secrets;
    let status = match (&exchange.failure, exchange.status) {
        (None, Some(status)) if exchange.is_whole != Whole::No => status,
        (failure, _) => return without_answer(keys, exchange, failure.as_ref()),
    };
    let text = decode(&exchange.body);
    let body = Body::read(&text);
    let asked = Asked {
        keys,
        exchange,
        status,
        request_id: request_id(&exchange.headers, body.request_id.as_ref(), secrets),
    };
    if asked.all_changed(&body) {
        return Findings::alike(keys, OutcomeKind::Changed, asked.reply(None));
    }
    let is_whole = body.results.is_empty() && body.unreadable.is_empty();
    let mut findings = match is_whole {
        true => whole::decide(&asked, &body, &text),
        false => results::decide(&asked, &body),
    };
    if may_say_wrong_password(exchange, true) {
        findings.suspect_all();
    }
    findings
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(keys: &[Key<'_>], exchange: &Exchange, failure: Option<&Failure>) -> Findings {
    let secrets = &exchange.secrets;
    let nothing_was_sent = failure.is_some_and(Failure::nothing_was_sent);
    let kind = match nothing_was_sent {
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
    let mut findings = Findings::alike(keys, kind, reply);
    if may_say_wrong_password(exchange, false) {
        findings.suspect_all();
    }
    findings
}

/// Whether anything beside the texts that were read may say that a password is wrong.
fn may_say_wrong_password(exchange: &Exchange, was_read: bool) -> bool {
    let is_whole = exchange.is_whole == Whole::Yes;
    exchange.around_the_body().any(says_wrong_password)
        || bytes_may_say_wrong_password(&exchange.headers, &exchange.body, was_read, is_whole)
}

impl Asked<'_> {
    /// The first look: results in the order asked, each a success, and nothing else.
    fn all_changed(&self, body: &Body<'_>) -> bool {
        let is = |raw: Option<&Raw<'_>>, text: &str| raw.is_some_and(|raw| raw.peek() == text);
        self.status == StatusCode::OK
            && body.odd.is_none()
            && body.unreadable.is_empty()
            && !body.says_more()
            && body.results.len() == self.keys.len()
            && body
                .results
                .iter()
                .zip(self.keys)
                .all(|(item, (id, side))| {
                    is(item.id.as_ref(), id)
                        && is(item.side(), side_name(*side))
                        && is(item.status.as_ref(), "success")
                        && item.code().is_none()
                        && item.message().is_none()
                        && item.rest.is_empty()
                })
    }
}
