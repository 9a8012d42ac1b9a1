//! Names that many rows share, such as group codes, each kept once.

use std::collections::HashMap;

/// Names that many rows share, each kept once.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    list: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl Names {
    pub(super) fn place(&mut self, name: &str) -> u32 {
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
