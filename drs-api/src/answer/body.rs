//! The body of an answer, each result read by itself, so that one that can't be read costs no
//! other.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer,
    },
};
use serde_json::value::RawValue;

use super::text::{bounded, prefix};
use crate::types::{ModifyDbPwdEndPointType, ModifyDbPwdResp, ModifyDbPwdStatus};

/// How much is kept of a result that can't be read, in bytes.
const MAX_UNREADABLE: usize = 200;

/// The body of an answer. Its texts are bounded; empty ones count as absent.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Body<'a> {
    /// As it stands there.
    pub(crate) count: Option<String>,
    /// Each result read or, as text, not. Absent also where it is `null`, or empty beside a
    /// code. What is no list is one result that can't be read.
    pub(crate) results: Option<Vec<Result<Item<'a>, String>>>,
    /// The service's and the gateway's code; else IAM's.
    pub(crate) error_code: Option<String>,
    /// The service's and the gateway's message; else IAM's.
    pub(crate) error_msg: Option<String>,
    pub(crate) request_id: Option<String>,
    /// What stands as `error`, where it holds no code.
    pub(crate) error: Option<String>,
}

/// One result.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Item<'a> {
    /// Whole, however long, so that it can be matched. What is kept of it is cut first.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) end_point_type: Option<ModifyDbPwdEndPointType>,
    pub(crate) status: Option<ModifyDbPwdStatus>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_msg: Option<String>,
}

impl From<Item<'_>> for ModifyDbPwdResp {
    fn from(item: Item<'_>) -> Self {
        Self {
            id: item.id.map(|id| bounded(&id).into_owned()),
            end_point_type: item.end_point_type,
            status: item.status,
            error_code: item.error_code,
            error_msg: item.error_msg,
            ..Self::default()
        }
    }
}

impl<'a> Body<'a> {
    /// Reads an object; `None` if the text is not one.
    pub(crate) fn read(json: &'a [u8]) -> Option<Self> {
        let mut body = match Self::read_regular(json) {
            Some(body) => body,
            None => Self::read_leniently(json)?,
        };
        if body.error_code.is_some() || body.error.is_some() {
            body.results = body.results.filter(|results| !results.is_empty());
        }
        Some(body)
    }

    /// Reads in one pass what nearly every answer is: documented properties of the documented
    /// types, and no escapes.
    fn read_regular(json: &'a [u8]) -> Option<Self> {
        let Object(regular) = read_json::<Object<RegularBody<'_>>>(json).ok()?;
        let results = regular.results.map(|items| {
            let items = items.into_iter().map(|Object(item)| Ok(item.into()));
            items.collect()
        });
        Some(Self {
            count: regular.count.map(|count| count.to_string()),
            results,
            error_code: regular.error_code.and_then(kept),
            error_msg: regular.error_msg.and_then(kept),
            request_id: regular.request_id.and_then(kept),
            error: None,
        })
    }

    fn read_leniently(json: &'a [u8]) -> Option<Self> {
        let names = [
            "count",
            "results",
            "error_code",
            "error_msg",
            "request_id",
            "error",
        ];
        let [count, results, code, message, request_id, error] =
            read_with(Properties(names), json).ok()?;
        let results = results.map(|results| match serde_json::from_str(results.get()) {
            Ok(items) => Vec::into_iter(items).map(read_item).collect(),
            Err(_) => vec![Err(unreadable(results))],
        });
        let [iam_code, iam_message] = error
            .and_then(|error| {
                read_with(Properties(["code", "message"]), error.get().as_bytes()).ok()
            })
            .unwrap_or_default();
        let error_code = text(code).or_else(|| text(iam_code));
        Some(Self {
            count: text(count),
            results,
            error: text(error).filter(|_| error_code.is_none()),
            error_code,
            error_msg: text(message).or_else(|| text(iam_message)),
            request_id: text(request_id),
        })
    }
}

fn read_item(item: &RawValue) -> Result<Item<'_>, String> {
    let names = ["id", "end_point_type", "status", "error_code", "error_msg"];
    let [id, side, status, code, message] =
        read_with(Properties(names), item.get().as_bytes()).map_err(|_| unreadable(item))?;
    Ok(Item {
        id: whole_text(id),
        end_point_type: whole_text(side).map(|side| word(&side)),
        status: whole_text(status).map(|status| word(&status)),
        error_code: text(code),
        error_msg: text(message),
    })
}

fn unreadable(result: &RawValue) -> String {
    prefix(result.get(), MAX_UNREADABLE).to_owned()
}

/// A string, or what else stands where a string should, as text.
fn whole_text(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let json = raw?.get();
    match json
        .strip_prefix('"')
        .and_then(|json| json.strip_suffix('"'))
    {
        Some(text) if text.contains('\\') => serde_json::from_str(json).ok().map(Cow::Owned),
        Some(text) => Some(Cow::Borrowed(text)),
        None => Some(Cow::Borrowed(json)),
    }
}

/// The same, as it is kept.
fn text(raw: Option<&RawValue>) -> Option<String> {
    whole_text(raw).and_then(|text| kept(&text))
}

/// A text as it is kept; nothing for an empty one.
fn kept(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| bounded(text).into_owned())
}

/// A word of an open enum, which keeps the text of an unknown one.
fn word<T: for<'w> From<&'w str>>(text: &str) -> T {
    T::from(&bounded(text))
}

/// Reads JSON. That it is UTF-8 is seen at once and not for each string again; where it is not,
/// only the strings that are read have to be.
pub(super) fn read_json<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    read_with(PhantomData, json)
}

fn read_with<'a, S: DeserializeSeed<'a>>(seed: S, json: &'a [u8]) -> serde_json::Result<S::Value> {
    fn read<'a, R: serde_json::de::Read<'a>, S: DeserializeSeed<'a>>(
        mut json: serde_json::Deserializer<R>,
        seed: S,
    ) -> serde_json::Result<S::Value> {
        let value = seed.deserialize(&mut json)?;
        json.end()?;
        Ok(value)
    }
    match std::str::from_utf8(json) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), seed),
        Err(_) => read(serde_json::Deserializer::from_slice(json), seed),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegularBody<'a> {
    count: Option<i64>,
    #[serde(borrow)]
    results: Option<Vec<Object<RegularItem<'a>>>>,
    error_code: Option<&'a str>,
    error_msg: Option<&'a str>,
    request_id: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegularItem<'a> {
    id: Option<&'a str>,
    end_point_type: Option<&'a str>,
    status: Option<&'a str>,
    error_code: Option<&'a str>,
    error_msg: Option<&'a str>,
}

impl<'a> From<RegularItem<'a>> for Item<'a> {
    fn from(item: RegularItem<'a>) -> Self {
        Self {
            id: item.id.map(Cow::Borrowed),
            end_point_type: item.end_point_type.map(word),
            status: item.status.map(word),
            error_code: item.error_code.and_then(kept),
            error_msg: item.error_msg.and_then(kept),
        }
    }
}

/// A `T` that is an object in JSON: of itself a struct is also read from an array, whose
/// elements no one has named.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// The properties of an object that have these names, as they came; `null` counts as absent.
/// One that stands twice makes the object unreadable, whichever of the two would be the better
/// news.
struct Properties<const N: usize>([&'static str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Properties<N> {
    type Value = [Option<&'de RawValue>; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Properties<N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            let position = self.0.iter().position(|known| *known == name);
            match position.and_then(|position| found.get_mut(position)) {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(Some(_)) => return Err(A::Error::custom(format!("`{name}` stands twice"))),
                Some(slot) => *slot = Some(map.next_value::<&RawValue>()?),
            }
        }
        Ok(found.map(|value: Option<&RawValue>| value.filter(|value| value.get() != "null")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_string_is_kept_as_text() {
        for (json, expected) in [
            (r#""a\nb""#, Some("a\nb")),
            (r#""ab""#, Some("ab")),
            (r#""""#, None),
            ("null", None),
            ("17", Some("17")),
            (r#"{"a": 1}"#, Some(r#"{"a": 1}"#)),
        ] {
            let answer = format!(r#"{{"error_code":{json}}}"#);
            let body = Body::read(answer.as_bytes()).unwrap();
            assert_eq!(body.error_code.as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn a_regular_answer_is_read_the_same_in_both_ways() {
        for answer in [
            "{}",
            r#"{"results":[],"count":0}"#,
            r#"{"count":null,"results":null,"error_code":"","error_msg":"m","request_id":"r"}"#,
            r#"{"results":[{"id":"a","end_point_type":"so","status":"success"},
                {"id":"","end_point_type":"","status":"","error_code":"","error_msg":""},
                {"status":"odd","end_point_type":"both","error_code":"C.1","error_msg":"é"},
                {}],"count":4}"#,
        ] {
            let regular = Body::read_regular(answer.as_bytes());
            assert!(regular.is_some(), "{answer}");
            assert_eq!(regular, Body::read_leniently(answer.as_bytes()));
        }
    }

    #[test]
    fn no_text_is_kept_longer_than_the_limit_but_an_id_until_it_is_matched() {
        let long = "x".repeat(70_000);
        // With an escape it is read the other way.
        for begin in ["", r"\u001b"] {
            let text = format!("{begin}{long}");
            let answer = format!(
                r#"{{"results":[{{"id":"{text}","end_point_type":"{text}","status":"{text}",
                "error_code":"{text}","error_msg":"{text}"}}],"error_code":"{text}",
                "error_msg":"{text}","request_id":"{text}"}}"#
            );
            let body = Body::read(answer.as_bytes()).unwrap();
            let item = body.results.unwrap().remove(0).unwrap();
            assert!(item.id.as_ref().unwrap().len() >= long.len());
            let result = ModifyDbPwdResp::from(item);
            for kept in [
                body.error_code.unwrap(),
                body.error_msg.unwrap(),
                body.request_id.unwrap(),
                result.id.unwrap(),
                result.end_point_type.unwrap().to_string(),
                result.status.unwrap().to_string(),
                result.error_code.unwrap(),
                result.error_msg.unwrap(),
            ] {
                assert_eq!(kept.len(), 4096 + "…".len());
                assert!(kept.ends_with("x…"));
            }
        }
    }
}
