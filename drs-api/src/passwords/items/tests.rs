//! Deciding by results.

use super::*;
use crate::types::EndPointType;

fn decided(asked: &[Key<'_>], answer: &str) -> Findings {
    let envelope = Envelope {
        status: StatusCode::OK,
        request_id: None,
        advice: None,
    };
    decide(asked, envelope, Body::read(answer).unwrap())
}

#[test]
fn an_id_is_matched_whole_and_kept_cut() {
    let id = "x".repeat(70_000);
    let other = format!("{id}y");
    let result = |id: &str| format!(r#"{{"id":"{id}","end_point_type":"so","status":"success"}}"#);
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
