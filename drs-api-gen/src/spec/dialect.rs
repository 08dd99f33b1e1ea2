//! The objects of OpenAPI 3.0.3: which keys each kind has and what each key holds.

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
}
