//! Rotations in a play: a successor on top of its predecessor, with a history made up here.

use super::Play;
use crate::console::bench::NOW;
use crate::credential::mint_secret;
use crate::model::{
    ApiKey, Days, Environment, Evidence, KeyId, LastUse, Mark, OldCaller, Outlook, Part, Rhythm, Rotation,
    Time,
};
use crate::registry::{Answer, Fresh, Joined, Outcome, Refusal, RotationDetails, RotationDraft};

/// A rotation of these keys that is a day old, as if hr-sync had moved and cron had not.
pub fn details(old: &ApiKey, new: &ApiKey) -> RotationDetails {
    let mark = |ago: i64| Mark { time: Time(NOW.0 - ago), by: old.modified_by.clone() };
    let last = LastUse { time: Time(NOW.0 - 7_200), source: "10.0.0.7".into(), agent: "hr-sync/2.1".into() };
    let every = |next| Rhythm { every: 3_600, spread: 20, next };
    let caller = |source: &str, agent: &str, ago: i64, moved: Option<i64>| OldCaller {
        source: source.into(),
        agent: agent.into(),
        last: Time(NOW.0 - ago),
        rhythm: Some(every(Time(NOW.0 - ago + 3_600))),
        outlook: Outlook::Breaks(Time(NOW.0 - ago + 3_600)),
        moved: moved.map(|ago| Time(NOW.0 - ago)),
    };
    RotationDetails {
        rotation: Rotation {
            number: new.number,
            old: old.key,
            new: new.key,
            started: mark(86_400),
            deadline: None,
            expires_before: None,
            monitoring: Days::WEEK,
            verified: None,
            disabled: None,
        },
        evidence: Evidence {
            old: Some(old.clone()),
            new: Some(new.clone()),
            first_use: Some(last),
            callers: vec![
                caller("10.0.0.9", "cron", 2_760, None),
                caller("10.0.0.7", "hr-sync/2.1", 9_000, Some(120)),
            ],
            old_days: (0..30).map(|day| 20 + day % 7).collect(),
            new_days: (0..30).map(|day| if day < 28 { 0 } else { day }).collect(),
            old_calls: 1_204,
            new_calls: 312,
            refused: Vec::new(),
        },
    }
}

impl Play {
    pub(super) fn rotation(&self, key: KeyId) -> Result<Answer, Refusal> {
        let row = |key| self.keys.iter().find(|row| row.record.key == key).ok_or(Refusal::NoSuchKey(key));
        let joined = row(key)?.rotation.ok_or(Refusal::NotRotating(key))?;
        let (old, new) = match joined.part {
            Part::Old => (key, joined.other),
            Part::New => (joined.other, key),
        };
        Ok(Answer::Rotation(Box::new(details(&row(old)?.record, &row(new)?.record))))
    }

    pub(super) fn start_rotation(&mut self, draft: &RotationDraft) -> Result<(Outcome, Fresh), Refusal> {
        let place = self.keys.iter().position(|row| row.record.key == draft.key);
        let place = place.ok_or(Refusal::NoSuchKey(draft.key))?;
        let mut row = super::row(self.keys.len());
        row.record.description = draft.description.clone().unwrap_or(row.record.description);
        row.record.secret_copied = false;
        let (old, new) = (draft.key, row.record.key);
        self.keys[place].rotation = Some(Joined { part: Part::Old, other: new });
        row.rotation = Some(Joined { part: Part::New, other: old });
        let rotation = details(&self.keys[place].record, &row.record).rotation;
        let record = row.record.clone();
        self.keys.insert(place, row);
        let secret = mint_secret(Environment::Production).map_err(|_| Refusal::Cancelled)?;
        self.secrets.push(secret.expose().to_owned());
        let outcome = Outcome::RotationStarted { rotation, record, cut: false, changes: 2 };
        Ok((outcome, Fresh { key: new, secret }))
    }
}
