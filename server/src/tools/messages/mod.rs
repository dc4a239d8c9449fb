//! Messages between programs (contract section 8): sent to one, several or all of them; looked for by whoever they are for;
//! and looked up afterwards.

mod history;
mod inbox;
mod metrics;
mod send;

use super::{Entry, Tool, act, look};
use crate::records::MessageWord;

/// Texts without a limit of their own; the body's limit holds them.
const UNBOUNDED: usize = usize::MAX;
const PROGRAM_ID: usize = 100;

const SEND: Tool = Tool::new(
    "relay",
    "send_message",
    "relay.write",
    "Send a message to a program, a group, a role (@builder) or all",
)
.at_most(30);
const GET: Tool = Tool::new(
    "relay",
    "get_messages",
    "relay.read",
    "Fetch the messages that wait; they count as delivered unless markAsRead is false",
);
const PEEK: Tool = Tool::new(
    "",
    "peek_messages",
    "relay.read",
    "Look at the messages that wait and leave them there",
);
const UNREAD: Tool = Tool::new(
    "",
    "unread_messages",
    "relay.read",
    "List what nobody fetched yet, newest first",
);
const MARK_READ: Tool = Tool::new("", "mark_messages_read", "relay.write", "Mark messages as read");
const SENT: Tool = Tool::new(
    "relay",
    "get_sent_messages",
    "relay.read",
    "List what a program sent, newest first, and what became of it",
);
const HISTORY: Tool = Tool::new(
    "relay",
    "query_message_history",
    "relay.read",
    "List the messages of a thread, source or target, oldest first",
);
const DEAD_LETTERS: Tool = Tool::new(
    "relay",
    "get_dead_letters",
    "relay.read",
    "List the messages that nobody fetched in their time",
);
const GROUPS: Tool = Tool::new(
    "relay",
    "list_groups",
    "relay.read",
    "List the groups that a message can be sent to",
);
const COMMS: Tool = Tool::new(
    "",
    "get_comms_metrics",
    "metrics.read",
    "Count messages by status and program",
);

pub(super) fn tools() -> [Entry; 10] {
    [
        act(SEND, send::send),
        act(GET, inbox::get),
        look(PEEK, inbox::peek),
        look(UNREAD, inbox::unread),
        act(MARK_READ, inbox::mark_read),
        look(SENT, history::sent),
        look(HISTORY, history::history),
        look(DEAD_LETTERS, history::dead_letters),
        look(GROUPS, metrics::groups),
        look(COMMS, metrics::comms),
    ]
}

/// The stored tags under which something of that status may be found: nobody may have noted yet that its time is over.
fn stored_as(status: MessageWord) -> Vec<&'static str> {
    match status {
        MessageWord::Expired | MessageWord::DeadLettered => vec![MessageWord::Pending.as_str(), status.as_str()],
        status => vec![status.as_str()],
    }
}
