//! An answer with results. Each counts by itself, so that one that can't be read costs no other
//! task.

use std::{collections::HashMap, sync::Arc};

use http::StatusCode;

use super::said::{
    Asked, Findings, MAX_NOTES, SERVICE_FAULT, Said, TELLS_MORE, Verdict, Why, suspect, why,
};
use crate::passwords::{
    OutcomeKind::{Changed, Rejected, Unconfirmed},
    UnmatchedResult,
};
use crate::{
    answer::{Body, Found, Item, MAX_CODE, MAX_MESSAGE, names_an_error},
    codes::{Means, means},
    echo::Raw,
};

/// How much is kept of a result that can't be read, in bytes.
const MAX_UNREADABLE: usize = 200;

/// A task that was asked for, and what is said of it beside the results for its sides.
#[derive(Default)]
struct Task<'a> {
    /// The positions of its source and its destination.
    at: [Option<usize>; 2],
    /// Results without a side.
    loose: Option<Said<'a>>,
    /// Results that can't be read, or name an unknown side.
    odd: Option<Said<'a>>,
}

pub(super) fn decide(asked: &Asked<'_>, body: &Body<'_>) -> Findings {
    let mut tasks: Vec<Task<'_>> = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::with_capacity(asked.keys.len());
    for (at, (id, side)) in asked.keys.iter().enumerate() {
        let task = *index.entry(*id).or_insert(tasks.len());
        if task == tasks.len() {
            tasks.push(Task::default());
        }
        tasks[task].at[*side as usize] = Some(at);
    }
    let is_asked = |id: &str| index.contains_key(id);
    let mut beside = Found::new(&is_asked);
    beside.known(body.code.as_ref(), body.message.as_ref(), &body.rest);
    let mut findings = Findings::default();
    let contradiction = contradiction(asked, body, &beside, &mut findings.remarks);
    let mut placed: Vec<Option<Said<'_>>> = asked.keys.iter().map(|_| None).collect();
    let mut loose = Vec::new();
    let mut all_are_asked = body.unreadable.is_empty();
    for item in &body.results {
        let mut found = Found::new(&is_asked);
        found.known(item.code(), item.message(), &item.rest);
        let names = [item.id.as_ref(), item.side(), item.status.as_ref()];
        for text in names.into_iter().flatten() {
            found.search(text.peek());
        }
        let Some(task) = item.id.as_ref().and_then(|id| index.get(id.peek())) else {
            all_are_asked = false;
            beside.take(&found);
            findings.note(|| unmatched(asked, item));
            continue;
        };
        let said = asked.said(item, &found, &beside, contradiction.as_ref());
        let Task {
            at,
            loose: without_side,
            odd,
        } = &mut tasks[*task];
        let place = match item.side().map(|side| side.peek()) {
            Some("so") => at[0].map(|at| &mut placed[at]),
            Some("ta") => at[1].map(|at| &mut placed[at]),
            None if !found.side => {
                loose.push((*task, item));
                Some(without_side)
            }
            _ => Some(odd),
        };
        if place.is_none()
            || item
                .side()
                .is_some_and(|side| !matches!(side.peek(), "so" | "ta"))
        {
            findings.note(|| unmatched(asked, item));
        }
        if let Some(place) = place {
            *place = Some(said.after(place.take()));
        }
    }
    for json in &body.unreadable {
        let mut found = Found::new(&is_asked);
        found.value(json);
        if found.ids.is_empty() {
            beside.take(&found);
        }
        for task in found.ids.iter().filter_map(|id| index.get(id.as_str())) {
            let odd = &mut tasks[*task].odd;
            *odd = Some(Said::of(&found).after(odd.take()));
        }
        findings.note(|| UnmatchedResult {
            unreadable: Some(asked.keep(&(*json).into(), MAX_UNREADABLE)),
            ..UnmatchedResult::default()
        });
    }
    if all_are_asked && body.odd_count.is_none() {
        tasks.iter_mut().for_each(|task| task.place(&mut placed));
    }
    for (task, item) in loose {
        if tasks[task].loose.is_some() {
            findings.note(|| unmatched(asked, item));
        }
    }
    let left_out = Said {
        why: why("the answer has no result for it"),
        code: body.code.clone(),
        message: body.message.clone(),
        ..Said::default()
    };
    let plain = Arc::new(asked.reply(None));
    for (at, (own, (id, side))) in placed.into_iter().zip(asked.keys).enumerate() {
        let Task { loose, odd, .. } = &tasks[index[id]];
        if own.is_none() {
            findings.left_out.push(at);
        }
        let mut said = own.unwrap_or_else(|| left_out.clone());
        if said.results > 1 && findings.remarks.len() < MAX_NOTES {
            let remark = format!("there are {} results for task {id}, {side}", said.results);
            findings.remarks.push(remark);
        }
        let agrees = odd.is_none() && loose.as_ref().is_none_or(|loose| loose.kind == said.kind);
        if said.kind != Unconfirmed && !agrees {
            said.kind = Unconfirmed;
            said.why = why("another result of the same task speaks against it");
        }
        let kind = said.kind;
        let others = [loose, odd].into_iter().flatten();
        for other in others.filter(|_| kind != Changed) {
            said.codes.extend(other.codes.iter().cloned());
            said.suspicious |= other.suspicious;
            said.code = said.code.or_else(|| other.code.clone());
        }
        let reply = match kind {
            Changed if said.message.is_none() => Arc::clone(&plain),
            Changed => Arc::new(asked.shown(&said, &[])),
            _ => Arc::new(asked.shown(&said, &beside.codes)),
        };
        let mut verdict = Verdict { kind, reply };
        if said.suspicious {
            suspect(&mut verdict);
            findings.suspects.push(at);
        }
        findings.verdicts.push(verdict);
    }
    if beside.wrong_password {
        findings.suspect_all();
    }
    findings
}

/// What beside the results speaks against a success, and remarks about it.
fn contradiction<'a>(
    asked: &Asked<'_>,
    body: &Body<'a>,
    found: &Found<'_>,
    remarks: &mut Vec<String>,
) -> Option<Why<'a>> {
    let code = body.code.as_ref();
    let code = code.filter(|code| names_an_error(code.peek()));
    let signs = [
        (
            "there are other results than `count` says",
            body.odd_count.as_ref(),
        ),
        ("there are results beside the error", code),
        (
            "there are results beside the sign of a failure",
            found.failure.as_ref(),
        ),
    ];
    let why = |(sentence, raw): (_, Option<&Raw<'a>>)| Some(Why(sentence, Some(raw?.clone())));
    let signs: Vec<Why<'a>> = signs.into_iter().filter_map(why).collect();
    remarks.extend(signs.iter().map(|why| asked.sentence(why)));
    if let Some(message) = &body.message {
        let why = Why(
            "there are results beside the message",
            Some(message.clone()),
        );
        remarks.push(asked.sentence(&why));
    }
    signs.into_iter().next()
}

impl Asked<'_> {
    /// What a result says of its end point.
    fn said<'a>(
        &self,
        item: &Item<'a>,
        found: &Found<'_>,
        beside: &Found<'_>,
        contradiction: Option<&Why<'a>>,
    ) -> Said<'a> {
        let mut said = Said::of(found);
        said.message = item.message().cloned();
        said.results = 1;
        let status = item.status.as_ref().map(|status| status.peek());
        let code = said.code.as_ref();
        let is_fault = code.is_some_and(|code| means(code.peek()) == Means::Fault);
        // In capitals it is believed of a failure with a code alone.
        let failed = |status: &str| {
            status == "failed" || (said.code.is_some() && status.eq_ignore_ascii_case("failed"))
        };
        let sign = found.failure.as_ref();
        let doubt = match status {
            Some("success") if item.code().is_some() => why("a success with an error code"),
            Some("success") if self.status != StatusCode::OK => {
                why("a success in an answer of another status than 200")
            }
            Some("success") if sign.is_some() => {
                Some(Why("a success with the sign of a failure", sign.cloned()))
            }
            Some("success") => contradiction.cloned(),
            Some(status) if !failed(status) => Some(Why("an unknown status", item.status.clone())),
            Some(_) if !self.may_refuse() => why("a failure in an answer that refuses nothing"),
            Some(_) if is_fault => why(SERVICE_FAULT),
            Some(_) if found.success || found.unreadable => {
                why("a failure that may tell of a success")
            }
            Some(_) if beside.tells_of_results() => why(TELLS_MORE),
            Some(_) => None,
            None => why("a result without a status"),
        };
        said.kind = match status {
            _ if doubt.is_some() => Unconfirmed,
            Some("success") => Changed,
            _ => Rejected,
        };
        let says_nothing = said.code.is_none() && said.message.is_none() && !item.rest.is_empty();
        said.why = match said.kind {
            Rejected if says_nothing => Some(Why("the result is", Some(item.json.into()))),
            _ => doubt,
        };
        said
    }
}

impl<'a> Said<'a> {
    /// By the codes that were found in it.
    fn of(found: &Found<'_>) -> Self {
        Self {
            code: found.codes.first().cloned(),
            codes: found.codes.clone(),
            suspicious: found.wrong_password,
            ..Self::default()
        }
    }

    /// Together with an earlier one about the same: if they disagree, neither counts.
    fn after(self, earlier: Option<Self>) -> Self {
        let Some(earlier) = earlier else { return self };
        let disagree = earlier.kind != self.kind;
        // Of two failures the one that lasts is told first.
        let passes = |said: &Self| {
            said.code
                .as_ref()
                .is_none_or(|code| means(code.peek()) == Means::Busy)
        };
        let (mut first, second) = match passes(&earlier) && !passes(&self) {
            true => (self, earlier),
            false => (earlier, self),
        };
        if disagree {
            first.kind = Unconfirmed;
            first.why = why("there are two results for it, and they disagree");
        }
        first.codes.extend(second.codes);
        first.message = first.message.or(second.message);
        first.results += second.results;
        first.suspicious |= second.suspicious;
        first
    }
}

impl<'a> Task<'a> {
    /// Lets results without a side count for the sides that have none, where all results of the
    /// task agree and there are as many; or for both, where there is but one, a failure that is
    /// about the task.
    fn place(&mut self, placed: &mut [Option<Said<'a>>]) {
        let Some(loose) = self.loose.take_if(|_| self.odd.is_none()) else {
            return;
        };
        let (free, own): (Vec<usize>, Vec<usize>) = self
            .at
            .iter()
            .flatten()
            .partition(|at| placed[**at].is_none());
        let is_alike = |at: &usize| {
            placed[*at]
                .as_ref()
                .is_some_and(|own| own.kind == loose.kind)
        };
        let agree = own.iter().all(is_alike) && loose.results == free.len();
        let code = loose.code.as_ref();
        let is_about_task = code.is_some_and(|code| means(code.peek()) == Means::TaskRefused);
        let is_of_task = is_about_task && loose.results == 1 && own.is_empty();
        if (agree && loose.kind != Unconfirmed) || (is_of_task && loose.kind == Rejected) {
            for at in free {
                placed[at] = Some(Said {
                    results: 1,
                    ..loose.clone()
                });
            }
        } else {
            self.loose = Some(loose);
        }
    }
}

/// A result that is about no end point that was asked for.
fn unmatched(asked: &Asked<'_>, item: &Item<'_>) -> UnmatchedResult {
    let keep = |raw: Option<&Raw<'_>>, most| raw.map(|raw| asked.keep(raw, most));
    UnmatchedResult {
        id: keep(item.id.as_ref(), MAX_CODE),
        end_point_type: keep(item.side(), MAX_CODE),
        status: keep(item.status.as_ref(), MAX_CODE),
        error_code: keep(item.code(), MAX_CODE),
        error_msg: keep(item.message(), MAX_MESSAGE),
        unreadable: None,
    }
}
