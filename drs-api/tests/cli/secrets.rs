//! Who else could see a secret: other users of the machine, children, readers of the report.

use std::fs;

use crate::scene::{PLAN, RUN, SECRET, Scene};

/// Only Linux shows a process as files.
#[cfg(target_os = "linux")]
#[test]
fn command_line_children_report_and_output_hold_no_secret() {
    let plan = format!("{PLAN}    kerberos: {{key_tab_file: 'BQI-keytab-hunter2'}}\n");
    let scene = Scene::new("secrets")
        .file("plan.yaml", &plan)
        .fault("next:echo=400,delay=500ms");
    let line = format!("NEW={SECRET} {RUN} --password-env NEW --report report.json plan.yaml");
    let drs = scene.start(&line);
    scene.await_requests(1);
    let of_process = |name: &str| fs::read(format!("/proc/{}/{name}", drs.id())).unwrap();
    let hidden = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains(SECRET) && !text.contains(scene.simulator.token()),
            "{text}"
        );
    };
    let command_line = of_process("cmdline");
    assert!(command_line.starts_with(env!("CARGO_BIN_EXE_drs").as_bytes()));
    hidden(&command_line);
    // No child exists whose environment could contain one.
    for thread in fs::read_dir(format!("/proc/{}/task", drs.id())).unwrap() {
        let children = fs::read(thread.unwrap().path().join("children"));
        assert_eq!(children.unwrap_or_default(), b"");
    }
    hidden(&fs::read(scene.path("report.json")).unwrap());
    let ran = drs.end();
    // The service returned the whole request.
    assert_eq!(ran.code, Some(3));
    assert!(ran.stdout.contains("[redacted]"), "{}", ran.stdout);
    hidden(ran.stdout.as_bytes());
    hidden(ran.stderr.as_bytes());
    hidden(&fs::read(scene.path("report.json")).unwrap());
}

#[test]
fn no_option_takes_a_secret() {
    let help = Scene::new("secrets-help")
        .run("drs change-passwords --help")
        .stdout;
    let options = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("--"))
        .filter_map(|line| line.split("  ").next());
    let values: Vec<_> = options
        .filter(|line| {
            ["password", "token", "secret", "key"]
                .iter()
                .any(|word| line.contains(word))
        })
        .collect();
    // Names of files and a variable, and a flag.
    assert_eq!(
        values,
        [
            "--token-file <FILE|->",
            "--password-env <NAME>",
            "--password-file <FILE|->",
            "--same-passwords"
        ]
    );
}
