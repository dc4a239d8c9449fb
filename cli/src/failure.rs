//! What a person is told when a command cannot do it: one sentence, what to type next, and an exit code.

use std::fmt;

use cachebash_core::domain::without_keys;

/// A command that did not succeed.
#[derive(Debug)]
pub(crate) struct Failure {
    says: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// It could not be done.
    pub(crate) fn new(says: impl Into<String>) -> Self {
        Self {
            says: says.into(),
            hint: None,
            code: 1,
        }
    }

    /// It was asked for in a way that makes no sense.
    pub(crate) fn usage(says: impl Into<String>) -> Self {
        Self {
            says: says.into(),
            hint: None,
            code: 2,
        }
    }

    /// Adds what to type next.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The process's exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A key that was typed in the place of a name would stand in whatever the terminal keeps.
        write!(f, "error: {}", without_keys(self.says.trim_end_matches('.')))?;
        match &self.hint {
            Some(hint) => write!(f, "\n\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(format!("this machine said: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format!("this could not be written as JSON: {error}"))
    }
}

/// The outcome of a command.
pub(crate) type Done<T = ()> = Result<T, Failure>;
