//! From an outcome to the next step, by its code or its kind, which the program `drs` prints and
//! docs/drs.md shows.

use super::{Outcome, OutcomeKind};
use crate::codes::{self, Advice};

/// By outcome, for other codes and none.
const BY_KIND: [(OutcomeKind, Advice); 4] = [
    (
        OutcomeKind::Rejected,
        Advice {
            meaning: "refused for another reason",
            step: "read the message, fix the cause, then run again",
        },
    ),
    (
        OutcomeKind::Unconfirmed,
        Advice {
            meaning: "the answer was lost or is inconclusive",
            step: "run again; setting a password that DRS already holds changes nothing",
        },
    ),
    (
        OutcomeKind::NotSent,
        Advice {
            meaning: "there was no connection, or the run stopped before its turn",
            step: "check the connection or what stopped the run, then run again",
        },
    ),
    (
        OutcomeKind::Changed,
        Advice {
            meaning: "DRS holds the new password",
            step: "look at the task: one that had failed or was paused is not resumed by it",
        },
    ),
];

impl Outcome {
    /// What it means and what to do next, by code and kind; nothing if the password was changed.
    pub fn advice(&self) -> Option<Advice> {
        if self.kind == OutcomeKind::Changed {
            return None;
        }
        let code = match self.reply.says_wrong_password() {
            true => Some(codes::WRONG_PASSWORD),
            false => self.reply.error_code.as_deref(),
        };
        let mut by_kind = BY_KIND.iter().filter(|(kind, _)| *kind == self.kind);
        let by_code = code.and_then(codes::of).map(|row| row.advice);
        by_code.or_else(|| by_kind.next().map(|(_, advice)| *advice))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::types::EndPointType;

    /// The table as docs/drs.md has it.
    fn markdown() -> String {
        let by_code = codes::ROWS.iter().map(|row| {
            let codes = row.codes.iter().map(|code| format!("`{code}`"));
            (codes.collect::<Vec<_>>().join(", "), &row.advice)
        });
        let by_kind = BY_KIND.iter().map(|(kind, advice)| match kind {
            OutcomeKind::Rejected | OutcomeKind::Unconfirmed => {
                (format!("`{kind}`, another code or none"), advice)
            }
            _ => (format!("`{kind}`"), advice),
        });
        let mut text =
            "| code or outcome | what it means | what to do |\n|---|---|---|\n".to_owned();
        for (name, Advice { meaning, step }) in by_code.chain(by_kind) {
            text += &format!("| {name} | {meaning} | {step} |\n");
        }
        text
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
        assert_eq!(table, markdown());
    }

    #[test]
    fn the_code_says_what_to_do_and_else_the_outcome() {
        let advice = |kind, code: Option<&str>| {
            let mut outcome = Outcome::new("a", EndPointType::So, kind);
            outcome.reply.error_code = code.map(str::to_owned);
            outcome.advice().map(|advice| advice.step)
        };
        use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};
        for kind in [Rejected, Unconfirmed] {
            let step = advice(kind, Some("DRS.KE0002")).unwrap();
            assert!(step.contains("check the new password in the database"));
        }
        assert!(
            advice(Rejected, Some("DRS.X"))
                .unwrap()
                .contains("read the message")
        );
        assert!(advice(Unconfirmed, None).unwrap().contains("run again"));
        assert!(advice(NotSent, None).unwrap().contains("connection"));
        assert_eq!(advice(Changed, None), None);
    }
}
