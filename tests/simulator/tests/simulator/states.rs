//! In which states a task's passwords can change.

use super::shared::{ask, request, send, sources};
use drs_simulator::{PARENT_TASK, Simulator, TaskState, task_in};

/// The vendor's list, with the service's own spelling of the second.
const ALLOWED: &[&str] = &[
    "STARTJOBING",
    "STARTJOB_FAILED",
    "START_JOB_FAILED",
    "FULL_TRANSFER_STARTED",
    "FULL_TRANSFER_FAILED",
    "FULL_TRANSFER_COMPLETE",
    "INCRE_TRANSFER_STARTED",
    "INCRE_TRANSFER_FAILED",
    "PAUSING",
];

#[test]
fn there_are_the_services_29_states_and_the_pages_spelling() {
    assert_eq!(TaskState::ALL.len(), 30);
    let allowed = TaskState::ALL.iter().filter(|s| s.allows_change()).count();
    assert_eq!(allowed, ALLOWED.len());
    for state in TaskState::ALL {
        assert_eq!(state.as_str().parse(), Ok(*state));
    }
}

#[tokio::test]
async fn a_change_is_accepted_in_each_of_the_eight_states_and_refused_in_each_other() {
    let simulator = Simulator::start_default().await.unwrap();
    for state in TaskState::ALL {
        let id = task_in(*state);
        let body = sources(&[&id]);
        let chinese = request(&simulator, &body).header("x-language", "zh-cn");
        let chinese = send(chinese).await.body;
        let answer = ask(&simulator, &body).await;
        assert_eq!(answer.status, 200, "{state}");
        assert_eq!(answer.body["count"], 1, "{state}");
        let result = &answer.body["results"][0];
        let chinese = &chinese["results"][0];
        assert_eq!(chinese["status"], result["status"], "{state}");
        assert_eq!(chinese["error_code"], result["error_code"], "{state}");
        assert_eq!(result["id"], id.as_str(), "{state}");
        assert_eq!(result["end_point_type"], "so", "{state}");
        let password = simulator.password(&id, "so").unwrap();
        if ALLOWED.contains(&state.as_str()) {
            assert_eq!(result["status"], "success", "{state}");
            assert!(result.get("error_code").is_none(), "{state}");
            assert_eq!(password, "new", "{state}");
        } else {
            let code = match state {
                TaskState::Deleted => "DRS.M05004",
                _ => "DRS.M00304",
            };
            assert_eq!(result["status"], "failed", "{state}");
            assert_eq!(result["error_code"], code, "{state}");
            assert!(result["error_msg"].as_str().unwrap().is_ascii(), "{state}");
            assert!(
                !chinese["error_msg"].as_str().unwrap().is_ascii(),
                "{state}"
            );
            assert_eq!(password, "initial", "{state}");
        }
    }
}

#[tokio::test]
async fn a_dual_active_parent_is_refused_in_a_state_that_would_allow_the_change() {
    let simulator = Simulator::start_default().await.unwrap();
    let answer = ask(&simulator, &sources(&[PARENT_TASK])).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["results"][0]["status"], "failed");
    assert_eq!(answer.body["results"][0]["error_code"], "DRS.M00307");
    let password = simulator.password(PARENT_TASK, "so");
    assert_eq!(password.as_deref(), Some("initial"));
}

#[tokio::test]
async fn a_test_can_put_a_task_into_another_state() {
    let simulator = Simulator::start_default().await.unwrap();
    let id = task_in(TaskState::Creating);
    assert!(simulator.set_state(&id, TaskState::Pausing));
    assert!(!simulator.set_state("unknown", TaskState::Pausing));
    let answer = ask(&simulator, &sources(&[&id])).await;
    assert_eq!(answer.body["results"][0]["status"], "success");
}
