//! Which window of a list a face asks for.

use cachebash_core::companion;
use cachebash_core::domain::{AccountId, ProgramId};

/// Which programs to show.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ProgramQuery {
    /// Of one account, or of all.
    #[uniffi(default = None)]
    pub account: Option<String>,
    /// First row.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    #[uniffi(default = 0)]
    pub limit: u32,
}

impl From<ProgramQuery> for companion::ProgramQuery {
    fn from(query: ProgramQuery) -> Self {
        let ProgramQuery { account, offset, limit } = query;
        Self {
            account: account.map(AccountId::new),
            offset,
            limit,
        }
    }
}

/// Which sessions to show.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SessionQuery {
    /// Of one account, or of all.
    #[uniffi(default = None)]
    pub account: Option<String>,
    /// Of one program, or of all.
    #[uniffi(default = None)]
    pub program: Option<String>,
    /// Live ones only, or ended ones too.
    #[uniffi(default = false)]
    pub include_ended: bool,
    /// First row.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    #[uniffi(default = 0)]
    pub limit: u32,
}

impl From<SessionQuery> for companion::SessionQuery {
    fn from(query: SessionQuery) -> Self {
        let SessionQuery {
            account,
            program,
            include_ended,
            offset,
            limit,
        } = query;
        Self {
            account: account.map(AccountId::new),
            program: program.map(ProgramId::new),
            include_ended,
            offset,
            limit,
        }
    }
}
