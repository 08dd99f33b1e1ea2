//! The results of an answer task by task: what those without a side count for, and what speaks
//! against the others.

use std::{collections::BTreeMap, sync::Arc};

use crate::{answer::Scan, types::ModifyDbPwdStatus};

use super::{
    OutcomeKind,
    matching::{Matcher, Sides},
    verdict::{Details, Findings, Key, Verdict, codes_about, is_about_task, says_wrong_password},
};

/// How many such results of one task are read.
const MAX_UNPLACED: usize = 100;

/// A result of a task that was asked for, which doesn't say in a known word for which side.
pub(super) struct Unplaced {
    pub(super) is_without_side: bool,
    pub(super) status: Option<ModifyDbPwdStatus>,
    /// What it would say of its end point.
    pub(super) verdict: Verdict,
    /// What is told of it if it counts for no side.
    pub(super) remark: String,
}

/// The results found so far.
pub(super) struct TaskResults<'a> {
    asked: &'a [Key<'a>],
    placed: Vec<Option<Placed>>,
    /// Of the tasks that have some, by their positions.
    others: BTreeMap<Sides, Others>,
}

/// The results for one end point, as one.
struct Placed {
    verdict: Verdict,
    results: usize,
}

/// The results of a task beside those for its end points.
#[derive(Default)]
struct Others {
    unplaced: Vec<Unplaced>,
    unreadable: bool,
    /// An unreadable one may tell of a success.
    may_succeed: bool,
    /// An unreadable one speaks of a wrong password.
    suspicious: bool,
    /// The codes of those that can't be read, for each side.
    codes: [Vec<String>; 2],
}

impl<'a> TaskResults<'a> {
    pub(super) fn new(asked: &'a [Key<'a>]) -> Self {
        Self {
            asked,
            placed: asked.iter().map(|_| None).collect(),
            others: BTreeMap::new(),
        }
    }

    /// A result for an end point. A second one is brought together with the first.
    pub(super) fn placed(
        &mut self,
        at: usize,
        verdict: Verdict,
        remarks: &mut Vec<String>,
        of_two: impl FnOnce(Key<'_>, Verdict, Verdict, &mut Vec<String>) -> Verdict,
    ) {
        let (Some(slot), Some(key)) = (self.placed.get_mut(at), self.asked.get(at)) else {
            return;
        };
        *slot = Some(match slot.take() {
            None => Placed {
                verdict,
                results: 1,
            },
            Some(earlier) => Placed {
                verdict: of_two(*key, earlier.verdict, verdict, remarks),
                results: earlier.results + 1,
            },
        });
    }

    pub(super) fn unplaced(&mut self, sides: Sides, result: Unplaced) {
        let others = self.others.entry(sides).or_default();
        if others.unplaced.len() < MAX_UNPLACED {
            others.unplaced.push(result);
        } else {
            others.unreadable = true;
            others.may_succeed = true;
        }
    }

    /// A result that can't be read, by what a scan found in it.
    pub(super) fn unreadable(&mut self, matcher: &mut Matcher<'_>, scan: &Scan, json: &str) {
        for id in &scan.ids {
            let Some(sides) = matcher.tasks().get(id.as_str()).copied() else {
                continue;
            };
            let others = self.others.entry(sides).or_default();
            others.unreadable = true;
            others.may_succeed |= scan.success || scan.broken;
            others.suspicious |= says_wrong_password(json)
                || scan
                    .codes
                    .iter()
                    .any(|found| says_wrong_password(&found.code));
            for (codes, side) in others.codes.iter_mut().zip(sides) {
                if let Some(key) = side.and_then(|at| self.asked.get(at))
                    && codes.is_empty()
                {
                    codes.extend(codes_about(scan, *key).map(str::to_owned));
                }
            }
        }
    }

    /// A verdict for each end point; `left_out` is what is known of one without a result.
    pub(super) fn findings(mut self, left_out: Arc<Details>) -> Findings {
        let mut others = std::mem::take(&mut self.others);
        let mut findings = Findings::default();
        for (sides, others) in &mut others {
            if !self.place(*sides, others) {
                let remarks = others.unplaced.iter_mut();
                let remarks = remarks.map(|unplaced| std::mem::take(&mut unplaced.remark));
                findings.remarks.extend(remarks);
            }
        }
        for (at, placed) in self.placed.into_iter().enumerate() {
            let verdict = placed.map(|placed| placed.verdict).unwrap_or_else(|| {
                findings.left_out.push(at);
                Verdict {
                    kind: OutcomeKind::Unconfirmed,
                    details: Arc::clone(&left_out),
                }
            });
            findings.verdicts.push(verdict);
        }
        for (sides, others) in &others {
            others.speak(*sides, &mut findings);
        }
        for (at, verdict) in findings.verdicts.iter().enumerate() {
            let texts = [&verdict.details.error_code, &verdict.details.error_msg];
            if texts
                .into_iter()
                .flatten()
                .any(|text| says_wrong_password(text))
            {
                findings.suspects.push(at);
            }
        }
        findings.suspects.sort_unstable();
        findings.suspects.dedup();
        findings
    }

    /// Lets results without a side count for the sides of their task, where all of its results
    /// agree and are as many as the sides that were asked, or where a single failure is about
    /// the task. Says whether they do.
    fn place(&mut self, sides: Sides, others: &Others) -> bool {
        let positions: Vec<usize> = sides.into_iter().flatten().collect();
        if others.unreadable || !others.unplaced.iter().all(|u| u.is_without_side) {
            return false;
        }
        let mut free = Vec::new();
        let mut kinds: Vec<OutcomeKind> = Vec::new();
        let mut results = others.unplaced.len();
        for at in positions.iter().copied() {
            match self.placed.get(at).and_then(Option::as_ref) {
                Some(placed) => {
                    results += placed.results;
                    kinds.push(placed.verdict.kind);
                }
                None => free.push(at),
            }
        }
        kinds.extend(others.unplaced.iter().map(|unplaced| unplaced.verdict.kind));
        let is_definite = |kind| matches!(kind, OutcomeKind::Changed | OutcomeKind::Rejected);
        let alike = kinds
            .first()
            .is_some_and(|first| is_definite(*first) && kinds.iter().all(|kind| kind == first));
        let verdicts: Vec<&Verdict> = match &others.unplaced[..] {
            [one] if results == 1 && one.is_refusal_of_task() => {
                positions.iter().map(|_| &one.verdict).collect()
            }
            all if alike && results == positions.len() => {
                all.iter().map(|unplaced| &unplaced.verdict).collect()
            }
            _ => return false,
        };
        let count = verdicts.len();
        let codes: Vec<String> = match count == free.len() && count > 1 {
            true => verdicts
                .iter()
                .filter_map(|v| v.details.error_code.clone())
                .collect(),
            false => Vec::new(),
        };
        for (at, verdict) in free.into_iter().zip(verdicts) {
            let mut verdict = verdict.clone();
            if let Some(first) = codes.first() {
                let details = Arc::make_mut(&mut verdict.details);
                details.error_code = Some(first.clone());
                details.add_codes(codes.iter().map(String::as_str));
            }
            if let Some(slot) = self.placed.get_mut(at) {
                *slot = Some(Placed {
                    verdict,
                    results: 1,
                });
            }
        }
        true
    }
}

impl Unplaced {
    fn is_refusal_of_task(&self) -> bool {
        let code = self.verdict.details.error_code.as_deref();
        self.verdict.kind == OutcomeKind::Rejected && code.is_some_and(is_about_task)
    }

    fn says(&self, status: &ModifyDbPwdStatus) -> bool {
        self.status.as_ref() == Some(status)
    }
}

impl Others {
    /// Takes back what they speak against, and keeps their codes.
    fn speak(&self, sides: Sides, findings: &mut Findings) {
        let against = |kind: OutcomeKind| match kind {
            OutcomeKind::Changed => {
                self.unreadable
                    || self.unplaced.iter().any(|unplaced| {
                        !unplaced.is_without_side || !unplaced.says(&ModifyDbPwdStatus::Success)
                    })
            }
            OutcomeKind::Rejected => {
                self.may_succeed
                    || self
                        .unplaced
                        .iter()
                        .any(|unplaced| !unplaced.says(&ModifyDbPwdStatus::Failed))
            }
            _ => false,
        };
        let suspicious = self.suspicious
            || self.unplaced.iter().any(|unplaced| {
                let details = &unplaced.verdict.details;
                let texts = [&details.error_code, &details.error_msg];
                texts
                    .into_iter()
                    .flatten()
                    .any(|text| says_wrong_password(text))
            });
        for (at, unreadable_codes) in sides.into_iter().zip(&self.codes) {
            let Some((at, verdict)) = at.and_then(|at| Some((at, findings.verdicts.get_mut(at)?)))
            else {
                continue;
            };
            let is_left_out = findings.left_out.binary_search(&at).is_ok();
            let taken_back = against(verdict.kind);
            if !taken_back && verdict.kind == OutcomeKind::Changed {
                continue;
            }
            let details = Arc::make_mut(&mut verdict.details);
            if taken_back {
                details.add_cause("another result of the same task speaks against it");
            } else if is_left_out {
                details.add_cause("there is one of its task, and not for a side that is known");
            }
            let unplaced = self.unplaced.iter();
            let codes = unplaced.filter_map(|u| u.verdict.details.error_code.as_deref());
            details.add_codes(codes.chain(unreadable_codes.iter().map(String::as_str)));
            if suspicious {
                details.suspect();
                findings.suspects.push(at);
            }
            if taken_back {
                verdict.kind = OutcomeKind::Unconfirmed;
            }
        }
    }
}
