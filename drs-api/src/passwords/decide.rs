//! From one exchange to a verdict for each end point that was asked for: pure, by what the
//! documented fields say and what else in the answer may be about it.
//!
//! Texts are decided by as they came. What is kept of them is looked through for secrets
//! afterwards, in one place.

mod results;
mod whole;

use std::sync::Arc;

use http::StatusCode;

use crate::{
    answer::{
        Body, MAX_CAUSE, MAX_CODE, MAX_MESSAGE, bytes_may_say_wrong_password, decode, excerpt,
        is_json, request_id, says_wrong_password,
    },
    echo::Raw,
    exchange::{Exchange, Failure, Whole},
    types::EndPointType,
};

use super::{OutcomeKind, UnmatchedResult, reply::Reply};

/// How many unmatched results and how many remarks are kept, of an answer and of a run.
pub(super) const MAX_NOTES: usize = 1000;

/// How many codes beside the first are told of one end point and one answer.
const MAX_OTHER_CODES: usize = 16;

/// An end point that was asked for.
pub(super) type Key<'a> = (&'a str, EndPointType);

/// What one exchange says of one end point.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) kind: OutcomeKind,
    /// Shared by all that the exchange decides alike.
    pub(super) reply: Arc<Reply>,
}

/// What one exchange says.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// One for each end point asked for, in that order.
    pub(super) verdicts: Vec<Verdict>,
    pub(super) unmatched: Vec<UnmatchedResult>,
    pub(super) remarks: Vec<String>,
    /// The code of an answer that speaks of the request as a whole.
    pub(super) code: Option<String>,
    /// Which of the end points an answer item by item left out, by their position.
    pub(super) left_out: Vec<usize>,
    /// Whose password may be wrong, by their position: they are not sent again.
    pub(super) suspects: Vec<usize>,
}

/// An answer, and the end points that it was asked about.
struct Asked<'a> {
    keys: &'a [Key<'a>],
    exchange: &'a Exchange,
    status: StatusCode,
    request_id: Option<String>,
}

/// Why a verdict is what it is: a sentence of ours, and what of the answer belongs to it.
#[derive(Clone)]
struct Why<'a>(&'static str, Option<Raw<'a>>);

/// What an answer says of an end point, before any of it may be shown.
#[derive(Clone)]
struct Said<'a> {
    kind: OutcomeKind,
    why: Option<Why<'a>>,
    code: Option<Raw<'a>>,
    /// All codes in what says it.
    codes: Vec<Raw<'a>>,
    message: Option<Raw<'a>>,
    /// How many results say it.
    results: usize,
    /// It says that a password is wrong.
    suspicious: bool,
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

/// Decides what an exchange says of each end point that it asked for.
pub(super) fn decide(keys: &[Key<'_>], exchange: &Exchange) -> Findings {
    let secrets = &exchange.secrets;
    let status = match (&exchange.failure, exchange.status) {
        (None, Some(status)) => status,
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
    let mut cause = failure.map_or_else(|| "there was no answer".to_owned(), Failure::to_string);
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

/// What to do about a refusal of the credentials, before the cause that is known otherwise.
fn with_advice(exchange: &Exchange, cause: Option<String>) -> Option<String> {
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
    /// The first look: results in the order asked, each a success, and nothing else.
    fn all_changed(&self, body: &Body<'_>) -> bool {
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
                    let is = |raw: Option<&Raw<'_>>, text: &str| {
                        raw.is_some_and(|raw| raw.peek() == text)
                    };
                    is(item.id.as_ref(), id)
                        && is(item.side(), side_name(*side))
                        && is(item.status.as_ref(), "success")
                        && item.code().is_none()
                        && item.message().is_none()
                        && item.rest.is_empty()
                })
    }

    /// Whether an answer of this status may refuse something. A redirect and nearly every 5xx
    /// refuse nothing, whatever they hold.
    fn may_refuse(&self) -> bool {
        self.status.is_success()
            || is_unprocessed(self.status)
            || (self.status.is_client_error() && !is_indefinite(self.status))
    }

    /// Whether all of the answer arrived. Where only the end of the connection ends it, that
    /// can't be told from a cut, unless it is one whole object or list.
    fn is_whole(&self, text: &str) -> bool {
        match self.exchange.is_whole {
            Whole::Yes => true,
            Whole::No => false,
            Whole::IfJson => text.trim_start().starts_with(['{', '[']) && is_json(text),
        }
    }

    /// The reply of which nothing else is known.
    fn reply(&self, cause: Option<String>) -> Reply {
        Reply {
            status: Some(self.status.as_u16()),
            request_id: self.request_id.clone(),
            cause: with_advice(self.exchange, cause),
            ..Reply::default()
        }
    }

    fn keep(&self, raw: &Raw<'_>, most: usize) -> String {
        self.exchange.secrets.keep(raw, most)
    }

    /// What is shown of what was said, and of the codes elsewhere in the answer.
    fn shown(&self, said: &Said<'_>, elsewhere: &[Raw<'_>]) -> Reply {
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

    fn sentence(&self, Why(sentence, quoted): &Why<'_>) -> String {
        match quoted.as_ref().map(|quoted| self.keep(quoted, MAX_CAUSE)) {
            Some(quoted) if sentence.is_empty() => quoted,
            Some(quoted) => format!("{sentence}: {quoted}"),
            None => (*sentence).to_owned(),
        }
    }
}

impl Findings {
    /// The same verdict for every end point asked for.
    fn alike(keys: &[Key<'_>], kind: OutcomeKind, reply: Reply) -> Self {
        let reply = Arc::new(reply);
        let verdict = Verdict { kind, reply };
        Self {
            verdicts: vec![verdict; keys.len()],
            ..Self::default()
        }
    }

    /// Says of each end point that its password may be wrong.
    fn suspect_all(&mut self) {
        let doubted = |verdict: &&mut Verdict| verdict.kind != OutcomeKind::Changed;
        self.verdicts.iter_mut().filter(doubted).for_each(suspect);
        self.suspects = (0..self.verdicts.len()).collect();
    }
}

/// Says that a password may be wrong, unless that is said.
fn suspect(verdict: &mut Verdict) {
    if !verdict.reply.says_wrong_password() {
        Arc::make_mut(&mut verdict.reply).add_cause(SUSPECT);
    }
}

fn side_name(side: EndPointType) -> &'static str {
    match side {
        EndPointType::So => "so",
        EndPointType::Ta => "ta",
    }
}

/// A 4xx that comes also after the request was carried out, or from who can't know.
fn is_indefinite(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 444 | 449 | 460 | 463 | 499)
}

/// The status by itself says that the request was not carried out.
fn is_unprocessed(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        401 | 404 | 405 | 407 | 411 | 413..=415 | 421 | 426 | 428 | 429 | 431 | 451 | 501 | 505
    )
}

const SERVICE_FAULT: &str = "a fault of the service, not a refusal";
const TELLS_MORE: &str = "an answer that may tell of results, in an unknown shape";
