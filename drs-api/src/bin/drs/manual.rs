//! What people read without the repository: chapters of docs/drs.md, pages of the manual, and
//! completions.

use clap::{Command, CommandFactory as _};

use crate::{
    args::Args,
    output,
    status::{Failure, Status},
};

const PAGE: &str = include_str!("../../../docs/drs.md");
/// Topics, and the chapters that they are made of.
const TOPICS: [(&str, &[&str]); 8] = [
    ("outcomes", &["Outcomes"]),
    ("plan", &["Plans", "Kerberos", "Files with secrets"]),
    ("report", &["The report", "Send what is left"]),
    ("status", &["Is replication running?"]),
    ("retry", &["Retry failed tasks"]),
    ("credentials", &["Credentials", "Networks"]),
    ("unattended", &["Run it unattended", "While it runs"]),
    ("exit-codes", &["Exit codes", "What to do next"]),
];

/// `drs help`.
pub(crate) fn help(topic: Option<&str>) -> Result<Status, Failure> {
    let chapters = TOPICS.iter().find(|(name, _)| Some(*name) == topic);
    let chapters = chapters.map(|(_, headings)| headings.iter().map(|of| chapter(of)));
    let options = command(topic).map(|mut command| command.render_help().to_string());
    // Some topics have the name of a command.
    print(&match chapters {
        Some(chapters) => {
            options.map_or(String::new(), |of| of + "\n") + &chapters.collect::<String>()
        }
        None => options?,
    })
}

/// A chapter of the page, without the comments that tests look for.
fn chapter(heading: &str) -> String {
    let mut chapters = PAGE.split("\n## ");
    let chapter = chapters.find(|chapter| chapter.split('\n').next() == Some(heading));
    let lines = chapter.unwrap_or_default().lines();
    let lines = lines.filter(|line| !line.starts_with("<!--"));
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("## {lines}\n")
}

/// `drs man`.
pub(crate) fn page(name: Option<&str>) -> Result<Status, Failure> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command(name)?).render(&mut page);
    rendered.map_err(|e| Failure::other(e.to_string()))?;
    print(&String::from_utf8_lossy(&page))
}

/// `drs completions`.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "drs", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// A command with its whole name, or all of `drs`.
fn command(name: Option<&str>) -> Result<Command, Failure> {
    let mut drs = Args::command();
    drs.build();
    let Some(name) = name else {
        return Ok(drs);
    };
    let command = drs.find_subcommand(name).cloned();
    let unknown = || Failure::refused("no such topic or command; see drs help");
    let command = command.ok_or_else(unknown)?;
    Ok(command.display_name(format!("drs-{name}")))
}

fn print(text: &str) -> Result<Status, Failure> {
    output::print(text).map(|()| Status::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_has_its_chapters_and_leads_to_no_file_of_the_repository() {
        for heading in TOPICS.iter().flat_map(|(_, headings)| *headings) {
            let chapter = chapter(heading);
            assert!(chapter.lines().count() > 3, "{heading}");
            assert!(!chapter.contains("]("), "{heading}");
        }
    }
}
