//! Responses with texts too long to read.

use drs_simulator::{Fault, Times};

use crate::scene::{PLAN, RUN, Scene};

/// The most that is kept of a text, in bytes, including the mark that it was cut.
const MOST_KEPT: usize = 4096 + "…".len();
/// The longest line of a table: each kept byte may be shown as six, plus a few words.
const LONGEST_LINE: usize = 7 * 4096;

#[test]
fn a_text_of_an_answer_may_be_as_long_as_it_likes() {
    let code = |code: &str| format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#);
    let result = |id: &str| {
        format!(r#"{{"results":[{{"id":"{id}","end_point_type":"so","status":"success"}}]}}"#)
    };
    // A code has a digit.
    let letters = format!("1{}", "x".repeat(70_000));
    let escapes = format!("1{}", r"\u001b".repeat(12_000));
    for (name, status, answer, exit_code) in [
        ("letters", 400, code(&letters), 3),
        ("escapes", 400, code(&escapes), 3),
        ("id", 200, result(&letters), 4),
        ("id-of-escapes", 200, result(&escapes), 4),
    ] {
        let mut scene = Scene::new(&format!("long-{name}")).file("plan.yaml", PLAN);
        let fault = Fault::answer(status, answer);
        scene.simulator.fault(fault, Times::Always);
        let ran = scene.run(&format!("{RUN} --retries 0 plan.yaml"));
        assert_eq!(ran.code, Some(exit_code), "{name}: {}", ran.stderr);
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            let length = line.chars().count();
            assert!(length <= LONGEST_LINE, "{name}: a line of {length}");
        }
        let ran = scene.run(&format!("{RUN} --retries 0 --output json plan.yaml"));
        assert_eq!(ran.code, Some(exit_code), "{name}: {}", ran.stderr);
        let report = ran.json();
        assert_eq!(report["outcomes"].as_array().unwrap().len(), 2, "{name}");
        for text in [&report["outcomes"][0]["error_code"], &report["remarks"][0]] {
            let length = text.as_str().map_or(0, str::len);
            assert!(length <= MOST_KEPT, "{name}: a text of {length}");
        }
    }
}
