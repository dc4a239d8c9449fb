//! JSON-RPC as the server speaks it to agents (contract section 10). What a tool answers is the `data` of its REST twin, as
//! text.

use serde_json::{Map, Value};

use super::field::object;
use super::{Field, Salvage};
use crate::domain::{ProgramId, RegisteredProgram};

object! {
    /// A reply of JSON-RPC: a result or an error.
    RpcReply {
        /// The id of the request it answers.
        id: Value,
        /// What came of it.
        result: Value,
        /// Why nothing did.
        error: RpcError,
    }
}

object! {
    /// Why a request of JSON-RPC was not carried out.
    RpcError {
        /// A number of JSON-RPC.
        code: Value,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `result` of `tools/call`.
    ToolResult {
        /// What it answers.
        content: Vec<ToolContent>,
        /// It was refused; the text says why, as JSON or in prose.
        is_error: bool,
    }
}

object! {
    /// A piece of a tool's answer.
    ToolContent {
        /// `text`.
        #[serde(rename = "type")]
        kind: String,
        /// JSON, mostly.
        text: String,
    }
}

object! {
    /// `result` of `initialize`.
    McpInitialized {
        /// The version of MCP that is spoken from now on.
        protocol_version: String,
        /// What the server can do.
        capabilities: Map<String, Value>,
        /// Who it is.
        server_info: McpParty,
    }
}

object! {
    /// One side of an MCP connection.
    McpParty {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
    }
}

object! {
    /// `result` of `tools/list`: what this key may call.
    McpTools {
        /// The tools, under their prefixed names.
        tools: Vec<McpTool>,
    }
}

object! {
    /// One tool.
    McpTool {
        /// Its prefixed name.
        name: String,
        /// What it is for.
        description: String,
        /// Of its arguments.
        input_schema: Value,
    }
}

object! {
    /// `POST /v1/mcp/heartbeat`; it has no envelope.
    McpAlive {
        /// `alive`.
        status: String,
        /// The transport session.
        #[serde(rename = "session_id")]
        session_id: String,
        /// Milliseconds.
        #[serde(rename = "session_expires_in_ms")]
        session_expires_in_ms: serde_json::Number,
    }
}

object! {
    /// `data` of `list_programs`: what REST has no route for.
    ProgramsPage {
        /// Inner success.
        success: bool,
        /// How many rows.
        count: serde_json::Number,
        /// The rows.
        programs: Vec<ProgramEntryRow>,
    }
}

object! {
    /// One program of the register.
    ProgramEntryRow {
        /// Its id. A row without one is left out.
        program_id: String,
        /// What it is called.
        display_name: String,
        /// A word; `custom` for new ones.
        role: String,
        /// `#rrggbb`.
        color: String,
        /// Groups it is in.
        groups: Vec<String>,
        /// Free words.
        tags: Vec<String>,
        /// Whether it is in use.
        active: bool,
        /// Who registered it.
        created_by: String,
        /// ISO.
        created_at: String,
    }
}

object! {
    /// `data` of `update_program`.
    ProgramAck {
        /// Inner success.
        success: bool,
        /// Which.
        program_id: String,
        /// A sentence.
        message: String,
    }
}

impl Salvage for ProgramAck {}

impl Salvage for McpInitialized {}

impl Salvage for McpTools {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        super::salvage::rows::<McpTool>(data, "tools")
    }
}

impl Salvage for McpAlive {}

impl Salvage for ProgramsPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        super::salvage::part::<serde_json::Number>(data, "count");
        super::salvage::rows::<ProgramEntryRow>(data, "programs")
    }
}

impl ToolResult {
    /// The text of its first piece, and whether it is a refusal.
    pub fn into_text(self) -> Option<(String, bool)> {
        let refused = self.is_error == Field::Value(true);
        let first = self.content.into_option()?.into_iter().next()?;
        Some((first.text.into_option()?, refused))
    }
}

impl ProgramEntryRow {
    /// The program; `None` when it has no id.
    pub fn into_program(self) -> Option<RegisteredProgram> {
        let id = self.program_id.into_option().filter(|id| !id.is_empty())?;
        Some(RegisteredProgram {
            program: ProgramId::new(id),
            name: self.display_name.into_option(),
            role: self.role.into_option(),
        })
    }
}
