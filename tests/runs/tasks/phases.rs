//! What each state of a task means.

use drs_api::tasks::{Phase, TaskState};
use drs_api_gen::Document;

const TABLE: [(Phase, &[&str]); 7] = [
    (
        Phase::Running,
        &[
            "FULL_TRANSFER_STARTED",
            "FULL_TRANSFER_COMPLETE",
            "INCRE_TRANSFER_STARTED",
        ],
    ),
    (
        Phase::Changing,
        &[
            "STARTJOBING",
            "CHANGE_JOB_STARTED",
            "REBUILD_NODE_STARTED",
            "CHILD_TRANSFER_STARTING",
            "CHILD_TRANSFER_STARTED",
            "CHILD_TRANSFER_COMPLETE",
            "RELEASE_CHILD_TRANSFER_STARTED",
            "RELEASE_CHILD_TRANSFER_COMPLETE",
            "NODE_UPGRADE_START",
            "NODE_UPGRADE_COMPLETE",
        ],
    ),
    (Phase::Paused, &["PAUSING", "PAUSEING"]),
    (
        Phase::Failed,
        &[
            "INCRE_TRANSFER_FAILED",
            "FULL_TRANSFER_FAILED",
            "START_JOB_FAILED",
            "STARTJOB_FAILED",
            "CHANGE_JOB_FAILED",
            "CHILD_TRANSFER_FAILED",
            "REBUILD_NODE_FAILED",
            "NODE_UPGRADE_FAILED",
            "CREATE_FAILED",
            "RELEASE_RESOURCE_FAILED",
        ],
    ),
    (
        Phase::NotStarted,
        &["CREATING", "CONFIGURATION", "WAITING_FOR_START"],
    ),
    (
        Phase::Ended,
        &[
            "RELEASE_RESOURCE_STARTED",
            "RELEASE_RESOURCE_COMPLETE",
            "DELETED",
        ],
    ),
    (
        Phase::Unknown,
        &[
            "",
            "incre_transfer_started",
            "INCRE_TRANSFER_STARTED ",
            "RUNNING",
            "NEW_FAILED",
        ],
    ),
];

#[test]
fn each_state_has_its_phase() {
    for (phase, states) in TABLE {
        for state in states {
            assert_eq!(TaskState::new("t", *state).phase(), phase, "{state:?}");
        }
    }
}

#[test]
fn the_table_has_every_state_of_the_document_and_two_more_spellings() {
    let document = include_str!("../../../openapi/drs-tasks-v3.yaml");
    let document = Document::parse(document).unwrap();
    let states = &document.value()["components"]["schemas"]["JobStatus"]["enum"];
    let states = states.as_array().unwrap();
    let known: Vec<_> = TABLE[..6].iter().flat_map(|(_, states)| *states).collect();
    assert_eq!((states.len(), known.len()), (29, 31));
    for state in states {
        assert!(known.iter().any(|known| state == **known), "{state}");
    }
}

#[test]
fn a_running_task_with_an_error_code_has_failed_and_a_paused_one_is_paused() {
    for (state, phase) in [
        ("INCRE_TRANSFER_STARTED", Phase::Failed),
        ("FULL_TRANSFER_COMPLETE", Phase::Failed),
        ("PAUSING", Phase::Paused),
        ("DELETED", Phase::Ended),
    ] {
        let mut task = TaskState::new("t", state);
        task.reply.error_code = Some("DRS.M05066".to_owned());
        assert_eq!(task.phase(), phase, "{state}");
    }
}

#[test]
fn a_phase_has_one_name_in_json_and_in_print() {
    for (phase, _) in TABLE {
        let json = serde_json::to_value(phase).unwrap();
        assert_eq!(json, phase.to_string());
    }
}
