//! Answers whose items are not what they should be.

use serde_json::{Value, json};

/// How the items of a regular answer are changed. Where one item is meant, it is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemFault {
    /// One is left out.
    LeftOut,
    /// Each comes twice.
    Doubled,
    /// They come in the opposite order.
    Reversed,
    /// Each has the id of a task that nobody asked for.
    ForeignIds,
    /// One more comes, of a task that nobody asked for.
    ForeignItem,
    /// One has failed, and nothing of it is stored.
    Failed,
    /// One has a status that nobody knows.
    UnknownStatus,
    /// One has no status.
    NoStatus,
    /// One comes again with the opposite status.
    Contradicted,
    /// One that succeeded has an error code, too.
    SuccessWithErrorCode,
    /// No item has an end point type.
    NoEndPointType,
    /// One has an end point type that nobody knows.
    UnknownEndPointType,
    /// `results` is null.
    NullResults,
    /// There is no `results`.
    NoResults,
    /// One is null.
    NullItem,
    /// One has values of other types.
    UnreadableItem,
    /// `count` is a string.
    CountAsString,
    /// `count` does not fit the results.
    WrongCount,
    /// The answer and each item have fields that nobody knows.
    ExtraFields,
}

const FOREIGN: &str = "8d0e8e36-a618-490d-8a46-8c61ac9jb502";

impl ItemFault {
    /// Every one, with the name that the program's flag knows it by.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("left-out", Self::LeftOut),
        ("doubled", Self::Doubled),
        ("reversed", Self::Reversed),
        ("foreign-ids", Self::ForeignIds),
        ("foreign-item", Self::ForeignItem),
        ("failed", Self::Failed),
        ("unknown-status", Self::UnknownStatus),
        ("no-status", Self::NoStatus),
        ("contradicted", Self::Contradicted),
        ("success-with-error-code", Self::SuccessWithErrorCode),
        ("no-end-point-type", Self::NoEndPointType),
        ("unknown-end-point-type", Self::UnknownEndPointType),
        ("null-results", Self::NullResults),
        ("no-results", Self::NoResults),
        ("null-item", Self::NullItem),
        ("unreadable-item", Self::UnreadableItem),
        ("count-as-string", Self::CountAsString),
        ("wrong-count", Self::WrongCount),
        ("extra-fields", Self::ExtraFields),
    ];

    /// Changes the body of an answer. One without items, such as a flat error, stays as it is.
    pub(crate) fn change(self, body: &mut Value) {
        let Some(items) = body.get_mut("results").and_then(Value::as_array_mut) else {
            return;
        };
        let before = items.len();
        self.change_items(items);
        let after = items.len();
        if after != before {
            body["count"] = after.into();
        }
        match self {
            Self::NullResults => body["results"] = Value::Null,
            Self::NoResults => {
                if let Some(body) = body.as_object_mut() {
                    body.remove("results");
                }
            }
            Self::CountAsString => body["count"] = after.to_string().into(),
            Self::WrongCount => body["count"] = (after + 1).into(),
            Self::ExtraFields => body["extra"] = json!({"unknown": [1, null]}),
            _ => {}
        }
    }

    fn change_items(self, items: &mut Vec<Value>) {
        let Some(first) = items.first_mut() else {
            return;
        };
        match self {
            Self::LeftOut => drop(items.remove(0)),
            Self::Doubled => *items = items.iter().flat_map(|i| [i.clone(), i.clone()]).collect(),
            Self::Reversed => items.reverse(),
            Self::ForeignIds => items
                .iter_mut()
                .for_each(|item| item["id"] = FOREIGN.into()),
            Self::ForeignItem => {
                let mut foreign = first.clone();
                foreign["id"] = FOREIGN.into();
                items.push(foreign);
            }
            Self::Failed => {
                first["status"] = "failed".into();
                first["error_code"] = "DRS.M05066".into();
                first["error_msg"] = "The operation failed".into();
            }
            Self::UnknownStatus => first["status"] = "pending".into(),
            Self::NoStatus => remove(first, "status"),
            Self::Contradicted => {
                let mut opposite = first.clone();
                opposite["status"] = if first["status"] == "success" {
                    "failed".into()
                } else {
                    "success".into()
                };
                items.push(opposite);
            }
            Self::SuccessWithErrorCode => {
                let success = items.iter_mut().find(|item| item["status"] == "success");
                if let Some(item) = success {
                    item["error_code"] = "DRS.M05066".into();
                    item["error_msg"] = "The operation failed".into();
                }
            }
            Self::NoEndPointType => {
                items.iter_mut().for_each(|i| remove(i, "end_point_type"));
            }
            Self::UnknownEndPointType => first["end_point_type"] = "xx".into(),
            Self::NullItem => *first = Value::Null,
            Self::UnreadableItem => {
                *first = json!({"id": 1, "status": ["success"], "end_point_type": {}});
            }
            Self::ExtraFields => items.iter_mut().for_each(|item| item["extra"] = 1.into()),
            Self::NullResults | Self::NoResults | Self::CountAsString | Self::WrongCount => {}
        }
    }
}

fn remove(item: &mut Value, field: &str) {
    if let Some(item) = item.as_object_mut() {
        item.remove(field);
    }
}
