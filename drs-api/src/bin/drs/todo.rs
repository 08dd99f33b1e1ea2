//! `--only-todo REPORT`: which end points of a plan are still to be changed, and what an
//! earlier run found out about the others.

use std::collections::HashMap;

use drs_api::{
    passwords::{Outcome, OutcomeKind, Report},
    types::{EndPointType, ModifyPwdEndPoint},
};

/// By this code a database has refused user name or password.
const WRONG_PASSWORD: &str = "KE0002";

/// What an earlier run found out.
pub(crate) struct Earlier {
    /// One for each end point of the plan, in its order.
    items: Vec<Item>,
    /// End points that the plan does not have.
    others: Vec<Outcome>,
}

enum Item {
    /// Nothing is sent for it.
    Kept(Outcome),
    /// It is tried; with what is known of it, if anything is.
    Tried(Option<Outcome>),
}

impl Earlier {
    /// Takes from a plan what need not or must not be tried again.
    pub(crate) fn of(
        report: Report,
        plan: Vec<ModifyPwdEndPoint>,
    ) -> Result<(Self, Vec<ModifyPwdEndPoint>), String> {
        let anyones = speaks_of_someones_password(&report);
        let order: Vec<_> = report.outcomes.iter().map(key).collect();
        let mut known = HashMap::new();
        for outcome in report.outcomes {
            let key = key(&outcome);
            if known.insert(key, outcome).is_some() {
                return Err("it has the same end point twice".to_owned());
            }
        }
        let mut items = Vec::with_capacity(plan.len());
        let mut tried = Vec::new();
        for change in plan {
            let outcome = known.remove(&(change.job_id.clone(), change.end_point_type));
            match outcome {
                Some(outcome) if is_kept(&outcome, anyones) => items.push(Item::Kept(outcome)),
                outcome => {
                    items.push(Item::Tried(outcome));
                    tried.push(change);
                }
            }
        }
        let others = order.iter().filter_map(|key| known.remove(key)).collect();
        Ok((Self { items, others }, tried))
    }

    /// How many are known to be changed.
    pub(crate) fn changed(&self) -> usize {
        self.kept()
            .filter(|outcome| outcome.kind == OutcomeKind::Changed)
            .count()
    }

    /// Those that are not tried although they are not changed: a wrong password was refused.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Outcome> {
        self.kept()
            .filter(|outcome| outcome.kind != OutcomeKind::Changed)
    }

    /// How many of the report are not in the plan.
    pub(crate) fn others(&self) -> usize {
        self.others.len()
    }

    fn kept(&self) -> impl Iterator<Item = &Outcome> {
        self.items.iter().filter_map(|item| match item {
            Item::Kept(outcome) => Some(outcome),
            Item::Tried(_) => None,
        })
    }

    /// What is known over both runs, in the plan's order.
    pub(crate) fn merge(&self, mut report: Report) -> Report {
        let mut later = std::mem::take(&mut report.outcomes).into_iter();
        let items = self.items.iter().filter_map(|item| match item {
            Item::Kept(outcome) => Some(outcome.clone()),
            Item::Tried(None) => later.next(),
            Item::Tried(Some(earlier)) => later.next().map(|later| over_both(earlier, later)),
        });
        report.outcomes = items.collect();
        report.outcomes.extend(self.others.iter().cloned());
        report
    }
}

fn key(outcome: &Outcome) -> (String, EndPointType) {
    (outcome.job_id.clone(), outcome.end_point_type)
}

/// `anyones`: a wrong password was refused, and it is not known whose it is.
fn is_kept(outcome: &Outcome, anyones: bool) -> bool {
    match outcome.kind {
        OutcomeKind::Changed => true,
        OutcomeKind::Unconfirmed if anyones => true,
        _ => {
            // Wherever it stands in the outcome.
            let text = serde_json::to_string(outcome).unwrap_or_default();
            text.contains(WRONG_PASSWORD)
        }
    }
}

fn speaks_of_someones_password(report: &Report) -> bool {
    let results = serde_json::to_string(&report.unmatched_results).unwrap_or_default();
    let mut texts = report.remarks.iter().chain([&results]);
    texts.any(|text| text.contains(WRONG_PASSWORD))
}

/// As over the tries of one run: what an earlier run may have changed is not known to hold the
/// old password because a later one was refused, or did not get to it.
fn over_both(earlier: &Outcome, later: Outcome) -> Outcome {
    const UNSENT: &str = "from an earlier run; not sent in this one";
    const UNKNOWN: &str = "an earlier run may have changed it";
    if weight(earlier.kind) <= weight(later.kind) {
        return later;
    }
    let mut outcome = match later.kind {
        OutcomeKind::NotSent => earlier.clone(),
        _ => later.clone(),
    };
    outcome.kind = earlier.kind;
    outcome.tries = earlier.tries.saturating_add(later.tries);
    let note = match later.kind {
        OutcomeKind::NotSent => UNSENT,
        _ => UNKNOWN,
    };
    outcome.reply.cause = Some(match outcome.reply.cause {
        // It may have been carried over several runs.
        Some(cause) if cause.starts_with(note) => cause,
        Some(cause) => format!("{note}; {cause}"),
        None => note.to_owned(),
    });
    outcome
}

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

    fn outcome(id: &str, kind: OutcomeKind, code: Option<&str>) -> Outcome {
        let mut outcome = Outcome::new(id, EndPointType::So, kind);
        outcome.reply.error_code = code.map(str::to_owned);
        outcome
    }

    fn plan(ids: &[&str]) -> Vec<ModifyPwdEndPoint> {
        let item = |id: &&str| {
            let item = ModifyPwdEndPoint::builder().job_id(*id);
            let item = item.end_point_type(EndPointType::So).db_password("x");
            item.try_into().unwrap()
        };
        ids.iter().map(item).collect()
    }

    fn tried(report: Report, ids: &[&str]) -> Vec<String> {
        let (_, tried) = Earlier::of(report, plan(ids)).unwrap();
        tried.into_iter().map(|change| change.job_id).collect()
    }

    #[test]
    fn what_is_changed_or_met_a_wrong_password_is_not_tried() {
        let mut quoted = outcome("quoted", Unconfirmed, None);
        quoted.reply.cause = Some("the answer can't be read: DRS.KE0002".into());
        let report = [
            outcome("changed", Changed, None),
            outcome("wrong", Rejected, Some("DRS.KE0002")),
            quoted,
            outcome("state", Rejected, Some("DRS.M00304")),
            outcome("lost", Unconfirmed, None),
            outcome("unsent", NotSent, None),
        ];
        let ids = [
            "new", "unsent", "lost", "state", "quoted", "wrong", "changed",
        ];
        assert_eq!(
            tried(report.into_iter().collect(), &ids),
            ["new", "unsent", "lost", "state"]
        );
    }

    #[test]
    fn a_wrong_password_that_may_be_anyones_keeps_all_that_is_unconfirmed() {
        let outcomes = [
            outcome("lost", Unconfirmed, None),
            outcome("state", Rejected, Some("DRS.M00304")),
        ];
        let mut report: Report = outcomes.into_iter().collect();
        report
            .remarks
            .push("there are results beside the error DRS.KE0002".into());
        assert_eq!(tried(report, &["lost", "state"]), ["state"]);
    }

    #[test]
    fn the_report_has_the_plans_order_and_what_the_plan_leaves_out() {
        let report = ["c", "gone", "a"].map(|id| outcome(id, Changed, None));
        let (earlier, tried) =
            Earlier::of(report.into_iter().collect(), plan(&["a", "b", "c"])).unwrap();
        let later = tried.iter().map(|c| outcome(&c.job_id, Rejected, None));
        let merged = earlier.merge(later.collect());
        let ids: Vec<_> = merged.outcomes.iter().map(|o| o.job_id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "gone"]);
    }

    #[test]
    fn two_runs_fold_like_two_tries() {
        for (earlier, later, both) in [
            (Unconfirmed, NotSent, Unconfirmed),
            (Unconfirmed, Rejected, Unconfirmed),
            (Unconfirmed, Changed, Changed),
            (Rejected, NotSent, Rejected),
            (Rejected, Unconfirmed, Unconfirmed),
            (NotSent, NotSent, NotSent),
        ] {
            let [earlier, later] =
                [earlier, later].map(|kind| outcome("a", kind, Some(kind.as_str())));
            assert_eq!(over_both(&earlier, later).kind, both);
        }
    }

    #[test]
    fn a_note_is_not_repeated_from_run_to_run() {
        let earlier = outcome("a", Unconfirmed, None);
        let once = over_both(&earlier, outcome("a", NotSent, None));
        let twice = over_both(&once, outcome("a", NotSent, None));
        assert_eq!(once.reply.cause, twice.reply.cause);
        assert_eq!(twice.tries, 3);
    }
}
