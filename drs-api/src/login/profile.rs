//! The profile file of the vendor's SDKs: an access key, its project, and where IAM is. An error
//! names the line or the property, never its content.

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

/// The content of a profile file: `ak`, `sk`, `security_token`, `project_id` and `iam_endpoint` in
/// the section `[basic]`.
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
        // Never grows, which would leave copies.
        let mut text = Zeroizing::new(String::with_capacity(Self::MAX_BYTES + 1));
        let longest = u64::try_from(Self::MAX_BYTES + 1).unwrap_or(u64::MAX);
        let file = File::open(path);
        let profile = match file.and_then(|file| file.take(longest).read_to_string(&mut text)) {
            Err(e) => Err(e.to_string()),
            Ok(length) if length > Self::MAX_BYTES => Err("it is longer than 65536 bytes".into()),
            Ok(_) => Self::parse(&text).map_err(|error| error.to_string()),
        };
        profile.map_err(|problem| Error::invalid(path.display().to_string(), problem))
    }

    /// Reads a file's content.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the line, or the property that is missing or can't be used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut values = values(text)?;
        let mut take = |name: &str| {
            // Quotes, which would be part of it, and templates that nobody filled in.
            let strange = |c: char| !(c.is_ascii_alphanumeric() || "+/=-_.~:".contains(c));
            match values.remove(name).filter(|value| !value.is_empty()) {
                Some(value) if value.expose_secret().contains(strange) => Err(Error::invalid(
                    name,
                    "it is in quotes, or has whitespace or another character that none has; write \
                     the value as it is",
                )),
                value => Ok(value),
            }
        };
        let mut unsupported = None;
        for name in ["id_token_file", "idp_id"] {
            unsupported = take(name)?.map(|_| name).or(unsupported);
        }
        let (Some(id), Some(secret_key)) = (take("ak")?, take("sk")?) else {
            let problem = match unsupported {
                Some(name) => format!("it has `{name}`, which is not supported, and no access key"),
                None => format!("section [{SECTION}] needs `ak = …` and `sk = …`"),
            };
            return Err(Error::invalid("profile", problem));
        };
        let key = AccessKey::new(id.expose_secret(), secret_key);
        let token = take("security_token")?.into_iter();
        let key = token.fold(key, AccessKey::security_token);
        let text = |value: Secret| value.expose_secret().to_owned();
        Ok(Self {
            credentials: key.into(),
            project_id: take("project_id")?.map(text),
            iam_endpoint: take("iam_endpoint")?.map(text),
            unsupported,
        })
    }
}

/// The values of [`SECTION`], by name in lower case. What the SDK refuses is refused, and what it
/// reads in a way that nobody sees: a value that goes on in the next line.
fn values(text: &str) -> Result<BTreeMap<String, Secret>, Error> {
    let wrong = |problem: String| Error::invalid("profile", problem);
    let (mut values, mut places, mut section) = (None, BTreeSet::new(), String::new());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let name = trimmed.strip_prefix('[');
        let name = name.and_then(|name| name.strip_suffix(']'));
        let (key, value) = trimmed.split_once(['=', ':']).unwrap_or_default();
        // A section's own line has no key.
        let key = name.map_or(key.trim().to_lowercase(), |_| String::new());
        section = name.map_or(section, str::to_lowercase);
        let is_line = name.is_some() || !key.is_empty();
        if !is_line || section.is_empty() || line.starts_with(char::is_whitespace) {
            return Err(wrong(format!(
                "line {number} is neither `[section]` nor `key = value` in a section; none may \
                 begin with whitespace"
            )));
        }
        if !places.insert((section.clone(), key.clone())) {
            return Err(wrong(format!("line {number} repeats a section or a key")));
        }
        if section == SECTION {
            let values: &mut BTreeMap<_, _> = values.get_or_insert_default();
            values.insert(key, Secret::from(value.trim()));
        }
    }
    values.ok_or_else(|| wrong(format!("it has no section [{SECTION}]")))
}
