//! The small language of the program's `--fault` flag.

use std::time::Duration;

use super::definition::{End, Fault, Kind, Stage};
use super::{ItemFault, Times};

const STAGES: [(&str, Stage); 6] = [
    ("accept", Stage::Accept),
    ("before-body", Stage::BeforeBody),
    ("in-request-body", Stage::InRequestBody),
    ("after-body", Stage::AfterBody),
    ("after-status-line", Stage::AfterStatusLine),
    ("in-answer-body", Stage::InAnswerBody),
];

/// Parses `WHEN:WHAT[,OPTION]…`, such as `next=2:answer=503,header=Retry-After: 1,body=busy`.
///
/// - WHEN is `next`, `next=N`, `every=N` or `always`.
/// - WHAT is `regular`, `answer=STATUS`, `redirect=STATUS`, `echo=STATUS`, `echo-raw=STATUS`,
///   `cut=STAGE`, `close=STAGE`, `hang=STAGE` or `items=ALTERATION`.
/// - OPTION is `applied`, `delay=TIME`, `status=STATUS`, `header=NAME: VALUE`, `to=URL`,
///   `pad=BYTES`, `truncated`, `drip=BYTES/TIME` or `body=TEXT`.
/// - STAGE is `accept`, `before-body`, `in-request-body`, `after-body`, `after-status-line` or
///   `in-answer-body`; ALTERATION is a name from [`ItemFault::ALL`]; TIME is `20ms` or `2s`.
///
/// A comma ends an option, so a header's value can't contain one; `body=` takes the rest.
///
/// # Errors
///
/// A sentence that names the invalid part.
pub fn parse_fault(spec: &str) -> Result<(Fault, Times), String> {
    let (when, rest) = spec
        .split_once(':')
        .ok_or("a fault is WHEN:WHAT[,OPTION]…, such as `next:cut=after-body`")?;
    let times = times(when)?;
    let (rest, body) = match rest.split_once(",body=") {
        Some((rest, body)) => (rest, Some(body)),
        None => (rest, None),
    };
    let mut parts = rest.split(',');
    let mut fault = kind(parts.next().unwrap_or_default())?;
    for part in parts {
        fault = option(fault, part)?;
    }
    if let Some(body) = body {
        let Kind::Answer(raw) = &mut fault.kind else {
            return Err("only `answer` and `redirect` take a body".to_owned());
        };
        raw.0 = body.to_owned().into();
    }
    Ok((fault, times))
}

fn times(when: &str) -> Result<Times, String> {
    Ok(match pair(when) {
        ("next", None) => Times::Next(1),
        ("next", Some(count)) => Times::Next(number(count)?),
        ("every", Some("0")) => return Err("`every=0` never matches; write 1 or more".to_owned()),
        ("every", Some(count)) => Times::Every(number(count)?),
        ("always", None) => Times::Always,
        _ => return Err(format!("`{when}` is not next, next=N, every=N or always")),
    })
}

fn kind(what: &str) -> Result<Fault, String> {
    Ok(match pair(what) {
        ("regular", None) => Fault::regular(),
        ("answer", Some(status)) => Fault::answer(self::status(status)?, ""),
        ("redirect", Some(status)) => Fault::answer(self::status(status)?, ""),
        ("echo", Some(status)) => Fault::echo(self::status(status)?),
        ("echo-raw", Some(status)) => Fault::echo_raw(self::status(status)?),
        ("cut", Some(stage)) => Fault::cut(named(stage, &STAGES)?),
        ("close", Some(stage)) => Fault::new(Kind::Cut(named(stage, &STAGES)?, End::Close)),
        ("hang", Some(stage)) => Fault::hang(named(stage, &STAGES)?),
        ("items", Some(change)) => Fault::items(named(change, ItemFault::ALL)?),
        _ => {
            return Err(format!(
                "`{what}` is not regular, answer=STATUS, redirect=STATUS, echo=STATUS, \
                 echo-raw=STATUS, cut=STAGE, close=STAGE, hang=STAGE or items=ALTERATION"
            ));
        }
    })
}

fn option(fault: Fault, option: &str) -> Result<Fault, String> {
    Ok(match pair(option) {
        ("applied", None) => fault.applied(),
        ("truncated", None) => fault.truncated(),
        ("delay", Some(delay)) => fault.delay(time(delay)?),
        ("status", Some(status)) => fault.status(self::status(status)?),
        ("to", Some(url)) => fault.header("location", url),
        ("pad", Some(bytes)) => fault.padded(number(bytes)?),
        ("header", Some(header)) => {
            let header = header.split_once(':');
            let (name, value) = header.ok_or("a header is `NAME: VALUE`")?;
            fault.header(name.trim(), value.trim())
        }
        ("drip", Some(drip)) => {
            let drip = drip.split_once('/');
            let (bytes, pause) = drip.ok_or("a drip is BYTES/TIME, such as `10/20ms`")?;
            fault.drip(number(bytes)?, time(pause)?)
        }
        _ => return Err(format!("`{option}` is not an option of a fault")),
    })
}

fn pair(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("not a number: `{text}`"))
}

fn status(text: &str) -> Result<u16, String> {
    let status = number(text)?;
    if !(200..=999).contains(&status) {
        return Err(format!("`{text}` is not a response status"));
    }
    Ok(status)
}

fn time(text: &str) -> Result<Duration, String> {
    if let Some(milliseconds) = text.strip_suffix("ms") {
        Ok(Duration::from_millis(number(milliseconds)?))
    } else if let Some(seconds) = text.strip_suffix('s') {
        Ok(Duration::from_secs(number(seconds)?))
    } else {
        Err(format!("`{text}` is not a time such as `20ms` or `2s`"))
    }
}

fn named<T: Copy>(name: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("`{name}` is none of: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::parse_fault;
    use crate::fault::definition::{Kind, Stage};
    use crate::fault::{ItemFault, Times};
    use std::time::Duration;

    #[test]
    fn a_spec_says_when_what_and_how() {
        let spec = "next=2:answer=503,applied,delay=20ms,header=Retry-After: 1,body=a,b=c:d";
        let (fault, times) = parse_fault(spec).unwrap();
        assert_eq!(times, Times::Next(2));
        assert_eq!(fault.status, Some(503));
        assert!(fault.applied);
        assert_eq!(fault.delay, Duration::from_millis(20));
        assert_eq!(fault.headers, [("Retry-After".into(), "1".into())]);
        assert!(matches!(fault.kind, Kind::Answer(body) if body.0 == "a,b=c:d"));
    }

    #[test]
    fn every_stage_and_every_change_of_items_has_a_name() {
        for (name, stage) in super::STAGES {
            let (fault, times) = parse_fault(&format!("every=3:hang={name}")).unwrap();
            assert_eq!((fault.stage(), times), (Some(stage), Times::Every(3)));
        }
        for (name, change) in ItemFault::ALL {
            let (fault, times) = parse_fault(&format!("always:items={name}")).unwrap();
            assert!(matches!(fault.kind, Kind::Items(found) if found == *change));
            assert_eq!(times, Times::Always);
        }
        let (fault, _) = parse_fault("next:cut=after-body").unwrap();
        assert_eq!(fault.stage(), Some(Stage::AfterBody));
    }

    #[test]
    fn a_faulty_spec_is_refused_with_a_sentence_that_names_the_part() {
        for (spec, part) in [
            ("cut=after-body", "WHEN:WHAT"),
            ("sometimes:echo=400", "sometimes"),
            ("next:explode", "explode"),
            ("next:cut=never", "in-answer-body"),
            ("next:items=none", "left-out"),
            ("next:answer=20", "`20`"),
            ("next:answer=200,delay=3", "`3`"),
            ("next:answer=200,colour=red", "colour"),
            ("next:echo=400,body=x", "body"),
        ] {
            let error = parse_fault(spec).unwrap_err();
            assert!(error.contains(part), "{spec}: {error}");
        }
    }
}
