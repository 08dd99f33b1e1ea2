//! All tries of an end point, and the outcome that follows from them.

use std::sync::Arc;

use crate::{codes::Code, types::EndPointType};

use super::{Outcome, OutcomeKind, reply::Reply};

/// How many tries are remembered.
const MAX_TRIES: usize = 17;

/// The tries of one end point so far. Small, since a run has one for each; those that one
/// answer decided alike share its reply.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    tries: u32,
    /// A try is under way.
    in_flight: bool,
    /// The weightiest verdict, however many tries came after it.
    kind: Option<OutcomeKind>,
    /// What the last try said.
    last: Option<Said>,
    /// What those before it said, oldest first.
    before: Box<[Said]>,
}

/// What a try said.
type Said = (OutcomeKind, Arc<Reply>);

/// Introduces the cause of an uncertain try in a reply that shows another.
const NOT_KNOWN: &str = "the outcome of another attempt is unknown: ";

impl History {
    /// What several runs said of one end point, as if they were one.
    pub(super) fn of<'a>(runs: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut history = Self::default();
        for run in runs {
            for reply in &run.earlier {
                history.end(OutcomeKind::NotSent, Arc::new(reply.clone()));
            }
            history.end(run.kind, Arc::new(run.reply.clone()));
            history.tries = history.tries.saturating_add(run.tries);
        }
        history
    }

    pub(super) fn begin(&mut self) {
        self.tries += 1;
        self.in_flight = true;
    }

    pub(super) fn end(&mut self, kind: OutcomeKind, reply: Arc<Reply>) {
        self.in_flight = false;
        self.kind = self.kind.max(Some(kind));
        if let Some(last) = self.last.replace((kind, reply)) {
            let mut before = std::mem::take(&mut self.before).into_vec();
            before.push(last);
            if before.len() >= MAX_TRIES {
                before.remove(0);
            }
            self.before = before.into();
        }
    }

    /// What is known now. `unsent` is the reason that is given for what was never sent.
    pub(super) fn outcome(
        &self,
        (job_id, end_point_type): (&str, EndPointType),
        unsent: Option<&str>,
    ) -> Outcome {
        let under_way = self.in_flight.then(|| {
            let mut reply = Reply::default();
            reply.add_cause("the run ended before the response came");
            (OutcomeKind::Unconfirmed, Arc::new(reply))
        });
        let under_way = under_way.filter(|(kind, _)| self.kind < Some(*kind));
        let mut said: Vec<_> = self.before.iter().chain(&self.last).collect();
        said.extend(&under_way);
        let kind = self.kind.max(under_way.as_ref().map(|(kind, _)| *kind));
        let kind = kind.unwrap_or(OutcomeKind::NotSent);
        // Of equals the later.
        let decisive = said.iter().rposition(|said| said.0 == kind);
        let doubt = decisive.and_then(|at| said[at].1.cause.as_deref());
        let shown = match kind {
            // What was refused before the change says nothing of it.
            OutcomeKind::Changed => decisive,
            _ => (0..said.len()).max_by_key(|at| says(&said[*at].1, at + 1 == said.len())),
        };
        let shown = shown.map(|at| said.remove(at));
        let mut reply = shown.map_or_else(Reply::default, |said| Reply::clone(&said.1));
        match (kind, doubt) {
            (OutcomeKind::Changed, _) => (reply.status, reply.request_id) = (None, None),
            (OutcomeKind::Unconfirmed, Some(doubt)) if shown.is_some_and(|said| said.0 != kind) => {
                // It may have been said of an earlier run.
                let doubt = doubt.rsplit(NOT_KNOWN).next().unwrap_or(doubt);
                reply.add_cause(&format!("{NOT_KNOWN}{doubt}"));
            }
            (OutcomeKind::NotSent, _) if reply.cause.is_none() => {
                reply.cause = unsent.map(str::to_owned);
            }
            _ => {}
        }
        let others = said.into_iter().map(|(_, reply)| Reply::clone(reply));
        Outcome {
            reply,
            tries: self.tries,
            earlier: others.filter(|reply| *reply != Reply::default()).collect(),
            ..Outcome::new(job_id, end_point_type, kind)
        }
    }
}

/// How much a try says: a wrong password most, then a code, a message, a status. That credentials
/// were refused says nothing once others were tried.
fn says(reply: &Reply, is_last: bool) -> [bool; 4] {
    let code = reply.error_code.as_deref();
    let is_settled = !is_last && code.and_then(Code::of) == Some(Code::Unauthenticated);
    [
        reply.says_wrong_password(),
        code.is_some() && !is_settled,
        reply.error_msg.is_some() && !is_settled,
        reply.status.is_some(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};

    fn outcome_of(kinds: &[OutcomeKind]) -> OutcomeKind {
        let mut history = History::default();
        for kind in kinds {
            history.begin();
            history.end(*kind, Arc::default());
        }
        history.outcome(("", EndPointType::So), None).kind
    }

    #[test]
    fn an_outcome_follows_from_all_tries() {
        for (tries, expected) in [
            (&[][..], NotSent),
            (&[NotSent, NotSent], NotSent),
            (&[NotSent, Rejected], Rejected),
            (&[Rejected, NotSent], Rejected),
            (&[Unconfirmed, Rejected], Unconfirmed),
            (&[Unconfirmed, NotSent], Unconfirmed),
            (&[Unconfirmed, Changed], Changed),
            (&[Changed, Rejected], Changed),
            (&[Changed, Unconfirmed], Changed),
        ] {
            assert_eq!(outcome_of(tries), expected, "{tries:?}");
        }
    }

    #[test]
    fn a_lost_try_is_never_forgotten() {
        let mut history = History::default();
        history.end(Unconfirmed, Arc::default());
        for number in 0..30 {
            let reply = Reply {
                error_code: Some(format!("C.{number}")),
                ..Reply::default()
            };
            history.end(Rejected, Arc::new(reply));
        }
        let outcome = history.outcome(("", EndPointType::So), None);
        assert_eq!(outcome.kind, Unconfirmed);
        assert_eq!(outcome.earlier.len(), MAX_TRIES - 1);
    }

    #[test]
    fn a_refused_credential_explains_nothing_once_another_was_tried() {
        let said = |status, code: Option<&str>| Reply {
            status: Some(status),
            error_code: code.map(str::to_owned),
            ..Reply::default()
        };
        let (refused, throttled) = (said(401, Some("APIGW.0301")), said(429, None));
        for (tries, shown) in [
            ([&refused, &throttled], &throttled),
            ([&throttled, &refused], &refused),
        ] {
            let mut history = History::default();
            for reply in tries {
                history.end(Rejected, Arc::new(reply.clone()));
            }
            let outcome = history.outcome(("", EndPointType::So), None);
            assert_eq!(outcome.reply, *shown);
        }
    }

    #[test]
    fn what_is_under_way_is_unconfirmed_unless_it_was_changed_before() {
        let mut history = History::default();
        history.begin();
        let kind = |history: &History| history.outcome(("", EndPointType::So), None).kind;
        assert_eq!(kind(&history), Unconfirmed);
        history.end(Changed, Arc::default());
        history.begin();
        assert_eq!(kind(&history), Changed);
    }
}
