//! An answer, the end points that it was asked about, and the replies made from it.

use std::collections::BTreeSet;

use super::findings::Key;
use crate::{
    answer::{MAX_CAUSE, MAX_CODE, MAX_MESSAGE, is_json},
    echo::Raw,
    exchange::{Exchange, Whole},
    passwords::reply::Reply,
};

/// How many codes besides the first are listed for one end point and one answer.
const MAX_OTHER_CODES: usize = 16;

/// The statuses that say by themselves that a request was not carried out.
const REFUSE: [u16; 16] = [
    401, 404, 405, 407, 411, 413, 414, 415, 421, 426, 428, 429, 431, 451, 501, 505,
];

/// Those of 4xx that also come after a request was carried out, or from who can't know.
const PROVE_NOTHING: [u16; 7] = [408, 425, 444, 449, 460, 463, 499];

pub(super) const SERVICE_FAULT: &str = "a fault of the service, not a refusal";
pub(super) const TELLS_MORE: &str = "a response of unknown shape that may contain results";

/// An answer, and the end points that it was asked about.
pub(super) struct Asked<'a> {
    pub(super) keys: &'a [Key<'a>],
    /// The tasks' ids, in alphabetical order.
    pub(super) ids: Vec<&'a str>,
    /// 0 without an answer.
    pub(super) status: u16,
    pub(super) exchange: &'a Exchange,
    pub(super) request_id: Option<String>,
}

impl Asked<'_> {
    /// Whether the status says by itself that the request was not carried out.
    pub(super) fn is_refused(&self) -> bool {
        REFUSE.contains(&self.status)
    }

    /// Why the status makes every refusal in the answer void.
    pub(super) fn proves_nothing(&self) -> Option<&'static str> {
        match self.status {
            status if PROVE_NOTHING.contains(&status) => {
                Some("a status that doesn't say whether the request was carried out")
            }
            501 | 505 | 200..=299 | 400..=499 => None,
            300..=399 => Some("a redirect, which is not followed"),
            _ => Some("the service failed to process the request"),
        }
    }

    /// Whether some of the answer may be missing. Where only the end of the connection ends it,
    /// that can't be told, unless it is one whole object or list.
    pub(super) fn may_be_cut(&self, text: &str) -> bool {
        let is_json = || text.trim_start().starts_with(['{', '[']) && is_json(text);
        self.exchange.is_whole != Whole::Yes && !is_json()
    }

    /// The reply of which nothing else is known. What to do about a refusal of the credentials
    /// comes before the cause that is known otherwise.
    pub(super) fn reply(&self, cause: Option<String>) -> Reply {
        let refusal = self.exchange.refusal.as_ref();
        let advice = refusal.map(|refusal| refusal.advice.clone());
        Reply {
            status: self.exchange.status.map(|status| status.as_u16()),
            request_id: self.request_id.clone(),
            cause: match (advice, cause) {
                (Some(advice), Some(cause)) => Some(format!("{advice}; response: {cause:?}")),
                (advice, cause) => advice.or(cause),
            },
            ..Reply::default()
        }
    }

    /// The reply that shows this much of the answer. `codes` are all that belong to it.
    pub(super) fn shown<'r>(
        &self,
        cause: Option<String>,
        code: Option<&Raw<'_>>,
        message: Option<&Raw<'_>>,
        codes: impl Iterator<Item = &'r Raw<'r>>,
    ) -> Reply {
        let mut reply = self.reply(cause);
        reply.error_code = self.keep(code, MAX_CODE);
        reply.error_msg = self.keep(message, MAX_MESSAGE);
        let mut others: BTreeSet<_> = codes.map(Raw::peek).collect();
        code.map(|code| others.remove(code.peek()));
        let others = others.into_iter().take(MAX_OTHER_CODES).map(Raw::from);
        let others = others.filter_map(|other| self.keep(Some(&other), MAX_CODE));
        let others: Vec<_> = others.collect();
        if !others.is_empty() {
            reply.add_cause(&format!("the response also has {}", others.join(", ")));
        }
        reply
    }

    pub(super) fn keep(&self, raw: Option<&Raw<'_>>, most: usize) -> Option<String> {
        raw.map(|raw| self.exchange.secrets.keep(raw, most))
    }

    /// A sentence of ours, and what of the answer belongs to it.
    pub(super) fn sentence(&self, sentence: &str, quoted: Option<&Raw<'_>>) -> String {
        match self.keep(quoted, MAX_CAUSE) {
            Some(quoted) => format!("{sentence}: {quoted}"),
            None => sentence.to_owned(),
        }
    }
}
