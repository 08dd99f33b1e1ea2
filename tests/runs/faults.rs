//! Is a run's report true, whatever goes wrong and whenever it ends?

mod shapes;
mod wrong;

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
use drs_simulator::{Item, Refusal, Simulator, Task, TaskState};
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;
use wrong::{Case, case};

const NEW: &str = "test-New-1";

type Names = HashSet<(String, String)>;

/// The end points of the requests that met a fault.
#[derive(Default)]
struct Met {
    fault: Names,
    /// A fault that leaves a doubt.
    doubt: Names,
    wrong_password: Names,
    /// Each code that a response had.
    codes: HashSet<((String, String), &'static str)>,
    /// An end point was resent after its password was reported wrong.
    locked_out: bool,
}

/// A simulator for all cases, each with its own tasks.
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

    /// Creates the tasks of a case, and returns its plan and whether each change is allowed.
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
        // A plan has no particular order.
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

    /// Makes the faults happen; returns what the requests met.
    fn script(&self, case: &Case) -> Arc<Mutex<Met>> {
        let met = Arc::<Mutex<Met>>::default();
        let faults = case.faults.clone();
        let requests = AtomicU64::new(0);
        let meeting = Arc::clone(&met);
        self.simulator.script(move |_, items: &[Item]| {
            let number = requests.fetch_add(1, Ordering::Relaxed) as usize;
            let mut met = meeting.lock().unwrap();
            let names = || {
                items
                    .iter()
                    .map(|item| (item.job_id.clone(), item.end_point_type.clone()))
            };
            met.locked_out |= names().any(|name| met.wrong_password.contains(&name));
            let wrong = faults.get(number)?;
            let fault = wrong.fault()?;
            met.fault.extend(names());
            if wrong.leaves_a_doubt() {
                met.doubt.extend(names());
            }
            if wrong.names_a_wrong_password() {
                met.wrong_password.extend(names());
            }
            if let Some(code) = wrong.code() {
                met.codes.extend(names().map(|name| (name, code)));
            }
            Some(fault)
        });
        met
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

fn cases(usual: u32) -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases: drs_tests::cases(usual),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

fn whole_runs_tell_the_truth(refusal: Refusal, number: u32) {
    let world = World::new(refusal);
    let result = cases(number).run(&case(), |case| {
        let plan = world.plan(&case);
        let met = world.script(&case);
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

        let met = met.lock().unwrap();
        prop_assert!(!met.locked_out, "a wrong password was sent again");
        // A batch-shaped 400 leaves a doubt about the end points it omits until they are asked
        // alone. That request may meet a fault, or the end of the run.
        let in_doubt = |key: &_| match refusal {
            Refusal::Batch400 => met.fault.contains(key) || report.stopped.is_some(),
            _ => met.doubt.contains(key),
        };
        for (outcome, (change, allowed)) in report.outcomes.iter().zip(&plan) {
            let key = key(&change.job_id, change.end_point_type);
            let told = serde_json::to_string(outcome).unwrap();
            for (_, code) in met.codes.iter().filter(|(name, _)| *name == key) {
                prop_assert!(told.contains(code), "{} is lost: {}", code, told);
            }
            let untouched = !met.fault.contains(&key);
            if outcome.kind == OutcomeKind::Unconfirmed {
                prop_assert!(in_doubt(&key), "unconfirmed without a cause: {:?}", outcome);
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
    whole_runs_tell_the_truth(Refusal::PerItem, 750);
}

#[test]
fn a_whole_run_tells_the_truth_where_one_task_has_the_request_refused() {
    whole_runs_tell_the_truth(Refusal::WholeRequest, 250);
}

#[test]
fn a_whole_run_tells_the_truth_where_the_refused_items_come_with_a_400() {
    whole_runs_tell_the_truth(Refusal::Batch400, 250);
}

/// How a run ends early.
#[derive(Clone, Copy, Debug)]
enum End {
    Cancelled,
    Dropped,
    /// With the task that awaits it.
    Aborted,
}

#[test]
fn a_run_that_is_killed_at_any_moment_tells_the_truth() {
    let world = World::new(Refusal::PerItem);
    let ends = prop::sample::select(vec![End::Cancelled, End::Dropped, End::Aborted]);
    let moments = (case(), 0_u64..8_000, ends);
    let result = cases(75).run(&moments, |(mut case, microseconds, end)| {
        case.tasks = case.tasks.repeat(10);
        let plan = world.plan(&case);
        world.script(&case);
        let changes = plan.iter().map(|(change, _)| change.clone());
        let mut run = world
            .client
            .change_passwords_with(world.simulator.project_id(), changes, World::options(&case))
            .unwrap();
        let handle = run.handle();
        let pause = tokio::time::sleep;
        let moment = Duration::from_micros(microseconds);
        let report = world.runtime.block_on(async {
            if let End::Aborted = end {
                let task = tokio::spawn(run);
                pause(moment).await;
                task.abort();
                let _ = task.await;
                return handle.report();
            }
            tokio::select! {
                report = &mut run => return report,
                () = pause(moment) => {}
            }
            match end {
                End::Cancelled => run.cancel(),
                _ => {
                    drop(run);
                    handle.report()
                }
            }
        });
        world.tells_the_truth(&report)?;
        // After the end, requests under way arrive or not.
        world
            .runtime
            .block_on(async { pause(Duration::from_millis(3)).await });
        world.tells_the_truth(&report)
    });
    if let Err(e) = result {
        panic!("{e}");
    }
}
