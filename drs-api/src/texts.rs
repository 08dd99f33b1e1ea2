//! All texts of a value: the generated types say where they stand.

/// A value whose texts can be looked at and changed, one after the other.
///
/// A [`Secret`](crate::Secret) is none of them: what a login gives is shown nowhere, and has to
/// stay what it is.
pub(crate) trait Texts {
    /// Gives each text to `look`.
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

/// What holds no text that may be looked at.
macro_rules! without_texts {
    ($($type:ty),*) => {$(
        impl Texts for $type {
            fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )*};
}

without_texts!(bool, i32, i64, f64, crate::Secret);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::BatchModifyDbPwdResp;

    #[test]
    fn the_types_of_answers_give_away_each_of_their_texts() {
        let result =
            r#"{"id":"1","end_point_type":"2","status":"3","error_code":"4","error_msg":"5"}"#;
        let answer = format!(
            r#"{{"results":[{result},{result}],"count":2,"error_code":"6","error_msg":"7","request_id":"8"}}"#
        );
        let texts = |value: &mut BatchModifyDbPwdResp| {
            let mut texts = String::new();
            value.each_text(&mut |text| texts += &std::mem::replace(text, "x".to_owned()));
            texts
        };
        let mut success: BatchModifyDbPwdResp = serde_json::from_str(&answer).unwrap();
        let mut found: Vec<char> = texts(&mut success).chars().collect();
        found.sort_unstable();
        assert_eq!(found.iter().collect::<String>(), "1122334455678");
        assert_eq!(texts(&mut success), "x".repeat(13));
    }
}
