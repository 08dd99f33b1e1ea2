//! The plan: the API's request body as JSON or YAML.

use drs_api::{
    Secret,
    types::{BatchModifyPwdReq, ModifyPwdEndPoint},
};
use serde::Deserialize as _;
use serde_saphyr::Error as SyntaxError;
use zeroize::Zeroizing;

use crate::{
    input,
    node::{Node, Placed},
};

/// The list in the body.
const JOBS: &str = "jobs";
/// The field that may be left out.
const PASSWORD: &str = "db_password";

/// Reads a plan. Items without a password get the one given here.
pub(crate) fn parse(
    text: &str,
    password: Option<&Secret>,
) -> Result<Vec<ModifyPwdEndPoint>, String> {
    let mut root = parse_tree(text)?;
    if let Some(Node::List(items)) = root.entry(JOBS) {
        for (index, item) in items.iter_mut().enumerate() {
            if let Node::Map(entries) = item
                && !entries.iter().any(|(name, _)| name == PASSWORD)
            {
                let Some(password) = password else {
                    return Err(format!(
                        "{JOBS}[{index}]: `{PASSWORD}` is missing; write it there, or pass \
                         --password-env or --password-file"
                    ));
                };
                let password = Zeroizing::new(password.expose_secret().to_owned());
                entries.push((PASSWORD.to_owned(), Node::String(password)));
            }
        }
    }
    let place = String::new();
    let body = BatchModifyPwdReq::deserialize(Placed { node: root, place })
        .map_err(|problem| problem.to_string())?;
    for (index, job) in body.jobs.iter().enumerate() {
        if let Some(problem) = input::untypable(&job.db_password) {
            return Err(format!(
                "{JOBS}[{index}].{PASSWORD}: {problem}, as a YAML block (`|` or `>`) does"
            ));
        }
    }
    Ok(body.jobs)
}

/// Reads YAML, of which JSON is a part.
fn parse_tree(text: &str) -> Result<Node, String> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        // Such as `!vault`: what follows is then no password, but where to get one.
        reject_unsupported_tags: true,
        // The limits on nesting and on aliases stay; the length of a plan is the operator's
        // affair.
        budget: serde_saphyr::budget! {
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_total_scalar_bytes: usize::MAX,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|e| syntax(&e))
}

/// What is wrong with the text and where, without any of it.
fn syntax(error: &SyntaxError) -> String {
    let error = error.without_snippet();
    let what = match error {
        // The parser's own messages are fixed, but that a character may stand at the end.
        SyntaxError::ExternalMessage { msg, .. } => msg.split(": ").next().unwrap_or_default(),
        SyntaxError::DuplicateMappingKey { .. } => "the same key twice in one object",
        SyntaxError::MultipleDocuments { .. } => "more than one document",
        SyntaxError::UnsupportedTag { .. } => {
            "a tag that a plan can't have, such as `!vault`; write the value itself"
        }
        SyntaxError::UnknownAnchor { .. } => "an alias without its anchor",
        SyntaxError::Eof { .. } => "it ends too early",
        _ => "something that a plan can't hold",
    };
    match error.location() {
        Some(place) => format!(
            "neither JSON nor YAML at line {}, column {}: {what}",
            place.line(),
            place.column()
        ),
        None => format!("neither JSON nor YAML: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";

    fn problem(text: &str) -> String {
        parse(text, None).unwrap_err()
    }

    #[test]
    fn json_and_yaml_give_the_same_plan() {
        let json = format!(
            r#"{{"jobs":[{{"job_id":"{ID}","end_point_type":"so","db_password":"a\/\ud83d\ude00\u0022#: "}}]}}"#
        );
        let yaml =
            format!("jobs:\n- job_id: {ID}\n  end_point_type: so\n  db_password: 'a/😀\"#: '\n");
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
                        problem.starts_with("jobs[0].db_password: it must be a string")
                            || problem.starts_with("neither"),
                        "{value}: {problem}"
                    );
                    assert!(
                        value.len() < 3 || !problem.contains(value),
                        "{value}: {problem}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_error_says_what_and_where_and_shows_no_value() {
        let cases = [
            (
                "jobs:\n- db_password: \"hunter2\n",
                "neither JSON nor YAML at line ",
            ),
            (
                "{\"jobs\": [hunter2",
                "neither JSON nor YAML at line 1, column ",
            ),
            (
                "jobs: [{db_password: %hunter2}]",
                "neither JSON nor YAML at line 1, column 22",
            ),
            (
                "jobs: [{db_password: *hunter2}]",
                "neither JSON nor YAML at line 1, column 22: an alias",
            ),
            (
                "jobs: [{db_password: !vault hunter2}]",
                "neither JSON nor YAML at line 1, column 29: a tag that a plan can't have",
            ),
            (
                "jobs: !hunter2 []",
                "neither JSON nor YAML at line 1, column 16: a tag that a plan can't have",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: \"hunter2\\n\"}]",
                "jobs[0].db_password: it holds a line break or another control character",
            ),
            (
                "jobs:\n- job_id: a\n  end_point_type: so\n  db_password: |\n    hunter2\n",
                "jobs[0].db_password: it holds a line break or another control character",
            ),
            (
                "jobs: []\n---\njobs: []",
                "neither JSON nor YAML at line 3, column 1: more than one document",
            ),
            (
                "jobs: [{db_password: hunter2, db_password: hunter2}]",
                "neither JSON nor YAML at line 1, column 31: the same key twice",
            ),
            ("", "it must be an object and is nothing"),
            ("hunter2", "it must be an object and is a string"),
            ("[]", "it must be an object and is a list"),
            ("{}", "`jobs` is missing"),
            ("jobs: hunter2", "jobs: it must be a list and is a string"),
            ("job: []", "`job` is no field of it; these are: jobs"),
            ("hunter2: []", "entry 1 is no field of it; these are: jobs"),
            (
                "jobs: [hunter2]",
                "jobs[0]: it must be an object and is a string",
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
                "jobs[0].end_point_type: it must be a string and is a number; put it in quotes",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password:hunter2}]",
                "jobs[0]: `db_password` is missing",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: b, hunter2: 1}]",
                "jobs[0]: entry 4 is no field of it",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: b, db_pasword: c}]",
                "jobs[0]: `db_pasword` is no field of it; these are: ",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: hunter2}]",
                "jobs[0].kerberos: it must be an object and is a string",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: {realm: hunter2}}]",
                "jobs[0].kerberos: `realm` is no field of it",
            ),
            (
                "jobs: [{job_id: a, end_point_type: so, db_password: b, kerberos: {key_tab_file: 424242}}]",
                "jobs[0].kerberos.key_tab_file: it must be a string and is a number",
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
}
