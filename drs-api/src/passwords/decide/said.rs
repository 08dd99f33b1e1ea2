//! What deciding works on: an answer and what was asked, what it says, and what is found.

use std::sync::Arc;

use http::StatusCode;

use crate::{
    answer::{MAX_CAUSE, MAX_CODE, MAX_MESSAGE, is_json},
    echo::Raw,
    exchange::{Exchange, Whole},
    types::EndPointType,
};

use crate::passwords::{OutcomeKind, UnmatchedResult, reply::Reply};

/// How many unmatched results and how many remarks are kept, of an answer and of a run.
pub(in crate::passwords) const MAX_NOTES: usize = 1000;

/// How many codes beside the first are told of one end point and one answer.
const MAX_OTHER_CODES: usize = 16;

/// An end point that was asked for.
pub(in crate::passwords) type Key<'a> = (&'a str, EndPointType);

/// What one exchange says of one end point.
#[derive(Clone, Debug)]
pub(in crate::passwords) struct Verdict {
    pub(in crate::passwords) kind: OutcomeKind,
    /// Shared by all that the exchange decides alike.
    pub(in crate::passwords) reply: Arc<Reply>,
}

/// What one exchange says.
#[derive(Debug, Default)]
pub(in crate::passwords) struct Findings {
    /// One for each end point asked for, in that order.
    pub(in crate::passwords) verdicts: Vec<Verdict>,
    pub(in crate::passwords) unmatched: Vec<UnmatchedResult>,
    pub(in crate::passwords) remarks: Vec<String>,
    /// The code of an answer that speaks of the request as a whole.
    pub(in crate::passwords) code: Option<String>,
    /// Which of the end points an answer item by item left out, by their position.
    pub(in crate::passwords) left_out: Vec<usize>,
    /// Whose password may be wrong, by their position: they are not sent again.
    pub(in crate::passwords) suspects: Vec<usize>,
}

/// An answer, and the end points that it was asked about.
pub(super) struct Asked<'a> {
    pub(super) keys: &'a [Key<'a>],
    pub(super) exchange: &'a Exchange,
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
}

/// Why a verdict is what it is: a sentence of ours, and what of the answer belongs to it.
#[derive(Clone)]
pub(super) struct Why<'a>(pub(super) &'static str, pub(super) Option<Raw<'a>>);

pub(super) fn why(sentence: &'static str) -> Option<Why<'static>> {
    Some(Why(sentence, None))
}

/// What an answer says of an end point, before any of it may be shown.
#[derive(Clone)]
pub(super) struct Said<'a> {
    pub(super) kind: OutcomeKind,
    pub(super) why: Option<Why<'a>>,
    pub(super) code: Option<Raw<'a>>,
    /// All codes in what says it.
    pub(super) codes: Vec<Raw<'a>>,
    pub(super) message: Option<Raw<'a>>,
    /// How many results say it.
    pub(super) results: usize,
    /// It says that a password is wrong.
    pub(super) suspicious: bool,
}

impl Default for Said<'_> {
    fn default() -> Self {
        Self {
            kind: OutcomeKind::Unconfirmed,
            why: None,
            code: None,
            codes: Vec::new(),
            message: None,
            results: 0,
            suspicious: false,
        }
    }
}

/// What is said of an end point whose password may be wrong.
const SUSPECT: &str = "the answer speaks of a wrong password (DRS.KE0002), maybe this one: check it \
                       in the database before it is sent again";

/// What to do about a refusal of the credentials, before the cause that is known otherwise.
pub(super) fn with_advice(exchange: &Exchange, cause: Option<String>) -> Option<String> {
    let advice = exchange
        .refusal
        .as_ref()
        .map(|refusal| refusal.advice.clone());
    match (advice, cause) {
        (Some(advice), Some(cause)) => Some(format!("{advice}; the answer was {cause:?}")),
        (advice, cause) => advice.or(cause),
    }
}

impl<'a> Asked<'a> {
    /// Whether an answer of this status may refuse something. A redirect and nearly every 5xx
    /// refuse nothing, whatever they hold.
    pub(super) fn may_refuse(&self) -> bool {
        self.status.is_success()
            || is_unprocessed(self.status)
            || (self.status.is_client_error() && !is_indefinite(self.status))
    }

    /// Whether all of the answer arrived. Where only the end of the connection ends it, that
    /// can't be told from a cut, unless it is one whole object or list.
    pub(super) fn is_whole(&self, text: &str) -> bool {
        match self.exchange.is_whole {
            Whole::Yes => true,
            Whole::No => false,
            Whole::IfJson => text.trim_start().starts_with(['{', '[']) && is_json(text),
        }
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

    pub(super) fn keep(&self, raw: &Raw<'_>, most: usize) -> String {
        self.exchange.secrets.keep(raw, most)
    }

    /// What is shown of what was said, and of the codes elsewhere in the answer.
    pub(super) fn shown(&self, said: &Said<'_>, elsewhere: &[Raw<'_>]) -> Reply {
        let cause = said.why.as_ref().map(|why| self.sentence(why));
        let mut reply = self.reply(cause.filter(|cause| !cause.is_empty()));
        reply.error_code = said.code.as_ref().map(|code| self.keep(code, MAX_CODE));
        reply.error_msg = said
            .message
            .as_ref()
            .map(|text| self.keep(text, MAX_MESSAGE));
        let mut others: Vec<&str> = Vec::new();
        let mut kept = Vec::new();
        for code in said.codes.iter().chain(elsewhere) {
            let text = code.peek();
            let is_told = said.code.as_ref().is_some_and(|own| own.peek() == text);
            if !is_told && !others.contains(&text) && others.len() < MAX_OTHER_CODES {
                others.push(text);
                kept.push(self.keep(code, MAX_CODE));
            }
        }
        if !kept.is_empty() {
            reply.add_cause(&format!("the answer also holds {}", kept.join(", ")));
        }
        reply
    }

    pub(super) fn sentence(&self, Why(sentence, quoted): &Why<'_>) -> String {
        match quoted.as_ref().map(|quoted| self.keep(quoted, MAX_CAUSE)) {
            Some(quoted) if sentence.is_empty() => quoted,
            Some(quoted) => format!("{sentence}: {quoted}"),
            None => (*sentence).to_owned(),
        }
    }
}

impl Findings {
    /// The same verdict for every end point asked for.
    pub(super) fn alike(keys: &[Key<'_>], kind: OutcomeKind, reply: Reply) -> Self {
        let reply = Arc::new(reply);
        let verdict = Verdict { kind, reply };
        Self {
            verdicts: vec![verdict; keys.len()],
            ..Self::default()
        }
    }

    /// Keeps a result that counts for nothing.
    pub(super) fn note(&mut self, result: impl FnOnce() -> UnmatchedResult) {
        if self.unmatched.len() < MAX_NOTES {
            self.unmatched.push(result());
        }
    }

    /// Says of each end point that its password may be wrong.
    pub(super) fn suspect_all(&mut self) {
        let doubted = |verdict: &&mut Verdict| verdict.kind != OutcomeKind::Changed;
        self.verdicts.iter_mut().filter(doubted).for_each(suspect);
        self.suspects = (0..self.verdicts.len()).collect();
    }
}

/// Says that a password may be wrong, unless that is said.
pub(super) fn suspect(verdict: &mut Verdict) {
    if !verdict.reply.says_wrong_password() {
        Arc::make_mut(&mut verdict.reply).add_cause(SUSPECT);
    }
}

pub(super) fn side_name(side: EndPointType) -> &'static str {
    match side {
        EndPointType::So => "so",
        EndPointType::Ta => "ta",
    }
}

/// A 4xx that comes also after the request was carried out, or from who can't know.
pub(super) fn is_indefinite(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 444 | 449 | 460 | 463 | 499)
}

/// The status by itself says that the request was not carried out.
pub(super) fn is_unprocessed(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        401 | 404 | 405 | 407 | 411 | 413..=415 | 421 | 426 | 428 | 429 | 431 | 451 | 501 | 505
    )
}

pub(super) const SERVICE_FAULT: &str = "a fault of the service, not a refusal";
pub(super) const TELLS_MORE: &str = "an answer that may tell of results, in an unknown shape";
