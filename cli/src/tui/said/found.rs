//! What is found, in this screen's words.

use cachebash_core::search::{Hit, KindCount, SearchPage};

use super::Said;
use crate::tui::writing::{Purpose, Writing};
use crate::words::Counted;

impl Said<'_> {
    /// What a hit is, and whose, where there are several accounts.
    pub(crate) fn hit(&self, hit: &Hit) -> String {
        let kept = hit.kept_here.then(|| self.labels.kept_here().to_owned());
        let kind = Some(self.labels.hit_kind(hit.kind).to_owned());
        let parts = [kind, kept, self.account_of(&hit.account)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// `Notes 3`
    pub(crate) fn hits_of(&self, kind: &KindCount) -> String {
        let count = self.labels.number(u64::from(kind.count));
        format!("{} {count}", self.labels.hit_kinds(kind.kind))
    }

    /// `All 5`
    pub(crate) fn all_hits(&self, count: u32) -> String {
        format!("{} {}", self.labels.all_kinds(), self.labels.number(u64::from(count)))
    }

    /// In place of hits.
    pub(crate) fn nothing_found(&self) -> &'static str {
        self.labels.nothing_found()
    }

    /// Above what is not on this device.
    pub(crate) fn not_everything(&self) -> &'static str {
        self.labels.not_everything()
    }

    /// What was searched.
    pub(crate) fn reach(&self, page: &SearchPage) -> Vec<String> {
        self.labels.reach(&page.reach, page.now)
    }

    /// While nothing was typed.
    pub(crate) fn how_to_search(&self) -> &'static str {
        self.labels.how_to_search()
    }

    /// Of a hit that no page of this screen shows.
    pub(crate) fn leads_nowhere(&self) -> &'static str {
        self.labels.leads_nowhere()
    }

    /// Above a text that is being written.
    pub(crate) fn writes(&self, writing: &Writing) -> String {
        let what = match &writing.purpose {
            Purpose::Answer { asker, .. } => self.labels.answer_to(asker),
            Purpose::Reply { chosen, .. } => self.labels.reply_to(chosen.program.as_str()),
            Purpose::Edit { action, .. } => self.labels.action(action),
        };
        match self.account_of(&writing.account) {
            Some(label) => format!("{what} · {label}"),
            None => what,
        }
    }

    /// Under it: how long it is, a quoted question included.
    pub(crate) fn written(&self, writing: &Writing) -> String {
        let text = self.labels.action_text(&writing.action());
        let units = u64::try_from(text.encode_utf16().count()).unwrap_or(u64::MAX);
        self.labels.count(Counted::Characters, units)
    }
}
