//! All texts of a value: the generated types say where they are.

/// A value whose texts can be looked at and changed, one after the other.
pub(crate) trait Texts {
    /// Calls `look` with each text.
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String));
}

impl Texts for String {
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String)) {
        look(self);
    }
}

impl<T: Texts> Texts for Option<T> {
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|value| value.each_text(look));
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|value| value.each_text(look));
    }
}

/// A key is a text too. It can't be changed where it is.
impl<T: Texts> Texts for std::collections::HashMap<String, T> {
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String)) {
        for (mut key, mut value) in std::mem::take(self) {
            look(&mut key);
            value.each_text(look);
            self.insert(key, value);
        }
    }
}

/// Types without texts that may be looked at.
macro_rules! without_texts {
    ($($type:ty),*) => {$(
        impl $crate::texts::Texts for $type {
            fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )*};
}
pub(crate) use without_texts;

without_texts!((), bool, i32, i64, f32, f64);

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Texts as _;

    #[test]
    fn the_keys_and_the_values_of_a_map_are_texts() {
        let text = str::to_owned;
        let mut map = Some(HashMap::from([(text("a"), vec![text("b"), text("c")])]));
        map.each_text(&mut |text| *text += "!");
        let expected = HashMap::from([(text("a!"), vec![text("b!"), text("c!")])]);
        assert_eq!(map, Some(expected));
    }
}
