//! From a code to the next step: the one table, which the program `drs` prints from and the
//! docs/drs.md shows.

use std::fmt;

use super::{Outcome, OutcomeKind};

/// What an outcome means, and what to do next: two clauses, each without a full stop.
///
/// `Display` writes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub step: &'static str,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.meaning, self.step)
    }
}

type Codes = &'static [&'static str];

/// By code, whatever the outcome is.
const BY_CODE: [(Codes, Advice); 11] = [
    (
        &["DRS.KE0002"],
        Advice {
            meaning: "the database refused the user name or password",
            step: "check the new password in the database before anything else, because databases \
               lock accounts; then run again",
        },
    ),
    (
        &["DRS.M00304"],
        Advice {
            meaning: "the task's state does not allow it",
            step: "wait, or start the task; then run again",
        },
    ),
    (
        &["DRS.M00307"],
        Advice {
            meaning: "it is the parent task of a dual-active scenario",
            step: "put its subtasks into the plan instead",
        },
    ),
    (
        &["DRS.M05003", "DRS.M05004"],
        Advice {
            meaning: "the task does not exist, or was deleted",
            step: "correct the plan; check the project and the region",
        },
    ),
    (
        &["DRS.M00200", "DRS.M00201", "DRS.M00202"],
        Advice {
            meaning: "the service does not accept a value",
            step: "read the message and correct the plan",
        },
    ),
    (
        &["DRS.M01503", "DRS.M01504", "APIGW.0308"],
        Advice {
            meaning: "too many requests, or the task is busy, even after retries",
            step: "run again later, with fewer requests at a time",
        },
    ),
    (
        &["DRS.M00100", "APIGW.0301"],
        Advice {
            meaning: "the token or access key was refused, and the run stopped",
            step: "renew the token, or check the key and the clock; then run again",
        },
    ),
    (
        &["DRS.M00102", "DRS.M00103", "APIGW.0302"],
        Advice {
            meaning: "a permission is missing",
            step: "grant the IAM user the permission to modify DRS tasks; then run again",
        },
    ),
    (
        &["DRS.M00261"],
        Advice {
            meaning: "the project does not belong to these credentials",
            step: "check the project id: each region has its own; then run again",
        },
    ),
    (
        &["APIGW.0101"],
        Advice {
            meaning: "the gateway does not know this API",
            step: "check the endpoint and the region",
        },
    ),
    (
        &["DRS.M01501", "DRS.M00004"],
        Advice {
            meaning: "the service failed internally",
            step: "run again later",
        },
    ),
];

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
            step: "nothing",
        },
    ),
];

impl Outcome {
    /// What it means and what to do next, by code and kind; nothing if the password was changed.
    pub fn advice(&self) -> Option<Advice> {
        if self.kind == OutcomeKind::Changed {
            return None;
        }
        let code = self.error_code.as_deref();
        let has_code = |codes: Codes| code.is_some_and(|code| codes.contains(&code));
        let mut by_code = BY_CODE.iter().filter(|(codes, _)| has_code(codes));
        let mut by_kind = BY_KIND.iter().filter(|(kind, _)| *kind == self.kind);
        let by_code = by_code.next().map(|(_, advice)| *advice);
        by_code.or_else(|| by_kind.next().map(|(_, advice)| *advice))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, fs};

    use super::*;
    use crate::types::EndPointType;

    /// The table as docs/drs.md has it.
    fn markdown() -> String {
        let by_code = BY_CODE.iter().map(|(codes, advice)| {
            let codes = codes.iter().map(|code| format!("`{code}`"));
            (codes.collect::<Vec<_>>().join(", "), advice)
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
        let begin = "<!-- next steps: from drs-api/src/passwords/advice.rs -->\n";
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
    fn a_code_stands_in_one_row() {
        let codes: Vec<_> = BY_CODE.iter().flat_map(|(codes, _)| *codes).collect();
        let different: HashSet<_> = codes.iter().collect();
        assert_eq!(codes.len(), different.len());
    }

    #[test]
    fn the_code_says_what_to_do_and_else_the_outcome() {
        let advice = |kind, code: Option<&str>| {
            let mut outcome = Outcome::new("a", EndPointType::So, kind);
            outcome.error_code = code.map(str::to_owned);
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
