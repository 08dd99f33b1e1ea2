//! Places where a report can't be replaced atomically.

use std::fs;

use crate::{
    report_file::OLD,
    scene::{PLAN, RUN, Scene},
};

/// Needs the right to mount, in its own namespace.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_a_mount_of_its_own_is_refused_before_anything_is_sent() {
    let unshare = |script: &str| {
        let mut command = crate::child::program("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        command
    };
    if !unshare("true")
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("not tested: no namespaces here");
        return;
    }
    let scene = Scene::new("report-mount")
        .file("plan.yaml", PLAN)
        .file("volume", OLD)
        .file("report.json", "");
    let script = "mount --bind volume report.json && exec \"$0\" \"$@\"";
    let drs = scene.command(&format!("{RUN} --report report.json plan.yaml"));
    let mut command = unshare(script);
    command.current_dir(&scene.directory);
    command.arg(drs.get_program()).args(drs.get_args());
    for (name, value) in drs.get_envs() {
        command.env(name, value.unwrap());
    }
    let ran = command.output().unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{told}");
    assert!(told.contains("mount its folder"), "{told}");
    assert_eq!(scene.simulator.request_count(), 0);
    assert_eq!(fs::read_to_string(scene.path("volume")).unwrap(), OLD);
    assert!(!scene.path(".report.json.new").exists());
}

#[test]
fn a_report_whose_folder_can_not_be_written_is_refused() {
    use std::os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    };

    /// Another user, because root can write everywhere.
    const OTHER: u32 = 65_534;
    let scene = Scene::new("report-folder").file("plan.yaml", PLAN);
    fs::create_dir(scene.path("reports")).unwrap();
    let scene = scene.file("reports/report.json", OLD);
    scene.mode("reports", 0o555);
    let is_root = fs::metadata(&scene.directory).unwrap().uid() == 0;
    let ran = ["--dry-run", "--all"].map(|option| {
        let line = format!("{RUN} --report reports/report.json {option} plan.yaml");
        let mut command = scene.command(&line);
        if is_root {
            for file in ["plan.yaml", "reports/report.json"] {
                chown(scene.path(file), Some(OTHER), None).unwrap();
            }
            command.uid(OTHER).env("LD_LIBRARY_PATH", "");
        }
        command.output().unwrap()
    });
    // The next run of this test, by whoever, removes it.
    scene.mode("reports", 0o755);
    for ran in ran {
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{told}");
        assert!(told.contains("its folder can't be written"), "{told}");
    }
    assert_eq!(scene.simulator.request_count(), 0);
}
