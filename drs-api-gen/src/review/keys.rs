//! Which row a key of an object has, where no rules of its own are about it.

use serde_json::Value;

use super::table::{Row, document as d, operations as o, schemas as s};
use crate::spec::dialect::Kind;

/// What to make of a key.
pub(super) struct Rows {
    pub(super) added: &'static Row,
    pub(super) removed: &'static Row,
    pub(super) changed: &'static Row,
    /// Whether the value is one thing, not to be looked into.
    pub(super) whole: bool,
    /// Whether each entry counts by itself when the mapping comes or goes.
    pub(super) entries: bool,
    /// What an entry is called.
    pub(super) entry: &'static str,
}

impl Rows {
    const fn one(row: &'static Row) -> Self {
        Self {
            added: row,
            removed: row,
            changed: row,
            whole: false,
            entries: false,
            entry: "entry",
        }
    }

    const fn whole(row: &'static Row) -> Self {
        Self {
            whole: true,
            ..Self::one(row)
        }
    }

    const fn entries(entry: &'static str, added: &'static Row, removed: &'static Row) -> Self {
        Self {
            added,
            removed,
            changed: &d::OTHER,
            whole: false,
            entries: true,
            entry,
        }
    }

    const fn items(added: &'static Row, removed: &'static Row, changed: &'static Row) -> Self {
        Self {
            added,
            removed,
            changed,
            whole: false,
            entries: false,
            entry: "entry",
        }
    }

    pub(super) fn of(&self, old: Option<&Value>, new: Option<&Value>) -> &'static Row {
        match (old, new) {
            (None, Some(_)) => self.added,
            (Some(_), None) => self.removed,
            _ => self.changed,
        }
    }
}

/// The rows for a key of an object of this kind.
pub(super) fn rows(kind: Kind, key: &str) -> Rows {
    const EXAMPLES: Rows = Rows::entries("example", &d::EXAMPLE, &d::EXAMPLE);
    const HEADERS: Rows = Rows::entries("header", &d::HEADER_ADDED, &d::HEADER_REMOVED);
    const MEDIA: Rows = Rows::entries("media type", &o::MEDIA_TYPE_ADDED, &o::MEDIA_TYPE_REMOVED);
    match (kind, key) {
        (_, "x-enum-descriptions") => Rows::entries("value", &d::TEXT, &d::TEXT).texts(),
        (_, "x-secret") => Rows::whole(&d::LINT_HINT),
        (_, key) if key.starts_with("x-") => Rows::whole(&d::EXTENSION),
        (Kind::Example, _) | (_, "example") => Rows::whole(&d::EXAMPLE),
        (_, "examples") => EXAMPLES,
        (Kind::Info, "version") => Rows::one(&d::VERSION),
        (Kind::Info | Kind::Contact | Kind::License | Kind::ExternalDocs, _)
        | (_, "description" | "summary" | "title" | "externalDocs") => Rows::one(&d::TEXT),
        (Kind::OpenApi, "openapi") => Rows::one(&d::OPENAPI_VERSION),
        (Kind::OpenApi | Kind::Operation, "tags") | (Kind::Tag, _) => Rows::one(&d::TAGS),
        (Kind::SecurityScheme, _) => Rows::one(&d::SCHEME_CHANGED),
        (Kind::ServerVariable, _) => Rows::one(&d::SERVER_VARIABLE),
        (Kind::Server, "variables") => {
            let row = &d::SERVER_VARIABLE;
            Rows::entries("variable", row, row)
        }
        (_, "deprecated") => Rows::items(&o::DEPRECATED, &o::UNDEPRECATED, &o::DEPRECATED),
        (_, "callbacks") => Rows::whole(&d::CALLBACK),
        (_, "links") => Rows::whole(&d::LINK),
        (Kind::Response, "headers") => HEADERS,
        (Kind::Header, _) => Rows::whole(&d::HEADER_CHANGED),
        (Kind::Response | Kind::RequestBody | Kind::Parameter, "content") => MEDIA,
        (Kind::RequestBody, "required") => {
            Rows::items(&o::BODY_REQUIRED, &o::BODY_OPTIONAL, &o::BODY_REQUIRED)
        }
        (Kind::MediaType, "encoding")
        | (Kind::Parameter, "style" | "explode" | "allowReserved" | "allowEmptyValue") => {
            Rows::whole(&o::SERIALIZATION)
        }
        (Kind::Schema, "additionalProperties") => Rows::one(&s::OTHERS_TYPED),
        (Kind::Schema, "oneOf" | "anyOf") => {
            Rows::items(&s::CHOICE_ADDED, &s::CHOICE_REMOVED, &s::COMPOSITION)
        }
        (Kind::Schema, "allOf" | "not" | "discriminator" | "items") => Rows::one(&s::COMPOSITION),
        (Kind::Schema, "readOnly") => Rows::one(&s::READ_ONLY),
        (Kind::Schema, "writeOnly") => Rows::one(&s::WRITE_ONLY),
        _ => Rows::one(&d::OTHER),
    }
}

impl Rows {
    /// The entries are texts.
    const fn texts(self) -> Self {
        Self {
            changed: &d::TEXT,
            ..self
        }
    }
}

/// Whether a flag that is `false` says the same as one that is left out.
pub(super) fn off_by_default(kind: Kind, key: &str) -> bool {
    matches!(
        (kind, key),
        (
            _,
            "deprecated" | "readOnly" | "writeOnly" | "allowReserved" | "allowEmptyValue"
        ) | (Kind::RequestBody, "required")
    )
}
