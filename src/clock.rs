//! What time it is, and how time is written and read. The only room that asks the system for the time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::model::Time;

mod when;

pub use when::{Direction, date, exact, moment, month_year, parse_when, relative, rfc3339, short};

/// Where time comes from.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Time;
    /// Time since some fixed point, never going back: for countdowns.
    fn ticks(&self) -> Duration;
}

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose ticks start now.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    fn now(&self) -> Time {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        Time(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn ticks(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still until it is moved: for tests and for drawing the README's pictures.
#[derive(Debug)]
pub struct FixedClock {
    millis: AtomicI64,
    start: i64,
    /// How far the wall clock was set back; ticks know nothing of it.
    back: AtomicI64,
}

impl FixedClock {
    /// Stands at this moment.
    pub const fn at(time: Time) -> Self {
        Self { millis: AtomicI64::new(time.0 * 1000), start: time.0 * 1000, back: AtomicI64::new(0) }
    }

    /// Moves it ahead.
    pub fn advance(&self, by: Duration) {
        self.millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
    }

    /// Sets the wall clock back, as somebody might.
    pub fn set_back(&self, by: Duration) {
        self.back.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Time {
        let millis = self.millis.load(Ordering::SeqCst) - self.back.load(Ordering::SeqCst);
        Time(millis.div_euclid(1000))
    }

    fn ticks(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.millis.load(Ordering::SeqCst) - self.start).unwrap_or(0))
    }
}
