//! Responses with the wrong items.

use serde_json::{Value, json};

/// How to change the items of a regular response. A change of one item changes the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemFault {
    /// One is missing.
    LeftOut,
    /// Each occurs twice.
    Doubled,
    /// They are in reverse order.
    Reversed,
    /// Each has the id of another task.
    ForeignIds,
    /// There is an extra one, for another task.
    ForeignItem,
    /// One has failed, and is not stored.
    Failed,
    /// One has an unknown status.
    UnknownStatus,
    /// One has no status.
    NoStatus,
    /// One occurs again, with the opposite status.
    Contradicted,
    /// One that succeeded also has an error code.
    SuccessWithErrorCode,
    /// No item has an end point type.
    NoEndPointType,
    /// One has an unknown end point type.
    UnknownEndPointType,
    /// `results` is null.
    NullResults,
    /// `results` is missing.
    NoResults,
    /// One is null.
    NullItem,
    /// One has values of other types.
    UnreadableItem,
    /// `count` is a string.
    CountAsString,
    /// `count` doesn't match the results.
    WrongCount,
    /// The response and each item have unknown fields.
    ExtraFields,
}

const FOREIGN: &str = "8d0e8e36-a618-490d-8a46-8c61ac9jb502";

impl ItemFault {
    /// Every change, with its name on the command line.
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

    /// Changes the body of a response. A body without items, such as a flat error, is unchanged.
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
