//! Who is asking, as far as every tool must know.

use std::sync::Arc;

use cachebash_core::domain::{Capability, KeyHash, ProgramId};

use crate::refusal::Refusal;
use crate::rules::access::{covers, is_admin, may_speak_for_others};
use crate::rules::tool::Tool;
use crate::store::Tenant;

/// The key's owner.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) tenant: Tenant,
    pub(crate) program: ProgramId,
    pub(crate) key: KeyHash,
    pub(crate) capabilities: Arc<[Capability]>,
}

impl Caller {
    /// Whether the key holds a capability.
    pub(crate) fn can(&self, capability: &str) -> bool {
        covers(&self.capabilities, capability)
    }

    /// Whether the key may use the tool.
    pub(crate) fn holds(&self, tool: &Tool) -> Result<(), Refusal> {
        if self.can(tool.needs) {
            return Ok(());
        }
        let held: Vec<&str> = self.capabilities.iter().map(Capability::as_str).collect();
        Err(Refusal::Forbidden(format!(
            "Insufficient capability: {} requires \"{}\" but key has [{}]",
            tool.name,
            tool.needs,
            held.join(", ")
        )))
    }

    /// The source of what the key sends: its own program, unless it may speak for others.
    pub(crate) fn speaking_as(&self, claimed: Option<ProgramId>) -> Result<ProgramId, Refusal> {
        match claimed {
            Some(claimed) if claimed != self.program && !may_speak_for_others(&self.program) => {
                Err(Refusal::Forbidden(format!(
                    "Source mismatch: key belongs to \"{}\", claimed \"{claimed}\". Each program must use its own API key.",
                    self.program
                )))
            }
            claimed => Ok(claimed.unwrap_or_else(|| self.program.clone())),
        }
    }

    /// Whether the admin-only lists are open to the key.
    pub(crate) fn must_be_admin(&self) -> Result<(), Refusal> {
        if is_admin(&self.program, &self.capabilities) {
            Ok(())
        } else {
            Err(Refusal::Forbidden("Admin access required".to_owned()))
        }
    }
}
