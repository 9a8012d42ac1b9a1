//! The editor of a user group, in pages: details, table permissions with their record filters, menu access, its keys.
//!
//! Works on a draft; nothing reaches the door before it was shown what the change gives and takes. Nothing typed is
//! lost on an error or a refusal. What an action does is here; the rules are the model's.

mod collision;
mod filter;
mod layer;
mod menus;
mod place;
mod question;
mod value;
mod view;
mod week;

use super::action::Action;
use super::collision::Collision;
use super::effect::{Outbox, RequestId, Slot, Tone};
use super::field::Field;
use super::layer::{Layer, Turn};
use super::picker::{Pick, Picker, ROWS};
use crate::model::{Access, Description, Group, MenuAccess, Role, TablePermission};
use crate::registry::{Command, GroupEdit, KeyFilter, KeyRow, Preview, Query, Sort, Window};
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

    /// Does what the person means on a page.
    fn edit(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let last = self.rows().saturating_sub(1);
        match action {
            Action::Next => self.turn_page(1),
            Action::Previous => self.turn_page(Page::ALL.len() - 1),
            Action::Up => self.row = self.row.saturating_sub(1),
            Action::Down => self.row = (self.row + 1).min(last),
            Action::Top => self.row = 0,
            Action::Bottom => self.row = last,
            Action::PageUp => self.row = self.row.saturating_sub(10),
            Action::PageDown => self.row = (self.row + 10).min(last),
            Action::Save => return self.save(outbox),
            Action::Back if self.is_dirty() => self.above = Above::Leaving(false),
            Action::Back => return Turn::Close,
            Action::Type(key) if self.on_description() => {
                if self.description.press(&key) {
                    self.error = None;
                }
            }
            Action::CopyFrom => {
                self.above = Above::Copying(Picker::windowed("Copy permissions from"));
                self.ask_groups(outbox);
            }
            other => self.edit_page(other, outbox),
        }
        Turn::Stay
    }

    fn edit_page(&mut self, action: Action, outbox: &mut Outbox) {
        self.error = None;
        match (self.page, action) {
            (Page::Details, Action::Submit) if self.row == 0 => self.row = 1,
            (Page::Details, Action::Mark | Action::Submit | Action::Right | Action::Left) => match self.row {
                1 => self.group.role = turned(self.group.role, action != Action::Left),
                2 => self.group.restricted = !self.group.restricted,
                _ => {}
            },
            (Page::Tables, Action::Left) => self.column = self.column.saturating_sub(1),
            (Page::Tables, Action::Right) => self.column = (self.column + 1).min(TICKS),
            (Page::Tables, Action::Mark | Action::Submit) if self.column < TICKS => self.tick(),
            (Page::Tables, Action::Mark | Action::Submit | Action::Filter) => {
                if let Some(row) = self.group.tables.get(self.row) {
                    let editor = FilterEditor::new(&row.table, row.filter.as_ref());
                    self.above = Above::Filter(Box::new(editor));
                }
            }
            (Page::Tables | Page::Menus, Action::New) => self.above = Above::Naming(Field::new(200)),
            (Page::Tables, Action::Delete) if self.row < self.group.tables.len() => {
                let gone = self.group.tables.remove(self.row);
                let name = crate::model::text::escape(&gone.table).into_owned();
                outbox.say(
                    Tone::Note,
                    format!("{name} is out of the draft"),
                    "^S saves, Esc leaves it as it was",
                );
            }
            (Page::Menus, Action::Mark | Action::Submit | Action::Delete) => {
                if let Some(branch) = menus::tree(&self.group.menus).get(self.row) {
                    let act = if action == Action::Delete { menus::forget } else { menus::flip };
                    act(&mut self.group.menus, &branch.path);
                }
            }
            _ => {}
        }
        self.row = self.row.min(self.rows().saturating_sub(1));
    }

    fn tick(&mut self) {
        if let Some(row) = self.group.tables.get_mut(self.row) {
            let tick = match self.column {
                0 => &mut row.select,
                1 => &mut row.insert,
                2 => &mut row.update,
                _ => &mut row.delete,
            };
            *tick = !*tick;
        }
    }

    /// A table or menu item was named.
    fn name(&mut self, name: &str) {
        let mut wanted = self.group.clone();
        let name = name.trim().to_owned();
        if self.page == Page::Tables {
            let (insert, update, delete, filter) = (false, false, false, None);
            let row = TablePermission { table: name, select: true, insert, update, delete, filter };
            wanted.tables.push(row);
        } else {
            let item = name.split('/').map(str::trim).collect::<Vec<_>>().join("/");
            wanted.menus.push(MenuAccess { item, access: Access::Deny });
        }
        if let Err(error) = wanted.check() {
            self.error = Some((error.to_string(), "type another name, or Esc".to_owned()));
            return;
        }
        let path = wanted.menus.last().map(|menu| menu.item.clone());
        self.group = wanted;
        (self.above, self.error) = (Above::Nothing, None);
        self.row = if self.page == Page::Tables {
            self.group.tables.len().saturating_sub(1)
        } else {
            let branches = menus::tree(&self.group.menus);
            branches.iter().position(|b| Some(&b.path) == path.as_ref()).unwrap_or(0)
        };
        self.column = 0;
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

    /// The edit that the draft amounts to; `None` when nothing differs.
    fn difference(&mut self) -> Result<Option<GroupEdit>, ()> {
        let description = match Description::parse(self.description.text()) {
            Ok(description) => description,
            Err(error) => {
                (self.page, self.row) = (Page::Details, 0);
                self.error = Some((error.sentence, error.hint));
                return Err(());
            }
        };
        let (before, after) = (&self.before, &self.group);
        if let Err(error) = after.check() {
            self.error = Some((error.to_string(), "correct it, then save again".to_owned()));
            return Err(());
        }
        let edit = GroupEdit {
            description: (description != before.description).then_some(description),
            role: (after.role != before.role).then_some(after.role),
            restricted: (after.restricted != before.restricted).then_some(after.restricted),
            tables: (after.tables != before.tables).then(|| after.tables.clone()),
            menus: (after.menus != before.menus).then(|| after.menus.clone()),
        };
        Ok((edit != GroupEdit::default()).then_some(edit))
    }

    /// Asks what the change gives and takes, before it is saved.
    fn save(&mut self, outbox: &mut Outbox) -> Turn {
        self.error = None;
        match self.difference() {
            Err(()) => Turn::Stay,
            Ok(None) => {
                outbox.say(Tone::Note, "Nothing was changed", "");
                Turn::Close
            }
            Ok(Some(edit)) => {
                let code = self.before.code.clone();
                outbox.ask(Slot::GroupPreview, Query::PreviewGroup { code, edit });
                self.above = Above::Checking;
                Turn::Stay
            }
        }
    }

    fn previewed(&mut self, preview: &Preview, outbox: &mut Outbox) {
        let silent = preview.lost.is_empty() && preview.changed.is_empty() && preview.gained.is_empty();
        if preview.keys == 0 || silent {
            self.execute(outbox);
        } else {
            self.above = Above::Preview(Box::new(preview.clone()), false);
        }
    }

    fn execute(&mut self, outbox: &mut Outbox) {
        self.above = Above::Nothing;
        if let Ok(Some(edit)) = self.difference() {
            let (code, expected) = (self.before.code.clone(), Some(Box::new(self.before.clone())));
            self.above = Above::Saving(outbox.execute(Command::EditGroup { code, edit, expected }));
        }
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

fn turned(role: Role, forward: bool) -> Role {
    let place = Role::ALL.iter().position(|r| *r == role).unwrap_or(0);
    Role::ALL[(place + if forward { 1 } else { Role::ALL.len() - 1 }) % Role::ALL.len()]
}

#[cfg(test)]
mod tests;
