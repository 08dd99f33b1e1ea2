//! What can go wrong with a run, at random.

use drs_simulator::{Fault, ItemFault, Stage};
use proptest::prelude::*;

/// A plan, and what goes wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// For each task: its sides (1 source, 2 destination, 3 both), and whether its state
    /// allows a change.
    pub(crate) tasks: Vec<(u8, bool)>,
    /// Rotates the order of the changes.
    pub(crate) seed: u64,
    pub(crate) batch_size: usize,
    pub(crate) concurrency: usize,
    pub(crate) max_tries: usize,
    /// What goes wrong with the nth request; after the last, nothing does.
    pub(crate) faults: Vec<Wrong>,
}

#[derive(Clone, Debug)]
pub(crate) enum Wrong {
    Nothing,
    Items(ItemFault),
    Cut {
        stage: Stage,
        reset: bool,
        applied: bool,
    },
    Answer {
        status: u16,
        body: &'static str,
        applied: bool,
    },
    Busy(u16),
    Echo(u16),
}

impl Wrong {
    pub(crate) fn fault(&self) -> Option<Fault> {
        let apply = |fault: Fault, applied| if applied { fault.applied() } else { fault };
        match self {
            Self::Nothing => None,
            Self::Items(fault) => Some(Fault::items(*fault)),
            Self::Cut {
                stage,
                reset,
                applied,
            } => {
                let fault = if *reset {
                    Fault::cut(*stage)
                } else {
                    Fault::close(*stage)
                };
                Some(apply(fault, *applied))
            }
            Self::Answer {
                status,
                body,
                applied,
            } => Some(apply(Fault::answer(*status, *body), *applied)),
            Self::Busy(status) => Some(Fault::answer(*status, "").header("retry-after", "0")),
            Self::Echo(status) => Some(Fault::echo(*status)),
        }
    }

    /// The code it reports for each end point of a request.
    pub(crate) fn code(&self) -> Option<&'static str> {
        let Self::Answer { body, .. } = self else {
            return None;
        };
        let (_, code) = body.split_once(r#"code":""#)?;
        code.split('"').next()
    }

    pub(crate) fn names_a_wrong_password(&self) -> bool {
        matches!(self, Self::Answer { body, .. } if *body == WRONG_PASSWORD)
    }

    /// Whether its response is missing, unreadable, or contradictory.
    pub(crate) fn leaves_a_doubt(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Items(fault) => !matches!(
                fault,
                ItemFault::Doubled
                    | ItemFault::Reversed
                    | ItemFault::Failed
                    | ItemFault::ForeignItem
                    | ItemFault::CountAsString
                    | ItemFault::ExtraFields
            ),
            Self::Cut { .. } => true,
            Self::Answer { status, body, .. } => !is_refusal(*status, body),
            Self::Busy(status) | Self::Echo(status) => *status >= 500,
        }
    }
}

/// A refusal promises that nothing was stored, so a stored change is never refused.
const REFUSALS: &[(u16, &str)] = &[
    (400, r#"{"error_code":"DRS.M05003","error_msg":"m"}"#),
    (400, r#"{"error_code":"DRS.M00300","error_msg":"m"}"#),
    (400, r#"{"error_code":"DRS.M01503","error_msg":"m"}"#),
    (400, WRONG_PASSWORD),
    (404, "<html></html>"),
    (401, r#"{"error_code":"APIGW.0301","error_msg":"m"}"#),
    (404, ""),
    (413, r#"{"error_code":"APIGW.0201","error_msg":"m"}"#),
];
const WRONG_PASSWORD: &str = r#"{"error_code":"DRS.KE0002","error_msg":"m"}"#;

fn is_refusal(status: u16, body: &str) -> bool {
    REFUSALS.contains(&(status, body))
}

fn wrong() -> impl Strategy<Value = Wrong> {
    let stages = prop::sample::select(vec![
        Stage::InRequestBody,
        Stage::AfterBody,
        Stage::AfterStatusLine,
        Stage::InAnswerBody,
    ]);
    let items: Vec<ItemFault> = ItemFault::ALL.iter().map(|(_, fault)| *fault).collect();
    let refusals = prop::sample::select(REFUSALS.to_vec());
    let ambiguous = prop::sample::select(vec![
        (200, ""),
        (200, "<html></html>"),
        (200, r#"{"results":[]}"#),
        (200, r#"{"results":"#),
        (204, ""),
        (302, ""),
        (200, r#"{"error_code":"DRS.0000"}"#),
        (200, r#"{"jobs":[{"status":"failed","error_code":"C.20"}]}"#),
        (400, "<html></html>"),
        (
            400,
            r#"{"error_code":"C.40","data":{"results":[{"status":"success"}]}}"#,
        ),
        (400, r#"{"jobs":[{"status":"failed","error_code":"C.41"}]}"#),
        (403, ""),
        (404, r#"{"jobs":[{"status":"success"}]}"#),
        (502, r#"{"error_code":"APIGW.0201","error_msg":"m"}"#),
        (503, r#"{"error_code":"DRS.M00004","error_msg":"m"}"#),
        (503, r#"{"error":{"code":"C.53","message":"m"}}"#),
        (400, r#"{"error_code":"#),
        (408, ""),
        (422, r#"{"error_code":"DRS.M01501","error_msg":"m"}"#),
        (500, r#"{"error_code":"DRS.M00004","error_msg":"m"}"#),
        (502, "<html></html>"),
        (503, ""),
        (504, ""),
    ]);
    prop_oneof![
        3 => Just(Wrong::Nothing),
        3 => prop::sample::select(items).prop_map(Wrong::Items),
        3 => (stages, any::<bool>(), any::<bool>())
            .prop_map(|(stage, reset, applied)| Wrong::Cut { stage, reset, applied }),
        2 => refusals.prop_map(|(status, body)| Wrong::Answer { status, body, applied: false }),
        3 => (ambiguous, any::<bool>())
            .prop_map(|((status, body), applied)| Wrong::Answer { status, body, applied }),
        1 => prop::sample::select(vec![429, 503]).prop_map(Wrong::Busy),
        1 => prop::sample::select(vec![400, 500]).prop_map(Wrong::Echo),
    ]
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec((1_u8..=3, prop::bool::weighted(0.9)), 1..12),
        any::<u64>(),
        1_usize..8,
        1_usize..5,
        1_usize..4,
        prop::collection::vec(wrong(), 0..12),
    )
        .prop_map(
            |(tasks, seed, batch_size, concurrency, max_tries, faults)| Case {
                tasks,
                seed,
                batch_size,
                concurrency,
                max_tries,
                faults,
            },
        )
}
