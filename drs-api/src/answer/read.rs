//! Reads the body of an answer: the documented properties by name, and the others as JSON.
//! Each result is read by itself, so that one that can't be read costs no other.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::echo::Raw;

/// The name and the JSON of a property.
pub(crate) type Property<'a> = (Cow<'a, str>, &'a str);

/// The body of an answer.
#[derive(Default)]
pub(crate) struct Body<'a> {
    /// The number of results that it gives, if there is another number of them.
    pub(crate) odd_count: Option<Raw<'a>>,
    pub(crate) results: Vec<Item<'a>>,
    /// Results that can't be read: no objects, or with a property that stands twice.
    pub(crate) unreadable: Vec<&'a str>,
    /// The service's and the gateway's code; else IAM's.
    pub(crate) code: Option<Raw<'a>>,
    pub(crate) message: Option<Raw<'a>>,
    pub(crate) request_id: Option<Raw<'a>>,
    /// The other properties, and documented ones that hold something else.
    pub(crate) rest: Vec<Property<'a>>,
    /// The whole text, if it is not an object that can be read.
    pub(crate) odd: Option<&'a str>,
}

/// One result. Empty texts count as absent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Item<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Raw<'a>>,
    #[serde(borrow, rename = "end_point_type")]
    side: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(crate) status: Option<Raw<'a>>,
    #[serde(borrow, rename = "error_code")]
    code: Option<Raw<'a>>,
    #[serde(borrow, rename = "error_msg")]
    message: Option<Raw<'a>>,
    #[serde(skip)]
    pub(crate) rest: Vec<Property<'a>>,
    /// All of it, if there is more than what is documented.
    #[serde(skip)]
    pub(crate) json: &'a str,
}

impl<'a> Item<'a> {
    pub(crate) fn side(&self) -> Option<&Raw<'a>> {
        present(&self.side)
    }

    pub(crate) fn code(&self) -> Option<&Raw<'a>> {
        present(&self.code)
    }

    pub(crate) fn message(&self) -> Option<&Raw<'a>> {
        present(&self.message)
    }

    /// Reads one result by its properties.
    fn read(json: &'a str) -> Option<Self> {
        let mut properties = Properties::read(json)?;
        let [id, side, status, message] =
            ["id", "end_point_type", "status", "error_msg"].map(|name| properties.text(name));
        let code = properties.code("error_code")?;
        let (id, side, status, message) = (id?, side?, status?, message?);
        let rest = properties.0;
        Some(Self {
            id,
            side,
            status,
            code,
            message,
            rest,
            json,
        })
    }
}

fn present<'r, 'a>(text: &'r Option<Raw<'a>>) -> Option<&'r Raw<'a>> {
    text.as_ref().filter(|text| !text.peek().trim().is_empty())
}

/// What nearly every answer is: documented properties of the documented types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regular<'a> {
    count: Option<u64>,
    #[serde(borrow)]
    results: Option<Vec<Item<'a>>>,
    #[serde(borrow)]
    error_code: Option<Raw<'a>>,
    #[serde(borrow)]
    error_msg: Option<Raw<'a>>,
    #[serde(borrow)]
    request_id: Option<Raw<'a>>,
}

impl<'a> Body<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let read = Self::read_regular(text).or_else(|| Self::read_by_properties(text));
        let mut body = read.unwrap_or(Self {
            odd: Some(text),
            ..Self::default()
        });
        for text in [&mut body.code, &mut body.message, &mut body.request_id] {
            text.take_if(|text| text.peek().trim().is_empty());
        }
        body
    }

    /// Whether it says something beside its results.
    pub(crate) fn says_more(&self) -> bool {
        self.odd_count.is_some()
            || self.code.is_some()
            || self.message.is_some()
            || !self.rest.is_empty()
    }

    fn read_regular(text: &'a str) -> Option<Self> {
        // serde reads a struct from a list as well, whose elements no one has named. With one
        // bracket, which opens the results, there can be no such list.
        let has_lists = memchr::memchr_iter(b'[', text.as_bytes()).nth(1).is_some();
        if has_lists || !text.trim_start().starts_with('{') {
            return None;
        }
        let Regular {
            count,
            results,
            error_code,
            error_msg,
            request_id,
        } = serde_json::from_str(text).ok()?;
        let results = results.unwrap_or_default();
        let odd_count = count.filter(|count| usize::try_from(*count) != Ok(results.len()));
        Some(Self {
            odd_count: odd_count.map(|count| count.to_string().into()),
            results,
            code: error_code,
            message: error_msg,
            request_id,
            ..Self::default()
        })
    }

    fn read_by_properties(text: &'a str) -> Option<Self> {
        let mut all = Properties::read(text)?;
        let mut body = Self {
            odd_count: all.text("count")?,
            code: all.code("error_code")?,
            message: all.text("error_msg")?,
            request_id: all.text("request_id")?,
            ..Self::default()
        };
        if let Some(json) = all.take("results")? {
            let Ok(results) = serde_json::from_str::<Vec<&RawValue>>(json) else {
                body.unreadable.push(json);
                body.rest = all.0;
                return Some(body);
            };
            for json in results.into_iter().map(RawValue::get) {
                match Item::read(json) {
                    Some(item) => body.results.push(item),
                    None => body.unreadable.push(json),
                }
            }
        }
        let results = body.results.len() + body.unreadable.len();
        body.odd_count
            .take_if(|count| count.peek().trim().parse() == Ok(results as f64));
        if body.code.is_none() {
            // IAM's form. Some gateways leave out the `error` around it.
            let error = all.0.iter().position(|(name, _)| name == "error");
            let within =
                error.and_then(|at| Properties::read(all.0[at].1).map(|within| (at, within)));
            match within {
                Some((at, mut within)) if within.0.iter().any(|(name, _)| name == "code") => {
                    body.code = within.code("code")?;
                    let message = within.text("message")?;
                    body.message = body.message.or(message);
                    all.0.remove(at);
                    all.0.extend(within.0);
                }
                _ => {
                    body.code = all.code("code")?;
                    if body.message.is_none() {
                        body.message = all.text("message")?;
                    }
                }
            }
        }
        body.rest = all.0;
        Some(body)
    }
}

/// The properties of an object that have not been taken yet.
struct Properties<'a>(Vec<Property<'a>>);

impl<'a> Properties<'a> {
    fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Takes the JSON of a property; `null` counts as absent. Nothing can be taken of one that
    /// stands twice, whichever of the two would be the better news.
    fn take(&mut self, name: &str) -> Option<Option<&'a str>> {
        let mut at = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, (known, _))| known == name);
        let (first, second) = (at.next().map(|(at, _)| at), at.next());
        if second.is_some() {
            return None;
        }
        let json = first.map(|first| self.0.remove(first).1);
        Some(json.filter(|json| *json != "null"))
    }

    /// Takes a text, or as text what holds its place.
    fn text(&mut self, name: &str) -> Option<Option<Raw<'a>>> {
        Some(self.take(name)?.map(text))
    }

    /// Takes a code, which is a text or a number, and leaves what is neither.
    fn code(&mut self, name: &'static str) -> Option<Option<Raw<'a>>> {
        let json = self.take(name)?;
        let is_code =
            |json: &&str| json.starts_with(|c: char| "\"-".contains(c) || c.is_ascii_digit());
        if let Some(other) = json.filter(|json| !is_code(json)) {
            self.0.push((Cow::Borrowed(name), other));
        }
        Some(json.filter(is_code).map(text))
    }
}

fn text(json: &str) -> Raw<'_> {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
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
                let mut properties = Vec::new();
                while let Some(name) = map.next_key::<Cow<'_, str>>()? {
                    properties.push((name, map.next_value::<&RawValue>()?.get()));
                }
                Ok(Properties(properties))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests;
