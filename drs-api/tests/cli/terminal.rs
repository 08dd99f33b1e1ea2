//! What differs on a terminal, seen through a pseudo-terminal: progress, colours, Ctrl-C.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::scene::{PLAN, RUN, Scene, TASK, many, wait_for};

/// A terminal that runs the tool.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    shown: Arc<Mutex<String>>,
    reader: std::thread::JoinHandle<()>,
}

impl Terminal {
    fn start(scene: &Scene, line: &str, variables: &[(&str, &str)]) -> Self {
        Self::sized(scene, line, variables, 120)
    }

    fn sized(scene: &Scene, line: &str, variables: &[(&str, &str)], width: u16) -> Self {
        let size = PtySize {
            cols: width,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let plain = scene.command(line);
        let mut command = CommandBuilder::new(plain.get_program());
        command.args(plain.get_args());
        command.cwd(&scene.directory);
        command.env_clear();
        for (name, value) in plain.get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut from = pair.master.try_clone_reader().unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let to = Arc::clone(&shown);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Reading fails once the last process has left the terminal.
            while let Ok(length @ 1..) = from.read(&mut bytes) {
                to.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&bytes[..length]));
            }
        });
        Self {
            child,
            master: pair.master,
            shown,
            reader,
        }
    }

    fn await_text(&self, text: &str) {
        wait_for(|| self.shown.lock().unwrap().contains(text));
    }

    /// What Ctrl-C types.
    fn interrupt(&self, writer: &mut dyn std::io::Write) {
        writer.write_all(b"\x03").unwrap();
        writer.flush().unwrap();
    }

    /// The exit code, and everything shown.
    fn end(mut self) -> (u32, String) {
        let code = self.child.wait().unwrap().exit_code();
        self.reader.join().unwrap();
        (code, self.shown.lock().unwrap().clone())
    }
}

const GREEN: &str = "\x1b[32mchanged";

#[test]
fn a_terminal_sees_progress_and_colours() {
    let (simulator, plan) = many(100);
    let scene = Scene::with("terminal", simulator)
        .file("plan.json", &plan)
        .fault("always:regular,delay=100ms");
    let terminal = Terminal::start(&scene, &format!("{RUN} plan.json"), &[]);
    terminal.await_text("/100 done, ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0);
    assert!(shown.contains("[=") && shown.contains(GREEN), "{shown}");
    let (_, table) = shown.split_once("TASK").unwrap();
    assert!(
        !table.contains("100 done"),
        "the bar goes before the table comes"
    );
}

#[test]
fn no_color_is_obeyed() {
    let scene = Scene::new("no-color").file("plan.yaml", PLAN);
    let line = format!("{RUN} plan.yaml");
    let (code, shown) = Terminal::start(&scene, &line, &[("NO_COLOR", "1")]).end();
    assert_eq!(code, 0);
    let (_, table) = shown.split_once("TASK").unwrap();
    assert!(
        table.contains("changed") && !table.contains('\x1b'),
        "{table:?}"
    );
}

#[test]
fn a_terminal_that_can_not_move_its_cursor_sees_text_alone() {
    let scene = Scene::new("dumb").file("plan.yaml", PLAN);
    let line = format!("{RUN} plan.yaml");
    let (code, shown) = Terminal::start(&scene, &line, &[("TERM", "dumb")]).end();
    assert_eq!(code, 0);
    assert!(
        shown.starts_with("TASK") && !shown.contains('\x1b'),
        "{shown:?}"
    );
}

#[test]
fn a_pipe_sees_neither_progress_nor_colours() {
    let mut scene = Scene::new("pipe").file("plan.yaml", PLAN);
    let ran = scene.run(&format!("TERM=xterm-256color {RUN} plan.yaml"));
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains('\x1b'), "{:?}", ran.stdout);
}

#[test]
fn ctrl_c_once_awaits_what_is_under_way() {
    let (simulator, plan) = many(40);
    let scene = Scene::with("ctrl-c", simulator)
        .file("plan.json", &plan)
        .fault("always:regular,delay=1s");
    let line = format!("{RUN} --report report.json plan.json");
    let terminal = Terminal::start(&scene, &line, &[]);
    let mut keyboard = terminal.master.take_writer().unwrap();
    scene.await_requests(1);
    terminal.interrupt(&mut keyboard);
    terminal.await_text("drs: stopping: ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 3, "{shown}");
    assert!(
        shown.contains("10 changed, 0 rejected, 0 unconfirmed, 30 not sent."),
        "{shown}"
    );
    assert_eq!(scene.report("report.json")["not_sent"], 30);
    assert_eq!(scene.simulator.request_count(), 1);
}

#[test]
fn ctrl_c_twice_ends_at_once_and_the_report_is_written() {
    let scene = Scene::new("ctrl-c-twice")
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let line = format!("{RUN} --report report.json plan.yaml");
    let terminal = Terminal::start(&scene, &line, &[]);
    let mut keyboard = terminal.master.take_writer().unwrap();
    scene.await_requests(1);
    terminal.interrupt(&mut keyboard);
    terminal.await_text("press Ctrl-C again to end at once");
    // Earlier, it would count as the same request.
    std::thread::sleep(std::time::Duration::from_millis(600));
    let begun = std::time::Instant::now();
    terminal.interrupt(&mut keyboard);
    let (code, shown) = terminal.end();
    assert!(begun.elapsed().as_secs() < 20, "the time-out is 60 seconds");
    assert_eq!(code, 4, "{shown}");
    let report = scene.report("report.json");
    assert_eq!(report["unconfirmed"], 2);
    assert!(report["stopped"].is_string());
}

#[test]
fn a_terminal_shows_twenty_rows_of_what_is_changed_and_a_pipe_all() {
    let (simulator, plan) = many(50);
    let mut scene = Scene::with("rows", simulator).file("plan.json", &plan);
    let rows = |shown: &str| shown.matches("-5a7e-4000-").count();
    let line = format!("{RUN} plan.json");
    let (_, shown) = Terminal::start(&scene, &line, &[]).end();
    assert_eq!(rows(&shown), 20, "{shown}");
    assert!(
        shown.contains("and 30 more changed (--all shows them)"),
        "{shown}"
    );
    let (_, shown) = Terminal::start(&scene, &format!("{line} --all"), &[]).end();
    assert_eq!(rows(&shown), 50, "{shown}");
    assert_eq!(rows(&scene.run(&line).stdout), 50);
}

/// A plan with a task that doesn't exist.
const REFUSED: &str =
    "jobs: [{job_id: 99999999-5a7e-4000-8000-0000000000jb, end_point_type: so, db_password: 'x'}]";

#[test]
fn a_row_is_one_line_at_any_width() {
    let message = "a message of many words ".repeat(12);
    let body = format!("{{\"error_code\":\"DRS.M05003\",\"error_msg\":\"{message}\"}}");
    let scene = Scene::new("widths")
        .file("plan.yaml", REFUSED)
        .fault(&format!("always:answer=400,body={body}"));
    let line = format!("{RUN} plan.yaml");
    let [narrow, wide] = [20, 500].map(|width| {
        let (code, shown) = Terminal::sized(&scene, &line, &[("NO_COLOR", "1")], width).end();
        assert_eq!(code, 3);
        shown.split_once("TASK").unwrap().1.to_owned()
    });
    assert_eq!(narrow, wide);
    assert!(narrow.contains(message.trim_end()), "{narrow}");
}

#[test]
fn a_long_id_or_code_does_not_widen_the_table() {
    let plan = format!("{REFUSED}\n",).replace(
        "}]",
        &format!(
            "}}, {{job_id: {}, end_point_type: so, db_password: 'x'}}]",
            "a".repeat(300)
        ),
    );
    let body = format!("{{\"error_code\":\"{}\"}}", "C".repeat(3_000));
    let mut scene = Scene::new("columns")
        .file("plan.yaml", &plan)
        .fault(&format!("always:answer=400,body={body}"));
    let table = scene.run(&format!("{RUN} plan.yaml")).stdout;
    let head = table.lines().next().unwrap();
    assert!(
        head.find("SIDE").unwrap() <= 50 && head.len() < 120,
        "{head}"
    );
    // The id is complete, and the code is cut.
    assert!(table.contains(&"a".repeat(300)), "{table}");
    assert!(!table.contains(&"C".repeat(33)), "{table}");
}

#[test]
fn the_bar_shows_the_time_and_what_was_rejected() {
    let (simulator, plan) = many(60);
    let scene = Scene::with("bar", simulator)
        .file("plan.json", &plan)
        .fault("next:answer=400,body={\"error_code\":\"X1\"}")
        .fault("always:regular,delay=700ms");
    let terminal = Terminal::start(&scene, &format!("{RUN} --concurrency 1 plan.json"), &[]);
    terminal.await_text(" changed, 10 rejected");
    terminal.await_text("2s [");
    assert_eq!(terminal.end().0, 3);
}

#[test]
fn the_bar_shows_rate_and_time_left_and_says_while_the_run_is_throttled_for_how_long() {
    let (simulator, plan) = many(30);
    let scene = Scene::with("bar-throttled", simulator)
        .file("plan.json", &plan)
        .fault("next:regular,delay=1200ms")
        .fault("next:answer=429,header=Retry-After: 3,body={\"error_code\":\"APIGW.0308\"}")
        .fault("always:regular,delay=300ms");
    let terminal = Terminal::start(&scene, &format!("{RUN} --concurrency 1 plan.json"), &[]);
    terminal.await_text("; the service takes no more requests now: again in ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(" s; a lower --concurrency helps"), "{shown}");
    assert!(
        shown.contains("/s, ") && shown.contains("s left"),
        "{shown}"
    );
}

#[test]
fn v_shows_each_try_and_vv_the_librarys_events_and_neither_a_secret() {
    let mut scene = Scene::new("verbose")
        .file("plan.yaml", PLAN)
        .fault("next:answer=503,header=Retry-After: 0")
        .fault("next:regular,header=X-Request-Id: id-of-the-request");
    let told = scene.run(&format!("{RUN} -v plan.yaml")).stderr;
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 4, "{told}");
    assert_eq!(lines[0], "drs: credentials: the environment");
    assert!(lines[1].starts_with("drs: project: "), "{told}");
    let lines = &lines[2..];
    // Each has its time, and names the tasks.
    let lines: Vec<_> = lines.iter().map(|line| line.split_at(26)).collect();
    for (time, _) in &lines {
        assert!(
            time.starts_with("drs: 20") && time.ends_with("Z "),
            "{told}"
        );
    }
    let lines: Vec<_> = lines.iter().map(|(_, line)| *line).collect();
    let results = |kind: &str| format!(": {TASK} so {kind}, {TASK} ta {kind}");
    assert!(lines[0].starts_with("request 1, "), "{told}");
    assert!(lines[0].contains(" ms: HTTP status 503"), "{told}");
    assert!(lines[0].ends_with(&results("unconfirmed")), "{told}");
    assert!(lines[1].starts_with("request 2, "), "{told}");
    let said = " ms: HTTP status 200, request id id-of-the-request";
    assert!(
        lines[1].ends_with(&(said.to_owned() + &results("changed"))),
        "{told}"
    );
    assert!(!told.contains("drs_api"), "{told}");
    let told = scene.run(&format!("{RUN} -vv plan.yaml")).stderr;
    assert!(
        told.contains("drs_api") && told.contains("request ended"),
        "{told}"
    );
    assert!(!told.contains("hyper"), "{told}");
    // The plan was checked first, which doesn't count as a dropped run.
    assert!(!told.contains("run stopped"), "{told}");
}

#[test]
fn a_terminal_is_asked_before_anything_is_retried() {
    let state = drs_simulator::TaskState::IncreTransferFailed;
    let scene = crate::tasks::changed("terminal-retry", state);
    let line = "drs retry --endpoint $ENDPOINT --wait 0s report.json";
    for (typed, expected, retries) in
        [(b"y\r", 2, 0), (b"no\r", 2, 0), (b"yes\r", 5, 1)] as [(&[u8], _, _); 3]
    {
        let terminal = Terminal::start(&scene, line, &[]);
        terminal.await_text("type yes to retry 1:");
        let mut writer = terminal.master.take_writer().unwrap();
        writer.write_all(typed).unwrap();
        let (code, shown) = terminal.end();
        assert_eq!(code, expected, "{shown}");
        assert_eq!(scene.simulator.retries(crate::scene::TASK), retries);
    }
}
