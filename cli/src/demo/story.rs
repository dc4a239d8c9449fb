//! The story that is played, minute by minute: written once, for the stepped clock and for the fast one alike.
//!
//! The first hour is played before anyone looks. Then, within half an hour of the demo's time: a hand-off (66), a block
//! (70), a stretch that nobody watches (77 to 84), an agent that falls silent (after 74); everything else rises.

use cachebash_core::domain::Span;

use super::script::{Book, Notes, Step, Who};

/// When somebody begins to look.
pub(crate) const CURTAIN: Span = Span::from_mins(60);
/// When `--once` prints its board.
pub(crate) const BOARD: Span = Span::from_millis(93 * 60_000 + 10_000);
/// When the story is told and rounds of plain work begin.
const EPILOGUE: i64 = 134;
/// How long a round of plain work lasts, in minutes.
const ROUND: i64 = 60;

/// The story, in time order.
pub(crate) fn story() -> Vec<Step> {
    let mut book = Book::default();
    orchestrator(&mut book);
    builder(&mut book);
    reviewer(&mut book);
    deployer(&mut book);
    book.network(77, true, "the companion's network is cut; n does the same");
    book.network(84, false, "the network is back; what was not seen stays hatched");
    book.in_order()
}

/// What follows the story: round after round of plain work, so that a demo that is left running stays alive.
pub(crate) fn round(number: i64) -> Vec<Step> {
    let mut book = Book::default();
    let from = EPILOGUE + number * ROUND;
    for (place, who) in (0..).zip(Who::ALL) {
        let session = format!("round-{}", number + 1);
        let begin = from + place * 2;
        book.begin(who, begin, &session, "The next round", "another round of work begins");
        book.stretch(
            who,
            &session,
            begin..begin + 46,
            "Working through the next round",
            0..100,
            None,
        );
        book.end(
            who,
            begin + 46,
            &session,
            "The round is done",
            "a round of work is done",
        );
    }
    book.in_order()
}

fn orchestrator(book: &mut Book) {
    let who = Who::Orchestrator;
    book.begin(who, 0, "auth-2", "Lead the auth module", "orchestrator begins");
    book.stretch(who, "auth-2", 0..14, "Planning the auth module", 0..15, Some((96, 90)));
    book.write(
        who,
        14,
        "auth-2",
        Notes {
            task: [
                "auth",
                "Lead the auth module",
                "in_progress",
                "Six tasks, two of them can wait.",
            ],
            items: vec!["Token checks", "Login audit", "Session table migration"],
            text: "Builder and reviewer work side by side; deployer waits for both.",
            questions: vec!["May the login form change ship before the token work is done?"],
        },
        "orchestrator asks an open question",
    );
    book.stretch(
        who,
        "auth-2",
        14..132,
        "Handing out the six tasks of the auth module",
        15..100,
        Some((90, 40)),
    );
    book.end(who, 132, "auth-2", "The auth module is done", "orchestrator is done");
}

fn builder(book: &mut Book) {
    let who = Who::Builder;
    book.begin(
        who,
        1,
        "auth-5",
        "Read how the login form signs people in",
        "builder begins",
    );
    book.stretch(
        who,
        "auth-5",
        1..12,
        "Reading how the login form signs people in",
        0..100,
        None,
    );
    book.write(
        who,
        12,
        "auth-5",
        Notes {
            task: [
                "auth-form",
                "Read the login form",
                "completed",
                "It signs with one key and checks no audience.",
            ],
            items: vec!["Checking signatures and audiences", "Implementing JWT validation"],
            text: "The login form signs with one key and checks no audience. Begin with the checks; leave the form alone \
                   until the reviewer has read it.",
            questions: vec!["Is there a second client that uses the old form?"],
        },
        "builder writes down what it read",
    );
    book.end(
        who,
        13,
        "auth-5",
        "Read and written down",
        "builder hands off: auth-5 ends",
    );
    book.take_over(who, 14, "auth-6", "auth-6 read the notes and goes on");
    book.stretch(
        who,
        "auth-6",
        14..65,
        "Checking signatures and audiences",
        0..96,
        Some((92, 9)),
    );
    book.write(
        who,
        65,
        "auth-6",
        Notes {
            task: ["auth-checks", "Implement the auth module", "completed", "Token checks pass. Refresh tokens still need their odd cases."],
            items: vec!["Implementing JWT validation", "Refresh token edge cases", "Key rotation without downtime"],
            text: "Signature and audience checks are in and tested. Left for the next session: a refresh token that arrives \
                   in its last second. The failing case is in the token tests, named for the clock that runs ahead. \
                   Do not touch the key rotation job before the reviewer has read it.",
            questions: vec![
                "Should an expired refresh token answer 401 or 403?",
                "May the audience list hold more than one service?",
            ],
        },
        "builder's context is full: it writes down what the next session must know",
    );
    book.end(
        who,
        66,
        "auth-6",
        "Handed over to a fresh session",
        "builder hands off: auth-6 ends",
    );
    book.take_over(who, 67, "auth-7", "auth-7 read the notes and goes on");
    book.stretch(
        who,
        "auth-7",
        67..73,
        "Implementing JWT validation",
        3..21,
        Some((97, 90)),
    );
    book.report(
        who,
        73,
        "auth-7",
        "Implementing JWT validation",
        10,
        Some(89),
        "builder fell from 18 to 10 %",
    );
    book.stretch(
        who,
        "auth-7",
        73..93,
        "Implementing JWT validation",
        10..47,
        Some((88, 38)),
    );
    book.stretch(
        who,
        "auth-7",
        93..130,
        "Implementing JWT validation",
        47..100,
        Some((38, 12)),
    );
    book.end(who, 130, "auth-7", "JWT validation is in and tested", "builder is done");
}

fn reviewer(book: &mut Book) {
    let who = Who::Reviewer;
    book.begin(who, 10, "login-3", "Audit the login path", "reviewer begins");
    book.stretch(who, "login-3", 10..75, "Auditing the login path", 0..84, Some((95, 55)));
    // Nothing from 75 to 98: silent once four of its usual beats, and at least ten minutes, have passed.
    book.report(
        who,
        98,
        "login-3",
        "Auditing the login path",
        83,
        Some(54),
        "reviewer is heard again",
    );
    book.stretch(
        who,
        "login-3",
        98..116,
        "Auditing the login path",
        83..100,
        Some((54, 48)),
    );
    book.end(who, 116, "login-3", "The login path is clean", "reviewer is done");
}

fn deployer(book: &mut Book) {
    let who = Who::Deployer;
    book.begin(
        who,
        5,
        "release-1",
        "Deploy the token service to staging",
        "deployer begins",
    );
    book.stretch(
        who,
        "release-1",
        5..22,
        "Deploying the token service to staging",
        0..100,
        None,
    );
    book.end(
        who,
        22,
        "release-1",
        "The token service runs on staging",
        "deployer has one release out",
    );
    book.begin(
        who,
        24,
        "release-2",
        "Migrate the session table",
        "deployer begins the migration",
    );
    book.stretch(
        who,
        "release-2",
        24..70,
        "Preparing the session table migration",
        0..80,
        None,
    );
    let question = "The migration locks users for 40 s. Run it now or at 22:00?";
    book.block(
        who,
        70..100,
        "release-2",
        question,
        80,
        "deployer is blocked: it asks you",
    );
    book.report(
        who,
        100,
        "release-2",
        "Running the migration",
        81,
        None,
        "deployer got its answer elsewhere and goes on",
    );
    book.stretch(who, "release-2", 100..112, "Running the migration", 81..100, None);
    book.end(who, 112, "release-2", "Moved the session table", "deployer is done");
}

#[cfg(test)]
mod tests {
    use super::super::script::Act;
    use super::*;

    #[test]
    fn within_half_an_hour_there_are_rises_a_block_a_hand_off_and_a_gap() {
        let half_hour = |step: &&Step| step.at >= CURTAIN && step.at < Span::from_mins(90);
        let seen: Vec<Step> = story().iter().filter(half_hour).cloned().collect();
        let any = |holds: fn(&Act) -> bool| seen.iter().any(|step| holds(&step.act));
        assert!(any(|act| matches!(act, Act::Report(report) if report.blocked)));
        assert!(any(|act| matches!(act, Act::Write(_))) && any(|act| matches!(act, Act::TakeOver)));
        assert!(
            any(|act| matches!(act, Act::Network { cut: true }))
                && any(|act| matches!(act, Act::Network { cut: false }))
        );
        for who in [Who::Orchestrator, Who::Builder, Who::Reviewer] {
            let rises: Vec<u8> = seen
                .iter()
                .filter(|step| step.who == who)
                .filter_map(|step| match &step.act {
                    Act::Report(report) => Some(report.progress),
                    _ => None,
                })
                .collect();
            assert!(rises.windows(2).any(|pair| pair[0] < pair[1]), "{who:?} rises");
        }
    }

    #[test]
    fn every_session_begins_once_before_it_speaks_and_ends_once() {
        let steps: Vec<Step> = story().into_iter().chain(round(0)).chain(round(1)).collect();
        let mut open = std::collections::HashMap::new();
        for step in steps.iter().filter(|step| !step.session.is_empty()) {
            let name = (step.who.program(), step.session.as_str());
            match &step.act {
                Act::Begin { .. } | Act::TakeOver => assert_eq!(open.insert(name, true), None, "{name:?} begins twice"),
                Act::End { .. } => assert_eq!(open.insert(name, false), Some(true), "{name:?} ends unbegun"),
                _ => assert_eq!(open.get(&name), Some(&true), "{name:?} speaks at {:?}", step.at),
            }
        }
        assert!(open.values().all(|open| !open));
    }

    #[test]
    fn texts_are_within_the_servers_limits() {
        for step in story() {
            match step.act {
                Act::Report(report) => assert!(report.status.len() <= 200 && report.progress <= 100),
                Act::Write(notes) => {
                    assert!(notes.text.len() <= 2_000 && notes.questions.iter().all(|q| q.len() <= 500));
                }
                _ => {}
            }
        }
    }
}
