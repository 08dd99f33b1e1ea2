//! What is wrong with a plan, and where. It holds no value of the plan.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// What is wrong with a plan, and where.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Such as `jobs[3].db_password`; nothing where the text itself can't be read.
    place: String,
    what: String,
    in_text: bool,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            what: what.into(),
            in_text: false,
        }
    }

    /// A problem of the text itself, which says in which line.
    pub(crate) fn in_text(what: impl Into<String>) -> Self {
        Self {
            in_text: true,
            ..Self::new(what)
        }
    }

    /// Says in which part of a plan it is; the innermost part is told first.
    pub(crate) fn within(mut self, part: &str) -> Self {
        if !self.in_text {
            let dot = if self.place.is_empty() { "" } else { "." };
            self.place = format!("{part}{dot}{}", self.place);
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.what),
            place => write!(f, "{place}: {}", self.what),
        }
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    /// The text may hold a value, so it is not shown.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("the API's document does not allow this value")
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("it is not {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("it is not {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("it must be one of: {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing"))
    }
}
