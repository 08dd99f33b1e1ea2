//! Reading the body of an answer, each result by itself.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use crate::{
    lenient::{prefix, read_json, shortened, text},
    types::ModifyDbPwdResp,
};

/// How much is kept of a result that is not an object, in bytes.
const EXCERPT: usize = 200;

/// The body of an answer, each result read or, as text, not.
#[derive(Default)]
pub(super) struct Body {
    /// As it stands there.
    pub(super) count: Option<String>,
    /// Absent also where it is `null`, or empty beside an error. What is no list is one result
    /// that can't be read.
    pub(super) results: Option<Vec<Result<ModifyDbPwdResp, String>>>,
    /// Or whatever stands as `error`, as in IAM's shape.
    pub(super) error_code: Option<String>,
    pub(super) error_msg: Option<String>,
    pub(super) request_id: Option<String>,
}

/// What nearly every answer is, read in one pass.
#[derive(Deserialize)]
struct RegularBody {
    count: Option<i64>,
    results: Option<Vec<Object<ModifyDbPwdResp>>>,
    error_code: Option<String>,
    error_msg: Option<String>,
    request_id: Option<String>,
    error: Option<IgnoredAny>,
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

/// The same with every property as it came.
#[derive(Deserialize)]
struct RawBody<'a> {
    #[serde(borrow)]
    count: Option<&'a RawValue>,
    #[serde(borrow)]
    results: Option<&'a RawValue>,
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    error_msg: Option<&'a RawValue>,
    #[serde(borrow)]
    request_id: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// A result with every property as it came. A property that stands twice makes it
/// unreadable, whichever of the two would be the better news.
#[derive(Deserialize)]
struct RawItem<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    end_point_type: Option<&'a RawValue>,
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    error_msg: Option<&'a RawValue>,
}

impl Body {
    /// Reads an object; `None` if the text is not one.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        let mut body = match read_json::<Object<RegularBody>>(json) {
            Ok(Object(body)) if body.error.is_none() => Self {
                count: body.count.map(|count| count.to_string()),
                results: body
                    .results
                    .map(|items| items.into_iter().map(|item| Ok(item.0)).collect()),
                error_code: body.error_code.map(shortened),
                error_msg: body.error_msg.map(shortened),
                request_id: body.request_id.map(shortened),
            },
            _ => Self::read_leniently(json)?,
        };
        body.error_code = body.error_code.filter(|code| !code.is_empty());
        if body.error_code.is_some() {
            body.results = body.results.filter(|results| !results.is_empty());
        }
        Some(body)
    }

    fn read_leniently(json: &[u8]) -> Option<Self> {
        let Object(raw) = serde_json::from_slice::<Object<RawBody<'_>>>(json).ok()?;
        let results = raw
            .results
            .map(|results| match serde_json::from_str(results.get()) {
                Ok(items) => Vec::into_iter(items).map(read_item).collect(),
                Err(_) => vec![Err(prefix(results.get(), EXCERPT).to_owned())],
            });
        Some(Self {
            count: text(raw.count),
            results,
            error_code: text(raw.error_code)
                .filter(|code| !code.is_empty())
                .or_else(|| text(raw.error)),
            error_msg: text(raw.error_msg),
            request_id: text(raw.request_id),
        })
    }
}

fn read_item(item: &RawValue) -> Result<ModifyDbPwdResp, String> {
    let unreadable = || prefix(item.get(), EXCERPT).to_owned();
    if let Ok(Object(read)) = serde_json::from_str(item.get()) {
        return Ok(read);
    }
    let Object(raw) =
        serde_json::from_str::<Object<RawItem<'_>>>(item.get()).map_err(|_| unreadable())?;
    Ok(ModifyDbPwdResp {
        id: text(raw.id),
        status: text(raw.status).map(|status| status.as_str().into()),
        end_point_type: text(raw.end_point_type).map(|side| side.as_str().into()),
        error_code: text(raw.error_code),
        error_msg: text(raw.error_msg),
        // A run looks at nothing else, so the spec may add to it.
        ..ModifyDbPwdResp::default()
    })
}
