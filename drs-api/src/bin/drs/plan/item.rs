//! The shape of a plan, and how one item becomes what the API is sent: files and variables are
//! read, and probable mistakes are refused. A problem starts with its field.

use std::{cell::Cell, fmt, marker::PhantomData, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use drs_api::{
    Secret,
    types::{EndPointType, KerberosVo, ModifyPwdEndPoint},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    args::Source,
    files::{self, Care},
    input::{self, Line},
    text,
};

const MISSING: &str = ": `db_password` is missing; write it, `db_password_env` or \
                       `db_password_file` there, or pass --password-env or --password-file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) jobs: Vec<Object<Item>>,
}

/// One end point.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) job_id: String,
    #[serde(deserialize_with = "side")]
    end_point_type: EndPointType,
    #[serde(default, deserialize_with = "given")]
    db_password: Option<Secret>,
    #[serde(default, deserialize_with = "given")]
    db_password_env: Option<Secret>,
    #[serde(default, deserialize_with = "given")]
    db_password_file: Option<Secret>,
    /// Lets a password be sent that looks as if nobody meant it.
    #[serde(default)]
    db_password_literal: bool,
    kerberos: Option<Object<Kerberos>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kerberos {
    domain_name: Option<String>,
    user_principal: Option<String>,
    key_tab_file: Option<Secret>,
    key_tab_path: Option<Secret>,
    krb5_conf_file: Option<Secret>,
    krb5_conf_path: Option<Secret>,
}

/// Reads a field that may be left out, but not be null.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Secret::deserialize(deserializer).map(Some)
}

/// Reads a side from a text alone.
fn side<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EndPointType, D::Error> {
    let word = String::deserialize(deserializer)?;
    let unknown = |_| de::Error::unknown_variant("", &["so", "ta"]);
    word.parse().map_err(unknown)
}

/// A struct that is read from an object alone: serde takes a list of its values too.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectOf(PhantomData))
    }
}

struct ObjectOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOf<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

/// What items are read with.
pub(crate) struct Context {
    /// Where the paths in the plan begin.
    pub(crate) folder: PathBuf,
    /// How files with secrets must be kept.
    pub(crate) care: Care,
    /// The password of items that say nothing about theirs.
    pub(crate) password: Option<Line>,
    /// How many of the named secrets are missing, if that is allowed.
    pub(crate) missing: Option<Cell<usize>>,
}

/// What is read of a field, or a problem that begins with its name.
type Read<T> = Result<T, String>;

impl Item {
    pub(super) fn change(self, context: &Context) -> Read<ModifyPwdEndPoint> {
        within(".job_id: ", text::visible(&self.job_id, "id"))?;
        let literal = self.db_password_literal;
        let written = ("db_password", self.db_password);
        let variable = ("db_password_env", self.db_password_env);
        let file = ("db_password_file", self.db_password_file);
        let password = one_of([written, variable, file], |field, given| {
            let line = match field {
                "db_password" => Ok(Line::in_plan(given)),
                "db_password_env" => input::variable("", given.expose_secret()),
                _ => input::line("", &context.source(&given), context.care),
            };
            let line = line.and_then(|line| line.checked(literal).map_err(insist));
            context.found(line, Secret::from)
        })?;
        let password = match (password, context.password.clone()) {
            (Some(password), _) => password,
            (None, Some(line)) => within(": ", line.checked(literal).map_err(insist))?,
            (None, None) => return Err(MISSING.to_owned()),
        };
        let mut change = ModifyPwdEndPoint::new(self.job_id, self.end_point_type, password);
        let kerberos = self.kerberos.map(|Object(kerberos)| kerberos.read(context));
        change.kerberos = within(".kerberos", kerberos.transpose())?;
        Ok(change)
    }
}

impl Kerberos {
    fn read(self, context: &Context) -> Read<KerberosVo> {
        let name = |name: &str| text::visible(name, "name");
        let checked = |of: &Option<String>| of.as_deref().map_or(Ok(()), name);
        within(".domain_name: ", checked(&self.domain_name))?;
        within(".user_principal: ", checked(&self.user_principal))?;
        let written = ("key_tab_file", self.key_tab_file);
        let file = ("key_tab_path", self.key_tab_path);
        let mut read = KerberosVo::default();
        read.domain_name = self.domain_name;
        read.user_principal = self.user_principal;
        read.key_tab_file = one_of([written, file], |field, given| match field {
            "key_tab_file" => key_tab_in_plan(given),
            _ => context.found(context.key_tab(&given), Secret::from),
        })?;
        let written = ("krb5_conf_file", self.krb5_conf_file);
        let file = ("krb5_conf_path", self.krb5_conf_path);
        read.krb5_conf_file = one_of([written, file], |field, given| match field {
            "krb5_conf_file" => conf_in_plan(given.expose_secret()),
            _ => context.found(context.krb5_conf(&given), String::from),
        })?;
        Ok(read)
    }
}

/// Puts a place before its problem.
fn within<T>(place: &str, read: Read<T>) -> Read<T> {
    read.map_err(|problem| format!("{place}{problem}"))
}

/// What is read of the one field that is given, if any is.
fn one_of<T, const N: usize>(
    fields: [(&str, Option<Secret>); N],
    read: impl Fn(&str, Secret) -> Read<T>,
) -> Read<Option<T>> {
    let given = fields.into_iter();
    let mut given = given.filter_map(|(field, given)| Some((field, given?)));
    match (given.next(), given.next()) {
        (Some((one, _)), Some((other, _))) => {
            Err(format!(": only one of `{one}` and `{other}` can be given"))
        }
        (Some((field, given)), None) => {
            within(&format!(".{field}: "), read(field, given)).map(Some)
        }
        _ => Ok(None),
    }
}

impl Context {
    /// What is read of a file or a variable; or a text instead, if it may be missing.
    pub(crate) fn found<T>(&self, read: Read<T>, text: impl Fn(&'static str) -> T) -> Read<T> {
        match (&self.missing, read) {
            (Some(missing), Err(problem)) if problem.ends_with(files::NOT_THERE) => {
                missing.update(|count| count + 1);
                Ok(text("missing"))
            }
            (_, read) => read,
        }
    }

    fn source(&self, path: &Secret) -> Source {
        Source::File(self.folder.join(path.expose_secret()))
    }

    fn key_tab(&self, path: &Secret) -> Read<Secret> {
        input::named("", &self.source(path), |source| {
            let bytes = files::bytes(source, self.care, files::MOST_OF_A_SECRET)?;
            match is_key_tab_in_base64(&bytes) {
                true => Err("it is in base64; write it as `key_tab_file`".to_owned()),
                false => not_empty(STANDARD.encode(bytes)).map(Secret::from),
            }
        })
    }

    fn krb5_conf(&self, path: &Secret) -> Read<String> {
        input::named("", &self.source(path), |source| {
            let text = files::text(source, self.care.of_public(), files::MOST_OF_A_SECRET)?;
            not_empty(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
        })
    }
}

fn not_empty(text: String) -> Read<String> {
    match text.is_empty() {
        true => Err("it is empty".to_owned()),
        false => Ok(text),
    }
}

/// Adds what lets a password be sent all the same, if anything does.
fn insist(problem: String) -> String {
    match problem.ends_with(text::CONTROL) {
        true => format!("{problem}; write it on one line, without escapes such as `\\n`"),
        false => format!("{problem}; if it is meant, add `db_password_literal: true` to the item"),
    }
}

/// The content of a keytab, unless it is more likely a path.
fn key_tab_in_plan(text: Secret) -> Read<Secret> {
    /// The shortest keytab that is likely, in base64.
    const LEAST: usize = 64;
    let content = text.expose_secret();
    match content.len() < LEAST && !is_key_tab_in_base64(content.as_bytes()) {
        true => Err("it looks like a path; write `key_tab_path`".to_owned()),
        false => Ok(text),
    }
}

/// A keytab begins with the byte 5 and its version, 1 or 2.
fn is_key_tab_in_base64(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BQE") || bytes.starts_with(b"BQI")
}

/// The content of a `krb5.conf`, which has sections.
fn conf_in_plan(text: &str) -> Read<String> {
    match text.contains('[') {
        true => Ok(text.to_owned()),
        false => Err("it looks like a path; write `krb5_conf_path`".to_owned()),
    }
}
