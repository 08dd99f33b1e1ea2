//! A documented success, read into its generated type.

use serde::de::DeserializeOwned;

use super::text::decode;

/// Reads a documented success; `None` if it can't be read.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(&decode(body)).ok()
}

#[cfg(test)]
mod tests {
    use crate::{texts::Texts as _, types::BatchModifyDbPwdResp};

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
