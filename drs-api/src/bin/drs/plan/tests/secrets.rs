//! Secrets, ids and names in a plan: they are what their author wrote, or refused.

use super::{parse, problem};

/// The password that an item is sent with, from a line of YAML; or what is said of it.
fn password_of(line: &str) -> Result<String, String> {
    let text = format!("jobs:\n- job_id: a\n  end_point_type: so\n{line}\n");
    parse(&text, None).map(|plan| plan[0].db_password.expose_secret().to_owned())
}

#[test]
fn a_secret_in_yaml_is_in_quotes_on_one_line() {
    for line in [
        "  db_password: abc",
        "  db_password: abc #1",
        "  db_password: #1",
        "  db_password: ~",
        "  db_password:",
        "  db_password: 424242",
        "  db_password: yes",
        "  db_password: abc\n    def",
        "  db_password: 'abc\n    def'",
        "  db_password: \"abc\\\n    def\"",
        "  db_password: |\n    abc",
        "  db_password: >-\n    abc",
        "  \"db_password\": abc",
        "  ? db_password\n  : abc",
        "  db_password: 'x'\n- {job_id: b, end_point_type: so, db_password: abc}",
        "  db_password: 'x'\n  kerberos: {key_tab_file: abc}",
        "  db_password: 'x'\n  kerberos:\n    key_tab_file: >\n      abc",
    ] {
        let problem = password_of(line).unwrap_err();
        assert!(problem.starts_with("line "), "{line}: {problem}");
        assert!(
            problem.ends_with(
                "a secret must be in quotes, on one line; single quotes take all as it is written"
            ),
            "{line}: {problem}"
        );
    }
    for (line, password) in [
        ("  db_password: 'abc #1' # the new one", "abc #1"),
        ("  db_password: # the new one\n    'abc #1'", "abc #1"),
        ("  db_password: '&abc it''s'", "&abc it's"),
        ("  db_password: \"a\\\"b\\x41\"", "a\"bA"),
        ("  \"db_password\": 'abc'", "abc"),
        ("  ? db_password\n  : 'abc'", "abc"),
        ("  db_password:\n    '~'", "~"),
        ("  db_password: '424242'", "424242"),
    ] {
        assert_eq!(password_of(line).as_deref(), Ok(password), "{line}");
    }
}

#[test]
fn what_nobody_sees_is_no_part_of_a_password_an_id_or_a_name() {
    for (text, expected) in [
        (
            "{job_id: a, end_point_type: so, db_password: \"b\\u200b\"}",
            "db_password: it contains the invisible character U+200B; if it is meant, add `db_password_literal: true`",
        ),
        (
            "{job_id: a, end_point_type: so, db_password: 'b\u{a0}c'}",
            "db_password: it contains the invisible character U+00A0",
        ),
        (
            "{job_id: a, end_point_type: so, db_password: '\u{feff}b'}",
            "db_password: it contains the invisible character U+FEFF",
        ),
        (
            "{job_id: 'a ', end_point_type: so, db_password: 'b'}",
            "job_id: it contains U+0020",
        ),
        (
            "{job_id: \"a\\r\", end_point_type: so, db_password: 'b'}",
            "job_id: it contains U+000D",
        ),
        (
            "{job_id: a\u{200b}, end_point_type: so, db_password: 'b'}",
            "job_id: it contains U+200B",
        ),
        (
            "{job_id: a, end_point_type: so, db_password: 'b', kerberos: {user_principal: a\u{2060}}}",
            "kerberos.user_principal: it contains U+2060",
        ),
        (
            "{job_id: a, end_point_type: so, db_password: '[redacted]'}",
            "db_password: it is a mask or a template",
        ),
        (
            "{job_id: a, end_point_type: so, db_password: 'b', db_password_literal: 'true'}",
            "db_password_literal: expected a boolean",
        ),
    ] {
        let problem = problem(&format!("jobs: [{text}]"));
        assert!(
            problem.starts_with(&format!("jobs[0].{expected}")),
            "{text}: {problem}"
        );
    }
    for password in ["[redacted]", "\u{feff}b", "${A}", "a\u{200b}", " b "] {
        let text = format!(
            "jobs: [{{job_id: a, end_point_type: so, db_password: '{password}', db_password_literal: true}}]"
        );
        let plan = parse(&text, None).unwrap();
        assert_eq!(plan[0].db_password.expose_secret(), password);
    }
}

#[test]
fn a_keytab_is_its_content_and_not_a_path() {
    let plan = |key_tab: &str| {
        format!(
            "jobs:\n- job_id: a\n  end_point_type: so\n  db_password: 'b'\n  kerberos:\n    key_tab_file: {key_tab}\n"
        )
    };
    for path in [
        "'/etc/krb5.keytab'",
        "'./a'",
        "'drs.keytab'",
        "'~/x'",
        "'C:\\x'",
        "'secrets/drs'",
    ] {
        let problem = problem(&plan(path));
        assert!(
            problem.starts_with("jobs[0].kerberos.key_tab_file: it looks like a path"),
            "{problem}"
        );
        assert!(problem.ends_with("write `key_tab_path`"), "{problem}");
        assert!(!problem.contains(path.trim_matches('\'')), "{problem}");
    }
    for (written, sent) in [
        ("'BQIAAAA/'", "BQIAAAA/"),
        ("|\n      BQIAAAA\n      AAAA", "BQIAAAA\nAAAA\n"),
    ] {
        let plan = parse(&plan(written), None).unwrap();
        let kerberos = plan[0].kerberos.as_ref().unwrap();
        let key_tab = kerberos.key_tab_file.as_ref();
        assert_eq!(key_tab.map_or("", |key_tab| key_tab.expose_secret()), sent);
    }
    let conf = "jobs: [{job_id: a, end_point_type: so, db_password: 'b', kerberos: {krb5_conf_file: /etc/krb5.conf}}]";
    assert!(problem(conf).starts_with("jobs[0].kerberos.krb5_conf_file: it looks like a path"));
}
