//! A case of the table, and the helpers for writing cases.

use std::time::Duration;

pub(crate) use drs_tests::Act::{self, *};

pub(crate) type Ask = &'static [(&'static str, &'static str)];

pub(crate) const ONE: Ask = &[("t1", "so")];
pub(crate) const PAIR: Ask = &[("t1", "so"), ("t1", "ta")];
pub(crate) const TWO_TASKS: Ask = &[("t1", "so"), ("t2", "so")];

pub(crate) const JSON: &str = "200 OK\ncontent-type: application/json\nx-request-id: r1";
pub(crate) const HTML: &str = "<html><body>Bad gateway</body></html>";

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) ask: Ask,
    pub(crate) acts: Vec<Act>,
    /// For each end point, the outcome and the code, if any.
    pub(crate) expected: Vec<String>,
    pub(crate) requests: Option<usize>,
    /// What the report must say somewhere.
    pub(crate) says: Option<&'static str>,
    /// What the outcome in this place must contain somewhere.
    pub(crate) keeps: Vec<(usize, &'static str)>,
    /// The most attempts of a request; three by default.
    pub(crate) tries: Option<usize>,
    pub(crate) password: &'static str,
    /// The time-out of a request.
    pub(crate) timeout: Option<Duration>,
}

pub(crate) fn case<E: Into<String>>(
    name: impl Into<String>,
    ask: Ask,
    acts: impl Into<Vec<Act>>,
    expected: impl IntoIterator<Item = E>,
) -> Case {
    Case {
        name: name.into(),
        ask,
        acts: acts.into(),
        expected: expected.into_iter().map(Into::into).collect(),
        requests: None,
        says: None,
        keeps: Vec::new(),
        tries: None,
        password: "test-Passw0rd",
        timeout: None,
    }
}

impl Case {
    pub(crate) fn requests(mut self, requests: usize) -> Self {
        self.requests = Some(requests);
        self
    }

    pub(crate) fn keeps(mut self, place: usize, text: &'static str) -> Self {
        self.keeps.push((place, text));
        self
    }

    pub(crate) fn tries(mut self, tries: usize) -> Self {
        self.tries = Some(tries);
        self
    }

    pub(crate) fn password(mut self, password: &'static str) -> Self {
        self.password = password;
        self
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The attempt that reports a wrong password.
    pub(crate) fn tells_of_wrong_password(&self) -> Option<u32> {
        let tells = |act: &Act| format!("{act:?}").contains("KE0002");
        let act = self.acts.iter().position(tells)?;
        u32::try_from(act + 1).ok()
    }

    /// Whether the server throttles to the end, which costs no attempts.
    pub(crate) fn is_throttled(&self) -> bool {
        let is_429 = |act: &Act| match act {
            Answer(status, _) => status.starts_with("429"),
            Act::Raw(bytes) => bytes.starts_with(b"HTTP/1.1 429"),
            _ => false,
        };
        self.requests.is_none() && self.acts.last().is_some_and(is_429)
    }

    /// Whether the server keeps the client waiting.
    pub(crate) fn is_silent(&self) -> bool {
        let silent = |act: &Act| matches!(act, Full | Hang | AnswerHang(_) | RawHang(_));
        self.acts.iter().any(silent)
    }

    pub(crate) fn says(mut self, text: &'static str) -> Self {
        self.says = Some(text);
        self
    }
}

pub(crate) fn ok(body: &str) -> Act {
    Answer(JSON, body.to_owned())
}

pub(crate) fn answer(status: &'static str, body: &str) -> Act {
    Answer(status, body.to_owned())
}

pub(crate) fn flat(code: &str) -> String {
    format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#)
}

/// A result; an empty part is omitted.
pub(crate) fn item(id: &str, side: &str, status: &str, code: &str) -> String {
    let parts = [
        ("id", id),
        ("end_point_type", side),
        ("status", status),
        ("error_code", code),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!(r#""{name}":"{value}""#))
        .collect();
    format!("{{{}}}", parts.join(","))
}

pub(crate) fn results(items: &[String]) -> String {
    format!(
        r#"{{"results":[{}],"count":{}}}"#,
        items.join(","),
        items.len()
    )
}

pub(crate) fn success(id: &str, side: &str) -> String {
    item(id, side, "success", "")
}

pub(crate) fn failed(id: &str, side: &str, code: &str) -> String {
    item(id, side, "failed", code)
}

pub(crate) fn both() -> String {
    results(&[success("t1", "so"), success("t1", "ta")])
}

/// A response with a body of any bytes.
pub(crate) fn bytes(status: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Act::Raw([head.as_bytes(), body].concat())
}
