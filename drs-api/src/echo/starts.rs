//! Dismissing a text in which no secret begins, without ordering the secrets first. Nearly
//! every answer is dismissed here.

use smallvec::SmallVec;

/// So many first bytes of a secret are looked at. A shorter one can't be dismissed.
pub(super) const FIRST: usize = 4;

/// How many words there are at least, a power of two.
const FEWEST: usize = 16;

/// What of a secret is looked at.
pub(super) fn first(secret: &[u8]) -> &[u8] {
    secret.get(..FIRST).unwrap_or(secret)
}

/// How secrets begin.
#[derive(Default)]
pub(super) struct Starts {
    /// Two bits of a word for each beginning, both found by its hash.
    words: SmallVec<[u64; FEWEST]>,
    /// Whether a secret is so short that nothing can be dismissed.
    short: bool,
}

impl Starts {
    pub(super) fn new<'s>(secrets: impl ExactSizeIterator<Item = &'s [u8]>) -> Self {
        if secrets.len() == 0 {
            return Self::default();
        }
        // So large that hardly a place of a text is looked at in vain.
        let room = (secrets.len() * 4)
            .next_power_of_two()
            .clamp(FEWEST, 1 << 13);
        let mut starts = Self {
            words: SmallVec::from_elem(0, room),
            short: false,
        };
        for secret in secrets {
            match secret.first_chunk() {
                Some(first) => {
                    let (word, bits) = place(*first, room);
                    starts.words[word] |= bits;
                }
                None => starts.short = true,
            }
        }
        starts
    }

    /// Whether there are no secrets.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a secret may begin here.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        self.short || text.first_chunk().is_some_and(|first| self.has(*first))
    }

    /// Whether a secret may begin anywhere in a text.
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        match self.short {
            true => !text.is_empty(),
            false => text.array_windows().any(|first| self.has(*first)),
        }
    }

    fn has(&self, first: [u8; FIRST]) -> bool {
        let (word, bits) = place(first, self.words.len());
        self.words.get(word).is_some_and(|word| word & bits == bits)
    }
}

/// Which word, of a power of two, and which of its bits stand for a beginning.
fn place(first: [u8; FIRST], words: usize) -> (usize, u64) {
    let hash = u32::from_le_bytes(first).wrapping_mul(0x9E37_79B1);
    let word = (hash >> 7) as usize & words.wrapping_sub(1);
    (word, 1 << (hash >> 26) | 1 << (hash >> 20 & 63))
}
