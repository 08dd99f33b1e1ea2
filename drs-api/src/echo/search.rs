//! Finding any of many secrets in a text, in time that grows with the text alone, whoever
//! wrote it.

use super::forms::Form;

/// Below this length a secret is blanked only where it stands as a word of its own, or
/// every message would be in tatters.
const SHORT: usize = 4;

/// So many bytes from its beginning give a longer secret away: a service that quotes may cut
/// short what it quotes. It also bounds what is compared at each place of a text.
const TELLING: usize = 16;

/// Secrets, ready to be looked for.
pub(super) struct Search<'a> {
    /// Sorted, without duplicates.
    secrets: Vec<Form<'a>>,
    /// Those that begin with the same [`TELLING`] bytes, or are shorter and the same, in order.
    groups: Vec<Group>,
    /// Which pairs of first bytes occur: almost every place of a text is dismissed here.
    /// (A secret of one byte sets the pairs that begin with it.)
    starts: Vec<u64>,
}

struct Group {
    /// Where its first and the next group's first secret stand.
    from: usize,
    to: usize,
    /// The longest other group whose secret this one's begin with.
    shorter: Option<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(mut secrets: Vec<Form<'a>>) -> Self {
        secrets.retain(|secret| !secret.bytes().is_empty());
        secrets.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        secrets.dedup_by(|a, b| a.bytes() == b.bytes());

        let mut groups: Vec<Group> = Vec::new();
        let mut starts = vec![0_u64; 1024];
        for (index, secret) in secrets.iter().enumerate() {
            let key = head(secret.bytes());
            if let Some(last) = groups.last_mut()
                && head(secrets[last.from].bytes()) == key
            {
                last.to = index + 1;
                continue;
            }
            // The candidates are the one before and, in turn, those it begins with.
            let mut shorter = groups.len().checked_sub(1);
            while let Some(earlier) = shorter
                && !key.starts_with(head(secrets[groups[earlier].from].bytes()))
            {
                shorter = groups[earlier].shorter;
            }
            groups.push(Group {
                from: index,
                to: index + 1,
                shorter,
            });
            let mut set = |a: u8, b: u8| {
                let pair = usize::from(a) << 8 | usize::from(b);
                starts[pair / 64] |= 1 << (pair % 64);
            };
            match *key {
                [a] => (0..=u8::MAX).for_each(|b| set(a, b)),
                [a, b, ..] => set(a, b),
                [] => {}
            }
        }
        Self {
            secrets,
            groups,
            starts,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// How much of a text is to be blanked from this place on: the longest secret that stands
    /// there, or the telling beginning of one.
    pub(super) fn length_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let pair = usize::from(text[at]) << 8 | usize::from(*text.get(at + 1).unwrap_or(&0));
        if self.starts[pair / 64] & 1 << (pair % 64) == 0 {
            return None;
        }
        let rest = &text[at..];
        let here = head(rest);
        let after = self.groups.partition_point(|group| self.key(group) <= here);
        let mut candidate = after.checked_sub(1);
        while let Some(index) = candidate {
            let group = &self.groups[index];
            let key = self.key(group);
            if here.starts_with(key) && (key.len() >= SHORT || stands_alone(text, at, key.len())) {
                return Some(self.length_in(group, rest));
            }
            candidate = group.shorter;
        }
        // A text that ends within a secret.
        let key = self.key(self.groups.get(after)?);
        let cut_short = key.starts_with(rest) && rest.len() >= SHORT && rest.len() * 2 >= key.len();
        cut_short.then_some(rest.len())
    }

    /// How much `rest`, which begins as a group's secrets do, has in common with the nearest
    /// of them. What is compared here is skipped afterwards.
    fn length_in(&self, group: &Group, rest: &[u8]) -> usize {
        let secrets = &self.secrets[group.from..group.to];
        let after = secrets.partition_point(|secret| secret.bytes() <= rest);
        let neighbours = &secrets[after.saturating_sub(1)..secrets.len().min(after + 1)];
        let in_common = |secret: &Form<'_>| {
            let pairs = secret.bytes().iter().zip(rest);
            pairs.take_while(|(a, b)| a == b).count()
        };
        neighbours.iter().map(in_common).max().unwrap_or(rest.len())
    }

    fn key(&self, group: &Group) -> &[u8] {
        head(self.secrets[group.from].bytes())
    }
}

fn head(text: &[u8]) -> &[u8] {
    &text[..text.len().min(TELLING)]
}

fn stands_alone(text: &[u8], at: usize, length: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let before = at.checked_sub(1).and_then(|i| text.get(i));
    !word(before) && !word(text.get(at + length))
}
