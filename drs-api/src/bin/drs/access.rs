//! How `drs status` and `drs retry` reach the service, and which tasks they are about: those of a
//! plan or of a report.

use std::{path::Path, time::Duration};

use clap::Parser as _;
use drs_api::{
    Client,
    tasks::{TaskState, TaskStates},
};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::runtime::Runtime;

use crate::{
    args::{Access, Args, ChangePasswords, Command, Source},
    change_passwords::{builder, refusal},
    document::Document,
    files, input,
    login::Login,
    plan,
    status::Failure,
    text::clean,
};

/// The tasks of a plan or of a report, and what calls about them are made with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) project_id: String,
    pub(crate) runtime: Runtime,
    pub(crate) ids: Vec<String>,
    pub(crate) report: Option<Document>,
    source: Source,
    /// How long ago the report's run ended: the last password may have been changed then. A run
    /// that crashed may have ended at any moment until now.
    pub(crate) age: Option<Duration>,
}

#[derive(Deserialize)]
struct Ended {
    ended: Option<String>,
}

impl Session {
    /// Reads the file, and prepares calls about its tasks.
    pub(crate) fn open(source: &Source, access: &Access) -> Result<Self, Failure> {
        let refused = |problem: String| Failure::refused(format!("{source}: {problem}"));
        let run = as_run(source, access)?;
        input::check_sources(&run)?;
        let text = files::text(source, input::care(&run), files::MOST_OF_A_PLAN);
        let text = text.map_err(refused)?;
        let (ids, report) = read(source, &text).map_err(refused)?;
        let ended = serde_json::from_str(&text).map(|Ended { ended }| ended);
        let ended = ended.ok().flatten().and_then(|ended| ended.parse().ok());
        let age = Timestamp::now().duration_since(ended.unwrap_or_else(Timestamp::now));

        let builder = builder(&run)?;
        let login = Login::find(&run, &builder)?;
        let client = builder.clone().credentials(login.credentials.clone());
        let client = client.build().map_err(|e| refusal(&run, &e))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Failure::other(format!("no event loop could be started: {e}")))?;
        let project_id = login.project_id(&run, &builder, &runtime)?;
        if let Some(Document { header, .. }) = &report {
            for (what, then, now) in [
                ("project", &*header.project_id, &*project_id),
                ("endpoint", &*header.endpoint, client.endpoint()),
            ] {
                if then != now {
                    let (then, now) = (clean(then), clean(now));
                    return Err(refused(format!("it is about the {what} {then}, not {now}")));
                }
            }
        }
        Ok(Self {
            client,
            project_id,
            runtime,
            ids,
            age: (report.is_some()).then(|| age.try_into().unwrap_or_default()),
            report,
            source: source.clone(),
        })
    }

    /// The report's name, or what stands for it where there is a plan alone.
    pub(crate) fn name(&self) -> String {
        match self.report {
            Some(_) => self.source.to_string(),
            None => "REPORT".to_owned(),
        }
    }

    /// The states of these tasks now.
    pub(crate) fn states(&self, ids: &[String]) -> Result<TaskStates, Failure> {
        let states = self.client.task_states(&self.project_id, ids);
        Ok(self.runtime.block_on(states)?)
    }
}

/// What finds endpoint and credentials takes the options of a run.
fn as_run(file: &Source, access: &Access) -> Result<Box<ChangePasswords>, Failure> {
    let defaults = Args::try_parse_from(["drs", "change-passwords", "-"]);
    let Ok(Command::ChangePasswords(mut run)) = defaults.map(|args| args.command) else {
        return Err(Failure::other("change-passwords has no defaults"));
    };
    run.file = file.clone();
    run.project_id.clone_from(&access.project_id);
    run.region.clone_from(&access.region);
    run.endpoint.clone_from(&access.endpoint);
    run.token_file.clone_from(&access.token_file);
    run.credentials = access.credentials;
    run.allow_readable_files = access.allow_readable_files;
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    run.ca_bundle.clone_from(&access.ca_bundle);
    Ok(run)
}

/// The ids of the tasks in a file, and the report that it is.
fn read(source: &Source, text: &str) -> Result<(Vec<String>, Option<Document>), String> {
    if text.contains("\"schema\"") {
        let document = Document::parse(text)?;
        let outcomes = document.report.outcomes.iter();
        let ids = outcomes.map(|outcome| outcome.job_id.clone()).collect();
        return Ok((ids, Some(document)));
    }
    let extension = source.path().and_then(Path::extension);
    let named_json = extension.is_some_and(|name| name.eq_ignore_ascii_case("json"));
    Ok((plan::ids(text, named_json)?, None))
}

/// Code and message of a task's failure, or why nothing is known of it.
pub(crate) fn why(task: &TaskState) -> String {
    let reply = &task.reply;
    let message = reply.error_msg.as_ref().or(reply.cause.as_ref());
    clean(message.map_or("", String::as_str))
}
