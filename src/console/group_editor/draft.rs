//! What an action does to the draft on each page: texts, ticks, switches, names of tables and menu items.
//!
//! Knows nothing of the door but what it asks of it by the editor's own questions; saving is `saving`'s matter.

use super::filter::FilterEditor;
use super::{Above, GroupEditor, Page, TICKS, menus};
use crate::console::action::Action;
use crate::console::effect::{Outbox, Tone};
use crate::console::field::Field;
use crate::console::layer::Turn;
use crate::console::picker::Picker;
use crate::model::text::escape;
use crate::model::{Access, MenuAccess, Role, TablePermission};

impl GroupEditor {
    /// Does what the person means on a page.
    pub(super) fn edit(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
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
                let name = escape(&gone.table).into_owned();
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
    pub(super) fn name(&mut self, name: &str) {
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
}

fn turned(role: Role, forward: bool) -> Role {
    let place = Role::ALL.iter().position(|r| *r == role).unwrap_or(0);
    Role::ALL[(place + if forward { 1 } else { Role::ALL.len() - 1 }) % Role::ALL.len()]
}
