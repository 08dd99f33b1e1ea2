//! All texts of a value: the generated types say where they stand.

/// A value whose texts can be looked at and changed, one after the other.
///
/// A [`Secret`](crate::Secret) is not among them: what a login returns is never shown, and must
/// stay unchanged.
pub(crate) trait Texts {
    /// Passes each text to `look`.
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

/// What a map is asked for is a text too.
impl<T: Texts> Texts for std::collections::HashMap<String, T> {
    fn each_text(&mut self, look: &mut dyn FnMut(&mut String)) {
        for (mut name, mut value) in std::mem::take(self) {
            name.each_text(look);
            value.each_text(look);
            self.insert(name, value);
        }
    }
}

/// What has no text that may be looked at.
macro_rules! without_texts {
    ($($type:ty),*) => {$(
        impl Texts for $type {
            fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )*};
}

without_texts!(bool, i32, i64, f32, f64, crate::Secret);
