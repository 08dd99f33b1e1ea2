//! `--only-todo REPORT`: which end points of a plan are still to be changed, and what an
//! earlier run found out about the others.

use std::collections::HashMap;

use drs_api::{
    passwords::{Outcome, OutcomeKind, Report},
    types::{EndPointType, ModifyPwdEndPoint},
};
use serde::Serialize;

/// By this code a database has refused user name or password.
pub(crate) const WRONG_PASSWORD: &str = "DRS.KE0002";
const ITS_NUMBER: &str = "KE0002";

/// What an earlier run found out.
pub(crate) struct Earlier {
    /// For each end point of the plan, in its order: whether it is tried, and what is known.
    items: Vec<(bool, Option<Outcome>)>,
    /// End points that the plan does not have.
    others: Vec<Outcome>,
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
            let is_kept = outcome
                .as_ref()
                .is_some_and(|outcome| is_kept(outcome, anyones));
            items.push((!is_kept, outcome));
            tried.extend(Some(change).filter(|_| !is_kept));
        }
        let others = order.iter().filter_map(|key| known.remove(key)).collect();
        Ok((Self { items, others }, tried))
    }

    /// How many are known to be changed.
    pub(crate) fn changed(&self) -> usize {
        self.kept().count() - self.refused().count()
    }

    /// Those that are not tried although they are not changed: a wrong password was refused.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Outcome> {
        let refused = |outcome: &&Outcome| outcome.kind != OutcomeKind::Changed;
        self.kept().filter(refused)
    }

    /// How many of the report are not in the plan.
    pub(crate) fn others(&self) -> usize {
        self.others.len()
    }

    fn kept(&self) -> impl Iterator<Item = &Outcome> {
        let kept = self.items.iter().filter(|(is_tried, _)| !is_tried);
        kept.filter_map(|(_, outcome)| outcome.as_ref())
    }

    /// What is known over both runs, in the plan's order.
    pub(crate) fn merge(&self, mut report: Report) -> Report {
        let mut later = std::mem::take(&mut report.outcomes).into_iter();
        let items = self.items.iter().filter_map(|item| match item {
            (false, kept) => kept.clone(),
            (true, None) => later.next(),
            (true, Some(earlier)) => later.next().map(|later| over_both(earlier, later)),
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
        _ => has_wrong_password(outcome),
    }
}

/// Whether an outcome has the code of a wrong password, wherever that is in it.
pub(crate) fn has_wrong_password(outcome: &Outcome) -> bool {
    let reply = &outcome.reply;
    let texts = [&reply.error_code, &reply.error_msg, &reply.cause];
    let mut texts = texts.into_iter().flatten();
    texts.any(|text| text.contains(ITS_NUMBER))
        || !outcome.earlier.is_empty() && speaks_of_it(&outcome.earlier)
}

/// How often a report has it.
pub(crate) fn wrong_passwords(report: &Report) -> usize {
    let outcomes = report.to_do().filter(|outcome| has_wrong_password(outcome));
    outcomes.count() + usize::from(speaks_of_someones_password(report))
}

fn speaks_of_it(said: &impl Serialize) -> bool {
    let text = serde_json::to_string(said).unwrap_or_default();
    text.contains(ITS_NUMBER)
}

fn speaks_of_someones_password(report: &Report) -> bool {
    speaks_of_it(&report.unmatched_results) || speaks_of_it(&report.remarks)
}

/// As over the tries of one run: what an earlier run may have changed is not known to hold the
/// old password because a later one was refused, or did not get to it. No code is lost.
fn over_both(earlier: &Outcome, later: Outcome) -> Outcome {
    let mut outcome = later;
    if weight(earlier.kind) > weight(outcome.kind) {
        let tries = earlier.tries.saturating_add(outcome.tries);
        let mut note = "an earlier run may have changed it";
        if outcome.kind == OutcomeKind::NotSent {
            outcome = earlier.clone();
            note = "from an earlier run; not sent in this one";
        }
        (outcome.kind, outcome.tries) = (earlier.kind, tries);
        outcome.reply.cause = Some(match outcome.reply.cause {
            // It may have been carried over several runs.
            Some(cause) if cause.starts_with(note) => cause,
            Some(cause) => format!("{note}; {cause}"),
            None => note.to_owned(),
        });
    }
    let known = [&outcome.reply].into_iter().chain(&outcome.earlier);
    let known: Vec<_> = known.map(|reply| reply.error_code.clone()).collect();
    let said = earlier.earlier.iter().chain([&earlier.reply]);
    let said = said.filter(|said| !known.contains(&said.error_code) && said.error_code.is_some());
    outcome.earlier.splice(0..0, said.cloned());
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
    fn a_second_run_keeps_the_codes_of_the_first() {
        let earlier = outcome("a", Unconfirmed, Some("DRS.M00304"));
        for later in [outcome("a", Unconfirmed, None), outcome("a", NotSent, None)] {
            let both = over_both(&earlier, later);
            let codes = [&both.reply].into_iter().chain(&both.earlier);
            let codes: Vec<_> = codes
                .filter_map(|reply| reply.error_code.as_deref())
                .collect();
            assert_eq!(codes, ["DRS.M00304"]);
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
