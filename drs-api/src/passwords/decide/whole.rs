//! An answer that speaks of the request as a whole, or that can't be read.

use std::collections::HashSet;

use http::StatusCode;

use super::said::{
    Asked, Findings, Key, SERVICE_FAULT, Said, TELLS_MORE, Why, is_indefinite, is_unprocessed,
};
use crate::passwords::OutcomeKind;
use crate::{
    answer::{
        Body, Found, MAX_CODE, excerpt, is_json, names_an_error, names_an_error_in_a_success,
    },
    codes::{Means, means},
};

pub(super) fn decide(asked: &Asked<'_>, body: &Body<'_>, text: &str) -> Findings {
    let ids: HashSet<&str> = asked.keys.iter().map(|(id, _)| *id).collect();
    let is_asked = |id: &str| ids.contains(id);
    let mut found = Found::new(&is_asked);
    match body.odd {
        Some("") => {}
        Some(json) if is_json(json) => found.value(json),
        Some(words) => found.words(words),
        None => found.known(body.code.as_ref(), body.message.as_ref(), &body.rest),
    }
    let status = asked.status;
    let tells_more = found.tells_of_results() || body.odd_count.is_some();
    let mut code = body.code.clone();
    // One code under whatever name, and nothing else that could be a result.
    if let ([only], None) = (&found.codes[..], &code)
        && found.has_whole_code
        && status.is_client_error()
        && !tells_more
    {
        code = Some(only.clone());
    }
    let name = code.as_ref().map(|code| code.peek());
    let doubt = if status.is_success() {
        in_success(asked.keys, name, tells_more, body.odd.is_none())
    } else if status.is_client_error() || is_unprocessed(status) {
        in_refusal(status, name, tells_more, asked.is_whole(text))
    } else if status.is_redirection() {
        Some("a redirect, which is not followed")
    } else {
        Some("the service failed to process the request")
    };
    let exchange = asked.exchange;
    let quoted = (body.code.is_none() && !exchange.body.is_empty())
        .then(|| excerpt(&exchange.headers, &exchange.body, text));
    let said = Said {
        kind: doubt.map_or(OutcomeKind::Rejected, |_| OutcomeKind::Unconfirmed),
        why: Some(Why(doubt.unwrap_or_default(), quoted)),
        code,
        message: body.message.clone(),
        ..Said::default()
    };
    let reply = asked.shown(&said, &found.codes);
    let mut findings = Findings::alike(asked.keys, said.kind, reply);
    findings.code = said.code.map(|code| asked.keep(&code, MAX_CODE));
    if found.wrong_password {
        findings.suspect_all();
    }
    findings
}

/// Why a 2xx without results refuses nothing, unless it does.
fn in_success(
    keys: &[Key<'_>],
    code: Option<&str>,
    tells_more: bool,
    is_object: bool,
) -> Option<&'static str> {
    let is_one_task = keys.windows(2).all(|two| two[0].0 == two[1].0);
    match code {
        Some(code) if means(code) == Means::Fault => Some(SERVICE_FAULT),
        Some(code) if !names_an_error_in_a_success(code) => {
            Some("the answer holds no results, and a code that names no error")
        }
        Some(_) if tells_more => Some(TELLS_MORE),
        Some(_) if is_one_task => None,
        Some(_) => Some("an error for the whole request inside a success"),
        None if is_object => Some("the answer holds no results"),
        None => Some("the answer can't be read"),
    }
}

/// Why a 4xx without results, or its like, refuses nothing, unless it does.
fn in_refusal(
    status: StatusCode,
    code: Option<&str>,
    tells_more: bool,
    is_whole: bool,
) -> Option<&'static str> {
    match code {
        _ if is_indefinite(status) => {
            Some("a status that doesn't say whether the request was carried out")
        }
        _ if !is_whole => Some("the connection ended, and the answer may go on"),
        Some(code) if means(code) == Means::Fault => Some(SERVICE_FAULT),
        _ if tells_more => Some(TELLS_MORE),
        Some(code) if names_an_error(code) => None,
        Some(_) => Some("its code names no error"),
        None if is_unprocessed(status) => None,
        None => Some("a status without a code, which may come from something in between"),
    }
}
