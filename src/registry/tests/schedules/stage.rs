//! One key on a real store, administrators who change it and verifiers who ask, all as threads of an exploration.
//!
//! Nothing may be held across a step that an exploration does not know of: that would block all.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use super::super::*;
use crate::credential::TokenMark;
use crate::model::{Operation, Request, TablePermission};
use crate::registry::proving::By;
use crate::sync::explored::{explore, step};
use shuttle::thread;

/// Schedules of each kind.
pub(super) const SCHEDULES: usize = 300;
/// Requests of each verifier under one schedule, at most.
const REQUESTS: usize = 12;

pub(super) type Ask = fn(&Stage) -> bool;
pub(super) type Deed = fn(&Stage);
/// A change, which may acknowledge itself before it is done, and whether the key is good after it.
pub(super) type Change = (fn(&Stage, &dyn Fn()), bool);

/// One key in a house, and what every schedule shares.
pub(super) struct Stage {
    pub(super) house: House,
    pub(super) registry: Arc<Registry>,
    pub(super) key: Mutex<(KeyId, Secret)>,
    pub(super) token: Mutex<Option<TokenMark>>,
    pub(super) checked: AtomicU64,
    pub(super) old: AtomicU64,
}

/// What must be answered now. Even while it stands, odd while it changes.
struct Truth {
    phase: AtomicU64,
    good: AtomicBool,
    over: AtomicBool,
}

impl Truth {
    fn becomes(&self, good: bool, change: impl FnOnce(&dyn Fn())) {
        step();
        self.phase.fetch_add(1, SeqCst);
        let acknowledged = AtomicBool::new(false);
        let acknowledge = || {
            if !acknowledged.swap(true, SeqCst) {
                self.good.store(good, SeqCst);
                self.phase.fetch_add(1, SeqCst);
                step();
            }
        };
        change(&acknowledge);
        acknowledge();
    }
}

impl Stage {
    pub(super) fn new() -> Arc<Self> {
        // In memory where there is such a place: thousands of changes would else wait for the disk.
        let house = House::within(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());
        house
            .run(Command::CreateGroup(Group::new(
                "WRITER".parse().unwrap(),
                Description::parse("May write").unwrap(),
                crate::model::Role::Write,
            )))
            .unwrap();
        let key = house.create("HR");
        let registry = house.door.registry();
        Arc::new(Self {
            house,
            registry,
            key: Mutex::new(key),
            token: Mutex::default(),
            checked: AtomicU64::new(0),
            old: AtomicU64::new(0),
        })
    }

    pub(super) fn id(&self) -> KeyId {
        self.key.lock().unwrap().0
    }

    /// A copy.
    pub(super) fn pair(&self) -> (KeyId, Secret) {
        let pair = self.key.lock().unwrap();
        (pair.0, Secret::parse(pair.1.expose()).unwrap())
    }

    /// As the server does it: first look, Argon2 where that is needed, and never a decision from either.
    pub(super) fn prove(&self) -> Option<Proven> {
        let (key, secret) = self.pair();
        let look = match self.registry.look(key.as_str(), &secret) {
            Look::Pending(pending) => self.registry.hash(&pending, &secret).unwrap(),
            look => look,
        };
        self.registry.proven(look).ok()
    }

    pub(super) fn set(&self, status: Status) {
        self.house.set(Selection::of([self.id()]), status);
    }

    pub(super) fn edit(&self, edit: KeyEdit) {
        self.house.run(Command::EditKey { key: self.id(), edit, expected: None }).unwrap();
    }

    pub(super) fn join(&self, group: &str) {
        self.edit(KeyEdit { group: Some(group.parse().unwrap()), ..KeyEdit::default() });
    }

    pub(super) fn permit(&self, insert: bool) {
        let row = TablePermission {
            table: "Asset".into(),
            select: true,
            insert,
            update: false,
            delete: false,
            filter: None,
        };
        let edit = GroupEdit { tables: Some(vec![row]), ..GroupEdit::default() };
        self.house.run(Command::EditGroup { code: "WRITER".parse().unwrap(), edit, expected: None }).unwrap();
    }

    pub(super) fn open(&self) -> Option<TokenMark> {
        let token = self.registry.open_session(&self.prove()?).ok()?;
        self.registry.sessions.mark(token.expose())
    }

    pub(super) fn token_is_good(&self, mark: TokenMark) -> bool {
        let proven = Proven { by: By::Token(mark) };
        self.registry.judge(&proven, &Wanted::of(Wish::Open)).is_ok()
    }
}

/// Whether Key and Secret are good for anything.
pub(super) fn valid(stage: &Stage) -> bool {
    stage.prove().is_some_and(|proven| stage.registry.judge(&proven, &Wanted::of(Wish::Open)).is_ok())
}

/// Whether Key and Secret are good for an insert.
pub(super) fn may_insert(stage: &Stage) -> bool {
    let request = Request { table: Some(("Asset", Operation::Insert)), menu: None, record: None };
    let wanted = Wanted::of(Wish::Request(request, FilterUse::Told));
    stage.prove().is_some_and(|proven| stage.registry.judge(&proven, &wanted).is_ok())
}

/// Whether the session that was opened before is good.
pub(super) fn session(stage: &Stage) -> bool {
    let mark = *stage.token.lock().unwrap();
    stage.token_is_good(mark.unwrap())
}

/// One administrator makes these changes, one after the other, while two verifiers ask; `beside` is done by someone else
/// meanwhile. How many answers were checked, and how many were old.
pub(super) fn hammer(prepare: Deed, ask: Ask, changes: &'static [Change], beside: Deed) -> (u64, u64) {
    let stage = Stage::new();
    let shared = Arc::clone(&stage);
    explore(SCHEDULES, move || {
        prepare(&shared);
        let truth = Arc::new(Truth {
            phase: AtomicU64::new(0),
            good: AtomicBool::new(true),
            over: AtomicBool::new(false),
        });
        let mut threads: Vec<_> = (0..2)
            .map(|_| {
                let (stage, truth) = (Arc::clone(&shared), Arc::clone(&truth));
                thread::spawn(move || verifier(&stage, &truth, ask))
            })
            .collect();
        let stage = Arc::clone(&shared);
        threads.push(thread::spawn(move || beside(&stage)));
        for (change, good) in changes {
            truth.becomes(*good, |acknowledge| change(&shared, acknowledge));
        }
        truth.over.store(true, SeqCst);
        for thread in threads {
            thread.join().unwrap();
        }
    });
    (stage.checked.load(SeqCst), stage.old.load(SeqCst))
}

fn verifier(stage: &Stage, truth: &Truth, ask: Ask) {
    for _ in 0..REQUESTS {
        step();
        let before = truth.phase.load(SeqCst);
        if before % 2 == 1 {
            thread::yield_now();
            continue;
        }
        let expected = truth.good.load(SeqCst);
        let over = truth.over.load(SeqCst);
        let answer = ask(stage);
        if truth.phase.load(SeqCst) == before {
            stage.checked.fetch_add(1, SeqCst);
            stage.old.fetch_add(u64::from(answer != expected), SeqCst);
        }
        if over {
            return;
        }
    }
}
