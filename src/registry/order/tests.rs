//! Every fast way to a list against the plain one: look at each key, then sort them all.

mod followed;
mod pairs;

use proptest::prelude::*;

use super::*;
use crate::model::{ApiKey, Environment, KeyId, KeyRef, Status, Time};
use followed::followed;

const DESCRIPTIONS: [&str; 10] = [
    "HR system",
    "hr System",
    "HR SYSTEM",
    "Übergabe",
    "azure",
    "Azure AD sync",
    "Azure AD sync, second one",
    "Azure AD sync, second two",
    "wwe",
    "W",
];
const TEXTS: [&str; 15] = [
    "",
    "hr",
    "SYS act",
    "ada",
    "ü",
    "w",
    "we",
    "azure ad sync s",
    "nothing at all",
    "ck_prd_",
    "read_only",
    "zz",
    "5",
    "_",
    "z act",
];

fn key(number: u64, seed: u64) -> ApiKey {
    let pick = |words: &'static [&'static str]| words[usize::try_from(seed % words.len() as u64).unwrap()];
    let time = |every: i64| Time(seed.cast_signed().rem_euclid(every));
    let digits = std::array::from_fn(|i| {
        u8::try_from((seed.rotate_left(u32::try_from(i).unwrap() * 5) ^ number) % 32).unwrap()
    });
    KeyRef {
        number,
        key: KeyId::from_digits(Environment::ALL[usize::try_from(seed % 3).unwrap()], digits),
        description: pick(&DESCRIPTIONS),
        group: pick(&["HR", "ADMIN", "READ_ONLY_A", "READ_ONLY_B"]),
        status: if seed & 8 == 0 { Status::Active } else { Status::Disabled },
        created: time(5),
        modified: time(7),
        modified_by: "root",
        last_used: (seed & 16 == 0).then_some(time(3)),
        expires: (seed & 32 == 0).then_some(time(4)),
        rotate_every: None,
        owner: (seed & 64 == 0).then_some("Ada Lovelace"),
        secret_copied: true,
    }
    .to_key()
}

fn filter(text: &str) -> KeyFilter {
    KeyFilter { text: text.into(), ..KeyFilter::default() }
}

fn sorts() -> Vec<Sort> {
    let columns = std::iter::once(None).chain(Column::ALL.into_iter().map(Some));
    columns.flat_map(|column| [false, true].map(|descending| Sort { column, descending })).collect()
}

/// Each key looked at by itself, then all of them sorted by the plain comparison.
fn plain(index: &Index, filter: &KeyFilter, sort: Sort) -> Vec<u32> {
    let mut all: Vec<_> = index.newest_first().filter(|live| filter.matches(&live.record.to_key())).collect();
    all.sort_by(|a, b| {
        let newest = b.record.number.cmp(&a.record.number);
        let order = sort.column.map_or(newest, |c| c.compare(a.record, b.record).then(newest));
        if sort.descending { order.reverse() } else { order }
    });
    all.into_iter().map(|live| live.slot).collect()
}

fn index_of(seeds: &[u64]) -> Index {
    let mut index = Index::default();
    for (number, &seed) in (1..).zip(seeds) {
        index.put(key(number, seed).borrowed(), None, 0).unwrap();
    }
    index
}

fn lists(index: Index, measure: Measure) -> (Arc<RwLock<Index>>, Lists) {
    let index = Arc::new(RwLock::new(index));
    (Arc::clone(&index), Lists { measure, ..Lists::of(index) })
}

fn whole(lists: &Lists, index: &Index, filter: &KeyFilter, sort: Sort) -> Vec<u32> {
    let view = lists.view(index, filter, sort, &Ticket::new()).unwrap();
    view.together(index, None, 0).slots(0..view.len())
}

/// Ways that sort at once, that never have the whole order, and those between.
const MEASURES: [Measure; 4] = [
    Measure { few: 1_000, near: 0, many: 1_000 },
    Measure { few: 0, near: 1_000, many: 0 },
    Measure { few: 0, near: 0, many: 0 },
    Measure { few: 3, near: 4, many: 2 },
];

proptest! {
    #[test]
    fn a_search_finds_what_looking_at_each_key_finds(
        seeds in prop::collection::vec(any::<u64>(), 0..300),
        edits in prop::collection::vec((0usize..300, any::<u64>(), any::<bool>()), 0..40),
        texts in prop::collection::vec(prop::sample::select(TEXTS.to_vec()), 1..3),
        status in prop::option::of(prop::sample::select(vec![Status::Active, Status::Disabled])),
    ) {
        let mut index = index_of(&seeds);
        for (slot, seed, delete) in edits {
            let slot = u32::try_from(slot).unwrap();
            if delete { index.take(slot); } else if index.live(slot).is_some() {
                index.put(key(u64::from(slot) + 1, seed).borrowed(), None, 0);
            }
        }
        let filter = KeyFilter { status, ..filter(&texts.join(" ")) };
        let found = Found::search(index.roll(), &Matcher::new(&filter), None, &Ticket::new()).unwrap();
        let wanted = plain(&index, &filter, Sort::default());
        prop_assert_eq!(found.newest().collect::<Vec<_>>(), wanted.clone());
        prop_assert_eq!(found.len(), wanted.len());
        for (row, slot) in wanted.iter().enumerate() {
            prop_assert_eq!(found.newer_than(*slot), row);
        }
        for from in 0..wanted.len().min(70) {
            let to = (from + 9).min(wanted.len());
            prop_assert_eq!(found.window(from..to), &wanted[from..to]);
        }
        // Narrowed from what any shorter text left.
        for shorter in [&texts[..1], &[]].map(|words| super::tests::filter(&words.join(" "))) {
            prop_assert!(shorter.leaves_all_of(&filter));
            let wider = Found::search(index.roll(), &Matcher::new(&shorter), None, &Ticket::new()).unwrap();
            let narrowed =
                Found::search(index.roll(), &Matcher::new(&filter), Some(&wider), &Ticket::new()).unwrap();
            prop_assert_eq!(narrowed.newest().collect::<Vec<_>>(), wanted.clone());
        }
    }

    #[test]
    fn a_filter_that_leaves_all_of_another_does(
        seed in any::<u64>(), one in prop::sample::select(TEXTS.to_vec()), other in prop::sample::select(TEXTS.to_vec()),
    ) {
        let (record, wider, narrower) = (key(1, seed), filter(one), filter(other));
        if wider.leaves_all_of(&narrower) && narrower.matches(&record) {
            prop_assert!(wider.matches(&record));
        }
    }

    #[test]
    fn every_view_is_the_plain_order_and_stays_so_as_keys_change(
        seeds in prop::collection::vec(any::<u64>(), 0..50),
        changes in prop::collection::vec(prop::collection::vec((0u32..55, any::<u64>(), 0u8..3), 1..4), 0..6),
        text in prop::sample::select(TEXTS.to_vec()),
        measure in prop::sample::select(MEASURES.to_vec()),
    ) {
        let (filter, (shared, lists)) = (filter(text), lists(index_of(&seeds), measure));
        for sort in sorts() {
            let index = super::super::read(&shared);
            let wanted = plain(&index, &filter, sort);
            prop_assert_eq!(whole(&lists, &index, &filter, sort), wanted.clone());
            for from in [0, 3, wanted.len() / 3, wanted.len() / 2, wanted.len().saturating_sub(4)] {
                let rows = from..(from + 4).min(wanted.len()).max(from);
                let view = lists.view(&index, &filter, sort, &Ticket::new()).unwrap();
                let together = view.together(&index, None, 0);
                prop_assert_eq!(together.slots(rows.clone()), wanted.get(rows).unwrap_or_default());
            }
            followed(&lists, &index, &filter, sort, &wanted);
        }
        for batch in changes {
            let mut index = shared.write().unwrap();
            let (before, mut touched, mut what) = (index.epoch, Vec::new(), Changed::Status);
            for (slot, seed, how) in batch {
                let Some(live) = index.live(slot) else {
                    what = Changed::Anything;
                    let next = index.roll().slots() as u64 + 1;
                    touched.extend(index.put(key(next, seed).borrowed(), None, 0));
                    continue;
                };
                let old = live.record.to_key();
                touched.push(slot);
                match how {
                    0 => { what = Changed::Anything; index.take(slot); }
                    1 => { what = Changed::Anything; index.put(key(old.number, seed).borrowed(), None, 0); }
                    _ => {
                        let switched = ApiKey { status: old.status.flipped(), modified: Time(3), ..old };
                        index.put(switched.borrowed(), None, 0);
                    }
                }
            }
            index.epoch += 1;
            lists.patch(&index, &touched, before, what);
            drop(index);
            for sort in sorts() {
                let index = super::super::read(&shared);
                prop_assert_eq!(whole(&lists, &index, &filter, sort), plain(&index, &filter, sort));
            }
        }
    }
}

#[test]
fn a_cancelled_ticket_finds_nothing() {
    let ((shared, lists), ticket) = (lists(index_of(&[1, 2, 3]), MEASURE), Ticket::new());
    ticket.cancel();
    let index = super::super::read(&shared);
    assert!(lists.view(&index, &filter("hr"), Sort::default(), &ticket).is_none());
}

#[test]
fn a_whole_order_that_a_thread_makes_is_the_plain_one_or_none_where_keys_changed_meanwhile() {
    let (shared, lists) = lists(index_of(&(0..200).collect::<Vec<_>>()), MEASURES[1]);
    let sort = Sort { column: Some(Column::Description), descending: false };
    {
        let index = super::super::read(&shared);
        lists.complete(&lists.view(&index, &filter(""), sort, &Ticket::new()).unwrap());
    }
    while !lock(&lists.orders).coming.is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(lock(&lists.orders).whole.len(), 1, "what was looked at is made whole");
    let index = super::super::read(&shared);
    assert!(matches!(lists.view(&index, &filter(""), sort, &Ticket::new()).unwrap().rows, Rows::Sorted(_)));
    assert_eq!(whole(&lists, &index, &filter("hr"), sort), plain(&index, &filter("hr"), sort));
    drop(index);
    shared.write().unwrap().epoch += 1;
    assert!(!lists.try_once(Column::Key), "what is kept is of another epoch");
    lock(&lists.orders).be_at(1);
    assert!(lists.try_once(Column::Key));
}

#[test]
fn many_keys_are_searched_by_several_threads_and_none_is_missed() {
    let mut index = Index::default();
    for number in 1..=300_000u64 {
        index.put(key(number, number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).borrowed(), None, 0);
    }
    for text in ["", "w", "azure ad", "second one", "ck_stg_0", "read_only_b disabled"] {
        let filter = filter(text);
        let found = Found::search(index.roll(), &Matcher::new(&filter), None, &Ticket::new()).unwrap();
        let matcher = Matcher::new(&filter);
        let wanted = index.newest_first().filter(|l| matcher.matches(index.roll(), l.slot, l.record));
        assert!(found.newest().eq(wanted.map(|live| live.slot)), "{text}");
    }
}
