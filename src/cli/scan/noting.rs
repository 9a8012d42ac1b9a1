//! Where live keys were found, on the way into the store: the place alone, never what stands there.

use std::collections::BTreeMap;
use std::path;

use crate::cli::failure::Failure;
use crate::cli::output::remark;
use crate::cli::pages::mismatch;
use crate::model::{FoundIn, KeyId, counted};
use crate::registry::{Command, Door, Outcome, Spotted, Ticket};

/// Places that were found, and how many were noted so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Whether the Secret was there.
    found: BTreeMap<(KeyId, FoundIn), bool>,
    /// How many places were noted.
    pub(super) noted: u64,
    beyond: u64,
}

impl Notes {
    /// One more, in a path that holds no Secret.
    pub(super) fn add(&mut self, key: KeyId, shown: &str, secret: bool) {
        // Whoever reads it later stands in another directory.
        let whole = if shown == "-" {
            "standard input".to_owned()
        } else {
            path::absolute(shown).map_or_else(|_| shown.to_owned(), |p| p.to_string_lossy().into_owned())
        };
        *self.found.entry((key, FoundIn::of(&whole))).or_default() |= secret;
    }

    /// Writes down what was found since.
    ///
    /// # Errors
    /// When the door refuses.
    pub(super) fn write(&mut self, door: &dyn Door) -> Result<(), Failure> {
        let found = std::mem::take(&mut self.found);
        let all: Vec<Spotted> =
            found.into_iter().map(|((key, place), secret)| Spotted { key, place, secret }).collect();
        for some in all.chunks(Spotted::MOST) {
            let command = Command::NoteSightings { spotted: some.to_vec() };
            let done = door.execute(command, &Ticket::new())?;
            let Outcome::SightingsNoted { noted, beyond } = done.outcome else { return Err(mismatch()) };
            self.noted += noted;
            self.beyond += beyond;
        }
        Ok(())
    }

    /// What became of it, in words.
    pub(super) fn tell(&self) {
        let places = counted(self.noted, "new place");
        remark(&format!("Noted {places} of live keys; `claviger review` tells them"));
        if self.beyond > 0 {
            let more = counted(self.beyond, "more place");
            let most = Spotted::PLACES;
            remark(&format!("note: {more} not noted: {most} of one key are enough to act on"));
        }
    }
}
