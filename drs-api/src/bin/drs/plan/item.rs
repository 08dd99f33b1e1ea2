//! From one item of a plan to what the API is sent: what stands in files and variables is
//! fetched, and what was probably not meant is refused.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use drs_api::types::ModifyPwdEndPoint;
use serde::Deserialize as _;
use zeroize::Zeroizing;

use super::{
    node::{Fields, Node, Text},
    problem::Problem,
    shape::{KERBEROS, KEY_TAB, KRB5_CONF, LITERAL, PASSWORD},
};
use crate::{
    args::Source,
    files::{self, Care},
    input::{self, Line},
    suspect::{self, Written},
};

/// The longest keytab or `krb5.conf`, in bytes: many times what they have.
const LONGEST_FILE: usize = 1 << 20;

/// What items are read with.
pub(crate) struct Context {
    /// Where the paths in the plan begin.
    pub(crate) folder: PathBuf,
    /// How files with secrets must be kept.
    pub(crate) care: Care,
    /// The password of items that say nothing about theirs.
    pub(crate) password: Option<Line>,
}

impl Context {
    pub(super) fn read(&self, node: Node) -> Result<ModifyPwdEndPoint, Problem> {
        let Node::Map(mut fields) = node else {
            return Err(node.unfit("an object"));
        };
        let literal = match take(&mut fields, LITERAL) {
            None => false,
            Some(Node::Bool(literal)) => literal,
            Some(node) => {
                return Err(
                    Problem::new(format!("expected true or false, found {}", node.kind()))
                        .within(LITERAL),
                );
            }
        };
        let password = self.password(&mut fields, literal)?;
        fields.push((PASSWORD[0], Node::text(password)));
        if let Some((_, Node::Map(kerberos))) =
            fields.iter_mut().find(|(name, _)| *name == KERBEROS)
        {
            self.kerberos(kerberos).map_err(|p| p.within(KERBEROS))?;
        }
        let item = ModifyPwdEndPoint::deserialize(Node::Map(fields))?;
        if let Some(problem) = suspect::id(&item.job_id) {
            return Err(Problem::new(problem).within("job_id"));
        }
        Ok(item)
    }

    fn password(&self, fields: &mut Fields, literal: bool) -> Result<Zeroizing<String>, Problem> {
        let [_, variable, file] = PASSWORD;
        let Some((name, node)) = take_one(fields, &PASSWORD)? else {
            let Some(line) = &self.password else {
                return Err(Problem::new(format!(
                    "`{}` is missing; write it, `{variable}` or `{file}` there, or pass \
                     --password-env or --password-file",
                    PASSWORD[0]
                )));
            };
            return checked(line, literal).map_err(Problem::new);
        };
        let password = || {
            if matches!(node, Node::Null) {
                return Err(Problem::new(
                    "expected a string, found null; put the password in quotes, in YAML in single \
                     quotes, for `#` starts a comment there",
                ));
            }
            let text = string(node)?;
            if name == PASSWORD[0] {
                let text = secret(text, false)?;
                return match suspect::secret(&text, Written::InPlan, literal) {
                    Some(problem) => Err(Problem::new(format!("{problem}{}", insist(&text)))),
                    None => Ok(text),
                };
            }
            let line = match name == variable {
                true => input::variable("", &text.value),
                false => {
                    let path = self.path(&text.value);
                    input::line_of_item("", &path, self.care)
                }
            };
            line.and_then(|line| checked(&line, literal))
                .map_err(Problem::new)
        };
        password().map_err(|problem: Problem| problem.within(name))
    }

    fn kerberos(&self, fields: &mut Fields) -> Result<(), Problem> {
        if let Some((name, node)) = take_one(fields, &KEY_TAB)?.filter(is_given) {
            let key_tab = || match name == KEY_TAB[0] {
                true => {
                    let text = secret(string(node)?, true)?;
                    key_tab_in_plan(&text).map_err(Problem::new)?;
                    Ok(text)
                }
                false => self.key_tab(&string(node)?.value).map_err(Problem::new),
            };
            let key_tab = key_tab().map_err(|problem: Problem| problem.within(name))?;
            fields.push((KEY_TAB[0], Node::text(key_tab)));
        }
        if let Some((name, node)) = take_one(fields, &KRB5_CONF)?.filter(is_given) {
            let conf = || {
                let text = string(node)?.value;
                match name == KRB5_CONF[0] {
                    true if is_path_of_conf(&text) => Err(Problem::new(format!(
                        "it looks like a path, and is sent as it is; write `{}`",
                        KRB5_CONF[1]
                    ))),
                    true => Ok(text),
                    false => self.krb5_conf(&text).map_err(Problem::new),
                }
            };
            let conf = conf().map_err(|problem: Problem| problem.within(name))?;
            fields.push((KRB5_CONF[0], Node::text(conf)));
        }
        for (name, node) in fields.iter() {
            // Names of users and domains.
            if ![KEY_TAB[0], KRB5_CONF[0]].contains(name)
                && let Node::String(text) = node
                && let Some(problem) = suspect::name(&text.value)
            {
                return Err(Problem::new(problem).within(name));
            }
        }
        Ok(())
    }

    fn key_tab(&self, path: &str) -> Result<Zeroizing<String>, String> {
        let source = Source::File(self.path(path));
        input::named("", &source, |source| {
            let bytes = files::bytes(source, self.care, Some(LONGEST_FILE))?;
            if bytes.is_empty() {
                return Err("it is empty".to_owned());
            }
            if is_key_tab_in_base64(&bytes) {
                return Err(format!(
                    "it is in base64 already; name the keytab itself, or write this text as \
                     `{}`",
                    KEY_TAB[0]
                ));
            }
            // Room for all of it, so that nothing is left behind by growing.
            let length = base64::encoded_len(bytes.len(), true).unwrap_or_default();
            let mut text = Zeroizing::new(String::with_capacity(length));
            STANDARD.encode_string(&*bytes, &mut text);
            Ok(text)
        })
    }

    fn krb5_conf(&self, path: &str) -> Result<Zeroizing<String>, String> {
        let source = Source::File(self.path(path));
        // Every machine's users can read its own: there is no secret in it.
        let care = match self.care {
            Care::Secret => Care::Public,
            care => care,
        };
        input::named("", &source, |source| {
            let text = files::text(source, care, Some(LONGEST_FILE))?;
            match text.strip_prefix('\u{feff}').unwrap_or(&text) {
                "" => Err("it is empty".to_owned()),
                text => Ok(Zeroizing::new(text.to_owned())),
            }
        })
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

/// What lets a password be sent all the same, if anything does.
fn insist(text: &str) -> String {
    match text.contains(char::is_control) {
        true => "; write it on one line, without escapes such as `\\n`".to_owned(),
        false => format!("; if it is meant, add `{LITERAL}: true` to the item"),
    }
}

fn checked(line: &Line, literal: bool) -> Result<Zeroizing<String>, String> {
    let text = line.secret.expose_secret();
    line.check(literal)
        .map_err(|problem| format!("{problem}{}", insist_line(text)))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn insist_line(text: &str) -> String {
    match text.contains(char::is_control) {
        true => String::new(),
        false => insist(text),
    }
}

fn take(fields: &mut Fields, name: &str) -> Option<Node> {
    let index = fields.iter().position(|(known, _)| *known == name)?;
    Some(fields.swap_remove(index).1)
}

/// Takes the one of these fields that is given.
fn take_one(
    fields: &mut Fields,
    names: &[&'static str],
) -> Result<Option<(&'static str, Node)>, Problem> {
    let mut found = None;
    for name in names {
        let Some(node) = take(fields, name) else {
            continue;
        };
        if let Some((other, _)) = found.replace((*name, node)) {
            return Err(Problem::new(format!(
                "`{other}` and `{name}` are both given; keep one"
            )));
        }
    }
    Ok(found)
}

/// A field that may be left out is so too if it is nothing.
fn is_given((_, node): &(&str, Node)) -> bool {
    !matches!(node, Node::Null)
}

fn string(node: Node) -> Result<Text, Problem> {
    match node {
        Node::String(text) => Ok(text),
        node => Err(node.unfit("a string")),
    }
}

/// A secret, if nothing was taken away from it.
fn secret(text: Text, block: bool) -> Result<Zeroizing<String>, Problem> {
    match text.doubt {
        Some(doubt) if !(block && doubt.literal_block) => Err(Problem::new(format!(
            "it might not be sent as it is written: {} (line {}); put it in single quotes",
            doubt.what, doubt.line
        ))),
        _ => Ok(text.value),
    }
}

/// Refuses what is written where the content of a keytab should be.
fn key_tab_in_plan(text: &str) -> Result<(), String> {
    let line = text.trim_end();
    // The content may have lines.
    if !line.contains('\n')
        && let Some(problem) = suspect::secret(line, Written::InPlan, false)
    {
        return Err(problem);
    }
    let path = line.len() < 1024
        && !line.contains('\n')
        && !is_key_tab_in_base64(line.as_bytes())
        && (line.contains(['/', '\\', '~'])
            || Path::new(line).extension().is_some_and(|extension| {
                ["keytab", "kt", "key"].contains(&extension.to_string_lossy().as_ref())
            }));
    match path {
        true => Err(format!(
            "it looks like a path, and is sent as it is; write `{}`",
            KEY_TAB[1]
        )),
        false => Ok(()),
    }
}

/// A keytab begins with the byte 5 and its version, 1 or 2.
fn is_key_tab_in_base64(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BQE") || bytes.starts_with(b"BQI")
}

/// The content has sections and more than one line.
fn is_path_of_conf(text: &str) -> bool {
    let text = text.trim_end();
    !text.contains(['\n', '[', '=']) && (text.contains(['/', '\\']) || text.ends_with(".conf"))
}
