//! From an answer with results to a verdict for each end point that was asked for. Each
//! result is read by itself, so that one that can't be read costs no other.

use std::sync::Arc;

use http::StatusCode;

use crate::{
    exchange::Exchange,
    types::{EndPointType, ModifyDbPwdResp, ModifyDbPwdStatus},
};

use super::{
    OutcomeKind, UnmatchedResult,
    fold::{Details, Verdict},
    places::Places,
    read::Body,
    reconcile::{Findings, KEPT, Key, is_of_wrong_password, may_refuse},
    settle::is_busy,
};

/// Reads an answer with results.
pub(super) fn reconcile(
    asked: &[Key<'_>],
    exchange: &Exchange,
    status: StatusCode,
    body: Body,
) -> Findings {
    let results = body.results.unwrap_or_default();
    let mut remarks = Vec::new();
    if let Some(count) = body.count
        && count.trim().parse() != Ok(results.len())
    {
        let found = results.len();
        remarks.push(format!("`count` is {count}, and there are {found} results"));
    }
    let message = body.error_msg.filter(|message| !message.is_empty());
    if let Some(code) = &body.error_code {
        let message = message.as_deref().unwrap_or_default();
        remarks.push(format!(
            "there are results beside the error {code} {message}"
        ));
    }
    let contradiction = (!remarks.is_empty()).then(|| remarks.join("; "));
    if let (None, Some(message)) = (&body.error_code, &message) {
        remarks.push(format!("there are results beside the message {message:?}"));
    }
    let says_wrong = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|text| is_of_wrong_password(text.as_bytes()))
    };
    let mut wrong_password = says_wrong(&body.error_code) || says_wrong(&message);

    let base = Details {
        status: Some(status.as_u16()),
        request_id: body
            .request_id
            .or_else(|| exchange.request_id())
            .map(Arc::from),
        ..Details::default()
    };
    let mut places = Places::new(asked);
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
        let Some(place) = places.find(&item) else {
            wrong_password |= says_wrong(&item.error_code) || says_wrong(&item.error_msg);
            push(&mut unmatched, || unmatched_result(item));
            continue;
        };
        let verdict = of_item(item, status, contradiction.as_deref(), &base);
        if let Some(slot) = found.get_mut(place) {
            *slot = Some(match slot.take() {
                None => verdict,
                Some(earlier) => twice(earlier, verdict, asked.get(place), &mut remarks),
            });
        }
    }
    let of_all = Details {
        error_code: body.error_code,
        error_msg: message,
        ..base
    };
    let without = found.iter().enumerate().filter(|(_, v)| v.is_none());
    Findings {
        left_out: without.map(|(place, _)| place).collect(),
        verdicts: found
            .into_iter()
            .map(|verdict| verdict.unwrap_or_else(|| left_out(&of_all)))
            .collect(),
        unmatched,
        remarks,
        flat_code: None,
        wrong_password,
    }
}

fn of_item(
    item: ModifyDbPwdResp,
    status: StatusCode,
    contradiction: Option<&str>,
    base: &Details,
) -> Verdict {
    let code = item.error_code.filter(|code| !code.is_empty());
    let (kind, cause) = match &item.status {
        Some(ModifyDbPwdStatus::Success) if code.is_some() => (
            OutcomeKind::Unconfirmed,
            Some("the result is a success with an error code".into()),
        ),
        Some(ModifyDbPwdStatus::Success) if status != StatusCode::OK => (
            OutcomeKind::Unconfirmed,
            Some(format!("the result is a success in an answer of status {status}").into()),
        ),
        Some(ModifyDbPwdStatus::Success) => match contradiction {
            Some(contradiction) => (
                OutcomeKind::Unconfirmed,
                Some(format!("the answer contradicts itself: {contradiction}").into()),
            ),
            None => (OutcomeKind::Changed, None),
        },
        Some(ModifyDbPwdStatus::Failed) if may_refuse(status) => (OutcomeKind::Rejected, None),
        Some(ModifyDbPwdStatus::Failed) => (
            OutcomeKind::Unconfirmed,
            Some(format!("the result is a failure in an answer of status {status}").into()),
        ),
        Some(other) => (
            OutcomeKind::Unconfirmed,
            Some(format!("the result has the unknown status `{other}`").into()),
        ),
        None => (
            OutcomeKind::Unconfirmed,
            Some("the result has no status".into()),
        ),
    };
    Verdict {
        kind,
        details: Details {
            error_code: code,
            error_msg: item.error_msg.filter(|message| !message.is_empty()),
            cause,
            ..base.clone()
        },
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
fn twice(
    earlier: Verdict,
    later: Verdict,
    key: Option<&Key<'_>>,
    remarks: &mut Vec<String>,
) -> Verdict {
    let (job_id, end_point_type) = key.copied().unwrap_or(("", EndPointType::So));
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
        let transient = is_busy(earlier.details.error_code.as_deref());
        return if transient { later } else { earlier };
    }
    let refused = if earlier.details.error_code.is_some() {
        earlier
    } else {
        later
    };
    Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Details {
            cause: Some("there are two results for it, and they disagree".into()),
            ..refused.details
        },
    }
}

fn left_out(base: &Details) -> Verdict {
    Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Details {
            cause: Some("the answer has no result for it".into()),
            ..base.clone()
        },
    }
}

fn unmatched_result(item: ModifyDbPwdResp) -> UnmatchedResult {
    UnmatchedResult {
        id: item.id,
        end_point_type: item.end_point_type.map(|e| e.to_string()),
        status: item.status.map(|status| status.to_string()),
        error_code: item.error_code,
        error_msg: item.error_msg,
        unreadable: None,
    }
}

/// Keeps one more, up to the limit.
fn push<T>(kept: &mut Vec<T>, more: impl FnOnce() -> T) {
    if kept.len() < KEPT {
        kept.push(more());
    }
}
