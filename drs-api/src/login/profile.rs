//! The profile file of the vendor's SDKs: an access key, and the project that it is for. An
//! error says which property is wrong and never what it holds.

use std::path::{Path, PathBuf};

use configparser::ini::Ini;

use crate::{AccessKey, Credentials, Environment, Error, Secret};

/// The section for services that belong to a project, as DRS does.
const SECTION: &str = "basic";

/// What a profile file holds: `ak`, `sk`, `security_token` and `project_id` in the section
/// `[basic]`.
///
/// ```
/// use drs_api::login::Profile;
///
/// let profile = Profile::parse("[basic]\nak = AK\nsk = SK\nproject_id = 054ba1\n")?;
/// assert_eq!(profile.project_id.as_deref(), Some("054ba1"));
/// # Ok::<(), drs_api::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// The access key.
    pub credentials: Credentials,
    /// The project's id, if it is there.
    pub project_id: Option<String>,
}

impl Profile {
    /// The variable that names the file, in the place of the one in the home folder.
    pub const VARIABLE: &'static str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

    /// The file that the environment names, whether it exists or not, or else
    /// `~/.huaweicloud/credentials` if it exists.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if the variable is not UTF-8.
    pub fn find(environment: &Environment) -> Result<Option<PathBuf>, Error> {
        let path = |value: Secret| PathBuf::from(value.expose_secret());
        if let Some(file) = environment.get(Self::VARIABLE)? {
            return Ok(Some(path(file)));
        }
        let home = environment.get("HOME")?.or(environment.get("USERPROFILE")?);
        let file = home.map(|home| path(home).join(".huaweicloud/credentials"));
        // One that can't be looked for may exist; reading it then says what is wrong.
        Ok(file.filter(|file| file.try_exists().unwrap_or(true)))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the file and what is wrong.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|e| Error::invalid(&file, e.to_string()))?;
        Self::parse(&text).map_err(|error| match error {
            Error::InvalidInput { field, problem } => {
                Error::invalid(file, format!("{field}: {problem}"))
            }
            error => error,
        })
    }

    /// Reads a file's content.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the property that is missing or can't be used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut ini = Ini::new();
        // As Python reads it: what stands behind `#` or `;` in a line is part of the value.
        ini.set_inline_comment_symbols(Some(&[]));
        // The parser's own words might quote the file.
        let mut sections = ini
            .read(text.to_owned())
            .map_err(|_| Error::invalid("profile", "it is not an INI file"))?;
        let mut section = sections
            .remove(SECTION)
            .ok_or_else(|| Error::invalid("profile", format!("it has no section [{SECTION}]")))?;
        let mut take = |name: &str| {
            let value = section.remove(name).flatten().map(Secret::from);
            value
                .filter(|value| !value.is_empty())
                .map(|value| checked(name, value))
                .transpose()
        };
        let missing = |name: &str| {
            let problem = format!("section [{SECTION}] has no `{name} = …`");
            Error::invalid("profile", problem)
        };
        let id = take("ak")?.ok_or_else(|| missing("ak"))?;
        let mut key = AccessKey::new(
            id.expose_secret(),
            take("sk")?.ok_or_else(|| missing("sk"))?,
        );
        if let Some(token) = take("security_token")? {
            key = key.security_token(token);
        }
        Ok(Self {
            credentials: key.into(),
            project_id: take("project_id")?.map(|id| id.expose_secret().to_owned()),
        })
    }
}

/// Refuses what no key, token or id has: quotes, which would be part of it, and templates that
/// nobody filled in.
fn checked(name: &str, value: Secret) -> Result<Secret, Error> {
    let strange = |c: char| !(c.is_ascii_alphanumeric() || "+/=-_.~:".contains(c));
    match value.expose_secret().contains(strange) {
        false => Ok(value),
        true => Err(Error::invalid(
            name,
            "it is in quotes, or has a blank or another character that none has; write the value \
             as it is",
        )),
    }
}
