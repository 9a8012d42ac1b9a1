//! What the ledger knows of each key, by its creation number: all zeros where none lives. Knows no record.

/// What is known of a key. Of what can be reckoned again from the record, half is enough to tell it by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub fields: u64,
    pub seal: u128,
}

/// Of all keys, in columns: together they would take a third more.
#[derive(Debug, Default)]
pub(super) struct Held {
    fields: Vec<u64>,
    seals: Vec<u128>,
}

impl Held {
    pub(super) fn reserve(&mut self, numbers: usize) {
        self.fields.reserve_exact(numbers);
        self.seals.reserve_exact(numbers);
    }

    pub(super) const fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn resize(&mut self, length: usize) {
        self.fields.resize(length, 0);
        self.seals.resize(length, 0);
    }

    fn place(number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(1)?).ok()
    }

    pub(super) fn get(&self, number: u64) -> Option<Sums> {
        let place = Self::place(number)?;
        Some(Sums { fields: *self.fields.get(place)?, seal: *self.seals.get(place)? })
    }

    /// Sets it and returns what was there; none where there is no such place.
    pub(super) fn replace(&mut self, number: u64, sums: Sums) -> Option<Sums> {
        let (old, place) = (self.get(number)?, Self::place(number)?);
        *self.fields.get_mut(place)? = sums.fields;
        *self.seals.get_mut(place)? = sums.seal;
        Some(old)
    }
}

/// The half of a hash.
pub(super) fn half(hash: u128) -> u64 {
    u64::try_from(hash >> 64).unwrap_or_default()
}
