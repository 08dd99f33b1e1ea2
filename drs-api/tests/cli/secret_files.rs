//! Passwords and keytabs outside a plan: files and variables that it names, files as platforms
//! mount them, and the message if one is missing.

use std::{fs, os::unix::fs::symlink};

use crate::{
    inputs::WITHOUT,
    meant::{item, refused, sends},
    scene::{RUN, Scene},
};

#[test]
fn items_name_variables_and_files_for_their_passwords() {
    let plan = "\
jobs:
- {job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: so, db_password_env: SOURCE}
- {job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: ta, db_password_file: destination}
";
    let mut scene = Scene::new("meant-items");
    fs::create_dir(scene.path("plans")).unwrap();
    scene = scene
        .file("plans/plan.yaml", plan)
        .file("plans/destination", "destination-hunter2\n");
    // A path is relative to the plan's folder.
    let ran = scene.run(&format!("SOURCE=source-hunter2 {RUN} plans/plan.yaml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(scene.password("so"), "source-hunter2");
    assert_eq!(scene.password("ta"), "destination-hunter2");

    for (fields, expected) in [
        (
            "  db_password_env: hunter2\n",
            "db_password_env: no variable of this name is set",
        ),
        (
            "  db_password_env: HUNTER2\n",
            "db_password_env: no variable of this name is set",
        ),
        (
            "  db_password_file: hunter2\n",
            "db_password_file: no such file",
        ),
        (
            "  db_password: 'a'\n  db_password_env: b\n",
            "jobs[0]: only one of `db_password` and `db_password_env` can be given",
        ),
        (
            "  db_password_file: open\n",
            "open: it is open to others (mode 0644); if it is the right file, run `chmod 600` on it",
        ),
    ] {
        let mut scene = Scene::new("meant-items-refused")
            .file("plan.yaml", &item(fields))
            .file("open", "x");
        scene.mode("open", 0o644);
        let line = format!("{RUN} plan.yaml");
        refused(&mut scene, &line, expected);
        assert!(!scene.run(&line).stderr.contains("HUNTER2"));
    }
}

#[test]
fn kerberos_comes_from_files() {
    let plan = item(
        "  db_password: 'abc'\n  kerberos: {key_tab_path: drs.keytab, krb5_conf_path: krb5.conf}\n",
    );
    let mut scene = Scene::new("meant-kerberos")
        .file("plan.yaml", &plan)
        .file("krb5.conf", "[libdefaults]\n");
    // Binary, and not UTF-8.
    fs::write(scene.path("drs.keytab"), b"\x05\x02\x00\xff\xfe").unwrap();
    scene.mode("drs.keytab", 0o600);
    // Like `/etc/krb5.conf`.
    scene.mode("krb5.conf", 0o644);
    sends(&mut scene, &format!("{RUN} plan.yaml"), "abc");
    let sent = scene.simulator.requests().pop().unwrap().body.unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&sent).unwrap();
    let kerberos = &sent["jobs"][0]["kerberos"];
    assert_eq!(kerberos["krb5_conf_file"], "[libdefaults]\n");
    assert_eq!(kerberos["key_tab_file"], "BQIA//4=");
    assert!(kerberos.get("key_tab_path").is_none(), "{kerberos}");

    for (file, mode) in [("drs.keytab", 0o644), ("krb5.conf", 0o646)] {
        let mut scene = Scene::new("meant-kerberos-open")
            .file("plan.yaml", &plan)
            .file("krb5.conf", "[libdefaults]\n")
            .file("drs.keytab", "\u{5}\u{2}");
        scene.mode(file, mode);
        refused(
            &mut scene,
            &format!("{RUN} plan.yaml"),
            &format!("{file}: it is open to others (mode {mode:04o})"),
        );
    }
    let path = item("  db_password: 'abc'\n  kerberos: {key_tab_file: '/etc/krb5.keytab'}\n");
    let mut scene = Scene::new("meant-kerberos-path").file("plan.yaml", &path);
    refused(
        &mut scene,
        &format!("{RUN} plan.yaml"),
        "kerberos.key_tab_file: it looks like a path",
    );
}

#[test]
fn files_are_right_as_a_platform_mounts_them() {
    let plan = item("  db_password_file: volume/password\n");
    let build = || {
        let scene = Scene::new("meant-mounts").file("plan.yaml", &plan);
        // Like Kubernetes.
        fs::create_dir_all(scene.path("volume/..2026_11_26")).unwrap();
        let scene = scene.file("volume/..2026_11_26/password", "source-hunter2\n");
        scene.mode("volume/..2026_11_26", 0o755);
        scene.mode("volume/..2026_11_26/password", 0o644);
        scene.mode("volume", 0o1777);
        symlink("..2026_11_26", scene.path("volume/..data")).unwrap();
        symlink("..data/password", scene.path("volume/password")).unwrap();
        scene
    };
    let line = format!("{RUN} plan.yaml");
    let mut scene = build();
    assert_eq!(scene.run(&line).code, Some(0));
    assert_eq!(scene.password("so"), "source-hunter2");
    // Where others can replace the file, nothing counts as mounted.
    for (file, mode, shown) in [
        ("volume/..2026_11_26/password", 0o666, "0666"),
        ("volume/..2026_11_26", 0o777, "0644"),
        ("volume", 0o777, "0644"),
    ] {
        let mut scene = build();
        scene.mode(file, mode);
        let expected = format!("volume/password: it is open to others (mode {shown})");
        refused(&mut scene, &line, &expected);
    }

    // Like systemd.
    let mut scene = Scene::new("meant-credentials")
        .file("plan.yaml", &item("  db_password_file: given/password\n"));
    fs::create_dir(scene.path("given")).unwrap();
    scene = scene.file("given/password", "source-hunter2\n");
    scene.mode("given", 0o755);
    scene.mode("given/password", 0o444);
    refused(
        &mut scene,
        &line,
        "given/password: it is open to others (mode 0444); if it is the right file, run `chmod 600` on it",
    );
    let folder = scene.path("given");
    let line = format!("CREDENTIALS_DIRECTORY={} {line}", folder.display());
    assert_eq!(scene.run(&line).code, Some(0));
}

#[test]
fn a_secret_in_the_place_of_a_name_is_not_printed() {
    let mut scene = Scene::new("meant-names").file("plan.yaml", WITHOUT);
    for (option, shown) in [
        ("--password-file hunter2", "--password-file: no such file"),
        (
            "--password-file no/hunter2",
            "--password-file: no such file",
        ),
        ("--token-file hunter2", "--token-file: no such file"),
        (
            "--password-env hunter2",
            "--password-env: no variable of this name is set",
        ),
        (
            "--password-env HUNTER2",
            "--password-env: no variable of this name is set",
        ),
        ("--password-file ./missing", "--password-file: no such file"),
    ] {
        let option = match option.starts_with("--token") {
            true => format!("--password-env HW_AUTH_TOKEN {option}"),
            false => option.to_owned(),
        };
        let line = format!("{RUN} {option} plan.yaml");
        refused(&mut scene, &line, shown);
        assert!(!scene.run(&line).stderr.contains("HUNTER2"), "{line}");
    }
}

#[test]
fn a_value_that_belongs_to_no_option_is_not_printed() {
    let mut scene = Scene::new("stray-value").file("plan.yaml", WITHOUT);
    for line in [
        format!("{RUN} plan.yaml hunter2"),
        format!("{RUN} --dry-run=hunter2 plan.yaml"),
    ] {
        // It checks that the output contains no secret.
        let ran = scene.run(&line);
        assert_eq!(ran.code, Some(2), "{line}");
        assert!(ran.stderr.contains("an extra argument"), "{}", ran.stderr);
    }
}
