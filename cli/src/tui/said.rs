//! The words of this screen: the face's `Labels`, given the moment and the freshness of what is shown, and shortened where
//! a pane of cells is narrower than a phone.

use cachebash_core::domain::{
    AccountId, Action, Capability, ContextEdit, ContextLeft, KeyHash, Outcome, Percent, ProgramId, SessionState,
    Timestamp,
};
use cachebash_core::insight::{
    AskedRow, Estimate, Finding, KeyFacts, Notice, OutboxLine, Overview, ProgramPage, ProgramRow, ProgressHistory,
    Receipt, RowProgress, Section, SessionRow, SourceReport, Standing, Waiting,
};

mod found;
mod handed;

use super::theme::Theme;
use super::ui::Demo;
use crate::words::{Counted, Labels, Phrase, SeenSession};

/// What the server puts where an agent named no session is no session's name.
fn names_a_session(id: &str) -> bool {
    !matches!(id, "unknown" | "none")
}

/// Words for one overview.
pub(crate) struct Said<'a> {
    labels: &'a Labels,
    overview: &'a Overview,
}

impl<'a> Said<'a> {
    /// Words for what `overview` shows.
    pub(crate) fn of(labels: &'a Labels, overview: &'a Overview) -> Self {
        Self { labels, overview }
    }

    /// The title.
    pub(crate) fn headline(&self) -> String {
        self.labels.headline(&self.overview.headline)
    }

    /// Whose fleet it is: the account's label, or how many servers.
    pub(crate) fn fleet(&self) -> String {
        match self.overview.accounts.as_slice() {
            [one] => one.label.clone(),
            several => self.labels.count(Counted::Servers, several.len() as u64),
        }
    }

    /// When it was true. In the middle of a line it begins small.
    pub(crate) fn as_of(&self) -> String {
        self.list_as_of(self.overview.as_of)
    }

    /// When a list was true, in the middle of a line.
    pub(crate) fn list_as_of(&self, as_of: Option<Timestamp>) -> String {
        let text = self.labels.as_of(as_of, self.overview.now);
        text.strip_prefix("As of")
            .map_or(text.clone(), |rest| format!("as of{rest}"))
    }

    /// So many of them.
    pub(crate) fn count(&self, counted: Counted, count: u32) -> String {
        self.labels.count(counted, u64::from(count))
    }

    /// The bar: of several sources those that are not fresh, and those that carry the list.
    pub(crate) fn notice(&self, notice: &Notice) -> String {
        let sources: Vec<SourceReport> = self
            .overview
            .sources
            .iter()
            .filter(|report| report.standing != Standing::NeverRead)
            .cloned()
            .collect();
        self.labels.bar(notice, &sources, self.overview.now)
    }

    /// What stands where no program is.
    pub(crate) fn empty(&self) -> Vec<String> {
        let checked = self.labels.next_check(self.overview.as_of, self.overview.next_check);
        // Where nobody could look, nothing is known of agents either.
        if self.overview.as_of.is_none() {
            return vec![checked];
        }
        vec![
            self.labels.phrase(Phrase::NoAgents).to_owned(),
            checked,
            self.labels.phrase(Phrase::LetOneIn).to_owned(),
            "cachebash keys create PROGRAM --label LABEL".to_owned(),
        ]
    }

    /// Times of a server whose clock is behind its own sessions.
    pub(crate) fn server_ahead(&self) -> Option<String> {
        self.overview.server_ahead.map(|by| self.labels.server_ahead(by))
    }

    /// A section's title.
    pub(crate) fn section_title(&self, section: Section) -> &'static str {
        self.labels.section_title(section)
    }

    /// The title over questions whose asker nobody knows.
    pub(crate) fn asked_title(&self) -> &'static str {
        self.labels.phrase(Phrase::AskedOfYou)
    }

    /// Who asks.
    pub(crate) fn asker<'b>(&self, asked: &'b AskedRow) -> &'b str {
        match &asked.asker {
            Some(program) => program.as_str(),
            None => self.labels.phrase(Phrase::AnAgentAsks),
        }
    }

    /// Only what is out of the ordinary is said.
    pub(crate) fn high_priority(&self, asked: &AskedRow) -> Option<&'static str> {
        (asked.priority.as_deref() == Some("high")).then(|| self.labels.phrase(Phrase::HighPriority))
    }

    /// Its words, or their beginning.
    pub(crate) fn quoted(&self, asked: &AskedRow) -> String {
        self.labels.quoted(&asked.text, asked.cut)
    }

    /// What became of a message from here.
    pub(crate) fn receipt(&self, receipt: Receipt) -> Option<&'static str> {
        self.labels.receipt(receipt)
    }

    /// When something in a list was made.
    pub(crate) fn list_time(&self, at: Option<Timestamp>) -> String {
        at.map(|at| self.labels.day_clock(at, self.overview.now))
            .unwrap_or_default()
    }

    /// When it was asked.
    pub(crate) fn asked_at(&self, asked: &AskedRow) -> String {
        asked
            .asked_at
            .map(|at| self.labels.day_clock(at, self.overview.now))
            .unwrap_or_default()
    }

    /// Where to answer, on a server that takes no answer here.
    pub(crate) fn answer_elsewhere(&self) -> &'static str {
        self.labels.phrase(Phrase::AnswerElsewhere)
    }

    /// The agent's word, and "or pinned" where that cannot be told.
    pub(crate) fn state_word(&self, state: &SessionState) -> (String, Option<&'static str>) {
        let or = (*state == SessionState::BlockedOrPinned).then(|| self.labels.phrase(Phrase::OrPinned));
        (self.labels.state_word(Some(state)), or)
    }

    /// The end of a row's first line: since when it was heard, or when it ended.
    pub(crate) fn age(&self, row: &ProgramRow) -> String {
        match (row.section, row.ended_at) {
            (Section::FinishedToday, ended) => self.labels.ended(ended, self.overview.now),
            (_, _) => self.labels.age(row.last_heard, self.overview.now, self.overview.fresh),
        }
    }

    /// `45 %`
    pub(crate) fn percent(&self, percent: Percent) -> String {
        self.labels.percent(percent)
    }

    /// In a row: short where nothing was reported.
    pub(crate) fn row_progress(&self, progress: &RowProgress) -> String {
        match progress {
            RowProgress::NotReported => self.labels.phrase(Phrase::NoneReported).to_owned(),
            other => self.page_progress(other),
        }
    }

    /// On a page.
    pub(crate) fn page_progress(&self, progress: &RowProgress) -> String {
        self.labels.row_progress(progress, self.overview.now)
    }

    /// What we found.
    pub(crate) fn finding(&self, finding: &Finding) -> String {
        self.labels.finding(finding, self.overview.now, self.overview.fresh)
    }

    /// The same, where it is tight.
    pub(crate) fn finding_short(&self, finding: &Finding) -> String {
        self.labels
            .finding_short(finding, self.overview.now, self.overview.fresh)
    }

    /// When it will be done.
    pub(crate) fn eta(&self, estimate: &Estimate) -> String {
        self.labels.eta(estimate, self.overview.now, self.overview.fresh)
    }

    /// Both ends as clock times.
    pub(crate) fn due(&self, estimate: &Estimate) -> String {
        self.labels.eta_clocks(estimate)
    }

    /// The range, and what it rests on.
    pub(crate) fn eta_and_basis(&self, estimate: &Estimate) -> String {
        format!("{}, {}", self.eta(estimate), self.labels.eta_basis(estimate.basis))
    }

    /// Since when it waits for a person.
    pub(crate) fn waiting(&self, row: &ProgramRow, waiting: &Waiting) -> String {
        let or_pinned = row.state == Some(SessionState::BlockedOrPinned);
        self.labels
            .waiting(waiting, or_pinned, self.overview.now, self.overview.fresh)
    }

    /// In place of a status.
    pub(crate) fn never_seen(&self) -> &'static str {
        self.labels.phrase(Phrase::NeverCheckedIn)
    }

    /// A fixed phrase.
    pub(crate) fn phrase(&self, phrase: Phrase) -> &'static str {
        self.labels.phrase(phrase)
    }

    /// Both clocks of a program, for the two ends of a line of `columns`.
    pub(crate) fn heard(&self, page: &ProgramPage, columns: usize) -> (String, String) {
        let whole = self.labels.heard(page.row.last_heard, page.as_of, page.now, page.fresh);
        let (heard, read) = whole.split_once(" · ").unwrap_or((&whole, ""));
        if super::text::width(heard) + 2 + super::text::width(read) <= columns {
            (heard.to_owned(), read.to_owned())
        } else {
            (heard.replacen(", at ", ", ", 1), read.replacen("read at ", "read ", 1))
        }
    }

    /// More than one session is live.
    pub(crate) fn live_sessions(&self, count: u32) -> String {
        self.labels.count(Counted::LiveSessions, u64::from(count))
    }

    /// Where the chart's axis ends: when it was last read; for an ended session its end.
    pub(crate) fn axis_end(&self, page: &ProgramPage) -> Timestamp {
        let read = page.as_of.unwrap_or(page.now);
        let ended = page.session.as_ref().and_then(|session| session.ended_at);
        ended.map_or(read, |ended| ended.min(read))
    }

    /// `14:02`
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        self.labels.day_clock(at, self.overview.now)
    }

    /// Falls and gaps in words.
    pub(crate) fn chart_sentence(&self, history: &ProgressHistory) -> String {
        self.labels
            .chart_sentence(&history.falls, &history.gaps, history.next_beat_by, self.overview.now)
    }

    /// The same on one line.
    pub(crate) fn chart_line(&self, history: &ProgressHistory, theme: &Theme) -> String {
        let (arrow, hatch) = (theme.pick("→", "->"), theme.pick("╱", "/"));
        self.labels
            .chart_line(&history.falls, &history.gaps, self.overview.now, arrow, hatch)
    }

    /// `38 % left`; nothing where nothing was said.
    pub(crate) fn context_left(&self, left: ContextLeft) -> Option<String> {
        (left != ContextLeft::NotReported).then(|| self.labels.context_left(left))
    }

    /// An account's label, where there are two or more.
    pub(crate) fn account_of(&self, id: &AccountId) -> Option<String> {
        let accounts = &self.overview.accounts;
        let found = accounts.iter().find(|account| account.id == *id);
        found
            .filter(|_| accounts.len() > 1)
            .map(|account| account.label.clone())
    }

    /// When an entry of the outbox was asked for.
    pub(crate) fn entry_at(&self, line: &OutboxLine) -> String {
        self.labels.day_clock(line.asked_at, self.overview.now)
    }

    /// What was asked for.
    pub(crate) fn action(&self, action: &Action) -> String {
        self.labels.action(action)
    }

    /// Its text.
    pub(crate) fn action_text(&self, action: &Action) -> String {
        self.labels.action_text(action)
    }

    /// A part of a context as text.
    pub(crate) fn edit_text(&self, edit: &ContextEdit) -> String {
        self.labels.edit_text(edit)
    }

    /// How far it has come.
    pub(crate) fn delivery(&self, line: &OutboxLine) -> String {
        self.labels.delivery(line)
    }

    /// Below a key that nobody has.
    pub(crate) fn lost_key(&self, key: &KeyHash) -> String {
        self.labels.lost_key(key)
    }

    /// Below a key that waits to be shown: no screen that scrolls shows one.
    pub(crate) fn where_a_key_is_shown(&self) -> &'static str {
        self.labels.where_a_key_is_shown()
    }

    /// Beside an update that is not sent yet and will rename its session.
    pub(crate) fn renames(&self) -> &'static str {
        self.labels.renames()
    }

    /// Above the text that one's own would replace.
    pub(crate) fn on_the_server(&self) -> &'static str {
        self.labels.on_the_server()
    }

    /// An empty outbox.
    pub(crate) fn nothing_waits(&self) -> &'static str {
        self.labels.nothing_waits()
    }

    /// `3 not delivered`
    pub(crate) fn not_delivered(&self, lines: &[OutboxLine]) -> Option<String> {
        self.labels.not_delivered(lines)
    }

    /// Who left the notes, in full.
    pub(crate) fn written_by(&self, page: &ProgramPage) -> String {
        let session = page.context.written_in.as_ref().map(|id| id.as_str());
        let session = session.filter(|id| names_a_session(id));
        self.labels.written_by(page.context.written_by.as_deref(), session)
    }

    /// Over what the server forgot.
    pub(crate) fn cleared(&self, at: Option<Timestamp>) -> String {
        self.labels.cleared(at, self.overview.now)
    }

    /// `3 sessions`
    pub(crate) fn sessions(&self, count: u32) -> String {
        self.labels.count(Counted::Sessions, u64::from(count))
    }

    /// From when to when a session was.
    pub(crate) fn session_span(&self, session: &SessionRow) -> String {
        let seen = SeenSession {
            started_at: session.started_at,
            start_known: session.start_known,
            ended_at: session.ended_at,
        };
        self.labels.session_span(&seen, self.overview.now)
    }

    /// How a task ended.
    pub(crate) fn outcome(&self, outcome: &Outcome) -> String {
        self.labels.outcome(outcome)
    }

    /// Above what may not be read.
    pub(crate) fn may_not_read(&self, program: &ProgramId) -> String {
        self.labels.may_not_read(program.as_str())
    }

    /// Under it.
    pub(crate) fn may_not_read_why(&self, capability: Option<&Capability>) -> String {
        self.labels.may_not_read_why(capability)
    }

    /// `Last used 12 min ago`, `Revoked 14 Nov`
    pub(crate) fn key_standing(&self, key: &KeyFacts) -> String {
        if key.active {
            self.labels
                .key_used(key.last_used_at, self.overview.now, self.overview.fresh)
        } else {
            self.labels.revoked(key.revoked_at, self.overview.now)
        }
    }

    /// What else is to be known of a key that works: its likely end, and what it lacks for an agent's job.
    pub(crate) fn key_notes(&self, key: &KeyFacts) -> Vec<String> {
        if !key.active {
            return Vec::new();
        }
        let missing = key
            .missing_for_job
            .iter()
            .map(|capability| self.labels.missing_capability(capability));
        std::iter::once(self.labels.expiry_estimate(key.expires_estimate, self.overview.now))
            .chain(missing)
            .collect()
    }

    /// The list of sources when something is not fresh: name, when, why.
    pub(crate) fn source(&self, report: &SourceReport) -> (&'static str, String, Option<String>) {
        let when = self
            .labels
            .source_when(report.standing, report.as_of, report.since, self.overview.now);
        (
            self.labels.source_name(report.source),
            when,
            self.labels.why(report, self.overview.now),
        )
    }

    /// What a demo says of itself.
    pub(crate) fn demo(demo: &Demo) -> String {
        let clock = format!("Demo: its clock runs {} times as fast", demo.speed);
        if demo.caption.is_empty() {
            clock
        } else {
            format!("{clock} · {}", demo.caption)
        }
    }
}

/// The notes that are shown are a person's, on their way.
fn notes_wait(page: &ProgramPage) -> bool {
    page.pending.iter().any(|line| {
        let goes_on = !line.entry.delivery.needs_decision();
        goes_on
            && matches!(
                line.entry.action,
                Action::EditContext {
                    edit: ContextEdit::HandOffNotes(_),
                    ..
                }
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_puts_in_place_of_a_session_is_not_named_as_one() {
        assert!(!names_a_session("unknown") && !names_a_session("none"));
        assert!(names_a_session("builder.auth-6") && names_a_session("unknown.1"));
    }
}
