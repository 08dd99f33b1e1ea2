//! Whether a report is about the passwords of a plan.

use jiff::Timestamp;

use crate::{
    document::{Document, Frame, Header},
    text::clean,
};

/// Refuses a report of another project, endpoint or set of passwords. Nothing that is kept of a
/// secret could tell the latter: labels do, or else the report's age.
pub(crate) fn check(then: &Document, now: &Frame, same_passwords: bool) -> Result<(), String> {
    let shown = |text: &Option<String>| clean(text.as_deref().unwrap_or("?"));
    for (what, then, now) in [
        ("project", &then.report.project_id, &now.begun.project_id),
        ("endpoint", &then.report.endpoint, &now.begun.endpoint),
    ] {
        if then != now {
            let (then, now) = (shown(then), shown(now));
            return Err(format!(
                "it is about the {what} {then}, and this run about {now}"
            ));
        }
    }
    let label = |header: &Header| match &header.rotation {
        Some(label) => format!("--rotation {}", clean(label)),
        None => "no --rotation".to_owned(),
    };
    let whole = "run the whole plan, without it";
    if then.header.rotation != now.header.rotation {
        let (then, now) = (label(&then.header), label(&now.header));
        return Err(format!(
            "its run had {then}, and this one has {now}; if the plan's passwords are those of that \
             run, give the same; else {whole}"
        ));
    }
    let started = shown(&then.report.started);
    let age = started.parse::<Timestamp>();
    let age = age.map(|then| Timestamp::now().duration_since(then).as_secs());
    let problem = match age {
        _ if then.header.rotation.is_some() || same_passwords => return Ok(()),
        // A day.
        Ok(0..=86_400) => return Ok(()),
        Ok(..0) => "from the future: check this machine's clock",
        _ => "over a day old, and the plan may have other passwords since",
    };
    Err(format!(
        "it is of {started}, {problem}; {whole}, or pass --same-passwords if it has those of that \
         run"
    ))
}
