//! What a program hands on, in words: who left it and when, and what was replied to its questions.

use cachebash_core::insight::{ContextPart, ProgramPage};

use super::{Said, notes_wait};

impl Said<'_> {
    /// `builder, 12:30`
    pub(crate) fn by_and_when(&self, page: &ProgramPage) -> String {
        if notes_wait(page) {
            return self.labels.not_sent_yet().to_owned();
        }
        let context = &page.context;
        let mut parts = context.parts.iter();
        let notes = parts.find(|known| known.part == ContextPart::HandOffNotes);
        let (by, at) = notes.map_or((&context.written_by, context.written_at), |known| {
            (&known.written.by, known.written.at)
        });
        let (by, when) = (by.clone(), at.map(|at| self.clock(at)));
        [by, when].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// `Replied 13:51`; `None` for a question that this device did not reply to. Questions count from 0.
    pub(crate) fn reply(&self, page: &ProgramPage, question: u32) -> Option<String> {
        let reply = page.replies.iter().find(|reply| reply.question == question)?;
        Some(self.labels.reply(reply.progress, page.now))
    }

    /// `In its state since 13:54`; `None` for a question of which nothing is known. Questions count from 0.
    pub(crate) fn question_time(&self, page: &ProgramPage, question: u32) -> Option<String> {
        let known = page.context.questions.iter().find(|known| known.question == question)?;
        Some(self.labels.question_time(known, page.now))
    }
}
