//! All texts of a value: the generated types say where they are.

/// A value whose texts can be looked at and changed, one after the other.
///
/// A [`Secret`](crate::Secret) is not one of them: what a login returns is shown nowhere, and
/// has to stay as it is.
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

/// Types without texts that may be looked at.
macro_rules! without_texts {
    ($($type:ty),*) => {$(
        impl Texts for $type {
            fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )*};
}

without_texts!(bool, i32, i64, f32, f64, crate::Secret);
