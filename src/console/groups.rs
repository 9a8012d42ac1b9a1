//! The screen User Groups: code, description, role, number of keys.

use ratatui::Frame;
use ratatui::text::Span;

use super::action::Action;
use super::confirm::Confirm;
use super::draw::grouped;
use super::effect::{Outbox, Slot, Tone};
use super::filter::FilterLine;
use super::grid::{self, BAR, GUTTER, GridColumn, GridRow};
use super::group_editor::GroupEditor;
use super::layer::Turn;
use super::layout::Layout;
use super::others::{Others, SIGN, words};
use super::reading::Reading;
use super::rows::{Page, Rows};
use super::sheet::Item;
use super::theme::Theme;
use super::view_as::ViewAs;
use crate::model::text::escape;
use crate::model::{Description, GroupCode, KeyId, Operation, Role, TablePermission, Time};
use crate::registry::{GroupDetails, GroupRow, GroupsPage, Query};

/// State of the screen User Groups.
#[derive(Debug, Default)]
pub struct GroupsScreen {
    /// The window on the groups.
    pub rows: Rows<GroupRow>,
    /// The filter line.
    pub filter: FilterLine,
    /// What is done with the group that was asked for.
    opening: Option<Action>,
}

impl GroupsScreen {
    /// The filter changed, or the store did.
    pub fn outdate(&mut self) {
        self.rows.renew();
    }

    /// Asks for what the screen lacks.
    pub fn sync(&mut self, outbox: &mut Outbox) {
        if let Some(window) = self.rows.lacking(outbox.is_open(Slot::Groups)) {
            outbox.ask(Slot::Groups, Query::Groups { text: self.filter.text().to_owned(), window });
        }
    }

    /// Takes a page in; the cursor follows its group as far as it is on the page.
    pub fn accept(&mut self, page: GroupsPage) {
        let GroupsPage { revision, total, of, offset, rows } = page;
        self.rows.follow(Page { revision, total, of, offset, rows }, |row, now| row.code == now.code);
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        let on_row = matches!(
            action,
            Action::Open | Action::Edit | Action::ViewAs | Action::Delete | Action::DeleteHint
        );
        (on_row && self.rows.has_none()).then(|| "There is no user group here".into())
    }

    /// Whether an action has to wait for rows before it can be known what it means.
    pub fn must_wait(&self, action: Action) -> bool {
        let on_row = matches!(action, Action::Open | Action::Edit | Action::ViewAs | Action::Delete);
        on_row && self.rows.is_coming()
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        if self.rows.travel(action) {
            return Turn::Stay;
        }
        match action {
            Action::Filter => self.filter.open(),
            Action::Back => self.back(),
            Action::Open | Action::Edit => {
                if let Some(row) = self.rows.current() {
                    outbox.ask(Slot::Group, Query::Group { code: row.code.clone() });
                    self.opening = Some(action);
                }
            }
            Action::ViewAs => {
                if let Some(row) = self.rows.current() {
                    let whom = format!("group {}", row.code);
                    return Turn::Open(Box::new(ViewAs::new(row.code.clone(), &whom)));
                }
            }
            Action::Delete => return self.delete(),
            Action::DeleteHint => outbox.say(Tone::Note, "D deletes a group that no key uses.", ""),
            _ => {}
        }
        Turn::Stay
    }

    fn back(&mut self) {
        if self.filter.clear() {
            self.outdate();
        }
    }

    fn delete(&self) -> Turn {
        let Some(row) = self.rows.current() else { return Turn::Stay };
        Turn::Open(Box::new(Confirm::delete_group(&row.code, &row.description)))
    }

    /// The door would not show the group.
    pub fn drop_opening(&mut self) {
        self.opening = None;
    }

    /// The group that was asked for is here.
    pub fn opened(&mut self, details: &GroupDetails) -> Turn {
        match self.opening.take() {
            Some(Action::Edit) => Turn::Open(GroupEditor::open(&details.group)),
            Some(_) => Turn::Open(Box::new(reading(details))),
            None => Turn::Stay,
        }
    }
}

/// All about one group.
fn reading(details: &GroupDetails) -> Reading {
    let group = &details.group;
    let role = format!("{} · {}", group.role.name(), group.role.meaning());
    let restricted = if group.restricted { "yes: tables without a row here are closed" } else { "no" };
    let mut items = vec![
        Item::Pair("Code", group.code.to_string()),
        Item::Pair("Description", escape(group.description.as_str()).into_owned()),
        Item::Pair("Role", role),
        Item::Pair("Restricted", restricted.into()),
        Item::Pair("Keys", grouped(details.keys)),
    ];
    if group.role == Role::Admin {
        items.push(Item::Warning("ADMIN may do everything: use it sparingly.".into()));
    }
    if !group.tables.is_empty() {
        items.extend([Item::Blank, Item::Heading("Tables".into())]);
    }
    for table in &group.tables {
        items.push(Item::Text(format!("{}: {}", escape(&table.table), permission_words(table))));
    }
    if !group.menus.is_empty() {
        items.extend([Item::Blank, Item::Heading("Menu items".into())]);
    }
    for menu in &group.menus {
        let access = match menu.access {
            crate::model::Access::Allow => "allow",
            crate::model::Access::Deny => "deny",
        };
        items.push(Item::Text(format!("{}: {access}", escape(&menu.item))));
    }
    Reading::new("User group", items)
}

/// What is ticked on a table, and for which records; escaped.
pub fn permission_words(table: &TablePermission) -> String {
    let ticked: Vec<&str> = Operation::ALL.iter().filter(|o| o.ticked(table)).map(|o| o.code()).collect();
    let ticked = if ticked.is_empty() { "nothing".to_owned() } else { ticked.join(", ") };
    let filter = table.filter.as_ref().map_or(String::new(), |filter| {
        format!(" where {}", filter.expression().unwrap_or_else(|error| error.to_string()))
    });
    format!("{ticked}{}", escape(&filter))
}

/// Why a group cannot be deleted: the keys that use it.
pub fn in_use(code: &GroupCode, count: u64, keys: &[(KeyId, Description)]) -> Reading {
    let mut items = vec![
        Item::Warning(format!(
            "{} {} this group, so it was not deleted.",
            grouped(count),
            if count == 1 { "key uses" } else { "keys use" }
        )),
        Item::Text("Give them another group first: API Keys, e on each.".into()),
        Item::Blank,
    ];
    items.extend(
        keys.iter().map(|(key, description)| Item::Text(format!("{key}  {}", escape(description.as_str())))),
    );
    let rest = count.saturating_sub(keys.len() as u64);
    if rest > 0 {
        items.push(Item::Aside(format!("and {} more", grouped(rest))));
    }
    Reading::new(format!("{code} is in use"), items)
}

/// Whether somebody else changed it while this console is open.
fn is_news(row: &GroupRow, others: &Others, now: Time) -> bool {
    row.touched.as_ref().is_some_and(|touch| others.made(touch.revision, touch.time, now))
}

/// Draws headings and rows.
pub fn draw(screen: &GroupsScreen, others: &Others, frame: &mut Frame, at: Layout, theme: Theme, now: Time) {
    let room = at.body.width.saturating_sub(GUTTER + BAR);
    let gap = if room >= 96 { 2 } else { 1 };
    let (code, role, keys) = if room >= 96 { (32, 8, 10) } else { (16.min(room / 3), 6, 7) };
    let description = room.saturating_sub(code + role + keys + 3 * gap);
    let column = GridColumn::plain;
    let columns = [
        column("Code", code),
        column("Description", description),
        column("Role", role),
        column("Keys", keys),
    ];
    let row = |row: &GroupRow| {
        let news = is_news(row, others, now);
        let admin = if row.role == Role::Admin { theme.warning() } else { theme.text() };
        GridRow {
            gutter: vec![Span::styled(if news { SIGN } else { " " }, theme.dim()), " ".into()],
            cells: vec![
                (row.code.to_string(), theme.text()),
                (escape(&row.description).into_owned(), theme.text()),
                (row.role.name().to_owned(), admin),
                (grouped(row.keys), if row.keys == 0 { theme.dim() } else { theme.text() }),
            ],
            marked: false,
        }
    };
    grid::list(frame, at, theme, &columns, &screen.rows, row, gap);
}

/// What is known of a row beyond its cells.
pub fn describe(row: &GroupRow, others: &Others, now: Time) -> String {
    let news = row.touched.as_ref().filter(|_| is_news(row, others, now));
    let news = news.map_or(String::new(), |touch| format!(" · {}", words(&touch.by, touch.time, now)));
    let tables = match (row.tables, row.filters) {
        (0, _) => String::new(),
        (tables, 0) => format!(" · {tables} tables named"),
        (tables, filters) => format!(" · {tables} tables named, {filters} with a record filter"),
    };
    let restricted = if row.restricted { " · restricted" } else { "" };
    format!("{}{news} · {}{tables}{restricted}", escape(&row.description), row.role.meaning())
}
