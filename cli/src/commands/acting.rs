//! Acting over an account: what was typed is kept on this machine first, then sent, and its outcome told. What cannot be
//! sent now waits in the outbox, which the next command or `cachebash watch` sends.

use std::io::Read as _;

use cachebash_core::companion::{Account, CompanionError, ListQuery};
use cachebash_core::domain::{
    Action, ActionId, ContextEdit, Delivery, MessageKind, NewMessage, NewTask, ProgramId, QuestionId, Response,
    SessionId, SessionUpdate, TaskId, has_key, program_of_session_id,
};
use cachebash_core::insight::{self, OutboxLine, ProgramPage, Reading};
use cachebash_core::sync::Turn;
use serde_json::json;

use super::beginning::the_one;
use super::home::Home;
use super::{ask, json, print_line, print_text};
use crate::args::{
    AnswerArgs, ClientArgs, KindArg, NotesArgs, OutboxArgs, OutboxCommand, OutboxEntryArgs, ReplyArgs, SendArgs,
    StatusArgs, TaskCommand,
};
use crate::failure::{Done, Failure};
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{outbox as outbox_lines, print, said::Said, writing::reply_to};

/// Sends a message.
pub(super) async fn send(args: &SendArgs) -> Done {
    let text = typed(&args.text)?;
    let kind = match args.kind {
        KindArg::Directive => MessageKind::Directive,
        KindArg::Query => MessageKind::Query,
        KindArg::Status => MessageKind::Status,
    };
    let home = Home::of(&args.client).await?;
    let message = NewMessage {
        to: args.to.clone(),
        text,
        kind,
        replies_to: None,
    };
    act(&home, &args.client, Action::SendMessage(message)).await
}

/// Replies to an open question: a message that quotes it. Its number is that of the list as it was last read here, which
/// is the one that was shown.
pub(super) async fn reply(args: &ReplyArgs) -> Done {
    let text = typed(&args.text)?;
    if text.trim().is_empty() {
        return Err(Failure::usage("the reply has no text"));
    }
    let home = Home::of(&args.client).await?;
    let page = last_read(&home, &args.program).await?;
    let questions = insight::identities(&page.row.program, &page.context.context.open_questions);
    let place = usize::try_from(args.question).unwrap_or(usize::MAX) - 1;
    let question = questions.get(place).cloned().ok_or_else(|| {
        Failure::new(format!("{} has no open question {}", args.program, args.question))
            .hint(format!("`cachebash state {}` lists them", args.program))
    })?;
    if !home.offline {
        let now = page_now(&home, &args.program).await?.context.context.open_questions;
        if !insight::identities(&page.row.program, &now).contains(&question) {
            return Err(Failure::new(format!(
                "{} has taken question {} out since you looked",
                args.program, args.question
            ))
            .hint(format!("`cachebash state {}` lists those there are now", args.program)));
        }
    }
    act(&home, &args.client, Action::SendMessage(reply_to(&question, &text))).await
}

/// Answers an asked question, named by its id or its beginning.
pub(super) async fn answer(args: &AnswerArgs) -> Done {
    let Some(text) = &args.text else {
        return response(args).await;
    };
    let response = typed(text)?;
    let home = Home::of(&args.client).await?;
    if !home.offline {
        home.refresh_lists(&[Turn::Questions]).await?;
    }
    let account = home.one_account()?.id;
    let query = ListQuery {
        account: Some(account),
        limit: u32::MAX,
        ..ListQuery::default()
    };
    let waiting = home.companion.questions(&query).map_err(|error| home.failure(&error))?;
    let none = Failure::new(format!("no question {} waits for an answer", args.question))
        .hint("`cachebash questions` lists those that do, with their ids");
    let row = the_one(
        waiting.rows,
        |row| row.question.as_str(),
        &args.question,
        "questions",
        none,
    )?;
    if !row.answerable {
        return Err(Failure::new("this server takes no answers").hint("answer it in the CacheBash app"));
    }
    let question = row.question;
    act(&home, &args.client, Action::AnswerQuestion { question, response }).await
}

/// Shows what was answered to a question, named by its whole id.
async fn response(args: &AnswerArgs) -> Done {
    let home = Home::of(&args.client).await?;
    if home.offline {
        return Err(Failure::new("answers are read from the server").hint("leave out --offline"));
    }
    let account = home.one_account()?.id;
    let question = QuestionId::new(args.question.as_str());
    let told = home
        .companion
        .read_response(&account, &question)
        .await
        .map_err(|error| match error {
            CompanionError::NotFound => Failure::new(format!("there is no question {question}"))
                .hint("name it by its whole id, as `cachebash questions` shows it"),
            other => home.failure(&other),
        })?;
    let (state, text) = match &told {
        Response::Waiting => ("waiting", None),
        Response::Answered(text) => ("answered", Some(text.as_str())),
        Response::Sealed(_) => ("sealed", None),
    };
    if args.client.json {
        return print_line(&json!({ "question": question.as_str(), "state": state, "response": text }).to_string());
    }
    match told {
        Response::Waiting => print_line("Nobody answered yet"),
        Response::Answered(text) => print_line(&print_theme().show(&text)),
        Response::Sealed(_) => Err(Failure::new("the answer is sealed for the key that asked")
            .hint("add an account with that key: `cachebash account add`")),
    }
}

/// Replaces a program's hand-off notes, if they are still those that were last read here.
pub(super) async fn notes(args: &NotesArgs) -> Done {
    let notes = typed(&args.text)?;
    let home = Home::of(&args.client).await?;
    let seen = last_read(&home, &args.program).await?.context.context.hand_off_notes;
    let edit = Action::EditContext {
        program: ProgramId::new(args.program.as_str()),
        edit: ContextEdit::HandOffNotes(notes),
        seen: ContextEdit::HandOffNotes(seen),
    };
    act(&home, &args.client, edit).await
}

/// Gives a session another status, with the state and progress that its agent last reported.
pub(super) async fn status(args: &StatusArgs) -> Done {
    let status = typed(&args.text)?;
    let home = Home::of(&args.client).await?;
    let session = SessionId::new(args.session.as_str());
    let program = program_of_session_id(&session);
    let page = page_now(&home, program.as_str()).await?;
    let Some(row) = page
        .session
        .iter()
        .chain(&page.sessions)
        .find(|row| row.session == session)
    else {
        return Err(Failure::new(format!("{program} has no session {session} here"))
            .hint(format!("`cachebash sessions {program}` lists those there are")));
    };
    if page.renames_sessions {
        eprintln!("{}", home.labels.renames());
    }
    let update = SessionUpdate {
        session,
        status,
        state: row.state.clone(),
        progress: row.progress,
    };
    act(&home, &args.client, Action::UpdateSession(update)).await
}

/// Creates, claims or completes a task.
pub(super) async fn task(command: &TaskCommand) -> Done {
    let (client, action) = match command {
        TaskCommand::Create(args) => {
            let task = NewTask {
                to: args.to.clone(),
                title: args.title.clone(),
                instructions: typed(&args.instructions)?,
            };
            (&args.client, Action::CreateTask(task))
        }
        TaskCommand::Claim(args) => {
            let task = TaskId::new(args.task.as_str());
            (&args.client, Action::ClaimTask { task })
        }
        TaskCommand::Complete(args) => {
            let done = Action::CompleteTask {
                task: TaskId::new(args.task.as_str()),
                succeeded: !args.failed,
                result: args.result.clone(),
            };
            (&args.client, done)
        }
    };
    let home = Home::of(client).await?;
    act(&home, client, action).await
}

/// Shows what is not done yet, or decides about a line of it.
pub(super) async fn outbox(args: &OutboxArgs) -> Done {
    match &args.command {
        None => list(&args.client).await,
        Some(OutboxCommand::Retry(entry)) => retry(entry).await,
        Some(OutboxCommand::Discard(entry)) => discard(entry).await,
    }
}

async fn list(client: &ClientArgs) -> Done {
    let home = Home::of(client).await?;
    let accounts = home.accounts()?;
    let shown = accounts
        .iter()
        .filter(|account| home.account.as_ref().is_none_or(|id| account.id == *id));
    for account in shown {
        if client.allow_writes {
            ask::leave(&home, account, true)?;
        }
        if !home.offline {
            deliver(&home, account).await?;
        }
    }
    let view = home
        .companion
        .outbox(home.account.as_ref())
        .map_err(|error| home.failure(&error))?;
    if client.json {
        return print_line(&json::outbox(&view).to_string());
    }
    if view.lines.is_empty() {
        return print_line(home.labels.nothing_waits());
    }
    show(&home, &view.lines)?;
    let held_back = |account: &&Account| !account.writes_allowed && view.lines.iter().any(|l| l.account == account.id);
    for account in home.accounts()?.iter().filter(held_back) {
        eprintln!(
            "{} is read only here: nothing of it is sent until you allow it, with --allow-writes",
            account.label
        );
    }
    Ok(())
}

fn show(home: &Home, lines: &[OutboxLine]) -> Done {
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = outbox_lines::printed(lines, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}

async fn retry(args: &OutboxEntryArgs) -> Done {
    let home = Home::of(&args.client).await?;
    let line = find(&home, &args.id)?;
    let account = account_of(&home, &line)?;
    ask::leave(&home, &account, args.client.allow_writes)?;
    home.companion
        .retry_action(&account.id, &line.entry.id)
        .await
        .map_err(|error| home.failure(&error))?;
    finish(&home, &args.client, &account, &line.entry.id).await
}

async fn discard(args: &OutboxEntryArgs) -> Done {
    let home = Home::of(&args.client).await?;
    let line = find(&home, &args.id)?;
    let account = account_of(&home, &line)?;
    home.companion
        .discard_action(&account.id, &line.entry.id)
        .await
        .map_err(|error| home.failure(&error))?;
    if args.client.json {
        return print_line(&json!({ "id": line.entry.id.as_str(), "delivery": "discarded" }).to_string());
    }
    if let Delivery::Unseen { key } = &line.entry.delivery {
        return print_line(&format!(
            "Discarded; that key lives on until `cachebash keys revoke {:.8}`",
            key.as_str()
        ));
    }
    print_line(if line.entry.may_have_arrived() {
        "Given up; it may have arrived"
    } else {
        "Discarded"
    })
}

/// Keeps an action, sends it unless nobody may be asked, and tells what came of it.
async fn act(home: &Home, client: &ClientArgs, action: Action) -> Done {
    let account = home.one_account()?;
    ask::leave(home, &account, client.allow_writes)?;
    let id = home
        .companion
        .ask(&account.id, action)
        .await
        .map_err(|error| home.failure(&error))?;
    finish(home, client, &account, &id).await
}

/// Sends what may go, and tells what came of an action.
pub(super) async fn finish(home: &Home, client: &ClientArgs, account: &Account, id: &ActionId) -> Done {
    if !home.offline {
        deliver(home, account).await?;
    }
    let view = home
        .companion
        .outbox(Some(&account.id))
        .map_err(|error| home.failure(&error))?;
    let left = view.lines.iter().find(|line| line.entry.id == *id);
    if client.json {
        let told = left.map_or_else(
            || json!({ "id": id.as_str(), "delivery": { "state": "accepted" } }),
            json::outbox_line,
        );
        print_line(&told.to_string())?;
    }
    let Some(line) = left else {
        return if client.json { Ok(()) } else { print_line("Done") };
    };
    let says = home.labels.delivery(line);
    if home.is_passing() {
        // Its folder goes with this command.
        return Err(
            Failure::new(says).hint("nothing is kept without --data DIR or a stored account: this was given up")
        );
    }
    let short = id.as_str().get(..13).unwrap_or(id.as_str());
    if let Some(behind) = &line.behind {
        return Err(
            Failure::new(format!("{says}, {behind}, which needs a decision")).hint(format!(
                "it is kept: `cachebash outbox` shows both, `cachebash outbox retry {behind}` or `discard` decides"
            )),
        );
    }
    if matches!(line.entry.delivery, Delivery::Issued { .. }) {
        let says = format!("{says}; `cachebash keys show {short}` prints it");
        return if client.json { Ok(()) } else { print_line(&says) };
    }
    if line.entry.delivery.needs_decision() {
        if matches!(line.entry.delivery, Delivery::Changed { .. }) && !client.json {
            show(home, std::slice::from_ref(line))?;
        }
        return Err(Failure::new(says).hint(format!(
            "it is kept: `cachebash outbox retry {short}` or `cachebash outbox discard {short}`"
        )));
    }
    if client.json {
        return Ok(());
    }
    print_line(&format!("{says}; it is kept, and `cachebash outbox` sends it"))
}

async fn deliver(home: &Home, account: &Account) -> Done {
    home.companion
        .deliver(&account.id)
        .await
        .map_err(|error| home.failure(&error))
}

/// One program's page as it was last read here, which is what a person has seen; read now if it never was.
async fn last_read(home: &Home, program: &str) -> Done<ProgramPage> {
    let account = home.one_account()?.id;
    match home.companion.program(&account, &ProgramId::new(program)) {
        Ok(page) if page.context.reading != Reading::NotRead => Ok(page),
        Ok(_) | Err(CompanionError::NotFound) => page_now(home, program).await,
        Err(error) => Err(home.failure(&error)),
    }
}

/// One program's page, read now where that is possible.
async fn page_now(home: &Home, program: &str) -> Done<ProgramPage> {
    let account = home.one_account()?.id;
    let id = ProgramId::new(program);
    if !home.offline {
        home.refresh().await?;
        match home.companion.refresh_program(&account, &id).await {
            // What is stored will do, and an unknown program is told below.
            Ok(_) | Err(CompanionError::NotFound) => {}
            Err(error) => return Err(home.failure(&error)),
        }
    }
    home.companion.program(&account, &id).map_err(|error| match error {
        CompanionError::NotFound => Failure::new(format!("there is no program called {program} here"))
            .hint("`cachebash programs` shows those there are"),
        other => home.failure(&other),
    })
}

/// A text as it was typed, or from standard input.
fn typed(text: &str) -> Done<String> {
    let text = if text == "-" {
        let mut read = String::new();
        std::io::stdin().lock().read_to_string(&mut read)?;
        read.trim_end().to_owned()
    } else {
        text.to_owned()
    };
    if has_key(&text) {
        return Err(
            Failure::usage("there is an API key in the text; nothing was kept or sent")
                .hint("whoever needs a key gets one of its own: `cachebash keys create`"),
        );
    }
    Ok(text)
}

/// The one line of the outbox whose id begins so.
fn find(home: &Home, id: &str) -> Done<OutboxLine> {
    let view = home
        .companion
        .outbox(home.account.as_ref())
        .map_err(|error| home.failure(&error))?;
    let none = Failure::new(format!("there is no {id} in the outbox"))
        .hint("`cachebash outbox` lists what there is; what was accepted is gone from it");
    the_one(
        view.lines,
        |line| line.entry.id.as_str(),
        id,
        "lines of the outbox",
        none,
    )
}

pub(super) fn account_of(home: &Home, line: &OutboxLine) -> Done<Account> {
    let accounts = home.accounts()?;
    let found = accounts.into_iter().find(|account| account.id == line.account);
    found.ok_or_else(|| Failure::new("the account is gone"))
}
