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
    suspect::{self, Written},
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
    krb5_conf_file: Option<String>,
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
        within("job_id", suspect::id(&self.job_id))?;
        let literal = self.db_password_literal;
        let checked = |line: Line| match line.check(literal) {
            Ok(()) => Ok(line.secret),
            Err(problem) => Err(insist(&problem)),
        };
        let written = |password: Secret| {
            let fit = suspect::secret(password.expose_secret(), Written::InPlan, literal);
            fit.map(|()| password).map_err(|problem| insist(&problem))
        };
        let in_variable = |name: Secret| {
            let line = input::variable("", name.expose_secret());
            context.found(line.and_then(checked))
        };
        let in_file = |path| {
            let line = input::line("", &context.source(&path), context.care);
            context.found(line.and_then(checked))
        };
        let given = one_of([
            ("db_password", self.db_password.map(written)),
            ("db_password_env", self.db_password_env.map(in_variable)),
            ("db_password_file", self.db_password_file.map(in_file)),
        ])?;
        let password = match (given, context.password.clone()) {
            (Some(password), _) => password,
            (None, Some(line)) => checked(line).map_err(|problem| format!(": {problem}"))?,
            (None, None) => {
                return Err(MISSING.to_owned());
            }
        };
        let mut change = ModifyPwdEndPoint::new(self.job_id, self.end_point_type, password);
        if let Some(Object(kerberos)) = self.kerberos {
            let kerberos = kerberos.read(context);
            change.kerberos = Some(kerberos.map_err(|problem| format!(".kerberos{problem}"))?);
        }
        Ok(change)
    }
}

impl Kerberos {
    fn read(self, context: &Context) -> Read<KerberosVo> {
        let name = |field, name: Option<String>| {
            let fit = name.as_deref().map_or(Ok(()), suspect::name);
            within(field, fit.map(|()| name))
        };
        let key_tab = |path| context.found(context.key_tab(&path));
        let krb5_conf = |path| context.found(context.krb5_conf(&path));
        let mut read = KerberosVo::default();
        read.domain_name = name("domain_name", self.domain_name)?;
        read.user_principal = name("user_principal", self.user_principal)?;
        read.key_tab_file = one_of([
            ("key_tab_file", self.key_tab_file.map(key_tab_in_plan)),
            ("key_tab_path", self.key_tab_path.map(key_tab)),
        ])?;
        read.krb5_conf_file = one_of([
            ("krb5_conf_file", self.krb5_conf_file.map(conf_in_plan)),
            ("krb5_conf_path", self.krb5_conf_path.map(krb5_conf)),
        ])?;
        Ok(read)
    }
}

/// Puts a field before its problem.
fn within<T>(field: &str, read: Read<T>) -> Read<T> {
    read.map_err(|problem| format!(".{field}: {problem}"))
}

/// What is read of the one field that is given, if any is.
fn one_of<T, const N: usize>(fields: [(&str, Option<Read<T>>); N]) -> Read<Option<T>> {
    let given = fields.into_iter();
    let mut given: Vec<_> = given
        .filter_map(|(field, read)| Some((field, read?)))
        .collect();
    match (given.pop(), given.pop()) {
        (Some((one, _)), Some((other, _))) => {
            Err(format!(": only one of `{other}` and `{one}` can be given"))
        }
        (Some((field, read)), None) => within(field, read).map(Some),
        _ => Ok(None),
    }
}

impl Context {
    /// What is read of a file or a variable; or a text in its place, if it may be missing.
    pub(crate) fn found<T: From<&'static str>>(&self, read: Read<T>) -> Read<T> {
        match (&self.missing, read) {
            (Some(missing), Err(problem)) if problem.ends_with(files::NOT_THERE) => {
                missing.update(|count| count + 1);
                Ok("missing".into())
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
            match bytes.is_empty() {
                true => Err("it is empty".to_owned()),
                false if is_key_tab_in_base64(&bytes) => {
                    Err("it is in base64; write it as `key_tab_file`".to_owned())
                }
                false => Ok(STANDARD.encode(bytes).into()),
            }
        })
    }

    fn krb5_conf(&self, path: &Secret) -> Read<String> {
        input::named("", &self.source(path), |source| {
            let text = files::text(source, self.care.of_public(), files::MOST_OF_A_SECRET)?;
            match text.strip_prefix('\u{feff}').unwrap_or(&text) {
                "" => Err("it is empty".to_owned()),
                text => Ok(text.to_owned()),
            }
        })
    }
}

/// Adds what lets a password be sent all the same, if anything does.
fn insist(problem: &str) -> String {
    match problem.ends_with(suspect::CONTROL) {
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
        true => Err("it looks like a path, and is no content; write `key_tab_path`".to_owned()),
        false => Ok(text),
    }
}

/// A keytab begins with the byte 5 and its version, 1 or 2.
fn is_key_tab_in_base64(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BQE") || bytes.starts_with(b"BQI")
}

/// The content of a `krb5.conf`, which has sections.
fn conf_in_plan(text: String) -> Read<String> {
    match text.contains('[') {
        true => Ok(text),
        false => Err("it looks like a path, and is no content; write `krb5_conf_path`".to_owned()),
    }
}
