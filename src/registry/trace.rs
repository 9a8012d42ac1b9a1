//! Whose is this Secret? By its keyed pre-check alone: one HMAC and a search, whatever the number of keys.
//!
//! For people who found a Secret somewhere, without the Key beside it. Says nothing of whether the key may be used.

use super::index::Index;
use super::query::Traced;
use super::{Refusal, Registry, lock};
use crate::credential::Secret;
use crate::model::ParseError;
use crate::sync::Mutex;

/// All pre-checks in order, as they were at some epoch of the index: made when the first Secret is to be traced.
#[derive(Debug, Default)]
pub(super) struct Traces {
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    epoch: u64,
    slots: Vec<(u64, u32)>,
    blind: u64,
}

impl Kept {
    fn of(index: &Index) -> Self {
        let (mut slots, mut blind) = (Vec::new(), 0);
        for (slot, _, precheck) in index.roll().iter() {
            match precheck {
                Some(precheck) => slots.push((precheck, slot)),
                None => blind += 1,
            }
        }
        slots.sort_unstable();
        Self { epoch: index.epoch, slots, blind }
    }
}

impl Registry {
    /// The key of each Secret, where it opens one.
    ///
    /// # Errors
    /// When they are too many for one question.
    pub fn trace(&self, secrets: &[Secret]) -> Result<Traced, Refusal> {
        if secrets.len() > Traced::MOST {
            return Err(ParseError::new(
                format!("{} Secrets are too many for one question", secrets.len()),
                format!("at most {} are taken at once", Traced::MOST),
            )
            .into());
        }
        let index = self.read();
        let mut kept = lock(&self.traces.kept);
        // A pre-check that was learned anew moves no epoch: what is blind is counted again.
        let kept = match kept.take() {
            Some(known) if known.epoch == index.epoch && known.blind == 0 => kept.insert(known),
            _ => kept.insert(Kept::of(&index)),
        };
        let key = |secret: &Secret| {
            let precheck = self.store_key.precheck(secret);
            let place = kept.slots.partition_point(|(other, _)| *other < precheck);
            let (found, slot) = kept.slots.get(place)?;
            let live = index.live(*slot).filter(|_| *found == precheck)?;
            Some(live.record.key)
        };
        Ok(Traced { keys: secrets.iter().map(key).collect(), blind: kept.blind })
    }
}
