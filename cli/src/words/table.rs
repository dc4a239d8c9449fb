//! Runs `tests/fixtures/labels.json`: every case through the function of its rule, and no rule without one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;

use cachebash_core::domain::Progress;
use cachebash_core::insight::{FallSeen, Gap};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::values::Values;
use super::{Counted, HourCycle, Labels, Phrase, Spoken, Style};

const NARROW: char = '\u{202f}';

fn table() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/labels.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn labels(case: &Value, narrow_space: char) -> Labels {
    Labels::new(Style {
        narrow_space,
        hour_cycle: if case["hours"] == 12 {
            HourCycle::Twelve
        } else {
            HourCycle::TwentyFour
        },
        zone: TimeZone::get(case["zone"].as_str().unwrap()).unwrap(),
    })
}

#[test]
fn every_case_of_the_table_is_said_exactly() {
    let table = table();
    let cases = table["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let (rule, text) = (case["rule"].as_str().unwrap(), case["text"].as_str().unwrap());
        let values = Values(&case["values"]);
        let said = say(rule, &labels(case, NARROW), values);
        if said.as_deref() != Some(text) {
            wrong.push(format!("{rule}, {}: {said:?} instead of {text:?}", case["name"]));
        }
        // In the terminal the same words, with the space that cells have.
        let in_cells = say(rule, &labels(case, ' '), values);
        if in_cells != said.map(|said| said.replace(NARROW, " ")) {
            wrong.push(format!("{rule}, {}: in cells {in_cells:?}", case["name"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_is_told_and_has_cases_with_names_of_their_own() {
    let table = table();
    let told: BTreeSet<_> = table["about"]["rules"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let cases = table["cases"].as_array().unwrap();
    let used: BTreeSet<_> = cases.iter().map(|case| case["rule"].as_str().unwrap()).collect();
    assert_eq!(told, used);
    let names: BTreeSet<_> = cases
        .iter()
        .map(|case| (&case["rule"], &case["name"]))
        .map(|n| format!("{n:?}"))
        .collect();
    assert_eq!(names.len(), cases.len());
    assert!(cases.len() >= 150);
    assert_eq!(
        say("no such rule", &labels(&cases[0], NARROW), Values(&Value::Null)),
        None
    );
}

/// What the function of a rule says to these values; `None`: there is no such rule.
fn say(rule: &str, labels: &Labels, v: Values<'_>) -> Option<String> {
    Some(match rule {
        "clock" => labels.clock(v.time("at")),
        "clock_seconds" => labels.clock_seconds(v.time("at")),
        "day_clock" => labels.day_clock(v.time("at"), v.time("now")),
        "day" => labels.day(v.time("at"), v.time("now")),
        "span" => labels.span(v.time("from"), v.time("until"), v.time("now")),
        "age" => labels.age(v.maybe_time("heard"), v.time("now"), v.flag("fresh")),
        "duration" => labels.duration(v.span("span")),
        "duration_long" => labels.duration_long(v.span("span")),
        "number" => labels.number(u64::from(v.count("number"))),
        "percent" => labels.percent(v.percent("percent")),
        "progress" => labels.progress(
            v.maybe("progress")
                .and_then(Value::as_f64)
                .map_or(Progress::NotReported, Progress::Reported),
        ),
        "row_progress" => labels.row_progress(&v.row_progress(), now_or_zero(v)),
        "usual_every" => labels.usual_every(v.span("every")),
        "finding" => labels.finding(&v.finding(), v.time("now"), v.flag("fresh")),
        "finding_short" => labels.finding_short(&v.finding(), v.time("now"), v.flag("fresh")),
        "waiting" => labels.waiting(&v.waiting(), v.flag("or_pinned"), v.time("now"), v.flag("fresh")),
        "eta" => labels.eta(&v.estimate(), v.time("now"), v.flag("fresh")),
        "eta_basis" => labels.eta_basis(v.span("basis")),
        "headline" => labels.headline(&v.headline()),
        "as_of" => labels.as_of(v.maybe_time("at"), v.time("now")),
        "bar" => {
            let sources: Vec<_> = v
                .maybe("sources")
                .map(|_| v.list("sources").map(Values::report).collect())
                .unwrap_or_default();
            labels.bar(&v.notice(), &sources, v.time("now"))
        }
        "source_name" => labels.source_name(v.source()).to_owned(),
        "source_short" => labels.source_short(v.source()).to_owned(),
        "source_when" => labels.source_when(
            v.standing(),
            v.maybe_time("as_of"),
            v.maybe_time("since"),
            v.time("now"),
        ),
        "rate_limited" => labels.rate_limited(v.maybe_span("asked"), v.time("until"), v.time("now")),
        "cause" => labels.cause(v.source(), &v.cause(), v.maybe_span("asked"), v.time("now")),
        "heard" => labels.heard(
            v.maybe_time("heard"),
            v.maybe_time("read"),
            v.time("now"),
            v.flag("fresh"),
        ),
        "server_ahead" => labels.server_ahead(v.span("by")),
        "count" => labels.count(counted(v.word("key")), u64::from(v.count("count"))),
        "state_word" => labels.state_word(v.state().as_ref()),
        "section_title" => labels.section_title(v.section()).to_owned(),
        "quoted" => labels.quoted(v.word("text"), v.flag("cut")),
        "text" => labels.phrase(phrase(v.word("key"))).to_owned(),
        "strip_sentence" => labels.strip_sentence(&v.sections()),
        "read_aloud" => {
            let row = v.row();
            let spoken = Spoken {
                row: &row,
                account: v.maybe_word("account"),
                asks: v.maybe_word("asks"),
            };
            labels.read_aloud(&spoken, v.time("now"), v.flag("fresh"))
        }
        "context_left" => labels.context_left(v.context_left()),
        "missing_capability" => labels.missing_capability(&v.capability().unwrap()),
        "may_not_read" => labels.may_not_read(v.word("program")),
        "may_not_read_why" => labels.may_not_read_why(v.capability().as_ref()),
        "ended" => labels.ended(v.maybe_time("at"), v.time("now")),
        "session_span" => labels.session_span(&v.seen_session(), v.time("now")),
        "session_line" => labels.session_line(v.word("session"), &v.seen_session(), v.time("now")),
        "expiry_estimate" => labels.expiry_estimate(v.maybe_time("at"), v.time("now")),
        "key_used" => labels.key_used(v.maybe_time("at"), v.time("now"), v.flag("fresh")),
        "revoked" => labels.revoked(v.maybe_time("at"), v.time("now")),
        "written_by" => labels.written_by(v.maybe_word("program"), v.maybe_word("session")),
        "cleared" => labels.cleared(v.maybe_time("at"), v.time("now")),
        "next_check" => labels.next_check(v.maybe_time("last"), v.maybe_time("next")),
        "chart_sentence" => {
            let fall = |v: Values<'_>| FallSeen {
                from: v.percent("from"),
                to: v.percent("to"),
                at: v.time("at"),
            };
            let gap = |v: Values<'_>| Gap {
                from: v.time("from"),
                until: v.time("until"),
            };
            let (falls, gaps): (Vec<_>, Vec<_>) =
                (v.list("falls").map(fall).collect(), v.list("gaps").map(gap).collect());
            labels.chart_sentence(&falls, &gaps, v.maybe_time("next_beat_by"), v.time("now"))
        }
        "outcome" => labels.outcome(&v.outcome()),
        "short_name" => labels.short_name(v.word("full"), usize::try_from(v.count("max")).unwrap()),
        "error" => labels.error(&v.error()),
        "action" => labels.action(&v.action()),
        "delivery" => labels.delivery(&v.outbox_line()),
        "reply" => labels.reply(v.reply(), v.time("now")),
        "question_time" => labels.question_time(&v.question_time(), v.time("now")),
        "away" => labels.away(&v.digest()),
        "away_event" => labels.away_event(&v.away_event()),
        "hit_kind" => labels.hit_kind(v.hit_kind()).to_owned(),
        "hit_kinds" => labels.hit_kinds(v.hit_kind()).to_owned(),
        "reach" => labels.reach(&v.reach(), v.time("now")).join("\n"),
        "due_alert" => labels.due_alert(&v.due_alert(), v.time("now")),
        _ => return None,
    })
}

/// Progress that is reported or not has no time in it.
fn now_or_zero(v: Values<'_>) -> cachebash_core::domain::Timestamp {
    v.maybe_time("now")
        .unwrap_or(cachebash_core::domain::Timestamp::from_millis(0))
}

fn counted(key: &str) -> Counted {
    match key {
        "needs_you" => Counted::NeedsYou,
        "needed_you" => Counted::NeededYou,
        "questions_for_you" => Counted::QuestionsForYou,
        "questions" => Counted::Questions,
        "tasks" => Counted::Tasks,
        "messages" => Counted::Messages,
        "alerts" => Counted::Alerts,
        "open_questions" => Counted::OpenQuestions,
        "without_a_reply" => Counted::WithoutAReply,
        "work_items" => Counted::WorkItems,
        "sessions" => Counted::Sessions,
        "programs" => Counted::Programs,
        "servers" => Counted::Servers,
        "keys" => Counted::Keys,
        "rows" => Counted::Rows,
        "learned_patterns" => Counted::LearnedPatterns,
        "characters" => Counted::Characters,
        "not_delivered" => Counted::NotDelivered,
        "show_all_characters" => Counted::ShowAllCharacters,
        "live_sessions" => Counted::LiveSessions,
        "days" => Counted::Days,
        key => panic!("unknown count {key}"),
    }
}

fn phrase(key: &str) -> Phrase {
    match key {
        "or_pinned" => Phrase::OrPinned,
        "never_checked_in" => Phrase::NeverCheckedIn,
        "none_reported" => Phrase::NoneReported,
        "no_progress" => Phrase::NoProgress,
        "nobody" => Phrase::Nobody,
        "no_agents" => Phrase::NoAgents,
        "let_one_in" => Phrase::LetOneIn,
        "answer" => Phrase::Answer,
        "now" => Phrase::Now,
        "last_session" => Phrase::LastSession,
        "context" => Phrase::Context,
        "hand_off_notes" => Phrase::HandOffNotes,
        "open_questions" => Phrase::OpenQuestions,
        "asked_of_you" => Phrase::AskedOfYou,
        "an_agent_asks" => Phrase::AnAgentAsks,
        "high_priority" => Phrase::HighPriority,
        "answer_elsewhere" => Phrase::AnswerElsewhere,
        "work_items" => Phrase::WorkItems,
        "last_task" => Phrase::LastTask,
        "sessions" => Phrase::Sessions,
        "keys" => Phrase::Keys,
        "hand_off_required" => Phrase::HandOffRequired,
        "use_another_key" => Phrase::UseAnotherKey,
        "replace_key" => Phrase::ReplaceKey,
        "retry" => Phrase::Retry,
        "no_notes" => Phrase::NoNotes,
        "not_read_yet" => Phrase::NotReadYet,
        "nothing_stored" => Phrase::NothingStored,
        "agent_no_longer_sees" => Phrase::AgentNoLongerSees,
        key => panic!("unknown phrase {key}"),
    }
}
