//! What a tool is called, what it needs and how often it may be called.

/// One tool: its names, what it needs, and its own limit per minute and key, if it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    /// As the contract calls it.
    pub(crate) name: &'static str,
    /// What it belongs to: the prefix of its other name. Empty: MCP does not show it.
    pub(crate) domain: &'static str,
    /// The capability.
    pub(crate) needs: &'static str,
    pub(crate) per_minute: Option<u32>,
    /// What it does, for whoever chooses among tools.
    pub(crate) about: &'static str,
    /// Its answer holds a raw key, which is kept nowhere.
    pub(crate) issues_key: bool,
    /// Some may use it without the capability, and it finds out itself who they are.
    pub(crate) judges_callers: bool,
}

impl Tool {
    pub(crate) const fn new(
        domain: &'static str,
        name: &'static str,
        needs: &'static str,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            domain,
            needs,
            per_minute: None,
            about,
            issues_key: false,
            judges_callers: false,
        }
    }

    /// May be called so often a minute.
    pub(crate) const fn at_most(self, per_minute: u32) -> Self {
        Self {
            per_minute: Some(per_minute),
            ..self
        }
    }

    /// Its answer holds a raw key.
    pub(crate) const fn issuing_key(self) -> Self {
        Self {
            issues_key: true,
            ..self
        }
    }

    /// Finds out itself who may use it.
    pub(crate) const fn judging_callers(self) -> Self {
        Self {
            judges_callers: true,
            ..self
        }
    }

    /// The name with its prefix, as MCP lists it.
    pub(crate) fn prefixed(&self) -> String {
        format!("{}_{}", self.domain, self.name)
    }
}
