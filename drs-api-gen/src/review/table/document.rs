//! Rows about the document as a whole: texts, versions, servers, security, components;
//! and the row for what no other is about.

use super::{
    COMPILE, RUN, Row, SERVICE, SERVICE_COMPILE, SERVICE_RUN, compatible, docs, everywhere, rust,
    wire,
};

pub(in crate::review) const OTHER: Row = everywhere(
    "other change",
    wire(
        SERVICE_COMPILE,
        "no rule is about this, so it counts as the worst",
    ),
);
pub(in crate::review) const PUBLIC_API: Row = everywhere(
    "public API changed",
    rust(
        COMPILE,
        "no single change explains these lines, but the generated code no longer has them",
    ),
);
pub(in crate::review) const EXTENSION: Row = everywhere(
    "extension changed",
    docs("neither the service nor the generator reads it"),
);
pub(in crate::review) const LINT_HINT: Row =
    everywhere("hint for the lint changed", docs("only the lint reads it"));
pub(in crate::review) const TEXT: Row = everywhere("text changed", docs("people read it"));
pub(in crate::review) const EXAMPLE: Row = everywhere(
    "example changed",
    docs("people and this repository's tests read it"),
);
pub(in crate::review) const LINK: Row =
    everywhere("link changed", docs("the generator makes nothing of links"));
pub(in crate::review) const TAGS: Row = everywhere("tags changed", docs("they group pages"));
pub(in crate::review) const ORDER: Row =
    everywhere("order changed", docs("the order says nothing"));
pub(in crate::review) const REWRITTEN: Row = everywhere(
    "written in another place",
    docs("what it says is compared by itself"),
);
pub(in crate::review) const BESIDE_REFERENCE: Row = everywhere(
    "text beside a `$ref` changed",
    docs("OpenAPI 3.0 ignores it"),
);

pub(in crate::review) const OPENAPI_VERSION: Row = everywhere(
    "version of OpenAPI changed",
    docs("all patch versions of 3.0 mean the same"),
);
pub(in crate::review) const VERSION: Row =
    everywhere("version changed", docs("it is this document's own version"));

pub(in crate::review) const SERVER_ADDED: Row = everywhere(
    "server added",
    compatible(SERVICE, "the other servers stay"),
);
pub(in crate::review) const SERVER_REMOVED: Row = everywhere(
    "server removed",
    wire(
        SERVICE_RUN,
        "requests to it are no longer promised an answer",
    ),
);
pub(in crate::review) const SERVER_URL: Row = everywhere(
    "server URL changed",
    wire(
        SERVICE_RUN,
        "requests to the old address are no longer promised an answer",
    ),
);
pub(in crate::review) const SERVER_VARIABLE: Row = everywhere(
    "server variable changed",
    wire(SERVICE_RUN, "the same choice leads to another address"),
);

pub(in crate::review) const SECURITY_STRICTER: Row = everywhere(
    "security made stricter",
    wire(
        SERVICE_RUN,
        "a request with the credentials that were enough is refused",
    ),
);
pub(in crate::review) const SECURITY_LOOSER: Row = everywhere(
    "security loosened",
    compatible(SERVICE, "the credentials that were enough still are"),
);
pub(in crate::review) const SECURITY_SAME: Row = everywhere(
    "security written otherwise",
    docs("it asks for the same credentials"),
);
pub(in crate::review) const SCHEME_ADDED: Row = everywhere(
    "security scheme added",
    docs("it counts where `security` asks for it"),
);
pub(in crate::review) const SCHEME_REMOVED: Row = everywhere(
    "security scheme removed",
    docs("it counted where `security` asked for it"),
);
pub(in crate::review) const SCHEME_RENAMED: Row = everywhere(
    "security scheme renamed",
    docs("its name is not sent, and the generator makes nothing of it"),
);
pub(in crate::review) const SCHEME_CHANGED: Row = everywhere(
    "security scheme changed",
    wire(SERVICE_RUN, "credentials go another way"),
);

pub(in crate::review) const SCHEMA_ADDED: Row = everywhere(
    "schema added",
    compatible(COMPILE, "there is one more type; it breaks nobody"),
);
pub(in crate::review) const SCHEMA_REMOVED: Row =
    everywhere("schema removed", rust(COMPILE, "its type is gone"));
pub(in crate::review) const SCHEMA_RENAMED: Row = everywhere(
    "schema renamed",
    rust(
        COMPILE,
        "its type has another name; on the wire there are no names of schemas",
    ),
);
pub(in crate::review) const SCHEMA_RESPELT: Row = everywhere(
    "schema renamed",
    docs("its type keeps its name, and on the wire there are no names of schemas"),
);
pub(in crate::review) const COMPONENT_ADDED: Row =
    everywhere("component added", docs("it counts where it is referred to"));
pub(in crate::review) const COMPONENT_REMOVED: Row = everywhere(
    "component removed",
    docs("it counted where it was referred to"),
);
pub(in crate::review) const COMPONENT_RENAMED: Row = everywhere(
    "component renamed",
    docs("only schemas have their names in Rust"),
);
pub(in crate::review) const CALLBACK: Row = everywhere(
    "callback changed",
    wire(
        SERVICE,
        "the service calls back otherwise; this client knows nothing of callbacks",
    ),
);
pub(in crate::review) const HEADER_REMOVED: Row = everywhere(
    "answer header removed",
    rust(RUN, "who reads it from `headers()` finds nothing"),
);
pub(in crate::review) const HEADER_ADDED: Row = everywhere(
    "answer header added",
    compatible(RUN, "it can be read from `headers()`"),
);
pub(in crate::review) const HEADER_CHANGED: Row = everywhere(
    "answer header changed",
    rust(
        RUN,
        "`headers()` gives it as it comes; who reads it from there reads something else",
    ),
);
