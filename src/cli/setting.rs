//! What every command needs to know before it starts: which store, which clock, JSON or text, colours or none.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::account::actor;
use super::arguments::{Color, Global};
use super::attach::{self, Found};
use super::failure::{Exit, Failure};
use super::output::remark;
use super::pages::{ask, mismatch};
use super::table::Paint;
use crate::clock::{Clock, SystemClock};
use crate::credential::Cost;
use crate::model::Time;
use crate::model::text::escape;
use crate::registry::{Answer, Door, Embedded, Embedding, Health, Overview, Query, Watch};
use crate::store::{Opening, Store};

/// What every command needs to know.
#[derive(Clone)]
pub struct Setting {
    /// Directory of the store.
    pub store: PathBuf,
    /// Print data as JSON.
    pub json: bool,
    /// Colours of standard output.
    pub paint: Paint,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    expect_revision: Option<u64>,
    connect: Option<PathBuf>,
}

impl Setting {
    /// From the global options and the environment.
    ///
    /// # Errors
    /// When no directory is named and the platform has none either.
    pub fn new(global: &Global, terminal: bool) -> Result<Self, Failure> {
        let given = global.store.clone().or_else(|| variable("CLAVIGER_STORE").map(PathBuf::from));
        let store = given.or_else(|| dirs::data_dir().map(|data| data.join("claviger")));
        let store = store.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                "No directory for the store was named",
                "name one: --store DIR, or CLAVIGER_STORE",
            )
        })?;
        let plain = variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb");
        let colour = match global.color {
            Color::Auto => terminal && !plain,
            Color::Always => true,
            Color::Never => false,
        };
        let paint = if colour { Paint::Colour } else { Paint::Plain };
        let clock = Arc::new(SystemClock::new());
        let connect = global.connect.clone().or_else(|| variable("CLAVIGER_SOCKET").map(PathBuf::from));
        let Global { json, expect_revision, .. } = *global;
        Ok(Self { store, json, paint, clock, expect_revision, connect })
    }

    /// What time it is.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether there is something where the store should be.
    ///
    /// # Errors
    /// When there is nothing.
    pub fn must_be_there(&self) -> Result<(), Failure> {
        if matches!(fs::symlink_metadata(&self.store), Err(e) if e.kind() == io::ErrorKind::NotFound) {
            return Err(Failure::new(
                Exit::Failed,
                format!("There is no store at {}", escape(&self.store.to_string_lossy())),
                "`claviger` or `claviger groups create --template read-only-reporting` starts one there; \
                 --store DIR names another",
            ));
        }
        Ok(())
    }

    /// Whether there is a store, or a server was named that has one.
    ///
    /// # Errors
    /// When there is neither.
    pub fn must_be_named(&self) -> Result<(), Failure> {
        if self.connect.is_some() { Ok(()) } else { self.must_be_there() }
    }

    /// The store that is there: by the server that holds it, or held by this process.
    ///
    /// # Errors
    /// When there is none, it is held elsewhere without a server, damaged, or not to be trusted.
    pub fn open(&self) -> Result<Arc<dyn Door>, Failure> {
        self.must_be_named()?;
        self.reach(false, &|_| ()).map(told)
    }

    /// The store that is there, as files.
    ///
    /// # Errors
    /// As [`Setting::open`].
    pub fn hold(&self) -> Result<Store, Failure> {
        self.must_be_there()?;
        let opening = Opening { create: false, expect_revision: self.expect_revision };
        let (store, contents) = Store::open(&self.store, &opening)?;
        for note in &contents.notes {
            remark(&format!("note: {note}"));
        }
        Ok(store)
    }

    /// The door to the store, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made, is held elsewhere, damaged, or not to be trusted.
    pub fn open_or_create(&self) -> Result<Arc<dyn Door>, Failure> {
        self.reach(true, &|_| ()).map(told)
    }

    /// As [`Setting::open_or_create`]; `watch` is told how far it is. What is to be remarked is given back: a terminal
    /// may be drawn on meanwhile.
    ///
    /// # Errors
    /// As [`Setting::open_or_create`].
    pub fn enter(&self, watch: Watch<'_>) -> Result<Reached, Failure> {
        self.reach(true, watch)
    }

    /// The store held by this process, made if it is not there: for a server.
    ///
    /// # Errors
    /// When it cannot be made, is held elsewhere, damaged, or not to be trusted.
    pub fn host(&self) -> Result<Embedded, Failure> {
        let (door, remarks) = self.embed(true, &|_| ())?;
        say(&remarks);
        Ok(door)
    }

    /// The door to the store, if a server holds it.
    ///
    /// # Errors
    /// When a server is there and does not answer as it should.
    pub fn attached(&self) -> Result<Option<Arc<dyn Door>>, Failure> {
        let found = match &self.connect {
            Some(path) => Found::Attached(Box::new(attach::named(path.clone(), &self.clock)?)),
            None => attach::of_store(&self.store, &self.clock)?,
        };
        let Found::Attached(client) = found else { return Ok(None) };
        self.check_revision(&overview(&*client)?)?;
        Ok(Some(Arc::from(client as Box<dyn Door>)))
    }

    fn reach(&self, create: bool, watch: Watch<'_>) -> Result<Reached, Failure> {
        let found = match &self.connect {
            Some(path) => Found::Attached(Box::new(attach::named(path.clone(), &self.clock)?)),
            None => attach::of_store(&self.store, &self.clock)?,
        };
        let embed =
            || self.embed(create, watch).map(|(door, remarks)| (Arc::new(door) as Arc<dyn Door>, remarks));
        match found {
            Found::Attached(client) => {
                let overview = look(&*client)?;
                self.check_revision(&overview)?;
                Ok((Arc::from(client as Box<dyn Door>), off(&overview).into_iter().collect()))
            }
            Found::Nobody => embed(),
            Found::Silent(refusal) => match embed() {
                Err(held) if held.exit == Exit::Held => Err(attach::held_in_silence(&held, &refusal)),
                other => other,
            },
        }
    }

    fn check_revision(&self, overview: &Overview) -> Result<(), Failure> {
        let Some(expected) = self.expect_revision.filter(|expected| *expected > overview.revision) else {
            return Ok(());
        };
        Err(Failure::new(
            Exit::Store,
            format!(
                "The server's store stands at revision {}, and {expected} was expected",
                overview.revision
            ),
            "an older set of files was put back: find the newer one, or leave out --expect-revision",
        ))
    }

    fn embed(&self, create: bool, watch: Watch<'_>) -> Result<(Embedded, Vec<String>), Failure> {
        let embedding = Embedding {
            store: self.store.clone(),
            create,
            expect_revision: self.expect_revision,
            cost: Cost::DEFAULT,
        };
        let door = Embedded::open_watched(&embedding, Arc::clone(&self.clock), actor()?, watch)?;
        let overview = look(&door)?;
        let notes = overview.notes.iter().map(|note| format!("note: {note}"));
        let remarks = off(&overview).into_iter().chain(notes).collect();
        Ok((door, remarks))
    }
}

/// A door, and what is to be remarked about it.
pub type Reached = (Arc<dyn Door>, Vec<String>);

fn say(remarks: &[String]) {
    for text in remarks {
        remark(text);
    }
}

/// The door, after what is to be remarked was.
fn told((door, remarks): Reached) -> Arc<dyn Door> {
    say(&remarks);
    door
}

fn look(door: &dyn Door) -> Result<Overview, Failure> {
    let Answer::Overview(overview) = ask(door, Query::Overview)? else { return Err(mismatch()) };
    Ok(overview)
}

/// That changes are off, if they are.
fn off(overview: &Overview) -> Option<String> {
    match &overview.health {
        Health::ChangesOff { sentence, .. } => Some(format!("note: changes are off: {sentence}")),
        Health::Good => None,
    }
}

/// Counts, revision and health; says so when changes are off.
///
/// # Errors
/// When the door cannot be asked.
pub fn overview(door: &dyn Door) -> Result<Overview, Failure> {
    let overview = look(door)?;
    say(off(&overview).as_slice());
    Ok(overview)
}

/// An environment variable that says something.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
