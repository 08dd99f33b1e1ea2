//! What the service's and the gateway's codes mean for a run.

/// The service takes one task in a request.
pub(super) const ONE_TASK_ONLY: &str = "DRS.M00299";

/// The service, or the task, takes no change at the moment.
pub(super) fn is_busy(code: &str) -> bool {
    matches!(code, "DRS.M01503" | "DRS.M01504")
}

/// A fault of the service, which refuses nothing.
pub(super) fn is_service_fault(code: &str) -> bool {
    matches!(code, "DRS.M01501" | "DRS.M00004")
}

/// A code that is about a task as a whole, not about one of its sides.
pub(super) fn is_about_task(code: &str) -> bool {
    matches!(
        code,
        "DRS.M00304" | "DRS.M00307" | "DRS.M00308" | "DRS.M05003" | "DRS.M05004"
    )
}

/// A code by which one task can have a whole request refused.
pub(super) fn may_be_one_tasks_fault(code: &str) -> bool {
    is_about_task(code)
        || matches!(
            code,
            "DRS.M00200" | "DRS.M00201" | "DRS.M00202" | ONE_TASK_ONLY | "DRS.M00301"
        )
}
