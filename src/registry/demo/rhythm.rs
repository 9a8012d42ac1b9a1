//! The made-up history of a demo: each key calls in a rhythm of its own, and some calls are refused.
//!
//! A few hundred keys call; the others are what they are without it. The same demo has the same rhythms every time.

use super::Dice;
use crate::model::{ApiKey, LogonResult, LogonRow, Operation, Reference, Status, Time};

/// So many keys call at most, spread over all of them.
const CALLERS: usize = 300;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How a key is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rhythm {
    /// Every hour, for a month.
    Hourly,
    /// Once a night.
    Nightly,
    /// Once a week.
    Weekly,
    /// In office hours, and now and then for what its group does not allow.
    Office,
    /// Nightly until seven weeks ago, then no more.
    Silent,
    /// Not once.
    Never,
}

impl Rhythm {
    /// Of the key of this number: by turns, so that small demos have each.
    const fn of(number: u64) -> Self {
        match number % 10 {
            0 | 5 => Self::Hourly,
            1 | 4 | 8 => Self::Nightly,
            2 => Self::Weekly,
            3 | 9 => Self::Office,
            6 => Self::Silent,
            _ => Self::Never,
        }
    }

    /// The times of its calls between these two, oldest first; `shift` is the key's own minute.
    fn times(self, from: i64, to: i64, shift: i64) -> Vec<i64> {
        let (step, back, until) = match self {
            Self::Hourly => (HOUR, 30 * DAY, to),
            Self::Office => (HOUR, 14 * DAY, to),
            Self::Nightly => (DAY, 90 * DAY, to),
            Self::Weekly => (7 * DAY, 90 * DAY, to),
            Self::Silent => (DAY, 90 * DAY, to - 50 * DAY),
            Self::Never => return Vec::new(),
        };
        // Nights are at two o'clock UTC, weeks begin on Sunday night.
        let beat = if step == HOUR { shift } else { 2 * HOUR + shift + if step > DAY { 3 * DAY } else { 0 } };
        let from = from.max(to - back);
        let first = from + (beat - from).rem_euclid(step);
        let office = |time: &i64| {
            let (hour, day) = (time.rem_euclid(DAY) / HOUR, (time.div_euclid(DAY) + 4).rem_euclid(7));
            self != Self::Office || ((8..18).contains(&hour) && (1..6).contains(&day))
        };
        (first..until).step_by(usize::try_from(step).unwrap_or(1)).filter(office).collect()
    }
}

/// What the keys did, oldest first. The last use of each caller becomes what its calls say.
pub(super) fn made_up_history<'a>(
    dice: &mut Dice,
    records: impl ExactSizeIterator<Item = &'a mut ApiKey>,
    now: Time,
) -> Vec<LogonRow> {
    let every = records.len().div_ceil(CALLERS).max(1);
    let mut rows = Vec::new();
    for (place, record) in records.step_by(every).enumerate() {
        let place = place as u64;
        let before = rows.len();
        call(dice, record, place, now, &mut rows);
        let accepted = |row: &&LogonRow| row.result == LogonResult::Accepted;
        record.last_used = rows[before..].iter().rfind(accepted).map(|row| row.time);
    }
    rows.extend(garbage(dice, now));
    rows.sort_by_key(|row| row.time);
    rows
}

/// The calls of one key.
fn call(dice: &mut Dice, record: &ApiKey, place: u64, now: Time, rows: &mut Vec<LogonRow>) {
    let rhythm = Rhythm::of(place);
    let shift = dice.below(HOUR);
    let source = format!("10.20.{}.{}", place % 7, 10 + place % 200);
    let word = record.description.as_str().split_whitespace().next().unwrap_or("client").to_lowercase();
    let agent = format!("{word}/{}.{}", 1 + place % 4, dice.roll(10));
    let table = ["Asset", "Contract", "Person", "Lease"][usize::try_from(place % 4).unwrap_or(0)];
    for time in rhythm.times(record.created.0, now.0, shift) {
        let late = Time(time + dice.below(240));
        let time = if late < now { late } else { Time(time) };
        // A disabled key was so for the last days: its system calls on, and is refused.
        let refused =
            (record.status == Status::Disabled && now.0 - time.0 < 5 * DAY) || record.expired_at(time);
        let short = !refused && rhythm == Rhythm::Office && dice.roll(12) == 0;
        let result = match (refused, short) {
            (true, _) => LogonResult::Invalid,
            (false, true) if record.group.as_str() != "API_ADMIN" => LogonResult::Insufficient,
            _ => LogonResult::Accepted,
        };
        let (operation, count) = match result {
            LogonResult::Accepted => {
                (Operation::Select, 1 + dice.roll(if rhythm == Rhythm::Hourly { 40 } else { 6 }))
            }
            LogonResult::Insufficient => (Operation::Delete, 1),
            LogonResult::Invalid => (Operation::Select, 1 + dice.roll(3)),
        };
        let spent = i64::try_from(count).unwrap_or(0).min(50);
        rows.push(LogonRow {
            time,
            first: Time(time.0 - spent.min(time.0.rem_euclid(60))),
            key: Some(record.key),
            description: record.description.as_str().to_owned(),
            source: source.clone(),
            agent: agent.clone(),
            table: (result != LogonResult::Invalid).then(|| table.to_owned()),
            operation: (result != LogonResult::Invalid).then_some(operation),
            proved: true,
            result,
            count,
            ..nobody(dice, time, result != LogonResult::Accepted)
        });
    }
}

/// Somebody tries what is not there, every few hours.
fn garbage(dice: &mut Dice, now: Time) -> Vec<LogonRow> {
    let at = |n: i64, dice: &mut Dice| Time(now.0 - 9 * HOUR * n - dice.below(HOUR) - 1);
    (0..30)
        .map(|n| {
            let time = at(n, dice);
            let source = format!("203.0.113.{}", 1 + dice.roll(40));
            let (agent, count) = ("python-requests/2.31".to_owned(), 1 + dice.roll(300));
            LogonRow { source, agent, count, ..nobody(dice, time, true) }
        })
        .collect()
}

/// A refusal of nobody in particular.
fn nobody(dice: &mut Dice, time: Time, refused: bool) -> LogonRow {
    LogonRow {
        id: 0,
        time,
        first: time,
        key: None,
        description: String::new(),
        source: String::new(),
        agent: String::new(),
        table: None,
        operation: None,
        menu: None,
        result: LogonResult::Invalid,
        proved: false,
        count: 1,
        references: if refused { vec![Reference::from_bits(dice.roll(u64::MAX))] } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_435_200;

    #[test]
    fn each_rhythm_beats_as_it_is_called_and_never_ahead_of_now() {
        let count = |rhythm: Rhythm| rhythm.times(NOW - 400 * DAY, NOW, 900).len();
        assert_eq!((count(Rhythm::Hourly), count(Rhythm::Nightly)), (720, 90));
        assert!((12..=13).contains(&count(Rhythm::Weekly)), "{}", count(Rhythm::Weekly));
        assert!((90..=110).contains(&count(Rhythm::Office)), "{}", count(Rhythm::Office));
        assert_eq!((count(Rhythm::Silent), count(Rhythm::Never)), (40, 0));
        for rhythm in [Rhythm::Hourly, Rhythm::Nightly, Rhythm::Weekly, Rhythm::Office, Rhythm::Silent] {
            let times = rhythm.times(NOW - 400 * DAY, NOW, 900);
            assert!(times.is_sorted() && times.iter().all(|time| *time < NOW), "{rhythm:?}");
            assert!(rhythm.times(NOW, NOW, 900).is_empty(), "nothing before it was created");
        }
    }
}
