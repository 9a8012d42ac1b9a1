//! The editor opened where something is to be mended.

use super::{Above, GroupEditor, Page, TICKS, menus};
use crate::console::field::Field;
use crate::console::layer::Layer;
use crate::model::text::same;
use crate::model::{Group, GroupPlace, Operation};

impl GroupEditor {
    /// The editor of this group with the cursor at a place; a table that it does not name yet is about to be named.
    pub fn open_at(group: &Group, place: &GroupPlace) -> Box<dyn Layer> {
        let mut editor = Self::over(group);
        editor.go_to(place);
        Box::new(editor)
    }

    fn go_to(&mut self, place: &GroupPlace) {
        match place {
            GroupPlace::Role => (self.page, self.row) = (Page::Details, 1),
            GroupPlace::Unnamed(table) => {
                self.page = Page::Tables;
                if !self.go_to_table(table) {
                    self.above = Above::Naming(Field::new(200).with(table.trim()));
                }
            }
            GroupPlace::Tick(table, operation) => {
                self.page = Page::Tables;
                self.go_to_table(table);
                self.column = Operation::ALL.iter().position(|o| o == operation).unwrap_or(0);
            }
            GroupPlace::Filter(table) => {
                self.page = Page::Tables;
                self.go_to_table(table);
                self.column = TICKS;
            }
            GroupPlace::Menu(item) => {
                self.page = Page::Menus;
                let branches = menus::tree(&self.group.menus);
                self.row = branches.iter().position(|b| same(&b.path, item)).unwrap_or(0);
            }
        }
    }

    fn go_to_table(&mut self, table: &str) -> bool {
        let row = self.group.tables.iter().position(|row| same(row.table.trim(), table.trim()));
        self.row = row.unwrap_or(0);
        row.is_some()
    }
}
