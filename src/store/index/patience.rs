//! Patience for sled's own threads: they wake up every second to look whether there is work, for as long as the
//! process lives, and sled has no setting for that.
//!
//! They are woken for work at once all the same; only the second may be late. A thread takes its timers' slack from
//! the one that starts it, so whoever may make sled start threads is patient meanwhile. Without Linux they tick on.
//! Knows nothing of sled's data.

/// So late may their second be, in nanoseconds: an hour.
#[cfg(target_os = "linux")]
const SLACK: u64 = 3_600_000_000_000;

/// Runs what may start sled's threads.
#[cfg(target_os = "linux")]
pub(super) fn patient<T>(work: impl FnOnce() -> T) -> T {
    use rustix::thread::set_current_timer_slack;
    use std::num::NonZero;

    /// Our own timers stay punctual, however the work ends: none asks for what this thread was started with.
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            let _ = set_current_timer_slack(None);
        }
    }
    let _back = Back;
    // Refused, the threads tick; nothing else depends on it.
    let _ = set_current_timer_slack(NonZero::new(SLACK));
    work()
}

/// Runs what may start sled's threads.
#[cfg(not(target_os = "linux"))]
pub(super) fn patient<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    /// Asking by `prctl` gives a number that is cut after 31 bits.
    fn own() -> u64 {
        let thread = rustix::thread::gettid().as_raw_nonzero();
        let text = std::fs::read_to_string(format!("/proc/{thread}/timerslack_ns")).unwrap();
        text.trim().parse().unwrap()
    }

    fn of_a_new_thread() -> u64 {
        std::thread::spawn(own).join().unwrap()
    }

    #[test]
    fn only_threads_that_are_started_meanwhile_are_patient() {
        let before = own();
        assert!(before < SLACK && of_a_new_thread() == before);
        assert_eq!(patient(of_a_new_thread), SLACK);
        assert_eq!((own(), of_a_new_thread()), (before, before));
        assert!(std::panic::catch_unwind(|| patient(|| panic!("a damaged file"))).is_err());
        assert_eq!(own(), before, "though the work ended in a panic");
    }
}
