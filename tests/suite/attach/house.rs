//! A store with an admin socket in front of it, and clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use claviger::client::{Client, Socket};
use claviger::clock::{Clock, FixedClock, SystemClock};
use claviger::credential::Cost;
use claviger::model::{Account, Description, Environment, Status, Time};
use claviger::registry::{
    Actor, Answer, Command, Door, Embedded, Embedding, Fresh, KeyDraft, Overview, Query, Refusal, Selection,
    Ticket, templates,
};
use claviger::server::admin::Admin;

/// What the tests call the account that holds the store.
pub fn ada() -> Actor {
    Actor::administrator(Account::parse("ada").unwrap())
}

pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

pub struct House {
    pub dir: tempfile::TempDir,
    pub embedded: Embedded,
    pub admin: Option<Admin>,
}

impl House {
    /// A new store with one group, served.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let house = Self::over(dir);
        let group = templates().remove(1).group;
        house.embedded.execute(Command::CreateGroup(group), &Ticket::new()).unwrap();
        house
    }

    /// Whatever store is in the directory, served.
    pub fn over(dir: tempfile::TempDir) -> Self {
        let embedded = open(&dir.path().join("store"), Arc::new(FixedClock::at(Time(1_772_323_200))));
        let mut house = Self { dir, embedded, admin: None };
        house.serve(None);
        house
    }

    pub fn serve(&mut self, named: Option<&Path>) {
        let house = Arc::new(self.embedded.clone());
        self.admin = Some(Admin::open(&self.store(), named, house, clock()).unwrap());
    }

    /// The server ends; the directory stays.
    pub fn end(self) -> tempfile::TempDir {
        let Self { dir, embedded, admin } = self;
        drop(admin);
        drop(embedded);
        dir
    }

    pub fn store(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    pub fn socket(&self) -> PathBuf {
        self.store().join("admin.sock")
    }

    pub fn client(&self) -> Client {
        connect(&self.socket()).unwrap()
    }
}

pub fn open(store: &Path, clock: Arc<dyn Clock>) -> Embedded {
    let embedding =
        Embedding { store: store.to_owned(), create: true, expect_revision: None, cost: Cost::TEST };
    Embedded::open(&embedding, clock, ada()).unwrap()
}

pub fn connect(path: &Path) -> Result<Client, Refusal> {
    Client::connect(Socket { path: path.to_owned(), owner: None }, clock())
}

pub fn overview(door: &dyn Door) -> Result<Overview, Refusal> {
    match door.ask(Query::Overview, &Ticket::new())? {
        Answer::Overview(overview) => Ok(overview),
        other => panic!("{other:?}"),
    }
}

pub fn draft(description: &str) -> KeyDraft {
    KeyDraft {
        description: Description::parse(description).unwrap(),
        group: templates().remove(1).group.code,
        environment: Environment::Production,
        expires: None,
        rotate_every: None,
        owner: None,
    }
}

pub fn create(door: &dyn Door, description: &str) -> Fresh {
    let done = door.execute(Command::CreateKey(draft(description)), &Ticket::new()).unwrap();
    done.fresh.unwrap()
}

pub fn disable(fresh: &Fresh) -> Command {
    Command::SetStatus { keys: Selection::of([fresh.key]), status: Status::Disabled, expected: None }
}

/// Waits until something holds; fails the test if it does not within ten seconds.
pub fn until(mut holds: impl FnMut() -> bool) {
    let clock = SystemClock::new();
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    while !holds() {
        assert!(clock.ticks() < Duration::from_secs(10), "it never came true");
        let _ = never.recv_timeout(Duration::from_millis(5));
    }
}
