//! The dialect: the keys that each kind of object has, those of OpenAPI 3.0.3 and the
//! extensions that this generator reads. A key is added here and nowhere else; lint, facts
//! and review take what they need of it from its row.

use super::dialect::{
    Absent::{Empty, False, Nothing, True, Zero},
    Key, Keys, Kind, Role,
    Role::{Docs, Refused, Says},
    Shape::{self, Any, Count, Flag, List, Map, Number, One, OrRef, SchemaOrFlag, Text, Word},
};

/// Marks the parameter of a path that names the project.
pub(crate) const PROJECT: &str = "x-project";
/// Makes an enum open.
pub(crate) const OPEN_ENUM: &str = "x-open-enum";
/// Documents the values of an enum: a list of texts in their order.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// The media type of bodies.
pub(crate) const JSON: &str = "application/json";
/// The media type of an answer that is one text.
pub(crate) const TEXT: &str = "text/plain";
/// `false` says that something is not a secret, though its name sounds like one.
pub(crate) const SECRET: &str = "x-secret";

const fn need(name: &'static str, shape: Shape, role: Role) -> Key {
    let mut key = may(name, shape, role);
    key.required = true;
    key
}

const fn may(name: &'static str, shape: Shape, role: Role) -> Key {
    Key {
        name,
        shape,
        required: false,
        role,
    }
}

const DESCRIPTION: Key = may("description", Text, Docs);
const TEXTS: Shape = List(&Text);
const SECURITY: Shape = List(&Map(&TEXTS));
const SCHEMA: Shape = OrRef(Kind::Schema);
const EXAMPLES: Shape = Map(&OrRef(Kind::Example));
const CONTENT: Shape = Map(&One(Kind::MediaType));
const HEADERS: Shape = Map(&OrRef(Kind::Header));
const PARAMETERS: Shape = List(&OrRef(Kind::Parameter));
const SCHEMES: Shape = Map(&OrRef(Kind::SecurityScheme));
const SERVERS: Shape = List(&One(Kind::Server));
const OPERATION: Shape = One(Kind::Operation);

const ANY_OF: Role = Refused(
    "is not supported; write one schema; for a `$ref` or null, write the `$ref` alone: `null` is \
     read like a property that is missing",
);
const CALLBACKS: Role = Refused("can't be received by a client; remove it");
const LINKS: Role = Refused("is not followed; remove it");
const CONST: Role = Refused("is from OpenAPI 3.1; write an `enum` with this one value");
const CONTENT_OF_ONE: Role = Refused("of a parameter can't be written; give it a `schema`");
const NO_JSON: Role = Refused("has no meaning for JSON; remove it");
const NOT: Role = Refused("has no Rust type; say it in the description");
const NO_METHOD: Role = Refused("can't be generated; remove it");
const LOGIN: Role = Refused(
    "is not used by the client, which is given its credentials; describe the header that carries \
     them, with `type: apiKey` or `type: http`",
);
const ONE_SERVER: Role = Refused(
    "is ignored here: a client talks to one endpoint; write it at the top level, or remove it",
);
const ONE_WAY: Role =
    Refused("is ignored; leave the property out of the other direction's schema instead");
const PATTERN: Role = Refused(
    "would need a crate for regular expressions, which the client doesn't have; remove it and say \
     it in the description",
);
const VALUES: Role = Refused("is not done: a value is sent encoded, or not at all; remove it");
const UNIQUE: Role = Refused("is not checked; remove it and say it in the description");

impl Kind {
    /// The keys that it can have.
    pub(crate) fn keys(self) -> Keys {
        Keys::Fixed(match self {
            Self::Paths => return Keys::Chosen(OrRef(Self::PathItem)),
            Self::Responses => return Keys::Chosen(OrRef(Self::Response)),
            Self::Components => COMPONENTS_KEYS,
            Self::Contact => CONTACT_KEYS,
            Self::Example => EXAMPLE_KEYS,
            Self::ExternalDocs => EXTERNAL_DOCS_KEYS,
            Self::Header => HEADER_KEYS,
            Self::Info => INFO_KEYS,
            Self::License => LICENSE_KEYS,
            Self::MediaType => MEDIA_TYPE_KEYS,
            Self::OpenApi => OPEN_API_KEYS,
            Self::Operation => OPERATION_KEYS,
            Self::Parameter => PARAMETER_KEYS,
            Self::PathItem => PATH_ITEM_KEYS,
            Self::RequestBody => REQUEST_BODY_KEYS,
            Self::Response => RESPONSE_KEYS,
            Self::Schema => SCHEMA_KEYS,
            Self::SecurityScheme => SECURITY_SCHEME_KEYS,
            Self::Server => SERVER_KEYS,
            Self::ServerVariable => SERVER_VARIABLE_KEYS,
            Self::Tag => TAG_KEYS,
        })
    }

    /// The row of one of its keys.
    pub(crate) fn key(self, name: &str) -> Option<&'static Key> {
        match self.keys() {
            Keys::Fixed(keys) => keys.iter().find(|key| key.name == name),
            Keys::Chosen(_) => None,
        }
    }
}

const COMPONENTS_KEYS: &[Key] = &[
    may("schemas", Map(&SCHEMA), Says(Empty)),
    may("responses", Map(&OrRef(Kind::Response)), Says(Empty)),
    may("parameters", Map(&OrRef(Kind::Parameter)), Says(Empty)),
    may("examples", EXAMPLES, Docs),
    may("requestBodies", Map(&OrRef(Kind::RequestBody)), Says(Empty)),
    may("headers", HEADERS, Says(Empty)),
    may("securitySchemes", SCHEMES, Says(Empty)),
    may("links", Any, LINKS),
    may("callbacks", Any, CALLBACKS),
];

const CONTACT_KEYS: &[Key] = &[
    may("name", Text, Docs),
    may("url", Text, Docs),
    may("email", Text, Docs),
];

const EXAMPLE_KEYS: &[Key] = &[
    may("summary", Text, Docs),
    DESCRIPTION,
    may("value", Any, Docs),
    may("externalValue", Text, Docs),
];

const EXTERNAL_DOCS_KEYS: &[Key] = &[DESCRIPTION, need("url", Text, Docs)];

const HEADER_KEYS: &[Key] = &[
    DESCRIPTION,
    may("required", Flag, Says(False)),
    may("deprecated", Flag, Says(False)),
    may("style", Text, Says(Nothing)),
    may("explode", Flag, Says(Nothing)),
    may("schema", SCHEMA, Says(Nothing)),
    may("example", Any, Docs),
    may("examples", EXAMPLES, Docs),
];

const INFO_KEYS: &[Key] = &[
    need("title", Text, Docs),
    DESCRIPTION,
    may("termsOfService", Text, Docs),
    may("contact", One(Kind::Contact), Docs),
    may("license", One(Kind::License), Docs),
    need("version", Text, Docs),
];

const LICENSE_KEYS: &[Key] = &[need("name", Text, Docs), may("url", Text, Docs)];

const MEDIA_TYPE_KEYS: &[Key] = &[
    need("schema", SCHEMA, Says(Nothing)),
    may("example", Any, Docs),
    may("examples", EXAMPLES, Docs),
    may("encoding", Any, NO_JSON),
];

const OPEN_API_KEYS: &[Key] = &[
    need("openapi", Text, Docs),
    need("info", One(Kind::Info), Docs),
    may("servers", SERVERS, Says(Empty)),
    need("paths", One(Kind::Paths), Says(Nothing)),
    may("components", One(Kind::Components), Says(Empty)),
    may("security", SECURITY, Says(Empty)),
    may("tags", List(&One(Kind::Tag)), Docs),
    may("externalDocs", One(Kind::ExternalDocs), Docs),
];

const OPERATION_KEYS: &[Key] = &[
    may("tags", TEXTS, Docs),
    may("summary", Text, Docs),
    DESCRIPTION,
    may("externalDocs", One(Kind::ExternalDocs), Docs),
    may("operationId", Text, Says(Nothing)),
    may("parameters", PARAMETERS, Says(Empty)),
    may("requestBody", OrRef(Kind::RequestBody), Says(Nothing)),
    need("responses", One(Kind::Responses), Says(Nothing)),
    may("callbacks", Any, CALLBACKS),
    may("deprecated", Flag, Says(False)),
    may("security", SECURITY, Says(Nothing)),
    may("servers", SERVERS, ONE_SERVER),
];

const PARAMETER_KEYS: &[Key] = &[
    need("name", Text, Says(Nothing)),
    need("in", Word(&["path", "query", "header"]), Says(Nothing)),
    DESCRIPTION,
    may("required", Flag, Says(False)),
    may("deprecated", Flag, Says(False)),
    may("allowEmptyValue", Flag, VALUES),
    may("style", Text, Says(Nothing)),
    may("explode", Flag, Says(Nothing)),
    may("allowReserved", Flag, VALUES),
    may("schema", SCHEMA, Says(Nothing)),
    may("example", Any, Docs),
    may("examples", EXAMPLES, Docs),
    may("content", CONTENT, CONTENT_OF_ONE),
    may(PROJECT, Flag, Says(False)),
];

const PATH_ITEM_KEYS: &[Key] = &[
    may("$ref", Text, Says(Nothing)),
    may("summary", Text, Docs),
    DESCRIPTION,
    may("get", OPERATION, Says(Nothing)),
    may("put", OPERATION, Says(Nothing)),
    may("post", OPERATION, Says(Nothing)),
    may("delete", OPERATION, Says(Nothing)),
    may("options", Any, NO_METHOD),
    may("head", OPERATION, Says(Nothing)),
    may("patch", OPERATION, Says(Nothing)),
    may("trace", Any, NO_METHOD),
    may("servers", SERVERS, ONE_SERVER),
    may("parameters", PARAMETERS, Says(Empty)),
];

const REQUEST_BODY_KEYS: &[Key] = &[
    DESCRIPTION,
    need("content", CONTENT, Says(Nothing)),
    may("required", Flag, Says(False)),
];

const RESPONSE_KEYS: &[Key] = &[
    DESCRIPTION,
    may("headers", HEADERS, Says(Empty)),
    may("content", CONTENT, Says(Empty)),
    may("links", Any, LINKS),
];

const SCHEMA_KEYS: &[Key] = &[
    may("title", Text, Docs),
    may("multipleOf", Number, Says(Nothing)),
    may("maximum", Number, Says(Nothing)),
    may("exclusiveMaximum", Flag, Says(False)),
    may("minimum", Number, Says(Nothing)),
    may("exclusiveMinimum", Flag, Says(False)),
    may("maxLength", Count, Says(Nothing)),
    may("minLength", Count, Says(Zero)),
    may("pattern", Text, PATTERN),
    may("maxItems", Count, Says(Nothing)),
    may("minItems", Count, Says(Zero)),
    may("uniqueItems", Flag, UNIQUE),
    may("maxProperties", Count, Says(Nothing)),
    may("minProperties", Count, Says(Zero)),
    may("required", TEXTS, Says(Empty)),
    may("enum", List(&Any), Says(Nothing)),
    may("type", Text, Says(Nothing)),
    may("allOf", List(&SCHEMA), Says(Nothing)),
    may("oneOf", List(&SCHEMA), Says(Nothing)),
    may("anyOf", List(&SCHEMA), ANY_OF),
    may("not", SCHEMA, NOT),
    may("const", Any, CONST),
    may("items", SCHEMA, Says(Nothing)),
    may("properties", Map(&SCHEMA), Says(Empty)),
    may("additionalProperties", SchemaOrFlag, Says(True)),
    DESCRIPTION,
    may("format", Text, Says(Nothing)),
    may("default", Any, Says(Nothing)),
    may("nullable", Flag, Says(False)),
    may("discriminator", Any, Refused("is ignored; remove it")),
    may("readOnly", Flag, ONE_WAY),
    may("writeOnly", Flag, ONE_WAY),
    may("xml", Any, NO_JSON),
    may("externalDocs", One(Kind::ExternalDocs), Docs),
    may("example", Any, Docs),
    may("deprecated", Flag, Says(False)),
    may(OPEN_ENUM, Flag, Says(False)),
    may(ENUM_DESCRIPTIONS, Any, Docs),
    may(SECRET, Flag, Docs),
];

const SECURITY_SCHEME_KEYS: &[Key] = &[
    need("type", Word(&["apiKey", "http"]), Says(Nothing)),
    DESCRIPTION,
    may("name", Text, Says(Nothing)),
    may("in", Word(&["header"]), Says(Nothing)),
    may("scheme", Text, Says(Nothing)),
    may("bearerFormat", Text, Docs),
    may("flows", Any, LOGIN),
    may("openIdConnectUrl", Any, LOGIN),
];

const SERVER_KEYS: &[Key] = &[
    need("url", Text, Says(Nothing)),
    DESCRIPTION,
    may("variables", Map(&One(Kind::ServerVariable)), Says(Empty)),
];

const SERVER_VARIABLE_KEYS: &[Key] = &[
    may("enum", TEXTS, Says(Nothing)),
    need("default", Text, Says(Nothing)),
    DESCRIPTION,
];

const TAG_KEYS: &[Key] = &[
    need("name", Text, Docs),
    DESCRIPTION,
    may("externalDocs", One(Kind::ExternalDocs), Docs),
];

#[cfg(test)]
mod tests;
