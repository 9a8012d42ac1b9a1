//! What the store amounts to now: counts, revision, health.
//!
//! Answers from memory, and never waits for a command that runs.

use super::door::Actor;
use super::query::{Health, Overview};
use super::saving::spoken;
use super::{Registry, lock};
use crate::model::{ApiKey, Time};

impl Registry {
    pub(super) fn overview(&self, actor: &Actor) -> Overview {
        Overview { actor: Some(actor.clone()), ..self.standing() }
    }

    /// Counts, revision and health, whoever asks.
    pub fn standing(&self) -> Overview {
        let health = lock(&self.trouble).as_ref().map_or(Health::Good, |error| {
            let (sentence, hint) = spoken(error);
            Health::ChangesOff { sentence, hint }
        });
        let index = self.read();
        Overview {
            revision: index.revision,
            written: index.written,
            keys: index.len(),
            active: index.active(),
            due: index.due(Time(self.clock.now().0.saturating_add(ApiKey::SOON))),
            refused: self.history.refused(self.clock.now()),
            groups: index.group_count(),
            health,
            notes: self.notes.clone(),
            actor: None,
        }
    }
}
