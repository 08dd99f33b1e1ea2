//! What is taken from which variables, and what is refused.

use super::*;

const AK: &str = KEYS[0][0];
const SK: &str = KEYS[0][1];
const SECURITY_TOKEN: &str = KEYS[0][2];
const TERRAFORM: [&str; 3] = KEYS[1];

fn credentials(variables: &[(&str, &str)]) -> Result<String, String> {
    let environment = Environment::of(variables.iter().copied());
    match environment.credentials() {
        Ok(credentials) => Ok(format!("{credentials:?}")),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn each_kind_of_credentials_comes_from_its_variables() {
    let key = [(AK, "the-ak"), (SK, "the-sk")];
    for (variables, expected) in [
        (&[(TOKEN, "t")][..], "Token"),
        (&key, "the-ak"),
        (&[key[0], key[1], (SECURITY_TOKEN, "s")], "the-ak"),
        (
            &[(TERRAFORM[0], "the-ak"), (TERRAFORM[1], "the-sk")],
            "the-ak",
        ),
        // Both tools' variables, of one key.
        (
            &[
                key[0],
                key[1],
                (TERRAFORM[0], "the-ak"),
                (TERRAFORM[1], "the-sk"),
            ],
            "the-ak",
        ),
        // Set to nothing is not set.
        (
            &[key[0], key[1], (TOKEN, ""), (SECURITY_TOKEN, "")],
            "the-ak",
        ),
    ] {
        let found = credentials(variables).unwrap();
        assert!(found.contains(expected), "{found}");
        assert!(!found.contains("the-sk"), "{found}");
    }
}

#[test]
fn what_is_missing_or_contradicts_is_named() {
    let half = format!("set both {AK} and {SK}, or {TOKEN} alone");
    let of_terraform = half.replace(AK, TERRAFORM[0]).replace(SK, TERRAFORM[1]);
    let two =
        |one, other| format!("{one} and {other} are different credentials; unset one of them");
    for (variables, problem) in [
        (
            &[][..],
            "it has no credentials; set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, for a \
             temporary key HUAWEICLOUD_SDK_SECURITY_TOKEN too, or HW_AUTH_TOKEN",
        ),
        (&[(AK, "a")], &half),
        (&[(SK, "s")], &half),
        (&[(SK, "s"), (AK, "")], &half),
        (&[(SECURITY_TOKEN, "s")], &half),
        (&[(SECURITY_TOKEN, "s"), (AK, "a")], &half),
        (&[(TOKEN, "t"), (AK, "a"), (SK, "s")], &two(AK, TOKEN)),
        (&[(TOKEN, "t"), (SK, "s")], &half),
        (&[(TERRAFORM[1], "s")], &of_terraform),
        // Halves of two keys make none.
        (&[(AK, "a"), (TERRAFORM[1], "s")], &half),
        (
            &[
                (AK, "a"),
                (SK, "s"),
                (TERRAFORM[0], "a"),
                (TERRAFORM[1], "other"),
            ],
            &two(AK, TERRAFORM[0]),
        ),
        (
            &[
                (AK, "a"),
                (SK, "s"),
                (TERRAFORM[0], "a"),
                (TERRAFORM[1], "s"),
                (TOKEN, "t"),
            ],
            &two(AK, TOKEN),
        ),
    ] {
        let expected = format!("environment: {problem}");
        assert_eq!(credentials(variables), Err(expected));
    }
}

#[test]
fn a_value_that_can_not_be_used_is_named_by_its_variable() {
    for (variables, name) in [
        (&[(TOKEN, "a\nb")][..], TOKEN),
        (&[(AK, "a b"), (SK, "s")], AK),
        (&[(AK, "a"), (SK, "hidden\n")], SK),
        (
            &[(AK, "a"), (SK, "s"), (SECURITY_TOKEN, "hidden\r")],
            SECURITY_TOKEN,
        ),
    ] {
        let error = credentials(variables).unwrap_err();
        assert!(error.starts_with(&format!("{name}: ")), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

#[test]
fn the_project_comes_from_its_variable_and_a_missing_one_is_named() {
    for name in PROJECT_ID {
        assert_eq!(Environment::of([(name, "p")]).project_id().unwrap(), "p");
    }
    let error = Environment::of([(PROJECT_ID[0], "")])
        .project_id()
        .unwrap_err();
    assert!(error.to_string().contains(PROJECT_ID[0]), "{error}");
}

#[test]
fn a_region_has_two_names_that_must_agree() {
    let region = |variables: &[(&str, &str)]| {
        let environment = Environment::of(variables.iter().copied());
        environment.region().map_err(|e| e.to_string())
    };
    let [sdk, terraform] = REGION;
    assert_eq!(region(&[]), Ok(None));
    assert_eq!(region(&[(sdk, "r")]), Ok(Some("r".into())));
    assert_eq!(region(&[(terraform, "r")]), Ok(Some("r".into())));
    assert_eq!(
        region(&[(sdk, "r"), (terraform, "r")]),
        Ok(Some("r".into()))
    );
    assert_eq!(
        region(&[(sdk, "r"), (terraform, "other")]),
        Err(
            "environment: HUAWEICLOUD_SDK_REGION and HW_REGION_NAME are set and differ; \
             unset one of them"
                .into()
        )
    );
}

#[test]
fn debug_shows_no_values() {
    let environment = Environment::of([(SK, "hidden")]);
    assert!(!format!("{environment:?}").contains("hidden"));
}

#[test]
fn the_process_is_read_when_it_is_asked() {
    let name = "CARGO_PKG_NAME";
    let found = Environment::process().get(name).unwrap().unwrap();
    assert_eq!(found.expose_secret(), "drs-api");
    assert!(
        Environment::process()
            .get("DRS_API_NOT_SET")
            .unwrap()
            .is_none()
    );
}
