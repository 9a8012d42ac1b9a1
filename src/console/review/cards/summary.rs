//! The summary of the cards: what was decided, what failed and why, what remains.

use super::deed::{Deed, Hand, Played, WORDS};
use crate::clock::exact;
use crate::console::draw::grouped;
use crate::console::sheet::Item;
use crate::model::text::escape;

impl Hand {
    /// As a sheet.
    pub(super) fn summary(&self) -> Vec<Item> {
        let (left, skipped) = (self.open(), self.count("skipped"));
        let decided = self.cards.len() - left - skipped;
        let heading = match left + skipped {
            0 => format!("Every one of {} cards is decided on", self.cards.len()),
            remain => format!("{decided} of {} cards are decided on, {remain} remain", self.cards.len()),
        };
        let mut items = vec![
            Item::Heading(heading),
            Item::Aside(format!(
                "As found {} among {} Active keys.",
                exact(self.made),
                grouped(self.looked_at)
            )),
            Item::Blank,
        ];
        for (name, word) in ["Kept", "Disabled", "Rotated", "Skipped"].into_iter().zip(WORDS) {
            items.push(Item::Pair(name, self.count(word).to_string()));
        }
        items.push(Item::Pair("Not yet", left.to_string()));
        self.tell(&mut items, "Failed", |card| card.failure.clone());
        self.tell(&mut items, "Skipped", |card| (card.deed == Some(Deed::Skipped)).then(|| worst(card)));
        self.tell(&mut items, "Not decided on", |card| {
            (card.deed.is_none() && !card.gone).then(|| worst(card))
        });
        self.tell(&mut items, "Deleted meanwhile", |card| card.gone.then(String::new));
        items.push(Item::Blank);
        let dealt = self.cards.len() as u64;
        if self.total > dealt {
            let text = format!(
                "These were the worst {} of {} keys with findings; n deals the next.",
                grouped(dealt),
                grouped(self.total)
            );
            items.push(Item::Warning(text));
        }
        if self.groups > 0 {
            let groups = grouped(self.groups);
            items.push(Item::Text(format!("Findings about user groups, in the list alone: {groups}.")));
        }
        items.extend(self.gaps.iter().map(|gap| Item::Warning(format!("{gap}."))));
        items.push(Item::Aside(
            "Changes has each decision with its time and account; `claviger review --report` has what is still found, for an auditor."
                .into(),
        ));
        items
    }

    /// The cards that there is something to say of, under a heading.
    fn tell(&self, items: &mut Vec<Item>, heading: &str, say: impl Fn(&Played) -> Option<String>) {
        let told: Vec<_> = self.cards.iter().filter_map(|card| Some((card, say(card)?))).collect();
        if told.is_empty() {
            return;
        }
        items.extend([Item::Blank, Item::Heading(heading.to_owned())]);
        for (card, text) in told {
            let name = escape(&card.dealt.description);
            let joint = if text.is_empty() { "" } else { ": " };
            let line = format!("{name}{joint}{text}");
            items.push(if card.failure.is_some() { Item::Warning(line) } else { Item::Text(line) });
        }
    }
}

/// The worst finding on a card, in a word.
fn worst(card: &Played) -> String {
    let findings = card.dealt.findings.len();
    let more = if findings > 1 { format!(" and {} more", findings - 1) } else { String::new() };
    card.dealt.findings.first().map_or_else(String::new, |f| format!("{}{more}", f.practice.name()))
}
