//! A console over made-up keys that are the same each time.

use claviger::console::{App, Effect, Event, Theme, chords, start, update, view};
use claviger::model::{ApiKey, Environment, KeyId, Status, Time};
use claviger::registry::{Answer, Health, KeyRow, KeysPage, Overview, Query, Refusal};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::time::Duration;

const DAY: i64 = 86_400;
/// 2026-03-02 09:30 UTC.
pub const NOW: Time = Time(1_772_443_800);

/// Description, group, environment, Active, created so many days ago, last used so many hours ago, owner.
type Made = (&'static str, &'static str, Environment, bool, i64, Option<i64>, &'static str);

const KEYS: [Made; 12] = [
    ("HR System Integration - March 2026", "API_HR", Environment::Production, true, 1, Some(1), "Ada Keller"),
    ("Monitoring Dashboard", "API_READ", Environment::Production, true, 4, Some(0), "Operations"),
    ("Azure AD Sync", "API_SYNC", Environment::Production, true, 19, Some(2), "Identity"),
    ("Azure AD Sync (staging)", "API_SYNC", Environment::Staging, true, 19, Some(30), "Identity"),
    ("Service Desk Export", "API_READ", Environment::Production, true, 41, Some(5), "Service Desk"),
    ("Stock Take Scanner", "API_SCAN", Environment::Development, true, 58, None, "Warehouse"),
    ("Data Warehouse Nightly", "API_READ", Environment::Production, true, 77, Some(7), "Finance Systems"),
    ("Niederlassung Zürich", "API_HR", Environment::Production, true, 90, Some(49), "Ada Keller"),
    ("東京 Asset Gateway", "API_SYNC", Environment::Production, true, 112, Some(3), "Warehouse"),
    ("HR System Integration", "API_HR", Environment::Production, false, 118, Some(26), "Ada Keller"),
    ("Contractor Portal", "API_READ", Environment::Staging, false, 164, Some(24 * 61), "Facilities"),
    ("Full Admin Migration", "API_ADMIN", Environment::Production, false, 301, Some(24 * 200), "Operations"),
];

fn row(index: usize) -> KeyRow {
    let (description, group, environment, active, created, used, owner) = KEYS[index];
    let seed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let digits = std::array::from_fn(|place| {
        let mixed = (seed ^ (seed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9 + 2 * place as u64);
        (mixed >> 40).to_le_bytes()[0] & 31
    });
    let created = Time(NOW.0 - created * DAY - 3_600);
    KeyRow {
        record: ApiKey {
            number: (KEYS.len() - index) as u64,
            key: KeyId::from_digits(environment, digits),
            description: description.parse().unwrap(),
            group: group.parse().unwrap(),
            status: if active { Status::Active } else { Status::Disabled },
            created,
            modified: created,
            modified_by: "ada".parse().unwrap(),
            last_used: used.map(|hours| Time(NOW.0 - hours * 3_600 - 900)),
            expires: None,
            rotate_every: None,
            owner: Some(owner.parse().unwrap()),
            secret_copied: true,
        },
        unsaved: false,
        revision: 0,
        rotation: None,
    }
}

fn answer(query: &Query) -> Result<Answer, Refusal> {
    let total = KEYS.len() as u64;
    match query {
        Query::Overview => Ok(Answer::Overview(Overview {
            revision: 61,
            written: Some(Time(NOW.0 - 3_000)),
            keys: total,
            active: KEYS.iter().filter(|key| key.3).count() as u64,
            due: 3,
            refused: vec![0, 1, 0, 0, 2, 0, 0, 5, 3, 0, 1, 0],
            groups: 5,
            health: Health::Good,
            notes: Vec::new(),
            actor: None,
        })),
        Query::Keys { .. } => {
            let rows = (0..KEYS.len()).map(row).collect();
            Ok(Answer::Keys(KeysPage { revision: 61, total, of: total, offset: 0, rows, found: None }))
        }
        other => super::cards::answer(other, row),
    }
}

/// Answers all questions, and those that follow from the answers.
fn settle(app: &mut App, effects: Vec<Effect>) {
    let mut waiting = effects;
    while let Some(effect) = waiting.pop() {
        if let Effect::Ask { id, slot, query } = effect {
            let result = Box::new(answer(&query));
            waiting.extend(update(app, Event::Answered { id, slot, result }));
        }
    }
}

/// The screen API Keys with the cursor some rows down.
pub fn keys_screen(columns: u16, rows: u16) -> Buffer {
    screen("jj", columns, rows)
}

/// A card of the review.
pub fn card_screen(columns: u16, rows: u16) -> Buffer {
    screen("<backtab>cs", columns, rows)
}

fn screen(keys: &str, columns: u16, rows: u16) -> Buffer {
    let mut app = App::new(Theme::new(true), (columns, rows), NOW, Duration::ZERO);
    let effects = start(&mut app);
    settle(&mut app, effects);
    for key in chords(keys) {
        let effects = update(&mut app, Event::Key(key));
        settle(&mut app, effects);
    }
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(&app, frame)).unwrap();
    terminal.backend().buffer().clone()
}
