//! How much a run keeps of what answers say, so that hostile answers take no more memory than
//! a run can spare.

use std::sync::Arc;

use crate::answer::{MAX_TEXT, cut_to};

use super::{UnmatchedResult, verdict::Details};

/// How many bytes of texts are kept at their full length, over a whole run.
const MAX_FULL: usize = 32 << 20;

/// The most that is kept of one text after that. Codes and ids are shorter.
const MAX_SHORT: usize = 128;

/// The texts that a run has kept so far. A text that several outcomes share counts for each,
/// for a report has a copy for each.
#[derive(Default)]
pub(super) struct Kept {
    bytes: usize,
    /// What was shortened last, and to what: an answer's end points often share their details.
    last: Option<(Arc<Details>, Arc<Details>)>,
}

impl Kept {
    pub(super) fn keep(&mut self, details: Arc<Details>) -> Arc<Details> {
        let most = self.most(details.length());
        if details.length() <= most {
            return details;
        }
        if let Some((whole, short)) = &self.last
            && Arc::ptr_eq(whole, &details)
            && most == MAX_SHORT
        {
            return Arc::clone(short);
        }
        let short = Arc::new(details.cut_to(most));
        self.last = (most == MAX_SHORT).then(|| (details, Arc::clone(&short)));
        short
    }

    pub(super) fn keep_text(&mut self, text: String) -> String {
        let most = self.most(text.len());
        cut_to(text, most)
    }

    pub(super) fn keep_result(&mut self, result: UnmatchedResult) -> UnmatchedResult {
        let mut keep = |text: Option<String>| text.map(|text| self.keep_text(text));
        UnmatchedResult {
            id: keep(result.id),
            end_point_type: keep(result.end_point_type),
            status: keep(result.status),
            error_code: keep(result.error_code),
            error_msg: keep(result.error_msg),
            unreadable: keep(result.unreadable),
        }
    }

    /// How many bytes a text of what is kept next may have.
    fn most(&mut self, length: usize) -> usize {
        self.bytes = self.bytes.saturating_add(length);
        if self.bytes > MAX_FULL {
            MAX_SHORT
        } else {
            MAX_TEXT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(length: usize) -> Arc<Details> {
        let text = || Some("x".repeat(length));
        Arc::new(Details {
            error_code: text(),
            error_msg: text(),
            ..Details::default()
        })
    }

    #[test]
    fn a_run_keeps_a_limited_amount_of_texts_at_their_full_length() {
        let mut kept = Kept::default();
        let bytes: usize = (0..20_000)
            .map(|_| kept.keep(details(MAX_TEXT)).length())
            .sum();
        let short = 2 * (MAX_SHORT + "…".len());
        assert!(bytes <= MAX_FULL + 20_000 * short, "{bytes}");
        assert!(bytes >= MAX_FULL, "{bytes}");
        assert_eq!(
            kept.keep_text("x".repeat(1_000)).len(),
            MAX_SHORT + "…".len()
        );
    }

    #[test]
    fn a_code_is_kept_whole_however_much_was_kept_before() {
        let mut kept = Kept::default();
        kept.keep_text("x".repeat(2 * MAX_FULL));
        let result = UnmatchedResult {
            error_code: Some("DRS.KE0002".into()),
            ..UnmatchedResult::default()
        };
        assert_eq!(kept.keep_result(result.clone()), result);
    }

    #[test]
    fn what_is_shared_stays_shared_when_it_is_shortened() {
        let mut kept = Kept::default();
        kept.keep_text("x".repeat(2 * MAX_FULL));
        let details = details(1_000);
        let [a, b] = [0, 1].map(|_| kept.keep(Arc::clone(&details)));
        assert!(Arc::ptr_eq(&a, &b));
    }
}
