//! What a caller's past tells about its future: how often it calls, when next, and what happens when its key stops.
//!
//! Pure: from what is remembered of a [`Caller`] and a moment. Says so where the past tells nothing.

use serde::{Deserialize, Serialize};

use super::caller::{Caller, SILENCE};
use super::key::Time;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// A caller without a rhythm is silent after this.
const QUIET: i64 = 7 * DAY;
/// A rhythm is over when it was missed so often.
const MISSED: i64 = 4;

/// How often a caller calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Seconds from one call, or one run of calls, to the next: the median.
    pub every: i64,
    /// By how many seconds that varies: the median of the distances from it.
    pub spread: i64,
    /// When the next call is expected; in the past when it is late.
    pub next: Time,
}

impl Rhythm {
    /// Whether the distances are alike.
    pub const fn is_regular(&self) -> bool {
        self.spread <= 90 || self.spread.saturating_mul(4) <= self.every
    }

    /// `every 5 min`, `hourly`, `daily`, `weekly`, `irregular, about every 3 h`.
    pub fn words(&self) -> String {
        let every = self.every;
        let near = |unit: i64| (every - unit).abs() <= unit / 12;
        let words = match every {
            ..90 => "every minute".to_owned(),
            _ if near(HOUR) => "hourly".to_owned(),
            _ if near(DAY) => "daily".to_owned(),
            _ if near(7 * DAY) => "weekly".to_owned(),
            90..HOUR => format!("every {} min", (every + MINUTE / 2) / MINUTE),
            HOUR..DAY => format!("every {} h", (every + HOUR / 2) / HOUR),
            _ => format!("every {} d", (every + DAY / 2) / DAY),
        };
        match (self.is_regular(), words.strip_prefix("every ")) {
            (true, _) => words,
            (false, Some(span)) => format!("irregular, about every {span}"),
            (false, None) => format!("irregular, about {words}"),
        }
    }
}

/// What happens to whoever uses a key when the key stops, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// Nobody ever called.
    Never,
    /// The key is refused already: nothing more can break.
    Refused,
    /// Nobody called since then, and nobody is expected.
    Silent(Time),
    /// Called lately, the last time then; too few calls to know when it will again.
    Unclear(Time),
    /// In use: the next call is expected then.
    Breaks(Time),
}

impl Outlook {
    /// How bad it is: the worst has the largest.
    fn weight(self) -> (u8, i64) {
        match self {
            Self::Never => (0, 0),
            Self::Refused => (1, 0),
            Self::Silent(since) => (2, since.0),
            Self::Unclear(last) => (3, last.0),
            Self::Breaks(next) => (4, next.0.saturating_neg()),
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self.weight() >= other.weight() { self } else { other }
    }

    /// Whether somebody's next call is expected.
    pub const fn breaks(self) -> bool {
        matches!(self, Self::Breaks(_))
    }

    /// For a list with the worst first.
    pub fn worst_first(self, other: Self) -> std::cmp::Ordering {
        other.weight().cmp(&self.weight())
    }
}

/// The distances between these times: their median, and the median of how far they are from it.
fn pace(times: &[Time], least: usize) -> Option<(i64, i64)> {
    let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[1].0.saturating_sub(pair[0].0)).collect();
    if gaps.len() < least {
        return None;
    }
    let every = median(&mut gaps)?;
    let mut off: Vec<i64> = gaps.iter().map(|gap| (gap - every).abs()).collect();
    Some((every.max(1), median(&mut off)?))
}

fn median(numbers: &mut [i64]) -> Option<i64> {
    numbers.sort_unstable();
    // Of two in the middle the shorter one: better warned of a call too early than too late.
    numbers.get(numbers.len().checked_sub(1)? / 2).copied()
}

/// The rhythm of a caller; none where its calls are too few.
pub fn learn(caller: &Caller, now: Time) -> Option<Rhythm> {
    let visits = pace(&caller.visits, 3);
    let runs = pace(&caller.starts, 2);
    let begun = caller.starts.last().copied().unwrap_or(caller.last);
    let rhythm = |(every, spread): (i64, i64), next: i64| Rhythm { every, spread, next: Time(next) };
    let run = runs.map(|runs| rhythm(runs, begun.0.saturating_add(runs.0)));
    let Some(dense) = visits.filter(|(every, _)| *every < SILENCE) else { return run };
    let step = caller.last.0.saturating_add(dense.0);
    // It calls again and again for a while. Is it at it now?
    let at_it = now.0.saturating_sub(caller.last.0) < (3 * dense.0).clamp(2 * MINUTE, SILENCE);
    match run.filter(Rhythm::is_regular) {
        Some(run) if at_it => Some(Rhythm { next: Time(step), ..run }),
        Some(run) => Some(run),
        None => Some(rhythm(dense, step)),
    }
}

/// What happens to a caller when its key stops now, and its rhythm if there is one.
pub fn outlook(caller: &Caller, now: Time) -> (Outlook, Option<Rhythm>) {
    let rhythm = learn(caller, now);
    let silent = now.0.saturating_sub(caller.last.0);
    let limit = match rhythm {
        None => QUIET,
        Some(rhythm) if rhythm.is_regular() && rhythm.every >= SILENCE => MISSED.saturating_mul(rhythm.every),
        // One that calls all the time, apart from breaks that it takes now and then.
        Some(rhythm) if rhythm.is_regular() => {
            let breaks = pace(&caller.starts, 2).map_or(DAY, |(every, _)| every.clamp(HOUR, DAY));
            MISSED.saturating_mul(rhythm.every).max(breaks)
        }
        Some(rhythm) => {
            MISSED.saturating_mul(rhythm.every).min(QUIET.max(rhythm.every.saturating_mul(2))).max(DAY)
        }
    };
    let outlook = match rhythm {
        _ if silent > limit => Outlook::Silent(caller.last),
        None => Outlook::Unclear(caller.last.min(now)),
        Some(rhythm) => Outlook::Breaks(rhythm.next.max(now)),
    };
    (outlook, rhythm)
}

#[cfg(test)]
mod tests {
    use super::super::caller::tests::caller;
    use super::*;
    use proptest::prelude::*;

    /// A Monday, 00:00 UTC.
    const MONDAY: i64 = 1_772_409_600;

    fn told(calls: impl IntoIterator<Item = i64>, now: i64) -> (Outlook, String) {
        let (outlook, rhythm) = outlook(&caller(calls), Time(now));
        (outlook, rhythm.map_or_else(String::new, |rhythm| rhythm.words()))
    }

    fn every(step: i64, count: i64) -> impl Iterator<Item = i64> {
        (0..count).map(move |n| MONDAY + n * step)
    }

    #[test]
    fn steady_callers_are_known_by_their_rhythm_and_expected_by_it() {
        for (step, words) in [
            (20, "every minute"),
            (5 * MINUTE, "every 5 min"),
            (HOUR, "hourly"),
            (6 * HOUR, "every 6 h"),
            (DAY, "daily"),
            (7 * DAY, "weekly"),
            (14 * DAY, "every 14 d"),
        ] {
            let last = MONDAY + 19 * step;
            let (outlook, said) = told(every(step, 20), last + 5);
            assert_eq!(said, words);
            let Outlook::Breaks(next) = outlook else { panic!("{words}: {outlook:?}") };
            assert!(next.0 > last && next.0 <= last + step.max(MINUTE) + 5, "{words}: {next:?}");
            let (later, _) = told(every(step, 20), last + 40 * step.max(HOUR));
            assert_eq!(later, Outlook::Silent(Time(last)), "{words}");
        }
    }

    #[test]
    fn a_nightly_job_of_twenty_minutes_is_daily_and_not_every_minute() {
        let job = |nights: i64| {
            (0..nights).flat_map(|night| (0..20).map(move |n| MONDAY + night * DAY + n * MINUTE))
        };
        let last = MONDAY + 5 * DAY + 19 * MINUTE;
        assert_eq!(told(job(6), last + 10 * HOUR), (Outlook::Breaks(Time(MONDAY + 6 * DAY)), "daily".into()));
        let (in_the_middle, said) = told(job(6), last + 30);
        assert_eq!((in_the_middle, said.as_str()), (Outlook::Breaks(Time(last + MINUTE)), "daily"));
        assert_eq!(told(job(2), last - 4 * DAY + 30).1, "every minute", "two nights are no rhythm yet");
    }

    #[test]
    fn a_hole_in_the_history_does_not_hide_a_rhythm() {
        let nights = [0, 1, 2, 6, 7, 8, 9].map(|night| MONDAY + night * DAY);
        assert_eq!(
            told(nights, MONDAY + 9 * DAY + HOUR),
            (Outlook::Breaks(Time(MONDAY + 10 * DAY)), "daily".into())
        );
        let office = (0..10)
            .filter(|day| day % 7 < 5)
            .flat_map(|day| (0..96).map(move |n| MONDAY + day * DAY + 8 * HOUR + n * 5 * MINUTE));
        let (outlook, said) = told(office, MONDAY + 9 * DAY + 20 * HOUR);
        assert_eq!((outlook, said.as_str()), (Outlook::Breaks(Time(MONDAY + 10 * DAY + 8 * HOUR)), "daily"));
    }

    #[test]
    fn late_callers_are_expected_at_any_moment() {
        let now = MONDAY + 19 * HOUR + 2 * HOUR;
        assert_eq!(told(every(HOUR, 20), now).0, Outlook::Breaks(Time(now)));
    }

    #[test]
    fn calls_at_odd_times_are_called_irregular() {
        let odd = [0, 3, 4, 11, 13, 30, 31, 50].map(|hour| MONDAY + hour * HOUR);
        let (outlook, said) = told(odd, MONDAY + 51 * HOUR);
        assert!(said.starts_with("irregular, about every "), "{said}");
        assert!(outlook.breaks());
        assert_eq!(told(odd, MONDAY + 40 * DAY).0, Outlook::Silent(Time(MONDAY + 50 * HOUR)));
    }

    #[test]
    fn a_call_or_two_are_no_rhythm() {
        assert_eq!(told([MONDAY], MONDAY + HOUR), (Outlook::Unclear(Time(MONDAY)), String::new()));
        assert_eq!(told([MONDAY], MONDAY + 8 * DAY).0, Outlook::Silent(Time(MONDAY)));
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_no_call_in_the_future() {
        let (outlook, _) = told(every(HOUR, 20), MONDAY);
        let Outlook::Breaks(next) = outlook else { panic!("{outlook:?}") };
        assert!(next.0 >= MONDAY);
        assert_eq!(told([MONDAY + DAY], MONDAY).0, Outlook::Unclear(Time(MONDAY)));
    }

    #[test]
    fn the_worst_outlook_is_the_nearest_call() {
        let order = [
            Outlook::Breaks(Time(5)),
            Outlook::Breaks(Time(9)),
            Outlook::Unclear(Time(4)),
            Outlook::Silent(Time(3)),
            Outlook::Silent(Time(1)),
            Outlook::Refused,
            Outlook::Never,
        ];
        for (place, one) in order.iter().enumerate() {
            for other in &order[place..] {
                assert_eq!((one.worse(*other), other.worse(*one)), (*one, *one));
            }
        }
        assert!(order.is_sorted_by(|a, b| a.worst_first(*b).is_le()));
    }

    proptest! {
        #[test]
        fn the_median_of_distances_agrees_with_a_plain_one(gaps in proptest::collection::vec(SILENCE..400_000, 2..=11)) {
            let calls: Vec<i64> = std::iter::once(MONDAY).chain(gaps.iter().scan(MONDAY, |at, gap| { *at += gap; Some(*at) })).collect();
            let last = calls[calls.len() - 1];
            let rhythm = learn(&caller(calls), Time(last)).unwrap();
            let below = gaps.iter().filter(|gap| **gap < rhythm.every).count();
            let above = gaps.iter().filter(|gap| **gap > rhythm.every).count();
            prop_assert!(gaps.contains(&rhythm.every) && below <= gaps.len() / 2 && above <= gaps.len().div_ceil(2));
            prop_assert_eq!(rhythm.next, Time(last + rhythm.every));
        }

        #[test]
        fn no_calls_and_no_moment_make_it_panic(calls in proptest::collection::vec(any::<i32>(), 0..60), now in any::<i64>()) {
            let caller = caller(calls.iter().map(|at| i64::from(*at)));
            let (outlook, rhythm) = outlook(&caller, Time(now));
            if let Outlook::Breaks(next) = outlook { prop_assert!(next.0 >= now); }
            if let Some(rhythm) = rhythm { prop_assert!(!rhythm.words().is_empty() && rhythm.every > 0 && rhythm.spread >= 0); }
        }
    }
}
