//! The stage a journey plays on.

mod clipboard;
mod door;
mod screen;

use claviger::client::{Client, Socket};
use claviger::clock::{Clock, FixedClock, SystemClock};
use claviger::console::{Ended, Entrance, Event, Inbox, Options, chords, drive};
use claviger::credential::Cost;
use claviger::model::{Account, ApiKey, Group, Status, Time};
use claviger::registry::{
    Actor, Answer, Command, Door, Embedded, Embedding, KeyFilter, KeysPage, Milestone, Query, Registry,
    Rights, Sort, Ticket, Watch, Window,
};
use claviger::server::admin::Admin;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

use crate::attach::rights::connect_as;
use clipboard::{Board, Contents};
use door::Counting;
use screen::{Stage, Step};

/// 2026-11-23 12:00 UTC.
pub const NOW: Time = Time(1_795_435_200);

/// A store in a directory that goes away, and the door to it.
pub struct House {
    /// Where the door leads to a server, the socket it stands behind.
    admin: Option<Admin>,
    directory: TempDir,
    pub door: Arc<dyn Door>,
    embedded: Embedded,
    pub clock: Arc<FixedClock>,
    /// The most rows that any answer held.
    pub widest: Arc<Mutex<usize>>,
}

impl House {
    /// An empty store.
    pub fn empty() -> Self {
        Self::empty_at(NOW)
    }

    fn empty_at(time: Time) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(time));
        let cost = Cost::TEST;
        let embedding =
            Embedding { store: directory.path().join("store"), create: true, expect_revision: None, cost };
        let actor = Actor::administrator(Account::parse("ada").unwrap());
        let embedded = Embedded::open(&embedding, Arc::clone(&clock) as Arc<dyn Clock>, actor).unwrap();
        let widest = Arc::new(Mutex::new(0));
        let door = Arc::new(Counting { inner: Arc::new(embedded.clone()), widest: Arc::clone(&widest) });
        Self { admin: None, directory, door, embedded, clock, widest }
    }

    /// A store with the template for reading and one key in it.
    pub fn with_one_key() -> Self {
        let house = Self::empty();
        house.journey("<enter>^snHR sync^sy<enter>");
        house
    }

    /// The template for reading, as it is now.
    pub fn group(&self) -> Group {
        match self.ask(Query::Group { code: "API_READ".parse().unwrap() }) {
            Answer::Group(details) => details.group,
            other => panic!("{other:?}"),
        }
    }

    /// The same store behind a socket, and the console at its other end.
    pub fn attached(mut self) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let store = self.directory.path().join("store");
        let house = Arc::new(self.embedded.clone());
        self.admin = Some(Admin::open(&store, None, house, Arc::clone(&clock)).unwrap());
        let socket = Socket { path: store.join("admin.sock"), owner: None };
        let inner = Arc::new(Client::connect(socket, clock).unwrap());
        self.door = Arc::new(Counting { inner, widest: Arc::clone(&self.widest) });
        self
    }

    /// The same store, and a console that may only look.
    pub fn audited(mut self) -> Self {
        let account = Account::parse("audrey").unwrap();
        let auditor = Actor { rights: Rights::Auditor, ..Actor::administrator(account) };
        let inner = Arc::new(self.embedded.on_behalf_of(auditor));
        self.door = Arc::new(Counting { inner, widest: Arc::clone(&self.widest) });
        self
    }

    /// The same store behind a socket, and at its other end another account that may only look. Needs root.
    pub fn audited_by(mut self, uid: u32) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let (store, socket) = (self.directory.path().join("store"), self.directory.path().join("open.sock"));
        let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        mode(self.directory.path(), 0o755);
        fs::write(store.join("claviger.toml"), format!("auditors = [{uid}]")).unwrap();
        mode(&store.join("claviger.toml"), 0o600);
        let house = Arc::new(self.embedded.clone());
        self.admin = Some(Admin::open(&store, Some(&socket), house, clock).unwrap());
        mode(&socket, 0o666);
        let inner = Arc::new(connect_as(uid, &socket).unwrap());
        self.door = Arc::new(Counting { inner, widest: Arc::clone(&self.widest) });
        self
    }

    /// The registry behind the door, as a server has it.
    pub fn registry(&self) -> Arc<Registry> {
        self.embedded.registry()
    }

    /// A store filled by `demo` 300 days ago: nobody called since, so that no verb asks whether it breaks a caller.
    pub fn demo(keys: u32) -> Self {
        let house = Self::empty_at(Time(NOW.0 - 300 * 86_400));
        house.door.execute(Command::FillDemo { keys }, &Ticket::new()).unwrap();
        house.clock.advance(Duration::from_hours(300 * 24));
        house
    }

    /// All keys, newest first, as far as one window goes.
    pub fn keys(&self) -> Vec<ApiKey> {
        self.matching("")
    }

    /// The keys that a filter finds.
    pub fn matching(&self, text: &str) -> Vec<ApiKey> {
        let filter = KeyFilter { text: text.into(), ..KeyFilter::default() };
        self.page(filter).rows.into_iter().map(|row| row.record).collect()
    }

    /// How many keys have this status.
    pub fn count(&self, status: Option<Status>) -> u64 {
        self.page(KeyFilter { status, ..KeyFilter::default() }).total
    }

    fn page(&self, filter: KeyFilter) -> KeysPage {
        let window = Window { offset: 0, limit: Window::LARGEST };
        match self.ask(Query::Keys { filter, sort: Sort::default(), window, find: None }) {
            Answer::Keys(page) => page,
            other => panic!("{other:?}"),
        }
    }

    /// Asks without being counted.
    pub fn ask(&self, query: Query) -> Answer {
        let before = *self.widest.lock().unwrap();
        let answer = self.door.ask(query, &Ticket::new()).unwrap();
        *self.widest.lock().unwrap() = before;
        answer
    }

    /// Plays a script such as `n ci-deploy<enter>` at 100x30, then leaves.
    pub fn journey(&self, keys: &str) -> Journey {
        self.journey_at((100, 30), keys)
    }

    /// Plays a script on a screen of this size.
    pub fn journey_at(&self, size: (u16, u16), keys: &str) -> Journey {
        self.play(size, chords(keys).into_iter().map(|key| Step::Event(Event::Key(key))).collect())
    }

    /// Plays one script, lets somebody else change the store, tells the console of it, and plays the other script.
    pub fn journey_between(&self, before: &str, meanwhile: Command, after: &str) -> Journey {
        let keys = |text| chords(text).into_iter().map(|key| Step::Event(Event::Key(key)));
        self.play((100, 30), keys(before).chain([Step::Meanwhile(meanwhile)]).chain(keys(after)).collect())
    }

    /// Plays one script, pastes a text, and plays the other script.
    pub fn pasted(&self, before: &str, text: &str, after: &str) -> Journey {
        let keys = |text| chords(text).into_iter().map(|key| Step::Event(Event::Key(key)));
        let paste = Step::Event(Event::Paste(text.to_owned()));
        self.play((100, 30), keys(before).chain([paste]).chain(keys(after)).collect())
    }

    fn play(&self, size: (u16, u16), script: VecDeque<Step>) -> Journey {
        let inbox = Inbox::default();
        let entrance: Entrance<Infallible> = Entrance::Open(Arc::clone(&self.door));
        self.play_through(entrance, &inbox, size, script).unwrap_or_else(|_| panic!("the screen is gone"))
    }

    /// Opens the store slowly, after it told of its newest keys: what is pressed before and after it is ready.
    pub fn journey_while_opening(&self, before: &str, after: &str) -> Journey {
        let keys = |text| chords(text).into_iter().map(|key| Step::Event(Event::Key(key)));
        let (ready, wait) = channel();
        let first = [Step::Until("checking the store")].into_iter().chain(keys(before));
        let script = first.chain([Step::Ready(ready)]).chain(keys(after)).collect();
        let (door, newest) = (Arc::clone(&self.door), self.keys());
        let inbox = Inbox::default();
        let open = move |watch: Watch<'_>| -> Result<Arc<dyn Door>, Infallible> {
            let of = newest.len() as u64;
            watch(Milestone::Newest { keys: newest.into_iter().take(60).collect(), of });
            // Ready, or the person left.
            let _ = wait.recv();
            Ok(door)
        };
        let entrance = Entrance::opening(&inbox, open).unwrap();
        self.play_through(entrance, &inbox, (100, 30), script)
            .unwrap_or_else(|_| panic!("the screen is gone"))
    }

    /// Opens a store that turns out not to be openable: what the console ends with.
    pub fn journey_to_a_refusal(&self) -> Option<&'static str> {
        let (ready, wait) = channel();
        let script = VecDeque::from([Step::Until("checking the store"), Step::Ready(ready)]);
        let newest = self.keys();
        let inbox = Inbox::default();
        let open = move |watch: Watch<'_>| {
            let of = newest.len() as u64;
            watch(Milestone::Newest { keys: newest, of });
            let _ = wait.recv();
            Err("it is damaged")
        };
        let entrance = Entrance::opening(&inbox, open).unwrap();
        match self.play_through(entrance, &inbox, (100, 30), script) {
            Err(Ended::Unopened(why)) => Some(why),
            Ok(_) | Err(Ended::Console(_)) => None,
        }
    }

    fn play_through<E: Send + 'static>(
        &self,
        entrance: Entrance<E>,
        inbox: &Inbox,
        size: (u16, u16),
        script: VecDeque<Step>,
    ) -> Result<Journey, Ended<E>> {
        let mut stage = Stage {
            terminal: Terminal::new(TestBackend::new(size.0, size.1)).unwrap(),
            other: self.embedded.on_behalf_of(Actor::administrator(Account::parse("eve").unwrap())),
            script,
            screens: Vec::new(),
        };
        let board = Arc::new(Mutex::new(Contents::default()));
        let mut clipboard = Board { contents: Arc::clone(&board), report: Box::new(inbox.reports()) };
        let options = Options { color: true };
        drive(entrance, &*self.clock, options, &mut stage, &mut clipboard, inbox)?;
        let contents = std::mem::take(&mut *board.lock().unwrap());
        Ok(Journey { screens: stage.screens, copied: contents.last, clipboard: contents.now })
    }
}

/// What a journey showed and left behind.
pub struct Journey {
    /// The screen before each key, and after the last.
    pub screens: Vec<String>,
    /// What was copied last.
    pub copied: Option<String>,
    /// What is on the clipboard after the end.
    pub clipboard: Option<String>,
}

impl Journey {
    /// The last screen.
    pub fn screen(&self) -> &str {
        self.screens.last().map_or("", String::as_str)
    }

    /// Asserts that the last screen shows a text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.screen().contains(text), "no {text:?} on:\n{}", self.screen());
        self
    }

    /// Asserts that the last screen does not show a text.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        assert!(!self.screen().contains(text), "{text:?} on:\n{}", self.screen());
        self
    }
}
