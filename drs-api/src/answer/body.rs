//! The body of an answer, each result read by itself, so that one that can't be read costs no
//! other.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use super::{scan::Scan, text::bounded};
use crate::types::{ModifyDbPwdEndPointType, ModifyDbPwdResp, ModifyDbPwdStatus};

/// The body of an answer. Its texts are bounded; empty ones count as absent.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Body<'a> {
    /// As it stands there.
    pub(crate) count: Option<String>,
    /// Each result read or, as it came, not. Absent also where it is `null`, or empty beside
    /// something else. What is no list is one result that can't be read.
    pub(crate) results: Option<Vec<Result<Item<'a>, &'a str>>>,
    /// The service's and the gateway's code, else IAM's: a text or a number.
    pub(crate) error_code: Option<String>,
    /// The code is IAM's.
    pub(crate) is_iam: bool,
    /// The service's and the gateway's message; else IAM's.
    pub(crate) error_msg: Option<String>,
    pub(crate) request_id: Option<String>,
    /// What else stands there.
    pub(crate) beside: Vec<Property<'a>>,
}

/// The name and the JSON of a property that is not known, or not of the known form.
pub(crate) type Property<'a> = (Cow<'a, str>, &'a str);

/// One result.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Item<'a> {
    /// Whole, however long, so that it can be matched. What is kept of it is cut first.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) end_point_type: Option<ModifyDbPwdEndPointType>,
    pub(crate) status: Option<ModifyDbPwdStatus>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_msg: Option<String>,
    /// What else stands there.
    pub(crate) beside: Vec<Property<'a>>,
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
    pub(crate) fn read(json: &'a str) -> Option<Self> {
        let mut body = match Self::read_regular(json) {
            Some(body) => body,
            None => Self::read_leniently(json)?,
        };
        if body.error_code.is_some() || !body.beside.is_empty() {
            body.results = body.results.filter(|results| !results.is_empty());
        }
        Some(body)
    }

    /// Reads in one pass what nearly every answer is: documented properties of the documented
    /// types, and no escapes.
    fn read_regular(json: &'a str) -> Option<Self> {
        let Object(regular) = serde_json::from_str::<Object<RegularBody<'_>>>(json).ok()?;
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
            ..Self::default()
        })
    }

    fn read_leniently(json: &'a str) -> Option<Self> {
        let names = [
            "count",
            "results",
            "error_code",
            "error_msg",
            "request_id",
            "error",
        ];
        let (known, mut beside) = read_object(names, json).ok()?;
        let [count, results, code, message, request_id, error] = known;
        let results = results.map(|results| match serde_json::from_str(results.get()) {
            Ok(items) => Vec::into_iter(items).map(read_item).collect(),
            Err(_) => vec![Err(results.get())],
        });
        // Some gateways leave out the `error` around IAM's form.
        let is_flat = results.is_none() && code.is_none();
        let iam = error.map(RawValue::get).or(is_flat.then_some(json));
        let of_service = code_text(code, "error_code", &mut beside);
        let ([iam_code, iam_message], within) = iam
            .and_then(|iam| read_object(["code", "message"], iam).ok())
            .unwrap_or_default();
        let of_iam = code_text(iam_code, "code", &mut beside);
        match (error, &of_iam) {
            (Some(error), None) => beside.push((Cow::Borrowed("error"), error.get())),
            // What IAM adds, such as a title.
            (Some(_), Some(_)) => beside.extend(within),
            (None, _) => {}
        }
        Some(Self {
            count: text(count),
            results,
            is_iam: of_service.is_none() && of_iam.is_some(),
            error_code: of_service.or(of_iam),
            error_msg: text(message).or_else(|| text(iam_message)),
            request_id: text(request_id),
            beside,
        })
    }
}

/// Scans what stands beside the known properties of an object.
pub(crate) fn scan_beside(beside: &[Property<'_>], is_asked: &dyn Fn(&str) -> bool) -> Scan {
    let mut scan = Scan::default();
    for (name, value) in beside {
        scan.property(name, value, is_asked);
    }
    scan
}

fn read_item(item: &RawValue) -> Result<Item<'_>, &str> {
    let names = ["id", "end_point_type", "status", "error_code", "error_msg"];
    let (known, mut beside) = read_object(names, item.get()).map_err(|_| item.get())?;
    let [id, side, status, code, message] = known;
    Ok(Item {
        id: whole_text(id),
        end_point_type: whole_text(side)
            .filter(|side| !side.trim().is_empty())
            .map(|side| word(&side)),
        status: whole_text(status).map(|status| word(&status)),
        error_code: code_text(code, "error_code", &mut beside),
        error_msg: text(message),
        beside,
    })
}

/// A code, which is a text or a number. What else stands in its place is put beside.
fn code_text<'a>(
    raw: Option<&'a RawValue>,
    name: &'static str,
    beside: &mut Vec<Property<'a>>,
) -> Option<String> {
    let json = raw?.get();
    if json.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        return text(raw);
    }
    beside.push((Cow::Borrowed(name), json));
    None
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
        let side = item.end_point_type.filter(|side| !side.trim().is_empty());
        Self {
            id: item.id.map(Cow::Borrowed),
            end_point_type: side.map(word),
            status: item.status.map(word),
            error_code: item.error_code.and_then(kept),
            error_msg: item.error_msg.and_then(kept),
            beside: Vec::new(),
        }
    }
}

/// A `T` that is an object in JSON: by default a struct is also read from an array, whose
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

/// Reads the properties of an object that have these names, and the others; of the first `null`
/// counts as absent. One of them that stands twice makes the object unreadable, whichever of the
/// two would be the better news.
fn read_object<'a, const N: usize>(
    names: [&'static str; N],
    json: &'a str,
) -> serde_json::Result<Properties<'a, N>> {
    let mut json = serde_json::Deserializer::from_str(json);
    let properties = Names(names).deserialize(&mut json)?;
    json.end()?;
    Ok(properties)
}

/// The known properties, and the others.
type Properties<'a, const N: usize> = ([Option<&'a RawValue>; N], Vec<Property<'a>>);

struct Names<const N: usize>([&'static str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Names<N> {
    type Value = Properties<'de, N>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Names<N> {
    type Value = Properties<'de, N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        let mut beside = Vec::new();
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            let position = self.0.iter().position(|known| *known == name);
            let value = map.next_value::<&RawValue>()?;
            match position.and_then(|position| found.get_mut(position)) {
                None => beside.push((Cow::Owned(bounded(&name).into_owned()), value.get())),
                Some(Some(_)) => return Err(A::Error::custom(format!("`{name}` stands twice"))),
                Some(slot) => *slot = Some(value),
            }
        }
        let present = |value: Option<&'de RawValue>| value.filter(|value| value.get() != "null");
        Ok((found.map(present), beside))
    }
}

#[cfg(test)]
mod tests;
