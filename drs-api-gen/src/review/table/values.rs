//! Rows about the values that a schema allows: enums and limits. "Clients in use" are
//! programs that were built from the base.

use super::{
    ALL, COMPILE, RUN, RUST, Row, SERVICE, SERVICE_COMPILE, SERVICE_RUN, by_direction, compatible,
    rust,
    schemas::{MORE_ALLOWED, REFUSED},
    wire,
};

const UNREADABLE: &str = "clients in use can't read the values that are new";
const NARROWER: &str = "answers hold fewer values than before; all of them could be read";

pub(in crate::review) const OPEN_VALUE_ADDED: Row = by_direction(
    "enum value added",
    compatible(SERVICE, MORE_ALLOWED),
    compatible(
        RUN,
        "the enum is open: clients in use read it as `Unknown`, and a `match` has an arm for it",
    ),
);
pub(in crate::review) const CLOSED_VALUE_ADDED: Row = by_direction(
    "enum value added",
    rust(
        COMPILE,
        "the enum is closed: a `match` over its values no longer covers all",
    ),
    wire(
        ALL,
        "the enum is closed: clients in use can't read an answer with it",
    ),
);
pub(in crate::review) const OPEN_VALUE_REMOVED: Row = by_direction(
    "enum value removed",
    wire(
        SERVICE_COMPILE,
        "a value that was right is refused, and the variant is gone",
    ),
    rust(
        RUST,
        "the variant is gone; should the value come, it is `Unknown`",
    ),
);
pub(in crate::review) const CLOSED_VALUE_REMOVED: Row = by_direction(
    "enum value removed",
    wire(
        SERVICE_COMPILE,
        "a value that was right is refused, and the variant is gone",
    ),
    rust(
        RUST,
        "the variant is gone; should the value come, it can't be read",
    ),
);
pub(in crate::review) const VALUES_REORDERED: Row = by_direction(
    "order of enum values changed",
    compatible(RUN, "the order of variants is what `<` and sorting go by"),
    compatible(RUN, "the order of variants is what `<` and sorting go by"),
);
pub(in crate::review) const ENUM_OPENED: Row = by_direction(
    "enum opened",
    rust(
        RUST,
        "the type is no longer `Copy`, takes any text, and a `match` needs another arm",
    ),
    rust(
        COMPILE,
        "the type is no longer `Copy`, and a `match` needs another arm",
    ),
);
pub(in crate::review) const ENUM_CLOSED: Row = by_direction(
    "enum closed",
    rust(
        COMPILE,
        "`Unknown` is gone, and making one of a text can fail",
    ),
    rust(
        RUST,
        "`Unknown` is gone, and an answer with another value can't be read",
    ),
);
pub(in crate::review) const ENUM_ADDED: Row = by_direction(
    "values limited to an enum",
    wire(
        SERVICE_COMPILE,
        "other values are refused, and the Rust type is another",
    ),
    rust(RUST, "the Rust type is another"),
);
pub(in crate::review) const OPEN_ENUM_DROPPED: Row = by_direction(
    "values no longer an enum",
    rust(COMPILE, "the Rust type is another"),
    rust(COMPILE, "the Rust type is another"),
);
pub(in crate::review) const CLOSED_ENUM_DROPPED: Row = by_direction(
    "values no longer an enum",
    rust(COMPILE, "the Rust type is another"),
    wire(ALL, "clients in use can't read any other value"),
);

pub(in crate::review) const LIMIT_TIGHTENED: Row = by_direction(
    "limit tightened",
    wire(SERVICE_RUN, REFUSED),
    compatible(RUN, NARROWER),
);
pub(in crate::review) const LIMIT_LOOSENED: Row = by_direction(
    "limit loosened",
    compatible(SERVICE, MORE_ALLOWED),
    wire(SERVICE_RUN, UNREADABLE),
);
pub(in crate::review) const LIMIT_CHANGED: Row = by_direction(
    "limit changed",
    wire(
        SERVICE_RUN,
        "whether it allows less can't be told: values may be refused",
    ),
    wire(
        SERVICE_RUN,
        "whether it allows more can't be told: answers may be unreadable",
    ),
);
pub(in crate::review) const TEXT_LIMIT_ADDED: Row = by_direction(
    "limit added",
    wire(
        ALL,
        "texts that were right are refused, and the Rust type is no longer `String`",
    ),
    rust(
        RUST,
        "the Rust type is no longer `String`, and a text past the limit can't be read",
    ),
);
pub(in crate::review) const TEXT_LIMIT_REMOVED: Row = by_direction(
    "limit removed",
    rust(COMPILE, "the Rust type becomes `String`"),
    wire(ALL, "clients in use can't read the texts that are new"),
);
pub(in crate::review) const LIMIT_ADDED: Row = by_direction(
    "limit added",
    wire(SERVICE_RUN, REFUSED),
    compatible(RUN, NARROWER),
);
pub(in crate::review) const LIMIT_REMOVED: Row = by_direction(
    "limit removed",
    compatible(SERVICE, MORE_ALLOWED),
    wire(SERVICE_RUN, UNREADABLE),
);

pub(in crate::review) const COUNT_TIGHTENED: Row = by_direction(
    "limit tightened",
    wire(SERVICE, REFUSED),
    compatible(RUN, "the client doesn't count"),
);
pub(in crate::review) const COUNT_LOOSENED: Row = by_direction(
    "limit loosened",
    compatible(SERVICE, MORE_ALLOWED),
    compatible(RUN, "the client doesn't count"),
);
