//! The step that a change asks of `info.version`, and whether it was made.

use std::fmt;

use semver::Version;
use serde::Serialize;

use super::change::Verdict;
use crate::Document;

/// A step of a semantic version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Step {
    /// The version may stay.
    None,
    /// 1.2.3 to 1.2.4.
    Patch,
    /// 1.2.3 to 1.3.0.
    Minor,
    /// 1.2.3 to 2.0.0.
    Major,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no",
            Self::Patch => "a patch",
            Self::Minor => "a minor",
            Self::Major => "a major",
        })
    }
}

/// What a change asks of the version, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Versions {
    /// `info.version` before.
    pub base: String,
    /// And after.
    pub revision: String,
    /// The step that the verdict asks for. Before 1.0.0 it is as cargo takes such
    /// versions: a minor bump breaks, and a patch bump adds.
    pub needed: Step,
    /// Whether the revision is at least this step ahead.
    pub made: bool,
}

impl Versions {
    pub(super) fn of(base: &Document, revision: &Document, verdict: Verdict) -> Self {
        let text = |document: &Document| {
            let version = document.value().pointer("/info/version");
            let text = version.and_then(serde_json::Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let (base, revision) = (text(base), text(revision));
        let parsed = (Version::parse(&base), Version::parse(&revision));
        let is_early = parsed.0.as_ref().is_ok_and(|base| base.major == 0);
        let needed = match (verdict, is_early) {
            (Verdict::Nothing, _) => Step::None,
            (Verdict::DocsOnly, _) | (Verdict::Compatible, true) => Step::Patch,
            (Verdict::Compatible, _) | (_, true) => Step::Minor,
            _ => Step::Major,
        };
        let is_made = matches!(&parsed, (Ok(old), Ok(new)) if is_ahead(old, new, needed));
        let made = needed == Step::None || is_made;
        Self {
            base,
            revision,
            needed,
            made,
        }
    }
}

fn is_ahead(base: &Version, revision: &Version, needed: Step) -> bool {
    let [old, new] = [base, revision].map(|v| (v.major, v.minor, v.patch));
    match needed {
        Step::Major => new.0 > old.0,
        Step::Minor => (new.0, new.1) > (old.0, old.1),
        Step::Patch | Step::None => revision > base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(base: &str, revision: &str, verdict: Verdict) -> (Step, bool) {
        let document = |version: &str| {
            let yaml = format!("{{openapi: 3.0.3, info: {{version: '{version}'}}}}");
            Document::parse(&yaml).unwrap()
        };
        let versions = Versions::of(&document(base), &document(revision), verdict);
        (versions.needed, versions.made)
    }

    #[test]
    fn each_verdict_needs_its_step() {
        use Verdict::*;
        for (verdict, step) in [
            (Nothing, Step::None),
            (DocsOnly, Step::Patch),
            (Compatible, Step::Minor),
            (BreakingRust, Step::Major),
            (BreakingWire, Step::Major),
        ] {
            assert_eq!(made("1.2.3", "2.0.0", verdict), (step, true));
            let stays = made("1.2.3", "1.2.3", verdict);
            assert_eq!(stays, (step, verdict == Nothing));
        }
    }

    #[test]
    fn a_step_too_small_is_not_made() {
        assert!(!made("1.2.3", "1.2.4", Verdict::Compatible).1);
        assert!(!made("1.2.3", "1.9.0", Verdict::BreakingRust).1);
        assert!(!made("1.2.3", "1.2.2", Verdict::DocsOnly).1);
        assert!(!made("1.2.3", "0.9.9", Verdict::Compatible).1);
    }

    #[test]
    fn before_1_0_0_a_minor_step_breaks_and_a_patch_step_adds() {
        let breaking = Verdict::BreakingWire;
        assert_eq!(made("0.2.3", "0.3.0", breaking), (Step::Minor, true));
        assert_eq!(made("0.2.3", "0.2.4", breaking), (Step::Minor, false));
        let adding = Verdict::Compatible;
        assert_eq!(made("0.2.3", "0.2.4", adding), (Step::Patch, true));
    }

    #[test]
    fn a_version_that_is_none_is_no_step() {
        assert!(!made("1.0.0", "next", Verdict::DocsOnly).1);
    }
}
