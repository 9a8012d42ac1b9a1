//! How often somebody was refused, minute by minute, over the last hour. In memory; an opening counts the rows again.

use crate::model::{LogonResult, LogonRow, Time};

/// Minutes that are counted.
const MINUTES: i64 = 60;
/// Minutes of one part of the answer.
const PART: i64 = 5;

/// Refusals of the last hour.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Minute since 1970 and refusals, by the minute's place in the hour.
    minutes: Vec<(i64, u64)>,
}

impl Pulse {
    /// So many were refused at this time.
    pub(super) fn count(&mut self, time: Time, refusals: u64) {
        let minute = time.0.div_euclid(60);
        self.minutes.resize(60, (i64::MIN, 0));
        let place = usize::try_from(minute.rem_euclid(MINUTES)).unwrap_or(0);
        if let Some(counted) = self.minutes.get_mut(place) {
            if counted.0 != minute {
                *counted = (minute, 0);
            }
            counted.1 = counted.1.saturating_add(refusals);
        }
    }

    /// A row that was kept.
    pub(super) fn absorb(&mut self, row: &LogonRow) {
        if row.result != LogonResult::Accepted {
            self.count(row.time, row.count);
        }
    }

    /// Refusals of the last hour in parts of five minutes, the present one last.
    pub(super) fn hour(&self, now: Time) -> Vec<u64> {
        let this = now.0.div_euclid(60);
        let mut parts = vec![0_u64; 12];
        for (minute, refusals) in &self.minutes {
            let ago = this.saturating_sub(*minute);
            if (0..MINUTES).contains(&ago)
                && let Some(part) =
                    parts.iter_mut().rev().nth(usize::try_from(ago / PART).unwrap_or(usize::MAX))
            {
                *part = part.saturating_add(*refusals);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refusals_stand_in_their_five_minutes_and_go_after_an_hour() {
        let mut pulse = Pulse::default();
        assert_eq!(pulse.hour(Time(0)), [0; 12]);
        for (minute, refusals) in [(100, 1), (100, 2), (104, 4), (105, 8), (159, 16), (160, 32)] {
            pulse.count(Time(minute * 60 + 59), refusals);
        }
        assert_eq!(pulse.hour(Time(160 * 60)), [12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48]);
        assert_eq!(
            pulse.hour(Time(159 * 60)),
            [4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16],
            "minute 100 gave way to 160"
        );
        assert_eq!(pulse.hour(Time(300 * 60)), [0; 12]);
    }

    proptest! {
        #[test]
        fn an_hour_agrees_with_a_plain_count(mut minutes in proptest::collection::vec(0_i64..200, 0..100)) {
            minutes.sort_unstable();
            let mut pulse = Pulse::default();
            for minute in &minutes {
                pulse.count(Time(minute * 60), 1);
            }
            let now = minutes.last().copied().unwrap_or(0);
            let plain = minutes.iter().filter(|minute| now - **minute < 60).count() as u64;
            prop_assert_eq!(pulse.hour(Time(now * 60)).iter().sum::<u64>(), plain);
        }
    }
}
