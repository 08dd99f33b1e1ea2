//! An answer, the end points that it was asked about, and what is shown of it.

use http::StatusCode;

use super::findings::Key;
use crate::{
    answer::{MAX_CAUSE, MAX_CODE, MAX_MESSAGE, is_json},
    echo::Raw,
    exchange::{Exchange, Whole},
    passwords::reply::Reply,
};

/// How many codes are listed after the first, for one end point and one response.
const MAX_OTHER_CODES: usize = 16;

/// An answer, and the end points that it was asked about.
pub(super) struct Asked<'a> {
    pub(super) keys: &'a [Key<'a>],
    /// The tasks' ids, in alphabetical order.
    pub(super) ids: Vec<&'a str>,
    pub(super) status: StatusCode,
    pub(super) exchange: &'a Exchange,
    pub(super) request_id: Option<String>,
}

/// Why a verdict is what it is: a sentence of ours, and what of the answer belongs to it.
#[derive(Clone)]
pub(super) struct Why<'a>(pub(super) &'static str, pub(super) Option<Raw<'a>>);

pub(super) const SERVICE_FAULT: &str = "a fault of the service, not a refusal";
pub(super) const TELLS_MORE: &str = "an answer that may tell of results, in an unknown shape";

/// What a status says by itself.
pub(super) enum Says {
    /// The request was not carried out.
    Refused,
    /// Nothing, so that a code decides.
    Little,
    /// Nothing that a code could make a refusal, for this reason.
    Nothing(&'static str),
}

/// What to do about a refusal of the credentials, before the cause that is known otherwise.
pub(super) fn with_advice(exchange: &Exchange, cause: Option<String>) -> Option<String> {
    let refusal = exchange.refusal.as_ref();
    match (refusal.map(|refusal| refusal.advice.clone()), cause) {
        (Some(advice), Some(cause)) => Some(format!("{advice}; the answer was {cause:?}")),
        (advice, cause) => advice.or(cause),
    }
}

impl Asked<'_> {
    pub(super) fn says(&self) -> Says {
        match self.status.as_u16() {
            401
            | 404
            | 405
            | 407
            | 411
            | 413..=415
            | 421
            | 426
            | 428
            | 429
            | 431
            | 451
            | 501
            | 505 => Says::Refused,
            // These come also after the request was carried out, or from who can't know.
            408 | 425 | 444 | 449 | 460 | 463 | 499 => {
                Says::Nothing("a status that doesn't say whether the request was carried out")
            }
            200..=299 | 400..=499 => Says::Little,
            300..=399 => Says::Nothing("a redirect, which is not followed"),
            _ => Says::Nothing("the service failed to process the request"),
        }
    }

    /// Whether some of the answer may be missing. Where only the end of the connection ends it,
    /// that can't be told, unless it is one whole object or list.
    pub(super) fn may_be_cut(&self, text: &str) -> bool {
        let is_whole = self.exchange.is_whole == Whole::Yes;
        let is_whole = is_whole || (text.trim_start().starts_with(['{', '[']) && is_json(text));
        !is_whole
    }

    /// The reply of which nothing else is known.
    pub(super) fn reply(&self, cause: Option<String>) -> Reply {
        Reply {
            status: Some(self.status.as_u16()),
            request_id: self.request_id.clone(),
            cause: with_advice(self.exchange, cause),
            ..Reply::default()
        }
    }

    /// The reply that shows this much of the answer. `others` are the codes elsewhere in it.
    pub(super) fn shown<'r, 't: 'r>(
        &self,
        why: Option<&Why<'_>>,
        code: Option<&Raw<'_>>,
        message: Option<&Raw<'_>>,
        others: impl Iterator<Item = &'r Raw<'t>>,
    ) -> Reply {
        let cause = why.map(|why| self.sentence(why));
        let mut reply = self.reply(cause.filter(|cause| !cause.is_empty()));
        reply.error_code = self.keep(code, MAX_CODE);
        reply.error_msg = self.keep(message, MAX_MESSAGE);
        let (own, mut told, mut kept) = (code.map(|code| code.peek()), Vec::new(), Vec::new());
        for other in others {
            let text = other.peek();
            if Some(text) != own && !told.contains(&text) && told.len() < MAX_OTHER_CODES {
                told.push(text);
                kept.extend(self.keep(Some(other), MAX_CODE));
            }
        }
        if !kept.is_empty() {
            reply.add_cause(&format!("the answer also holds {}", kept.join(", ")));
        }
        reply
    }

    pub(super) fn keep(&self, raw: Option<&Raw<'_>>, most: usize) -> Option<String> {
        raw.map(|raw| self.exchange.secrets.keep(raw, most))
    }

    pub(super) fn sentence(&self, Why(sentence, quoted): &Why<'_>) -> String {
        match self.keep(quoted.as_ref(), MAX_CAUSE) {
            Some(quoted) if sentence.is_empty() => quoted,
            Some(quoted) => format!("{sentence}: {quoted}"),
            None => (*sentence).to_owned(),
        }
    }
}
