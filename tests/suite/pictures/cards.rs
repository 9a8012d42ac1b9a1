//! Findings over the made-up keys, and what is known of the key on a card.

use super::scene::NOW;
use claviger::model::{KeyId, LastUse, Limits, Outlook, Practice, Rhythm as Habit, Role, Time};
use claviger::registry::{
    Answer, Basis, CallerImpact, Card, Deck, Finding, Impact, KeyDetails, KeyImpact, KeyRow, Query, Refusal,
    ReviewPage, Rhythm,
};

/// Which key, what was found in it, on what that rests.
const FOUND: [(usize, Practice, &str); 6] = [
    (7, Practice::MixedEnvironments, "10.20.4.11 (backup/2.0) uses Stock Take Scanner too"),
    (6, Practice::SharedCaller, "10.20.0.31 (dw-export/5.2) uses Service Desk Export too"),
    (6, Practice::UnusedRights, "Select on Contract, Select on User never used since 2025-12-15"),
    (5, Practice::NeverUsed, "created 2026-01-03, never used"),
    (6, Practice::NoExpiry, "no expiry date"),
    (8, Practice::NoExpiry, "no expiry date"),
];

fn findings(row: fn(usize) -> KeyRow) -> Vec<Finding> {
    let finding = |(index, practice, evidence): (usize, Practice, &str)| {
        let record = row(index).record;
        Finding {
            practice,
            key: Some(record.key),
            group: record.group,
            description: record.description.as_str().to_owned(),
            evidence: evidence.to_owned(),
        }
    };
    FOUND.map(finding).to_vec()
}

/// The keys that findings are about, in their order.
fn cards(row: fn(usize) -> KeyRow) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for finding in findings(row) {
        let key = finding.key.unwrap();
        if let Some(card) = cards.iter_mut().find(|card| card.key == key) {
            card.findings.push(finding);
        } else {
            let description = finding.description.clone();
            cards.push(Card { key, description, findings: vec![finding] });
        }
    }
    cards
}

/// What the door would say.
pub fn answer(query: &Query, row: fn(usize) -> KeyRow) -> Result<Answer, Refusal> {
    let last =
        LastUse { time: Time(NOW.0 - 26_100), source: "10.20.0.31".into(), agent: "dw-export/5.2".into() };
    Ok(match query {
        Query::Review { .. } => Answer::Review(ReviewPage {
            stamp: 1,
            total: 6,
            of: 6,
            accepted: 2,
            counts: Vec::new(),
            offset: 0,
            rows: findings(row),
            looked_at: 9,
            gaps: Vec::new(),
            basis: Basis { made: NOW, revision: 61, limits: Limits::default(), since: None },
        }),
        Query::Deck { .. } => Answer::Deck(Box::new(Deck {
            cards: cards(row),
            total: 4,
            groups: 0,
            accepted: 2,
            looked_at: 9,
            made: NOW,
            gaps: Vec::new(),
        })),
        Query::Key { key } => Answer::Key(Box::new(KeyDetails {
            row: (0..12).map(row).find(|row| row.record.key == *key).unwrap(),
            group_description: "Read-only reporting".into(),
            group_role: Role::Read,
            last_use: Some(last),
            reach: vec!["Asset: select".into(), "Contract: select".into(), "User: select".into()],
        })),
        Query::Impact { keys } => Answer::Impact(Box::new(impact(keys.also[0], last))),
        Query::Rhythm { key } => Answer::Rhythm(Rhythm {
            key: *key,
            calls: (0..30).map(|day| 18 + day * 5 % 7).collect(),
            last: Some(last),
        }),
        _ => return Err(Refusal::Cancelled),
    })
}

/// Who would miss it.
fn impact(key: KeyId, last: LastUse) -> Impact {
    let next = Time(last.time.0 + 86_400);
    let outlook = Outlook::Breaks(next);
    let caller = CallerImpact {
        source: last.source.clone(),
        agent: last.agent.clone(),
        last: last.time,
        calls: 1_617,
        rhythm: Some(Habit { every: 86_400, spread: 60, next }),
        outlook,
        tables: vec!["Asset (select)".into()],
    };
    let since = Some(Time(NOW.0 - 90 * 86_400));
    let told = KeyImpact {
        key,
        description: "Data Warehouse Nightly".into(),
        outlook,
        last: Some(last),
        callers: vec![caller],
        gone: 0,
        since,
    };
    Impact { total: 1, never: 0, refused: 0, silent: 0, unclear: 0, breaks: 1, worst: vec![told], since }
}
