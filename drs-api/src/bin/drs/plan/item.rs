//! From one item of a plan to what the API is sent: what a file or a variable holds is fetched,
//! and what was probably not meant is refused. A problem begins with the field that it is in.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use drs_api::{
    Secret,
    types::{KerberosVo, ModifyPwdEndPoint},
};
use zeroize::Zeroizing;

use super::shape::{Item, Kerberos, Object};
use crate::{
    args::Source,
    files::{self, Care},
    input::{self, Line},
    suspect::{self, Written},
};

/// What items are read with.
pub(crate) struct Context {
    /// Where the paths in the plan begin.
    pub(crate) folder: PathBuf,
    /// How files with secrets must be kept.
    pub(crate) care: Care,
    /// The password of items that say nothing about theirs.
    pub(crate) password: Option<Line>,
}

impl Item {
    pub(super) fn change(self, context: &Context) -> Result<ModifyPwdEndPoint, String> {
        within("job_id", suspect::id(&self.job_id).map_or(Ok(()), Err))?;
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
                let problem = suspect::secret(password.expose_secret(), Written::InPlan, literal);
                let problem = problem.map(|problem| insist(&problem));
                within("db_password", problem.map_or(Ok(password), Err))
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
            _ => Err(one_of(
                "`db_password`, `db_password_env` and `db_password_file`",
            )),
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
    fn read(self, context: &Context) -> Result<KerberosVo, String> {
        let name = |field, name: Option<String>| {
            let problem = name.as_deref().and_then(suspect::name);
            within(field, problem.map_or(Ok(name), Err))
        };
        let mut read = KerberosVo::default();
        read.domain_name = name("domain_name", self.domain_name)?;
        read.user_principal = name("user_principal", self.user_principal)?;
        read.key_tab_file = match (self.key_tab_file, self.key_tab_path) {
            (Some(text), None) => {
                let problem = key_tab_in_plan(text.expose_secret());
                Some(within("key_tab_file", problem.map_or(Ok(text), Err))?)
            }
            (None, Some(path)) => Some(within("key_tab_path", context.key_tab(&path))?),
            (None, None) => None,
            _ => return Err(one_of("`key_tab_file` and `key_tab_path`")),
        };
        read.krb5_conf_file = match (self.krb5_conf_file, self.krb5_conf_path) {
            (Some(text), None) if is_path_of_conf(&text) => {
                return within("krb5_conf_file", Err(format!("{PATH} `krb5_conf_path`")));
            }
            (Some(text), None) => Some(text),
            (None, Some(path)) => Some(within("krb5_conf_path", context.krb5_conf(&path))?),
            (None, None) => None,
            _ => return Err(one_of("`krb5_conf_file` and `krb5_conf_path`")),
        };
        Ok(read)
    }
}

const PATH: &str = "it looks like a path, and is no content; write";

/// Puts a field before its problem.
fn within<T>(field: &str, read: Result<T, String>) -> Result<T, String> {
    read.map_err(|problem| format!(".{field}: {problem}"))
}

fn one_of(fields: &str) -> String {
    format!(": only one of {fields} can be given")
}

impl Context {
    fn source(&self, path: &Secret) -> Source {
        Source::File(self.folder.join(path.expose_secret()))
    }

    fn key_tab(&self, path: &Secret) -> Result<Secret, String> {
        input::named("", &self.source(path), |source| {
            let bytes = files::bytes(source, self.care, files::MOST_OF_A_SECRET)?;
            if bytes.is_empty() {
                return Err("it is empty".to_owned());
            }
            if is_key_tab_in_base64(&bytes) {
                return Err(
                    "it is in base64 already; name the keytab itself, or write this text \
                            as `key_tab_file`"
                        .to_owned(),
                );
            }
            // Room for all of it, so that nothing is left behind by growing.
            let length = base64::encoded_len(bytes.len(), true).unwrap_or_default();
            let mut text = Zeroizing::new(String::with_capacity(length));
            STANDARD.encode_string(&*bytes, &mut text);
            Ok(text.into())
        })
    }

    fn krb5_conf(&self, path: &Secret) -> Result<String, String> {
        let care = self.care.of_public();
        input::named("", &self.source(path), |source| {
            let text = files::text(source, care, files::MOST_OF_A_SECRET)?;
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

/// What is wrong with what is written where the content of a keytab should be.
fn key_tab_in_plan(text: &str) -> Option<String> {
    /// The shortest keytab that is likely, in base64.
    const LEAST: usize = 64;
    let is_path = text.len() < LEAST && !is_key_tab_in_base64(text.as_bytes());
    is_path.then(|| format!("{PATH} `key_tab_path`"))
}

/// A keytab begins with the byte 5 and its version, 1 or 2.
fn is_key_tab_in_base64(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BQE") || bytes.starts_with(b"BQI")
}

/// The content has sections.
fn is_path_of_conf(text: &str) -> bool {
    !text.contains('[')
}
