//! Names that many rows share, such as group codes, each kept once.

use std::collections::HashMap;

/// Names asked for lately that are found again without hashing.
const LATELY: usize = 256;

/// Names that many rows share, each kept once.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    list: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
    /// Places by length and last letters: a million rows have a few names, and hashing each took longer than all else.
    lately: Vec<u32>,
}

impl Names {
    pub(super) fn place(&mut self, name: &str) -> u32 {
        let near = near(name);
        let known = self.lately.get(near).copied().filter(|place| self.name(*place) == name);
        if let Some(place) = known.filter(|_| !name.is_empty()) {
            return place;
        }
        let place = self.place_of(name);
        self.lately.resize(LATELY, 0);
        self.lately[near] = place;
        place
    }

    fn place_of(&mut self, name: &str) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.into());
        self.places.insert(name.into(), place);
        place
    }

    pub(super) fn name(&self, place: u32) -> &str {
        self.list.get(place as usize).map_or("", |name| name)
    }

    /// All of them by place.
    pub(super) fn all(&self) -> &[Box<str>] {
        &self.list
    }
}

/// Where a name asked for lately is looked for.
fn near(name: &str) -> usize {
    let end = name.bytes().rev().take(4).fold(name.len(), |sum, byte| sum * 31 + usize::from(byte));
    end % LATELY
}
