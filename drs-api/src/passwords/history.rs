//! What is known about an end point over all the tries that held it.

use std::{borrow::Cow, sync::Arc};

use crate::types::EndPointType;

use super::{Outcome, OutcomeKind, verdict::Details};

/// The tries of one end point so far. Small, since a run has one for each; those that one
/// answer decided alike share its details.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    tries: u32,
    /// A try is under way.
    in_flight: bool,
    /// What decides so far, and what it rests on.
    decided: Option<(OutcomeKind, Arc<Details>)>,
}

impl History {
    pub(super) fn begin(&mut self) {
        self.tries += 1;
        self.in_flight = true;
    }

    pub(super) fn end(&mut self, kind: OutcomeKind, details: Arc<Details>) {
        self.in_flight = false;
        let stays = self
            .decided
            .as_ref()
            .is_some_and(|(decided, _)| weight(*decided) > weight(kind));
        if !stays {
            self.decided = Some((kind, details));
        }
    }

    /// What is known now. `unsent` is the reason that is given for what was never sent.
    pub(super) fn outcome(
        &self,
        (job_id, end_point_type): (&str, EndPointType),
        unsent: Option<&str>,
    ) -> Outcome {
        let mut kind = OutcomeKind::NotSent;
        let mut details = Details::default();
        if let Some((decided, from)) = &self.decided {
            kind = *decided;
            details = Details::clone(from);
        }
        if self.in_flight && weight(kind) < weight(OutcomeKind::Unconfirmed) {
            kind = OutcomeKind::Unconfirmed;
            details = Details {
                cause: Some("the run ended before the answer came".into()),
                ..Details::default()
            };
        }
        if kind == OutcomeKind::NotSent && details.cause.is_none() {
            details.cause = unsent.map(|unsent| unsent.to_owned().into());
        }
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
        }
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
