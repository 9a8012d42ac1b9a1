//! Tells a story at one door: gives commands, asks queries, and notes what came of each.

use std::collections::BTreeSet;

use claviger::registry::{Command, Door, Outcome, Query, Ticket, Verdict};
use serde::Serialize;

/// The names of all variants, and of one of them: a new one does not compile before it is named here, and the test
/// fails before it is part of the story.
macro_rules! variants {
    ($type:ident: $($variant:ident)*) => {
        impl Named for $type {
            const ALL: &'static [&'static str] = &[$(stringify!($variant)),*];

            fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant)),*
                }
            }
        }
    };
}

pub trait Named {
    const ALL: &'static [&'static str];
    fn name(&self) -> &'static str;
}

variants!(Command: CreateKey EditKey SetStatus UndoStatus DeleteKeys ConfirmCopied ImportKeys CreateGroup EditGroup
    DeleteGroup StartRotation AdvanceRotation FinishRotation AbandonRotation AcceptFinding
    WithdrawAcceptance NoteSightings ForgetSightings FillDemo);
variants!(Query: Keys Key Selected DescriptionInUse Groups Group Changes Explain PreviewGroup History Rhythm Impact
    Standing Rotation Rotations Due Replay Tightest Review Accepted Evidence Deck Overview Why);

/// One store and the story that is told of it; random Keys are called by the order of their coming.
pub struct Teller<'a> {
    pub door: &'a dyn Door,
    pub keys: Vec<String>,
    pub story: Vec<String>,
    /// Names of the commands and queries that are part of it.
    told: BTreeSet<&'static str>,
}

impl<'a> Teller<'a> {
    /// Nothing was told yet.
    pub fn at(door: &'a dyn Door) -> Self {
        Self { door, keys: Vec::new(), story: Vec::new(), told: BTreeSet::new() }
    }

    /// That nothing was left out.
    pub fn told_all(&self) {
        let all: BTreeSet<_> = Command::ALL.iter().chain(Query::ALL).copied().collect();
        assert_eq!(self.told, all, "each command and each query is part of the story");
    }

    pub fn note(&mut self, value: &impl Serialize) {
        let mut text = serde_json::to_string(value).unwrap();
        for (place, key) in self.keys.iter().enumerate() {
            text = text.replace(key, &format!("KEY{place}"));
        }
        self.story.push(text);
    }

    pub fn run(&mut self, command: Command) -> Option<Outcome> {
        self.told.insert(command.name());
        match self.door.execute(command, &Ticket::new()) {
            Ok(done) => {
                if let Some(fresh) = &done.fresh {
                    self.keys.push(fresh.key.to_string());
                    let verdict = self.door.verify(fresh.key.as_str(), &fresh.secret).unwrap();
                    self.note(&verdict);
                    assert!(matches!(verdict, Verdict::Valid(_)));
                }
                self.note(&(done.revision, &done.outcome));
                Some(done.outcome)
            }
            Err(refusal) => {
                self.note(&(&refusal, refusal.to_string(), refusal.hint()));
                None
            }
        }
    }

    pub fn ask(&mut self, query: Query) {
        self.told.insert(query.name());
        match self.door.ask(query, &Ticket::new()) {
            Ok(answer) => self.note(&answer),
            Err(refusal) => self.note(&(&refusal, refusal.to_string(), refusal.hint())),
        }
    }
}
