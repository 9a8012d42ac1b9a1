//! What API Keys shows while the store is still being opened: its newest rows, not verified yet, and how far it is.
//!
//! Windows are answered from these rows alone. Nothing can be done to them: who they are is known only once the store
//! is verified, and then the door is asked.

use super::KeysScreen;
use crate::console::draw::{grouped, width};
use crate::console::rows::Page;
use crate::model::ApiKey;
use crate::registry::{KeyRow, Milestone, Window};

/// What a verb is answered with meanwhile.
pub const WAIT: &str = "Still checking the store: press it again in a moment";
/// Cells of the bar where there is room.
const WIDEST: usize = 40;
/// With less room than this there is none.
const NARROWEST: usize = 8;

/// What is known before the store is verified.
#[derive(Debug, Default)]
pub struct Preview {
    rows: Vec<KeyRow>,
    done: u64,
    of: u64,
}

impl Preview {
    fn page(&self, window: Window) -> Page<KeyRow> {
        let total = self.rows.len() as u64;
        let offset = window.offset.min(total);
        let rows = self.rows.iter().skip(usize::try_from(offset).unwrap_or(usize::MAX));
        let rows = rows.take(usize::try_from(window.limit).unwrap_or(usize::MAX)).cloned().collect();
        Page { revision: 0, total, of: self.of.max(total), offset, rows }
    }

    /// How far it is, with a bar if there is room.
    pub fn line(&self, room: usize) -> String {
        if self.of == 0 {
            return "opening the store…".to_owned();
        }
        let counts = format!("{} of {}", grouped(self.done.min(self.of)), grouped(self.of));
        let (long, short) = (format!("checking the store: {counts}"), format!("checking {counts}"));
        let text = if width(&long) + 1 + NARROWEST <= room { long } else { short };
        let cells = room.saturating_sub(width(&text) + 1).min(WIDEST);
        if cells < NARROWEST {
            return text;
        }
        let full = u128::from(self.done.min(self.of)) * cells as u128 / u128::from(self.of);
        let full = usize::try_from(full).unwrap_or(cells).min(cells);
        format!("{text} {}{}", "█".repeat(full), "░".repeat(cells - full))
    }
}

impl KeysScreen {
    /// The store is still being opened: nothing is asked before [`Self::verified`].
    pub fn begin_preview(&mut self) {
        self.preview = Some(Preview::default());
    }

    /// What is shown while the store is still being opened.
    pub fn preview(&self) -> Option<&Preview> {
        self.preview.as_ref()
    }

    /// The opening got so far.
    pub fn reached(&mut self, milestone: Milestone) {
        let Some(preview) = &mut self.preview else { return };
        match milestone {
            Milestone::Newest { keys, of } => {
                let row = |record: ApiKey| KeyRow { record, unsaved: false, revision: 0, rotation: None };
                preview.rows = keys.into_iter().map(row).collect();
                preview.of = of;
                self.rows.outdate();
            }
            Milestone::Checked { done, of } => (preview.done, preview.of) = (done, of),
        }
    }

    /// The store is verified: the rows are asked for, and the cursor follows its Key among them.
    pub fn verified(&mut self) {
        if self.preview.take().is_some() {
            self.outdate();
        }
    }

    /// Answers the window from the preview; whether there is one.
    pub(super) fn answer_early(&mut self) -> bool {
        let Some(preview) = &self.preview else { return false };
        if self.rows.wants() && !preview.rows.is_empty() {
            let page = preview.page(self.rows.ask());
            self.rows.accept(page, None);
        }
        true
    }
}

#[cfg(test)]
mod tests;
