//! From one item of a plan to what the API is sent: what a file or a variable holds is fetched,
//! and what was probably not meant is refused. A problem begins with the field that it is in.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use drs_api::{
    Secret,
    types::{KerberosVo, ModifyPwdEndPoint},
};
use zeroize::Zeroizing;

use super::{Item, Kerberos};
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
        if let Some(problem) = suspect::id(&self.job_id) {
            return Err(format!(".job_id: {problem}"));
        }
        let literal = self.db_password_literal;
        let password = match (
            self.db_password,
            self.db_password_env,
            self.db_password_file,
        ) {
            (Some(password), None, None) => {
                match suspect::secret(password.expose_secret(), Written::InPlan, literal) {
                    Some(problem) => Err(format!(".db_password: {}", insist(&problem))),
                    None => Ok(password),
                }
            }
            (None, Some(name), None) => input::variable("", name.expose_secret())
                .and_then(|line| checked(&line, literal))
                .map_err(|problem| format!(".db_password_env: {problem}")),
            (None, None, Some(path)) => input::line("", &context.source(&path), context.care)
                .and_then(|line| checked(&line, literal))
                .map_err(|problem| format!(".db_password_file: {problem}")),
            (None, None, None) => match &context.password {
                Some(line) => checked(line, literal).map_err(|problem| format!(": {problem}")),
                None => Err(
                    ": `db_password` is missing; write it, `db_password_env` or \
                             `db_password_file` there, or pass --password-env or --password-file"
                        .to_owned(),
                ),
            },
            _ => Err(
                ": only one of `db_password`, `db_password_env` and `db_password_file` can \
                      be given"
                    .to_owned(),
            ),
        };
        let mut change = ModifyPwdEndPoint::new(self.job_id, self.end_point_type, password?);
        if let Some(kerberos) = self.kerberos {
            let kerberos = kerberos.0.read(context);
            change.kerberos = Some(kerberos.map_err(|problem| format!(".kerberos{problem}"))?);
        }
        Ok(change)
    }
}

impl Kerberos {
    fn read(self, context: &Context) -> Result<KerberosVo, String> {
        for (field, name) in [
            ("domain_name", &self.domain_name),
            ("user_principal", &self.user_principal),
        ] {
            if let Some(problem) = name.as_deref().and_then(suspect::name) {
                return Err(format!(".{field}: {problem}"));
            }
        }
        let mut read = KerberosVo::default();
        read.domain_name = self.domain_name;
        read.user_principal = self.user_principal;
        read.key_tab_file = match (self.key_tab_file, self.key_tab_path) {
            (Some(text), None) => {
                let problem = key_tab_in_plan(text.expose_secret());
                problem.map_err(|problem| format!(".key_tab_file: {problem}"))?;
                Some(text)
            }
            (None, Some(path)) => {
                let text = context.key_tab(&path);
                Some(text.map_err(|problem| format!(".key_tab_path: {problem}"))?)
            }
            (None, None) => None,
            _ => return Err(": `key_tab_file` and `key_tab_path` are both given".to_owned()),
        };
        read.krb5_conf_file = match (self.krb5_conf_file, self.krb5_conf_path) {
            (Some(text), None) if is_path_of_conf(&text) => {
                return Err(format!(".krb5_conf_file: {PATH} `krb5_conf_path`"));
            }
            (Some(text), None) => Some(text),
            (None, Some(path)) => {
                let text = context.krb5_conf(&path);
                Some(text.map_err(|problem| format!(".krb5_conf_path: {problem}"))?)
            }
            (None, None) => None,
            _ => return Err(": `krb5_conf_file` and `krb5_conf_path` are both given".to_owned()),
        };
        Ok(read)
    }
}

const PATH: &str = "it looks like a path, and is sent as it is; write";

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

/// The secret of a line, if it was probably meant.
fn checked(line: &Line, literal: bool) -> Result<Secret, String> {
    line.check(literal).map_err(|problem| insist(&problem))?;
    Ok(line.secret.clone())
}

/// Adds what lets a password be sent all the same, if anything does.
fn insist(problem: &str) -> String {
    match problem.ends_with(suspect::CONTROL) {
        true => format!("{problem}; write it on one line, without escapes such as `\\n`"),
        false => format!("{problem}; if it is meant, add `db_password_literal: true` to the item"),
    }
}

/// Refuses what is written where the content of a keytab should be.
fn key_tab_in_plan(text: &str) -> Result<(), String> {
    let line = text.trim_end();
    // The content may have lines, and is then no path and no mask.
    if line.contains('\n') {
        return Ok(());
    }
    if let Some(problem) = suspect::secret(line, Written::InPlan, false) {
        return Err(problem);
    }
    let extension = Path::new(line).extension().unwrap_or_default();
    let is_path = line.contains(['/', '\\', '~'])
        || ["keytab", "kt", "key"]
            .iter()
            .any(|known| extension == *known);
    match is_path && line.len() < 1024 && !is_key_tab_in_base64(line.as_bytes()) {
        true => Err(format!("{PATH} `key_tab_path`")),
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
