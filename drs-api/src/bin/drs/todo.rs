//! `--only-todo REPORT` and `--only-refused REPORT`: whether a report is about the passwords of a
//! plan, which end points are sent, and what an earlier run found out about the others.

use std::collections::{HashMap, HashSet};

use drs_api::{
    passwords::{Outcome, OutcomeKind, Report},
    types::{EndPointType, ModifyPwdEndPoint},
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    document::{Before, Header},
    text::clean,
};

/// By this code a database has refused user name or password.
pub(crate) const WRONG_PASSWORD: &str = "DRS.KE0002";
const ITS_NUMBER: &str = "KE0002";

/// Refuses a report of another project, endpoint or set of passwords. Nothing that is kept of a
/// secret could tell the latter: labels do, or else the report's age.
pub(crate) fn check(then: &Header, now: &Header, same_passwords: bool) -> Result<(), String> {
    const DAY: i64 = 24 * 60 * 60;
    for (what, then, now) in [
        ("project", &then.project_id, &now.project_id),
        ("endpoint", &then.endpoint, &now.endpoint),
    ] {
        if then != now {
            return Err(format!(
                "it is about the {what} {}, and this run about {now}",
                clean(then)
            ));
        }
    }
    let label = |header: &Header| match &header.rotation {
        Some(label) => format!("--rotation {}", clean(label)),
        None => "no --rotation".to_owned(),
    };
    let whole = "run the whole plan, without it";
    if then.rotation != now.rotation {
        return Err(format!(
            "its run had {}, and this one has {}; if the plan's passwords are those of that run, \
             give the same; else {whole}",
            label(then),
            label(now)
        ));
    }
    let age = then.started.parse::<Timestamp>();
    let age = age.map(|then| Timestamp::now().duration_since(then).as_secs());
    let problem = match age {
        _ if then.rotation.is_some() || same_passwords => return Ok(()),
        Ok(0..=DAY) => return Ok(()),
        Ok(..0) => "from the future: check this machine's clock",
        _ => "over a day old, and the plan may have other passwords since",
    };
    let started = clean(&then.started);
    Err(format!(
        "it is of {started}, {problem}; {whole}, or pass --same-passwords if it has those of that \
         run"
    ))
}

/// What an earlier run found out.
pub(crate) struct Earlier {
    /// For each end point of the plan, in its order: whether it is tried, and what is known.
    items: Vec<(bool, Option<Outcome>)>,
    /// End points that the plan does not have.
    others: Vec<Outcome>,
    only_refused: bool,
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (changed, started) = (self.changed, clean(&self.started));
        write!(
            f,
            "{changed} were changed by the run of {started} or before; not sent again"
        )
    }
}

impl Earlier {
    /// Takes from a plan what need not or must not be tried again; or else, with `only_refused`,
    /// all but those whose password was refused.
    pub(crate) fn of(
        report: Report,
        plan: Vec<ModifyPwdEndPoint>,
        only_refused: bool,
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
            let is_done = |o: &Outcome| o.kind == OutcomeKind::Changed;
            let is_refused = outcome.as_ref().is_some_and(|o| is_refused(o, anyones));
            let is_tried = match only_refused {
                true => is_refused,
                false => !is_refused && !outcome.as_ref().is_some_and(is_done),
            };
            items.push((is_tried, outcome));
            tried.extend(Some(change).filter(|_| is_tried));
        }
        let others = order.iter().filter_map(|key| known.remove(key)).collect();
        let earlier = Self {
            items,
            others,
            only_refused,
        };
        Ok((earlier, tried))
    }

    /// What is told of those that are not sent.
    pub(crate) fn left_out(&self, started: &str) -> (Before, Vec<String>) {
        /// How many end points are named.
        const NAMED: usize = 10;
        let kept = self.items.iter().filter(|(is_tried, _)| !is_tried);
        let kept = kept.filter_map(|(_, outcome)| outcome.as_ref());
        let (changed, refused): (Vec<_>, Vec<_>) =
            kept.partition(|outcome| outcome.kind == OutcomeKind::Changed);
        let before = Before {
            started: started.to_owned(),
            changed: changed.len(),
        };
        let tried = self.items.iter().filter(|(is_tried, _)| *is_tried).count();
        let mut told = vec![format!("{before}; {tried} to send now")];
        if !self.others.is_empty() {
            let others = self.others.len();
            told.push(format!(
                "end points of the report that are not in the plan: {others}; the new report keeps \
                 what is known of them, and a run of the whole plan leaves them out"
            ));
        }
        let count = refused.len();
        let names = refused.iter().take(NAMED).map(|outcome| name(outcome));
        let mut names = names.collect::<Vec<_>>().join(", ");
        names += if count > NAMED { ", …" } else { "" };
        match self.only_refused {
            _ if count == 0 => {}
            false => told.push(format!(
                "not sent ({count}), because a wrong password was refused ({WRONG_PASSWORD}) and \
                 databases lock accounts over it: {names}; check these passwords in the database, \
                 correct the plan, and pass --only-refused instead of --only-todo"
            )),
            true => told.push(format!(
                "not sent ({count}), because they did not get a {WRONG_PASSWORD}: {names}; \
                 --only-todo sends them"
            )),
        }
        (before, told)
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

/// An end point, as it is named.
pub(crate) fn name(outcome: &Outcome) -> String {
    format!("{} {}", clean(&outcome.job_id), outcome.end_point_type)
}

/// What a report says that another one, once it replaces it, would no longer tell: what is
/// rejected or unconfirmed. `after` is what the other one has.
pub(crate) fn lost<'a>(
    report: &'a Report,
    plan: &[ModifyPwdEndPoint],
    earlier: Option<&Earlier>,
) -> Vec<&'a Outcome> {
    let plan = plan
        .iter()
        .map(|change| (&change.job_id, change.end_point_type));
    let others = earlier.iter().flat_map(|earlier| &earlier.others);
    let others = others.map(|outcome| (&outcome.job_id, outcome.end_point_type));
    let kept: HashSet<_> = plan.chain(others).collect();
    let left = report
        .to_do()
        .filter(|outcome| outcome.kind != OutcomeKind::NotSent);
    left.filter(|o| !kept.contains(&(&o.job_id, o.end_point_type)))
        .collect()
}

/// Those of a report that `--only-refused` sends, and `--only-todo` does not.
pub(crate) fn refused(report: &Report) -> usize {
    let anyones = speaks_of_someones_password(report);
    let refused = report
        .outcomes
        .iter()
        .filter(|outcome| is_refused(outcome, anyones));
    refused.count()
}

/// `anyones`: a wrong password was refused, and it is not known whose it is.
fn is_refused(outcome: &Outcome, anyones: bool) -> bool {
    match outcome.kind {
        OutcomeKind::Changed => false,
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
        let (_, tried) = Earlier::of(report, plan(ids), false).unwrap();
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
            Earlier::of(report.into_iter().collect(), plan(&["a", "b", "c"]), false).unwrap();
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
