//! The profile file of the vendor's SDKs: an access key, the project that it is for, and where IAM
//! is. An error names the line or the property and never what it holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{AccessKey, Credentials, Environment, Error, Secret};

/// The section for services that belong to a project, as DRS does.
const SECTION: &str = "basic";

/// What a profile file holds: `ak`, `sk`, `security_token`, `project_id` and `iam_endpoint` in the
/// section `[basic]`.
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
    /// The endpoint of IAM, if it is there.
    pub iam_endpoint: Option<String>,
    /// The property that names credentials of a kind that is not known here.
    pub(super) unsupported: Option<&'static str>,
}

impl Profile {
    /// The variable that names the file, instead of the one in the home folder.
    pub const VARIABLE: &'static str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

    /// The longest file that is read, in bytes: a security token has some KiB.
    pub const MAX_BYTES: usize = 64 * 1024;

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
        let invalid = |problem: String| Error::invalid(path.display().to_string(), problem);
        // Never grows, which would leave copies.
        let mut text = Zeroizing::new(String::with_capacity(Self::MAX_BYTES + 1));
        let longest = u64::try_from(Self::MAX_BYTES + 1).unwrap_or(u64::MAX);
        let file = File::open(path);
        let read = file.and_then(|file| file.take(longest).read_to_string(&mut text));
        match read.map_err(|e| invalid(e.to_string()))? {
            length if length > Self::MAX_BYTES => Err(invalid(format!(
                "it is longer than {} bytes",
                Self::MAX_BYTES
            ))),
            _ => Self::parse(&text).map_err(|error| invalid(error.to_string())),
        }
    }

    /// Reads a file's content.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the line, or the property that is missing or can't be used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut values = values(text)?;
        let mut take = |name: &'static str| -> Result<Option<Secret>, Error> {
            let value = values.remove(name).filter(|value| !value.is_empty());
            value.map(|value| checked(name, value)).transpose()
        };
        let mut unsupported = None;
        for name in ["id_token_file", "idp_id"] {
            unsupported = take(name)?.map(|_| name).or(unsupported);
        }
        let required = |name: &str, value: Option<Secret>| {
            let problem = match unsupported {
                Some(other) => format!("it has `{other}`, which is not supported, and no `{name}`"),
                None => format!("section [{SECTION}] has no `{name} = …`"),
            };
            value.ok_or_else(|| Error::invalid("profile", problem))
        };
        let id = required("ak", take("ak")?)?;
        let key = AccessKey::new(id.expose_secret(), required("sk", take("sk")?)?);
        let key = match take("security_token")? {
            Some(token) => key.security_token(token),
            None => key,
        };
        let text = |value: Secret| value.expose_secret().to_owned();
        Ok(Self {
            credentials: key.into(),
            project_id: take("project_id")?.map(text),
            iam_endpoint: take("iam_endpoint")?.map(text),
            unsupported,
        })
    }
}

/// The values of the section, by their names in lower case. What the SDK refuses is refused, and
/// what it reads in a way that nobody sees: a value that goes on in the next line.
fn values(text: &str) -> Result<BTreeMap<String, Secret>, Error> {
    let (mut sections, mut section) = (BTreeSet::new(), None);
    let mut values = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        let invalid = |problem| Error::invalid("profile", format!("line {number} {problem}"));
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with(char::is_whitespace) {
            return Err(invalid("begins with a blank; a value has one line"));
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            section = Some(name.to_lowercase());
            if !sections.insert(name.to_lowercase()) {
                return Err(invalid("begins a section that is there already"));
            }
            continue;
        }
        let (key, value) = trimmed.split_once(['=', ':']).unwrap_or_default();
        let key = key.trim().to_lowercase();
        let Some(section) = section.as_ref().filter(|_| !key.is_empty()) else {
            return Err(invalid(
                "is neither `[section]` nor `key = value` in a section",
            ));
        };
        let value = Secret::from(value.trim());
        if values.insert((section.clone(), key), value).is_some() {
            return Err(invalid("sets a key that is there already"));
        }
    }
    if !sections.contains(SECTION) {
        let problem = format!("it has no section [{SECTION}]");
        return Err(Error::invalid("profile", problem));
    }
    let values = values.into_iter();
    let values = values.filter(|((section, _), _)| section == SECTION);
    Ok(values.map(|((_, key), value)| (key, value)).collect())
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
