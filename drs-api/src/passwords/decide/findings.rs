//! What deciding finds: a verdict and a reply for each end point that was asked for.

use std::sync::Arc;

use crate::{
    passwords::{OutcomeKind, reply::Reply, report::MAX_NOTES},
    types::EndPointType,
};

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
    pub(in crate::passwords) remarks: Vec<String>,
    /// The code of an answer that speaks of the request as a whole.
    pub(in crate::passwords) code: Option<String>,
    /// Which of the end points an answer item by item left out, by their position.
    pub(in crate::passwords) left_out: Vec<usize>,
    /// Whose password may be wrong, by their position: they are not sent again.
    pub(in crate::passwords) suspects: Vec<usize>,
}

/// What is said of an end point whose password may be wrong.
const SUSPECT: &str = "the response may mention a wrong password (DRS.KE0002), maybe this one: \
                       check it in the database before it is sent again";

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

    /// Keeps a remark.
    pub(super) fn note(&mut self, remark: impl FnOnce() -> String) {
        if self.remarks.len() < MAX_NOTES {
            self.remarks.push(remark());
        }
    }

    /// Sets whose password may be wrong. Of what was changed the report does not say so.
    pub(super) fn suspect(&mut self, positions: Vec<usize>) {
        for at in &positions {
            let verdict = self.verdicts.get_mut(*at);
            let doubted = verdict.filter(|verdict| verdict.kind != OutcomeKind::Changed);
            if let Some(verdict) = doubted.filter(|v| !v.reply.says_wrong_password()) {
                Arc::make_mut(&mut verdict.reply).add_cause(SUSPECT);
            }
        }
        self.suspects = positions;
    }
}
