//! What a plan may say, and what is said of one that can't be read.

mod secrets;

use std::path::PathBuf;

use drs_api::{Secret, types::ModifyPwdEndPoint};

use super::{Context, read};
use crate::{files::Care, input::Line};

const ID: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";

/// Reads a plan. Items without a password get the one given here.
pub(crate) fn parse(
    text: &str,
    password: Option<&Secret>,
) -> Result<Vec<ModifyPwdEndPoint>, String> {
    let context = Context {
        folder: PathBuf::new(),
        care: Care::Secret,
        password: password.map(|password| Line {
            secret: password.clone(),
            place: "given".to_owned(),
        }),
    };
    read(text, false, &context)
}

fn problem(text: &str) -> String {
    parse(text, None).unwrap_err()
}

#[test]
fn json_and_yaml_give_the_same_plan() {
    let json = format!(
        r#"{{"jobs":[{{"job_id":"{ID}","end_point_type":"so","db_password":"a\/\ud83d\ude00\u0022#: "}}]}}"#
    );
    let yaml = format!("jobs:\n- job_id: {ID}\n  end_point_type: so\n  db_password: 'a/😀\"#: '\n");
    for text in [json, yaml] {
        let plan = parse(&text, None).unwrap();
        assert_eq!(plan.len(), 1, "{text}");
        assert_eq!(plan[0].job_id, ID);
        assert_eq!(plan[0].db_password.expose_secret(), "a/😀\"#: ");
    }
}

#[test]
fn what_yaml_takes_for_something_else_is_no_password() {
    for value in [
        "424242", "0123", "1e5", "0x1F", "1_000", "yes", "no", "true", "~", "null", "", "[a]",
        "2.5", ".5", ".inf", "12:30:45",
    ] {
        let text = format!("jobs: [{{job_id: a, end_point_type: so, db_password: {value}}}]");
        match parse(&text, None) {
            Ok(plan) => assert_eq!(plan[0].db_password.expose_secret(), value),
            Err(problem) => {
                assert!(
                    problem.starts_with("jobs[0].db_password: expected a string")
                        || problem.starts_with("invalid"),
                    "{value}: {problem}"
                );
                // `null` is named as what was found.
                assert!(
                    value.len() < 3 || value == "null" || !problem.contains(value),
                    "{value}: {problem}"
                );
            }
        }
    }
}

#[test]
fn an_error_says_what_and_where_and_shows_no_value() {
    let cases = [
        ("jobs:\n- db_password: \"hunter2\n", "invalid YAML at line "),
        (
            "jobs:\n- db_password: @hunter2\n",
            "invalid YAML at line 2, column 16: unexpected character; if it is within a text, put the text in single quotes",
        ),
        ("{\"jobs\": [hunter2", "invalid JSON at line 1, column "),
        (
            "jobs: [{db_password: %hunter2}]",
            "invalid YAML at line 1, column 22",
        ),
        (
            "jobs: [{db_password: *hunter2}]",
            "invalid YAML at line 1, column 22: an alias",
        ),
        (
            "jobs: [{db_password: !vault hunter2}]",
            "invalid YAML at line 1, column 22: a tag that a plan can't have",
        ),
        (
            "jobs: !hunter2 []",
            "invalid YAML at line 1, column 7: a tag that a plan can't have",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: \"hunter2\\n\"}]",
            "jobs[0].db_password: it holds a line break or another control character",
        ),
        (
            "jobs:\n- job_id: a\n  end_point_type: so\n  db_password: |\n    hunter2\n",
            "jobs[0].db_password: it might not be sent as it is written: it is a block, which has line ends (line 5); put it in single quotes",
        ),
        (
            "jobs: []\n---\njobs: []",
            "invalid YAML at line 2, column 1: more than one document",
        ),
        (
            "jobs: [{db_password: hunter2, db_password: hunter2}]",
            "invalid YAML at line 1, column 31: the same key twice",
        ),
        ("", "it is empty; a plan is an object with `jobs`"),
        ("hunter2", "expected an object, found a string"),
        ("[]", "expected an object, found a list"),
        ("{}", "`jobs` is missing"),
        ("jobs: hunter2", "jobs: expected a list, found a string"),
        ("job: []", "`job` is not a field here; known fields: jobs"),
        (
            "hunter2: []",
            "entry 1 is not a field here; known fields: jobs",
        ),
        (
            "jobs: [hunter2]",
            "jobs[0]: expected an object, found a string",
        ),
        (
            "jobs: [{db_password: hunter2, end_point_type: so}]",
            "jobs[0]: `job_id` is missing",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so}]",
            "jobs[0]: `db_password` is missing; ",
        ),
        (
            "jobs: [{job_id: a, end_point_type: hunter2, db_password: b}]",
            "jobs[0].end_point_type: it must be one of: so, ta",
        ),
        (
            "jobs: [{job_id: a, end_point_type: 7, db_password: b}]",
            "jobs[0].end_point_type: expected a string, found a number; put it in quotes, in YAML in single quotes",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password:hunter2}]",
            "jobs[0]: entry 3 is not a field here",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, hunter2: 1}]",
            "jobs[0]: entry 4 is not a field here",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, db_pasword: c}]",
            "jobs[0]: `db_pasword` is not a field here; known fields: ",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: hunter2}]",
            "jobs[0].kerberos: expected an object, found a string",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: {realm: hunter2}}]",
            "jobs[0].kerberos: `realm` is not a field here",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: {key_tab_file: 424242}}]",
            "jobs[0].kerberos.key_tab_file: expected a string, found a number",
        ),
    ];
    for (text, expected) in cases {
        let problem = problem(text);
        assert!(problem.starts_with(expected), "{text}\n{problem}");
        assert!(
            !problem.contains("hunter2") && !problem.contains("424242"),
            "{problem}"
        );
        assert_eq!(problem.lines().count(), 1, "{problem}");
    }
}

#[test]
fn a_password_given_apart_is_for_items_without_one() {
    let text = "jobs:\n- {job_id: a, end_point_type: so}\n- {job_id: a, end_point_type: ta, db_password: own}";
    let plan = parse(text, Some(&"shared".into())).unwrap();
    let passwords: Vec<_> = plan
        .iter()
        .map(|item| item.db_password.expose_secret())
        .collect();
    assert_eq!(passwords, ["shared", "own"]);
}

#[test]
fn a_plan_may_have_any_number_of_items() {
    use std::fmt::Write as _;
    let mut text = "jobs:\n".to_owned();
    for number in 0..40_000 {
        writeln!(
            text,
            "- {{job_id: t{number}, end_point_type: so, db_password: p}}"
        )
        .unwrap();
    }
    assert_eq!(parse(&text, None).unwrap().len(), 40_000);
}

#[test]
fn json_is_json_and_nothing_else_is_tried() {
    for text in [
        r#"{"jobs":[{"job_id":"a","end_point_type":"so","db_password":"My\Pass1"}]}"#,
        r#"{"jobs":[{"job_id":"a","end_point_type":"so","db_password":"Q\x41b"}]}"#,
        r#"{"jobs":[{"job_id":"a","end_point_type":"so","db_password":'ab'}]}"#,
        r#"{jobs: [{job_id: a, end_point_type: so, db_password: b}]}"#,
        "\n [",
        "{\"jobs\":[]} # note",
        "{\"jobs\":[]}\n---\n{}",
        "{\"jobs\":[{\"job_id\":\"\\ud800\"}]}",
        "\u{feff}{\"jobs\":[],}",
    ] {
        let problem = problem(text);
        assert!(problem.starts_with("invalid JSON at line "), "{problem}");
    }
    // JSON has no single quotes to put anything in.
    for value in ["7", "null", r#""a\tb""#] {
        let problem = problem(&format!(
            r#"{{"jobs":[{{"job_id":"a","end_point_type":"so","db_password":{value}}}]}}"#
        ));
        assert!(!problem.contains("put it in single"), "{problem}");
        assert!(
            problem.contains("quotes, in YAML") || problem.contains("on one line, without escapes"),
            "{problem}"
        );
    }
    let twice = problem(r#"{"jobs":[{"job_id":"a","job_id":"a"}]}"#);
    assert_eq!(twice, "jobs[0].job_id: it is given twice");
    let context = Context {
        folder: PathBuf::new(),
        care: Care::Secret,
        password: None,
    };
    let by_name = read("jobs: []", true, &context).unwrap_err();
    assert!(
        by_name.starts_with("invalid JSON at line 1, column 1: "),
        "{by_name}"
    );
}

#[test]
fn merge_keys_and_aliases_stand_for_whole_items_and_their_parts() {
    let plan = "\
jobs:
- &first
  job_id: a
  end_point_type: so
  db_password: 'p'
  kerberos: &k {domain_name: d}
- <<: *first
  end_point_type: ta
- <<: [{job_id: b}, *first]
- {job_id: c, end_point_type: so, db_password: 'q', kerberos: *k}
- *first
";
    let plan = parse(plan, None).unwrap();
    let told: Vec<_> = plan
        .iter()
        .map(|item| {
            let domain = item
                .kerberos
                .as_ref()
                .and_then(|k| k.domain_name.as_deref());
            let password = item.db_password.expose_secret();
            format!(
                "{} {} {password} {}",
                item.job_id,
                item.end_point_type,
                domain.unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        told,
        ["a so p d", "a ta p d", "b so p d", "c so q d", "a so p d"]
    );
    for (text, expected) in [
        (
            "jobs: [&a {job_id: *a}]",
            "invalid YAML at line 1, column 20: an alias within",
        ),
        (
            "jobs: [{<<: x}]",
            "invalid YAML at line 1, column 13: a merge key",
        ),
        (
            "jobs: [{job_id: a, kerberos: &k {domain_name: d}}, {<<: *k}]",
            "jobs[0]: `db_password` is missing",
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: &k {domain_name: d}}, {<<: *k}]",
            "jobs[1]: `domain_name` is not a field here",
        ),
    ] {
        let problem = problem(text);
        assert!(problem.starts_with(expected), "{text}: {problem}");
    }
}
