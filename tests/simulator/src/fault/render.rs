//! Turns a fault and the regular response into bytes for the wire.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::definition::{End, Fault, Kind, Stage};
use super::wire::Step;
use crate::answer::Answer;

impl Fault {
    /// The steps of a fault that acts before the whole request was read.
    pub(crate) fn early(&self) -> Vec<Step> {
        self.ending()
    }

    /// The response's status and the steps. The status is `None` if the response is incomplete.
    pub(crate) fn render(&self, request: &[u8], regular: &Answer) -> (Option<u16>, Vec<Step>) {
        let status = self.status.unwrap_or(regular.status);
        let status_line = status_line(status);
        match self.stage() {
            None => {}
            Some(Stage::AfterStatusLine) => {
                let mut steps = vec![Step::Write(status_line.into())];
                steps.extend(self.ending());
                return (None, steps);
            }
            Some(Stage::InAnswerBody) => {
                let half = regular.body.len() / 2;
                let head = self.head(status_line, regular, regular.body.len() as u64, status);
                let mut steps = vec![
                    Step::Write(head.into()),
                    Step::Write(regular.body.slice(..half)),
                ];
                steps.extend(self.ending());
                return (None, steps);
            }
            Some(_) => return (None, self.ending()),
        }
        let mut body = self.body(request, regular);
        if self.truncated {
            body.truncate(body.len() / 2);
        }
        let length = self.padding + body.len() as u64;
        let head = self.head(status_line, regular, length, status);
        let mut steps = vec![Step::Write(head.into())];
        if self.padding > 0 {
            steps.push(Step::Spaces(self.padding));
        }
        match self.drip {
            Some((bytes, pause)) => steps.extend(drip(body, bytes, pause)),
            None => steps.push(Step::Write(body)),
        }
        (Some(status), steps)
    }

    /// How the connection ends, if it is cut or goes silent.
    fn ending(&self) -> Vec<Step> {
        match self.kind {
            Kind::Cut(_, end) => vec![Step::End(end)],
            Kind::Hang(_) => vec![Step::Hang],
            _ => vec![Step::End(End::Close)],
        }
    }

    fn body(&self, request: &[u8], regular: &Answer) -> Bytes {
        match &self.kind {
            Kind::Answer(body) => body.0.clone(),
            Kind::Echo { raw: true } => Bytes::copy_from_slice(request),
            Kind::Echo { raw: false } => {
                let message = format!("Parameter error: {}", String::from_utf8_lossy(request));
                let error = json!({"error_code": "DRS.M00200", "error_msg": message});
                error.to_string().into()
            }
            Kind::Items(fault) => match serde_json::from_slice::<Value>(&regular.body) {
                Ok(mut body) => {
                    fault.change(&mut body);
                    body.to_string().into()
                }
                Err(_) => regular.body.clone(),
            },
            Kind::Regular | Kind::Cut(..) | Kind::Hang(_) => regular.body.clone(),
        }
    }

    /// Status line and headers: the fault's own, then the regular ones with other names.
    fn head(&self, mut head: String, regular: &Answer, length: u64, status: u16) -> String {
        let mut line = |name: &str, value: &str| {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        };
        for (name, value) in &self.headers {
            line(name, value);
        }
        let own = |name: &str| {
            self.headers
                .iter()
                .any(|(n, _)| n.eq_ignore_ascii_case(name))
        };
        for (name, value) in &regular.headers {
            let name = name.as_str();
            if name != "content-length" && !own(name) {
                line(name, &String::from_utf8_lossy(value.as_bytes()));
            }
        }
        // These statuses have no body, and so no length.
        let bodiless = matches!(status, 204 | 304) && length == 0;
        if !bodiless && !own("content-length") && !own("transfer-encoding") {
            line("content-length", &length.to_string());
        }
        if !own("connection") {
            line("connection", "close");
        }
        head.push_str("\r\n");
        head
    }
}

fn status_line(status: u16) -> String {
    let known = StatusCode::from_u16(status).ok();
    let reason = known.and_then(|status| status.canonical_reason());
    format!("HTTP/1.1 {status} {}\r\n", reason.unwrap_or_default())
}

fn drip(mut body: Bytes, bytes: usize, pause: Duration) -> Vec<Step> {
    let mut steps = Vec::new();
    while !body.is_empty() {
        let drop = body.split_to(bytes.clamp(1, body.len()));
        steps.push(Step::Pause(pause));
        steps.push(Step::Write(drop));
    }
    steps
}
