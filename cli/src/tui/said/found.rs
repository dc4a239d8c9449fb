//! What is found, in this screen's words.

use cachebash_core::search::{Hit, KindCount, SearchPage};

use super::Said;

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
}
