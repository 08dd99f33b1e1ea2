//! An answer that speaks of the request as a whole, or that can't be read.

use super::{
    asked::{Asked, SERVICE_FAULT, TELLS_MORE},
    findings::Findings,
};
use crate::{
    answer::{Body, Found, MAX_CAUSE, MAX_CODE, excerpt, names_an_error},
    codes::{Code, is_code},
    passwords::OutcomeKind,
};

pub(super) fn decide(
    asked: &Asked<'_>,
    body: &Body<'_>,
    text: &str,
    found: &Found<'_>,
) -> Findings {
    let tells_more = found.tells_of_results() || !body.count_fits();
    let in_success = (200..300).contains(&asked.status);
    // One code under whatever name, and nothing else that could be a result.
    let is_alone = (400..500).contains(&asked.status) && !tells_more;
    let only = found.only_code().filter(|_| is_alone);
    let code = body.code.as_ref().or(only);
    let doubt = match (asked.proves_nothing(), code.map(|code| code.peek())) {
        (Some(why), _) => Some(why),
        _ if asked.may_be_cut(text) => Some("the connection ended, and the response may go on"),
        (_, Some(code)) if Code::of(code) == Some(Code::Fault) => Some(SERVICE_FAULT),
        (_, Some(code)) if !names_an_error(code) || (in_success && !is_code(code)) => {
            Some("its code names no error")
        }
        (_, None) if in_success && !body.is_object => Some("the response can't be read"),
        _ if tells_more => Some(TELLS_MORE),
        (_, None) if in_success => Some("the response has no results"),
        (_, None) if !asked.is_refused() => {
            Some("a status without a code, which may come from something in between")
        }
        _ if in_success && asked.ids.len() > 1 => {
            Some("an error for the whole request inside a success")
        }
        _ => None,
    };
    let kind = match doubt {
        None => OutcomeKind::Rejected,
        Some(_) => OutcomeKind::Unconfirmed,
    };
    let (headers, bytes) = (&asked.exchange.headers, &asked.exchange.body);
    let quoted = excerpt(headers, bytes, text);
    let quoted = Some(&quoted).filter(|_| body.code.is_none() && !bytes.is_empty());
    let cause = match doubt {
        Some(doubt) => Some(asked.sentence(doubt, quoted)),
        None => asked.keep(quoted, MAX_CAUSE),
    };
    let reply = asked.shown(cause, code, body.message.as_ref(), found.codes.iter());
    let mut findings = Findings::alike(asked.keys, kind, reply);
    findings.code = asked.keep(code, MAX_CODE);
    findings
}
