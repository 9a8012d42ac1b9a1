//! How the editor looks: pages as tabs, the rows of one of them, what is wrong or what to press.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Above, GroupEditor, Page, TICKS, menus, question};
use crate::console::details::status_words;
use crate::console::draw::{fit, grouped, modal, pad, wrap};
use crate::console::layer::Stage;
use crate::console::sheet::{self, Item};
use crate::model::text::escape;
use crate::model::{Access, Operation, Role, TablePermission, reach};

/// Columns of the labels on the first page.
const LABEL: usize = 15;

impl GroupEditor {
    pub(super) fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let title = format!("Edit {}", self.before.code);
        let inner = modal(frame, area, &title, area.width.min(100), area.height.min(30), theme);
        if inner.height < 3 {
            return;
        }
        frame.render_widget(Paragraph::new(self.tabs(inner.width, stage)), Rect { height: 1, ..inner });
        let columns = usize::from(inner.width);
        let foot = self.foot(columns, stage);
        let below = u16::try_from(foot.len()).unwrap_or(0).min(inner.height - 2);
        let air = u16::from(inner.height > 12);
        let body =
            Rect { y: inner.y + 1 + air, height: inner.height.saturating_sub(1 + below + 2 * air), ..inner }
                .intersection(inner);
        self.body(frame, body, stage);
        let bottom = Rect { y: inner.bottom() - below, height: below, ..inner };
        frame.render_widget(Paragraph::new(foot), bottom);
        self.above(frame, area, bottom, stage);
    }

    fn above(&self, frame: &mut Frame, area: Rect, bottom: Rect, stage: Stage) {
        match &self.above {
            Above::Nothing | Above::Checking | Above::Saving(_) => {}
            Above::Naming(field) => {
                let line = Rect { y: bottom.bottom().saturating_sub(1), height: 1, ..bottom };
                let shift = 12.min(line.width);
                let place = Rect { x: line.x + shift, width: line.width - shift, ..line };
                field.view(frame, place, stage.theme.field(), true);
            }
            Above::Copying(picker) => picker.view(frame, area, stage),
            Above::Collision(collision) => collision.draw(frame, area, stage),
            Above::Filter(editor) => editor.view(frame, area, stage),
            Above::Preview(preview, save) => {
                let title = format!("What saving {} changes", self.before.code);
                let items = question::items(preview, self.week.items());
                question::draw(frame, area, &title, &items, ["Back to the draft", "Save"], *save, stage);
            }
            Above::Leaving(discard) => {
                let items = [Item::Text("What you changed would be lost.".into())];
                let buttons = ["Keep editing", "Throw away"];
                question::draw(frame, area, "Leave the editor?", &items, buttons, *discard, stage);
            }
        }
    }

    fn tabs(&self, columns: u16, stage: Stage) -> Line<'static> {
        let mut spans = Vec::new();
        for page in Page::ALL {
            let (long, short) = page.names();
            let name = if columns >= 56 { long } else { short };
            let style = if page == self.page { stage.theme.selected() } else { stage.theme.text() };
            if !spans.is_empty() {
                spans.push(Span::styled("│", stage.theme.dim()));
            }
            spans.push(Span::styled(format!(" {name} "), style));
        }
        Line::from(spans)
    }

    fn body(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        match self.page {
            Page::Details => self.details(frame, body, stage),
            Page::Tables => self.tables(frame, body, stage),
            Page::Menus => self.menus(frame, body, stage),
            Page::Keys => self.keys(frame, body, stage),
        }
    }

    fn details(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        let theme = stage.theme;
        let columns = usize::from(body.width);
        let group = &self.group;
        let restricted = if group.restricted {
            "yes  only the tables that it names"
        } else {
            "no  tables that it does not name follow the role"
        };
        let role = format!("{}  {}", group.role.name(), group.role.meaning());
        let values = [String::new(), role, restricted.to_owned()];
        let mut lines = vec![Line::from(vec![
            Span::styled(pad("  Code", LABEL), theme.dim()),
            Span::raw(group.code.to_string()),
            Span::styled("  never changes", theme.dim()),
        ])];
        for (row, label) in ["Description", "Role", "Restricted"].into_iter().enumerate() {
            let focused = row == self.row && matches!(self.above, Above::Nothing);
            let sign = if focused { "▸ " } else { "  " };
            let style = if focused { theme.accent() } else { theme.text() };
            let value = fit(&values[row], columns.saturating_sub(LABEL + 2));
            let mut spans = vec![Span::styled(pad(&format!("{sign}{label}"), LABEL), style)];
            if row > 0 {
                let style = if focused { theme.selected() } else { theme.text() };
                spans.extend([Span::styled(value, style), Span::styled(" ↔", theme.dim())]);
            }
            lines.push(Line::from(spans));
        }
        lines.push(Line::default());
        if group.role == Role::Admin {
            let text = "! ADMIN may everything, whatever the tables say: use it sparingly.";
            lines.extend(wrap(text, columns).into_iter().map(|l| Line::styled(l, theme.warning())));
        }
        lines.push(Line::styled("Its keys may reach", theme.title()));
        for line in reach(group) {
            lines.extend(
                wrap(&line, columns.saturating_sub(2)).into_iter().map(|l| Line::raw(format!("  {l}"))),
            );
        }
        frame.render_widget(Paragraph::new(lines), body);
        let shift = u16::try_from(LABEL).unwrap_or(0).min(body.width);
        let place =
            Rect { x: body.x + shift, y: body.y.saturating_add(1), width: body.width - shift, height: 1 };
        let focused = self.on_description() && matches!(self.above, Above::Nothing);
        self.description.view(frame, place.intersection(body), theme.field(), focused);
    }

    fn tables(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        let theme = stage.theme;
        let columns = usize::from(body.width);
        let narrow = columns < 60;
        let tick_width = if narrow { 4 } else { 8 };
        let name = columns.saturating_sub(2 + TICKS * tick_width) * if narrow { 7 } else { 4 } / 10;
        let filter = columns.saturating_sub(2 + name + 1 + TICKS * tick_width);
        let mut head = vec![Span::styled(pad("  Table", name + 3), theme.title())];
        for operation in Operation::ALL {
            let word = if narrow { &operation.name()[..3] } else { operation.name() };
            head.push(Span::styled(pad(word, tick_width), theme.title()));
        }
        head.push(Span::styled(fit("Record filter", filter), theme.title()));
        frame.render_widget(Paragraph::new(Line::from(head)), Rect { height: body.height.min(1), ..body });
        let rest = Rect { y: body.y.saturating_add(1), height: body.height.saturating_sub(1), ..body };
        let row = |(place, row): (usize, &TablePermission)| {
            let focused = place == self.row;
            let cell = |column: usize, text: String, plain: Style| {
                Span::styled(text, if focused && column == self.column { theme.selected() } else { plain })
            };
            let sign = if focused { "▸ " } else { "  " };
            let mut spans = vec![Span::styled(
                format!("{sign}{} ", pad(&escape(&row.table), name)),
                if focused { theme.accent() } else { theme.text() },
            )];
            for (column, operation) in Operation::ALL.into_iter().enumerate() {
                // A tick that the role makes useless is shown as one.
                let useless = self.group.role == Role::Read && operation != Operation::Select;
                let (text, style) = match (operation.ticked(row), useless) {
                    (true, true) => ("[x]", theme.dim()),
                    (true, false) => ("[✔]", theme.good()),
                    (false, _) => ("[ ]", theme.dim()),
                };
                spans.push(cell(column, text.to_owned(), style));
                spans.push(Span::raw(" ".repeat(tick_width - 3)));
            }
            let expression =
                row.filter.as_ref().map(|filter| filter.expression().unwrap_or_else(|e| e.to_string()));
            let (text, style) = match expression {
                Some(expression) => (escape(&expression).into_owned(), theme.text()),
                None => ("none: every record".to_owned(), theme.dim()),
            };
            spans.push(cell(TICKS, fit(&text, filter), style));
            Line::from(spans)
        };
        let lines = self.group.tables.iter().enumerate().map(row).collect();
        let other = if self.group.restricted { "nothing" } else { "what the role allows" };
        let empty = format!("No table is named: n names one. Tables without a row: {other}.");
        self.list(frame, rest, lines, &empty, stage);
    }

    fn menus(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        let theme = stage.theme;
        let columns = usize::from(body.width);
        let line = |(place, branch): (usize, menus::Branch)| {
            let focused = place == self.row;
            let (word, style) = match (branch.rule, branch.shut) {
                (Some(Access::Deny), _) => ("✘ Deny", theme.bad()),
                (Some(Access::Allow), true) => ("✘ Allow, but denied above", theme.warning()),
                (None, true) => ("✘ denied above", theme.dim()),
                (Some(Access::Allow), false) => ("✔ Allow", theme.good()),
                (None, false) => ("✔ (default)", theme.dim()),
            };
            let sign = if focused { "▸ " } else { "  " };
            let name = format!("{sign}{}{}", "  ".repeat(branch.depth.min(20)), escape(branch.name()));
            let room = columns.saturating_sub(27).max(columns / 2);
            let name_style = if focused { theme.selected() } else { theme.text() };
            let word = fit(word, columns.saturating_sub(room + 1));
            Line::from(vec![
                Span::styled(pad(&name, room), name_style),
                Span::raw(" "),
                Span::styled(word, style),
            ])
        };
        let lines = menus::tree(&self.group.menus).into_iter().enumerate().map(line).collect();
        self.list(frame, body, lines, "Every menu item is open. n names one to deny.", stage);
    }

    fn keys(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        let theme = stage.theme;
        let columns = usize::from(body.width);
        let Some((total, rows)) = &self.members else {
            frame.render_widget(Paragraph::new(Line::styled("looking…", theme.dim())), body);
            return;
        };
        let line = |(place, row): (usize, &crate::registry::KeyRow)| {
            let style = if place == self.row { theme.selected() } else { theme.text() };
            let status = status_words(row);
            let key = if columns >= 76 { format!("  {}", row.record.key) } else { String::new() };
            let room = columns.saturating_sub(key.len() + 13);
            let name = pad(&escape(row.record.description.as_str()), room);
            Line::styled(fit(&format!("{name} {}{key}", pad(status, 11)), columns), style)
        };
        let head = format!(
            "{} use this group",
            if *total == 1 { "1 key".into() } else { format!("{} keys", grouped(*total)) }
        );
        let head = if *total == 1 { head.replace("use", "uses") } else { head };
        frame.render_widget(
            Paragraph::new(Line::styled(head, theme.title())),
            Rect { height: body.height.min(1), ..body },
        );
        let rest = Rect { y: body.y.saturating_add(1), height: body.height.saturating_sub(1), ..body };
        let mut lines: Vec<Line> = rows.iter().enumerate().map(line).collect();
        if *total > rows.len() as u64 && !rows.is_empty() {
            let more = grouped(total - rows.len() as u64);
            lines.push(Line::styled(format!("and {more} more: filter API Keys by the code"), theme.dim()));
        }
        self.list(frame, rest, lines, "No key uses this group.", stage);
    }

    /// Draws rows, the one under the cursor always among them.
    fn list(&self, frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>, empty: &str, stage: Stage) {
        if lines.is_empty() {
            let text = wrap(empty, usize::from(area.width));
            let text: Vec<Line> = text.into_iter().map(|l| Line::styled(l, stage.theme.dim())).collect();
            frame.render_widget(Paragraph::new(text), area);
            return;
        }
        let skip = (self.row + 1).saturating_sub(usize::from(area.height.max(1)));
        frame.render_widget(Paragraph::new(lines.into_iter().skip(skip).collect::<Vec<_>>()), area);
    }

    /// What is wrong, or what to know and to press here.
    fn foot(&self, columns: usize, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        let mut say = |text: &str, style: Style| {
            lines.extend(wrap(&escape(text), columns).into_iter().map(|l| Line::styled(l, style)));
        };
        if let Some((sentence, hint)) = &self.error {
            say(&format!("✗ {sentence}"), theme.bad());
            say(hint, theme.dim());
        }
        let week = self.week.sentence();
        match (&self.above, self.page) {
            (Above::Naming(_), page) => {
                let label = if page == Page::Tables { "  Table" } else { "  Menu item" };
                lines.push(Line::styled(label, theme.accent()));
                return lines;
            }
            (Above::Checking, _) => say("looking what that changes…", theme.warning()),
            (Above::Saving(_), _) => say("saving…", theme.warning()),
            _ if self.error.is_some() => {}
            // What the draft would have done matters more than which keys there are.
            (_, Page::Details | Page::Menus | Page::Keys) if week.is_some() => {}
            (_, Page::Details) => {
                say("A change applies to the keys of this group on their next request.", theme.dim());
            }
            (_, Page::Tables) => {
                let read = self.group.role == Role::Read
                    && self.group.tables.iter().any(|t| t.insert || t.update || t.delete);
                if read {
                    say("! READ never inserts, updates or deletes, whatever the ticks say.", theme.warning());
                }
                if self.group.role == Role::Admin {
                    say("! ADMIN may everything, whatever is ticked or filtered here.", theme.warning());
                }
                let whole = self.group.tables.get(self.row).filter(|_| self.column == TICKS);
                match whole.and_then(|row| row.filter.as_ref()).and_then(|filter| filter.expression().ok()) {
                    Some(expression) => say(&format!("Only records where {expression}"), theme.dim()),
                    None if week.is_some() => {}
                    None => say("Space ticks; f opens the record filter; n names a table.", theme.dim()),
                }
            }
            (_, Page::Menus) => {
                say("Space flips Allow and Deny; a denied category denies what is under it.", theme.dim());
            }
            (_, Page::Keys) => {
                say("e on a key, on the screen API Keys, gives it another group.", theme.dim());
            }
        }
        let room = u16::try_from(columns).unwrap_or(u16::MAX);
        lines.extend(sheet::lines(week.as_slice(), room, *theme));
        lines
    }
}
