//! A program as its server's register has it, beside what its sessions tell.

use serde::{Deserialize, Serialize};

use super::ProgramId;

/// One entry of the register of programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredProgram {
    /// Which.
    pub program: ProgramId,
    /// What it is called.
    pub name: Option<String>,
    /// A word, such as `Builder`; `custom` for one that nobody described.
    pub role: Option<String>,
}

impl RegisteredProgram {
    /// Its role, where the word says something.
    pub fn told_role(&self) -> Option<&str> {
        let role = self.role.as_deref().map(str::trim);
        role.filter(|role| !role.is_empty() && !role.eq_ignore_ascii_case("custom"))
    }

    /// Its name, where it is another than its id.
    pub fn told_name(&self) -> Option<&str> {
        let name = self.name.as_deref().map(str::trim);
        name.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(self.program.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::RegisteredProgram;
    use crate::domain::ProgramId;

    fn entry(name: &str, role: &str) -> RegisteredProgram {
        RegisteredProgram {
            program: ProgramId::from("basher"),
            name: Some(name.to_owned()),
            role: Some(role.to_owned()),
        }
    }

    #[test]
    fn a_role_or_name_that_says_nothing_is_none() {
        for nothing in ["custom", "Custom", " ", ""] {
            assert_eq!(entry("", nothing).told_role(), None, "{nothing}");
        }
        assert_eq!(entry("", "Builder").told_role(), Some("Builder"));
        assert_eq!(entry("BASHER", "").told_name(), None, "its id in capitals");
        assert_eq!(entry("Night builder", "").told_name(), Some("Night builder"));
    }
}
