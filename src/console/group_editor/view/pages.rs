//! The rows of each page: details, the grid of tables, the tree of menu items, the keys of the group.
//!
//! What stands around a page is not its matter.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::console::details::status_words;
use crate::console::draw::{fit, grouped, pad, wrap};
use crate::console::group_editor::{Above, GroupEditor, TICKS, menus};
use crate::console::layer::Stage;
use crate::model::text::escape;
use crate::model::{Access, Operation, Role, TablePermission, counted, reach};
use crate::registry::KeyRow;

/// Columns of the labels on the first page.
const LABEL: usize = 15;

impl GroupEditor {
    pub(super) fn details(&self, frame: &mut Frame, body: Rect, stage: Stage) {
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
            let text = "! ADMIN may do everything, whatever the tables say: use it sparingly.";
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

    pub(super) fn tables(&self, frame: &mut Frame, body: Rect, stage: Stage) {
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

    pub(super) fn menus(&self, frame: &mut Frame, body: Rect, stage: Stage) {
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

    pub(super) fn keys(&self, frame: &mut Frame, body: Rect, stage: Stage) {
        let theme = stage.theme;
        let columns = usize::from(body.width);
        let Some((total, rows)) = &self.members else {
            frame.render_widget(Paragraph::new(Line::styled("looking…", theme.dim())), body);
            return;
        };
        let line = |(place, row): (usize, &KeyRow)| {
            let style = if place == self.row { theme.selected() } else { theme.text() };
            let status = status_words(row);
            let key = if columns >= 76 { format!("  {}", row.record.key) } else { String::new() };
            let room = columns.saturating_sub(key.len() + 13);
            let name = pad(&escape(row.record.description.as_str()), room);
            Line::styled(fit(&format!("{name} {}{key}", pad(status, 11)), columns), style)
        };
        let head =
            format!("{} {} this group", counted(*total, "key"), if *total == 1 { "uses" } else { "use" });
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
}
