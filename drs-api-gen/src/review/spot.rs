//! Where in the generated code a place of a document is.

use crate::{names, spec::pointer::unescape};

/// Where in the code a place of a document is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// A component, or one of its properties; and whether it is inside of that.
    Schema {
        name: String,
        property: Option<String>,
        inside: bool,
    },
    /// A parameter or the body.
    Argument {
        operation: String,
        name: String,
    },
    Answers {
        operation: String,
    },
    Elsewhere,
}

/// The spot of a pointer, within a schema; elsewhere, if it is not in a component.
pub(super) fn spot_in_components(pointer: &str) -> Option<Spot> {
    let steps: Vec<&str> = pointer.split('/').collect();
    let ["", "components", "schemas", name, rest @ ..] = steps.as_slice() else {
        return None;
    };
    let mut rest = rest;
    // A part of an `allOf` is part of the same struct.
    while let ["allOf" | "anyOf" | "oneOf", _, after @ ..] = rest {
        rest = after;
    }
    let name = names::pascal(&unescape(name));
    Some(match rest {
        ["properties", property, rest @ ..] => Spot::Schema {
            name,
            property: Some(names::field(&unescape(property))),
            inside: rest.len() > 1,
        },
        rest => Spot::Schema {
            name,
            property: None,
            inside: !rest.is_empty(),
        },
    })
}
