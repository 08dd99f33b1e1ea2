//! What reading a plan may cost, and what the process leaves behind. Only Linux can measure both.
#![cfg(target_os = "linux")]

use std::fs;

use crate::child::program;

use crate::scene::{PLAN, RUN, Scene, ids};

/// Reads a plan with at most 16 times its length and 32 MiB of memory, and 5 seconds of CPU;
/// otherwise the kernel ends it. Returns what `drs` says about the plan.
fn read_within_limits(name: &str, file: &str, plan: &str) -> String {
    let scene = Scene::new(&format!("limits-{name}")).file(file, plan);
    let kib = (plan.len() * 16 + (32 << 20)) / 1024;
    let drs = scene.command(&format!("{RUN} {file}"));
    let mut shell = program("sh");
    shell
        .args([
            "-c",
            &format!("ulimit -d {kib} && ulimit -t 5 && exec \"$0\" \"$@\""),
        ])
        .arg(drs.get_program())
        .args(drs.get_args())
        .current_dir(&scene.directory);
    let output = shell.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{name}: {told}");
    told
}

#[test]
fn reading_a_plan_takes_little_memory_and_time() {
    let missing = |told: String| {
        // The last item lacks it, so the whole plan was read.
        assert!(told.contains("missing field `end_point_type`"), "{told}");
    };
    let items =
        |item: &dyn Fn(&str) -> String, count| ids(count).map(|id| item(&id)).collect::<String>();
    let short = items(
        &|id| format!("- {{job_id: {id}, end_point_type: so, db_password: 'b'}}\n"),
        20_000,
    );
    missing(read_within_limits(
        "items",
        "plan.yaml",
        &format!("jobs:\n{short}- {{job_id: a, db_password: 'b'}}\n"),
    ));
    let tiny = "- {job_id: a, end_point_type: so, db_password: 'b'}\n".repeat(40_000);
    missing(read_within_limits(
        "tiny",
        "plan.yaml",
        &format!("jobs:\n{tiny}- {{job_id: a, db_password: 'b'}}\n"),
    ));
    let json = items(
        &|id| format!(r#"{{"job_id":"{id}","end_point_type":"so","db_password":"b"}},"#),
        20_000,
    );
    missing(read_within_limits(
        "json",
        "plan.json",
        &format!(r#"{{"jobs":[{json}{{"job_id":"a","db_password":"b"}}]}}"#),
    ));
}

#[test]
fn a_plan_that_is_a_bomb_is_refused_within_the_same_limits() {
    // One item that expands to half a megabyte, a hundred thousand times.
    let large = "x".repeat(500_000);
    let item = format!("- &a {{job_id: a, end_point_type: so, db_password: '{large}'}}\n");
    let bomb = format!("jobs:\n{item}{}", "- *a\n".repeat(100_000));
    let told = read_within_limits("bomb", "plan.yaml", &bomb);
    assert!(told.contains("a plan has no anchors, aliases"), "{told}");
    for (name, file, piece) in [
        ("nested", "plan.yaml", "["),
        ("dashes", "plan.yaml", "- "),
        ("numbers", "plan.json", "[0,"),
        ("list", "plan.json", "0,"),
    ] {
        let start = if file == "plan.json" {
            "{\"jobs\":[["
        } else {
            "jobs: "
        };
        let plan = format!("{start}{}", piece.repeat((1 << 20) / piece.len()));
        read_within_limits(name, file, &plan);
    }
}

#[test]
fn no_core_file_and_no_other_process_gets_the_memory() {
    use std::os::unix::{fs::MetadataExt as _, process::CommandExt as _};

    let scene = Scene::new("limits-core")
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let line = format!("{RUN} plan.yaml");
    let user = fs::metadata(&scene.directory).unwrap().uid();
    let mut command = scene.command(&line);
    if user == 0 {
        // A process that can't be dumped belongs to root, which only other users can see.
        std::os::unix::fs::chown(scene.path("plan.yaml"), Some(65_534), None).unwrap();
        command.uid(65_534).env("LD_LIBRARY_PATH", "");
    }
    let Ok(mut drs) = command.spawn() else {
        panic!("the binary can't be run by another user; is its folder open to them?");
    };
    scene.await_requests(1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", drs.id())).unwrap();
    let owner = fs::metadata(format!("/proc/{}/mem", drs.id()))
        .unwrap()
        .uid();
    drs.kill().unwrap();
    drs.wait().unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let values: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "{core}");
    assert_eq!(owner, 0);
}

#[test]
fn the_text_of_a_plan_is_wiped_once_it_is_read() {
    use std::os::unix::fs::FileExt as _;

    // In a comment, only that text contains it, and the password is where it belongs.
    let plan = format!("# {}\n{PLAN}", "wiped-with-the-text-".repeat(20));
    let scene = Scene::new("limits-wiped")
        .file("plan.yaml", &plan)
        .fault("always:hang=after-body");
    let drs = scene.start(&format!("{RUN} plan.yaml"));
    scene.await_requests(1);
    let Ok(memory) = fs::File::open(format!("/proc/{}/mem", drs.id())) else {
        eprintln!("not tested: only root can read its memory");
        return;
    };
    let maps = fs::read_to_string(format!("/proc/{}/maps", drs.id())).unwrap();
    let (mut texts, mut passwords) = (0, 0);
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [from, to] = [from, to].map(|number| u64::from_str_radix(number, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            let count = |text: &[u8]| memchr::memmem::find_iter(&bytes, text).count();
            texts += count(b"wiped-with-the-text-wiped");
            passwords += count(b"source-hunter2");
        }
    }
    assert!(passwords > 0, "else nothing was looked at");
    assert_eq!(texts, 0);
}
