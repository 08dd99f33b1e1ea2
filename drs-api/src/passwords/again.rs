//! A second run of the same passwords: what of a plan may be sent again after a report, and what
//! two reports say together.

use std::collections::{HashMap, HashSet};

use super::{EndPointId, Outcome, OutcomeKind, Report, history::History};
use crate::types::ModifyPwdEndPoint;

/// A plan after a run of it: see [`Report::rest`].
#[derive(Clone, Debug, Default)]
#[must_use = "it holds the changes that are still to be made"]
#[non_exhaustive]
pub struct Rest {
    /// What may be sent again, or was not sent yet, in the plan's order.
    pub changes: Vec<ModifyPwdEndPoint>,
    /// What need not be sent again, since it is changed, or must not be, since its password may
    /// be wrong (`DRS.KE0002`): databases lock accounts. The outcome says which.
    pub left_out: Vec<Outcome>,
}

impl Outcome {
    /// Whether the same password may be sent again. Not after `DRS.KE0002`, since databases lock
    /// accounts: check it in the database first.
    #[must_use]
    pub fn is_safe_to_repeat(&self) -> bool {
        let mut said = self.earlier.iter().chain([&self.reply]);
        !said.any(|reply| reply.says_wrong_password())
    }

    /// The end point that it is about.
    #[must_use]
    pub fn end_point(&self) -> EndPointId {
        EndPointId::new(&self.job_id, self.end_point_type)
    }
}

impl Report {
    /// What of a plan is left to be done after this run. For *the same passwords only*: with
    /// others, what was changed has to be sent, and `DRS.KE0002` speaks of another password.
    ///
    /// ```
    /// use drs_api::passwords::{Outcome, OutcomeKind, Report};
    /// use drs_api::types::{EndPointType, ModifyPwdEndPoint};
    ///
    /// let known = [("a", OutcomeKind::Changed), ("b", OutcomeKind::Unconfirmed)];
    /// let first: Report = known
    ///     .map(|(task, kind)| Outcome::new(task, EndPointType::So, kind))
    ///     .into_iter()
    ///     .collect();
    /// let plan = ["a", "b"].map(|task| ModifyPwdEndPoint::new(task, EndPointType::So, "test-1"));
    ///
    /// let rest = first.rest(plan);
    /// assert_eq!(rest.changes[0].job_id, "b");
    /// assert_eq!(rest.left_out[0].job_id, "a");
    ///
    /// // A run of `rest.changes` ends with a second report.
    /// let changed = Outcome::new("b", EndPointType::So, OutcomeKind::Changed);
    /// let both = first.followed_by([changed].into_iter().collect());
    /// assert!(both.all_changed());
    /// ```
    pub fn rest(&self, plan: impl IntoIterator<Item = ModifyPwdEndPoint>) -> Rest {
        // It is not known whose password that is.
        let mut remarks = self.remarks.iter();
        let is_someones = remarks.any(|remark| remark.contains("KE0002"));
        let is_left_out = |outcome: &&Outcome| {
            let is_doubtful = is_someones && outcome.kind == OutcomeKind::Unconfirmed;
            is_doubtful || outcome.kind == OutcomeKind::Changed || !outcome.is_safe_to_repeat()
        };
        let left_out: Vec<_> = self.outcomes.iter().filter(is_left_out).cloned().collect();
        let ids: HashSet<_> = left_out.iter().map(Outcome::end_point).collect();
        let is_left = |change: &ModifyPwdEndPoint| {
            !ids.contains(&EndPointId::new(&change.job_id, change.end_point_type))
        };
        Rest {
            changes: plan.into_iter().filter(is_left).collect(),
            left_out,
        }
    }

    /// What this run and a later one of *the same passwords* say together, as a run folds its
    /// attempts: what may have been changed by the first is not known to be the old password
    /// because the second was rejected, or did not get to it. The order is this report's; what
    /// only the later has comes after it. It began when this run did, and ended when the later did.
    pub fn followed_by(mut self, later: Self) -> Self {
        let places = self.outcomes.iter().map(Outcome::end_point).zip(0..);
        let places: HashMap<EndPointId, usize> = places.collect();
        for outcome in later.outcomes {
            match places.get(&outcome.end_point()) {
                Some(at) => {
                    let earlier = &self.outcomes[*at];
                    let key = (outcome.job_id.as_str(), outcome.end_point_type);
                    let both = History::of([earlier, &outcome]).outcome(key, None);
                    self.outcomes[*at] = both;
                }
                None => self.outcomes.push(outcome),
            }
        }
        self.note(later.remarks);
        Self {
            ended: later.ended,
            stopped: later.stopped,
            stop_reason: later.stop_reason,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::EndPointType;
    use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};

    fn outcome(id: &str, kind: OutcomeKind, code: Option<&str>) -> Outcome {
        let mut outcome = Outcome::new(id, EndPointType::So, kind);
        outcome.reply.error_code = code.map(str::to_owned);
        outcome
    }

    fn caused(kind: OutcomeKind, cause: &str) -> Report {
        let mut outcome = outcome("a", kind, None);
        outcome.reply.cause = Some(cause.to_owned());
        [outcome].into_iter().collect()
    }

    fn rest(report: &Report, ids: &[&str]) -> Vec<String> {
        let plan = ids
            .iter()
            .map(|id| ModifyPwdEndPoint::new(*id, EndPointType::So, "test-Passw0rd"));
        let changes = report.rest(plan).changes;
        changes.into_iter().map(|change| change.job_id).collect()
    }

    fn both(earlier: Outcome, later: Outcome) -> Outcome {
        let earlier: Report = [earlier].into_iter().collect();
        let both = earlier.followed_by([later].into_iter().collect());
        both.outcomes.into_iter().next().unwrap()
    }

    #[test]
    fn what_is_changed_or_met_a_wrong_password_is_left_out() {
        let mut quoted = outcome("quoted", Unconfirmed, None);
        quoted.reply.cause = Some("the response can't be read: DRS.KE0002".into());
        let mut before = outcome("before", Rejected, Some("DRS.M00304"));
        before.earlier = vec![outcome("", Rejected, Some("DRS.KE0002")).reply];
        let report: Report = [
            outcome("changed", Changed, None),
            outcome("wrong", Rejected, Some("DRS.KE0002")),
            outcome("wrong", NotSent, None),
            quoted,
            before,
            outcome("state", Rejected, Some("DRS.M00304")),
            outcome("lost", Unconfirmed, None),
            outcome("unsent", NotSent, None),
        ]
        .into_iter()
        .collect();
        let ids = [
            "new", "unsent", "lost", "state", "before", "quoted", "wrong", "changed",
        ];
        assert_eq!(rest(&report, &ids), ["new", "unsent", "lost", "state"]);
        let left_out = report.rest([]).left_out;
        let left_out: Vec<_> = left_out.iter().map(|o| o.job_id.as_str()).collect();
        assert_eq!(left_out, ["changed", "wrong", "quoted", "before"]);
    }

    #[test]
    fn a_wrong_password_that_may_be_anyones_leaves_out_all_that_is_unconfirmed() {
        let outcomes = [
            outcome("lost", Unconfirmed, None),
            outcome("state", Rejected, Some("DRS.M00304")),
        ];
        let mut report: Report = outcomes.into_iter().collect();
        report.remarks.push("it says DRS.KE0002".into());
        assert_eq!(rest(&report, &["lost", "state"]), ["state"]);
        // A later run does not make that forgotten.
        let report = report.followed_by(Report::default());
        assert_eq!(rest(&report, &["lost", "state"]), ["state"]);
    }

    #[test]
    fn two_runs_fold_like_two_attempts() {
        for (earlier, later, kind) in [
            (Unconfirmed, NotSent, Unconfirmed),
            (Unconfirmed, Rejected, Unconfirmed),
            (Unconfirmed, Changed, Changed),
            (Changed, Rejected, Changed),
            (Rejected, NotSent, Rejected),
            (Rejected, Unconfirmed, Unconfirmed),
            (NotSent, NotSent, NotSent),
        ] {
            let [earlier, later] = [earlier, later].map(|kind| outcome("a", kind, Some("C.1")));
            assert_eq!(both(earlier, later).kind, kind);
        }
    }

    #[test]
    fn a_second_run_forgets_no_code() {
        let mut earlier = outcome("a", Unconfirmed, Some("DRS.M00304"));
        earlier.earlier = vec![outcome("", Rejected, Some("DRS.KE0002")).reply];
        for later in [Unconfirmed, Rejected, NotSent, Changed] {
            let both = both(earlier.clone(), outcome("a", later, None));
            let codes = [&both.reply].into_iter().chain(&both.earlier);
            let mut codes: Vec<_> = codes.filter_map(|reply| reply.error_code.clone()).collect();
            codes.sort();
            assert_eq!(codes, ["DRS.KE0002", "DRS.M00304"], "{later}");
            assert!(!both.is_safe_to_repeat());
        }
    }

    #[test]
    fn causes_do_not_grow_from_run_to_run() {
        for later in [NotSent, Rejected] {
            let mut report = caused(Unconfirmed, "the response was lost");
            let mut causes = Vec::new();
            for _ in 0..3 {
                report = report.followed_by(caused(later, "this time something else"));
                causes.push(report.outcomes[0].reply.cause.clone().unwrap());
            }
            assert!(causes[0].contains("the response was lost"), "{causes:?}");
            assert_eq!(causes[0], causes[2]);
            assert_eq!(report.outcomes[0].tries, 4);
        }
    }

    #[test]
    fn the_order_is_that_of_the_first_run() {
        let report =
            |ids: &[&str]| -> Report { ids.iter().map(|id| outcome(id, Changed, None)).collect() };
        let both = report(&["c", "a"]).followed_by(report(&["b", "a"]));
        let ids: Vec<_> = both.outcomes.iter().map(|o| o.job_id.as_str()).collect();
        assert_eq!(ids, ["c", "a", "b"]);
    }
}
