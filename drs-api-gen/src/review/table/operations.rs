//! Rows about operations, parameters, request bodies and answers.

use super::{
    ALL, COMPILE, RUN, RUST, Row, SERVICE, SERVICE_COMPILE, SERVICE_RUN, by_direction, compatible,
    docs, everywhere, rust, wire,
};

pub(in crate::review) const OPERATION_ADDED: Row = everywhere(
    "operation added",
    compatible(COMPILE, "the client has one more method"),
);
pub(in crate::review) const OPERATION_REMOVED: Row = everywhere(
    "operation removed",
    wire(
        SERVICE_COMPILE,
        "requests that were answered are not any more, and the method is gone",
    ),
);
pub(in crate::review) const OPERATION_RENAMED: Row = everywhere(
    "operation renamed",
    rust(
        COMPILE,
        "the method has another name; on the wire there is no name of an operation",
    ),
);
pub(in crate::review) const OPERATION_RESPELT: Row = everywhere(
    "operation renamed",
    docs("the method keeps its name, and on the wire there is no name of an operation"),
);
pub(in crate::review) const METHOD: Row = everywhere(
    "method changed",
    wire(
        SERVICE,
        "requests with the old method are not answered any more",
    ),
);
pub(in crate::review) const PATH: Row = everywhere(
    "path changed",
    wire(
        SERVICE,
        "requests to the old path are not answered any more",
    ),
);
pub(in crate::review) const PLACEHOLDER: Row = everywhere(
    "placeholder of the path renamed",
    docs("requests go where they went; the parameter's name is a change by itself"),
);
pub(in crate::review) const DEPRECATED: Row = everywhere(
    "deprecated",
    docs("the documentation says so; there is no `#[deprecated]`"),
);
pub(in crate::review) const UNDEPRECATED: Row = everywhere(
    "no longer deprecated",
    docs("the documentation no longer says so"),
);

pub(in crate::review) const REQUIRED_PARAMETER_ADDED: Row = everywhere(
    "required parameter added",
    wire(
        SERVICE_RUN,
        "a request without it is refused; callers who don't set it get an error before sending",
    ),
);
pub(in crate::review) const OPTIONAL_PARAMETER_ADDED: Row = everywhere(
    "optional parameter added",
    compatible(SERVICE, "who doesn't set it sends what was sent before"),
);
pub(in crate::review) const PARAMETER_REMOVED: Row = everywhere(
    "parameter removed",
    rust(
        SERVICE_COMPILE,
        "the method that sets it is gone, and the service reads it no longer",
    ),
);
pub(in crate::review) const PARAMETER_REQUIRED: Row = everywhere(
    "parameter made required",
    wire(
        SERVICE_RUN,
        "a request without it is refused; callers who don't set it get an error before sending",
    ),
);
pub(in crate::review) const PARAMETER_OPTIONAL: Row = everywhere(
    "parameter made optional",
    compatible(SERVICE, "it may be left out; the method that sets it stays"),
);
pub(in crate::review) const PARAMETER_RENAMED: Row = everywhere(
    "parameter renamed",
    wire(
        SERVICE_COMPILE,
        "the service reads the old name no longer, and the method that sets it has another name",
    ),
);
pub(in crate::review) const PATH_PARAMETER_RENAMED: Row = everywhere(
    "parameter renamed",
    rust(
        COMPILE,
        "the method that sets it has another name; a path holds the value only",
    ),
);
pub(in crate::review) const PARAMETER_RESPELT: Row = everywhere(
    "parameter renamed",
    docs("the same header to HTTP, and the method that sets it keeps its name"),
);
pub(in crate::review) const PARAMETER_MOVED: Row = everywhere(
    "parameter moved",
    wire(SERVICE, "the service no longer looks where it was sent"),
);
pub(in crate::review) const SERIALIZATION: Row = by_direction(
    "serialization changed",
    wire(SERVICE, "the same value is written otherwise"),
    wire(RUN, "the same value is written otherwise"),
);

pub(in crate::review) const REQUIRED_BODY_ADDED: Row = everywhere(
    "required body added",
    wire(
        SERVICE_RUN,
        "a request without a body is refused; callers who set none get an error before sending",
    ),
);
pub(in crate::review) const OPTIONAL_BODY_ADDED: Row = everywhere(
    "optional body added",
    compatible(SERVICE, "a request without a body is as right as before"),
);
pub(in crate::review) const BODY_REMOVED: Row = everywhere(
    "body removed",
    rust(
        SERVICE_COMPILE,
        "the method that sets it is gone, and the service reads it no longer",
    ),
);
pub(in crate::review) const BODY_REQUIRED: Row = everywhere(
    "body made required",
    wire(SERVICE_RUN, "a request without a body is refused"),
);
pub(in crate::review) const BODY_OPTIONAL: Row = everywhere(
    "body made optional",
    compatible(SERVICE, "requests with a body are as right as before"),
);
pub(in crate::review) const MEDIA_TYPE_ADDED: Row = by_direction(
    "media type added",
    compatible(SERVICE, "the other media types stay"),
    compatible(RUN, "the client asks for JSON"),
);
pub(in crate::review) const MEDIA_TYPE_REMOVED: Row = by_direction(
    "media type removed",
    wire(SERVICE, "a body of this type is refused"),
    wire(ALL, "who asks for this type is not answered any more"),
);

pub(in crate::review) const ERROR_ADDED: Row = everywhere(
    "answer added",
    compatible(
        RUN,
        "an error before and after; its body is read now, and was kept as it came",
    ),
);
pub(in crate::review) const FIRST_ERROR_ADDED: Row = everywhere(
    "answer added",
    rust(
        RUST,
        "the operation's errors had no body of a type, and have one now",
    ),
);
pub(in crate::review) const SUCCESS_ADDED: Row = everywhere(
    "answer added",
    wire(
        SERVICE_RUN,
        "clients in use take this success for an answer that no one documented, an error",
    ),
);
pub(in crate::review) const ERROR_REMOVED: Row = everywhere(
    "answer removed",
    rust(
        RUN,
        "if it comes all the same, its body is no longer read but kept as it came",
    ),
);
pub(in crate::review) const LAST_ERROR_REMOVED: Row = everywhere(
    "answer removed",
    rust(
        RUST,
        "the operation's errors had a body of a type, and have none now",
    ),
);
pub(in crate::review) const SUCCESS_REMOVED: Row = everywhere(
    "answer removed",
    wire(
        SERVICE_RUN,
        "who waits for this success waits in vain; if it comes all the same, it is an error",
    ),
);
pub(in crate::review) const ANSWER_BODY_ADDED: Row = everywhere(
    "body of an answer added",
    rust(RUST, "the result has another type"),
);
pub(in crate::review) const ANSWER_BODY_REMOVED: Row = everywhere(
    "body of an answer removed",
    wire(ALL, "clients in use can't read an answer without a body"),
);
