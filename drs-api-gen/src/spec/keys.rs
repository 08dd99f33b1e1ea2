//! The keys that each kind of object of OpenAPI 3.0.3 has, and the extensions that this
//! generator reads.

use super::dialect::{
    Key, Keys, Kind,
    Shape::{self, Any, Count, Flag, List, Map, Number, One, OrRef, SchemaOrFlag, Text},
};

/// Marks the parameter of a path that names the project.
pub(crate) const PROJECT: &str = "x-project";
/// Makes an enum open.
pub(crate) const OPEN_ENUM: &str = "x-open-enum";
/// Documents the values of an enum.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// `false` says that something is no secret, though its name sounds like one.
pub(crate) const SECRET: &str = "x-secret";

const fn need(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: true,
    }
}

const fn may(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: false,
    }
}

const DESCRIPTION: Key = may("description", Text);
const TEXTS: Shape = List(&Text);
const SECURITY: Shape = List(&Map(&TEXTS));
const SCHEMA: Shape = OrRef(Kind::Schema);
const EXAMPLES: Shape = Map(&OrRef(Kind::Example));
const CONTENT: Shape = Map(&One(Kind::MediaType));
const HEADERS: Shape = Map(&OrRef(Kind::Header));
const PARAMETERS: Shape = List(&OrRef(Kind::Parameter));
const SERVERS: Shape = List(&One(Kind::Server));
const OPERATION: Shape = One(Kind::Operation);

impl Kind {
    /// The keys that it can have.
    pub(crate) fn keys(self) -> Keys {
        Keys::Fixed(match self {
            Self::Callback | Self::Paths => return Keys::Chosen(OrRef(Self::PathItem)),
            Self::Responses => return Keys::Chosen(OrRef(Self::Response)),
            Self::Components => {
                const {
                    &[
                        may("schemas", Map(&SCHEMA)),
                        may("responses", Map(&OrRef(Kind::Response))),
                        may("parameters", Map(&OrRef(Kind::Parameter))),
                        may("examples", EXAMPLES),
                        may("requestBodies", Map(&OrRef(Kind::RequestBody))),
                        may("headers", HEADERS),
                        may("securitySchemes", Map(&OrRef(Kind::SecurityScheme))),
                        may("links", Map(&OrRef(Kind::Link))),
                        may("callbacks", Map(&OrRef(Kind::Callback))),
                    ]
                }
            }
            Self::Contact => const { &[may("name", Text), may("url", Text), may("email", Text)] },
            Self::Discriminator => {
                const { &[need("propertyName", Text), may("mapping", Map(&Text))] }
            }
            Self::Encoding => {
                const {
                    &[
                        may("contentType", Text),
                        may("headers", HEADERS),
                        may("style", Text),
                        may("explode", Flag),
                        may("allowReserved", Flag),
                    ]
                }
            }
            Self::Example => {
                const {
                    &[
                        may("summary", Text),
                        DESCRIPTION,
                        may("value", Any),
                        may("externalValue", Text),
                    ]
                }
            }
            Self::ExternalDocs => const { &[DESCRIPTION, need("url", Text)] },
            Self::Header => HEADER,
            Self::Info => {
                const {
                    &[
                        need("title", Text),
                        DESCRIPTION,
                        may("termsOfService", Text),
                        may("contact", One(Kind::Contact)),
                        may("license", One(Kind::License)),
                        need("version", Text),
                    ]
                }
            }
            Self::License => const { &[need("name", Text), may("url", Text)] },
            Self::Link => {
                const {
                    &[
                        may("operationRef", Text),
                        may("operationId", Text),
                        may("parameters", Map(&Any)),
                        may("requestBody", Any),
                        DESCRIPTION,
                        may("server", One(Kind::Server)),
                    ]
                }
            }
            Self::MediaType => {
                const {
                    &[
                        need("schema", SCHEMA),
                        may("example", Any),
                        may("examples", EXAMPLES),
                        may("encoding", Map(&One(Kind::Encoding))),
                    ]
                }
            }
            Self::OAuthFlow => {
                const {
                    &[
                        may("authorizationUrl", Text),
                        may("tokenUrl", Text),
                        may("refreshUrl", Text),
                        need("scopes", Map(&Text)),
                    ]
                }
            }
            Self::OAuthFlows => {
                const {
                    &[
                        may("implicit", One(Kind::OAuthFlow)),
                        may("password", One(Kind::OAuthFlow)),
                        may("clientCredentials", One(Kind::OAuthFlow)),
                        may("authorizationCode", One(Kind::OAuthFlow)),
                    ]
                }
            }
            Self::OpenApi => {
                const {
                    &[
                        need("openapi", Text),
                        need("info", One(Kind::Info)),
                        may("servers", SERVERS),
                        need("paths", One(Kind::Paths)),
                        may("components", One(Kind::Components)),
                        may("security", SECURITY),
                        may("tags", List(&One(Kind::Tag))),
                        may("externalDocs", One(Kind::ExternalDocs)),
                    ]
                }
            }
            Self::Operation => {
                const {
                    &[
                        may("tags", TEXTS),
                        may("summary", Text),
                        DESCRIPTION,
                        may("externalDocs", One(Kind::ExternalDocs)),
                        may("operationId", Text),
                        may("parameters", PARAMETERS),
                        may("requestBody", OrRef(Kind::RequestBody)),
                        need("responses", One(Kind::Responses)),
                        may("callbacks", Map(&OrRef(Kind::Callback))),
                        may("deprecated", Flag),
                        may("security", SECURITY),
                        may("servers", SERVERS),
                    ]
                }
            }
            Self::Parameter => PARAMETER,
            Self::PathItem => {
                const {
                    &[
                        may("$ref", Text),
                        may("summary", Text),
                        DESCRIPTION,
                        may("get", OPERATION),
                        may("put", OPERATION),
                        may("post", OPERATION),
                        may("delete", OPERATION),
                        may("options", OPERATION),
                        may("head", OPERATION),
                        may("patch", OPERATION),
                        may("trace", OPERATION),
                        may("servers", SERVERS),
                        may("parameters", PARAMETERS),
                    ]
                }
            }
            Self::RequestBody => {
                const { &[DESCRIPTION, need("content", CONTENT), may("required", Flag)] }
            }
            Self::Response => {
                const {
                    &[
                        DESCRIPTION,
                        may("headers", HEADERS),
                        may("content", CONTENT),
                        may("links", Map(&OrRef(Kind::Link))),
                    ]
                }
            }
            Self::Schema => SCHEMA_KEYS,
            Self::SecurityScheme => {
                const {
                    &[
                        need("type", Text),
                        DESCRIPTION,
                        may("name", Text),
                        may("in", Text),
                        may("scheme", Text),
                        may("bearerFormat", Text),
                        may("flows", One(Kind::OAuthFlows)),
                        may("openIdConnectUrl", Text),
                    ]
                }
            }
            Self::Server => {
                const {
                    &[
                        need("url", Text),
                        DESCRIPTION,
                        may("variables", Map(&One(Kind::ServerVariable))),
                    ]
                }
            }
            Self::ServerVariable => {
                const { &[may("enum", TEXTS), need("default", Text), DESCRIPTION] }
            }
            Self::Tag => {
                const {
                    &[
                        need("name", Text),
                        DESCRIPTION,
                        may("externalDocs", One(Kind::ExternalDocs)),
                    ]
                }
            }
            Self::Xml => {
                const {
                    &[
                        may("name", Text),
                        may("namespace", Text),
                        may("prefix", Text),
                        may("attribute", Flag),
                        may("wrapped", Flag),
                    ]
                }
            }
        })
    }
}

const PARAMETER: &[Key] = &[
    need("name", Text),
    need("in", Text),
    DESCRIPTION,
    may("required", Flag),
    may("deprecated", Flag),
    may("allowEmptyValue", Flag),
    may("style", Text),
    may("explode", Flag),
    may("allowReserved", Flag),
    may("schema", SCHEMA),
    may("example", Any),
    may("examples", EXAMPLES),
    may("content", CONTENT),
    may(PROJECT, Flag),
];

const HEADER: &[Key] = &[
    DESCRIPTION,
    may("required", Flag),
    may("deprecated", Flag),
    may("style", Text),
    may("explode", Flag),
    may("schema", SCHEMA),
    may("example", Any),
    may("examples", EXAMPLES),
    may("content", CONTENT),
];

const SCHEMA_KEYS: &[Key] = &[
    may("title", Text),
    may("multipleOf", Number),
    may("maximum", Number),
    may("exclusiveMaximum", Flag),
    may("minimum", Number),
    may("exclusiveMinimum", Flag),
    may("maxLength", Count),
    may("minLength", Count),
    may("pattern", Text),
    may("maxItems", Count),
    may("minItems", Count),
    may("uniqueItems", Flag),
    may("maxProperties", Count),
    may("minProperties", Count),
    may("required", TEXTS),
    may("enum", List(&Any)),
    may("type", Text),
    may("allOf", List(&SCHEMA)),
    may("oneOf", List(&SCHEMA)),
    may("anyOf", List(&SCHEMA)),
    may("not", SCHEMA),
    may("items", SCHEMA),
    may("properties", Map(&SCHEMA)),
    may("additionalProperties", SchemaOrFlag),
    DESCRIPTION,
    may("format", Text),
    may("default", Any),
    may("nullable", Flag),
    may("discriminator", One(Kind::Discriminator)),
    may("readOnly", Flag),
    may("writeOnly", Flag),
    may("xml", One(Kind::Xml)),
    may("externalDocs", One(Kind::ExternalDocs)),
    may("example", Any),
    may("deprecated", Flag),
    may(OPEN_ENUM, Flag),
    may(ENUM_DESCRIPTIONS, Map(&Text)),
    may(SECRET, Flag),
];
