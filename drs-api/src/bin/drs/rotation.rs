//! Whether a report is about the passwords of a plan.

use drs_api::passwords::Report;

use crate::{
    document::{Document, Frame, Header, age},
    text::clean,
};

/// Refuses a report of another project, endpoint or set of passwords. Nothing that is kept of a
/// secret could tell the latter: labels do, or else the report's age.
pub(crate) fn check(then: &Document, now: &Frame, same_passwords: bool) -> Result<(), String> {
    let (project_id, endpoint) = (&now.begun.project_id, &now.begun.endpoint);
    check_place(&then.report, project_id.as_deref(), endpoint.as_deref())?;
    let label = |header: &Header| {
        let label = header.rotation.as_deref().map(clean);
        label.map_or("no --rotation".to_owned(), |label| {
            format!("--rotation {label}")
        })
    };
    let whole = "run the whole plan, without it";
    if then.header.rotation != now.header.rotation {
        let (then, now) = (label(&then.header), label(&now.header));
        return Err(format!(
            "its run had {then}, and this one has {now}; if the plan's passwords are those of that \
             run, give the same; else {whole}"
        ));
    }
    if then.header.rotation.is_some() || same_passwords {
        return Ok(());
    }
    check_age(&then.report).map_err(|problem| {
        format!("{problem}; {whole}, or pass --same-passwords if the plan has those of that run")
    })
}

/// Refuses a report of another project or endpoint.
pub(crate) fn check_place(
    then: &Report,
    project_id: Option<&str>,
    endpoint: Option<&str>,
) -> Result<(), String> {
    for (what, then, now) in [
        ("project", then.project_id.as_deref(), project_id),
        ("endpoint", then.endpoint.as_deref(), endpoint),
    ] {
        if then != now {
            let [then, now] = [then, now].map(|text| clean(text.unwrap_or("?")));
            return Err(format!(
                "it is about the {what} {then}, and this run about {now}"
            ));
        }
    }
    Ok(())
}

/// Refuses a report that is over a day old, or may be.
pub(crate) fn check_age(then: &Report) -> Result<(), String> {
    let started = then.started.as_deref();
    let problem = match age(started).map(|age| age.as_secs()) {
        // A day.
        Some(0..=86_400) => return Ok(()),
        Some(..0) => "from the future: check this machine's clock",
        _ => "over a day old, and the plan may have other passwords since",
    };
    let started = clean(started.unwrap_or("?"));
    Err(format!("it is of {started}, {problem}"))
}
