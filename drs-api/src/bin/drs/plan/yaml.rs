//! A plan that is YAML. Objects are read by their shape, so that nothing is kept which a plan
//! can't hold, and with what the text says about each string beside its value.

use std::collections::HashMap;

use granit_parser::{
    ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag,
};
use zeroize::Zeroizing;

use super::{
    node::{Doubt, Fields, Node, Text},
    plain::{Plain, resolve},
    problem::Problem,
    shape::{Shape, item_place},
};

/// What aliases may stand for, beside four times the length of a plan, in bytes.
const ALIASES: usize = 8 << 20;

/// Reads a plan, and hands on each of its items.
pub(super) fn read(
    text: &str,
    each: &mut dyn FnMut(Node) -> Result<(), Problem>,
) -> Result<Node, Problem> {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        text,
        events: Parser::new_from_str_with_options(text, options),
        anchors: HashMap::new(),
        budget: text.len().saturating_mul(4).saturating_add(ALIASES),
        each,
    };
    let root = loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            // Nothing but comments.
            (Event::StreamEnd, _) => return Ok(Node::Null),
            (event, span) => break reader.node(Shape::Root, event, span, None)?,
        }
    };
    match reader.next()? {
        (Event::DocumentEnd, _) => {}
        (_, span) => return Err(at(span.start, "it goes on where it should end")),
    }
    match reader.next()? {
        (Event::StreamEnd, _) => Ok(root),
        (_, span) => Err(at(span.start, "more than one document")),
    }
}

/// A problem of the text, at its place.
fn at(place: Marker, what: &str) -> Problem {
    let (line, column) = (place.line(), place.col() + 1);
    Problem::in_text(format!(
        "invalid YAML at line {line}, column {column}: {what}"
    ))
}

fn syntax(error: &ScanError) -> Problem {
    let info = error.info();
    let what = match error.kind() {
        ErrorKind::UnknownAnchor => "an alias without its anchor",
        // The messages are fixed, but that a character may stand at the end.
        _ => info.split(": ").next().unwrap_or_default(),
    };
    at(
        *error.marker(),
        &format!("{what}; if it is within a text, put the text in single quotes"),
    )
}

struct Reader<'t, 'e> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// What an alias can stand for.
    anchors: HashMap<usize, Node>,
    /// How many bytes of copies more there may be.
    budget: usize,
    each: &'e mut dyn FnMut(Node) -> Result<(), Problem>,
}

impl<'t> Reader<'t, '_> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Problem> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(e)) => Err(syntax(&e)),
            None => Err(Problem::in_text("invalid YAML: it ends too early")),
        }
    }

    /// Reads a node that begins with an event. `key_end` is where the key of its field ends.
    fn node(
        &mut self,
        shape: Shape,
        event: Event<'t>,
        span: Span,
        key_end: Option<usize>,
    ) -> Result<Node, Problem> {
        let anchor = event.anchor_id();
        check_tag(&event, span)?;
        let node = match event {
            Event::Alias(id) => return self.alias(id, shape, span),
            Event::Scalar(value, style, _, tag) => {
                self.scalar(value.into_owned(), style, tag.is_some(), span, key_end)
            }
            Event::SequenceStart(..) if shape == Shape::Jobs => self.jobs()?,
            Event::MappingStart(..) if shape.is_object() => self.object(shape)?,
            Event::SequenceStart(..) => {
                self.skip()?;
                Node::List
            }
            Event::MappingStart(..) => {
                self.skip()?;
                Node::Map(Fields::new())
            }
            _ => return Err(at(span.start, "something that a plan can't hold")),
        };
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Passes over the rest of a list or an object.
    fn skip(&mut self) -> Result<(), Problem> {
        let mut depth = 1_usize;
        while depth > 0 {
            let (event, span) = self.next()?;
            check_tag(&event, span)?;
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn jobs(&mut self) -> Result<Node, Problem> {
        for index in 0_usize.. {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                break;
            }
            self.node(Shape::Item, event, span, None)
                .and_then(|item| (self.each)(item))
                .map_err(|problem| problem.within(&item_place(index)))?;
        }
        Ok(Node::List)
    }

    fn object(&mut self, shape: Shape) -> Result<Node, Problem> {
        let mut fields = Fields::new();
        let mut merged = None;
        loop {
            let (event, key) = self.next()?;
            check_tag(&event, key)?;
            let (name, style) = match event {
                Event::MappingEnd => break,
                Event::Scalar(name, style, _, _) => (name, style),
                _ => return Err(at(key.start, "a key that is not a text")),
            };
            let twice = || at(key.start, "the same key twice in one object");
            if name == "<<" && style == ScalarStyle::Plain {
                if merged.is_some() {
                    return Err(twice());
                }
                merged = Some(self.merged(shape)?);
                continue;
            }
            let (name, part) = shape.field(&name, fields.len())?;
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(twice());
            }
            let (event, span) = self.next()?;
            let node = self.node(part, event, span, key.byte_range().map(|range| range.end));
            let node = node.map_err(|problem| match part {
                // Items say their places themselves.
                Shape::Jobs => problem,
                _ => problem.within(name),
            })?;
            fields.push((name, node));
        }
        // What stands in the object itself goes before what is merged into it.
        for (name, node) in merged.into_iter().flatten() {
            if !fields.iter().any(|(known, _)| *known == name) {
                fields.push((name, node));
            }
        }
        Ok(Node::Map(fields))
    }

    /// What stands behind a merge key: an object, or a list of them, of which the first goes
    /// before the others.
    fn merged(&mut self, shape: Shape) -> Result<Fields, Problem> {
        let mut merged = Fields::new();
        let (event, span) = self.next()?;
        let list = matches!(event, Event::SequenceStart(..));
        let mut next = if list { self.next()? } else { (event, span) };
        while next.0 != Event::SequenceEnd {
            let place = next.1.start;
            let Node::Map(fields) = self.node(shape, next.0, next.1, None)? else {
                return Err(at(
                    place,
                    "a merge key (`<<`) of something else than an object",
                ));
            };
            merged.extend(fields);
            if !list {
                break;
            }
            next = self.next()?;
        }
        Ok(merged)
    }

    /// A copy of what an alias stands for.
    fn alias(&mut self, id: usize, shape: Shape, span: Span) -> Result<Node, Problem> {
        let Some(node) = self.anchors.get(&id) else {
            return Err(at(span.start, "an alias within its own anchor"));
        };
        let Some(rest) = self.budget.checked_sub(node.cost()) else {
            return Err(at(
                span.start,
                "the aliases stand for more than a plan may hold; write the items out, with \
                 key_tab_path for a keytab",
            ));
        };
        self.budget = rest;
        let mut node = node.clone();
        match &mut node {
            Node::String(text) => {
                text.doubt = Some(Box::new(Doubt {
                    line: span.start.line(),
                    what: "it is an alias",
                    literal_block: false,
                }));
            }
            // It may have been anchored as something else.
            Node::Map(fields) if shape.is_object() => {
                for (index, (name, _)) in fields.iter().enumerate() {
                    shape.field(name, index)?;
                }
            }
            _ => {}
        }
        Ok(node)
    }

    fn scalar(
        &self,
        value: String,
        style: ScalarStyle,
        tagged: bool,
        span: Span,
        key_end: Option<usize>,
    ) -> Node {
        let value = Zeroizing::new(value);
        let source = span.slice(self.text).unwrap_or_default();
        if style == ScalarStyle::Plain && !tagged {
            match resolve(source) {
                Plain::Null => return Node::Null,
                Plain::Bool(value) => return Node::Bool(value),
                Plain::Number => return Node::Number,
                Plain::Text => {}
            }
        }
        let what = match style {
            ScalarStyle::Plain => self.doubt_of_plain(&value, source, span, key_end),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => source
                .contains(['\n', '\r'])
                .then_some("YAML joins its lines"),
            ScalarStyle::Literal => Some("it is a block, which has line ends"),
            _ => Some("YAML joins its lines"),
        };
        let doubt = what.map(|what| {
            Box::new(Doubt {
                line: span.start.line(),
                what,
                literal_block: style == ScalarStyle::Literal,
            })
        });
        Node::String(Text { value, doubt })
    }

    /// What YAML takes away from a text without quotes.
    fn doubt_of_plain(
        &self,
        value: &str,
        source: &str,
        span: Span,
        key_end: Option<usize>,
    ) -> Option<&'static str> {
        let range = span.byte_range()?;
        let before = key_end.and_then(|end| self.text.get(end..range.start));
        let before = before.unwrap_or_default();
        let after = self.text.get(range.end..).unwrap_or_default();
        if before.contains('#') || after.trim_start_matches([' ', '\t']).starts_with('#') {
            Some("YAML reads a `#` there as the start of a comment")
        } else if !before.chars().all(|c| c == ':' || c.is_ascii_whitespace()) {
            Some("YAML reads the start of it as an anchor or a tag")
        } else if source != value {
            Some("YAML joins its lines")
        } else {
            None
        }
    }
}

/// Refuses tags but for those that say what a node is anyway. A tag such as `!vault` says that
/// what follows is no password, but where to get one.
fn check_tag(event: &Event<'_>, span: Span) -> Result<(), Problem> {
    let Some(tag) = event.tag() else {
        return Ok(());
    };
    let core = |suffix: &str| tag.is_yaml_core_schema_tag(suffix);
    let fits = match event {
        Event::Scalar(..) => core("str") || is_non_specific(tag),
        Event::SequenceStart(..) => core("seq") || is_non_specific(tag),
        Event::MappingStart(..) => core("map") || is_non_specific(tag),
        _ => true,
    };
    match fits {
        true => Ok(()),
        false => Err(at(
            span.tag_start().unwrap_or(span.start),
            "a tag that a plan can't have, such as `!vault` or `!!binary`; write the value \
             itself, and put it in single quotes",
        )),
    }
}

/// The tag `!`.
fn is_non_specific(tag: &Tag) -> bool {
    tag.handle().is_empty() && tag.suffix() == "!"
}
