//! Dismissing a place of a text where no secret begins, by its first bytes alone. Nearly every
//! answer is dismissed here.

/// How many first bytes of a secret are looked at.
pub(super) const FIRST: usize = 4;

/// How many words there are at least and at most, powers of two.
const FEWEST: usize = 16;
const MOST: usize = 1 << 16;

/// Makes capital letters small, and some other characters others: the same for secrets and
/// texts, which is all that matters here.
const SMALL: u32 = 0x2020_2020;

/// How secrets begin.
pub(super) struct Filter {
    /// Two bits of a word for each beginning, both found by its hash.
    words: Vec<u64>,
    /// The first bytes of all secrets, a bit for each.
    firsts: Set,
    /// The first bytes of secrets that are shorter than [`FIRST`].
    firsts_of_short: Set,
}

/// A set of bytes.
#[derive(Clone, Copy, Default)]
struct Set([u64; 4]);

impl Set {
    fn insert(&mut self, byte: u8) {
        let byte = byte | SMALL as u8;
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    fn contains(&self, byte: u8) -> bool {
        let byte = byte | SMALL as u8;
        let word = self.0.get(usize::from(byte >> 6));
        word.is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

impl Filter {
    pub(super) fn new<'s>(secrets: impl ExactSizeIterator<Item = &'s [u8]>) -> Self {
        // So large that hardly a place of a text is looked at in vain.
        let room = (secrets.len() * 4).next_power_of_two().clamp(FEWEST, MOST);
        let mut filter = Self {
            words: vec![0; room],
            firsts: Set::default(),
            firsts_of_short: Set::default(),
        };
        for secret in secrets {
            let Some(byte) = secret.first() else { continue };
            filter.firsts.insert(*byte);
            match secret.first_chunk() {
                None => filter.firsts_of_short.insert(*byte),
                Some(first) => {
                    let (word, bits) = place(*first, room);
                    if let Some(word) = filter.words.get_mut(word) {
                        *word |= bits;
                    }
                }
            }
        }
        filter
    }

    /// Whether a secret may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        self.firsts.contains(byte)
    }

    /// Whether a secret may begin as a text does.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        text.first_chunk().is_some_and(|first| self.has(*first))
            || text
                .first()
                .is_some_and(|b| self.firsts_of_short.contains(*b))
    }

    /// Whether a secret may begin anywhere in a text.
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        text.array_windows().any(|first| self.has(*first))
            || !self.firsts_of_short.is_empty()
                && text.iter().any(|b| self.firsts_of_short.contains(*b))
    }

    fn has(&self, first: [u8; FIRST]) -> bool {
        let (word, bits) = place(first, self.words.len());
        self.words.get(word).is_some_and(|word| word & bits == bits)
    }
}

/// Which word, of a power of two, and which of its bits stand for a beginning.
fn place(first: [u8; FIRST], words: usize) -> (usize, u64) {
    let hash = (u32::from_le_bytes(first) | SMALL).wrapping_mul(0x9E37_79B1);
    let word = (hash >> 7) as usize & words.wrapping_sub(1);
    (word, 1 << (hash >> 26) | 1 << (hash >> 20 & 63))
}
