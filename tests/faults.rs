//! Does a run tell the truth, whatever goes wrong and whenever it ends?

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report, Retry},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Item, ItemFault, Refusal, Simulator, Stage, Task, TaskState};
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;

const NEW: &str = "test-New-1";

/// A plan and what goes wrong with it.
#[derive(Clone, Debug)]
struct Case {
    /// For each task: its sides (1 source, 2 destination, 3 both), and whether its state
    /// allows a change.
    tasks: Vec<(u8, bool)>,
    /// Turns the order of the changes.
    seed: u64,
    batch_size: usize,
    concurrency: usize,
    max_tries: usize,
    /// What goes wrong with the nth request; after the last all goes well.
    faults: Vec<Wrong>,
}

#[derive(Clone, Debug)]
enum Wrong {
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
    fn fault(&self) -> Option<Fault> {
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
}

fn wrong() -> impl Strategy<Value = Wrong> {
    let stages = prop::sample::select(vec![
        Stage::InRequestBody,
        Stage::AfterBody,
        Stage::AfterStatusLine,
        Stage::InAnswerBody,
    ]);
    let items: Vec<ItemFault> = ItemFault::ALL.iter().map(|(_, fault)| *fault).collect();
    // A refusal is a promise that nothing was stored; what may have been is not refused.
    let refusals = prop::sample::select(vec![
        (400, r#"{"error_code":"DRS.M05003","error_msg":"m"}"#),
        (400, r#"{"error_code":"DRS.M00300","error_msg":"m"}"#),
        (400, r#"{"error_code":"DRS.M01503","error_msg":"m"}"#),
        (400, "<html></html>"),
        (404, ""),
        (413, r#"{"error_code":"APIGW.0201","error_msg":"m"}"#),
    ]);
    let ambiguous = prop::sample::select(vec![
        (200, ""),
        (200, "<html></html>"),
        (200, r#"{"results":[]}"#),
        (200, r#"{"results":"#),
        (204, ""),
        (302, ""),
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

fn case() -> impl Strategy<Value = Case> {
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

/// A simulator for all cases, each with tasks of its own.
struct World {
    runtime: Runtime,
    simulator: Simulator,
    client: Client,
    next_task: AtomicU64,
}

impl World {
    fn new(refusal: Refusal) -> Self {
        let runtime = Runtime::new().unwrap();
        let simulator = Simulator::builder()
            .tasks([])
            .refusal(refusal)
            .keep_requests(0)
            .start();
        let simulator = runtime.block_on(simulator).unwrap();
        let client = Client::builder()
            .endpoint(simulator.endpoint())
            .token(simulator.token())
            .build()
            .unwrap();
        Self {
            runtime,
            simulator,
            client,
            next_task: AtomicU64::new(0),
        }
    }

    /// Makes the tasks of a case and gives its plan; for each change, whether it is allowed.
    fn plan(&self, case: &Case) -> Vec<(ModifyPwdEndPoint, bool)> {
        let mut plan = Vec::new();
        for (sides, allowed) in &case.tasks {
            let number = self.next_task.fetch_add(1, Ordering::Relaxed);
            let id = format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52");
            let state = match allowed {
                true => TaskState::IncreTransferStarted,
                false => TaskState::Creating,
            };
            self.simulator.add_task(Task::new(&id, state));
            for (bit, side) in [(1, EndPointType::So), (2, EndPointType::Ta)] {
                if sides & bit != 0 {
                    plan.push((end_point(&id, side), *allowed));
                }
            }
        }
        // A plan is in no particular order.
        let mut seed = case.seed;
        for index in (1..plan.len()).rev() {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            plan.swap(index, (seed >> 33) as usize % (index + 1));
        }
        plan
    }

    fn options(case: &Case) -> Options {
        let retry = Retry::default()
            .max_tries(case.max_tries)
            .first_delay(Duration::from_millis(1))
            .max_delay(Duration::from_millis(2));
        Options::default()
            .batch_size(case.batch_size)
            .concurrency(case.concurrency)
            .retry(retry)
    }

    /// Lets the faults happen; gives the end points of the requests that one happened to.
    fn script(&self, case: &Case) -> Arc<Mutex<HashSet<(String, String)>>> {
        let touched = Arc::<Mutex<HashSet<_>>>::default();
        let faults = case.faults.clone();
        let requests = AtomicU64::new(0);
        let touching = Arc::clone(&touched);
        self.simulator.script(move |_, items: &[Item]| {
            let number = requests.fetch_add(1, Ordering::Relaxed) as usize;
            let fault = faults.get(number)?.fault()?;
            let names = items
                .iter()
                .map(|item| (item.job_id.clone(), item.end_point_type.clone()));
            touching.lock().unwrap().extend(names);
            Some(fault)
        });
        touched
    }

    fn tells_the_truth(&self, report: &Report) -> Result<(), TestCaseError> {
        for outcome in &report.outcomes {
            let side = outcome.end_point_type.to_string();
            let stored = self.simulator.password(&outcome.job_id, &side);
            let counts = self.simulator.counts(&outcome.job_id, &side);
            match outcome.kind {
                OutcomeKind::Changed => {
                    prop_assert_eq!(stored.as_deref(), Some(NEW), "{:?}", outcome);
                }
                OutcomeKind::NotSent => prop_assert_eq!(counts.received, 0, "{:?}", outcome),
                OutcomeKind::Rejected => prop_assert_eq!(counts.stored, 0, "{:?}", outcome),
                OutcomeKind::Unconfirmed => {}
            }
        }
        Ok(())
    }
}

fn end_point(job_id: &str, side: EndPointType) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(job_id)
        .end_point_type(side)
        .db_password(NEW);
    end_point.try_into().unwrap()
}

/// How many cases: so many in all, unless PROPTEST_CASES says otherwise.
fn cases(default: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    TestRunner::new(ProptestConfig {
        cases: asked.unwrap_or(default),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

fn whole_runs_tell_the_truth(refusal: Refusal, number: u32) {
    let world = World::new(refusal);
    let result = cases(number).run(&case(), |case| {
        let plan = world.plan(&case);
        let touched = world.script(&case);
        let changes = plan.iter().map(|(change, _)| change.clone());
        let run = world
            .client
            .change_passwords_with(world.simulator.project_id(), changes, World::options(&case))
            .unwrap();
        let report = world.runtime.block_on(run);

        let key = |job_id: &str, side: EndPointType| (job_id.to_owned(), side.to_string());
        let asked: Vec<_> = plan
            .iter()
            .map(|(c, _)| key(&c.job_id, c.end_point_type))
            .collect();
        let reported: Vec<_> = report
            .outcomes
            .iter()
            .map(|o| key(&o.job_id, o.end_point_type))
            .collect();
        prop_assert_eq!(
            reported,
            asked,
            "one outcome for each change, in the order asked"
        );
        world.tells_the_truth(&report)?;

        let touched = touched.lock().unwrap();
        for (outcome, (change, allowed)) in report.outcomes.iter().zip(&plan) {
            let untouched = !touched.contains(&key(&change.job_id, change.end_point_type));
            if outcome.kind == OutcomeKind::Unconfirmed {
                prop_assert!(!untouched, "unconfirmed without a cause: {:?}", outcome);
            }
            if untouched && report.stopped.is_none() {
                let expected = if *allowed {
                    OutcomeKind::Changed
                } else {
                    OutcomeKind::Rejected
                };
                prop_assert_eq!(outcome.kind, expected, "{:?}", outcome);
            }
        }
        Ok(())
    });
    if let Err(e) = result {
        panic!("{e}");
    }
}

#[test]
fn a_whole_run_tells_the_truth_where_items_are_refused_one_by_one() {
    whole_runs_tell_the_truth(Refusal::PerItem, 6_000);
}

#[test]
fn a_whole_run_tells_the_truth_where_one_task_has_the_request_refused() {
    whole_runs_tell_the_truth(Refusal::WholeRequest, 2_000);
}

#[test]
fn a_whole_run_tells_the_truth_where_the_refused_items_come_with_a_400() {
    whole_runs_tell_the_truth(Refusal::Batch400, 2_000);
}

#[test]
fn a_run_that_is_cancelled_at_any_moment_tells_the_truth() {
    let world = World::new(Refusal::PerItem);
    let moments = (case(), 0_u64..8_000);
    let result = cases(500).run(&moments, |(mut case, microseconds)| {
        case.tasks = case.tasks.repeat(10);
        let plan = world.plan(&case);
        world.script(&case);
        let changes = plan.iter().map(|(change, _)| change.clone());
        let mut run = world
            .client
            .change_passwords_with(world.simulator.project_id(), changes, World::options(&case))
            .unwrap();
        let report = world.runtime.block_on(async {
            let pause = tokio::time::sleep(Duration::from_micros(microseconds));
            tokio::select! {
                report = &mut run => report,
                () = pause => run.cancel(),
            }
        });
        world.tells_the_truth(&report)?;
        // What was under way arrives, or not, after the end.
        world
            .runtime
            .block_on(async { tokio::time::sleep(Duration::from_millis(3)).await });
        world.tells_the_truth(&report)
    });
    if let Err(e) = result {
        panic!("{e}");
    }
}
