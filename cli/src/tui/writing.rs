//! What a person is writing: an answer, a reply, another text for what waits in the outbox. State in, state out; sending
//! is not done here.

use cachebash_core::domain::{
    AccountId, Action, ActionId, ContextEdit, Delivery, MessageKind, NewMessage, OpenQuestion, QuestionId,
};
use cachebash_core::insight::{self, AskedRow, OutboxLine, ProgramPage};
use unicode_segmentation::UnicodeSegmentation as _;

/// What the text is for.
#[derive(Clone, PartialEq)]
pub(crate) enum Purpose {
    /// An answer to a question that an agent asked.
    Answer {
        /// Which.
        question: QuestionId,
        /// Who asks.
        asker: String,
        /// What it asks.
        asks: String,
        /// Suggested answers.
        options: Vec<String>,
    },
    /// A reply to one of a program's open questions.
    Reply {
        /// Those it has, in its order.
        questions: Vec<OpenQuestion>,
        /// To which.
        chosen: OpenQuestion,
    },
    /// Another text for an entry of the outbox.
    Edit {
        /// Which.
        entry: ActionId,
        /// As it was asked for.
        action: Action,
        /// What the server has meanwhile.
        theirs: Option<ContextEdit>,
    },
}

/// A text that is being written.
#[derive(Clone, PartialEq)]
pub(crate) struct Writing {
    /// Over which account.
    pub(crate) account: AccountId,
    /// What for.
    pub(crate) purpose: Purpose,
    /// So far.
    pub(crate) text: String,
    /// The account only reads here: whether it may act is asked before anything is sent.
    pub(crate) asks_leave: bool,
    /// Why it could not be kept, in words.
    pub(crate) trouble: Option<String>,
}

/// A person's text is not printed.
impl std::fmt::Debug for Writing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writing(…)")
    }
}

impl Writing {
    fn new(account: &AccountId, purpose: Purpose, text: String) -> Self {
        Self {
            account: account.clone(),
            purpose,
            text,
            asks_leave: false,
            trouble: None,
        }
    }

    /// An answer, where the question's server takes one.
    pub(crate) fn answer(asked: &AskedRow) -> Option<Self> {
        let purpose = Purpose::Answer {
            question: asked.question.clone(),
            asker: asked.asker.as_ref()?.as_str().to_owned(),
            asks: asked.text.clone(),
            options: asked.options.clone(),
        };
        asked
            .answerable
            .then(|| Self::new(&asked.account, purpose, String::new()))
    }

    /// A reply to the first open question of a program that has none yet; `None` where there are no open questions.
    pub(crate) fn reply(page: &ProgramPage) -> Option<Self> {
        let questions = insight::identities(&page.row.program, &page.context.context.open_questions);
        let replied = |place: usize| {
            page.replies
                .iter()
                .any(|reply| usize::try_from(reply.question) == Ok(place))
        };
        let first = (0..questions.len()).find(|place| !replied(*place)).unwrap_or(0);
        let chosen = questions.get(first)?.clone();
        Some(Self::new(
            &page.row.account,
            Purpose::Reply { questions, chosen },
            String::new(),
        ))
    }

    /// Another text for what waits, where it has one.
    pub(crate) fn edit(line: &OutboxLine) -> Option<Self> {
        let action = line.entry.action.clone();
        let text = match &action {
            Action::SendMessage(message) => own_words(message).to_owned(),
            Action::AnswerQuestion { response, .. } => response.clone(),
            Action::CreateTask(task) => task.title.clone(),
            Action::EditContext {
                edit: ContextEdit::HandOffNotes(notes),
                ..
            } => notes.clone(),
            Action::UpdateSession(update) => update.status.clone(),
            _ => return None,
        };
        let theirs = match &line.entry.delivery {
            Delivery::Changed { theirs } => Some(theirs.clone()),
            _ => None,
        };
        let entry = line.entry.id.clone();
        let purpose = Purpose::Edit { entry, action, theirs };
        Some(Self::new(&line.account, purpose, text))
    }

    /// Whether both are about the same thing: a text that was left is then taken up again.
    pub(crate) fn is_about_the_same_as(&self, other: &Writing) -> bool {
        let same = match (&self.purpose, &other.purpose) {
            (Purpose::Answer { question: one, .. }, Purpose::Answer { question: two, .. }) => one == two,
            (Purpose::Reply { questions: one, .. }, Purpose::Reply { questions: two, .. }) => one == two,
            (Purpose::Edit { entry: one, .. }, Purpose::Edit { entry: two, .. }) => one == two,
            _ => false,
        };
        same && self.account == other.account
    }

    /// It replies to a question that its program has taken out meanwhile, as this page of it tells.
    pub(crate) fn came_too_late(&self, page: &ProgramPage) -> bool {
        let Purpose::Reply { chosen, .. } = &self.purpose else {
            return false;
        };
        let questions = insight::identities(&page.row.program, &page.context.context.open_questions);
        let is_its_page = (&page.row.account, &page.row.program) == (&self.account, &chosen.program);
        is_its_page && !questions.contains(chosen)
    }

    /// Adds what was typed or pasted.
    pub(crate) fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.trouble = None;
    }

    /// Takes the last character away.
    pub(crate) fn take_back(&mut self) {
        let last = self.text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.text.truncate(last);
        self.trouble = None;
    }

    /// To the next (or the last) question, or suggested answer.
    pub(crate) fn step(&mut self, forward: bool) {
        let next = |place: Option<usize>, count: usize| match (place, forward) {
            (None, true) => 0,
            (None, false) => count.saturating_sub(1),
            (Some(place), true) => (place + 1) % count.max(1),
            (Some(place), false) => (place + count.saturating_sub(1)) % count.max(1),
        };
        match &mut self.purpose {
            Purpose::Reply { questions, chosen } => {
                let place = questions.iter().position(|question| question == chosen);
                if let Some(question) = questions.get(next(place, questions.len())) {
                    chosen.clone_from(question);
                }
            }
            Purpose::Answer { options, .. } => {
                let place = options.iter().position(|option| *option == self.text);
                // One's own words are not replaced by a suggestion.
                if (place.is_some() || self.text.is_empty())
                    && let Some(option) = options.get(next(place, options.len()))
                {
                    self.text.clone_from(option);
                }
            }
            Purpose::Edit { .. } => {}
        }
    }

    /// What is asked for when this is sent.
    pub(crate) fn action(&self) -> Action {
        let text = self.text.clone();
        match &self.purpose {
            Purpose::Answer { question, .. } => Action::AnswerQuestion {
                question: question.clone(),
                response: text,
            },
            Purpose::Reply { chosen, .. } => Action::SendMessage(reply_to(chosen, &text)),
            Purpose::Edit { action, theirs, .. } => edited(action.clone(), text, theirs.as_ref()),
        }
    }
}

/// The message that replies to an open question: it quotes it.
pub(crate) fn reply_to(question: &OpenQuestion, text: &str) -> NewMessage {
    NewMessage {
        to: question.program.as_str().to_owned(),
        text: format!("{}{text}", quote_of(question)),
        kind: MessageKind::Directive,
        replies_to: Some(question.clone()),
    }
}

fn quote_of(question: &OpenQuestion) -> String {
    format!("> {}\n\n", question.text)
}

/// A message without the quote in front of it.
fn own_words(message: &NewMessage) -> &str {
    let quote = message.replies_to.as_ref().map(quote_of);
    let own = quote.and_then(|quote| message.text.strip_prefix(&quote));
    own.unwrap_or(&message.text)
}

/// The same action with another text. Who edits what changed meanwhile has seen what it changed to.
fn edited(action: Action, text: String, theirs: Option<&ContextEdit>) -> Action {
    match action {
        Action::SendMessage(message) => {
            let quote = message.replies_to.as_ref().map(quote_of).unwrap_or_default();
            Action::SendMessage(NewMessage {
                text: quote + &text,
                ..message
            })
        }
        Action::AnswerQuestion { question, .. } => Action::AnswerQuestion {
            question,
            response: text,
        },
        Action::CreateTask(mut task) => {
            task.title = text;
            Action::CreateTask(task)
        }
        Action::EditContext { program, seen, .. } => Action::EditContext {
            program,
            edit: ContextEdit::HandOffNotes(text),
            seen: theirs.cloned().unwrap_or(seen),
        },
        Action::UpdateSession(mut update) => {
            update.status = text;
            Action::UpdateSession(update)
        }
        other => other,
    }
}
