//! The standard library's locks, with a step before each: there an exploration lets another thread go first.
//!
//! Outside [`explore`] they behave as the standard library's do. Inside, threads are shuttle's, take turns on one real
//! thread, and must not block: a lock that is taken is asked for again later.

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::sync::atomic::{AtomicBool, Ordering};
use std::cell::Cell;
use std::sync::{
    self, LockResult, MutexGuard, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
};

thread_local! {
    static EXPLORING: Cell<bool> = const { Cell::new(false) };
}

/// How many places a schedule of the second kind has at which the first thread has to give way.
const DEPTH: usize = 3;

/// A mutex with a step before it.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        if EXPLORING.get() { patiently(|| self.0.try_lock()) } else { self.0.lock() }
    }
}

/// A reader-writer lock with a step before it.
#[derive(Debug, Default)]
pub(crate) struct RwLock<T>(sync::RwLock<T>);

impl<T> RwLock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(sync::RwLock::new(value))
    }

    pub(crate) fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        if EXPLORING.get() { patiently(|| self.0.try_read()) } else { self.0.read() }
    }

    pub(crate) fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        if EXPLORING.get() { patiently(|| self.0.try_write()) } else { self.0.write() }
    }

    /// No step: whoever only tries may hold a lock that no exploration knows.
    pub(crate) fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        self.0.try_read()
    }
}

fn patiently<G>(mut attempt: impl FnMut() -> TryLockResult<G>) -> LockResult<G> {
    step();
    loop {
        match attempt() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Err(poisoned),
            Err(TryLockError::WouldBlock) => shuttle::thread::yield_now(),
        }
    }
}

/// A place where another thread may go first.
pub(crate) fn step() {
    // Any operation of shuttle's own is one.
    AtomicBool::new(false).load(Ordering::SeqCst);
}

/// Runs `body` so many times under schedules drawn at random, and as often under such as preempt at few places, which
/// find what random ones hardly meet.
pub(crate) fn explore(schedules: usize, body: impl Fn() + Send + Sync + 'static) {
    let body = sync::Arc::new(body);
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = shuttle::Config::new();
        config.stack_size = 1 << 20;
        config.silence_warnings = true;
        let body = sync::Arc::clone(&body);
        shuttle::Runner::new(scheduler, config).run(move || body());
    };
    EXPLORING.set(true);
    run(Box::new(RandomScheduler::new(schedules)));
    run(Box::new(PctScheduler::new(DEPTH, schedules)));
    EXPLORING.set(false);
}
