//! Files and links that other users own or can change, and files that are too long. Tests with two
//! users run only as root.

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt as _, chown, symlink},
};

use crate::{
    child::program,
    inputs::WITHOUT,
    meant::{item, refused, sends},
    scene::{PLAN, RUN, Scene},
};

/// Another user.
const OTHER: u32 = 12_345;

/// Whether this user can change the owner of files.
fn is_root(scene: &Scene) -> bool {
    let is_root = fs::metadata(&scene.directory).unwrap().uid() == 0;
    if !is_root {
        eprintln!("not tested: only root can give files to another user");
    }
    is_root
}

#[test]
fn a_secret_that_another_user_owns_is_refused_unless_told_otherwise() {
    let mut scene = Scene::new("others-owner")
        .file("plan.yaml", WITHOUT)
        .file("ca.pem", "x")
        .file("password", "source-hunter2\n");
    if !is_root(&scene) {
        return;
    }
    let line = format!("{RUN} --password-file password plan.yaml");
    for file in ["plan.yaml", "password"] {
        chown(scene.path(file), Some(OTHER), None).unwrap();
        let expected = format!("{file}: it belongs to user {OTHER}, who can change it; ");
        refused(&mut scene, &line, &expected);
        // Files belong to whoever called `sudo`.
        let sudo = format!("SUDO_UID={OTHER} {line}");
        assert_eq!(scene.run(&format!("{sudo} --dry-run")).code, Some(0));
        let waived = format!("{line} --allow-readable-files --dry-run");
        assert_eq!(scene.run(&waived).code, Some(0));
        chown(scene.path(file), Some(0), None).unwrap();
    }
    chown(scene.path("ca.pem"), Some(OTHER), None).unwrap();
    let expected = format!("ca.pem: it belongs to user {OTHER}");
    refused(&mut scene, &format!("{line} --ca-bundle ca.pem"), &expected);
    sends(&mut scene, &line, "source-hunter2");
}

#[test]
fn a_bundle_of_certificates_that_others_can_write_is_refused() {
    let mut scene = Scene::new("others-bundle")
        .file("plan.yaml", PLAN)
        .file("ca.pem", "x");
    let line = format!("{RUN} --ca-bundle ca.pem plan.yaml");
    for mode in [0o620, 0o646] {
        scene.mode("ca.pem", mode);
        let expected = format!(
            "ca.pem: it is open to others (mode {mode:04o}); if it is the right file, run `chmod go-w` on it"
        );
        refused(&mut scene, &line, &expected);
    }
    // Others may read it.
    scene.mode("ca.pem", 0o644);
    refused(&mut scene, &line, "ca.pem: it contains no certificate");
}

#[test]
fn what_has_no_end_or_is_too_long_is_refused_before_it_fills_the_memory() {
    let mut scene = Scene::new("others-long")
        .file("plan.yaml", WITHOUT)
        .file("named.yaml", &item("  db_password_file: sparse\n"))
        .file("sparse", "");
    let file = File::options()
        .write(true)
        .open(scene.path("sparse"))
        .unwrap();
    // It has no blocks on the disk.
    file.set_len(1 << 40).unwrap();
    symlink("/dev/zero", scene.path("zero")).unwrap();
    for options in [
        "sparse",
        "named.yaml",
        "--password-file sparse plan.yaml",
        "--password-file zero plan.yaml",
        "--password-file - plan.yaml < zero",
        "--token-file sparse --password-env HW_AUTH_TOKEN plan.yaml",
        "--only-todo sparse --password-env HW_AUTH_TOKEN plan.yaml",
        "--ca-bundle sparse --password-env HW_AUTH_TOKEN plan.yaml",
        "--ca-bundle zero --password-env HW_AUTH_TOKEN plan.yaml",
    ] {
        refused(
            &mut scene,
            &format!("{RUN} {options}"),
            "it is longer than ",
        );
    }
}

#[test]
#[ignore = "slow: reads and wipes 256 MiB; .ci/run runs it"]
fn a_plan_that_never_ends_is_refused_before_it_fills_the_memory() {
    let mut scene = Scene::new("others-endless");
    symlink("/dev/zero", scene.path("zero")).unwrap();
    refused(&mut scene, &format!("{RUN} - < zero"), "it is longer than ");
}

#[test]
fn a_report_is_reached_over_links_that_no_other_user_can_have_laid() {
    let mut scene = Scene::new("others-links").file("plan.yaml", PLAN);
    for folder in ["vol", "open", "sticky", "own"] {
        fs::create_dir(scene.path(folder)).unwrap();
    }
    for folder in ["open", "sticky", "own"] {
        symlink("../vol/r.json", scene.path(folder).join("r.json")).unwrap();
        symlink("../vol", scene.path(folder).join("folder")).unwrap();
    }
    scene.mode("open", 0o777);
    scene.mode("sticky", 0o1777);
    let line = |path: &str| format!("{RUN} --dry-run --report {path} plan.yaml");
    let no_link = "it leads over a link in a folder that others can write";
    for path in ["open/r.json", "open/folder/r.json"] {
        refused(&mut scene, &line(path), no_link);
    }
    for path in [
        "sticky/r.json",
        "sticky/folder/r.json",
        "own/r.json",
        "open/new.json",
    ] {
        assert_eq!(scene.run(&line(path)).code, Some(0), "{path}");
    }
    if !is_root(&scene) {
        return;
    }
    let lay = |owner: u32, path: &str| {
        std::os::unix::fs::lchown(scene.path(path), Some(owner), None).unwrap();
    };
    // Another user's link is followed if that user owns the folder, or if nobody else can write to
    // it.
    lay(OTHER, "sticky/r.json");
    lay(OTHER, "own/r.json");
    refused(&mut scene, &line("sticky/r.json"), no_link);
    assert_eq!(scene.run(&line("own/r.json")).code, Some(0));
    chown(scene.path("sticky"), Some(OTHER), None).unwrap();
    assert_eq!(scene.run(&line("sticky/r.json")).code, Some(0));
}

#[test]
fn a_file_system_without_locks_is_remarked_on_and_the_run_goes_on() {
    let scene = Scene::new("others-locks").file("plan.yaml", PLAN).file(
        "lock.c",
        "#include <errno.h>\nint flock(int f, int o) { errno = ENOLCK; return -1; }\n",
    );
    let built = program("cc")
        .args(["-shared", "-fPIC", "-o", "lock.so", "lock.c"])
        .current_dir(&scene.directory)
        .status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!("not tested: no C compiler here");
        return;
    }
    let mut command = scene.command(&format!("{RUN} --report report.json plan.yaml"));
    let ran = command
        .env("LD_PRELOAD", scene.path("lock.so"))
        .output()
        .unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{told}");
    assert!(
        told.starts_with("drs: the report can't be locked here (No locks"),
        "{told}"
    );
    assert_eq!(scene.report("report.json")["changed"], 2);
}
