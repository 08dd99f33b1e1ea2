//! An answer that speaks of the request as a whole, or that can't be read.

use super::{
    Exchange,
    asked::{Asked, SERVICE_FAULT, Says, TELLS_MORE, Why},
    findings::Findings,
};
use crate::{
    answer::{Body, Found, MAX_CODE, excerpt, is_code, names_an_error},
    codes::{Means, means},
    passwords::OutcomeKind,
};

pub(super) fn decide(asked: &Asked<'_>, body: &Body<'_>, text: &str) -> Findings {
    let found = match body.is_object {
        true => Found::of(
            &asked.ids,
            body.code.as_ref(),
            body.message.as_ref(),
            &body.rest,
        ),
        false => Found::of_text(&asked.ids, text),
    };
    let tells_more = found.tells_of_results() || !body.count_fits();
    // One code under whatever name, and nothing else that could be a result.
    let only = found.only_code();
    let only = only.filter(|_| asked.status.is_client_error() && !tells_more);
    let code = body.code.as_ref().or(only);
    let in_success = asked.status.is_success();
    let is_one_task = asked.ids.len() == 1;
    let doubt = match (asked.says(), code.map(|code| code.peek())) {
        (Says::Nothing(why), _) => why,
        _ if asked.may_be_cut(text) => "the connection ended, and the answer may go on",
        (_, Some(code)) if means(code) == Means::Fault => SERVICE_FAULT,
        (_, Some(code)) if !names_an_error(code) => "its code names no error",
        (_, Some(code)) if in_success && !is_code(code) => "its code names no error",
        (_, None) if in_success && !body.is_object => "the answer can't be read",
        _ if tells_more => TELLS_MORE,
        (_, Some(_)) if in_success && !is_one_task => {
            "an error for the whole request inside a success"
        }
        (Says::Refused, None) | (_, Some(_)) => "",
        _ if in_success => "the answer holds no results",
        _ => "a status without a code, which may come from something in between",
    };
    let kind = match doubt {
        "" => OutcomeKind::Rejected,
        _ => OutcomeKind::Unconfirmed,
    };
    let Exchange {
        headers,
        body: bytes,
        ..
    } = asked.exchange;
    let quoted = (body.code.is_none() && !bytes.is_empty()).then(|| excerpt(headers, bytes, text));
    let why = Why(doubt, quoted);
    let reply = asked.shown(Some(&why), code, body.message.as_ref(), found.codes.iter());
    let mut findings = Findings::alike(asked.keys, kind, reply);
    findings.code = asked.keep(code, MAX_CODE);
    if found.wrong_password {
        findings.suspect((0..asked.keys.len()).collect());
    }
    findings
}
