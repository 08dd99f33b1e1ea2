//! Reads the body of an answer: the documented properties by name, and the others as JSON.
//! Each result is read by itself, so that one that can't be read costs no other.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::echo::Raw;

/// The body of an answer. Blank texts count as absent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body<'a> {
    /// NaN if it is not a number.
    count: Option<f64>,
    #[serde(borrow, default)]
    pub(crate) results: Vec<Item<'a>>,
    /// Results that can't be read: no objects, or with a property that occurs twice.
    #[serde(skip)]
    pub(crate) unreadable: Vec<&'a str>,
    /// The service's and the gateway's code; else IAM's.
    #[serde(borrow, rename = "error_code")]
    pub(crate) code: Option<Raw<'a>>,
    #[serde(borrow, rename = "error_msg")]
    pub(crate) message: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) request_id: Option<Raw<'a>>,
    /// The other properties, and documented ones that hold something else.
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
    #[serde(borrow)]
    pub(crate) id: Option<Raw<'a>>,
    #[serde(borrow, rename = "end_point_type")]
    pub(crate) side: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) status: Option<Raw<'a>>,
    #[serde(borrow, rename = "error_code")]
    pub(crate) code: Option<Raw<'a>>,
    #[serde(borrow, rename = "error_msg")]
    pub(crate) message: Option<Raw<'a>>,
    #[serde(skip)]
    pub(crate) rest: Properties<'a>,
    /// All of it, if there is more than what is documented.
    #[serde(skip)]
    pub(crate) json: &'a str,
}

impl<'a> Item<'a> {
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
        let read = Self::read_regular(text).or_else(|| Self::read_by_name(text));
        let mut body = read.unwrap_or_default();
        let items = body.results.iter_mut();
        let of_items = items.flat_map(|item| [&mut item.side, &mut item.code, &mut item.message]);
        let own = [&mut body.code, &mut body.message, &mut body.request_id];
        for text in own.into_iter().chain(of_items) {
            text.take_if(|text| text.peek().trim_start().is_empty());
        }
        body
    }

    /// Whether there are as many results as it says, if it says so.
    pub(crate) fn count_fits(&self) -> bool {
        let results = self.results.len() + self.unreadable.len();
        self.count.is_none_or(|count| count == results as f64)
    }

    /// What nearly every answer is: documented properties of the documented types.
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

    fn read_by_name(text: &'a str) -> Option<Self> {
        let mut all = Properties::read(text)?;
        let count = all.text("count");
        let number = |count: Raw<'_>| count.peek().trim().parse().unwrap_or(f64::NAN);
        let mut body = Self {
            count: count.map(number),
            code: all.code("error_code"),
            message: all.text("error_msg"),
            request_id: all.text("request_id"),
            is_object: true,
            ..Self::default()
        };
        if body.code.is_none() {
            // IAM's form. Some gateways leave out the `error` around it.
            let mut iam = all.0.get("error").and_then(|json| Properties::read(json));
            let iam = iam.as_mut().filter(|iam| iam.0.contains_key("code"));
            let within = iam.unwrap_or(&mut all);
            body.code = within.code("code");
            let message = within.text("message");
            body.message = body.message.or(message);
        }
        if let Some(json) = all.take("results") {
            match serde_json::from_str::<Vec<&RawValue>>(json) {
                Err(_) => body.unreadable.push(json),
                Ok(results) => {
                    for json in results.into_iter().map(RawValue::get) {
                        match Item::read_by_name(json) {
                            Some(item) => body.results.push(item),
                            None => body.unreadable.push(json),
                        }
                    }
                }
            }
        }
        body.rest = all;
        Some(body)
    }
}

/// The JSON of properties by their names. An object in which a name occurs twice can't be read,
/// whichever of the two would be the better news.
#[derive(Debug, Default)]
pub(crate) struct Properties<'a>(pub(crate) BTreeMap<Cow<'a, str>, &'a str>);

/// The names and the JSON of properties, as often as they occur.
#[derive(Default)]
pub(super) struct Fields<'a>(pub(super) Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Properties<'a> {
    fn read(json: &'a str) -> Option<Self> {
        let Fields(all) = serde_json::from_str(json).ok()?;
        let fields = all.len();
        let all: BTreeMap<_, _> = all.into_iter().collect();
        (all.len() == fields).then_some(Self(all))
    }

    /// Takes the JSON of a property; `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name).filter(|json| *json != "null")
    }

    /// Takes a text, or as text what there is instead.
    fn text(&mut self, name: &str) -> Option<Raw<'a>> {
        let json = self.take(name)?;
        Some(serde_json::from_str(json).unwrap_or_else(|_| json.into()))
    }

    /// Takes a code, which is a text or a number, and leaves what is neither.
    fn code(&mut self, name: &str) -> Option<Raw<'a>> {
        let is_code = |c: char| "\"-".contains(c) || c.is_ascii_digit();
        self.0.get(name).filter(|json| json.starts_with(is_code))?;
        self.text(name)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, json)) = map.next_entry::<_, &RawValue>()? {
                    fields.push((name, json.get()));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests;
