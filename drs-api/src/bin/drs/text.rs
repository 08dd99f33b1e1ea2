//! How a text gets to a terminal or a log: in one line, of bounded length, with nothing in it
//! that steers a terminal or hides from a reader.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};

/// Whether a character steers a terminal, turns the direction of a text, shows nothing, or
/// looks like the blank and is none.
pub(crate) fn is_invisible(c: char) -> bool {
    if c.is_ascii() || c.is_control() {
        return c.is_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    category == GeneralCategory::Format
        || GeneralCategoryGroup::Separator.contains(category)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        // The blank pattern of Braille.
        || c == '\u{2800}'
}

/// A text in a line with others: a name, an id, a path, a message.
pub(crate) fn clean(text: &str) -> String {
    shown(text, 1_024)
}

/// A whole line.
pub(crate) fn line(text: &str) -> String {
    shown(text, 8_192)
}

/// A number of things.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A code, cut if it is longer than any code is.
pub(crate) fn code(text: &str) -> String {
    shown(text, 32)
}

/// What is invisible is escaped. Of a longer text the beginning and the end are left.
fn shown(text: &str, most: usize) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.len() > most {
        let tail = characters.len() - most / 4;
        characters.splice(most - most / 4..tail, ['…']);
    }
    let mut shown = String::with_capacity(text.len().min(most));
    for c in characters {
        match is_invisible(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// JSON with what is invisible escaped in JSON's own way, so that it says the same. Line breaks
/// are between its parts alone.
pub(crate) fn json(json: String) -> String {
    let is_escaped = |c: char| c != '\n' && is_invisible(c);
    if !json.contains(is_escaped) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match is_escaped(c) {
            true => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
            }
            false => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_shows_nothing_is_invisible_and_what_shows_something_is_not() {
        for c in "\u{0}\t\n\r\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{1680}\u{180e}\
                  \u{2003}\u{200b}\u{200d}\u{200e}\u{2028}\u{2029}\u{202e}\u{202f}\u{2060}\u{2066}\
                  \u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0020}\u{e0100}"
            .chars()
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in (' '..='~').chain("äßñéЖ中日本語ไทย€😀\u{301}…".chars()) {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_and_the_end_are_shown() {
        let text = format!("begin{}end", "é".repeat(1 << 20));
        let shown = clean(&text);
        assert_eq!(shown.chars().count(), 1_025);
        assert!(shown.starts_with("beginéé") && shown.ends_with("ééend"));
        assert_eq!(code(&"C".repeat(33)).chars().count(), 33);
        assert_eq!(code(&"C".repeat(32)), "C".repeat(32));
    }

    proptest! {
        #[test]
        fn a_shown_text_is_visible_bounded_and_shown_again_as_it_is(text in any::<String>()) {
            let once = code(&text);
            prop_assert!(!once.contains(is_invisible));
            prop_assert!(once.chars().count() <= 33 * r"\u{10ffff}".len(), "it is bounded");
            prop_assert_eq!(line(&once), once.clone());
        }

        #[test]
        fn escaped_json_says_the_same(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            let escaped = json(written);
            prop_assert!(!escaped.contains(is_invisible));
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
