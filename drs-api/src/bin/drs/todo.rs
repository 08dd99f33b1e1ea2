//! `--only-todo REPORT` and `--only-refused REPORT`: which end points of a plan are sent, and what
//! an earlier run found out about the others.

use std::collections::{HashMap, HashSet};

use drs_api::{
    passwords::{EndPointId, Outcome, OutcomeKind, Report},
    types::ModifyPwdEndPoint,
};
use serde::{Deserialize, Serialize};

use crate::text::{clean, counted};

/// What an earlier run found out.
pub(crate) struct Earlier {
    report: Report,
    /// The end points of the plan, and where each is in it.
    plan: HashMap<EndPointId, usize>,
    /// Those that are sent now.
    sent: HashSet<EndPointId>,
}

/// What earlier runs changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Before {
    /// When the first of them began.
    pub(crate) started: String,
    pub(crate) changed: usize,
    /// How many are left that the plan does not have.
    #[serde(default)]
    pub(crate) gone: usize,
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (started, changed) = (clean(&self.started), counted(self.changed, "end point"));
        let by = format!("Changed by the run of {started} or later");
        write!(f, "{by}, and not sent again: {changed}")
    }
}

/// Why an end point is not sent that no run has sent yet.
pub(crate) const NOT_CHOSEN: &str = "left out by --only-refused";

impl Earlier {
    /// Takes from a plan what need not or must not be sent again; or else, with `only_refused`,
    /// all but those whose password was refused.
    pub(crate) fn of(
        mut report: Report,
        plan: Vec<ModifyPwdEndPoint>,
        only_refused: bool,
    ) -> Result<(Self, Vec<ModifyPwdEndPoint>), String> {
        let ids: HashSet<_> = report.outcomes.iter().map(Outcome::end_point).collect();
        if ids.len() < report.outcomes.len() {
            return Err("it has the same end point twice".to_owned());
        }
        let places: HashMap<_, _> = plan.iter().map(id).zip(0..).collect();
        if !ids.is_empty() && !places.keys().any(|id| ids.contains(id)) {
            return Err("it is of another plan: no end point is in both".to_owned());
        }
        let changes = match only_refused {
            true => {
                let refused: HashSet<_> = refused(&report).map(|of| of.end_point()).collect();
                let is_refused = |change: &ModifyPwdEndPoint| refused.contains(&id(change));
                plan.into_iter().filter(is_refused).collect()
            }
            false => report.rest(plan).changes,
        };
        // What the plan has and the report does not is left, too.
        for id in places.keys().filter(|id| only_refused && !ids.contains(id)) {
            let mut outcome = Outcome::new(&id.job_id, id.end_point_type, OutcomeKind::NotSent);
            outcome.tries = 0;
            outcome.reply.cause = Some(NOT_CHOSEN.to_owned());
            report.outcomes.push(outcome);
        }
        let earlier = Self {
            report,
            plan: places,
            sent: changes.iter().map(id).collect(),
        };
        Ok((earlier, changes))
    }

    /// What is told of those that are not sent.
    pub(crate) fn left_out(&self) -> (Before, Vec<String>) {
        let is_planned = |of: &Outcome| self.plan.contains_key(&of.end_point());
        let changed = self.report.outcomes.iter().filter(|of| is_planned(of));
        let changed = changed.filter(|of| of.kind == OutcomeKind::Changed);
        let gone: Vec<_> = self.report.to_do().filter(|of| !is_planned(of)).collect();
        let before = Before {
            started: self.report.started.clone().unwrap_or_default(),
            changed: changed.count(),
            gone: gone.len(),
        };
        let mut told = vec![format!("{before}; {} to send now", self.sent.len())];
        let refused = refused(&self.report).filter(is_planned);
        let refused = refused.filter(|of| !self.sent.contains(&of.end_point()));
        let refused = refused.count();
        if refused > 0 {
            told.push(format!(
                "not sent ({refused}), because a wrong password was refused (DRS.KE0002) and \
                 databases lock accounts over it; check these passwords in the database, correct \
                 the plan, and pass --only-refused instead of --only-todo"
            ));
        }
        if let Some((gone, first)) = named(gone.into_iter().map(Outcome::end_point)) {
            told.push(format!(
                "not sent ({gone}), because the plan does not have them, such as {first}; the \
                 report keeps them, and a run of the whole plan with --replace-report gives them up"
            ));
        }
        (before, told)
    }

    /// What is known over both runs, in the plan's order; then what the plan does not have.
    pub(crate) fn merge(&self, later: Report) -> Report {
        let mut both = self.report.clone().followed_by(later);
        let place = |outcome: &Outcome| self.plan.get(&outcome.end_point()).copied();
        both.outcomes
            .sort_by_cached_key(|outcome| place(outcome).unwrap_or(usize::MAX));
        both
    }
}

/// The end point of a change.
pub(crate) fn id(change: &ModifyPwdEndPoint) -> EndPointId {
    EndPointId::new(&change.job_id, change.end_point_type)
}

/// An end point, as it is named.
pub(crate) fn name(of: &EndPointId) -> String {
    format!("{} {}", clean(&of.job_id), of.end_point_type)
}

/// How many there are, and the first, if there are any.
pub(crate) fn named(mut ids: impl Iterator<Item = EndPointId>) -> Option<(usize, String)> {
    let first = name(&ids.next()?);
    Some((1 + ids.count(), first))
}

/// What a report says that the next one would no longer tell: what is not changed, and
/// neither in the plan nor kept of an earlier report.
pub(crate) fn lost(
    report: &Report,
    plan: Vec<EndPointId>,
    earlier: Option<&Earlier>,
) -> impl Iterator<Item = EndPointId> {
    let earlier = earlier.iter().flat_map(|earlier| &earlier.report.outcomes);
    let kept = plan.into_iter().chain(earlier.map(Outcome::end_point));
    let kept: HashSet<_> = kept.collect();
    let left = report.to_do().map(Outcome::end_point);
    left.filter(move |id| !kept.contains(id))
}

/// Those of a report that `--only-refused` sends, and `--only-todo` does not.
pub(crate) fn refused(report: &Report) -> impl Iterator<Item = Outcome> + use<> {
    let left_out = report.rest([]).left_out.into_iter();
    left_out.filter(|outcome| outcome.kind != OutcomeKind::Changed)
}

#[cfg(test)]
mod tests {
    use drs_api::types::EndPointType;

    use super::*;
    use OutcomeKind::{Changed, Rejected, Unconfirmed};

    fn outcome(id: &str, kind: OutcomeKind, code: Option<&str>) -> Outcome {
        let mut outcome = Outcome::new(id, EndPointType::So, kind);
        outcome.reply.error_code = code.map(str::to_owned);
        outcome
    }

    fn plan(ids: &[&str]) -> Vec<ModifyPwdEndPoint> {
        let item = |id: &&str| ModifyPwdEndPoint::new(*id, EndPointType::So, "x");
        ids.iter().map(item).collect()
    }

    fn sent(report: &Report, ids: &[&str], only_refused: bool) -> Vec<String> {
        let (_, sent) = Earlier::of(report.clone(), plan(ids), only_refused).unwrap();
        sent.into_iter().map(|change| change.job_id).collect()
    }

    #[test]
    fn an_end_point_that_is_not_changed_is_sent_by_one_of_the_two_options() {
        let outcomes = [
            outcome("changed", Changed, None),
            outcome("wrong", Rejected, Some("DRS.KE0002")),
            outcome("state", Rejected, Some("DRS.M00304")),
            outcome("lost", Unconfirmed, None),
        ];
        let mut report: Report = outcomes.into_iter().collect();
        let ids = ["new", "lost", "state", "wrong", "changed"];
        assert_eq!(sent(&report, &ids, false), ["new", "lost", "state"]);
        assert_eq!(sent(&report, &ids, true), ["wrong"]);
        // It may be anyone's.
        report
            .remarks
            .push("there is DRS.KE0002 beside the results".into());
        assert_eq!(sent(&report, &ids, false), ["new", "state"]);
        assert_eq!(sent(&report, &ids, true), ["lost", "wrong"]);
    }

    #[test]
    fn what_a_report_does_not_have_and_is_not_sent_is_left() {
        let report = [outcome("wrong", Rejected, Some("DRS.KE0002"))];
        let (earlier, _) =
            Earlier::of(report.into_iter().collect(), plan(&["new", "wrong"]), true).unwrap();
        let merged = earlier.merge([outcome("wrong", Changed, None)].into_iter().collect());
        let kinds: Vec<_> = merged.outcomes.iter().map(|o| o.kind).collect();
        assert_eq!(kinds, [OutcomeKind::NotSent, Changed]);
    }

    #[test]
    fn the_report_has_the_plans_order_and_what_the_plan_leaves_out() {
        let report = ["c", "gone", "a"].map(|id| outcome(id, Unconfirmed, None));
        let (earlier, sent) =
            Earlier::of(report.into_iter().collect(), plan(&["a", "b", "c"]), false).unwrap();
        let later = sent.iter().map(|c| outcome(&c.job_id, Changed, None));
        let merged = earlier.merge(later.collect());
        let ids: Vec<_> = merged.outcomes.iter().map(|o| o.job_id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "gone"]);
    }
}
