//! The file that tells the program its project, tokens, and tasks.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::task::Task;
use crate::yaml;

/// The content of a task file; the README shows one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFile {
    /// The project of the tasks.
    #[serde(default)]
    pub project_id: Option<String>,
    /// The accepted tokens.
    #[serde(default)]
    tokens: Vec<Password>,
    #[serde(default)]
    accounts: BTreeMap<String, Password>,
    tasks: Vec<TaskEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskEntry {
    id: String,
    state: String,
    #[serde(default)]
    dual_active_parent: bool,
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    so: Option<Password>,
    #[serde(default)]
    ta: Option<Password>,
    #[serde(default)]
    so_account: Option<String>,
    #[serde(default)]
    ta_account: Option<String>,
}

/// A string that neither `Debug` nor a parse error shows.
struct Password(String);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not through `String`, whose error would show the value.
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom(
                "a password or token is not a string (quote it)",
            )),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl TaskFile {
    /// Reads JSON or YAML.
    ///
    /// # Errors
    ///
    /// A sentence that names the mistake, without passwords.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self = serde_json::from_value(yaml::parse::<Value>(text)?)
            .map_err(|error| error.to_string())?;
        for task in &file.tasks {
            task.state
                .parse::<crate::TaskState>()
                .map_err(|error| format!("task {}: {error}", task.id))?;
        }
        Ok(file)
    }

    /// The accepted tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.0.as_str())
    }

    /// The database accounts, each with its password.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &str)> {
        let accounts = self.accounts.iter();
        accounts.map(|(name, password)| (name.as_str(), password.0.as_str()))
    }

    /// The tasks.
    pub fn tasks(&self) -> impl Iterator<Item = Task> {
        // The states were checked when the file was read.
        self.tasks.iter().filter_map(|entry| {
            let mut task = Task::new(&entry.id, entry.state.parse().ok()?)
                .dual_active_parent(entry.dual_active_parent);
            if let Some(Password(password)) = &entry.so {
                task = task.source_password(password);
            }
            if let Some(Password(password)) = &entry.ta {
                task = task.destination_password(password);
            }
            task.error_code.clone_from(&entry.error_code);
            task.accounts = [entry.so_account.clone(), entry.ta_account.clone()];
            Some(task)
        })
    }
}
