//! The place of a thread that writes behind: on a core that both need, it waits for whoever verifies. Without Linux a
//! thread has no niceness of its own, and it takes its turn as before. Knows nothing of what is written.

/// Lower than any thread that somebody waits for, and still served where a machine is busy.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// This thread waits for others from now on.
#[cfg(target_os = "linux")]
pub(super) fn stand_back() {
    use rustix::{process::setpriority_process, thread::gettid};

    // Refused, it takes its turn; nothing else depends on it.
    let _ = setpriority_process(Some(gettid()), NICENESS);
}

/// This thread waits for others from now on.
#[cfg(not(target_os = "linux"))]
pub(super) const fn stand_back() {}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> i32 {
        rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap()
    }

    #[test]
    fn only_the_thread_that_stands_back_does() {
        let before = own();
        let other = std::thread::spawn(|| {
            stand_back();
            own()
        });
        assert_eq!((other.join().unwrap(), own()), (NICENESS.max(before), before));
    }
}
