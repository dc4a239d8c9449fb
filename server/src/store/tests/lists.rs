//! Lists and the feed of changes.

use super::*;

store_suite!(
    a_list_is_paged_in_one_order_whatever_is_asked,
    every_change_is_told_once_in_its_order,
    a_tombstone_is_told_until_it_is_forgotten,
);

/// Sixty leaves on a few branches, with many ties.
fn leaves() -> Vec<Leaf> {
    let mut state = 7_u64;
    let mut roll = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..60)
        .map(|number| Leaf {
            // Not in the order of any language but that of bytes.
            id: format!("{}{number}", ["a", "B", "é", "_"][roll(4) as usize]),
            owner: [None, Some("oak"), Some("elm")][roll(3) as usize].map(str::to_owned),
            colour: roll(3) as u8,
            rank: roll(5) as i64 - 2,
        })
        .collect()
}

async fn a_list_is_paged_in_one_order_whatever_is_asked(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let all = leaves();
    let written = all.clone();
    let put = store.write(home, NOON, move |tx| written.iter().try_for_each(|leaf| tx.put(leaf)));
    put.await.unwrap();
    let asked: [&[&str]; 4] = [&[], &["red"], &["yellow", "green"], &["red", "green", "yellow"]];
    for owner in [None, Some("oak")] {
        for tags in asked {
            for ascending in [true, false] {
                let mut expected: Vec<Leaf> = all
                    .iter()
                    .filter(|leaf| owner.is_none() || leaf.owner.as_deref() == owner)
                    .filter(|leaf| tags.is_empty() || tags.contains(&leaf.tag()))
                    .cloned()
                    .collect();
                expected.sort_by(|one, other| (one.rank, &one.id).cmp(&(other.rank, &other.id)));
                if !ascending {
                    expected.reverse();
                }
                assert!(expected.len() > 7, "more than a page");
                let seen = store.read(home, NOON, move |view| page_by_page(view, owner, tags, ascending));
                let (seen, count) = seen.await.unwrap();
                assert_eq!(seen, expected, "{owner:?} {tags:?} {ascending}");
                assert_eq!(count, expected.len() as u64);
            }
        }
    }
}

fn page_by_page(view: &mut View<'_>, owner: Option<&str>, tags: &[&str], ascending: bool) -> Stored<(Vec<Leaf>, u64)> {
    let mut seen: Vec<Leaf> = Vec::new();
    loop {
        let last = seen.last().map(|leaf| (leaf.rank, leaf.id.clone()));
        let page = view.list::<Leaf>(&Listing {
            owner,
            tags,
            after: last.as_ref().map(|(rank, id)| (*rank, id.as_str())),
            ascending,
            limit: 7,
        })?;
        if page.is_empty() {
            return Ok((seen, view.count::<Leaf>(owner, tags)?));
        }
        assert!(page.len() <= 7);
        seen.extend(page);
    }
}

async fn every_change_is_told_once_in_its_order(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let before = store.version(home).await.unwrap();
    let writing = store.write(home, NOON, |tx| {
        tx.put(&leaf("a", 1))?;
        tx.put(&leaf("b", 1))?;
        tx.put(&leaf("c", 1))
    });
    writing.await.unwrap();
    let again = store.write(home, NOON, |tx| {
        tx.put(&leaf("a", 2))?;
        tx.remove::<Leaf>("b")
    });
    assert!(again.await.unwrap());
    assert_eq!(store.version(home).await.unwrap(), before + 5);
    let looked = store.read(home, NOON, move |view| {
        let all = view.changes(before, 100)?;
        let mut paged = Vec::new();
        let mut cursor = before;
        while let [change] = view.changes(cursor, 1)?.as_slice() {
            cursor = change.seq;
            paged.push(change.clone());
        }
        assert_eq!(paged, all);
        Ok::<_, StoreError>(all)
    });
    let told: Vec<_> = looked
        .await
        .unwrap()
        .into_iter()
        .map(|change| (change.seq - before, change.id, change.body.is_some()))
        .collect();
    let expected = [(3, "c", true), (4, "a", true), (5, "b", false)];
    assert_eq!(told, expected.map(|(seq, id, there)| (seq, id.to_owned(), there)));
}

async fn a_tombstone_is_told_until_it_is_forgotten(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let later = NOON.plus(Span::from_secs(60));
    let writing = store.write(home, NOON, |tx| {
        tx.put(&leaf("a", 1))?;
        tx.put(&leaf("b", 1))?;
        assert!(!tx.remove::<Leaf>("none")?);
        tx.remove::<Leaf>("a")
    });
    assert!(writing.await.unwrap());
    let writing = store.write(home, later, |tx| {
        assert!(!tx.remove::<Leaf>("a")?, "it is gone already");
        tx.remove::<Leaf>("b")
    });
    assert!(writing.await.unwrap());
    let last = store.version(home).await.unwrap();
    let look = |view: &mut View<'_>| {
        assert!(!view.has::<Leaf>("a")?);
        assert_eq!(
            view.list::<Leaf>(&Listing {
                limit: 9,
                ..Listing::default()
            })?,
            []
        );
        let gone = view.changes(0, 100)?.into_iter().filter(|change| change.body.is_none());
        Ok::<_, StoreError>((gone.map(|change| change.id).collect::<Vec<_>>(), view.feed()?))
    };
    let (gone, feed) = store.read(home, later, look).await.unwrap();
    assert_eq!(gone, ["a", "b"]);
    assert_eq!((feed.seq, feed.horizon), (last, 0));
    let forgetting = store.write(home, later, move |tx| tx.forget_tombstones(later, 9));
    assert_eq!(forgetting.await.unwrap(), 1);
    let (gone, feed) = store.read(home, later, look).await.unwrap();
    assert_eq!(gone, ["b"]);
    assert_eq!((feed.seq, feed.horizon), (last, last - 1));
}
