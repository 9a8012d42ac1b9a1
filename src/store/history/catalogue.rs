//! What the shelves hold: every closing with its place, newest last, and the uses gathered from them.
//!
//! A closing is all rows that were closed together: those of one minute as a rule. Both shelves have a batch of it, so
//! its rows are merged by time when they are read.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLockReadGuard};

use super::callers::Directory;
use super::shelf::{Kind, Place, open_segment};
use super::uses::Uses;
use super::{Shared, lock, row, segment};
use crate::model::{KeyId, LogonRow, Time};

/// Rows that were closed together.
#[derive(Debug, Clone)]
pub struct Closing {
    number: u64,
    places: [Option<Place>; 2],
}

impl Closing {
    pub(super) fn new(number: u64, places: [Option<Place>; 2]) -> Self {
        Self { number, places }
    }

    /// Its number, growing with time.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.heads().map(|head| u64::from(head.rows)).sum()
    }

    /// When its newest row happened last.
    pub fn last(&self) -> Time {
        Time(self.heads().map(|head| head.last).max().unwrap_or(i64::MIN))
    }

    fn heads(&self) -> impl Iterator<Item = segment::BatchHead> {
        self.places.iter().flatten().map(|place| place.placed.head)
    }
}

/// The history as it was at one moment.
#[derive(Debug, Clone)]
pub struct View {
    /// Moves on when rows went away, so that what was found in an older view is not where it was.
    pub epoch: u64,
    /// The closings, oldest first.
    pub closings: Arc<Vec<Closing>>,
    /// Rows after all of them: some may still grow. Oldest first.
    pub present: Vec<LogonRow>,
    /// Why rows cannot be written, or that some were lost.
    pub trouble: Option<String>,
}

/// Everything that is on the shelves.
#[derive(Debug)]
pub(super) struct Catalogue {
    closings: Arc<Vec<Closing>>,
    epoch: u64,
    /// Uses by the rows of all closings.
    pub(super) uses: Uses,
    /// Callers by the rows of all closings.
    pub(super) callers: Directory,
    /// Uses of written rows that were not told yet.
    pub(super) told: HashMap<KeyId, Time>,
    /// The newest closing that a snapshot knew: later ones have larger numbers, whatever the shelves lost.
    floor: u64,
    /// Why rows cannot be written now.
    pub(super) blocked: Option<String>,
    /// Which rows are not there any more though they should be: what was found first.
    pub(super) hole: Option<String>,
}

impl Catalogue {
    pub(super) fn new(places: [Vec<Place>; 2], uses: Uses, callers: Directory, floor: u64) -> Self {
        let mut closings: BTreeMap<u64, [Option<Place>; 2]> = BTreeMap::new();
        for (shelf, places) in places.into_iter().enumerate() {
            for place in places {
                closings.entry(place.placed.head.closing).or_default()[shelf] = Some(place);
            }
        }
        let closings = closings.into_iter().map(|(number, places)| Closing { number, places }).collect();
        let (told, closings) = (HashMap::new(), Arc::new(closings));
        Self { closings, epoch: 0, uses, callers, told, floor, blocked: None, hole: None }
    }

    pub(super) fn view(&self, present: Vec<LogonRow>, lost: u64) -> View {
        let trouble = self.trouble(lost);
        View { epoch: self.epoch, closings: Arc::clone(&self.closings), present, trouble }
    }

    /// Why rows cannot be written, or which of them are gone; `lost` of them were never written.
    pub(super) fn trouble(&self, lost: u64) -> Option<String> {
        let lost =
            (lost > 0).then(|| format!("{lost} rows of the history were lost: the disk did not take them"));
        self.blocked.clone().or_else(|| self.hole.clone()).or(lost)
    }

    /// The number that the next closing gets.
    pub(super) fn next(&self) -> u64 {
        self.closings.last().map_or(0, |closing| closing.number).max(self.floor) + 1
    }

    pub(super) fn newest(&self) -> Option<Closing> {
        self.closings.last().cloned()
    }

    pub(super) fn push(&mut self, closing: Closing) {
        Arc::make_mut(&mut self.closings).push(closing);
    }

    /// The newest closings with a number above this one.
    pub(super) fn after(&self, number: u64) -> Vec<Closing> {
        let from = self.closings.partition_point(|closing| closing.number <= number);
        self.closings[from..].to_vec()
    }

    /// The closings of so long a time up to the newest one.
    pub(super) fn since_before_last(&self, span: Time) -> Vec<Closing> {
        let Some(newest) = self.closings.last().map(Closing::last) else { return Vec::new() };
        let from = newest.0.saturating_sub(span.0);
        let mut closings: Vec<Closing> =
            self.closings.iter().rev().take_while(|c| c.last().0 >= from).cloned().collect();
        closings.reverse();
        closings
    }

    /// Segments of a shelf went away.
    pub(super) fn forget(&mut self, kind: Kind, segments: &[u32]) {
        self.forget_where(kind, |place| segments.contains(&place.segment));
    }

    fn forget_where(&mut self, kind: Kind, gone: impl Fn(&Place) -> bool) {
        self.epoch += 1;
        let closings = Arc::make_mut(&mut self.closings);
        for closing in closings.iter_mut() {
            let place = &mut closing.places[kind as usize];
            if place.as_ref().is_some_and(&gone) {
                *place = None;
            }
        }
        closings.retain(|closing| closing.places.iter().any(Option::is_some));
    }
}

impl Shared {
    pub(super) fn catalogue(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of a closing, merged by time.
    pub(super) fn read(&self, closing: &Closing) -> Option<Vec<LogonRow>> {
        let mut rows = Vec::new();
        for (kind, place) in Kind::ALL.into_iter().zip(&closing.places) {
            let Some(place) = place else { continue };
            let Some(more) = self.read_place(kind, place) else {
                self.lose(kind, place);
                return None;
            };
            rows.extend(more);
        }
        rows.sort_by_key(|row| (row.time, row.id));
        Some(rows)
    }

    fn read_place(&self, kind: Kind, place: &Place) -> Option<Vec<LogonRow>> {
        let mut reading = lock(&self.reading);
        if !matches!(&*reading, Some((of, number, _)) if *of == kind && *number == place.segment) {
            *reading = Some((kind, place.segment, open_segment(&self.dir, kind, place.segment).ok()?));
        }
        let (_, _, file) = reading.as_ref()?;
        let body = segment::body(file, &place.placed).ok().flatten()?;
        drop(reading);
        row::take_all(&body, place.placed.head.rows)
    }

    /// A batch cannot be read: it is left out from here on.
    fn lose(&self, kind: Kind, lost: &Place) {
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let there = catalogue.closings.iter().filter_map(|closing| closing.places[kind as usize]);
        let same = |place: &Place| place.segment == lost.segment && place.placed.offset == lost.placed.offset;
        // Gone already where its segment was evicted meanwhile: that is no damage.
        if there.clone().any(|place| same(&place)) {
            let rows = lost.placed.head.rows;
            catalogue.hole.get_or_insert_with(|| {
                format!(
                    "{rows} rows of the history are damaged and left out ({}-{:08})",
                    kind.name(),
                    lost.segment
                )
            });
            catalogue.forget_where(kind, same);
        }
    }
}
