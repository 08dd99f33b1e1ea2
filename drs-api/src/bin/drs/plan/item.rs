//! The shape of a plan, and the way from one item to what the API is sent: what a file or a
//! variable holds is fetched, and what was probably not meant is refused. A problem begins with
//! the field that it is in.

use std::{fmt, marker::PhantomData, path::PathBuf};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) jobs: Vec<Object<Item>>,
}

/// One end point.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    job_id: String,
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
        let given = (
            self.db_password,
            self.db_password_env,
            self.db_password_file,
        );
        let password = match given {
            (Some(password), None, None) => {
                let fit = suspect::secret(password.expose_secret(), Written::InPlan, literal);
                let fit = fit.map(|()| password).map_err(|problem| insist(&problem));
                within("db_password", fit)
            }
            (None, Some(name), None) => {
                let line = input::variable("", name.expose_secret());
                within("db_password_env", line.and_then(checked))
            }
            (None, None, Some(path)) => {
                let line = input::line("", &context.source(&path), context.care);
                within("db_password_file", line.and_then(checked))
            }
            (None, None, None) => match context.password.clone() {
                Some(line) => checked(line).map_err(|problem| format!(": {problem}")),
                None => Err(
                    ": `db_password` is missing; write it, `db_password_env` or \
                             `db_password_file` there, or pass --password-env or --password-file"
                        .to_owned(),
                ),
            },
            _ => Err(
                ": only one of `db_password`, `db_password_env` and `db_password_file` can be given"
                    .to_owned(),
            ),
        };
        let mut change = ModifyPwdEndPoint::new(self.job_id, self.end_point_type, password?);
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
        let mut read = KerberosVo::default();
        read.domain_name = name("domain_name", self.domain_name)?;
        read.user_principal = name("user_principal", self.user_principal)?;
        read.key_tab_file = either(
            ("key_tab_file", self.key_tab_file.map(key_tab_in_plan)),
            (
                "key_tab_path",
                self.key_tab_path.map(|path| context.key_tab(&path)),
            ),
        )?;
        read.krb5_conf_file = either(
            ("krb5_conf_file", self.krb5_conf_file.map(conf_in_plan)),
            (
                "krb5_conf_path",
                self.krb5_conf_path.map(|path| context.krb5_conf(&path)),
            ),
        )?;
        Ok(read)
    }
}

/// Puts a field before its problem.
fn within<T>(field: &str, read: Read<T>) -> Read<T> {
    read.map_err(|problem| format!(".{field}: {problem}"))
}

/// What is read of one of two fields.
fn either<T>(one: (&str, Option<Read<T>>), other: (&str, Option<Read<T>>)) -> Read<Option<T>> {
    match (one, other) {
        ((one, Some(_)), (other, Some(_))) => {
            Err(format!(": only one of `{one}` and `{other}` can be given"))
        }
        ((field, Some(read)), _) | (_, (field, Some(read))) => within(field, read).map(Some),
        _ => Ok(None),
    }
}

impl Context {
    fn source(&self, path: &Secret) -> Source {
        Source::File(self.folder.join(path.expose_secret()))
    }

    fn key_tab(&self, path: &Secret) -> Read<Secret> {
        input::named("", &self.source(path), |source| {
            let bytes = files::bytes(source, self.care, files::MOST_OF_A_SECRET)?;
            match bytes.is_empty() {
                true => Err("it is empty".to_owned()),
                false if is_key_tab_in_base64(&bytes) => Err(
                    "it is in base64 already; name the keytab itself, or write this text \
                                as `key_tab_file`"
                        .to_owned(),
                ),
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
