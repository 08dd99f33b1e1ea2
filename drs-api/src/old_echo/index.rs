//! An index of secrets: finds any of many in a text, in time that grows with the text alone,
//! whoever wrote it. Capital letters are the same as small ones.

use std::cmp::Ordering;

use http::HeaderValue;

use super::{
    decode::{AMPERSAND, BACKSLASH, Escape, PERCENT, Plain, Source},
    filter::{FIRST, Filter},
    gather::{Gathered, Place, Texts},
};
use crate::{body::RequestBody, types::ModifyPwdEndPoint};

/// Below this length a secret is blanked only where it stands as a word of its own, or every
/// message would be in tatters.
const SHORT: usize = FIRST;

/// Below this length the same holds for secrets of other requests of a run.
pub(super) const SHORT_ELSEWHERE: usize = 8;

/// The first bytes that give a longer secret away: a service that quotes may cut short what it
/// quotes. It also bounds what is compared at each place of a text.
const TELLING: usize = 16;

/// Secrets, ready to be looked for.
pub(crate) struct Index {
    texts: Texts,
    /// In order of their bytes, without duplicates.
    secrets: Vec<Place>,
    /// Those that begin with the same [`TELLING`] bytes, or are shorter and the same, in order.
    groups: Vec<Group>,
    filter: Filter,
    /// Whether a secret holds a blank, which may be escaped as `+`.
    has_blank: bool,
}

#[derive(Clone, Copy)]
struct Group {
    /// Where its first secret stands.
    from: u32,
    /// The longest other group whose secret this one's begin with.
    shorter: Option<u32>,
}

impl Index {
    /// Of the secrets of a request: in its body, and those headers.
    pub(crate) fn of_request(body: &RequestBody, headers: &[HeaderValue]) -> Self {
        Self::of(Gathered::from_request(body, headers))
    }

    /// Of those headers alone.
    pub(super) fn of_headers(headers: &[HeaderValue]) -> Self {
        Self::of(Gathered::from_headers(headers))
    }

    /// Of the secrets of all changes of a run.
    pub(crate) fn of_changes(changes: &[ModifyPwdEndPoint]) -> Self {
        Self::of(Gathered::from_changes(changes))
    }

    fn of(gathered: Gathered) -> Self {
        let Gathered { texts, mut places } = gathered;
        places.retain(|place| place.length > 0);
        places.sort_unstable_by(|a, b| compare(texts.bytes(*a), texts.bytes(*b)));
        places.dedup_by(|a, b| compare(texts.bytes(*a), texts.bytes(*b)) == Ordering::Equal);
        let bytes = |at: u32| places.get(at as usize).map_or(&[][..], |p| texts.bytes(*p));
        // It stays as long as a run takes, and has no room to grow.
        let mut groups: Vec<Group> = Vec::with_capacity(places.len());
        for index in (0..).take(places.len()) {
            let key = head(bytes(index));
            let same = |last: &Group| compare(head(bytes(last.from)), key) == Ordering::Equal;
            if groups.last().is_some_and(same) {
                continue;
            }
            // The candidates are the one before and, in turn, those it begins with.
            let mut shorter = u32::try_from(groups.len())
                .ok()
                .and_then(|n| n.checked_sub(1));
            while let Some(group) = shorter.and_then(|at| groups.get(at as usize))
                && !begins_with(key, head(bytes(group.from)))
            {
                shorter = group.shorter;
            }
            let from = index;
            groups.push(Group { from, shorter });
        }
        let filter = Filter::new(places.iter().map(|place| texts.bytes(*place)));
        let has_blank = places.iter().any(|p| texts.bytes(*p).contains(&b' '));
        Self {
            texts,
            secrets: places,
            groups,
            filter,
            has_blank,
        }
    }

    /// A first look at a text in which nothing is escaped. Nearly all are dismissed by it.
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        self.filter.may_be_in(text)
    }

    /// How far a text is to be blanked from this place on: to the end of the longest secret
    /// that stands there, or of the telling beginning of one. `is_own` says of a short secret
    /// whether it belongs to the request at hand.
    pub(super) fn end_at(
        &self,
        text: &[u8],
        at: usize,
        escapes: Escapes,
        is_own: &dyn Fn(&[u8]) -> bool,
    ) -> Option<usize> {
        use Escape::{Backslash, Entity, Form, Percent};
        let escapes = Escapes {
            plus: escapes.plus && self.has_blank,
            ..escapes
        };
        let here = text.get(at..)?;
        let begins_plain = self.filter.may_begin(here);
        let window = here.get(..FIRST).unwrap_or(here);
        let begins_escaped = || escapes.any() && window.iter().any(|b| escapes.begin_with(*b));
        if !begins_plain && !begins_escaped() {
            return None;
        }
        let starts_word = !at.checked_sub(1).is_some_and(|before| {
            let escaped = before.checked_sub(1).and_then(|i| text.get(i)) == Some(&BACKSLASH);
            text.get(before).is_some_and(|b| is_word(*b)) && !escaped
        });
        let plain = || Plain::new(text, at);
        let mut found = self.end_in(plain(), starts_word, is_own);
        if !escapes.any() {
            return found;
        }
        macro_rules! look_through {
            ($($escape:ident)*) => {
                found = found.max(self.end_in(plain()$(.decoded($escape))*, starts_word, is_own))
            };
        }
        if escapes.backslash {
            look_through!(Backslash);
            look_through!(Backslash Backslash);
            look_through!(Backslash Backslash Backslash);
        }
        for (kind, used) in [
            (Percent, escapes.percent),
            (Form, escapes.percent || escapes.plus),
        ] {
            if !used || (matches!(kind, Form) && !self.has_blank) {
                continue;
            }
            look_through!(kind);
            look_through!(kind Backslash);
            if escapes.backslash {
                look_through!(Backslash kind);
                look_through!(Backslash Backslash kind);
                look_through!(Backslash kind Backslash);
            }
        }
        if escapes.ampersand {
            look_through!(Entity);
            look_through!(Entity Backslash);
        }
        if escapes.backslash {
            // Some encoders of JSON escape the `&` of an entity.
            look_through!(Backslash Entity);
            look_through!(Backslash Backslash Entity);
            look_through!(Backslash Entity Backslash);
        }
        found
    }

    fn end_in(
        &self,
        source: impl Source,
        starts_word: bool,
        is_own: &dyn Fn(&[u8]) -> bool,
    ) -> Option<usize> {
        let mut head = [0; TELLING];
        let mut length = 0;
        let mut ahead = source.clone();
        while let Some(byte) = head.get_mut(length)
            && let Some(next) = ahead.next()
        {
            *byte = next;
            length += 1;
            if length == 1 && !self.filter.may_begin_with(next) {
                return None;
            }
            if length == FIRST && !self.filter.may_begin(head.get(..FIRST)?) {
                return None;
            }
        }
        let here = head.get(..length)?;
        let after = |group: &Group| compare(self.key(*group), here) != Ordering::Greater;
        let after = self.groups.partition_point(after);
        let mut candidate = after.checked_sub(1);
        while let Some((index, group)) = candidate.and_then(|i| Some((i, *self.groups.get(i)?))) {
            let key = self.key(group);
            if begins_with(here, key)
                && (key.len() >= SHORT_ELSEWHERE
                    || (key.len() >= SHORT && is_own(key))
                    || (starts_word && ends_word(source.clone(), key.len())))
            {
                return Some(self.end_of_group(index, source));
            }
            candidate = group.shorter.map(|shorter| shorter as usize);
        }
        // A text that ends within a secret.
        let key = self.key(*self.groups.get(after)?);
        let cut_short = begins_with(key, here) && length >= SHORT && length * 2 >= key.len();
        (cut_short && (key.len() >= SHORT_ELSEWHERE || is_own(key))).then(|| ahead.position())
    }

    /// Where ends what a text, which begins as a group's secrets do, has in common with the
    /// nearest of them. What is compared here is skipped afterwards.
    fn end_of_group(&self, index: usize, source: impl Source) -> usize {
        let from = |group: &Group| group.from as usize;
        let start = |index| self.groups.get(index).map_or(self.secrets.len(), from);
        let secrets = &self.secrets[start(index)..start(index + 1)];
        let before = |place: &Place| {
            let (_, order) = in_common(self.bytes(*place), source.clone());
            order != Ordering::Greater
        };
        let after = secrets.partition_point(before);
        let neighbours = &secrets[after.saturating_sub(1)..secrets.len().min(after + 1)];
        let ends = neighbours
            .iter()
            .map(|place| in_common(self.bytes(*place), source.clone()).0);
        ends.max().unwrap_or_else(|| source.position())
    }

    fn bytes(&self, place: Place) -> &[u8] {
        self.texts.bytes(place)
    }

    /// What gives the secrets of a group away.
    fn key(&self, group: Group) -> &[u8] {
        let first = self.secrets.get(group.from as usize);
        head(first.map_or(&[], |place| self.bytes(*place)))
    }
}

/// What may be escaped in a text.
#[derive(Clone, Copy)]
pub(super) struct Escapes {
    backslash: bool,
    percent: bool,
    ampersand: bool,
    plus: bool,
}

impl Escapes {
    pub(super) fn of(text: &[u8]) -> Self {
        let holds = |byte| memchr::memchr(byte, text).is_some();
        Self {
            backslash: holds(BACKSLASH),
            percent: holds(PERCENT),
            ampersand: holds(AMPERSAND),
            plus: holds(b'+'),
        }
    }

    pub(super) fn any(self) -> bool {
        self.backslash || self.percent || self.ampersand || self.plus
    }

    fn begin_with(self, byte: u8) -> bool {
        matches!(byte, BACKSLASH | PERCENT | AMPERSAND) || self.plus && byte == b'+'
    }
}

/// What gives a secret away.
fn head(secret: &[u8]) -> &[u8] {
    secret.get(..TELLING).unwrap_or(secret)
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.iter()
        .map(u8::to_ascii_lowercase)
        .cmp(b.iter().map(u8::to_ascii_lowercase))
}

fn begins_with(text: &[u8], beginning: &[u8]) -> bool {
    let text = text.get(..beginning.len());
    text.is_some_and(|text| text.eq_ignore_ascii_case(beginning))
}

/// Where ends what a secret and a text have in common, and how the secret compares.
fn in_common(secret: &[u8], mut text: impl Source) -> (usize, Ordering) {
    for byte in secret {
        let end = text.position();
        let Some(next) = text.next() else {
            return (end, Ordering::Greater);
        };
        match byte.to_ascii_lowercase().cmp(&next.to_ascii_lowercase()) {
            Ordering::Equal => {}
            other => return (end, other),
        }
    }
    (text.position(), Ordering::Less)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether no letter or digit follows after this many bytes.
fn ends_word(mut source: impl Source, length: usize) -> bool {
    for _ in 0..length {
        source.next();
    }
    !source.next().is_some_and(is_word)
}
