//! One caller of a key, an address and a program: what is remembered of its accepted calls, so that its rhythm can be
//! learned. Bounded, whatever it does. What follows from it is told by [`super::rhythm`]; who keeps it is not known here.

use super::decision::Operation;
use super::key::Time;
use super::logon::{LogonResult, LogonRow};

/// A caller that was silent for so long, in seconds, begins anew when it calls again.
pub const SILENCE: i64 = 30 * 60;
/// Longest name of a table that is remembered, in characters.
const NAME: usize = 64;

/// What is remembered of one caller of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Where it calls from.
    pub source: String,
    /// The program that calls; may be empty.
    pub agent: String,
    /// Its first call that is remembered.
    pub first: Time,
    /// Its last call.
    pub last: Time,
    /// How many calls.
    pub calls: u64,
    /// Its last minutes with a call, oldest first, at most [`Caller::VISITS`].
    pub visits: Vec<Time>,
    /// When it last began after a silence of half an hour, oldest first, at most [`Caller::STARTS`].
    pub starts: Vec<Time>,
    /// The tables and menu items it touched.
    pub tables: Vec<Touched>,
}

/// A table that a caller touched, or a menu item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its name.
    pub name: String,
    /// A bit for each operation, by its place in [`Operation::ALL`].
    pub operations: u8,
}

impl Touched {
    /// `Asset (select, update)`; not escaped.
    pub fn text(&self) -> String {
        let named = |(place, operation): (usize, Operation)| {
            (self.operations >> place & 1 == 1).then(|| operation.code())
        };
        let operations: Vec<_> = Operation::ALL.into_iter().enumerate().filter_map(named).collect();
        if operations.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, operations.join(", "))
        }
    }
}

/// The minute of a time.
fn minute(time: Time) -> i64 {
    time.0.div_euclid(60)
}

impl Caller {
    /// So many minutes with a call are remembered.
    pub const VISITS: usize = 16;
    /// So many beginnings are remembered.
    pub const STARTS: usize = 12;
    /// So many tables are remembered.
    pub const TABLES: usize = 8;

    /// One that has not called yet.
    pub fn new(source: String, agent: String) -> Self {
        let (first, last) = (Time(i64::MAX), Time(i64::MIN));
        let (visits, starts, tables) = (Vec::new(), Vec::new(), Vec::new());
        Self { source, agent, first, last, calls: 0, visits, starts, tables }
    }

    /// Takes a row of its accepted calls in; rows come in the order in which they happened.
    pub fn absorb(&mut self, row: &LogonRow) {
        if row.result != LogonResult::Accepted {
            return;
        }
        // A row that happened before one that is known: the clock was set back. What was noted by the wrong time
        // would stand in the way of all that comes.
        self.visits.retain(|visit| minute(*visit) <= minute(row.time));
        self.starts.retain(|start| minute(*start) <= minute(row.time));
        let before = self.visits.last().copied();
        if before.is_none_or(|before| minute(before) < minute(row.first)) {
            if before.is_none_or(|before| row.first.0 - before.0 >= SILENCE) {
                push(&mut self.starts, row.first, Self::STARTS);
            }
            push(&mut self.visits, row.first, Self::VISITS);
        }
        self.first = self.first.min(row.first);
        self.last = row.time;
        self.calls = self.calls.saturating_add(row.count);
        for name in [&row.table, &row.menu].into_iter().flatten() {
            self.touch(name, row.operation);
        }
    }

    fn touch(&mut self, name: &str, operation: Option<Operation>) {
        let name: String = name.chars().take(NAME).collect();
        let place = Operation::ALL.into_iter().position(|o| Some(o) == operation);
        let bit = place.map_or(0, |place| 1 << place);
        if let Some(touched) = self.tables.iter_mut().find(|touched| touched.name == name) {
            touched.operations |= bit;
        } else if self.tables.len() < Self::TABLES {
            self.tables.push(Touched { name, operations: bit });
        }
    }
}

/// Adds a time; the oldest gives way.
fn push(times: &mut Vec<Time>, time: Time, most: usize) {
    if times.len() >= most {
        times.remove(0);
    }
    times.push(time);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn call(at: i64) -> LogonRow {
        LogonRow {
            id: 0,
            time: Time(at),
            first: Time(at),
            key: None,
            description: String::new(),
            source: "10.0.0.7".into(),
            agent: "curl".into(),
            table: None,
            operation: None,
            menu: None,
            result: LogonResult::Accepted,
            proved: true,
            count: 1,
            references: Vec::new(),
        }
    }

    pub(crate) fn caller(calls: impl IntoIterator<Item = i64>) -> Caller {
        let mut caller = Caller::new("10.0.0.7".into(), "curl".into());
        calls.into_iter().for_each(|at| caller.absorb(&call(at)));
        caller
    }

    fn seconds(times: &[Time]) -> Vec<i64> {
        times.iter().map(|time| time.0).collect()
    }

    #[test]
    fn tables_are_told_with_what_is_done_to_them() {
        let mut caller = caller([]);
        for (table, operation) in
            [("Asset", Operation::Select), ("Asset", Operation::Update), ("Loan", Operation::Select)]
        {
            caller.absorb(&LogonRow { table: Some(table.into()), operation: Some(operation), ..call(0) });
        }
        caller.absorb(&LogonRow { menu: Some("Reports".into()), ..call(0) });
        caller.absorb(&LogonRow {
            table: Some("Secret".into()),
            result: LogonResult::Insufficient,
            ..call(0)
        });
        let told: Vec<_> = caller.tables.iter().map(Touched::text).collect();
        assert_eq!(told, ["Asset (select, update)", "Loan (select)", "Reports"]);
        for n in 0..100 {
            caller.absorb(&LogonRow { table: Some(format!("{n}{}", "x".repeat(500))), ..call(0) });
        }
        assert_eq!(caller.tables.len(), Caller::TABLES);
        assert!(caller.tables.iter().all(|touched| touched.name.len() <= NAME));
    }

    #[test]
    fn what_was_noted_by_a_clock_that_was_ahead_goes_when_it_is_set_back() {
        let year = 365 * 86_400;
        let mut caller = caller((0..5).map(|n| n * 3_600).chain((0..20).map(|n| year + n * 3_600)));
        caller.absorb(&call(5 * 3_600));
        assert!(caller.visits.iter().chain(&caller.starts).all(|at| at.0 <= 5 * 3_600), "{caller:?}");
        assert_eq!(caller.last, Time(5 * 3_600));
    }

    proptest! {
        /// All minutes at once, with nothing forgotten: the plain way.
        #[test]
        fn minutes_and_beginnings_agree_with_a_plain_count(gaps in proptest::collection::vec(prop_oneof![0_i64..90, 1_000_i64..2_000, 0_i64..100_000], 1..80)) {
            let calls: Vec<i64> = gaps.iter().scan(1_000_000, |at, gap| { *at += gap; Some(*at) }).collect();
            let caller = caller(calls.iter().copied());
            let mut minutes = calls.clone();
            minutes.dedup_by_key(|at| at.div_euclid(60));
            let begins = |(place, at): (usize, &i64)| (place == 0 || at - minutes[place - 1] >= SILENCE).then_some(*at);
            let begins: Vec<i64> = minutes.iter().enumerate().filter_map(begins).collect();
            prop_assert_eq!(seconds(&caller.visits), &minutes[minutes.len().saturating_sub(Caller::VISITS)..]);
            prop_assert_eq!(seconds(&caller.starts), &begins[begins.len().saturating_sub(Caller::STARTS)..]);
            prop_assert_eq!((caller.first.0, caller.last.0), (calls[0], calls[calls.len() - 1]));
            prop_assert_eq!(caller.calls, calls.len() as u64);
        }

        #[test]
        fn any_order_of_calls_leaves_it_bounded_and_in_order(calls in proptest::collection::vec(any::<i32>(), 1..200)) {
            let caller = caller(calls.iter().map(|at| i64::from(*at)));
            for (times, most) in [(&caller.visits, Caller::VISITS), (&caller.starts, Caller::STARTS)] {
                prop_assert!(times.is_sorted() && times.len() <= most);
                prop_assert!(times.iter().all(|at| minute(*at) <= minute(caller.last)));
            }
        }
    }
}
