//! From an answer with results to a verdict for each end point that was asked for. Each
//! result counts by itself, so that one that can't be read costs no other task.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    answer::{Body, Item, Property, Scan, cut_to, scan_beside},
    types::{ModifyDbPwdResp, ModifyDbPwdStatus},
};

use super::{
    OutcomeKind, UnmatchedResult,
    matching::{Matcher, Place},
    task_results::{TaskResults, Unplaced},
    verdict::{
        Details, Findings, Key, MAX_NOTES, Verdict, codes_about, is_busy, is_service_fault,
        may_refuse, says_wrong_password, with_advice,
    },
};

/// How much is kept of a result that can't be read, in bytes.
const MAX_UNREADABLE: usize = 200;

/// What an answer says beside its body.
pub(super) struct Envelope<'a> {
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
    /// What to do about the credentials, if they were refused.
    pub(super) advice: Option<&'a str>,
}

/// What all results of an answer have in common.
struct Common<'a> {
    status: StatusCode,
    advice: Option<&'a str>,
    /// What speaks against a success.
    contradiction: Option<String>,
    /// Something beside the results may tell of other results.
    tells_more: bool,
    /// The details of a success.
    base: Arc<Details>,
}

/// Decides by an answer with results.
pub(super) fn decide(asked: &[Key<'_>], envelope: Envelope<'_>, body: Body<'_>) -> Findings {
    let Envelope {
        status,
        request_id,
        advice,
    } = envelope;
    let mut matcher = Matcher::new(asked);
    let beside = scan(&mut matcher, &body.beside);
    let results = body.results.unwrap_or_default();
    let mut remarks = Vec::new();
    if let Some(count) = body.count
        && count.trim().parse() != Ok(results.len() as f64)
    {
        let found = results.len();
        remarks.push(format!("`count` is {count}, and there are {found} results"));
    }
    if let Some(code) = &body.error_code {
        let message = body.error_msg.as_deref().unwrap_or_default();
        remarks.push(format!(
            "there are results beside the error {code} {message}"
        ));
    } else if let Some(sign) = &beside.failure {
        remarks.push(format!("there are results beside {sign}"));
    }
    let contradiction = (!remarks.is_empty()).then(|| remarks.join("; "));
    if let (None, Some(message)) = (&body.error_code, &body.error_msg) {
        remarks.push(format!("there are results beside the message {message:?}"));
    }
    let common = Common {
        status,
        advice,
        contradiction,
        tells_more: beside.may_tell_of_results(),
        base: Arc::new(Details {
            status: Some(status.as_u16()),
            request_id: body.request_id.or(request_id).map(Arc::from),
            cause: advice.map(|advice| advice.to_owned().into()),
            ..Details::default()
        }),
    };
    let mut results_by_task = TaskResults::new(asked);
    let mut unmatched = Vec::new();
    // Codes of results that don't say which task they are about.
    let mut stray_codes = Vec::new();
    let mut suspicious = [&body.error_code, &body.error_msg]
        .into_iter()
        .any(says_wrong)
        || beside
            .codes
            .iter()
            .any(|found| says_wrong_password(&found.code));
    for result in results {
        let item = match result {
            Ok(item) => item,
            Err(json) => {
                let scan = scan(&mut matcher, &[(Cow::Borrowed(""), json)]);
                suspicious |= scan.ids.is_empty() && says_wrong_password(json);
                results_by_task.unreadable(&mut matcher, &scan, json);
                let excerpt = || cut_to(json.to_owned(), MAX_UNREADABLE);
                match scan.ids.first() {
                    Some(id) => push(&mut remarks, || {
                        format!("a result about task {id}, unreadable: {}", excerpt())
                    }),
                    None => push(&mut unmatched, || UnmatchedResult {
                        unreadable: Some(excerpt()),
                        ..UnmatchedResult::default()
                    }),
                }
                continue;
            }
        };
        match matcher.find(item.id.as_deref(), item.end_point_type.as_ref()) {
            Place::At(at) => {
                let verdict = common.of_item(&mut matcher, item);
                results_by_task.placed(at, verdict, &mut remarks, of_two);
            }
            Place::Task(sides) => {
                let unplaced = Unplaced {
                    is_without_side: item.end_point_type.is_none(),
                    status: item.status.clone(),
                    verdict: common.of_item(&mut matcher, item.clone()),
                    remark: remark(&item),
                };
                results_by_task.unplaced(sides, unplaced);
            }
            Place::Nowhere => {
                suspicious |= says_wrong(&item.error_code) || says_wrong(&item.error_msg);
                if item.id.is_none() {
                    stray_codes.extend(item.error_code.clone());
                }
                push(&mut unmatched, || unmatched_result(item));
            }
        }
    }
    let mut left_out = Details {
        error_code: body.error_code,
        error_msg: body.error_msg,
        cause: common.cause(Some("the answer has no result for it".into())),
        ..Details::clone(&common.base)
    };
    left_out.add_codes(stray_codes.iter().map(String::as_str));
    let mut findings = results_by_task.findings(Arc::new(left_out));
    if !beside.codes.is_empty() {
        for (verdict, key) in findings.verdicts.iter_mut().zip(asked) {
            let codes: Vec<&str> = codes_about(&beside, *key).collect();
            if !codes.is_empty() && verdict.kind != OutcomeKind::Changed {
                Arc::make_mut(&mut verdict.details).add_codes(codes);
            }
        }
    }
    if suspicious {
        findings.suspects = (0..asked.len()).collect();
        findings.suspect_all();
    }
    remarks.append(&mut findings.remarks);
    remarks.truncate(MAX_NOTES);
    Findings {
        unmatched,
        remarks,
        ..findings
    }
}

fn scan(matcher: &mut Matcher<'_>, beside: &[Property<'_>]) -> Scan {
    if beside.is_empty() {
        return Scan::default();
    }
    let tasks = matcher.tasks();
    scan_beside(beside, &|id| tasks.contains_key(id))
}

fn says_wrong(text: &Option<String>) -> bool {
    text.as_deref().is_some_and(says_wrong_password)
}

impl Common<'_> {
    fn of_item(&self, matcher: &mut Matcher<'_>, item: Item<'_>) -> Verdict {
        let beside = scan(matcher, &item.beside);
        let (kind, cause) = self.kind(&item, &beside);
        let silent = item.error_code.is_none() && item.error_msg.is_none() && cause.is_none();
        let details = match silent {
            true => Arc::clone(&self.base),
            false => {
                let mut details = Details {
                    error_code: item.error_code,
                    error_msg: item.error_msg,
                    cause: self.cause(cause),
                    ..Details::clone(&self.base)
                };
                details.add_codes(beside.codes.iter().map(|found| found.code.as_str()));
                Arc::new(details)
            }
        };
        Verdict { kind, details }
    }

    fn kind(&self, item: &Item<'_>, beside: &Scan) -> (OutcomeKind, Option<Cow<'static, str>>) {
        let status = self.status;
        let doubt: Cow<'static, str> = match &item.status {
            Some(ModifyDbPwdStatus::Success) if item.error_code.is_some() => {
                "the result is a success with an error code".into()
            }
            Some(ModifyDbPwdStatus::Success) if beside.failure.is_some() => {
                let sign = beside.failure.as_deref().unwrap_or_default();
                format!("the result is a success with {sign}").into()
            }
            Some(ModifyDbPwdStatus::Success) if status != StatusCode::OK => {
                format!("the result is a success in an answer of status {status}").into()
            }
            Some(ModifyDbPwdStatus::Success) => match &self.contradiction {
                Some(contradiction) => {
                    format!("the answer contradicts itself: {contradiction}").into()
                }
                None => return (OutcomeKind::Changed, None),
            },
            Some(ModifyDbPwdStatus::Failed) if !may_refuse(status) => {
                format!("the result is a failure in an answer of status {status}").into()
            }
            Some(ModifyDbPwdStatus::Failed)
                if item.error_code.as_deref().is_some_and(is_service_fault) =>
            {
                "a fault of the service, not a refusal".into()
            }
            Some(ModifyDbPwdStatus::Failed) if beside.success || beside.broken => {
                "the result is a failure that may tell of a success".into()
            }
            Some(ModifyDbPwdStatus::Failed) if self.tells_more => {
                "the answer may tell of other results, in an unknown shape".into()
            }
            Some(ModifyDbPwdStatus::Failed) => return (OutcomeKind::Rejected, None),
            Some(other) => format!("the result has the unknown status `{other}`").into(),
            None => "the result has no status".into(),
        };
        (OutcomeKind::Unconfirmed, Some(doubt))
    }

    fn cause(&self, cause: Option<Cow<'static, str>>) -> Option<Cow<'static, str>> {
        with_advice(self.advice, cause)
    }
}

/// A verdict with what the service said.
fn in_words(verdict: &Verdict) -> String {
    let details = &verdict.details;
    let texts = [&details.error_code, &details.error_msg];
    texts
        .into_iter()
        .flatten()
        .fold(verdict.kind.to_string(), |words, text| {
            format!("{words} {text}")
        })
}

/// Two results for one end point: if they disagree, neither counts.
fn of_two(
    (job_id, end_point_type): Key<'_>,
    earlier: Verdict,
    later: Verdict,
    remarks: &mut Vec<String>,
) -> Verdict {
    push(remarks, || {
        let [a, b] = [&earlier, &later].map(in_words);
        let how = match a == b {
            true => "agree".to_owned(),
            false => format!("disagree: {a}, and {b}"),
        };
        format!("two results for task {job_id}, {end_point_type}, that {how}")
    });
    let disagree = earlier.kind != later.kind;
    let code = |verdict: &Verdict| verdict.details.error_code.clone();
    // What is not to be asked again stays so.
    let transient = code(&earlier).as_deref().is_some_and(is_busy);
    let (mut kept, other) = match code(&earlier) {
        Some(_) if disagree || !transient => (earlier, later),
        None if !disagree && code(&later).is_none() => (earlier, later),
        _ => (later, earlier),
    };
    if disagree {
        kept.kind = OutcomeKind::Unconfirmed;
    }
    if disagree || code(&other).is_some_and(|other| Some(other) != code(&kept)) {
        let details = Arc::make_mut(&mut kept.details);
        if disagree {
            details.cause = Some("there are two results for it, and they disagree".into());
        }
        details.add_codes(code(&other).as_deref());
    }
    kept
}

/// What is told of a result of a task that was asked for, which counts for no side.
fn remark(item: &Item<'_>) -> String {
    let result = ModifyDbPwdResp::from(item.clone());
    let side = match &result.end_point_type {
        Some(side) => format!("side {side}, which is unknown"),
        None => "side unknown".to_owned(),
    };
    let status = result.status.map(|status| status.to_string());
    let texts = [status, result.error_code, result.error_msg];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    let id = result.id.unwrap_or_default();
    format!("a result about task {id}, {side}: {}", texts.join(" "))
}

fn unmatched_result(item: Item<'_>) -> UnmatchedResult {
    let result = ModifyDbPwdResp::from(item);
    UnmatchedResult {
        id: result.id,
        end_point_type: result.end_point_type.map(|side| side.to_string()),
        status: result.status.map(|status| status.to_string()),
        error_code: result.error_code,
        error_msg: result.error_msg,
        unreadable: None,
    }
}

/// Keeps one more, up to the limit.
fn push<T>(kept: &mut Vec<T>, more: impl FnOnce() -> T) {
    if kept.len() < MAX_NOTES {
        kept.push(more());
    }
}

#[cfg(test)]
mod tests;
