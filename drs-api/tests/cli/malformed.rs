//! Plans with a mistake on a secret's line: parsers tend to quote that line, or to take the secret
//! for a name.

use crate::{
    meant::item,
    scene::{RUN, SECRET, Scene},
};

/// Mistakes in an item, each with the secret in it.
const LINES: [&str; 16] = [
    "  db_password: \"hunter2",
    "  {db_password: hunter2, x: [fw",
    "  db_password: *hunter2",
    "  db_password: !hunter2",
    "  db_password: @hunter2",
    "  db_password: [hunter2]",
    "  db_password: {hunter2: 1}",
    "  hunter2: x",
    "  db_password: ? hunter2",
    "  db_password_env: hunter2",
    "  db_password_file: hunter2",
    "  db_password: \"\\qhunter2\"",
    "  db_password: 'hunter2'\n    db_password: 'other'",
    "  <<: *hunter2",
    "  db_password: &hunter2 'x'",
    "  db_password: 'x'\n  kerberos: {key_tab_path: hunter2, hunter2: [}",
];

/// Whole plans.
const PLANS: [(&str, &str); 8] = [
    ("a.json", "{\"jobs\": [{\"db_password\": \"hunter2\\q\"}]}"),
    ("b.json", "{\"jobs\": [{\"hunter2\": 1}]}"),
    (
        "c.json",
        "{\"jobs\": [{\"job_id\": \"a\", \"end_point_type\": \"hunter2\"}]}",
    ),
    ("d.json", "{\"jobs\": [\"hunter2\"]}"),
    ("e.json", "[[\"a\", \"so\", \"hunter2\"]]"),
    ("f.csv", "a,so,hunter2\nb,ta,hunter2\n"),
    ("g.yaml", "jobs: []\n--- hunter2\n"),
    ("h.yaml", "- hunter2\n"),
];

#[test]
fn no_message_about_a_malformed_plan_shows_its_secret() {
    let mut scene = Scene::new("malformed");
    std::fs::create_dir(scene.path("plans")).unwrap();
    let lines = LINES.map(|line| ("line.yaml", item(&format!("{line}\n"))));
    let plans = PLANS.map(|(name, plan)| (name, plan.to_owned()));
    for (name, plan) in lines.into_iter().chain(plans) {
        assert!(plan.contains(SECRET));
        scene = scene.file(&format!("plans/{name}"), &plan);
        // With a folder, and without one.
        for line in [
            format!("{RUN} --dry-run -vv plans/{name}"),
            format!("{RUN} --dry-run -vv - < plans/{name}"),
        ] {
            // It checks that the output contains no secret.
            let ran = scene.run(&line);
            assert_eq!(ran.code, Some(2), "{plan}\n{}", ran.stderr);
            assert_eq!(ran.stderr.lines().count(), 1, "{plan}\n{}", ran.stderr);
        }
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}
