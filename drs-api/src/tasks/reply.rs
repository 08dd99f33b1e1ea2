//! What is kept of an answer about tasks, and whether an answer would meet every task alike.

use crate::{
    Error,
    answer::{MAX_CAUSE, MAX_CODE, MAX_MESSAGE, names_an_error},
    passwords::Reply,
};

/// What an error says of each task in its request.
pub(super) fn of_error(error: &Error) -> Reply {
    let mut reply = Reply::default();
    let mut cause = error.to_string();
    if let Some(answer) = error.answer() {
        let (mut code, mut message) = (&answer.error_code, &answer.error_msg);
        if let ([own], None) = (&answer.results[..], code) {
            (code, message) = (&own.error_code, &own.error_msg);
        }
        reply.status = Some(answer.status);
        reply.error_code.clone_from(code);
        reply.error_msg.clone_from(message);
        reply.request_id.clone_from(&answer.request_id);
        if reply.error_code.is_some() {
            cause = answer.advice.clone().unwrap_or_default();
        }
    }
    reply.cause = short(Some(cause), MAX_CAUSE);
    reply
}

/// What a documented success says outside of its results, or what one of them says.
pub(super) fn of_success(
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
) -> Reply {
    Reply {
        status: Some(200),
        error_code: short(code.filter(|code| names_an_error(code)), MAX_CODE),
        error_msg: short(message, MAX_MESSAGE),
        request_id: short(request_id, MAX_CODE),
        cause: None,
    }
}

/// A text as it is kept, unless it is blank.
pub(super) fn short(text: Option<String>, most: usize) -> Option<String> {
    let mut text = text.filter(|text| !text.trim().is_empty())?;
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
    Some(text)
}

/// Whether the next request would fail in the same way: no connection, refused or unavailable
/// credentials, or a service that accepts no more requests now.
pub(super) fn meets_all(error: &Error) -> bool {
    match error.answer() {
        Some(answer) => matches!(answer.status, 401 | 403 | 429 | 503),
        None => !matches!(error, Error::AnswerLost(_)),
    }
}
