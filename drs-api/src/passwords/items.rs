//! From an answer with results to a verdict for each end point that was asked for. Each
//! result counts by itself, so that one that can't be read costs no other.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    answer::{Body, Item},
    types::{ModifyDbPwdResp, ModifyDbPwdStatus},
};

use super::{
    OutcomeKind, UnmatchedResult,
    matching::Matcher,
    verdict::{
        Details, Findings, Key, MAX_NOTES, Verdict, is_busy, may_refuse, speaks_of_wrong_password,
        with_advice,
    },
};

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
    /// How the answer contradicts itself.
    contradiction: Option<String>,
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
    let results = body.results.unwrap_or_default();
    let error = body.error_code.or(body.error);
    let mut remarks = Vec::new();
    if let Some(count) = body.count
        && count.trim().parse() != Ok(results.len())
    {
        let found = results.len();
        remarks.push(format!("`count` is {count}, and there are {found} results"));
    }
    if let Some(error) = &error {
        let message = body.error_msg.as_deref().unwrap_or_default();
        remarks.push(format!(
            "there are results beside the error {error} {message}"
        ));
    }
    let contradiction = (!remarks.is_empty()).then(|| remarks.join("; "));
    if let (None, Some(message)) = (&error, &body.error_msg) {
        remarks.push(format!("there are results beside the message {message:?}"));
    }
    let mut wrong_password = says_wrong(&error) || says_wrong(&body.error_msg);

    let common = Common {
        status,
        advice,
        contradiction,
        base: Arc::new(Details {
            status: Some(status.as_u16()),
            request_id: body.request_id.or(request_id).map(Arc::from),
            cause: advice.map(|advice| advice.to_owned().into()),
            ..Details::default()
        }),
    };
    let mut matcher = Matcher::new(asked);
    let mut found: Vec<Option<Verdict>> = vec![None; asked.len()];
    let mut unmatched = Vec::new();
    for result in results {
        let item = match result {
            Ok(item) => item,
            Err(text) => {
                let unreadable = Some(text);
                wrong_password |= says_wrong(&unreadable);
                push(&mut unmatched, || UnmatchedResult {
                    unreadable,
                    ..UnmatchedResult::default()
                });
                continue;
            }
        };
        let position = matcher.find(item.id.as_deref(), item.end_point_type.as_ref());
        let Some((slot, key)) = position.and_then(|at| found.get_mut(at).zip(asked.get(at))) else {
            wrong_password |= says_wrong(&item.error_code) || says_wrong(&item.error_msg);
            push(&mut unmatched, || unmatched_result(item));
            continue;
        };
        let verdict = common.of_item(item);
        *slot = Some(match slot.take() {
            None => verdict,
            Some(earlier) => of_two(*key, earlier, verdict, &mut remarks),
        });
    }
    let left_out = Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Arc::new(Details {
            error_code: error,
            error_msg: body.error_msg,
            cause: common.cause(Some("the answer has no result for it".into())),
            ..Details::clone(&common.base)
        }),
    };
    let without = found.iter().enumerate().filter(|(_, v)| v.is_none());
    Findings {
        left_out: without.map(|(position, _)| position).collect(),
        verdicts: found
            .into_iter()
            .map(|verdict| verdict.unwrap_or_else(|| left_out.clone()))
            .collect(),
        unmatched,
        remarks,
        code: None,
        wrong_password,
    }
}

fn says_wrong(text: &Option<String>) -> bool {
    let text = text.as_ref();
    text.is_some_and(|text| speaks_of_wrong_password(text.as_bytes()))
}

impl Common<'_> {
    fn of_item(&self, item: Item<'_>) -> Verdict {
        let (kind, cause) = self.kind(&item);
        let silent = item.error_code.is_none() && item.error_msg.is_none() && cause.is_none();
        let details = match silent {
            true => Arc::clone(&self.base),
            false => Arc::new(Details {
                error_code: item.error_code,
                error_msg: item.error_msg,
                cause: self.cause(cause),
                ..Details::clone(&self.base)
            }),
        };
        Verdict { kind, details }
    }

    fn kind(&self, item: &Item<'_>) -> (OutcomeKind, Option<Cow<'static, str>>) {
        let status = self.status;
        let doubt: Cow<'static, str> = match &item.status {
            Some(ModifyDbPwdStatus::Success) if item.error_code.is_some() => {
                "the result is a success with an error code".into()
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
            Some(ModifyDbPwdStatus::Failed) if may_refuse(status) => {
                return (OutcomeKind::Rejected, None);
            }
            Some(ModifyDbPwdStatus::Failed) => {
                format!("the result is a failure in an answer of status {status}").into()
            }
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
    if earlier.kind == later.kind {
        // What is not to be asked again stays so.
        let transient = earlier.details.error_code.as_deref().is_some_and(is_busy);
        return if transient { later } else { earlier };
    }
    let refused = if earlier.details.error_code.is_some() {
        earlier
    } else {
        later
    };
    Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Arc::new(Details {
            cause: Some("there are two results for it, and they disagree".into()),
            ..Details::clone(&refused.details)
        }),
    }
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
mod tests {
    use super::*;
    use crate::types::EndPointType;

    fn decided(asked: &[Key<'_>], answer: &str) -> Findings {
        let envelope = Envelope {
            status: StatusCode::OK,
            request_id: None,
            advice: None,
        };
        decide(asked, envelope, Body::read(answer.as_bytes()).unwrap())
    }

    #[test]
    fn an_id_is_matched_whole_and_kept_cut() {
        let id = "x".repeat(70_000);
        let other = format!("{id}y");
        let result =
            |id: &str| format!(r#"{{"id":"{id}","end_point_type":"so","status":"success"}}"#);
        let answer = format!(r#"{{"results":[{},{}]}}"#, result(&other), result(&id));
        let findings = decided(&[(&id, EndPointType::So)], &answer);
        assert_eq!(findings.verdicts[0].kind, OutcomeKind::Changed);
        let [unmatched] = &findings.unmatched[..] else {
            panic!("{:?}", findings.unmatched.len());
        };
        assert_eq!(unmatched.id, Some(format!("{}…", "x".repeat(4096))));
    }

    #[test]
    fn what_succeeds_shares_its_details() {
        let answer = r#"{"results":[{"id":"a","end_point_type":"so","status":"success"},
            {"id":"a","end_point_type":"ta","status":"success"}],"request_id":"r"}"#;
        let asked = [("a", EndPointType::So), ("a", EndPointType::Ta)];
        let findings = decided(&asked, answer);
        let [so, ta] = [0, 1].map(|at| &findings.verdicts[at].details);
        assert!(Arc::ptr_eq(so, ta));
        assert_eq!(so.request_id.as_deref(), Some("r"));
    }
}
