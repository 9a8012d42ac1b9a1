//! How the editor looks: pages as tabs, the rows of one of them, what is wrong or what to press.

mod pages;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Above, GroupEditor, Page, TICKS, question};
use crate::console::draw::{modal, wrap};
use crate::console::layer::Stage;
use crate::console::sheet::{self, Item};
use crate::model::Role;
use crate::model::text::escape;

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
                    say("! ADMIN may do everything, whatever is ticked or filtered here.", theme.warning());
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
