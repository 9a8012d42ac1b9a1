//! A connection that rings for itself is polled once more at once.
//!
//! hyper hands on a body only after it was asked for it, and tells so by waking its own task: the runtime would put that
//! behind all tasks that wait for their turn, and of many requests that came together none would be answered before all
//! were read. Who rings from elsewhere, or a second time, goes by the runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Nobody polls: whoever rings wakes the task.
const QUIET: u8 = 0;
/// It is being polled now.
const POLLING: u8 = 1;
/// It was rung for while it was polled.
const RUNG: u8 = 2;

/// One task's bell.
pub(super) struct Bell {
    clapper: Arc<Clapper>,
    waker: Waker,
}

struct Clapper {
    task: Waker,
    state: AtomicU8,
}

impl Bell {
    /// The bell of the task that this wakes.
    pub(super) fn of(task: &Waker) -> Self {
        let clapper = Arc::new(Clapper { task: task.clone(), state: AtomicU8::new(QUIET) });
        let waker = Waker::from(Arc::clone(&clapper));
        Self { clapper, waker }
    }

    /// Polls, and once more if that was asked for meanwhile.
    pub(super) fn poll<T>(&self, mut work: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let state = &self.clapper.state;
        let mut cx = Context::from_waker(&self.waker);
        for _ in 0..2 {
            state.store(POLLING, Ordering::Release);
            let polled = work(&mut cx);
            if polled.is_ready() || state.swap(QUIET, Ordering::AcqRel) == POLLING {
                return polled;
            }
        }
        self.clapper.task.wake_by_ref();
        Poll::Pending
    }
}

impl Wake for Clapper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let rung = self.state.compare_exchange(POLLING, RUNG, Ordering::AcqRel, Ordering::Acquire);
        // While it is rung for already it will be polled anyway.
        if rung == Err(QUIET) {
            self.task.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// What is polled rings so often, and is polled so often; how often the task was woken then.
    fn polled(rings: usize) -> (usize, usize) {
        let task = Arc::new(Counted::default());
        let bell = Bell::of(&Waker::from(Arc::clone(&task)));
        let mut polls = 0;
        let pending = bell.poll(|cx| {
            polls += 1;
            if polls <= rings {
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        assert!(pending.is_pending());
        (polls, task.0.load(Ordering::SeqCst))
    }

    /// A task, its bell, and what that gave to what it polled.
    fn polled_once() -> (Arc<Counted>, Bell, Waker) {
        let task = Arc::new(Counted::default());
        let bell = Bell::of(&Waker::from(Arc::clone(&task)));
        let Poll::Ready(waker) = bell.poll(|cx| Poll::Ready(cx.waker().clone())) else { unreachable!() };
        let _ = bell.poll(|_| Poll::<()>::Pending);
        (task, bell, waker)
    }

    #[test]
    fn who_rings_for_itself_is_polled_once_more_and_then_goes_by_the_runtime() {
        assert_eq!(polled(0), (1, 0));
        assert_eq!(polled(1), (2, 0));
        assert_eq!(polled(2), (2, 1));
    }

    #[test]
    fn who_rings_when_nobody_polls_wakes_the_task() {
        let (task, _bell, waker) = polled_once();
        waker.wake();
        assert_eq!(task.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn no_ring_of_another_thread_is_lost() {
        for _ in 0..200 {
            let (task, bell, waker) = polled_once();
            let sent = AtomicBool::new(false);
            let seen = std::thread::scope(|scope| {
                scope.spawn(|| {
                    sent.store(true, Ordering::SeqCst);
                    waker.wake_by_ref();
                });
                bell.poll(|_| if sent.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending })
            });
            assert!(seen.is_ready() || task.0.load(Ordering::SeqCst) > 0);
        }
    }
}
