//! What is otherwise on a terminal, seen through a pseudo-terminal: progress, colours, Ctrl-C.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::scene::{PLAN, RUN, Scene, many, wait_for};

/// A terminal with the tool in it.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    shown: Arc<Mutex<String>>,
    reader: std::thread::JoinHandle<()>,
}

impl Terminal {
    fn start(scene: &Scene, line: &str, variables: &[(&str, &str)]) -> Self {
        let size = PtySize {
            cols: 120,
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
            // When the last process has left the terminal, reading fails.
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

    /// Exit code, and all that was shown.
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
    terminal.await_text("/100 settled, ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0);
    assert!(shown.contains("[=") && shown.contains(GREEN), "{shown}");
    let (_, table) = shown.split_once("TASK").unwrap();
    assert!(
        !table.contains("settled"),
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
    terminal.await_text("drs: stopping: ");
    let begun = std::time::Instant::now();
    terminal.interrupt(&mut keyboard);
    let (code, shown) = terminal.end();
    assert!(begun.elapsed().as_secs() < 20, "the time-out is 60 seconds");
    assert_eq!(code, 4, "{shown}");
    let report = scene.report("report.json");
    assert_eq!(report["unconfirmed"], 2);
    assert!(report["stopped"].is_string());
}
