//! Messages as they are looked at, alerts, groups and cost (contract section 8). Nothing here is of a route that hands
//! messages out.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::field::{number, object};
use super::sessions::time;
use super::{Field, Salvage, salvage};
use crate::domain::{Alert, CostOf, CostSummary, Group, Message, MessageId, Timestamp};

object! {
    /// `data` of `GET /v1/messages/sent` and of `GET /v1/messages/history`.
    MessagesPage {
        /// Inner success.
        success: bool,
        /// How many rows.
        count: Number,
        /// Who sent all of them; of sent ones only.
        source: String,
        /// `asc` or `desc`; of the history only.
        sort: String,
        /// The rows.
        messages: Vec<MessageRow>,
    }
}

object! {
    /// One message. A sent one says less of itself.
    MessageRow {
        /// Its id. A row without one is left out.
        id: String,
        /// Who sent it.
        source: String,
        /// Whom it is for.
        target: String,
        /// A word.
        #[serde(rename = "message_type")]
        message_type: String,
        /// What it says.
        message: String,
        /// A word.
        status: String,
        /// A word.
        priority: String,
        /// A word.
        action: String,
        /// What its sender added.
        context: String,
        /// Its thread.
        thread_id: String,
        /// The message it answers.
        #[serde(rename = "reply_to")]
        reply_to: String,
        /// How often it was handed out.
        delivery_attempts: Number,
        /// ISO.
        created_at: String,
        /// ISO.
        delivered_at: String,
        /// ISO.
        expires_at: String,
    }
}

object! {
    /// `data` of `GET /v1/messages/unread`; it has no inner success.
    UnreadPage {
        /// How many rows.
        count: Number,
        /// Stored documents as they are.
        messages: Vec<UnreadRow>,
        /// Only our own server says so.
        has_more: bool,
    }
}

object! {
    /// One stored document: a message or, for the person, an alert.
    UnreadRow {
        /// Its id. A row without one is left out.
        id: String,
        /// Who sent it; the hosted server says `program` of every alert.
        source: String,
        /// Whom it is for.
        target: String,
        /// A word.
        #[serde(rename = "message_type")]
        message_type: String,
        /// A word, of alerts only.
        alert_type: String,
        /// What it says.
        payload: String,
        /// A word.
        priority: String,
        /// A word.
        action: String,
        /// What its sender added.
        context: String,
        /// The session it names.
        session_id: String,
        /// A word.
        status: String,
        /// Stored time.
        created_at: StoredTime,
        /// Stored time.
        expires_at: StoredTime,
    }
}

object! {
    /// A moment as the hosted server stores it.
    StoredTime {
        /// Whole seconds since the epoch.
        #[serde(rename = "_seconds")]
        seconds: Number,
        /// And so much more.
        #[serde(rename = "_nanoseconds")]
        nanoseconds: Number,
    }
}

object! {
    /// `data` of `GET /v1/relay/groups`.
    GroupsReply {
        /// Inner success.
        success: bool,
        /// Who is in each.
        groups: BTreeMap<String, Vec<String>>,
        /// A sentence.
        role_targeting: String,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of `GET /v1/metrics/cost-summary`.
    CostReply {
        /// Inner success.
        success: bool,
        /// Tokens read.
        #[serde(rename = "total_tokens_in")]
        total_tokens_in: Number,
        /// Tokens written.
        #[serde(rename = "total_tokens_out")]
        total_tokens_out: Number,
        /// US dollars.
        #[serde(rename = "total_cost_usd")]
        total_cost_usd: Number,
        /// Tasks completed.
        #[serde(rename = "task_count")]
        task_count: Number,
        /// A word.
        period: String,
        /// A word.
        group_by: String,
        /// A program, or null.
        program_filter: String,
        /// A line per group.
        breakdown: Vec<CostRow>,
    }
}

object! {
    /// One group's part.
    CostRow {
        /// The group's name.
        key: String,
        /// Tokens read.
        #[serde(rename = "tokens_in")]
        tokens_in: Number,
        /// Tokens written.
        #[serde(rename = "tokens_out")]
        tokens_out: Number,
        /// US dollars.
        #[serde(rename = "cost_usd")]
        cost_usd: Number,
        /// Tasks completed.
        #[serde(rename = "task_count")]
        task_count: Number,
    }
}

impl Salvage for MessagesPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<String>(data, "sort");
        salvage::part::<String>(data, "source") + salvage::rows::<MessageRow>(data, "messages")
    }
}

impl Salvage for UnreadPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<UnreadRow>(data, "messages")
    }
}

impl Salvage for GroupsReply {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<String>(data, "roleTargeting");
        salvage::part::<String>(data, "message");
        let Some(Value::Object(groups)) = data.get_mut("groups") else {
            return 0;
        };
        let before = groups.len();
        groups.retain(|_, programs| programs.as_array().is_some_and(|ids| ids.iter().all(Value::is_string)));
        u32::try_from(before - groups.len()).unwrap_or(u32::MAX)
    }
}

impl Salvage for CostReply {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<String>(data, "groupBy");
        salvage::part::<String>(data, "programFilter");
        salvage::rows::<CostRow>(data, "breakdown")
    }
}

impl MessageRow {
    /// The message, sent by `sender` where the row does not say; `None` when it has no id.
    pub fn into_message(self, sender: Option<&str>) -> Option<Message> {
        Some(Message {
            id: MessageId::new(self.id.into_option().filter(|id| !id.is_empty())?),
            source: self.source.into_option().or_else(|| sender.map(str::to_owned)),
            target: self.target.into_option(),
            kind: self.message_type.into_option(),
            text: self.message.into_option().unwrap_or_default(),
            status: self.status.into_option(),
            priority: self.priority.into_option(),
            action: self.action.into_option(),
            context: self.context.into_option(),
            thread: self.thread_id.into_option(),
            reply_to: self.reply_to.into_option().map(MessageId::new),
            created_at: time(&self.created_at),
            delivered_at: time(&self.delivered_at),
            expires_at: time(&self.expires_at),
        })
    }
}

impl UnreadRow {
    /// The alert; `None` when it has no id.
    pub fn into_alert(self) -> Option<Alert> {
        Some(Alert {
            id: MessageId::new(self.id.into_option().filter(|id| !id.is_empty())?),
            kind: self.alert_type.into_option(),
            text: self.payload.into_option().unwrap_or_default(),
            source: self.source.into_option(),
            session: self.session_id.into_option(),
            priority: self.priority.into_option(),
            context: self.context.into_option(),
            created_at: stored_time(&self.created_at),
            expires_at: stored_time(&self.expires_at),
        })
    }
}

fn stored_time(field: &Field<StoredTime>) -> Option<Timestamp> {
    let stored = field.get()?;
    let seconds = stored.seconds.get()?.as_i64()?;
    let nanoseconds = stored.nanoseconds.get().and_then(Number::as_i64).unwrap_or(0);
    let millis = seconds.checked_mul(1_000)?;
    Some(Timestamp::from_millis(millis.checked_add(nanoseconds / 1_000_000)?))
}

impl GroupsReply {
    /// The groups by name; `None` when the reply has none of it.
    pub fn into_groups(self) -> Option<Vec<Group>> {
        let groups = self.groups.into_option()?;
        Some(
            groups
                .into_iter()
                .map(|(name, programs)| Group { name, programs })
                .collect(),
        )
    }
}

impl CostReply {
    /// The summary; `None` when the reply does not say of which period.
    pub fn into_summary(self) -> Option<CostSummary> {
        let total = CostRow {
            key: Field::Absent,
            tokens_in: self.total_tokens_in,
            tokens_out: self.total_tokens_out,
            cost_usd: self.total_cost_usd,
            task_count: self.task_count,
        };
        let programs = self.breakdown.into_option().unwrap_or_default();
        Some(CostSummary {
            period: self.period.into_option()?,
            total: total.into_cost(),
            programs: programs.into_iter().map(CostRow::into_cost).collect(),
        })
    }
}

impl CostRow {
    fn into_cost(self) -> CostOf {
        let whole = |field: &Field<Number>| field.get().and_then(Number::as_i64).unwrap_or(0);
        CostOf {
            tokens_in: whole(&self.tokens_in),
            tokens_out: whole(&self.tokens_out),
            cost_usd: number(&self.cost_usd).unwrap_or(0.0),
            tasks: whole(&self.task_count),
            key: self.key.into_option().unwrap_or_default(),
        }
    }
}
