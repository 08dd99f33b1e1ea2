//! Hashes of the pieces of secrets that give them away, and looking for them in a text. All
//! texts here are in their normal form.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

use super::normal::{begins_escape, decoded, is_dropped, is_id, squeeze};

/// A secret of fewer bytes is looked for as a word only, or every message would be in tatters.
const SHORT: usize = 8;

/// The pieces within a secret begin at every fourth byte.
const STEP: usize = 4;

/// The first and the last bytes of a secret that are a piece if nothing shorter in them is.
const END: usize = 12;

/// What to look for of some secrets, without any part of them.
#[derive(Default)]
pub(super) struct Pieces {
    /// Four bits for the first eight bytes of each piece: nearly every text is dismissed by it.
    filter: Vec<u64>,
    /// In order. With the filter they are long enough that of the texts in a run of 100,000
    /// changes about one is taken for a quotation by chance.
    hashes: Vec<u32>,
    /// A bit for each length of a piece.
    lengths: u16,
}

/// The pieces of a request and of its run.
type Both<'p> = [Option<&'p Pieces>; 2];

/// Whether a text quotes a secret.
pub(super) fn are_in(both: &Both<'_>, text: &[u8]) -> bool {
    let all = || both.iter().flatten();
    if all().all(|pieces| pieces.hashes.is_empty()) {
        return false;
    }
    let keys = &*KEYS;
    let mut normal = decoded(text);
    let is_word = all().any(|pieces| pieces.lengths & ((1 << SHORT) - 1) != 0)
        && (0..normal.len()).any(|at| begins_with_word(both, &normal[..], at));
    squeeze(&mut normal);
    let begins_with_piece = |(at, window): (usize, &[u8])| {
        let first = word(window);
        let start = keys.start(first);
        all().any(|pieces| {
            pieces.may_begin(start)
                && (SHORT..=END).any(|length| {
                    let last = normal.get(at + length - SHORT..at + length);
                    last.is_some_and(|last| pieces.has(first, word(last), length))
                })
        })
    };
    is_word || normal.windows(SHORT).enumerate().any(begins_with_piece)
}

/// Whether a short secret begins here as a word, in a text that may have blanks.
fn begins_with_word(both: &Both<'_>, text: &[u8], at: usize) -> bool {
    let ends = |at: usize| {
        let is_letter = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80;
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !(before.is_some_and(is_letter) && text.get(at).is_some_and(is_letter))
    };
    let mut piece = [0; SHORT];
    let bytes = (at..).zip(&text[at..]);
    let kept = bytes.filter(|(_, byte)| !is_dropped(**byte));
    ends(at)
        && (1..SHORT).zip(kept).any(|(length, (here, byte))| {
            piece[length - 1] = *byte;
            let word = u64::from_le_bytes(piece);
            let mut all = both.iter().flatten();
            ends(here + 1) && all.any(|pieces| pieces.has(word, word, length))
        })
}

/// Whether a piece of a secret may be part of an id. An answer's ids make every password of a run
/// be looked at, so this costs a look into a table for each byte. It errs towards yes.
fn may_have_id(secret: &[u8]) -> bool {
    let needed = secret.len().min(SHORT);
    let mut length = 0;
    secret.iter().any(|byte| {
        let more = usize::from(OF_ID[usize::from(*byte)]);
        length = if more == 0 { 0 } else { length + more };
        length >= needed
    })
}

/// For each byte, how many bytes of an id it may become.
static OF_ID: [u8; 256] = {
    let (mut all, mut byte) = ([0; 256], 0);
    while byte < all.len() {
        let letter = (byte as u8).to_ascii_lowercase();
        if begins_escape(letter) {
            all[byte] = SHORT as u8;
        } else if is_id(letter) || is_dropped(letter) {
            all[byte] = 1;
        }
        byte += 1;
    }
    all
};

impl Pieces {
    /// Those of all secrets that `each` adds, or only those that may be part of an id.
    pub(super) fn of(of_ids: bool, each: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Self {
        let mut all = Self::default();
        let mut starts = Vec::new();
        each(&mut |secret| {
            if of_ids && !may_have_id(secret) {
                return;
            }
            let mut normal = decoded(secret);
            squeeze(&mut normal);
            each_piece(&normal, &mut |piece| {
                if !of_ids || piece.iter().copied().all(is_id) {
                    let (first, last) =
                        (word(piece), word(&piece[piece.len().max(SHORT) - SHORT..]));
                    all.hashes.push(KEYS.hash(first, last, piece.len()));
                    starts.push(KEYS.start(first));
                    all.lengths |= 1 << piece.len();
                }
            });
        });
        all.hashes.sort_unstable();
        all.hashes.dedup();
        // It stays as long as a run takes.
        all.hashes.shrink_to_fit();
        if !starts.is_empty() {
            all.filter = vec![0; (starts.len() / 4).next_power_of_two()];
        }
        for start in starts {
            let (word, bits) = all.place(start);
            all.filter[word] |= bits;
        }
        all
    }

    fn has(&self, first: u64, last: u64, length: usize) -> bool {
        let hash = || KEYS.hash(first, last, length);
        self.lengths >> length & 1 == 1 && self.hashes.binary_search(&hash()).is_ok()
    }

    fn may_begin(&self, start: u64) -> bool {
        let (word, bits) = self.place(start);
        let word = self.filter.get(word);
        word.is_some_and(|word| word & bits == bits)
    }

    /// Which word of the filter, and which of its bits.
    fn place(&self, start: u64) -> (usize, u64) {
        let word = (start >> 24) as usize & self.filter.len().wrapping_sub(1);
        let bit = |at: u32| 1 << (start >> at & 63);
        (word, bit(0) | bit(6) | bit(12) | bit(18))
    }
}

/// Random, or someone could prepare texts that take long to search.
struct Keys(u64, u64);

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let key = || RandomState::new().hash_one(0) | 1;
    Keys(key(), key())
});

impl Keys {
    /// The hash of what a piece begins with.
    fn start(&self, first: u64) -> u64 {
        fold(first ^ self.0, self.1)
    }

    /// The hash of a piece: its first and its last eight bytes are all of it.
    fn hash(&self, first: u64, last: u64, length: usize) -> u32 {
        fold(first ^ self.0, last ^ self.1.rotate_left(length as u32)) as u32
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
    match text.first_chunk() {
        Some(all) => word = *all,
        None => word[..text.len()].copy_from_slice(text),
    }
    u64::from_le_bytes(word)
}

/// The pieces by which a secret is found.
pub(super) fn each_piece(secret: &[u8], add: &mut impl FnMut(&[u8])) {
    let length = secret.len();
    if length < SHORT {
        return add(secret);
    }
    let last = length - SHORT;
    let (mut begins, mut ends) = (false, false);
    for at in (0..last).step_by(STEP).chain([last]) {
        let window = &secret[at..at + SHORT];
        if is_telling(window) {
            add(window);
            begins |= at + SHORT <= END;
            ends |= at + END >= length;
        }
    }
    if !begins {
        add(&secret[..length.min(END)]);
    }
    if !ends {
        add(&secret[length.saturating_sub(END)..]);
    }
}

/// Whether a text quotes a window by more than chance: not letters alone, nor a number, a date or an
/// address, nor a line or two of signs.
fn is_telling(window: &[u8]) -> bool {
    let number = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let is_new = |at: &usize| !window[..*at].contains(&window[*at]);
    let mut different = (0..window.len()).filter(is_new);
    !window.iter().all(u8::is_ascii_alphabetic)
        && !window.iter().all(number)
        && different.nth(3).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_secret_of_which_a_piece_is_an_ids_is_never_passed_over(
            secret in r"[0-9a-fA-FjJ\- +%&\\;#x]{1,24}",
        ) {
            let mut normal = decoded(secret.as_bytes());
            squeeze(&mut normal);
            let mut shortest = normal.windows(normal.len().clamp(1, SHORT));
            let has_id = shortest.any(|piece| piece.iter().copied().all(is_id));
            prop_assert!(!has_id || may_have_id(secret.as_bytes()));
        }
    }

    #[test]
    fn an_id_may_be_escaped() {
        for escaped in [r"\x61", "&#x61;", r"\u0061", "%61"] {
            assert!(may_have_id(escaped.repeat(SHORT).as_bytes()), "{escaped}");
        }
    }

    #[test]
    fn most_passwords_have_nothing_of_an_id() {
        for secret in ["test-Passw0rd", "zq!", "Password2026", "dec0de-word"] {
            assert!(!may_have_id(secret.as_bytes()), "{secret}");
        }
    }
}
