//! From a plan in YAML to the same in JSON, by the parser's events. What could take something
//! away from a text, or put another in its place, is refused: a plan needs none of it.

use granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle};

const NO_YAML: &str = "invalid YAML; if it is within a text, put the text in single quotes";
const FORBIDDEN: &str = "a plan has no anchors, aliases, merge keys or tags; write the value \
                         itself, in single quotes";
const QUOTES: &str = "a secret must be in quotes, on one line; single quotes take all as it is \
                      written";
const EMPTY: &str = "it is empty; a plan is an object with the list `jobs`";
/// A secret that may have lines, in a literal block.
const KEY_TAB: &str = "key_tab_file";

/// What is open: a list, or an object in which a key or a value comes next.
enum Open {
    List,
    Key,
    Value,
}

/// Makes JSON of it. Words stay texts, but for `true`, `false` and `null`.
pub(super) fn to_json(text: &str) -> Result<String, String> {
    use Event::{MappingStart, Scalar, SequenceStart};

    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut json = String::with_capacity(text.len() * 2);
    let mut open = Vec::new();
    // The secret whose value comes next.
    let mut secret = None;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            // The parser's own message may quote the text.
            let is_alias = matches!(error.kind(), ErrorKind::UnknownAnchor);
            refusal(*error.marker(), if is_alias { FORBIDDEN } else { NO_YAML })
        })?;
        let refuse = |what| Err(refusal(span.start, what));
        if event.is_alias() || event.anchor_id().is_some() || event.tag().is_some() {
            return refuse(FORBIDDEN);
        }
        let is_node = matches!(event, Scalar(..) | SequenceStart(..) | MappingStart(..));
        if is_node && !open.is_empty() && !json.ends_with(['[', '{', ':']) {
            json.push(',');
        }
        match (event, open.last_mut()) {
            (Event::DocumentStart(..), _) if !json.is_empty() => {
                return refuse("a plan is one document");
            }
            (Event::StreamEnd, _) if json.is_empty() => return refuse(EMPTY),
            (Event::SequenceEnd | Event::MappingEnd, within) => {
                let is_list = matches!(within, Some(Open::List));
                json.push(if is_list { ']' } else { '}' });
                open.pop();
            }
            (Scalar(name, ..), Some(next @ Open::Key)) => {
                if name == "<<" {
                    return refuse(FORBIDDEN);
                }
                secret = ["db_password", KEY_TAB].into_iter().find(|s| *s == name);
                json += &quoted(&name);
                json.push(':');
                *next = Open::Value;
            }
            (_, Some(Open::Key)) if is_node => return refuse("a key that is not a text"),
            (event, within) if is_node => {
                if let Some(next @ Open::Value) = within {
                    *next = Open::Key;
                }
                let secret = secret.take();
                match event {
                    SequenceStart(..) => {
                        json.push('[');
                        open.push(Open::List);
                    }
                    Scalar(value, style, ..) => {
                        let written = span.slice(text).unwrap_or_default();
                        if secret.is_some_and(|name| !is_whole(name, style, written)) {
                            return refuse(QUOTES);
                        }
                        json += &match (style, &*value) {
                            (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => {
                                "null".to_owned()
                            }
                            (ScalarStyle::Plain, "true" | "True" | "TRUE") => "true".to_owned(),
                            (ScalarStyle::Plain, "false" | "False" | "FALSE") => "false".to_owned(),
                            (_, value) => quoted(value),
                        };
                    }
                    _ => {
                        json.push('{');
                        open.push(Open::Key);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(json)
}

fn refusal(place: Marker, what: &str) -> String {
    let (line, column) = (place.line(), place.col() + 1);
    format!("line {line}, column {column}: {what}")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether nothing of a secret can have been lost by the way it was written.
fn is_whole(name: &str, style: ScalarStyle, written: &str) -> bool {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => !written.contains(['\n', '\r']),
        ScalarStyle::Literal => name == KEY_TAB,
        _ => false,
    }
}
