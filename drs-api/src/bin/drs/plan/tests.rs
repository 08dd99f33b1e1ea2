//! What a plan may say, and what is said of one that can't be read.

mod secrets;

use std::path::PathBuf;

use drs_api::{
    Secret,
    types::{EndPointType, KerberosVo, ModifyPwdEndPoint},
};

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
        password: password.map(|password| Line::in_plan(password.clone())),
        missing: None,
    };
    read(text, &context)
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
fn an_error_says_what_and_where_and_shows_no_value() {
    const NO_YAML: &str = "invalid YAML; if it is within a text, put the text in single quotes";
    let cases = [
        (
            "jobs:\n- db_password: \"hunter2\n",
            format!("line 2, column 16: {NO_YAML}"),
        ),
        (
            "jobs:\n- db_password: @hunter2\n",
            format!("line 2, column 16: {NO_YAML}"),
        ),
        (
            "jobs: [{db_password: %hunter2}]",
            format!("line 1, column 22: {NO_YAML}"),
        ),
        ("{\"jobs\": [hunter2", "line 1, column 11: invalid JSON: expected value".into()),
        (
            "jobs: [{db_password: *hunter2}]",
            "line 1, column 22: a plan has no anchors, aliases, merge keys or tags; write the value itself, in single quotes".into(),
        ),
        (
            "jobs: []\n---\njobs: []",
            "line 2, column 1: a plan is one document".into(),
        ),
        (
            "jobs: [{[hunter2]: 1}]",
            "line 1, column 9: a key that is not a text".into(),
        ),
        (
            "jobs: [{db_password: 'hunter2', db_password: 'hunter2'}]",
            "jobs[0]: duplicate field `db_password`".into(),
        ),
        ("", "line 1, column 1: it is empty; a plan is an object with the list `jobs`".into()),
        ("# only this", "line 1, column 12: it is empty; a plan is an object with the list `jobs`".into()),
        ("hunter2", "expected an object; a plan is an object with the list `jobs`".into()),
        ("{}", "missing field `jobs`; a plan is an object with the list `jobs`".into()),
        ("jobs: hunter2", "jobs: expected a list".into()),
        (
            "hunter2: []",
            "it has a field that is not known here, expected `jobs`; a plan is an object with the list `jobs`".into(),
        ),
        ("jobs: [hunter2]", "jobs[0]: expected an object".into()),
        (
            "jobs: [{job_id: a, end_point_type: so}]",
            "jobs[0]: `db_password` is missing; write it, `db_password_env` or `db_password_file` there, or pass --password-env or --password-file".into(),
        ),
        (
            "jobs: [{db_password: 'hunter2', end_point_type: so}]",
            "jobs[0]: missing field `job_id`".into(),
        ),
        (
            "jobs: [{job_id: a, end_point_type: hunter2, db_password: 'b'}]",
            "jobs[0].end_point_type: expected `so` or `ta`".into(),
        ),
        (
            "jobs: [{job_id: ~, end_point_type: so, db_password: 'b'}]",
            "jobs[0].job_id: expected a string; put it in quotes".into(),
        ),
        (
            "{\"jobs\": [{\"job_id\": \"a\", \"end_point_type\": \"so\", \"db_password\": 424242}]}",
            "jobs[0].db_password: a secret has to be a string; put it in quotes".into(),
        ),
        (
            "{\"jobs\": [{\"job_id\": \"a\", \"end_point_type\": \"so\", \"db_password\": null}]}",
            "jobs[0].db_password: expected a string; put it in quotes".into(),
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password:hunter2}]",
            "jobs[0]: it has a field that is not known here, expected one of `job_id`, `end_point_type`, `db_password`, `db_password_env`, `db_password_file`, `db_password_literal`, `kerberos`".into(),
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: 'b', kerberos: hunter2}]",
            "jobs[0].kerberos: expected an object".into(),
        ),
        (
            "jobs: [{job_id: a, end_point_type: so, db_password: 'b', kerberos: {realm: hunter2}}]",
            "jobs[0].kerberos: it has a field that is not known here, expected one of `domain_name`, ".into(),
        ),
    ];
    for (text, expected) in cases {
        let problem = problem(text);
        assert!(problem.starts_with(&expected), "{text}\n{problem}");
        assert!(
            !problem.contains("hunter2") && !problem.contains("424242"),
            "{problem}"
        );
        assert_eq!(problem.lines().count(), 1, "{problem}");
    }
}

#[test]
fn what_stands_in_for_a_text_elsewhere_is_refused() {
    for text in [
        "jobs: [{job_id: a, end_point_type: so, db_password: !vault 'x'}]",
        "jobs: [{job_id: a, end_point_type: so, db_password: !!str 'x'}]",
        "jobs: !x []",
        "jobs: [&a {job_id: a, end_point_type: so, db_password: 'b'}]",
        "jobs: [{job_id: &a a, end_point_type: so, db_password: 'b'}]",
        "jobs: [{job_id: a, end_point_type: so, db_password: 'b', kerberos: *k}]",
        "jobs: [{<<: {job_id: a}, end_point_type: so, db_password: 'b'}]",
    ] {
        let problem = problem(text);
        assert!(problem.starts_with("line 1, column "), "{text}: {problem}");
        assert!(
            problem.contains("no anchors, aliases, merge keys or tags"),
            "{text}: {problem}"
        );
    }
}

#[test]
fn what_is_no_object_is_told_where_it_says_how_to_make_a_plan() {
    for text in [
        "[{\"job_id\": \"a\"}]",
        "- job_id: a\n",
        "# note\n- {job_id: a}\n",
        "a,so,hunter2\nb,ta,hunter2\n",
        "a\tso\thunter2\n",
    ] {
        let problem = problem(text);
        assert!(
            problem.contains("see drs help plan") && !problem.contains("hunter2"),
            "{text}: {problem}"
        );
    }
}

#[test]
fn a_list_in_the_place_of_an_object_is_refused() {
    // serde would take its values in the order of the fields.
    for text in [
        r#"{"jobs":[["a","so","b"]]}"#,
        "jobs: [[a, so, 'b']]",
        r#"{"jobs":[{"job_id":"a","end_point_type":"so","db_password":"b","kerberos":["d"]}]}"#,
    ] {
        let problem = problem(text);
        assert!(problem.ends_with(": expected an object"), "{problem}");
    }
}

#[test]
fn every_field_of_the_api_is_a_field_of_a_plan() {
    let kerberos = KerberosVo::default();
    let change = ModifyPwdEndPoint::new("a", EndPointType::So, "b").kerberos(kerberos);
    let shown = format!("{change:#?}");
    let names = shown
        .lines()
        .filter_map(|line| line.trim().split_once(": "));
    let names: Vec<_> = names.map(|(name, _)| name).collect();
    assert_eq!(names.len(), 8, "{shown}");
    for name in names {
        let known = |text: String| !problem(&text).contains("not known here");
        assert!(
            known(format!("jobs: [{{{name}: [x]}}]"))
                || known(format!("jobs: [{{kerberos: {{{name}: [x]}}}}]")),
            "{name}"
        );
    }
}

#[test]
fn a_password_given_apart_is_for_items_without_one() {
    let text = "jobs:\n- {job_id: a, end_point_type: so}\n- {job_id: a, end_point_type: ta, db_password: 'own'}";
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
            "- {{job_id: t{number}, end_point_type: so, db_password: 'p'}}"
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
        "{\"jobs\":[]} # note",
        "{\"jobs\":[]}\n---\n{}",
        "{\"jobs\":[{\"job_id\":\"\\ud800\"}]}",
        "\u{feff}{\"jobs\":[],}",
    ] {
        let problem = problem(text);
        assert!(problem.contains(": invalid JSON: "), "{problem}");
    }
}
