//! Section, shape and finding of one program: the ladder from heard to quiet, and what is said beside the agent's word.

use super::world::*;
use crate::domain::{Percent, Progress, Session, SessionState, Timestamp};
use crate::insight::{Finding, Look, RowProgress, Section, Shape, Trace, row, session_row};

fn steady_beats(word: &str, every_mins: i64, until: Timestamp) -> Vec<Session> {
    (0..5)
        .map(|n| session("agent.1", word, until.minus(mins(every_mins * (4 - n)))))
        .collect()
}

#[test]
fn b21_an_agent_dead_for_a_day_is_quiet_and_its_age_is_exact() {
    let dead = [session("scribe.1", "active", NOW.minus(DAY))];
    let row = judged(&dead, NOW).row;
    assert_eq!((row.section, row.shape), (Section::Quiet, Shape::Quiet));
    assert_eq!(NOW.since(row.last_heard.unwrap()), DAY);
    assert!(!row.moving);
    let almost = judged(&dead, NOW.minus(secs(1))).row;
    assert_eq!(
        (almost.section, almost.shape),
        (Section::StalledOrSilent, Shape::WorkingSilent)
    );
}

#[test]
fn b21_last_heard_is_the_latest_of_update_heartbeat_and_fleet_health() {
    let mut record = record(session("builder.1", "active", NOW.minus(mins(40))), None);
    assert_eq!(row(&record, &now()).row.section, Section::StalledOrSilent);
    let current_heard = NOW.minus(mins(2));
    record.current.as_mut().unwrap().session.last_heartbeat = Some(current_heard);
    assert_eq!(row(&record, &now()).row.last_heard, Some(current_heard));
    record.current.as_mut().unwrap().fleet_heartbeat = Some(NOW);
    let heard = row(&record, &now()).row;
    assert_eq!((heard.last_heard, heard.section), (Some(NOW), Section::Working));
}

#[test]
fn t12_one_ladder_by_the_agents_own_rhythm_and_never_the_servers_words() {
    let silent_after = |every: i64, age: i64| {
        let beats = steady_beats("active", every, NOW);
        judged(&beats, NOW.plus(mins(age))).row.section == Section::StalledOrSilent
    };
    assert!(!silent_after(5, 19) && silent_after(5, 20), "four usual beats of 5 min");
    assert!(!silent_after(1, 9) && silent_after(1, 10), "never before 10 min");
    let once = [session("agent.1", "active", NOW)];
    let unknown = |age: i64| judged(&once, NOW.plus(mins(age))).row.section;
    assert_eq!(
        (unknown(29), unknown(30)),
        (Section::Working, Section::StalledOrSilent),
        "30 min without a rhythm"
    );

    // Fleet health calls it stale after ten minutes; the agent's word stays what the agent said.
    let mut record = record(session("agent.1", "active", NOW.minus(mins(12))), None);
    record.fleet = Some(fleet_program("agent", "agent.1", "working"));
    let row = row(&record, &now()).row;
    assert_eq!((row.state, row.shape), (Some(SessionState::Working), Shape::Working));
    let silent = judged(&once, NOW.plus(mins(65))).row;
    assert_eq!(
        (silent.state, silent.shape),
        (Some(SessionState::Working), Shape::WorkingSilent)
    );
}

#[test]
fn silence_names_its_beginning_and_the_usual_beat() {
    let heard_last = NOW.minus(mins(124));
    let judged = judged(&steady_beats("active", 5, heard_last), NOW);
    assert_eq!(
        judged.row.finding,
        Some(Finding::Silent {
            since: heard_last,
            usual_every: Some(mins(5))
        })
    );
    assert_eq!(judged.entered_at, heard_last.plus(mins(20)));
    assert_eq!(judged.row.shape, Shape::WorkingSilent);
}

#[test]
fn b18_blocked_is_pinned_only_where_fleet_health_says_so_of_this_very_session() {
    let read = |fleet_session: Option<&str>| {
        let session = session("sentinel.1", "blocked", NOW);
        let fleet = fleet_session.map(|id| fleet_program("sentinel", id, "pinned"));
        let mut record = record(session.clone(), None);
        let current = record.current.as_mut().unwrap();
        current.fleet_word = fleet
            .as_ref()
            .and_then(|fleet| fleet.word_for(&session.id))
            .map(str::to_owned);
        record.fleet = fleet;
        row(&record, &now()).row
    };
    let told = read(Some("sentinel.1"));
    assert_eq!(
        (told.state, told.section, told.shape),
        (Some(SessionState::Pinned), Section::Pinned, Shape::Pinned)
    );
    for unknown in [read(None), read(Some("sentinel.0"))] {
        assert_eq!(unknown.state, Some(SessionState::BlockedOrPinned));
        assert_eq!((unknown.section, unknown.shape), (Section::NeedsYou, Shape::Blocked));
        assert!(unknown.waiting.is_some());
    }
}

#[test]
fn a_blocked_agent_needs_you_even_when_it_was_not_heard_for_days() {
    let judged = judged(&[session("deployer.1", "blocked", NOW.minus(DAY.times(3)))], NOW);
    assert_eq!(
        (judged.row.section, judged.row.shape),
        (Section::NeedsYou, Shape::BlockedSilent)
    );
}

#[test]
fn waiting_counts_from_the_first_sample_and_says_whether_the_change_was_seen() {
    let since = NOW.minus(mins(4));
    let seen = judged(
        &[
            session("d.1", "active", NOW.minus(mins(5))),
            session("d.1", "blocked", since),
        ],
        NOW,
    );
    let waiting = seen.row.waiting.unwrap();
    assert_eq!((waiting.since, waiting.change_seen), (since, true));
    let unseen = judged(&[session("d.1", "blocked", since)], NOW).row.waiting.unwrap();
    assert_eq!((unseen.since, unseen.change_seen), (since, false));
    assert_eq!(judged(&[session("d.1", "active", since)], NOW).row.waiting, None);
}

#[test]
fn no_change_after_a_quarter_of_an_hour_or_three_usual_steps() {
    let at = |minute: i64, value: f64| with_progress(session("indexer.1", "active", NOW.plus(mins(minute))), value);
    let quick = [at(0, 60.0), at(1, 62.0), at(16, 62.0)];
    assert_eq!(judged(&quick[..2], NOW.plus(mins(2))).row.finding, None);
    let stalled = judged(&quick, NOW.plus(mins(16)));
    assert_eq!(
        stalled.row.finding,
        Some(Finding::NoChange {
            since: NOW.plus(mins(1))
        })
    );
    assert_eq!(
        (stalled.row.section, stalled.row.shape),
        (Section::StalledOrSilent, Shape::WorkingStalled)
    );
    assert!(!stalled.row.moving);

    // Four rises ten minutes apart: three usual steps are half an hour.
    let slow = [
        at(0, 1.0),
        at(10, 2.0),
        at(20, 3.0),
        at(30, 4.0),
        at(40, 5.0),
        at(65, 5.0),
    ];
    assert_eq!(judged(&slow, NOW.plus(mins(69))).row.finding, None);
    assert!(matches!(
        judged(&slow, NOW.plus(mins(70))).row.finding,
        Some(Finding::NoChange { .. })
    ));
}

#[test]
fn nothing_stalls_that_reports_no_progress_or_is_done_or_is_not_working() {
    let after = |session: Session| judged(&[session], NOW.plus(mins(20))).row.finding;
    assert_eq!(after(session("t.1", "active", NOW)), None);
    assert_eq!(after(with_progress(session("t.1", "active", NOW), 100.0)), None);
    assert_eq!(after(with_progress(session("t.1", "pinned", NOW), 40.0)), None);
    assert!(after(with_progress(session("t.1", "active", NOW), 40.0)).is_some());
}

#[test]
fn a_fall_is_told_for_half_an_hour_and_silence_goes_first() {
    let at = |minute: i64, value: f64| with_progress(session("b.1", "active", NOW.plus(mins(minute))), value);
    let fell = |updates: &[Session], minute: i64| judged(updates, NOW.plus(mins(minute))).row;
    let fallen = [at(0, 18.9), at(1, 10.2), at(12, 12.0), at(20, 13.0), at(30, 14.0)];
    let told = fell(&fallen, 31);
    let (from, to) = (Percent::of(18.9), Percent::of(10.2));
    assert_eq!(
        told.finding,
        Some(Finding::Fell {
            from,
            to,
            at: NOW.plus(mins(1))
        })
    );
    assert_eq!((told.section, told.shape), (Section::Working, Shape::Working));
    assert!(!told.moving, "a bar that fell is not one that moves");
    assert_eq!(fell(&fallen, 32).finding, None);
    assert!(fell(&fallen, 32).moving);
    assert!(matches!(fell(&fallen[..2], 31).finding, Some(Finding::Silent { .. })));
}

#[test]
fn b20_zero_forty_five_a_hundred_and_not_reported_all_differ() {
    let shown = |progress: Progress| {
        let session = Session {
            progress,
            ..session("b.1", "active", NOW)
        };
        judged(&[session], NOW).row.progress
    };
    let percent = |value: f64| RowProgress::Percent(Percent::of(value));
    let (zero, some, all) = (
        Progress::Reported(0.0),
        Progress::Reported(45.0),
        Progress::Reported(100.0),
    );
    assert_eq!(shown(zero), percent(0.0));
    assert_eq!(shown(some), percent(45.0));
    assert_eq!(shown(all), percent(100.0));
    assert_eq!(shown(Progress::NotReported), RowProgress::NotReported);
    assert_ne!(percent(0.0), percent(45.0));
    assert_ne!(percent(45.0), percent(100.0));

    let told = with_progress(session("b.1", "active", NOW.minus(mins(1))), 0.0);
    let dropped = judged(&[told, session("b.1", "active", NOW)], NOW).row.progress;
    assert_eq!(
        dropped,
        RowProgress::Last {
            percent: Percent::of(0.0),
            at: NOW.minus(mins(1))
        }
    );
}

#[test]
fn what_ended_today_is_finished_and_what_ended_before_midnight_is_quiet() {
    let midnight = now().midnight;
    let today = judged(&[ended("linter.1", midnight)], NOW);
    assert_eq!(
        (today.row.section, today.row.shape),
        (Section::FinishedToday, Shape::Complete)
    );
    assert_eq!((today.row.ended_at, today.entered_at), (Some(midnight), midnight));
    let yesterday = judged(&[ended("linter.1", midnight.minus(secs(1)))], NOW);
    assert_eq!(
        (yesterday.row.section, yesterday.row.shape),
        (Section::Quiet, Shape::Quiet)
    );
    assert_eq!(yesterday.entered_at, midnight);
    assert_eq!(
        judged(&[ended("linter.1", midnight.minus(DAY.times(2)))], NOW).entered_at,
        midnight.minus(DAY.times(2))
    );
    // Its list says complete before it is archived: over all the same.
    let said = judged(&[session("linter.1", "complete", NOW.minus(mins(3)))], NOW).row;
    assert_eq!(
        (said.section, said.ended_at),
        (Section::FinishedToday, Some(NOW.minus(mins(3))))
    );
}

#[test]
fn a_word_we_do_not_know_is_kept_and_stands_with_the_working() {
    let row = judged(&[session("rig.1", "rebooting", NOW)], NOW).row;
    assert_eq!((row.section, row.shape), (Section::Working, Shape::OtherWord));
    assert_eq!(row.state, Some(SessionState::Other("rebooting".to_owned())));
}

#[test]
fn coming_back_is_a_new_entry_into_working() {
    let beats = [
        session("a.1", "active", NOW.minus(mins(90))),
        session("a.1", "active", NOW),
    ];
    assert_eq!(judged(&beats, NOW).entered_at, NOW);
}

#[test]
fn nobody_falls_silent_because_this_device_was_offline() {
    let beats = steady_beats("active", 5, NOW);
    let at_as_of = row(
        &record(beats[4].clone(), Some(watched(&beats))),
        &moment_at(NOW.plus(secs(12))),
    )
    .row;
    assert_eq!(at_as_of.shape, Shape::Working);
}

#[test]
fn a_program_without_a_session_was_never_seen_unless_fleet_health_heard_it() {
    let mut record = record(session("archivist.1", "active", NOW), None);
    record.current = None;
    let never = row(&record, &now());
    assert_eq!((never.row.section, never.row.shape), (Section::Quiet, Shape::NeverSeen));
    assert_eq!((never.row.last_heard, never.entered_at), (None, record.listed_at));
    record.fleet = Some(fleet_program("archivist", "archivist.1", "working"));
    let heard = row(&record, &now()).row;
    assert_eq!((heard.shape, heard.last_heard), (Shape::Quiet, Some(NOW)));
}

#[test]
fn words_are_the_status_else_the_first_name() {
    let mut record = record(session("b.1", "active", NOW), None);
    assert_eq!(row(&record, &now()).row.status, None);
    record.current.as_mut().unwrap().first_name = Some("Building auth".to_owned());
    assert_eq!(row(&record, &now()).row.status.as_deref(), Some("Building auth"));
    record.current.as_mut().unwrap().session.status = Some("Running tests".to_owned());
    assert_eq!(row(&record, &now()).row.status.as_deref(), Some("Running tests"));
}

#[test]
fn a_session_in_a_list_keeps_its_check_mark_however_long_ago_it_ended() {
    let old = ended("builder.auth-5", NOW.minus(DAY.times(9)));
    let listed = record(old, None).current.unwrap();
    let account = crate::domain::AccountId::from("home");
    let shown = session_row(&listed, &account, &now());
    assert_eq!(
        (shown.shape, shown.live, shown.start_known),
        (Shape::Complete, false, false)
    );
    assert_eq!(shown.ended_at, Some(NOW.minus(DAY.times(9))));
    let live = with_progress(session("builder.auth-7", "active", NOW), 45.9);
    let trace = Trace::begin(&Look {
        continuous: false,
        ..look(NOW, &live)
    });
    let row = session_row(&record(live, Some(trace)).current.unwrap(), &account, &now());
    assert_eq!(
        (row.percent, row.started_at, row.start_known),
        (Some(Percent::of(45.0)), Some(NOW), false)
    );
    assert_eq!(row.state_word.as_deref(), Some("active"));
}
