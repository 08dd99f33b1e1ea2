//! Finding any of many secrets in a text, in time that grows with the text alone, whoever
//! wrote it.

use super::{
    forms::{Form, Forms},
    starts::{FIRST, Starts},
};

/// Below this length a secret is blanked only where it stands as a word of its own, or
/// every message would be in tatters.
const SHORT: usize = FIRST;

/// So many bytes from its beginning give a longer secret away: a service that quotes may cut
/// short what it quotes. It also bounds what is compared at each place of a text.
pub(super) const TELLING: usize = 16;

/// Secrets, ready to be looked for.
pub(super) struct Search<'a> {
    /// Sorted, without duplicates.
    secrets: Forms<'a>,
    /// Those that begin with the same [`TELLING`] bytes, or are shorter and the same, in order.
    groups: Vec<Group>,
    /// Almost every place of a text is dismissed here.
    starts: Starts,
}

struct Group {
    /// Where its first and the next group's first secret stand.
    from: usize,
    to: usize,
    /// The longest other group whose secret this one's begin with.
    shorter: Option<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(mut secrets: Forms<'a>) -> Self {
        secrets.retain(|secret| !secret.bytes().is_empty());
        secrets.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        secrets.dedup_by(|a, b| a.bytes() == b.bytes());

        let mut groups: Vec<Group> = Vec::new();
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
        }
        let starts = Starts::new(secrets.iter().map(Form::bytes));
        Self {
            secrets,
            groups,
            starts,
        }
    }

    /// Whether a secret, or the telling beginning of one, stands anywhere in a text.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let may_begin = |at: &usize| self.starts.may_begin(&text[*at..]);
        let mut places = (0..text.len()).filter(may_begin);
        places.any(|at| self.length_at(text, at).is_some())
    }

    /// How much of a text is to be blanked from this place on: the longest secret that stands
    /// there, or the telling beginning of one.
    pub(super) fn length_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = &text[at..];
        if !self.starts.may_begin(rest) {
            return None;
        }
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

/// What gives a secret away.
pub(super) fn head(text: &[u8]) -> &[u8] {
    &text[..text.len().min(TELLING)]
}

fn stands_alone(text: &[u8], at: usize, length: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let before = at.checked_sub(1).and_then(|i| text.get(i));
    !word(before) && !word(text.get(at + length))
}
