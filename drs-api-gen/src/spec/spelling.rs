//! The name that was probably meant by one with a slip in it.

/// The known name that is nearest to this one, if one is near: it begins with this one, or has a
/// few other letters. Letter case, `-` and `_` don't count.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let (meant, letters) = (plain(name), letters(name));
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    // Comparing is slow, and most names have another length or other letters.
    let is_like = |known: &&str| {
        known.len().abs_diff(name.len()) <= allowed + 2 && {
            let others = letters ^ self::letters(known);
            let (gone, new) = (others & letters, others & !letters);
            gone.count_ones().max(new.count_ones()) <= allowed as u32
        }
    };
    let begins = |known: &str| {
        let start = known.get(..name.len()).filter(|start| start.len() >= 3);
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let distance = |known: &str| match begins(known) {
        true => 0,
        false => strsim::osa_distance(&meant, &plain(known)),
    };
    known
        .into_iter()
        .filter(|known| is_like(known) || begins(known))
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// A name without what may differ in other spellings of it.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_'));
    letters.flat_map(char::to_lowercase).collect()
}

/// The letters of ASCII that a name has, a bit for each. A change of one letter changes one
/// of them on each side at most.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| match byte | 0x20 {
        letter @ b'a'..=b'z' => letters | 1 << (letter - b'a'),
        _ => letters,
    })
}
