//! Lists of keys: which ones a filter leaves, in which order. What was found and sorted lately is kept, narrowed as a
//! filter grows, and mended when a key changes; whole orders are made by a thread of their own.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::door::Ticket;
use super::index::Index;
use super::lock;
use super::query::{Column, KeyFilter, Sort};
use super::words::Matcher;
use crate::model::Roll;
use crate::sync::{Mutex, RwLock};

mod found;
mod ranked;
mod search;
#[cfg(test)]
mod tests;
mod unsorted;
mod view;
mod walk;

pub(super) use found::Found;
use ranked::Ranks;
use unsorted::Unsorted;
use view::Rows;
pub(super) use view::View;

/// How many filters are kept.
const FOUND: usize = 8;
/// How many columns' whole orders are kept.
const WHOLE: usize = 4;
/// How many filtered orders are kept.
const SORTED: usize = 3;
/// From where on another way is the faster one.
#[derive(Debug, Clone, Copy)]
struct Measure {
    /// So many keys are sorted while somebody waits.
    few: usize,
    /// A window within so many rows of an end is found by keeping the first ones while all go by.
    near: usize,
    /// More slots that changed at once are not mended one by one.
    many: usize,
}

const MEASURE: Measure = Measure { few: 20_000, near: 2_048, many: 64 };
/// A whole order is tried so many times where keys change meanwhile.
const TRIES: usize = 4;

/// What changed in some keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// Status, and with it when they were modified.
    Status,
    /// Anything.
    Anything,
}

impl Changed {
    const fn moves(self, column: Column) -> bool {
        matches!((self, column), (Self::Anything, _) | (_, Column::Status | Column::Modified))
    }
}

/// What was found and sorted lately, all of it valid for one epoch of the index.
#[derive(Debug, Default)]
struct Orders {
    epoch: u64,
    found: VecDeque<(KeyFilter, Arc<Found>)>,
    /// All keys by a column, ascending.
    whole: VecDeque<(Column, Arc<Vec<u32>>)>,
    /// Those that a filter leaves.
    sorted: VecDeque<(KeyFilter, Column, Arc<Vec<u32>>)>,
    /// Whole orders that a thread is making.
    coming: Vec<Column>,
}

fn keep<T>(list: &mut VecDeque<T>, room: usize, new: T) {
    list.truncate(room - 1);
    list.push_front(new);
}

/// Puts slots where they belong now: into the order, or out of it.
fn mend(order: &mut Arc<Vec<u32>>, roll: &Roll, ranks: &Ranks, slots: &[u32], belongs: impl Fn(u32) -> bool) {
    let order = Arc::make_mut(order);
    // All go first: an order that holds one at a wrong place tells no place for another.
    if let [slot] = slots {
        if let Some(place) = order.iter().position(|other| other == slot) {
            order.remove(place);
        }
    } else {
        let gone: HashSet<&u32> = slots.iter().collect();
        order.retain(|slot| !gone.contains(slot));
    }
    let mut seen = HashSet::new();
    for &slot in slots.iter().filter(|slot| belongs(**slot) && seen.insert(**slot)) {
        let place = order.partition_point(|other| ranks.compare(roll, *other, slot).is_lt());
        order.insert(place, slot);
    }
}

impl Orders {
    /// What is kept is of no use for another epoch.
    fn be_at(&mut self, epoch: u64) {
        if self.epoch != epoch {
            *self = Self { epoch, coming: std::mem::take(&mut self.coming), ..Self::default() };
        }
    }

    fn kept(&self, filter: &KeyFilter) -> Option<Arc<Found>> {
        self.found.iter().find(|(other, _)| other == filter).map(|(_, found)| Arc::clone(found))
    }

    /// The smallest of what was found for filters that leave at least all that this one leaves.
    fn wider(&self, filter: &KeyFilter) -> Option<Arc<Found>> {
        let wider = self.found.iter().filter(|(other, _)| other.leaves_all_of(filter));
        wider.min_by_key(|(_, found)| found.len()).map(|(_, found)| Arc::clone(found))
    }

    /// Slots changed and the index's epoch went from `before` to its present one: what is kept is mended.
    fn patch(&mut self, index: &Index, slots: &[u32], before: u64, changed: Changed, many: usize) {
        if self.epoch != before {
            return self.be_at(index.epoch);
        }
        self.epoch = index.epoch;
        let roll = index.roll();
        for (filter, found) in &mut self.found {
            let (matcher, found) = (Matcher::new(filter), Arc::make_mut(found));
            for &slot in slots {
                found.set(slot, roll.get(slot).is_some_and(|record| matcher.matches(roll, slot, record)));
            }
        }
        if slots.len() > many {
            self.whole.retain(|(column, _)| !changed.moves(*column));
            // A filter may name a status.
            self.sorted.clear();
            return;
        }
        for (column, order) in self.whole.iter_mut().filter(|(column, _)| changed.moves(*column)) {
            mend(order, roll, &Ranks::new(roll, *column), slots, |slot| roll.is_live(slot));
        }
        for (filter, column, order) in &mut self.sorted {
            let matcher = Matcher::new(filter);
            let fits = |slot| roll.get(slot).is_some_and(|record| matcher.matches(roll, slot, record));
            mend(order, roll, &Ranks::new(roll, *column), slots, fits);
        }
    }
}

/// Lists of the keys of an index.
#[derive(Clone)]
pub(super) struct Lists {
    index: Arc<RwLock<Index>>,
    orders: Arc<Mutex<Orders>>,
    measure: Measure,
}

impl Lists {
    /// None yet.
    pub(super) fn of(index: Arc<RwLock<Index>>) -> Self {
        Self { index, orders: Arc::default(), measure: MEASURE }
    }

    /// Keys were used: the orders by last use are not what they were.
    pub(super) fn forget_last_used(&self) {
        let mut orders = lock(&self.orders);
        orders.whole.retain(|(column, _)| *column != Column::LastUsed);
        orders.sorted.retain(|(_, column, _)| *column != Column::LastUsed);
    }

    /// Slots changed and the index's epoch went from `before` to its present one: what is kept is mended.
    pub(super) fn patch(&self, index: &Index, slots: &[u32], before: u64, changed: Changed) {
        lock(&self.orders).patch(index, slots, before, changed, self.measure.many);
    }

    /// Has all keys sorted as this list is, where nobody has done so yet. Once it was answered: both need all cores.
    pub(super) fn complete(&self, view: &View) {
        if let Rows::Unsorted(unsorted) = &view.rows {
            self.begin(unsorted.column());
        }
    }

    /// Sorts all keys by a column beside everything else, letting others change the index in between.
    fn begin(&self, column: Column) {
        {
            let mut orders = lock(&self.orders);
            if orders.coming.contains(&column) {
                return;
            }
            orders.coming.push(column);
        }
        let lists = self.clone();
        let started = std::thread::Builder::new().name("sorting".into()).spawn(move || {
            let _ = (0..TRIES).any(|_| lists.try_once(column));
            lists.ended(column);
        });
        if started.is_err() {
            self.ended(column);
        }
    }

    fn ended(&self, column: Column) {
        lock(&self.orders).coming.retain(|other| *other != column);
    }

    fn try_once(&self, column: Column) -> bool {
        let (epoch, slots, ranks) = {
            let index = super::read(&self.index);
            let roll = index.roll();
            let slots = roll.iter().map(|(slot, ..)| slot).collect();
            (index.epoch, slots, Ranks::new(roll, column))
        };
        let sorted = ranks.sorted(slots, &mut |work| {
            let index = super::read(&self.index);
            (index.epoch == epoch).then(|| work(index.roll()))
        });
        let Some(sorted) = sorted else { return false };
        let mut orders = lock(&self.orders);
        if orders.epoch == epoch {
            keep(&mut orders.whole, WHOLE, (column, Arc::new(sorted)));
        }
        orders.epoch == epoch
    }
}

impl Lists {
    /// What a filter leaves, kept or found. The filter is resolved.
    pub(super) fn found(&self, index: &Index, filter: &KeyFilter, ticket: &Ticket) -> Option<Arc<Found>> {
        let wider = {
            let mut orders = lock(&self.orders);
            orders.be_at(index.epoch);
            if let Some(found) = orders.kept(filter) {
                return Some(found);
            }
            orders.wider(filter)
        };
        let found = Found::search(index.roll(), &Matcher::new(filter), wider.as_deref(), ticket)?;
        let found = Arc::new(found);
        keep(&mut lock(&self.orders).found, FOUND, (filter.clone(), Arc::clone(&found)));
        Some(found)
    }

    /// The list of a filter and a sort; `None` when cancelled.
    pub(super) fn view(
        &self,
        index: &Index,
        filter: &KeyFilter,
        sort: Sort,
        ticket: &Ticket,
    ) -> Option<View> {
        let found = self.found(index, filter, ticket)?;
        let view = |rows| Some(View { rows, descending: sort.descending });
        let Some(column) = sort.column else { return view(Rows::Newest(found)) };
        {
            let orders = lock(&self.orders);
            let kept = orders.sorted.iter().find(|(other, by, _)| other == filter && *by == column);
            if let Some((.., order)) = kept {
                return view(Rows::Sorted(Arc::clone(order)));
            }
        }
        let whole = || {
            let orders = lock(&self.orders);
            orders.whole.iter().find(|(by, _)| *by == column).map(|(_, order)| Arc::clone(order))
        };
        let order = match whole() {
            Some(whole) if found.len() == whole.len() => return view(Rows::Sorted(whole)),
            Some(whole) if found.len() > self.measure.few => {
                whole.iter().copied().filter(|slot| found.has(*slot)).collect()
            }
            _ if found.len() <= self.measure.few => {
                let mut read =
                    |work: &mut dyn FnMut(&Roll)| (!ticket.is_cancelled()).then(|| work(index.roll()));
                Ranks::new(index.roll(), column).sorted(found.newest().collect(), &mut read)?
            }
            _ => return view(Rows::Unsorted(Unsorted::new(found, column, self.measure.near, ticket))),
        };
        let order = Arc::new(order);
        keep(&mut lock(&self.orders).sorted, SORTED, (filter.clone(), column, Arc::clone(&order)));
        view(Rows::Sorted(order))
    }
}
