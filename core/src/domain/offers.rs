//! What a server answers beyond the hosted contract (docs/contract-extensions.md).

/// What may be asked of a server. The default is the hosted one: nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offers {
    /// Everything that changed since a cursor.
    pub sync: bool,
    /// The same as it happens.
    pub events: bool,
    /// Asked questions whole, and a way to answer them.
    pub questions: bool,
    /// What a session's agent reported, one by one.
    pub timeline: bool,
    /// Every write may be repeated under one key.
    pub idempotency: bool,
    /// The longest answer, in UTF-16 units.
    pub answer_limit: u32,
}

impl Offers {
    /// Whether an update makes its status the session's name, as on the hosted server (trap T10). A server that offers more
    /// keeps the first name.
    pub fn renames_sessions(&self) -> bool {
        !self.idempotency
    }
}

impl Default for Offers {
    fn default() -> Self {
        Self {
            sync: false,
            events: false,
            questions: false,
            timeline: false,
            idempotency: false,
            answer_limit: 2_000,
        }
    }
}
