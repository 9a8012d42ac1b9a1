//! The questions of the editor: what a change gives and takes, and whether to throw the draft away.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::console::draw::{grouped, modal};
use crate::console::layer::Stage;
use crate::console::sheet::{Item, lines};
use crate::model::counted;
use crate::model::text::escape;
use crate::registry::Preview;

/// So many lines of each kind are told; the rest is counted.
const TOLD: usize = 12;

/// What the change does to how many keys and would have done last week, as a sheet.
pub fn items(preview: &Preview, week: Vec<Item>) -> Vec<Item> {
    let whose = counted(preview.keys, "key");
    // The lines follow "3 keys"; one key loses.
    let line = |text: &String| {
        let verbs = [("lose ", "loses "), ("gain ", "gains "), ("see ", "sees ")];
        let one = verbs.iter().find_map(|(many, one)| Some(format!("{one}{}", text.strip_prefix(many)?)));
        let text = one.filter(|_| preview.keys == 1).unwrap_or_else(|| text.clone());
        format!("{whose} {}", escape(&text))
    };
    let mut items = Vec::new();
    let tell = |items: &mut Vec<Item>, texts: &[String], item: fn(String) -> Item| {
        items.extend(texts.iter().take(TOLD).map(|text| item(line(text))));
        if texts.len() > TOLD {
            items.push(Item::Aside(format!("and {} more of this kind", texts.len() - TOLD)));
        }
    };
    tell(&mut items, &preview.lost, Item::Warning);
    items.extend(week);
    tell(&mut items, &preview.changed, Item::Text);
    tell(&mut items, &preview.gained, Item::Text);
    items.push(Item::Blank);
    let names: Vec<_> =
        preview.first.iter().take(5).map(|(_, name)| escape(name.as_str()).into_owned()).collect();
    let more = preview.keys.saturating_sub(names.len() as u64);
    let more = if more > 0 { format!(", and {} more", grouped(more)) } else { String::new() };
    items.push(Item::Aside(format!("{}{more}: from their next request on.", names.join(", "))));
    items
}

/// Draws a sheet with two buttons below it, the second one focused or not.
pub fn draw(
    frame: &mut Frame,
    area: Rect,
    title: &str,
    items: &[Item],
    buttons: [&str; 2],
    second: bool,
    stage: Stage,
) {
    let theme = *stage.theme;
    let width = area.width.min(72);
    let mut text = lines(items, width.saturating_sub(4), theme);
    let wanted = u16::try_from(text.len()).unwrap_or(u16::MAX).saturating_add(4);
    let inner = modal(frame, area, title, width, wanted, theme);
    // On a low screen the buttons stay, and the first lines, which tell what is lost.
    text.truncate(usize::from(inner.height.saturating_sub(2)));
    text.push(Line::default());
    let button = |label: &str, focused: bool| {
        Span::styled(format!("[ {label} ]"), if focused { theme.selected() } else { theme.text() })
    };
    text.push(Line::from(vec![button(buttons[0], !second), Span::raw("  "), button(buttons[1], second)]));
    frame.render_widget(Paragraph::new(text), inner);
}
