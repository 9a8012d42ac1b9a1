//! Orders: which keys a filter leaves, in which order, as slots. A few are kept and patched when one key changes.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use super::door::Ticket;
use super::index::{Index, Live};
use super::query::{Column, KeyFilter, Sort};
use super::words::Matcher;

/// How many orders are kept.
const KEPT: usize = 6;

/// Orders made lately, each valid for the index's epoch it carries.
#[derive(Debug, Default)]
pub(super) struct Orders {
    kept: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    filter: KeyFilter,
    sort: Sort,
    epoch: u64,
    slots: Arc<Vec<u32>>,
}

impl Orders {
    /// The order, if it is kept and still valid.
    pub(super) fn find(&self, filter: &KeyFilter, sort: Sort, epoch: u64) -> Option<Arc<Vec<u32>>> {
        let kept = self.kept.iter().find(|k| k.epoch == epoch && k.sort == sort && k.filter == *filter)?;
        Some(Arc::clone(&kept.slots))
    }

    /// Keeps an order, forgetting the oldest and whatever is no longer valid.
    pub(super) fn keep(&mut self, filter: KeyFilter, sort: Sort, epoch: u64, slots: Arc<Vec<u32>>) {
        self.kept.retain(|k| k.epoch == epoch && (k.sort != sort || k.filter != filter));
        self.kept.truncate(KEPT - 1);
        self.kept.push_front(Kept { filter, sort, epoch, slots });
    }

    /// Keys were used: the orders by last use are not what they were.
    pub(super) fn forget_last_used(&mut self) {
        self.kept.retain(|k| k.sort.column != Some(Column::LastUsed));
    }

    /// One slot changed and the index's epoch went from `before` to its present one: every valid order is mended in place.
    pub(super) fn patch(&mut self, index: &Index, slot: u32, before: u64) {
        self.kept.retain(|k| k.epoch == before);
        for kept in &mut self.kept {
            let slots = Arc::make_mut(&mut kept.slots);
            if let Some(place) = slots.iter().position(|&s| s == slot) {
                slots.remove(place);
            }
            if let Some(live) = index.live(slot).filter(|live| Matcher::new(&kept.filter).matches(live)) {
                let place = slots.partition_point(|&other| {
                    index.live(other).is_none_or(|other| compare(kept.sort, other, live) == Ordering::Less)
                });
                slots.insert(place, slot);
            }
            kept.epoch = index.epoch;
        }
    }
}

/// Filters and sorts the whole index; `None` when the ticket was cancelled meanwhile.
pub(super) fn build(index: &Index, filter: &KeyFilter, sort: Sort, ticket: &Ticket) -> Option<Vec<u32>> {
    let matcher = Matcher::new(filter);
    let mut ranked = Vec::new();
    for (seen, (slot, live)) in index.newest_first().enumerate() {
        if seen % 4096 == 0 && ticket.is_cancelled() {
            return None;
        }
        if matcher.matches(live) {
            ranked.push((rank(sort, live), slot));
        }
    }
    if sort.column.is_some() {
        let by = |a: &(u64, u32), b: &(u64, u32)| {
            a.0.cmp(&b.0).then_with(|| match (index.live(a.1), index.live(b.1)) {
                (Some(a), Some(b)) => compare(Sort { descending: false, ..sort }, a, b),
                _ => Ordering::Equal,
            })
        };
        ranked.sort_unstable_by(by);
    }
    let mut slots: Vec<u32> = ranked.into_iter().map(|(_, slot)| slot).collect();
    if sort.descending {
        slots.reverse();
    }
    (!ticket.is_cancelled()).then_some(slots)
}

/// The whole comparison: by the column, then newest first; descending is the exact reverse.
fn compare(sort: Sort, a: &Live, b: &Live) -> Ordering {
    let newest = b.record.number.cmp(&a.record.number);
    let order = match sort.column {
        None => newest,
        Some(column) => column.compare(&a.record, &b.record).then(newest),
    };
    if sort.descending { order.reverse() } else { order }
}

/// A number that agrees with the column's order as far as it goes, so that most comparisons touch no record.
fn rank(sort: Sort, live: &Live) -> u64 {
    let record = &live.record;
    let time = |t: Option<crate::model::Time>| t.map_or(0, |t| u64::try_from(t.0.max(0)).unwrap_or(0) + 1);
    match sort.column {
        None => 0,
        Some(Column::Description) => prefix(live.folded().as_bytes()),
        Some(Column::Group) => prefix(record.group.as_str().as_bytes()),
        Some(Column::Key) => prefix(&record.key.as_str().as_bytes()[3..]),
        Some(Column::Status) => record.status as u64,
        Some(Column::Created) => time(Some(record.created)),
        Some(Column::LastUsed) => time(record.last_used),
        Some(Column::Expires) => record.expires.map_or(u64::MAX, |t| time(Some(t))),
        Some(Column::Modified) => time(Some(record.modified)),
    }
}

/// The first eight bytes as a big-endian number.
fn prefix(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let count = bytes.len().min(8);
    first[..count].copy_from_slice(&bytes[..count]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small numbers of a test")]
mod tests {
    use super::*;
    use crate::model::{Account, ApiKey, Description, Environment, KeyId, Owner, Status, Time};
    use proptest::prelude::*;

    fn key(number: u64, seed: u64) -> ApiKey {
        let pick = |words: &[&str]| words[(seed % words.len() as u64) as usize].to_owned();
        let digits =
            std::array::from_fn(|i| (seed.rotate_left(i as u32 * 5) % 32) as u8 ^ (number % 32) as u8);
        ApiKey {
            number,
            key: KeyId::from_digits(Environment::ALL[(seed % 3) as usize], digits),
            description: Description::parse(&pick(&[
                "HR system",
                "hr System",
                "Übergabe",
                "azure",
                "Azure AD sync",
                "Monitoring",
            ]))
            .unwrap(),
            group: pick(&["HR", "ADMIN", "READ_ONLY_A", "READ_ONLY_B"]).parse().unwrap(),
            status: if seed & 8 == 0 { Status::Active } else { Status::Disabled },
            created: Time((seed % 5) as i64),
            modified: Time((seed % 7) as i64),
            modified_by: Account::parse("root").unwrap(),
            last_used: (seed & 16 == 0).then_some(Time((seed % 3) as i64)),
            expires: (seed & 32 == 0).then_some(Time((seed % 4) as i64)),
            rotate_every: None,
            owner: (seed & 64 == 0).then(|| Owner::parse("Ada Lovelace").unwrap()),
            secret_copied: true,
        }
    }

    fn plain(index: &Index, filter: &KeyFilter, sort: Sort) -> Vec<u32> {
        let mut all: Vec<_> =
            index.newest_first().filter(|(_, live)| Matcher::new(filter).matches(live)).collect();
        all.sort_by(|a, b| compare(sort, a.1, b.1));
        all.into_iter().map(|(slot, _)| slot).collect()
    }

    fn sorts() -> Vec<Sort> {
        let columns = std::iter::once(None).chain(Column::ALL.into_iter().map(Some));
        columns.flat_map(|column| [false, true].map(|descending| Sort { column, descending })).collect()
    }

    proptest! {
        #[test]
        fn ranked_and_patched_orders_are_the_plain_order(
            seeds in prop::collection::vec(any::<u64>(), 0..60), changes in prop::collection::vec((0u64..70, any::<u64>(), any::<bool>()), 0..12),
            text in prop::sample::select(vec!["", "hr", "SYS act", "ada", "ü", "nothing at all"]),
        ) {
            let filter = KeyFilter { text: text.into(), ..KeyFilter::default() };
            let mut index = Index::default();
            for (i, &seed) in seeds.iter().enumerate() {
                index.put(key(i as u64 + 1, seed), None, 0);
            }
            let mut orders = Orders::default();
            for sort in sorts().into_iter().take(5) {
                orders.keep(filter.clone(), sort, index.epoch, Arc::new(build(&index, &filter, sort, &Ticket::new()).unwrap()));
            }
            for sort in sorts() {
                prop_assert_eq!(build(&index, &filter, sort, &Ticket::new()).unwrap(), plain(&index, &filter, sort));
            }
            for (number, seed, delete) in changes {
                let (slot, before) = (number as u32, index.epoch);
                if delete { index.take(slot); } else { index.put(key(number + 1, seed), None, 0); }
                index.epoch += 1;
                orders.patch(&index, slot, before);
                for sort in sorts().into_iter().take(5) {
                    let kept = orders.find(&filter, sort, index.epoch).unwrap();
                    prop_assert_eq!(&*kept, &plain(&index, &filter, sort));
                }
            }
        }
    }

    #[test]
    fn a_cancelled_ticket_builds_nothing() {
        let mut index = Index::default();
        index.put(key(1, 1), None, 0);
        let ticket = Ticket::new();
        ticket.cancel();
        assert!(build(&index, &KeyFilter::default(), Sort::default(), &ticket).is_none());
    }
}
