//! The index over real files: any query, any text, and nothing written that did not change.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use tempfile::TempDir;

use crate::domain::{
    AccountId, ContextLeft, ContextSummary, Message, MessageId, ProgramId, Progress, ReportedState, Session, SessionId,
    Timestamp,
};
use crate::search::{HitKind, Terms};
use crate::store::{AccountStore, CacheChanges, Changes, EndedRow, FoundText, KeptChanges, KeptContextRow};

struct Device {
    /// Held for as long as its files are used.
    _folder: TempDir,
    store: AccountStore,
}

impl Device {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = AccountStore::open(folder.path(), &AccountId::from("a")).unwrap();
        Self { _folder: folder, store }
    }

    fn with_messages(texts: &[&str]) -> Self {
        let device = Self::new();
        let put_messages = texts.iter().enumerate().map(|(at, text)| message(at, text)).collect();
        device.takes(CacheChanges {
            put_messages,
            ..CacheChanges::default()
        });
        device
    }

    fn takes(&self, cache: CacheChanges) {
        let changes = Changes {
            cache,
            ..Changes::default()
        };
        self.store.apply(&changes, None).unwrap();
    }

    fn finds(&self, typed: &str) -> Vec<FoundText> {
        let Some(terms) = Terms::of(typed) else {
            return Vec::new();
        };
        let mut matches = self.store.search(&terms, None).unwrap().matches;
        matches.sort_by_key(|found| std::cmp::Reverse(found.at));
        let rows: Vec<i64> = matches.iter().map(|found| found.row).collect();
        self.store.found_texts(&terms, &rows).unwrap()
    }

    fn pieces(&self, typed: &str) -> Vec<String> {
        self.finds(typed).into_iter().map(|found| found.piece.text).collect()
    }

    /// What is marked in the first hit.
    fn marks(&self, typed: &str) -> Vec<String> {
        let found = self.finds(typed);
        let piece = &found.first().expect("a hit").piece;
        let units: Vec<u16> = piece.text.encode_utf16().collect();
        let part = |start: u32, end: u32| String::from_utf16(&units[start as usize..end as usize]).unwrap();
        piece.marks.iter().map(|mark| part(mark.start, mark.end)).collect()
    }

    /// How often the index file was written, as its own header counts.
    fn index_writes(&self) -> (Option<std::time::SystemTime>, u64) {
        let wal = self.store.folder().join("search.sqlite-wal");
        let facts = std::fs::metadata(wal).unwrap();
        (facts.modified().ok(), facts.len())
    }
}

fn message(at: usize, text: &str) -> Message {
    Message {
        id: MessageId::new(format!("m{at}")),
        source: Some("builder".to_owned()),
        target: Some("reviewer".to_owned()),
        kind: None,
        text: text.to_owned(),
        status: None,
        priority: None,
        action: None,
        context: None,
        thread: None,
        reply_to: None,
        created_at: Some(Timestamp::from_millis(i64::try_from(at).unwrap())),
        delivered_at: None,
        expires_at: None,
    }
}

fn ended(number: usize, status: &str) -> EndedRow {
    EndedRow {
        session: Session {
            id: SessionId::new(format!("builder.s{number}")),
            program: ProgramId::from("builder"),
            program_derived: false,
            name: None,
            status: Some(status.to_owned()),
            state: ReportedState::new(None),
            progress: Progress::NotReported,
            project: None,
            last_update: Some(Timestamp::from_millis(1)),
            last_heartbeat: None,
            archived: true,
            hand_off_required: false,
            context_left: ContextLeft::NotReported,
        },
        created_at: None,
        ended_at: None,
    }
}

#[test]
fn each_word_must_be_there_and_the_last_one_may_be_a_beginning() {
    let device = Device::with_messages(&["builder takes the refresh tokens", "a token is refreshed"]);
    assert_eq!(device.pieces("refresh tok"), ["builder takes the refresh tokens"]);
    assert_eq!(device.marks("refresh tok"), ["refresh tok"]);
    assert_eq!(device.pieces("tok refresh"), [""; 0], "a word in the middle is whole");
    assert_eq!(device.pieces("token refr").len(), 1);
    assert_eq!(device.marks("token refr"), ["token", "refr"]);
}

#[test]
fn accents_and_capitals_make_no_difference_in_what_is_found_and_are_marked() {
    let device = Device::with_messages(&["Un RÉSUMÉ de la journée", "Smo\u{308}rga\u{30a}s"]);
    assert_eq!(device.marks("resume journ"), ["RÉSUMÉ", "journ"]);
    assert_eq!(device.marks("smör"), ["Smo\u{308}r"]);
    assert_eq!(device.marks("SMOR"), ["Smo\u{308}r"]);
}

#[test]
fn a_single_character_of_a_script_without_spaces_finds_the_word_it_is_in() {
    let device = Device::with_messages(&["ログを日本語で書く", "서버를 재시작", "本番 deploy"]);
    assert_eq!(device.pieces("本"), ["本番 deploy", "ログを日本語で書く"]);
    assert_eq!(device.pieces("日本"), ["ログを日本語で書く"]);
    assert_eq!(device.marks("日本"), ["日本"]);
    assert_eq!(device.pieces("本日"), [""; 0], "in this order and side by side");
    assert_eq!(device.pieces("버"), ["서버를 재시작"]);
    assert_eq!(
        device.marks("本 dep"),
        ["本"; 1].iter().chain(&["dep"]).copied().collect::<Vec<_>>()
    );
}

#[test]
fn what_is_forgotten_or_changed_is_found_no_longer() {
    let device = Device::with_messages(&["the first draft", "another thing"]);
    assert_eq!(device.pieces("draft").len(), 1);
    device.takes(CacheChanges {
        put_messages: vec![message(0, "the second version")],
        drop_messages: vec![MessageId::from("m1")],
        ..CacheChanges::default()
    });
    assert_eq!(device.pieces("draft"), [""; 0]);
    assert_eq!(device.pieces("another"), [""; 0]);
    assert_eq!(device.pieces("second"), ["the second version"]);
}

#[test]
fn a_search_over_nothing_new_writes_nothing() {
    let device = Device::with_messages(&["the first draft"]);
    assert_eq!(device.pieces("draft").len(), 1);
    let before = device.index_writes();
    assert_eq!(device.pieces("first").len(), 1);
    assert_eq!(device.index_writes(), before);
    // Something else was written: all is compared again, and nothing differs.
    device.takes(CacheChanges {
        put_groups: Some(Vec::new()),
        ..CacheChanges::default()
    });
    assert_eq!(device.pieces("first").len(), 1);
    assert_eq!(device.index_writes(), before);
}

#[test]
fn after_a_restart_only_what_changed_is_indexed() {
    let folder = TempDir::new().unwrap();
    let open = || Device {
        _folder: TempDir::new().unwrap(),
        store: AccountStore::open(folder.path(), &AccountId::from("a")).unwrap(),
    };
    let device = open();
    device.takes(CacheChanges {
        put_ended: vec![ended(1, "one"), ended(2, "two")],
        ..CacheChanges::default()
    });
    assert_eq!(device.pieces("two").len(), 1);
    device.store.close().unwrap();
    let again = open();
    again.takes(CacheChanges {
        put_ended: vec![ended(2, "three")],
        ..CacheChanges::default()
    });
    assert_eq!(again.pieces("two"), [""; 0]);
    assert_eq!(again.pieces("three").len(), 1);
    assert_eq!(again.pieces("one").len(), 1);
}

#[test]
fn notes_that_the_server_cleared_are_found_as_kept_here() {
    let device = Device::new();
    let context = ContextSummary {
        hand_off_notes: "The cache is warmed by hand".to_owned(),
        ..ContextSummary::default()
    };
    let kept = KeptContextRow {
        program: ProgramId::from("builder"),
        written_at: Some(Timestamp::from_millis(5)),
        written_by: None,
        written_in: None,
        context,
        emptied: false,
        parts: crate::insight::PartsKept::default(),
    };
    let keep = |kept: KeptContextRow| {
        let kept = KeptChanges {
            contexts: vec![kept],
            ..KeptChanges::default()
        };
        device
            .store
            .apply(
                &Changes {
                    kept,
                    ..Changes::default()
                },
                None,
            )
            .unwrap();
    };
    keep(kept.clone());
    let found = device.finds("warm");
    assert_eq!((found[0].kind, found[0].kept_here), (HitKind::HandOffNotes, true));
    keep(KeptContextRow { emptied: true, ..kept });
    assert!(
        device.finds("warm").is_empty(),
        "what the agent emptied itself is empty"
    );
}

#[test]
fn a_damaged_index_is_made_again() {
    let device = Device::with_messages(&["the first draft"]);
    assert_eq!(device.pieces("draft").len(), 1);
    let path = device.store.folder().join("search.sqlite");
    let account = AccountId::from("a");
    device.store.close().unwrap();
    let whole = std::fs::read(&path).unwrap();
    for damage in [vec![7; 8_192], whole[..whole.len() / 2].to_vec(), {
        let mut bytes = whole.clone();
        let half = bytes.len() / 2;
        bytes[half..].fill(0x5a);
        bytes
    }] {
        std::fs::write(&path, damage).unwrap();
        let store = AccountStore::open(device._folder.path(), &account).unwrap();
        let terms = Terms::of("draft").unwrap();
        let found = store.search(&terms, None).unwrap().matches;
        assert_eq!(found.len(), 1);
        store.close().unwrap();
    }
}

#[test]
fn two_terminals_that_search_at_once_index_each_text_once() {
    let folder = TempDir::new().unwrap();
    let open = || AccountStore::open(folder.path(), &AccountId::from("a")).unwrap();
    let stores = [open(), open()];
    let put_ended = (0..3_000).map(|number| ended(number, "Weaving")).collect();
    let cache = CacheChanges {
        put_ended,
        ..CacheChanges::default()
    };
    let changes = Changes {
        cache,
        ..Changes::default()
    };
    stores[0].apply(&changes, None).unwrap();
    let terms = Terms::of("weaving").unwrap();
    let together = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for store in &stores {
            scope.spawn(|| {
                together.wait();
                store.search(&terms, None).unwrap();
            });
        }
    });
    for store in &stores {
        assert_eq!(store.search(&terms, None).unwrap().matches.len(), 3_000);
    }
}

#[test]
fn an_account_that_closes_while_it_is_indexed_is_indexed_to_its_end_later() {
    let folder = TempDir::new().unwrap();
    let open = || AccountStore::open(folder.path(), &AccountId::from("a")).unwrap();
    let store = open();
    let put_ended = (0..5_000).map(|number| ended(number, "Weaving")).collect();
    let cache = CacheChanges {
        put_ended,
        ..CacheChanges::default()
    };
    let changes = Changes {
        cache,
        ..Changes::default()
    };
    store.apply(&changes, None).unwrap();
    let terms = Terms::of("weaving").unwrap();
    let searched = std::thread::scope(|scope| {
        let searching = scope.spawn(|| store.search(&terms, None).map(|found| found.matches.len()));
        store.close().unwrap();
        searching.join().unwrap()
    });
    // Whoever came first: all of it, or nothing and no half answer.
    assert!(
        matches!(searched, Ok(5_000) | Err(crate::store::StoreError::Closed)),
        "{searched:?}"
    );
    assert_eq!(open().search(&terms, None).unwrap().matches.len(), 5_000);
}

#[test]
fn a_closed_account_is_not_searched() {
    let device = Device::with_messages(&["the first draft"]);
    device.store.close().unwrap();
    let closed = device.store.search(&Terms::of("draft").unwrap(), None);
    assert_eq!(closed.err(), Some(crate::store::StoreError::Closed));
}

/// Texts that a search language would trip over, and any other.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\"",
        "'",
        "*",
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "NEAR(",
        "^",
        ":",
        "{",
        "}",
        "-",
        "+",
        "\0",
        "\u{1f}",
        "\u{2}",
        "\u{3}",
        "日本",
        "本",
        "é",
        "e\u{301}",
        "🚀",
        "👩‍👩‍👧",
        "text:",
        "\u{feff}",
        "\u{e000}",
        "ไทย",
        " ",
        "a",
        "refresh",
        "\u{200d}",
        "\n",
        "ß",
        "İ",
        "①",
        "½",
        "\u{1d11e}",
    ]);
    prop::collection::vec(
        prop_oneof![3 => nasty.prop_map(str::to_owned), 1 => any::<String>()],
        0..12,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_query_and_no_text_makes_an_error_or_a_mark_that_is_not_in_the_piece(
        texts in prop::collection::vec(any_text(), 1..4),
        typed in any_text(),
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let device = Device::with_messages(&texts);
        for found in device.finds(&typed).into_iter().chain(device.finds(texts[0])) {
            let units = u32::try_from(found.piece.text.encode_utf16().count()).unwrap();
            prop_assert!(!found.piece.marks.is_empty());
            let mut last = 0;
            for mark in &found.piece.marks {
                prop_assert!(last <= mark.start && mark.start < mark.end && mark.end <= units);
                last = mark.end;
            }
        }
    }

    #[test]
    fn a_text_is_found_by_each_of_its_words(words in prop::collection::vec("[a-zà-ö]{1,8}|[日本語]{1,3}", 1..6)) {
        let device = Device::with_messages(&[&words.join(" ")]);
        for word in &words {
            prop_assert_eq!(device.finds(word).len(), 1, "{}", word);
        }
    }
}
