//! Signals that were ignored when the tool started.

use std::process::Stdio;

use crate::child::program;

use crate::scene::{RUN, Scene, many, wait_for};

/// Only Linux tells which ones were.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    for ignored in ["HUP", "INT", "TERM"] {
        let (simulator, plan) = many(40);
        let scene = Scene::with("ignored", simulator)
            .file("plan.json", &plan)
            .fault("always:regular,delay=300ms");
        let drs = scene.command(&format!("{RUN} plan.json"));
        // As `nohup`, and a script's `drs &`, start it.
        let script = format!("trap '' {ignored}; exec \"$0\" \"$@\"");
        let mut shell = program("sh");
        shell.args(["-c", &script]).arg(drs.get_program());
        shell.args(drs.get_args()).current_dir(&scene.directory);
        for (name, value) in drs.get_envs() {
            shell.env(name, value.unwrap());
        }
        shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = shell.spawn().unwrap();
        wait_for(|| scene.simulator.request_count() >= 1);
        let kill = format!("kill -{ignored} {}", child.id());
        let sent = program("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
        let ran = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!((ran.status.code(), stderr.as_str()), (Some(0), ""));
        assert_eq!(scene.simulator.request_count(), 4);
    }
}
