//! From an outcome to the next step, by its code or its kind, which the program `drs` prints and
//! docs/drs.md shows.

use super::{Outcome, OutcomeKind};
use crate::codes::{self, Advice, AdviceKind, Code, Row, advice};

/// By outcome, for other codes and none.
fn by_kind(kind: OutcomeKind) -> Option<Advice> {
    Some(match kind {
        OutcomeKind::Rejected => advice(
            AdviceKind::ReadMessage,
            "refused for another reason",
            "read the message, fix the cause, then run again",
        ),
        OutcomeKind::Unconfirmed => advice(
            AdviceKind::RunAgain,
            "the response was lost or is inconclusive",
            "run again; setting a password that DRS already holds changes nothing",
        ),
        OutcomeKind::NotSent => advice(
            AdviceKind::CheckConnection,
            "there was no connection, or the run stopped before its turn",
            "check the connection or what stopped the run, then run again",
        ),
        OutcomeKind::Changed => return None,
    })
}

impl Outcome {
    /// What it means and what to do next, by code and kind; nothing if the password was changed.
    /// Its [`kind`](Advice::kind) is for programs.
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        let by_kind = by_kind(self.kind)?;
        Some(self.row().map_or(by_kind, |row| row.advice))
    }

    /// What its code means, if that is known, to decide by. A wrong password counts wherever the
    /// answer speaks of it.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.row().map(|row| row.code)
    }

    fn row(&self) -> Option<&'static Row> {
        codes::of(match self.reply.says_wrong_password() {
            true => codes::WRONG_PASSWORD,
            false => self.reply.error_code.as_deref()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::types::EndPointType;

    /// A change that was made needs no advice: what the page says of it.
    const CHANGED: &str = "| `changed` | DRS holds the new password | check the task: a new \
        password does not resume one that had failed or was paused |\n";

    /// The table as docs/drs.md has it.
    fn markdown() -> String {
        let by_code = codes::ROWS.iter().map(|row| {
            let codes = row.codes.iter().map(|code| format!("`{code}`"));
            (codes.collect::<Vec<_>>().join(", "), row.advice)
        });
        use OutcomeKind::{NotSent, Rejected, Unconfirmed};
        let by_kind = [Rejected, Unconfirmed, NotSent].map(|kind| {
            let name = match kind {
                NotSent => format!("`{kind}`"),
                _ => format!("`{kind}`, another code or none"),
            };
            (name, by_kind(kind).unwrap())
        });
        let mut text =
            "| code or outcome | what it means | what to do |\n|---|---|---|\n".to_owned();
        for (name, Advice { meaning, step, .. }) in by_code.chain(by_kind) {
            text += &format!("| {name} | {meaning} | {step} |\n");
        }
        text + CHANGED
    }

    /// `SNAPSHOTS=overwrite` writes it anew.
    #[test]
    fn the_page_for_operators_has_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/drs.md");
        let page = fs::read_to_string(path).unwrap();
        let begin = "<!-- next steps: from drs-api/src/codes.rs -->\n";
        let (before, rest) = page.split_once(begin).unwrap();
        let (table, after) = rest.split_once("<!-- end of next steps -->\n").unwrap();
        if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
            let end = "<!-- end of next steps -->\n";
            fs::write(path, format!("{before}{begin}{}{end}{after}", markdown())).unwrap();
            return;
        }
        let command = "SNAPSHOTS=overwrite cargo test --workspace --lib the_page_for_operators";
        let is_new = table == markdown();
        assert!(is_new, "the table in docs/drs.md is old; run `{command}`");
    }

    #[test]
    fn the_code_says_what_to_do_and_else_the_outcome() {
        let advised = |kind, code: Option<&str>| {
            let mut outcome = Outcome::new("a", EndPointType::So, kind);
            outcome.reply.error_code = code.map(str::to_owned);
            let advice = outcome.advice()?;
            Some((advice.kind, advice.step))
        };
        use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};
        for (kind, code, expected, words) in [
            (
                Rejected,
                Some("DRS.KE0002"),
                AdviceKind::CheckPassword,
                "check the new password in the database",
            ),
            (
                Unconfirmed,
                Some("DRS.KE0002"),
                AdviceKind::CheckPassword,
                "check the new password in the database",
            ),
            (
                Rejected,
                Some("DRS.X"),
                AdviceKind::ReadMessage,
                "read the message",
            ),
            (Unconfirmed, None, AdviceKind::RunAgain, "run again"),
            (NotSent, None, AdviceKind::CheckConnection, "connection"),
        ] {
            let (found, step) = advised(kind, code).unwrap();
            assert_eq!(found, expected, "{kind} {code:?}");
            assert!(step.contains(words), "{step}");
        }
        assert_eq!(advised(Changed, Some("DRS.KE0002")), None);
        let mut outcome = Outcome::new("a", EndPointType::So, Rejected);
        assert_eq!(outcome.code(), None);
        outcome.reply.error_code = Some("DRS.M05004".into());
        assert_eq!(outcome.code(), Some(Code::NoSuchTask));
        outcome.reply.cause = Some("the response also has DRS.KE0002".into());
        assert_eq!(outcome.code(), Some(Code::WrongPassword));
    }
}
