//! What does `cargo xtask upstream` print, and how does it end?

use std::{fs, path::PathBuf, process::Output};

use super::child::program;

/// The vendor's definition, without its texts.
const DEFINITION: &str = include_str!("../fixtures/upstream.json");

fn upstream(name: &str, definition: &str) -> Output {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, definition).unwrap();
    let mut command = program(env!("CARGO_BIN_EXE_xtask"));
    command.arg("upstream").arg(path).output().unwrap()
}

/// All that is printed, without the rows of the tables.
const DIFFERENCES: &str = "\
In the vendor's definition, not in the spec:
- operation BatchResetPassword, parameter X-Auth-Token: parameter, required
- operation BatchResetPassword, parameter Content-Type: parameter, required
- server https://drs.cn-north-4.myhuaweicloud.com: server address
- schema ModifyPwdEndPoint, property db_password: `pattern`, ^[-a-zA-Z0-9~!@#$%^&*_+=?\\\\.]{1,256}$
- schema ModifyPwdEndPoint, property job_id: `pattern`, [0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}
In the spec, not in the vendor's definition:
- schema BatchModifyDbPwdResp, property results: `nullable`, true
- server https://drs.{region}.myhuaweicloud.com: server address
- server https://drs.eu-west-101.myhuaweicloud.eu: server address
- operation BatchResetPassword, parameter project_id: `x-project`, true
- operation BatchResetPassword, response 400, content application/json: content
- schema BatchModifyDbPwdResp, property error_code: property, optional
- schema BatchModifyDbPwdResp, property error_msg: property, optional
- schema BatchModifyDbPwdResp, property request_id: property, optional
- schema ModifyDbPwdStatus: `enum`, [\"success\",\"failed\"]
- schema ModifyDbPwdEndPointType: `enum`, [\"so\",\"ta\"]
- schema ModifyPwdEndPoint, property db_password: `format`, password
- schema KerberosVO, property key_tab_file: `format`, password
Different in both:
- the document: `security` tightened, [[]] → [{\"XAuthToken\":[]},{\"AkSkSignature\":[]}]
";

/// What is printed, without the rows of the tables.
fn differences(output: &Output) -> String {
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = printed.lines().filter(|line| !line.starts_with("    "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What to do about each line that is only in `DIFFERENCES`, or only printed.
fn advice(printed: &str) -> Vec<String> {
    let is_in = |text: &str, line: &str| text.lines().any(|other| other == line);
    let list = "DIFFERENCES in xtask/tests/commands/upstream.rs";
    let added = printed.lines().filter(|line| !is_in(DIFFERENCES, line));
    let added = added.map(|line| format!("a new difference: add `{line}` to {list}"));
    let gone = DIFFERENCES.lines().filter(|line| !is_in(printed, line));
    let gone = gone.map(|line| {
        format!("`{line}` is no longer a difference: remove it from {list}, and its row from openapi/README.md")
    });
    added.chain(gone).collect()
}

/// The places that have no row.
fn without_a_row(output: &Output) -> Vec<String> {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let said = said.trim_end();
    let places = said.strip_prefix("error: openapi/README.md has no row for: ");
    let places = places.into_iter().flat_map(|places| places.split("; "));
    places.map(str::to_owned).collect()
}

#[test]
fn each_difference_from_the_vendors_definition_has_a_row() {
    let output = upstream("upstream.json", DEFINITION);
    let problem = String::from_utf8(output.stderr.clone()).unwrap();
    let advice = advice(&differences(&output)).join("\n");
    assert!(problem.is_empty() && advice.is_empty(), "{problem}{advice}");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(differences(&output), DIFFERENCES);
    let printed = String::from_utf8(output.stdout).unwrap();
    let security = printed.split("- the document: `security`").nth(1).unwrap();
    let row = security.lines().nth(1).unwrap();
    assert!(
        row.starts_with("    | security | the token alone |"),
        "{row}"
    );
}

#[test]
fn what_the_vendor_adds_and_the_tables_do_not_have_fails() {
    let property = (
        r#""user_principal": {"#,
        r#""realm": {"type": "string"}, "user_principal": {"#,
    );
    let parameter = (
        r#""parameters": ["#,
        r#""parameters": [{"in": "query", "name": "dry_run", "type": "boolean"}, "#,
    );
    // What the spec alone adds has a test of its own.
    let known = without_a_row(&upstream("known.json", DEFINITION));
    for ((old, new), place, line) in [
        (
            property,
            "schema KerberosVO, property realm",
            "- schema KerberosVO, property realm: property, optional",
        ),
        (
            parameter,
            "operation BatchResetPassword, parameter dry_run",
            "- operation BatchResetPassword, parameter dry_run: parameter, optional",
        ),
    ] {
        assert!(DEFINITION.contains(old));
        let output = upstream("addition.json", &DEFINITION.replace(old, new));
        assert_eq!(output.status.code(), Some(1));
        let mut found = without_a_row(&output);
        found.retain(|place| !known.contains(place));
        assert_eq!(found, [place]);
        let printed = String::from_utf8(output.stdout).unwrap();
        let mut lines = printed.lines().skip_while(|printed| *printed != line);
        assert_eq!(lines.next(), Some(line));
        assert!(!lines.next().unwrap().starts_with(' '), "{printed}");
    }
}
