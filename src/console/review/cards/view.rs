//! How a card looks: who the key is, what it may reach, what was found, who calls with it. And below, how far one is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::deed::{Deed, Hand, Played};
use super::{Cards, Page};
use crate::clock::{moment, relative};
use crate::console::details::status_words;
use crate::console::draw::{fit, grouped, modal};
use crate::console::history::sparkline;
use crate::console::impact::{callers_of, line};
use crate::console::layer::Stage;
use crate::console::sheet::{Item, lines};
use crate::model::text::escape;
use crate::model::{Severity, Time};
use crate::registry::{Finding, KeyDetails};

/// Widest a card gets.
const WIDEST: u16 = 100;
/// Callers that a card names.
const CALLERS: usize = 3;
/// On a lower card the findings come before everything else.
const LOW: u16 = 16;

impl Cards {
    pub(super) fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let width = area.width.min(WIDEST);
        let title = match (&self.hand, self.page) {
            (None, _) => "Cards".to_owned(),
            (Some(hand), Page::Card) => format!("Card {} of {}", self.at + 1, hand.cards.len()),
            (Some(hand), Page::Summary) => format!("Review of {} keys", hand.cards.len()),
        };
        let inner = modal(frame, area, &title, width, area.height, theme);
        let Some(hand) = &self.hand else {
            let text = fit("Looking at every key…", usize::from(inner.width));
            frame.render_widget(Paragraph::new(Line::styled(text, theme.dim())), inner);
            return;
        };
        let foot = u16::from(inner.height > 4 && self.page == Page::Card);
        let body = Rect { height: inner.height - foot, ..inner };
        let text = match self.page {
            Page::Summary => lines(&hand.summary(), body.width, theme),
            Page::Card => self.card(hand, body, stage),
        };
        self.scroll.draw(frame, body, text, theme);
        if foot > 0 {
            let at = Rect { y: body.bottom(), height: 1, ..inner };
            let text = fit(&hand.progress(), usize::from(at.width));
            frame.render_widget(Paragraph::new(Line::styled(text, theme.dim())), at);
        }
    }

    /// The lines of the card in front; with the reasons of the findings where there is room for them.
    fn card(&self, hand: &Hand, body: Rect, stage: Stage) -> Vec<Line<'static>> {
        let Some(card) = hand.cards.get(self.at) else { return Vec::new() };
        let text = |reasons| {
            lines(&self.items(card, body.height < LOW, reasons, stage.now), body.width, *stage.theme)
        };
        let whole = text(true);
        if whole.len() > usize::from(body.height) { text(false) } else { whole }
    }

    fn items(&self, card: &Played, low: bool, reasons: bool, now: Time) -> Vec<Item> {
        let mut items = vec![Item::Heading(escape(&card.dealt.description).into_owned())];
        if card.gone {
            items.push(Item::Warning("This key was deleted meanwhile. s goes on.".into()));
            return items;
        }
        items.extend(card.failure.as_ref().map(|why| Item::Warning(why.clone())));
        let found = card.dealt.findings.iter().flat_map(|finding| told(finding, reasons));
        let details = self.shown.details.as_deref();
        if low {
            items.extend(found);
            items.extend(details.into_iter().flat_map(|details| who(details, card)));
        } else {
            items.extend(details.into_iter().flat_map(|details| who(details, card)));
            items.push(Item::Blank);
            items.extend(found);
            items.push(Item::Blank);
        }
        items.extend(details.into_iter().flat_map(|details| use_of(details, now)));
        items.extend(self.shown.rhythm.iter().map(|rhythm| Item::Pair("Calls", days(&rhythm.calls))));
        if let Some(impact) = self.shown.impact.as_ref().and_then(|impact| impact.worst.first()) {
            items.push(line(impact, now));
            items.extend(callers_of(impact, CALLERS, now));
        }
        items
    }
}

/// One finding with its evidence.
fn told(finding: &Finding, reasons: bool) -> Vec<Item> {
    let practice = finding.practice;
    let text = format!("{}: {}", practice.name(), escape(&finding.evidence));
    let mut items = vec![if practice.severity() == Severity::High {
        Item::Warning(text)
    } else {
        Item::Text(format!("- {text}"))
    }];
    if reasons {
        items.push(Item::Aside(format!("  {}", practice.reason())));
    }
    items
}

/// Who the key is, and what it may.
fn who(details: &KeyDetails, card: &Played) -> Vec<Item> {
    let record = &details.row.record;
    let safe = |text: &str| escape(text).into_owned();
    let mine = card.deed.as_ref().filter(|deed| **deed != Deed::Disabled(None));
    let decided = mine.map_or_else(String::new, |deed| format!(" · {} here", deed.word()));
    let owner = record.owner.as_ref().map_or("not set".into(), |owner| safe(owner.as_str()));
    let role = details.group_role.name();
    vec![
        Item::Pair("Key", format!("{} · {}", record.key, record.key.environment().name())),
        Item::Pair("Status", format!("{}{decided}", status_words(&details.row))),
        Item::Pair("Owner", owner),
        Item::Pair("User Group", format!("{} · {} · {role}", record.group, safe(&details.group_description))),
        Item::Pair("May reach", details.reach.join("; ")),
    ]
}

/// Thirty days of calls.
fn days(calls: &[u64]) -> String {
    format!("30 days {} {} calls", sparkline(calls), grouped(calls.iter().sum()))
}

/// When it was made, how long it is good for, and when it was used last.
fn use_of(details: &KeyDetails, now: Time) -> Vec<Item> {
    let record = &details.row.record;
    let moment = |time: Time| moment(time, now);
    let expires = record.expires.map_or_else(String::new, |at| format!(", expires {}", relative(at, now)));
    let last = match (record.last_used, &details.last_use) {
        (None, _) => "never".to_owned(),
        (Some(time), None) => moment(time),
        (Some(time), Some(last)) => {
            let agent = if last.agent.is_empty() { String::new() } else { format!(" by {}", last.agent) };
            format!("{} from {}", moment(time), escape(&format!("{}{agent}", last.source)))
        }
    };
    vec![Item::Pair("Created", format!("{}{expires}", moment(record.created))), Item::Pair("Last Used", last)]
}
