//! The objects of OpenAPI 3.0.3: which keys each kind has and what each key holds.

use Shape::{Any, Count, Flag, List, Map, Number, One, OrRef, SchemaOrFlag, Text};

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Callback,
    Components,
    Contact,
    Discriminator,
    Encoding,
    Example,
    ExternalDocs,
    Header,
    Info,
    License,
    Link,
    MediaType,
    OAuthFlow,
    OAuthFlows,
    OpenApi,
    Operation,
    Parameter,
    PathItem,
    Paths,
    RequestBody,
    Response,
    Responses,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
    Xml,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    /// An integer from 0.
    Count,
    Number,
    Any,
    One(Kind),
    /// An object or a `$ref` to one.
    OrRef(Kind),
    SchemaOrFlag,
    List(&'static Shape),
    Map(&'static Shape),
}

/// A key of a kind of object.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

/// The keys of a kind of object.
pub(crate) enum Keys {
    Fixed(&'static [Key]),
    /// Names that the document chooses, all holding the same.
    Chosen(Shape),
}

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

/// The keys of the methods in a path item.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The sections of `components` and the kind that each holds.
pub(crate) const SECTIONS: [(&str, Kind); 9] = [
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("examples", Kind::Example),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::SecurityScheme),
    ("links", Kind::Link),
    ("callbacks", Kind::Callback),
];

impl Kind {
    /// What the object is called in a message.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Callback => "a callback",
            Self::Components => "`components`",
            Self::Contact => "`contact`",
            Self::Discriminator => "a discriminator",
            Self::Encoding => "an encoding",
            Self::Example => "an example object",
            Self::ExternalDocs => "`externalDocs`",
            Self::Header => "a header",
            Self::Info => "`info`",
            Self::License => "`license`",
            Self::Link => "a link",
            Self::MediaType => "a media type",
            Self::OAuthFlow => "an OAuth flow",
            Self::OAuthFlows => "OAuth `flows`",
            Self::OpenApi => "an OpenAPI document",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::PathItem => "a path item",
            Self::Paths => "`paths`",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::Responses => "`responses`",
            Self::Schema => "a schema",
            Self::SecurityScheme => "a security scheme",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Tag => "a tag",
            Self::Xml => "`xml`",
        }
    }

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
    // The extensions that this generator reads.
    may("x-open-enum", Flag),
    may("x-enum-descriptions", Map(&Text)),
    may("x-secret", Flag),
];
