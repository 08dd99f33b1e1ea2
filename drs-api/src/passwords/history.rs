//! What is known about an end point over all the tries that held it.

use std::{borrow::Cow, sync::Arc};

use crate::types::EndPointType;

use super::{
    EarlierTry, Outcome, OutcomeKind,
    verdict::{Details, says_wrong_password},
};

/// How many tries are remembered.
const MAX_TRIES: usize = 17;

/// The tries of one end point so far. Small, since a run has one for each; those that one
/// answer decided alike share its details.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    tries: u32,
    /// A try is under way.
    in_flight: bool,
    /// What the last try said.
    last: Option<Said>,
    /// What those before it said, oldest first.
    before: Box<[Said]>,
}

/// What a try said.
type Said = (OutcomeKind, Arc<Details>);

impl History {
    pub(super) fn begin(&mut self) {
        self.tries += 1;
        self.in_flight = true;
    }

    pub(super) fn end(&mut self, kind: OutcomeKind, details: Arc<Details>) {
        self.in_flight = false;
        if let Some(last) = self.last.replace((kind, details)) {
            let mut before = std::mem::take(&mut self.before).into_vec();
            before.push(last);
            if before.len() >= MAX_TRIES {
                forget_one(&mut before);
            }
            self.before = before.into();
        }
    }

    /// All that was said, oldest first.
    fn said(&self) -> Vec<(OutcomeKind, &Details)> {
        let said = self.before.iter().chain(&self.last);
        said.map(|(kind, details)| (*kind, &**details)).collect()
    }

    /// What is known now. `unsent` is the reason that is given for what was never sent.
    pub(super) fn outcome(
        &self,
        (job_id, end_point_type): (&str, EndPointType),
        unsent: Option<&str>,
    ) -> Outcome {
        let mut said = self.said();
        let under_way = Details::because("the run ended before the answer came");
        let is_definite =
            |(kind, _): &(OutcomeKind, &Details)| weight(*kind) >= weight(OutcomeKind::Unconfirmed);
        if self.in_flight && !said.iter().any(is_definite) {
            said.push((OutcomeKind::Unconfirmed, &under_way));
        }
        // Of equals the later.
        let decisive = (0..said.len()).max_by_key(|at| weight(said[*at].0));
        let kind = decisive.map_or(OutcomeKind::NotSent, |at| said[at].0);
        let shown = match kind {
            // What was refused before the change says nothing of it.
            OutcomeKind::Changed => decisive,
            _ => (0..said.len()).max_by_key(|at| says(said[*at].1)),
        };
        let mut details = shown.map_or_else(Details::default, |at| said[at].1.clone());
        if let Some(decisive) = decisive.filter(|at| Some(*at) != shown)
            && let Some(cause) = &said[decisive].1.cause
            && weight(kind) > shown.map_or(0, |at| weight(said[at].0))
        {
            details.add_cause(&format!("of another try it is not known: {cause}"));
        }
        if kind == OutcomeKind::NotSent && details.cause.is_none() {
            details.cause = unsent.map(|unsent| unsent.to_owned().into());
        }
        let others = said.iter().enumerate();
        let others = others.filter(|(at, (_, d))| Some(*at) != shown && **d != Details::default());
        Outcome {
            job_id: job_id.to_owned(),
            end_point_type,
            kind,
            status: details.status,
            error_code: details.error_code,
            error_msg: details.error_msg,
            request_id: details.request_id.as_deref().map(str::to_owned),
            tries: self.tries,
            cause: details.cause.map(Cow::into_owned),
            earlier: others
                .map(|(_, (_, details))| EarlierTry::from(*details))
                .collect(),
        }
    }
}

impl From<&Details> for EarlierTry {
    fn from(details: &Details) -> Self {
        Self {
            status: details.status,
            error_code: details.error_code.clone(),
            error_msg: details.error_msg.clone(),
            request_id: details.request_id.as_deref().map(str::to_owned),
            cause: details.cause.as_deref().map(str::to_owned),
        }
    }
}

/// Forgets the oldest try that has no code of its own, and does not decide; else the oldest.
fn forget_one(tries: &mut Vec<Said>) {
    let decisive = tries.iter().map(|(kind, _)| weight(*kind)).max();
    let repeats = |at: usize, details: &Details| {
        let code = &details.error_code;
        code.is_none()
            || tries[at + 1..]
                .iter()
                .any(|(_, later)| later.error_code == *code)
    };
    let at = tries.iter().enumerate().position(|(at, (kind, details))| {
        let decides = Some(weight(*kind)) == decisive
            && !tries[at + 1..].iter().any(|(later, _)| later == kind);
        repeats(at, details) && !decides
    });
    tries.remove(at.unwrap_or(0));
}

/// How much a try says: a wrong password most, then a code, a message, a status.
fn says(details: &Details) -> u8 {
    let texts = [&details.error_code, &details.error_msg];
    let wrong_password = texts
        .into_iter()
        .flatten()
        .any(|text| says_wrong_password(text))
        || details.cause.as_deref().is_some_and(says_wrong_password);
    match details {
        _ if wrong_password => 4,
        Details {
            error_code: Some(_),
            ..
        } => 3,
        Details {
            error_msg: Some(_), ..
        } => 2,
        Details {
            status: Some(_), ..
        } => 1,
        _ => 0,
    }
}

/// Of two tries the one with the greater weight decides, of equals the later.
fn weight(kind: OutcomeKind) -> u8 {
    match kind {
        OutcomeKind::NotSent => 0,
        OutcomeKind::Rejected => 1,
        OutcomeKind::Unconfirmed => 2,
        OutcomeKind::Changed => 3,
    }
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
