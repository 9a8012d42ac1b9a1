//! How a form looks: label, value, and below it what is wrong, what to know, or what to write.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Entry, Form, Input, Phase};
use crate::console::draw::{fit, modal, pad, wrap};
use crate::console::layer::Stage;
use crate::console::picker::summary;
use crate::model::text::escape;

/// Columns of the labels, with the sign of the focus before them.
const LABEL: u16 = 15;

/// A field and what stands below it.
struct Block<'a> {
    entry: &'a Entry,
    below: Vec<(String, Style)>,
}

impl Form {
    pub(super) fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let room = modal_width(area).saturating_sub(4);
        let intro = wrap(&escape(&self.intro), usize::from(room));
        let head = u16::try_from(if intro.is_empty() { 0 } else { intro.len() + 1 }).unwrap_or(0);
        let blocks: Vec<Block> = self.entries.iter().map(|entry| self.block(entry, room, stage)).collect();
        let body: usize = blocks.iter().map(|block| 1 + block.below.len()).sum();
        // Room for a hint of two lines is always there, so that the box does not jump from field to field.
        let body = body.max(blocks.len() + 2);
        let foot = self.foot(room, stage);
        let wanted = head + u16::try_from(body + foot.len() + 1).unwrap_or(0);
        let inner = modal(frame, area, &escape(&self.title), modal_width(area), wanted + 2, theme);
        if inner.is_empty() {
            return;
        }
        let head = if inner.height >= wanted { head } else { 0 };
        if head > 0 {
            let lines: Vec<Line> = intro.into_iter().map(|line| Line::styled(line, theme.dim())).collect();
            frame.render_widget(Paragraph::new(lines), inner);
        }
        let below = u16::try_from(foot.len()).unwrap_or(0).min(inner.height);
        let body = Rect { y: inner.y + head, height: inner.height.saturating_sub(head + below), ..inner };
        self.fields(frame, body, &blocks, stage);
        let bottom = Rect { y: inner.bottom() - below, height: below, ..inner };
        frame.render_widget(Paragraph::new(foot), bottom.intersection(inner));
        if let Some(collision) = &self.collision {
            return collision.draw(frame, area, stage);
        }
        match (self.phase, &self.picker) {
            (Phase::Leaving(discard), _) => leaving(frame, area, discard, stage),
            (_, Some(picker)) => picker.view(frame, area, stage),
            _ => {}
        }
    }

    fn block<'a>(&self, entry: &'a Entry, room: u16, stage: Stage) -> Block<'a> {
        let theme = stage.theme;
        let focused = self.entries.get(self.focus).is_some_and(|e| e.item == entry.item);
        let columns = usize::from(room.saturating_sub(LABEL));
        let styled = |text: &str, style: Style| {
            wrap(&escape(text), columns).into_iter().map(|line| (line, style)).collect::<Vec<_>>()
        };
        let below = if let Some(error) = &entry.error {
            let mut lines = styled(&format!("✗ {}", error.sentence), theme.bad());
            lines.extend(styled(&error.hint, theme.dim()));
            lines
        } else if let Some((careful, text)) = entry.remark(stage.now) {
            if careful { styled(&format!("! {text}"), theme.warning()) } else { styled(&text, theme.dim()) }
        } else if focused {
            styled(entry.hint, theme.dim())
        } else {
            Vec::new()
        };
        Block { entry, below }
    }

    /// Draws as many fields as fit, the focused one always among them.
    fn fields(&self, frame: &mut Frame, body: Rect, blocks: &[Block], stage: Stage) {
        let height = |block: &Block| 1 + block.below.len();
        let room = usize::from(body.height);
        let focus = self.focus.min(blocks.len().saturating_sub(1));
        let mut first = 0;
        while first < focus && blocks[first..=focus].iter().map(height).sum::<usize>() > room {
            first += 1;
        }
        let mut y = body.y;
        for (place, block) in blocks.iter().enumerate().skip(first) {
            if y >= body.bottom() {
                return;
            }
            self.field(frame, Rect { y, height: 1, ..body }, place, block.entry, stage);
            y += 1;
            for (text, style) in &block.below {
                let line = Rect {
                    x: body.x.saturating_add(LABEL),
                    y,
                    width: body.width.saturating_sub(LABEL),
                    height: 1,
                };
                if y < body.bottom() {
                    frame.render_widget(
                        Paragraph::new(Line::styled(text.clone(), *style)),
                        line.intersection(body),
                    );
                }
                y += 1;
            }
        }
    }

    fn field(&self, frame: &mut Frame, line: Rect, place: usize, entry: &Entry, stage: Stage) {
        let theme = stage.theme;
        let focused = place == self.focus && self.phase == Phase::Editing;
        let sign = if focused { "▸ " } else { "  " };
        let label_style = if focused { theme.accent() } else { theme.text() };
        let label = pad(&format!("{sign}{}", entry.label), usize::from(LABEL - 1));
        frame.render_widget(Paragraph::new(Line::styled(label, label_style)), line);
        let value = Rect { x: line.x.saturating_add(LABEL), width: line.width.saturating_sub(LABEL), ..line };
        let value = value.intersection(line);
        match &entry.input {
            Input::Text(field) => field.view(frame, value, theme.field(), focused && self.picker.is_none()),
            Input::Choice { picked, .. } => {
                let columns = usize::from(value.width.saturating_sub(2));
                let text = picked.as_ref().map_or_else(|| fit("choose…", columns), |c| summary(c, columns));
                let style = match (focused, picked) {
                    (true, _) => theme.selected(),
                    (false, Some(_)) => theme.text(),
                    (false, None) => theme.dim(),
                };
                let spans = vec![Span::styled(text, style), Span::styled(" ▾", theme.dim())];
                frame.render_widget(Paragraph::new(Line::from(spans)), value);
            }
        }
    }

    /// The refusal of the door, if there is one, and the button.
    fn foot(&self, room: u16, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        if let Some(refusal) = &self.refusal {
            let columns = usize::from(room);
            let sentence = format!("✗ {refusal}");
            lines.extend(wrap(&escape(&sentence), columns).into_iter().map(|l| Line::styled(l, theme.bad())));
            let hint = refusal.hint();
            lines.extend(wrap(&escape(&hint), columns).into_iter().map(|l| Line::styled(l, theme.dim())));
        }
        if let Some((meaning, told)) = self.concerns() {
            let text = format!("! {meaning} {}.", told.sentence(stage.now));
            lines
                .extend(wrap(&text, usize::from(room)).into_iter().map(|l| Line::styled(l, theme.warning())));
        }
        lines.push(match self.phase {
            Phase::Waiting | Phase::Saving(_) => Line::styled("  saving…", theme.warning()),
            _ if self.focus == self.entries.len() => Line::from(vec![
                Span::styled("▸ ", theme.accent()),
                Span::styled("[ Save ]", theme.selected()),
            ]),
            _ => Line::from(vec![Span::raw("  [ Save ]"), Span::styled("  ^S from any field", theme.dim())]),
        });
        lines
    }
}

fn modal_width(area: Rect) -> u16 {
    area.width.min(76)
}

fn leaving(frame: &mut Frame, area: Rect, discard: bool, stage: Stage) {
    let theme = *stage.theme;
    let inner = modal(frame, area, "Leave the form?", 50, 5, theme);
    let button = |text: &'static str, focused: bool| {
        Span::styled(text, if focused { theme.selected() } else { theme.text() })
    };
    let lines = vec![
        Line::raw(fit("What you typed would be lost.", usize::from(inner.width))),
        Line::default(),
        Line::from(vec![
            button("[ Keep editing ]", !discard),
            Span::raw("  "),
            button("[ Throw away ]", discard),
        ]),
    ];
    frame.render_widget(Paragraph::new(lines), inner);
}
