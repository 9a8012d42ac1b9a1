//! A bench for tests of one layer: keys go in, effects and screens come out, without an app around it.

use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use ratatui::{Frame, Terminal};
use std::fmt::Write;
use std::time::Duration;

use super::effect::{Effect, Outbox, RequestId, Slot};
use super::event::ClipboardReport;
use super::keymap::{Place, chords, resolve};
use super::layer::{Layer, Stage, Turn};
use super::theme::Theme;
use crate::model::{ApiKey, Description, Environment, GroupCode, KeyId, Role, Status, Time};
use crate::registry::{
    Answer, Command, Done, GroupRow, GroupsPage, KeyDetails, KeyRow, Outcome, Query, Refusal,
};

/// 2026-03-01 00:00 UTC.
pub const NOW: Time = Time(1_772_323_200);

/// One layer, what it asked for, and what it became.
pub struct Bench {
    /// The layer on top; `None` once it closed.
    pub layer: Option<Box<dyn Layer>>,
    /// Its outbox.
    pub outbox: Outbox,
}

impl Bench {
    /// Opens a layer.
    pub fn open(make: impl FnOnce(&mut Outbox) -> Box<dyn Layer>) -> Self {
        let mut outbox = Outbox::at(NOW, Duration::from_secs(100));
        let layer = Some(make(&mut outbox));
        Self { layer, outbox }
    }

    fn take(&mut self, turn: Turn) {
        match turn {
            Turn::Stay => {}
            Turn::Close => self.layer = None,
            Turn::Replace(layer) => self.layer = Some(layer),
            other => panic!("not expected of a dialog: {other:?}"),
        }
    }

    fn with(&mut self, act: impl FnOnce(&mut dyn Layer, &mut Outbox) -> Turn) -> &mut Self {
        let mut layer = self.layer.take().expect("the layer is closed");
        let turn = act(&mut *layer, &mut self.outbox);
        self.layer = Some(layer);
        self.take(turn);
        self
    }

    /// Presses the keys of a text such as `jt<enter>`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in chords(keys) {
            let mut places = self.layer.as_ref().expect("the layer is closed").places().to_vec();
            places.push(Place::Always);
            if let Some(action) = resolve(&places, key) {
                self.with(|layer, outbox| layer.act(action, outbox));
            }
        }
        self
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.with(|layer, outbox| layer.paste(text, outbox))
    }

    /// Answers the latest query of a slot.
    pub fn answer(&mut self, slot: Slot, answer: Answer) -> &mut Self {
        self.with(|layer, outbox| layer.answered(slot, &Ok(answer), outbox))
    }

    /// Refuses the latest query of a slot.
    pub fn refuse(&mut self, slot: Slot, refusal: Refusal) -> &mut Self {
        self.with(|layer, outbox| layer.answered(slot, &Err(refusal), outbox))
    }

    /// Says what came of the command it waits for.
    pub fn done(&mut self, result: Result<Done, Refusal>) -> &mut Self {
        let waits: Option<RequestId> = self.layer.as_ref().and_then(|layer| layer.awaits());
        assert!(waits.is_some(), "it waits for nothing");
        self.with(|layer, outbox| layer.done(result, outbox))
    }

    /// A report of the clipboard.
    pub fn clipboard(&mut self, report: &ClipboardReport) -> &mut Self {
        self.with(|layer, outbox| layer.clipboard(report, outbox))
    }

    /// The commands it gave since the last look.
    pub fn commands(&mut self) -> Vec<Command> {
        let effects = std::mem::take(&mut self.outbox.effects);
        let command =
            |effect| if let Effect::Execute { command, .. } = effect { Some(*command) } else { None };
        effects.into_iter().filter_map(command).collect()
    }

    /// The queries it asked since the last look.
    pub fn queries(&mut self) -> Vec<Query> {
        let effects = std::mem::take(&mut self.outbox.effects);
        let query = |effect| if let Effect::Ask { query, .. } = effect { Some(query) } else { None };
        effects.into_iter().filter_map(query).collect()
    }

    /// The text of the message, if there is one.
    pub fn toast(&self) -> String {
        self.outbox.toast.as_ref().map_or_else(String::new, |toast| format!("{}; {}", toast.text, toast.hint))
    }

    /// The screen as text, one line a row, and below it which parts carry which style.
    pub fn screen(&self, columns: u16, rows: u16) -> String {
        self.drawn(columns, rows, true).0
    }

    /// The screen of `--color never`.
    pub fn mono(&self, columns: u16, rows: u16) -> String {
        self.drawn(columns, rows, false).0
    }

    /// Whether a text stands in any cell of the screen, line breaks and gaps aside.
    pub fn shows(&self, columns: u16, rows: u16, text: &str) -> bool {
        self.drawn(columns, rows, true).1.contains(text)
    }

    fn drawn(&self, columns: u16, rows: u16, color: bool) -> (String, String) {
        let theme = Theme::new(color);
        let stage = Stage { theme: &theme, now: self.outbox.now, ticks: self.outbox.ticks };
        picture(columns, rows, |frame| {
            if let Some(layer) = &self.layer {
                layer.draw(frame, frame.area(), stage);
            }
        })
    }
}

/// The screen as text with the legend of its styles, and all its characters without gaps.
pub fn picture(columns: u16, rows: u16, draw: impl FnOnce(&mut Frame)) -> (String, String) {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(draw).unwrap();
    let buffer = terminal.backend().buffer();
    let (mut text, mut styles, mut plain) = (String::new(), String::new(), String::new());
    for y in 0..rows {
        let mut line = String::new();
        let mut skip = 0;
        let mut run: Option<(String, String)> = None;
        for x in 0..columns {
            let cell = &buffer[(x, y)];
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = super::draw::width(cell.symbol()).saturating_sub(1);
            line.push_str(cell.symbol());
            let style = legend(cell.fg, cell.modifier);
            match &mut run {
                Some((name, part)) if *name == style => part.push_str(cell.symbol()),
                _ => {
                    push_run(&mut styles, y, run.take());
                    run = Some((style, cell.symbol().to_owned()));
                }
            }
        }
        push_run(&mut styles, y, run);
        text.push_str(line.trim_end());
        text.push('\n');
        plain.extend(line.chars().filter(|c| !c.is_whitespace()));
    }
    (format!("{text}--\n{styles}"), plain)
}

fn legend(color: Color, modifier: Modifier) -> String {
    let color = if color == Color::Reset { String::new() } else { format!("{color:?} ") };
    let modifier = if modifier.is_empty() { String::new() } else { format!("{modifier:?}") };
    format!("{color}{modifier}").trim().to_owned()
}

fn push_run(styles: &mut String, y: u16, run: Option<(String, String)>) {
    let Some((name, part)) = run else { return };
    let part = part.trim();
    let border = part.is_empty() || part.chars().all(|c| "─│╭╮╰╯ ".contains(c));
    if !name.is_empty() && !border {
        writeln!(styles, "{y:>2} {name}: {part}").unwrap();
    }
}

/// The groups that a test store has.
pub fn groups(rows: &[(&str, &str, Role)]) -> Answer {
    let row = |(code, description, role): &(&str, &str, Role)| GroupRow {
        code: code.parse().unwrap(),
        description: (*description).to_owned(),
        role: *role,
        restricted: false,
        tables: 0,
        filters: 0,
        keys: 0,
        environments: Vec::new(),
        touched: None,
    };
    let total = u64::try_from(rows.len()).unwrap();
    Answer::Groups(GroupsPage {
        revision: 1,
        total,
        of: total,
        offset: 0,
        rows: rows.iter().map(row).collect(),
    })
}

/// A record.
pub fn record(description: &str) -> ApiKey {
    ApiKey {
        number: 1,
        key: KeyId::from_digits(Environment::Production, [7; 16]),
        description: Description::parse(description).unwrap(),
        group: "HR_READ".parse::<GroupCode>().unwrap(),
        status: Status::Active,
        created: NOW,
        modified: NOW,
        modified_by: "ada".parse().unwrap(),
        last_used: None,
        expires: None,
        rotate_every: None,
        owner: None,
        secret_copied: false,
    }
}

/// All about a key with this record.
pub fn details(record: ApiKey) -> KeyDetails {
    KeyDetails {
        row: KeyRow { record, unsaved: false, revision: 0, rotation: None },
        group_description: "HR read-only".into(),
        group_role: Role::Read,
        last_use: None,
        reach: Vec::new(),
    }
}

/// What a command came to.
pub fn done(outcome: Outcome) -> Done {
    Done { revision: 2, outcome, fresh: None }
}
