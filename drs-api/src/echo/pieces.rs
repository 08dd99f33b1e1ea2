//! Hashes of the pieces of secrets that give them away, and looking for them in a text. All
//! texts here are in their normal form.

use std::{
    hash::{BuildHasher as _, RandomState},
    ops::Range,
};

use super::normal::{decoded, is_dropped, squeeze};
use crate::secret::REDACTED;

/// A secret of fewer bytes is looked for as a word only, or every message would be in tatters.
const SHORT: usize = 8;

/// The pieces within a secret begin at every fourth byte.
const STEP: usize = 4;

/// The first and the last bytes of a secret that are a piece whatever they are.
const END: usize = 12;

/// What of some secrets is looked for. It holds no part of them.
pub(super) struct Pieces {
    keys: Keys,
    /// Two bits for the first eight bytes of each piece: nearly every text is dismissed by it.
    filter: Vec<u64>,
    /// In order.
    hashes: Vec<u64>,
    /// A bit for each length of a piece.
    lengths: u16,
}

impl Pieces {
    /// Those pieces that are wanted of all secrets that `each` gives.
    pub(super) fn of(wanted: fn(&[u8]) -> bool, each: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Self {
        let (keys, mut lengths) = (Keys::random(), 0);
        let (mut hashes, mut starts) = (Vec::new(), Vec::new());
        each(&mut |secret| {
            let mut normal = decoded(secret);
            squeeze(&mut normal);
            each_piece(&normal, &mut |piece| {
                if wanted(piece) {
                    let last = piece.len().saturating_sub(SHORT);
                    hashes.push(keys.hash(word(piece), word(&piece[last..]), piece.len()));
                    starts.push(keys.start(word(piece)));
                    lengths |= 1 << piece.len();
                }
            });
        });
        hashes.sort_unstable();
        hashes.dedup();
        // It stays as long as a run takes.
        hashes.shrink_to_fit();
        let filter = vec![0; (starts.len() / 4).next_power_of_two()];
        let mut all = Self {
            keys,
            filter,
            hashes,
            lengths,
        };
        for start in starts {
            let (word, bits) = all.place(start);
            all.filter[word] |= bits;
        }
        all
    }

    /// What is shown in the place of a text that quotes a secret.
    pub(super) fn instead_of(&self, text: &str) -> Option<String> {
        if self.hashes.is_empty() {
            return None;
        }
        let mut normal = decoded(text.as_bytes());
        let words = self.words(&normal);
        // Only in a text without escapes is known where a word of it stands.
        let is_plain = normal.len() == text.len();
        squeeze(&mut normal);
        if self.are_in(&normal) || (!words.is_empty() && !is_plain) {
            return Some(REDACTED.to_owned());
        }
        let (mut shown, mut end) = (String::new(), 0);
        for word in &words {
            shown += &text[end..word.start];
            shown += REDACTED;
            end = word.end;
        }
        (!words.is_empty()).then(|| shown + &text[end..])
    }

    /// Whether a piece is in a text without blanks.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        text.windows(SHORT).enumerate().any(|(at, window)| {
            let first = word(window);
            self.may_begin(first)
                && (SHORT..=END).any(|length| {
                    let last = text.get(at + length - SHORT..at + length);
                    last.is_some_and(|last| self.has(first, word(last), length))
                })
        })
    }

    /// Where short secrets stand as words in a text that may have blanks.
    fn words(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.lengths & ((1 << SHORT) - 1) == 0 {
            return found;
        }
        let mut at = 0;
        while at < text.len() {
            match self.end_of_word(text, at) {
                None => at += 1,
                Some(end) => {
                    found.push(at..end);
                    at = end;
                }
            }
        }
        found
    }

    /// Where the longest short secret ends that stands here.
    fn end_of_word(&self, text: &[u8], at: usize) -> Option<usize> {
        let ends = |at: usize| {
            let is_letter = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80;
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            !(before.is_some_and(is_letter) && text.get(at).is_some_and(is_letter))
        };
        if !ends(at) || is_dropped(*text.get(at)?) {
            return None;
        }
        let (mut piece, mut length, mut found) = ([0; SHORT], 0, None);
        for (here, byte) in (at..).zip(text.get(at..)?) {
            if is_dropped(*byte) {
                continue;
            }
            if length + 1 == SHORT {
                break;
            }
            piece[length] = *byte;
            length += 1;
            let word = u64::from_le_bytes(piece);
            if ends(here + 1) && self.may_begin(word) && self.has(word, word, length) {
                found = Some(here + 1);
            }
        }
        found
    }

    fn has(&self, first: u64, last: u64, length: usize) -> bool {
        let hash = || self.keys.hash(first, last, length);
        self.lengths >> length & 1 == 1 && self.hashes.binary_search(&hash()).is_ok()
    }

    fn may_begin(&self, first: u64) -> bool {
        let (word, bits) = self.place(self.keys.start(first));
        self.filter[word] & bits == bits
    }

    /// Which word of the filter, and which of its bits.
    fn place(&self, start: u64) -> (usize, u64) {
        let word = (start >> 12) as usize & (self.filter.len() - 1);
        (word, 1 << (start & 63) | 1 << (start >> 6 & 63))
    }
}

/// Random, so that no one can prepare texts that take long to search.
struct Keys(u64, u64);

impl Keys {
    fn random() -> Self {
        let key = || RandomState::new().hash_one(0) | 1;
        Self(key(), key())
    }

    /// The hash of what a piece begins with.
    fn start(&self, first: u64) -> u64 {
        fold(first ^ self.0, self.1)
    }

    /// The hash of a piece: its first and its last eight bytes are all of it.
    fn hash(&self, first: u64, last: u64, length: usize) -> u64 {
        fold(first ^ self.0, last ^ self.1.rotate_left(length as u32))
    }
}

/// A folded multiply: each bit of the result depends on all bits of both.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// The first eight bytes, or fewer and zeros.
fn word(text: &[u8]) -> u64 {
    let mut word = [0; SHORT];
    word.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(word)
}

/// The pieces by which a secret is found.
pub(super) fn each_piece(secret: &[u8], add: &mut impl FnMut(&[u8])) {
    let length = secret.len();
    if length < SHORT {
        if length > 0 {
            add(secret);
        }
        return;
    }
    let last = length - SHORT;
    let within = (0..last).step_by(STEP).chain([last]);
    let windows = within.map(|at| &secret[at..at + SHORT]);
    windows
        .filter(|window| is_telling(window))
        .for_each(&mut *add);
    add(&secret[..length.min(END)]);
    add(&secret[length.saturating_sub(END)..]);
}

/// Whether a window stands in no text by chance: not letters alone, nor a number, a date or an
/// address, nor a line or two of signs.
fn is_telling(window: &[u8]) -> bool {
    let number = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let is_new = |at: &usize| !window[..*at].contains(&window[*at]);
    let different = (0..window.len()).filter(is_new).count();
    different >= 4 && !window.iter().all(u8::is_ascii_alphabetic) && !window.iter().all(number)
}
