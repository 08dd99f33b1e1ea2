//! The profile file of the vendor's SDKs: an access key, and the project that it is for. An
//! error says which property is wrong and never what it holds.

use std::{env, path::PathBuf};

use configparser::ini::Ini;
use drs_api::{Credentials, Environment, Error, Secret};

use crate::{
    args::Source,
    files::{self, Care},
    suspect::{self, Written},
};

/// Names the file, in the place of the one in the home folder.
pub(crate) const VARIABLE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/// The section for services that belong to a project, as DRS does.
const SECTION: &str = "basic";

/// The largest file, in bytes: a security token has some KiB.
const LARGEST: usize = 64 * 1024;

/// What a profile file holds.
pub(crate) struct Profile {
    pub(crate) source: Source,
    pub(crate) credentials: Credentials,
    pub(crate) project_id: Option<String>,
}

/// The file that the environment names, whether it exists or not, or else the one in the home
/// folder if it exists.
pub(crate) fn find() -> Option<Source> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(path) = set(VARIABLE) {
        return Some(Source::File(path.into()));
    }
    let home = ["HOME", "USERPROFILE"].into_iter().find_map(set)?;
    let path = PathBuf::from(home).join(".huaweicloud/credentials");
    // One that can't be looked for may exist, and is then told to be unreadable.
    path.try_exists()
        .unwrap_or(true)
        .then_some(Source::File(path))
}

/// Reads a profile file.
///
/// # Errors
/// A sentence without the name of the file.
pub(crate) fn read(source: &Source, care: Care) -> Result<Profile, String> {
    let text = files::text(source, care, Some(LARGEST))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut ini = Ini::new();
    // As Python reads it: what stands behind `#` or `;` in a line is part of the value.
    ini.set_inline_comment_symbols(Some(&[]));
    // The parser's own words might quote the file.
    let mut sections = ini
        .read(text.to_owned())
        .map_err(|_| "it is not an INI file".to_owned())?;
    let mut section = sections
        .remove(SECTION)
        .ok_or_else(|| format!("it has no section [{SECTION}]"))?;
    let mut take = |name: &str| {
        let value = section.remove(name).flatten().map(Secret::from);
        let value = value.filter(|value| !value.is_empty());
        match value.as_ref().and_then(problem) {
            Some(problem) => Err(format!("`{name}`: {problem}")),
            None => Ok(value),
        }
    };
    let missing = |name| format!("section [{SECTION}] has no `{name} = …`");
    let key = [
        Some(take("ak")?.ok_or_else(|| missing("ak"))?),
        Some(take("sk")?.ok_or_else(|| missing("sk"))?),
        take("security_token")?,
    ];
    let project_id = take("project_id")?.map(|id| id.expose_secret().to_owned());
    if let Some(problem) = project_id.as_deref().and_then(suspect::id) {
        return Err(format!("`project_id`: {problem}"));
    }
    Ok(Profile {
        source: source.clone(),
        credentials: credentials(key)?,
        project_id,
    })
}

/// What keeps a value from being meant as it stands.
fn problem(value: &Secret) -> Option<String> {
    let text = value.expose_secret();
    if text.starts_with(['"', '\'']) {
        return Some("it is in quotes, which would be part of it; take them off".to_owned());
    }
    suspect::secret(text, Written::Alone, false)
}

/// The key that the environment would give, with the same checks.
fn credentials(key: [Option<Secret>; 3]) -> Result<Credentials, String> {
    const PREFIX: &str = "HUAWEICLOUD_SDK_";
    let names = ["AK", "SK", "SECURITY_TOKEN"].map(|name| format!("{PREFIX}{name}"));
    let pairs = names.into_iter().zip(key);
    let set = pairs.filter_map(|(name, value)| Some((name, value?)));
    Environment::of(set)
        .credentials()
        .map_err(|error| match error {
            Error::InvalidInput { field, problem } => {
                let name = field.trim_start_matches(PREFIX).to_ascii_lowercase();
                format!("`{name}`: {problem}")
            }
            error => error.to_string(),
        })
}
