//! What the program tells people without the repository.

use crate::scene::Scene;

#[test]
fn help_prints_the_chapters_of_the_page_for_operators() {
    let mut scene = Scene::new("manual");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/drs.md");
    let page = std::fs::read_to_string(page).unwrap();
    for (topic, part) in [
        ("plan", "db_password_file"),
        ("report", "--only-todo"),
        ("status", "INCRE_TRANSFER_FAILED"),
        ("retry", "primary key"),
        ("credentials", "HUAWEICLOUD_SDK_AK"),
        ("exit-codes", "DRS.KE0002"),
    ] {
        let ran = scene.run(&format!("drs help {topic}"));
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.contains(part), "{topic}: {}", ran.stdout);
        // The options of the command come first, if it is one.
        let options = scene.run(&format!("drs {topic} --help")).stdout;
        let chapters = ran.stdout.strip_prefix(&options).unwrap_or(&ran.stdout);
        assert_eq!(options.is_empty(), chapters.len() == ran.stdout.len());
        for line in chapters.lines() {
            assert!(page.contains(line), "{topic}: {line}");
        }
        assert!(
            !ran.stdout.contains("](") && !ran.stdout.contains("<!--"),
            "{topic}"
        );
    }
    let ran = scene.run("drs help nothing");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("see drs help"), "{}", ran.stderr);
}

#[test]
fn help_is_there_for_each_command_in_either_way() {
    let mut scene = Scene::new("manual-commands");
    assert_eq!(scene.run("drs help").stdout, scene.run("drs --help").stdout);
    for command in ["change-passwords", "show", "help", "man", "completions"] {
        let [way, other] = [
            format!("drs help {command}"),
            format!("drs {command} --help"),
        ];
        let (way, other) = (scene.run(&way), scene.run(&other));
        assert_eq!((way.code, way.stdout), (Some(0), other.stdout), "{command}");
    }
}

#[test]
fn man_prints_pages_that_name_the_program_and_its_options() {
    let mut scene = Scene::new("manual-man");
    for (line, parts) in [
        ("drs man", [".TH drs 1", "change\\-passwords"]),
        (
            "drs man change-passwords",
            [".TH drs-change-passwords 1", "\\-\\-only\\-todo"],
        ),
    ] {
        let ran = scene.run(line);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        for part in parts {
            assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
        }
    }
}
