//! From the options of `drs status` and `drs retry` to calls about the tasks of a plan or a report.

use std::path::Path;

use clap::Parser as _;
use jiff::Timestamp;

use crate::{
    args::{Access, Args, ChangePasswords, Command, Source},
    change_passwords::{builder, refusal},
    document::Document,
    files, input, login, plan,
    status::Failure,
    task_status::Session,
    text::clean,
};

/// Reads the file, and prepares calls about its tasks. The second is the report, if it is one.
pub(crate) fn open(
    source: &Source,
    access: &Access,
) -> Result<(Session, Option<Document>), Failure> {
    let refused = |problem: String| Failure::refused(format!("{source}: {problem}"));
    let run = as_run(source, access)?;
    input::check_sources(&run)?;
    let text = files::text(source, input::care(&run), files::MOST_OF_A_PLAN);
    let text = text.map_err(refused)?;
    let (ids, document) = read(source, &text).map_err(refused)?;

    let builder = builder(&run)?;
    let login = login::find(&run, &builder)?;
    let client = builder.clone().credentials(login.credentials.clone());
    let client = client.build().map_err(|e| refusal(&run, &e))?;
    let runtime = Session::runtime()?;
    let project_id = login::project_id(&login, &run, &runtime)?;
    let report = document.as_ref().map(|document| &document.report);
    if let Some(report) = report {
        for (what, then, now) in [
            ("project", &report.project_id, &*project_id),
            ("endpoint", &report.endpoint, client.endpoint()),
        ] {
            if then.as_deref() != Some(now) {
                let (then, now) = (clean(then.as_deref().unwrap_or("?")), clean(now));
                return Err(refused(format!("it is about the {what} {then}, not {now}")));
            }
        }
    }
    // A run that crashed may have made its last change at any moment until now.
    let ended = report.and_then(|report| report.ended.as_ref()?.parse().ok());
    let age = Timestamp::now().duration_since(ended.unwrap_or_else(Timestamp::now));
    let is_report = document.is_some();
    let session = Session {
        client,
        project_id,
        runtime,
        ids,
        report: is_report.then(|| source.clone()),
        age: is_report.then(|| age.try_into().unwrap_or_default()),
    };
    Ok((session, document))
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
