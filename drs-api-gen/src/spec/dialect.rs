//! What the dialect is made of: kinds of objects, shapes of values, and what a key means to us. The
//! table next to this file lists the keys of each kind.

use serde_json::Value;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Components,
    Contact,
    Example,
    ExternalDocs,
    Header,
    Info,
    License,
    MediaType,
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
}

/// What a key contains.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    /// One of few texts.
    Word(&'static [&'static str]),
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

impl Shape {
    /// The kind of object that it is, if it is one.
    pub(crate) fn kind(self) -> Option<Kind> {
        match self {
            Self::One(kind) | Self::OrRef(kind) => Some(kind),
            Self::SchemaOrFlag => Some(Kind::Schema),
            _ => None,
        }
    }

    /// The shape of all that is in it, where that has indices or names that the document
    /// chooses.
    pub(crate) fn each(self) -> Option<Self> {
        match (self, self.kind().map(Kind::keys)) {
            (Self::List(shape) | Self::Map(shape), _) => Some(*shape),
            (_, Some(Keys::Chosen(shape))) => Some(shape),
            _ => None,
        }
    }

    /// The shape of what a key, a name or an index leads to.
    pub(crate) fn below(self, step: &str) -> Option<Self> {
        let of_key = || Some(self.kind()?.key(step)?.shape);
        self.each().or_else(of_key)
    }
}

/// A key of a kind of object.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) role: Role,
}

impl Key {
    /// Why it is refused with this value. A flag that is `false` asks for nothing.
    pub(crate) fn refusal(&self, value: &Value) -> Option<&'static str> {
        let is_default = matches!(self.shape, Shape::Flag) && *value == false;
        match self.role {
            Role::Refused(why) if !is_default => Some(why),
            _ => None,
        }
    }
}

/// What a key is to us. Whoever handles keys by their role matches without a wildcard, so
/// that a key of a new sort does not compile before every reader handles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// People read it. Nothing on the wire depends on it.
    Docs,
    /// It decides what is sent or read, or what the Rust API is. Left out, it says this.
    Says(Absent),
    /// The generator ignores it, and we don't need it. The lint refuses it, unless it is a flag
    /// that is `false`; this text follows the name of the key. The lint reads nothing below it.
    Refused(&'static str),
}

/// What a key says that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Nothing, or what depends on other keys.
    Nothing,
    /// `false`.
    False,
    /// `true`.
    True,
    /// 0.
    Zero,
    /// An empty list or mapping.
    Empty,
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

/// The sections of `components`, and the kind that each contains.
pub(crate) const SECTIONS: [(&str, Kind); 7] = [
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("examples", Kind::Example),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::SecurityScheme),
];

impl Kind {
    /// The section of `components` with such objects, which a `$ref` can replace.
    pub(crate) fn section(self) -> Option<&'static str> {
        let section = SECTIONS.iter().find(|(_, kind)| *kind == self);
        section.map(|(name, _)| *name)
    }

    /// What the object is called in a message.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Components => "`components`",
            Self::Contact => "`contact`",
            Self::Example => "an example object",
            Self::ExternalDocs => "`externalDocs`",
            Self::Header => "a header",
            Self::Info => "`info`",
            Self::License => "`license`",
            Self::MediaType => "a media type",
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
        }
    }
}
