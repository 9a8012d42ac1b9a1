//! What every command needs to know before it starts: which store, which clock, JSON or text, colours or none.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::account::actor;
use super::arguments::{Color, Global};
use super::failure::{Exit, Failure};
use super::output::remark;
use super::pages::{ask, mismatch};
use super::table::Paint;
use crate::clock::{Clock, SystemClock};
use crate::credential::Cost;
use crate::model::Time;
use crate::model::text::escape;
use crate::registry::{Answer, Door, Embedded, Embedding, Health, Query};
use crate::store::{Opening, Store};

/// What every command needs to know.
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
        Ok(Self { store, json: global.json, paint, clock, expect_revision: global.expect_revision })
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

    /// The door to the store that is there.
    ///
    /// # Errors
    /// When there is none, it is held elsewhere, damaged, or not to be trusted.
    pub fn open(&self) -> Result<Arc<dyn Door>, Failure> {
        self.must_be_there()?;
        self.embed(false)
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
        self.embed(true)
    }

    fn embed(&self, create: bool) -> Result<Arc<dyn Door>, Failure> {
        let embedding = Embedding {
            store: self.store.clone(),
            create,
            expect_revision: self.expect_revision,
            cost: Cost::DEFAULT,
        };
        let door = Embedded::open(&embedding, Arc::clone(&self.clock), actor()?)?;
        let Answer::Overview(overview) = ask(&door, Query::Overview)? else { return Err(mismatch()) };
        for note in &overview.notes {
            remark(&format!("note: {note}"));
        }
        if let Health::ChangesOff { sentence, .. } = &overview.health {
            remark(&format!("note: changes are off: {sentence}"));
        }
        Ok(Arc::new(door))
    }
}

/// An environment variable that says something.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
