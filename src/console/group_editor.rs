//! The editor of a user group, in pages: details, table permissions with their record filters, menu access, its keys.
//!
//! Works on a draft; nothing reaches the door before it was shown what the change gives and takes. Nothing typed is
//! lost on an error or a refusal. The state is here, what an action does to it in `draft`; the rules are the model's.

mod collision;
mod draft;
mod filter;
mod layer;
mod menus;
mod place;
mod question;
mod saving;
mod value;
mod view;
mod week;

use super::collision::Collision;
use super::effect::{Outbox, RequestId, Slot, Tone};
use super::field::Field;
use super::layer::Layer;
use super::picker::{Pick, Picker, ROWS};
use crate::model::Group;
use crate::registry::{KeyFilter, KeyRow, Preview, Query, Sort, Window};
use filter::{FilterEditor, Filtered};
use week::Week;

/// So many keys of the group are listed.
const MEMBERS: u32 = 200;

/// A page of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Details,
    Tables,
    Menus,
    Keys,
}

impl Page {
    const ALL: [Self; 4] = [Self::Details, Self::Tables, Self::Menus, Self::Keys];

    /// Its name, and the one for narrow screens.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Details => ("Details", "Details"),
            Self::Tables => ("Table Permissions", "Tables"),
            Self::Menus => ("Menu Access", "Menus"),
            Self::Keys => ("Keys", "Keys"),
        }
    }
}

/// What lies above the pages.
#[derive(Debug)]
enum Above {
    Nothing,
    /// A new table or menu item is being named.
    Naming(Field),
    /// A group to copy from is being picked.
    Copying(Picker),
    Filter(Box<FilterEditor>),
    /// The preview was asked for.
    Checking,
    /// It is here; `true` while the button that saves has the focus.
    Preview(Box<Preview>, bool),
    Saving(RequestId),
    /// Someone else saved the group meanwhile: which version shall it be?
    Collision(Box<Collision>),
    /// Asks whether to throw the draft away; `true` while the button for it has the focus.
    Leaving(bool),
}

/// The editor.
#[derive(Debug)]
pub struct GroupEditor {
    before: Group,
    description: Field,
    /// The draft, but for its description.
    group: Group,
    page: Page,
    /// Row of the cursor on the page.
    row: usize,
    /// Column of the cursor in the grid of tables.
    column: usize,
    members: Option<(u64, Vec<KeyRow>)>,
    above: Above,
    /// How the draft would have fared last week.
    week: Week,
    /// What is wrong, and the next step; not escaped.
    error: Option<(String, String)>,
}

/// Columns of the grid that hold ticks; the one behind them is the filter.
const TICKS: usize = 4;

impl GroupEditor {
    /// The editor of this group, opened.
    pub fn open(group: &Group) -> Box<dyn Layer> {
        Box::new(Self::over(group))
    }

    fn over(group: &Group) -> Self {
        Self {
            before: group.clone(),
            description: Field::new(240).with(group.description.as_str()),
            group: group.clone(),
            page: Page::Details,
            row: 0,
            column: 0,
            members: None,
            above: Above::Nothing,
            week: Week::default(),
            error: None,
        }
    }

    /// Rows of the page that the cursor can stand on.
    fn rows(&self) -> usize {
        match self.page {
            Page::Details => 3,
            Page::Tables => self.group.tables.len(),
            Page::Menus => menus::tree(&self.group.menus).len(),
            Page::Keys => self.members.as_ref().map_or(0, |(_, rows)| rows.len()),
        }
    }

    fn is_dirty(&self) -> bool {
        self.group != self.before || self.description.text().trim() != self.before.description.as_str()
    }

    fn on_description(&self) -> bool {
        self.page == Page::Details && self.row == 0
    }

    fn turn_page(&mut self, by: usize) {
        let place = Page::ALL.iter().position(|page| *page == self.page).unwrap_or(0);
        self.page = Page::ALL[(place + by) % Page::ALL.len()];
        (self.row, self.column) = (0, 0);
    }

    fn ask_members(&self, outbox: &mut Outbox) {
        let filter = KeyFilter { group: Some(self.before.code.clone()), ..KeyFilter::default() };
        let window = Window { offset: 0, limit: MEMBERS };
        outbox.ask(Slot::GroupKeys, Query::Keys { filter, sort: Sort::default(), window, find: None });
    }

    fn ask_groups(&self, outbox: &mut Outbox) {
        if let Above::Copying(picker) = &self.above {
            let wanted = picker.wanted();
            let window = Window { offset: wanted.offset, limit: ROWS };
            outbox.ask(Slot::GroupChoices, Query::Groups { text: wanted.text, window });
        }
    }

    fn picked(&mut self, pick: Pick, outbox: &mut Outbox) {
        match pick {
            Pick::Stay => {}
            Pick::Ask => self.ask_groups(outbox),
            Pick::Closed => self.above = Above::Nothing,
            Pick::Picked(choice) => {
                self.above = Above::Nothing;
                if choice.code == self.before.code.as_str() {
                    let why = "A group cannot be copied onto itself".to_owned();
                    self.error = Some((why, "c again picks another".to_owned()));
                } else if let Ok(code) = choice.code.parse() {
                    outbox.ask(Slot::GroupCopy, Query::Group { code });
                }
            }
        }
    }

    /// Takes over what another group may do; code and description stay.
    fn copy(&mut self, from: &Group, outbox: &mut Outbox) {
        self.group.role = from.role;
        self.group.restricted = from.restricted;
        self.group.tables.clone_from(&from.tables);
        self.group.menus.clone_from(&from.menus);
        self.row = 0;
        let text = format!("Copied the permissions of {} into the draft", from.code);
        outbox.say(Tone::Good, text, "^S shows what that changes, then saves");
    }

    fn filtered(&mut self, filtered: Filtered) {
        match filtered {
            Filtered::Stay => {}
            Filtered::Left => self.above = Above::Nothing,
            Filtered::Kept(filter) => {
                self.above = Above::Nothing;
                if let Some(row) = self.group.tables.get_mut(self.row) {
                    row.filter = filter;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
