//! The rules: their names, and why each is a rule.

/// A rule of the lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, as findings show it.
    pub name: &'static str,
    /// Why it is a rule.
    pub reason: &'static str,
}

macro_rules! rules {
    ($($rule:ident $name:literal $reason:literal)*) => {
        $(pub(super) const $rule: Rule = Rule { name: $name, reason: $reason };)*

        /// All rules, each with its reason.
        pub const RULES: &[Rule] = &[$($rule),*];
    };
}

rules! {
    OPENAPI_VERSION "openapi-version"
        "progenitor reads OpenAPI 3.0 only"
    VERSION "version"
        "progenitor sends the version in a header and panics at run time if it isn't ASCII"
    SERVER_URL "server-url"
        "a placeholder that is not declared can't be filled in, and plaintext shows passwords"
    NOT_OPENAPI "not-openapi"
        "whatever the parser refuses and no other rule has named"

    UNKNOWN_KEY "unknown-key"
        "a key that OpenAPI doesn't know is silently ignored"
    WRONG_TYPE "wrong-type"
        "a value of another type is an error without a place, or means something else"
    MISSING_KEY "missing-key"
        "OpenAPI, or this generator, can't do without it"
    DEEP_NESTING "deep-nesting"
        "what the parser refuses takes it twice as long with each object around it"

    UNSUPPORTED_KEY "unsupported-key"
        "progenitor silently drops it, so the document promises what the client \
         doesn't do"

    REF_SIBLINGS "ref-siblings"
        "OpenAPI 3.0 ignores what is next to a `$ref`"
    UNRESOLVABLE_REF "unresolvable-ref"
        "a reference has to lead to a component of this document"
    CIRCULAR_REF "circular-ref"
        "a schema that is made of itself has no Rust type"

    UNUSED_COMPONENT "unused-component"
        "what nothing refers to is generated all the same, and reviewed for nothing"
    COMPONENT_NAME "component-name"
        "OpenAPI allows letters, digits, `.`, `-` and `_`; others can't be referred to"

    MISSING_DESCRIPTION "missing-description"
        "descriptions are the documentation of the Rust API, and the reviewer's only help"
    ENUM_DESCRIPTIONS "enum-descriptions"
        "a description of a value that doesn't exist reaches no one"

    MISSING_SECURITY "missing-security"
        "an operation that says nothing about credentials looks as if it needed none"
    UNDEFINED_SECURITY "undefined-security"
        "a requirement has to name a security scheme of the document"

    OPERATION_ID "operation-id"
        "the id becomes the name of the method; progenitor panics without one"
    UNEXPECTED_BODY "unexpected-body"
        "a body has no meaning with these methods, and servers and proxies drop it"
    OPTIONAL_BODY "optional-body"
        "the client always sends the body that an operation has"
    MEDIA_TYPE "media-type"
        "the client reads and writes JSON; anything else would be a raw stream"
    UNDECLARED_TAG "undeclared-tag"
        "a tag without an entry in `tags` has no description, and may be a slip"

    PATH_TEMPLATE "path-template"
        "progenitor reads a path letter by letter, and drops or refuses what it doesn't expect"
    PATH_PARAMETER "path-parameter"
        "the placeholders of a path and its parameters have to match; progenitor panics if not"
    DUPLICATE_PARAMETER "duplicate-parameter"
        "progenitor keeps one of two parameters of a name; Rust allows one argument of a name"
    RESERVED_HEADER "reserved-header"
        "OpenAPI ignores these; progenitor turns them into arguments that override the client's \
         own"
    PROJECT_PARAMETER "project-parameter"
        "a signed request names its project in a header, which is taken from one part of the \
         path"
    UNSUPPORTED_PARAMETER "unsupported-parameter"
        "progenitor writes parameters in the default styles only, and none in a cookie"

    RESPONSE_CODE "response-code"
        "a key that is not a status code is ignored, and the client follows no redirects"
    RANGE_RESPONSE "range-response"
        "a response in a typed range that isn't JSON, such as a gateway's 429 or 503, loses its \
         status, `Retry-After` and request id"
    ANSWER_HEADER "answer-header"
        "each header of a response becomes a function of its name that returns a string"
    DEFAULT_RESPONSE "default-response"
        "`default` matches every undocumented response, and panics if a 200 has a type, too"
    NO_SUCCESS_RESPONSE "no-success-response"
        "without a 2xx the operation returns a raw stream"
    SEVERAL_BODY_TYPES "several-body-types"
        "progenitor holds one body type for success and one for errors, and panics over two"
    FRAGILE_ANSWER "fragile-answer"
        "decoding is all or nothing: a property that is missing, or null, or new, makes a good \
         response unreadable"

    SCHEMA_TYPE "schema-type"
        "without a known type progenitor turns it into untyped JSON, or panics"
    MISPLACED_KEY "misplaced-key"
        "a key of another type makes progenitor forget the type"
    FORMAT "format"
        "an unknown format is ignored, and some need crates that the client doesn't have"
    REQUIRED_PROPERTY "required-property"
        "what is required has to be there to be set"
    EMPTY_RANGE "empty-range"
        "no value can satisfy it"

    COMPOSITION "composition"
        "progenitor makes types of it that fail on valid values, or copies secrets unmarked"

    TYPE_NAME "type-name"
        "two schemas that give one Rust type don't compile, or one takes the other's place"
    PROPERTY_NAME "property-name"
        "two properties that give one Rust field don't compile, and a letter of another \
         alphabet looks like one of ASCII"
    INLINE_TYPE "inline-type"
        "progenitor invents a name for a type that has none, and no one documents it"

    ENUM_VALUES "enum-values"
        "each value becomes a variant, with a name of its own"
    RESPONSE_ENUM_NOT_OPEN "response-enum-not-open"
        "a closed enum in a response makes an unknown value an unreadable response: a \
         successful change would be reported as an error"
    OPEN_ENUM_SHAPE "open-enum-shape"
        "an open enum is made of a named schema with `type: string` and an `enum`"
    OPEN_ENUM_IN_REQUEST "open-enum-in-request"
        "an open enum takes any string, so a slip would be sent"

    SECRET_NOT_MARKED "secret-not-marked"
        "a secret without `format: password` is a plain `String`, printed by `Debug`"
    SECRET_NOT_CONVERTIBLE "secret-not-convertible"
        "progenitor converts exactly `type: string` and `format: password`, and silently turns \
         anything else into a plain `String`"
    SECRET_PARAMETER "secret-parameter"
        "a parameter is a plain `String` on every call, and URLs are logged everywhere"

    EXAMPLE_MISMATCH "example-mismatch"
        "an example that its own schema refuses is wrong, or the schema is"
}
