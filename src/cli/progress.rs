//! How far long work is: a bar on standard error with rate and time left, only at a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::clock::Clock;
use crate::registry::Ticket;

/// Between two drawings.
const PACE: Duration = Duration::from_millis(100);
/// Cells of the bar.
const CELLS: u64 = 24;

/// A bar, cleared when it is dropped.
pub struct Bar<'a> {
    what: &'static str,
    clock: &'a dyn Clock,
    start: Duration,
    drawn: Option<Duration>,
    terminal: bool,
}

impl<'a> Bar<'a> {
    /// Nothing is drawn yet.
    pub fn new(what: &'static str, clock: &'a dyn Clock) -> Self {
        Self { what, clock, start: clock.ticks(), drawn: None, terminal: io::stderr().is_terminal() }
    }

    /// So much of so much is done.
    pub fn show(&mut self, done: u64, total: u64) {
        let now = self.clock.ticks();
        if !self.terminal || self.drawn.is_some_and(|last| now.saturating_sub(last) < PACE) {
            return;
        }
        self.drawn = Some(now);
        let line = line(self.what, done, total, now.saturating_sub(self.start));
        let _ = io::stderr().write_all(format!("\r{line}\x1b[K").as_bytes());
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

/// `Hashing  [######..................]  240/1000  142/s  5 s left`
fn line(what: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let done = done.min(total);
    let full = done.saturating_mul(CELLS).checked_div(total).unwrap_or(CELLS);
    let cell = |index| if index < full { '#' } else { '.' };
    let bar: String = (0..CELLS).map(cell).collect();
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = done.saturating_mul(1000) / millis;
    let left = (total - done).saturating_mul(millis).checked_div(done.saturating_mul(1000));
    let left = left.map_or_else(String::new, |seconds| match seconds {
        0..120 => format!("  {seconds} s left"),
        _ => format!("  {} min left", seconds.div_ceil(60)),
    });
    format!("{what}  [{bar}]  {done}/{total}  {rate}/s{left}")
}

/// Does the work on a thread of its own and draws how far its ticket says it is.
pub fn watched<T: Send>(
    what: &'static str,
    clock: &dyn Clock,
    ticket: &Ticket,
    work: impl FnOnce() -> T + Send,
) -> T {
    let mut bar = Bar::new(what, clock);
    let (done, waiting) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let _ends_with_the_work = done;
            work()
        });
        while waiting.recv_timeout(PACE) == Err(mpsc::RecvTimeoutError::Timeout) {
            if let Some((done, total)) = ticket.seen() {
                bar.show(done, total);
            }
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::model::Time;

    #[test]
    fn the_line_tells_rate_and_time_left() {
        let text = line("Hashing", 250, 1000, Duration::from_secs(5));
        assert_eq!(text, "Hashing  [######..................]  250/1000  50/s  15 s left");
        assert!(line("Hashing", 0, 1000, Duration::ZERO).ends_with("0/1000  0/s"));
        assert!(line("Hashing", 1, 1000, Duration::from_secs(10)).ends_with("167 min left"));
        assert!(line("Hashing", 9, 0, Duration::ZERO).contains("0/0"));
        assert!(line("Hashing", u64::MAX / 2000, u64::MAX / 1000, Duration::from_secs(1)).contains('#'));
    }

    #[test]
    fn the_work_comes_back_with_its_result() {
        let clock = FixedClock::at(Time(0));
        assert_eq!(watched("Working", &clock, &Ticket::new(), || 7), 7);
    }
}
