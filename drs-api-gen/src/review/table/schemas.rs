//! Rows about schemas. "Clients in use" are programs that were built from the base.

use super::{
    ALL, COMPILE, RUN, RUST, Row, SERVICE, SERVICE_COMPILE, SERVICE_RUN, by_direction, compatible,
    docs, rust, wire,
};

pub(super) const REFUSED: &str = "values that were right are refused";
pub(super) const MORE_ALLOWED: &str = "values that were right still are";

pub(in crate::review) const OPTIONAL_PROPERTY_ADDED: Row = by_direction(
    "optional property added",
    compatible(SERVICE, "who doesn't set it sends what was sent before"),
    compatible(RUN, "clients in use ignore it; structs may grow"),
);
pub(in crate::review) const REQUIRED_PROPERTY_ADDED: Row = by_direction(
    "required property added",
    wire(
        SERVICE_RUN,
        "a request without it is refused; a builder that isn't given it gives an error",
    ),
    rust(
        RUST,
        "an answer that leaves it out can't be read, and a builder that isn't given it gives \
         an error, as does `Default`, which the type may lose",
    ),
);
pub(in crate::review) const OPTIONAL_PROPERTY_REMOVED: Row = by_direction(
    "property removed",
    rust(
        SERVICE_COMPILE,
        "field and builder method are gone, and the service reads it no longer",
    ),
    rust(
        COMPILE,
        "the field is gone; it was optional, so answers can be read without",
    ),
);
pub(in crate::review) const REQUIRED_PROPERTY_REMOVED: Row = by_direction(
    "required property removed",
    rust(
        SERVICE_COMPILE,
        "field and builder method are gone, and the service reads it no longer",
    ),
    wire(
        ALL,
        "clients in use can't read an answer without it, and the field is gone",
    ),
);
pub(in crate::review) const PROPERTY_REQUIRED: Row = by_direction(
    "property made required",
    wire(
        ALL,
        "a request without it is refused; the field is no longer an `Option`",
    ),
    rust(
        RUST,
        "the field is no longer an `Option`, and an answer that leaves it out can't be read",
    ),
);
pub(in crate::review) const PROPERTY_OPTIONAL: Row = by_direction(
    "property made optional",
    rust(COMPILE, "the field becomes an `Option`"),
    wire(
        ALL,
        "clients in use can't read an answer without it; the field becomes an `Option`",
    ),
);

pub(in crate::review) const TYPE: Row = by_direction(
    "type changed",
    wire(
        ALL,
        "values that were right are refused, and the Rust type is another",
    ),
    wire(
        ALL,
        "clients in use can't read it, and the Rust type is another",
    ),
);
pub(in crate::review) const NAMED_TYPE: Row = by_direction(
    "type changed",
    rust(
        COMPILE,
        "the same values go over the wire, in another Rust type",
    ),
    rust(
        COMPILE,
        "the same values come over the wire, in another Rust type",
    ),
);
pub(in crate::review) const SECRET_DROPPED: Row = by_direction(
    "secret exposed: `format: password` dropped",
    rust(
        RUST,
        "a `Secret` becomes a plain `String`: `Debug` and logs show it, and nothing wipes it",
    ),
    rust(
        RUST,
        "a `Secret` becomes a plain `String`: `Debug` and logs show it, and nothing wipes it",
    ),
);
pub(in crate::review) const SECRET_ADDED: Row = by_direction(
    "secret marked: `format: password` added",
    rust(COMPILE, "a `String` becomes a `Secret`"),
    rust(COMPILE, "a `String` becomes a `Secret`"),
);
pub(in crate::review) const NUMBER_WIDENED: Row = by_direction(
    "number widened",
    rust(COMPILE, "the Rust type is a wider one"),
    wire(
        ALL,
        "clients in use can't read a number that is too large for them",
    ),
);
pub(in crate::review) const NUMBER_NARROWED: Row = by_direction(
    "number narrowed",
    wire(SERVICE_COMPILE, "numbers that were right are refused"),
    rust(COMPILE, "the Rust type is a narrower one"),
);
pub(in crate::review) const NUMBER_FORMAT: Row = by_direction(
    "format of a number changed",
    docs("the Rust type and the range stay"),
    docs("the Rust type and the range stay"),
);
pub(in crate::review) const FORMAT_ADDED: Row = by_direction(
    "format added",
    wire(SERVICE, "texts that were right may be refused"),
    compatible(RUN, "the Rust type stays a `String`"),
);
pub(in crate::review) const FORMAT_REMOVED: Row = by_direction(
    "format removed",
    compatible(SERVICE, MORE_ALLOWED),
    compatible(RUN, "the Rust type stays a `String`"),
);
pub(in crate::review) const FORMAT_CHANGED: Row = by_direction(
    "format changed",
    wire(
        ALL,
        "values that were right may be refused, and the Rust type may be another",
    ),
    wire(
        ALL,
        "clients in use may not be able to read it, and the Rust type may be another",
    ),
);
pub(in crate::review) const TYPED_FORMAT_ADDED: Row = by_direction(
    "format added",
    wire(
        ALL,
        "texts that were right are refused, and the Rust type is another",
    ),
    rust(
        RUST,
        "the Rust type is another, and a text that doesn't fit can't be read",
    ),
);
pub(in crate::review) const TYPED_FORMAT_REMOVED: Row = by_direction(
    "format removed",
    rust(COMPILE, "the Rust type becomes a `String`"),
    wire(ALL, "clients in use can't read any other text"),
);

pub(in crate::review) const NULL_ALLOWED: Row = by_direction(
    "`null` allowed",
    rust(COMPILE, "the field becomes an `Option`"),
    wire(
        ALL,
        "clients in use can't read `null`; the field becomes an `Option`",
    ),
);
pub(in crate::review) const NULL_ALLOWED_OPTIONAL: Row = by_direction(
    "`null` allowed",
    compatible(
        SERVICE,
        "what was right still is, and the field is an `Option` already",
    ),
    compatible(
        RUN,
        "the field is an `Option` already, and `null` is read as `None`",
    ),
);
pub(in crate::review) const NULL_FORBIDDEN: Row = by_direction(
    "`null` forbidden",
    wire(
        SERVICE_COMPILE,
        "`null` is refused; the field is no longer an `Option`",
    ),
    rust(
        RUST,
        "the field is no longer an `Option`, and `null` can't be read",
    ),
);
pub(in crate::review) const NULL_FORBIDDEN_OPTIONAL: Row = by_direction(
    "`null` forbidden",
    wire(
        SERVICE,
        "`null` is refused; this client leaves the property out instead",
    ),
    compatible(RUN, "the field stays an `Option`, since it may be left out"),
);

pub(in crate::review) const DEFAULT: Row = by_direction(
    "default changed",
    wire(
        SERVICE_RUN,
        "a request that leaves it out means something else, and `Default` is another value",
    ),
    rust(
        RUN,
        "an answer that leaves it out is read as something else",
    ),
);
pub(in crate::review) const DEFAULT_ADDED: Row = by_direction(
    "default added",
    wire(
        ALL,
        "a request that leaves it out means something now, and the field may no longer be \
         an `Option`",
    ),
    rust(
        RUST,
        "an answer that leaves it out is read as this; the field may no longer be an `Option`",
    ),
);
pub(in crate::review) const DEFAULT_REMOVED: Row = by_direction(
    "default removed",
    wire(
        ALL,
        "what a request means that leaves it out is no longer said, and `Default` may be gone",
    ),
    rust(
        RUST,
        "the field may become an `Option`, and `Default` may be gone",
    ),
);

pub(in crate::review) const OTHERS_FORBIDDEN: Row = by_direction(
    "further properties forbidden",
    wire(
        SERVICE_RUN,
        "requests with properties that aren't listed are refused",
    ),
    rust(
        RUN,
        "an answer with a property that isn't listed can't be read",
    ),
);
pub(in crate::review) const OTHERS_ALLOWED: Row = by_direction(
    "further properties allowed",
    compatible(SERVICE, MORE_ALLOWED),
    wire(
        SERVICE_RUN,
        "clients in use can't read an answer with a property that isn't listed",
    ),
);
pub(in crate::review) const OTHERS_TYPED: Row = by_direction(
    "further properties changed",
    wire(ALL, "what else an object may hold has another type"),
    wire(ALL, "what else an object may hold has another type"),
);
pub(in crate::review) const CHOICE_ADDED: Row = by_direction(
    "alternative added",
    rust(
        COMPILE,
        "the enum of alternatives is closed: a `match` no longer covers all",
    ),
    wire(ALL, "clients in use can't read the new alternative"),
);
pub(in crate::review) const CHOICE_REMOVED: Row = by_direction(
    "alternative removed",
    wire(SERVICE_COMPILE, REFUSED),
    rust(
        RUST,
        "the variant is gone; should it come, it can't be read",
    ),
);
pub(in crate::review) const COMPOSITION: Row = by_direction(
    "composition changed",
    wire(
        ALL,
        "values that were right are refused, or the Rust type is another",
    ),
    wire(
        ALL,
        "clients in use can't read it, or the Rust type is another",
    ),
);
pub(in crate::review) const READ_ONLY: Row = by_direction(
    "`readOnly` changed",
    wire(
        SERVICE,
        "whether a request may hold it is another matter now",
    ),
    docs("answers stay as they are"),
);
pub(in crate::review) const WRITE_ONLY: Row = by_direction(
    "`writeOnly` changed",
    docs("requests stay as they are"),
    wire(RUN, "whether an answer holds it is another matter now"),
);
