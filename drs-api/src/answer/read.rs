//! Reads the body of an answer: the documented properties by name, and the others as JSON.
//! Each result is read by itself, so one that can't be read costs no other.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::signs::number;
use crate::echo::Raw;

/// The body of an answer. Blank texts count as absent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body<'a> {
    /// NaN if it isn't a number.
    count: Option<f64>,
    #[serde(borrow, default)]
    pub(crate) results: Vec<Item<'a>>,
    /// Results that can't be read: no objects, or with a property that occurs twice.
    #[serde(skip)]
    pub(crate) unreadable: Vec<&'a str>,
    /// The service's and the gateway's code; else IAM's.
    #[serde(borrow, default, rename = "error_code", deserialize_with = "filled")]
    pub(crate) code: Option<Raw<'a>>,
    #[serde(borrow, default, rename = "error_msg", deserialize_with = "filled")]
    pub(crate) message: Option<Raw<'a>>,
    #[serde(borrow, default, deserialize_with = "filled")]
    pub(crate) request_id: Option<Raw<'a>>,
    /// The other properties, and documented ones that have something else.
    #[serde(skip)]
    pub(crate) rest: Properties<'a>,
    /// Whether it is an object that could be read.
    #[serde(skip)]
    pub(crate) is_object: bool,
}

/// One result. Blank texts count as absent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item<'a> {
    #[serde(borrow, default, deserialize_with = "filled")]
    pub(crate) id: Option<Raw<'a>>,
    #[serde(
        borrow,
        default,
        rename = "end_point_type",
        deserialize_with = "filled"
    )]
    pub(crate) side: Option<Raw<'a>>,
    #[serde(borrow, default, deserialize_with = "filled")]
    pub(crate) status: Option<Raw<'a>>,
    #[serde(borrow, default, rename = "error_code", deserialize_with = "filled")]
    pub(crate) code: Option<Raw<'a>>,
    #[serde(borrow, default, rename = "error_msg", deserialize_with = "filled")]
    pub(crate) message: Option<Raw<'a>>,
    #[serde(skip)]
    pub(crate) rest: Properties<'a>,
    /// All of it, if it was read by name.
    #[serde(skip)]
    json: &'a str,
}

impl<'a> Item<'a> {
    /// All of it, to be shown: its JSON, or a list of its texts.
    pub(crate) fn all(&self) -> Raw<'_> {
        let (code, message) = (&self.code, &self.message);
        let texts = [&self.id, &self.side, &self.status, code, message];
        let texts = texts.into_iter().flatten().map(Raw::peek);
        match self.json {
            "" => Value::from_iter(texts).to_string().into(),
            json => json.into(),
        }
    }

    fn read_by_name(json: &'a str) -> Option<Self> {
        let mut all = Properties::read(json)?;
        Some(Self {
            id: all.text("id"),
            side: all.text("end_point_type"),
            status: all.text("status"),
            code: all.code("error_code"),
            message: all.text("error_msg"),
            rest: all,
            json,
        })
    }
}

impl<'a> Body<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        Self::read_regular(text).unwrap_or_else(|| Self::read_by_name(text))
    }

    /// What nearly every answer is: documented properties of the documented types. It costs half
    /// of what reading by name does, and says the same.
    fn read_regular(text: &'a str) -> Option<Self> {
        // serde reads a struct from a list as well, whose elements no one has named. With one
        // bracket, which opens the results, there can be no such list.
        let has_lists = memchr::memchr_iter(b'[', text.as_bytes()).nth(1).is_some();
        if has_lists || !text.trim_start().starts_with('{') {
            return None;
        }
        let mut body: Self = serde_json::from_str(text).ok()?;
        body.is_object = true;
        Some(body)
    }

    fn read_by_name(text: &'a str) -> Self {
        let Some(mut all) = Properties::read(text) else {
            return Self::default();
        };
        let count = all.text("count");
        let mut body = Self {
            count: count.map(|count| number(count.peek()).unwrap_or(f64::NAN)),
            code: all.code("error_code"),
            message: all.text("error_msg"),
            request_id: all.text("request_id"),
            is_object: true,
            ..Self::default()
        };
        if body.code.is_none() {
            // IAM's form. Some gateways leave out the `error` around it.
            let mut iam = all.get("error").and_then(Properties::read);
            let iam = iam.as_mut().filter(|iam| iam.get("code").is_some());
            let within = iam.unwrap_or(&mut all);
            body.code = within.code("code");
            body.message = body.message.or_else(|| within.text("message"));
        }
        let results = all.take("results");
        match results.map(serde_json::from_str::<Vec<&RawValue>>) {
            Some(Ok(list)) => list.into_iter().for_each(|json| body.add(json.get())),
            _ => body.unreadable.extend(results),
        }
        body.rest = all;
        body
    }

    fn add(&mut self, json: &'a str) {
        match Item::read_by_name(json) {
            Some(item) => self.results.push(item),
            None => self.unreadable.push(json),
        }
    }

    /// Whether there are as many results as it says, if it says so.
    pub(crate) fn count_fits(&self) -> bool {
        let results = self.results.len() + self.unreadable.len();
        self.count.is_none_or(|count| count == results as f64)
    }
}

/// A text that isn't blank.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Raw<'de>>, D::Error> {
    let text: Option<Raw<'_>> = Option::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.peek().trim().is_empty()))
}

/// The names and the JSON of properties, as often as they occur.
#[derive(Default)]
pub(crate) struct Properties<'a>(pub(crate) Vec<(Raw<'a>, &'a str)>);

impl<'a> Properties<'a> {
    /// An object in which a name occurs twice can't be read, whichever of the two would be the
    /// better news.
    fn read(json: &'a str) -> Option<Self> {
        let all: Self = serde_json::from_str(json).ok()?;
        let mut names: Vec<_> = all.0.iter().map(|(name, _)| name.peek()).collect();
        names.sort_unstable();
        names.is_sorted_by(|a, b| a < b).then_some(all)
    }

    /// The JSON of a property; `null` counts as absent.
    fn get(&self, name: &str) -> Option<&'a str> {
        let (_, json) = self.0.iter().find(|(own, _)| own.peek() == name)?;
        Some(*json).filter(|json| *json != "null")
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(own, _)| own.peek() == name)?;
        Some(self.0.remove(at).1).filter(|json| *json != "null")
    }

    /// Takes a text, or as text what there is instead. A blank one counts as absent.
    fn text(&mut self, name: &str) -> Option<Raw<'a>> {
        let json = self.take(name)?;
        let text: Raw<'_> = serde_json::from_str(json).unwrap_or_else(|_| json.into());
        Some(text).filter(|text| !text.peek().trim().is_empty())
    }

    /// Takes a code, a text or a number, and leaves anything else.
    fn code(&mut self, name: &str) -> Option<Raw<'a>> {
        let is_code = |c: char| "\"-".contains(c) || c.is_ascii_digit();
        match self.get(name) {
            Some(json) if !json.starts_with(is_code) => None,
            _ => self.text(name),
        }
    }
}

impl<'de> Deserialize<'de> for Properties<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Properties<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, json)) = map.next_entry::<_, &RawValue>()? {
                    fields.push((name, json.get()));
                }
                Ok(Properties(fields))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests;
