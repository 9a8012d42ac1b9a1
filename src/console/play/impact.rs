//! Who would break, in a play: keys that are busy have a caller every hour, others have none that is known.

use super::Play;
use crate::console::bench::NOW;
use crate::console::marks::means;
use crate::model::{ApiKey, KeyId, LastUse, Outlook, Rhythm, Status, Time};
use crate::registry::{CallerImpact, Impact, KeyImpact, KeyRow, Selection, Standing};

impl Play {
    pub(super) fn impact(&self, keys: &Selection) -> Impact {
        let meant: Vec<&KeyRow> = self.keys.iter().filter(|row| means(keys, &row.record)).collect();
        let mut worst: Vec<KeyImpact> = meant.iter().map(|row| self.impact_of(row)).collect();
        worst.sort_by(|a, b| a.outlook.worst_first(b.outlook));
        let count =
            |fits: fn(&Outlook) -> bool| worst.iter().filter(|told| fits(&told.outlook)).count() as u64;
        let mut impact = Impact {
            total: meant.len() as u64,
            never: count(|o| matches!(o, Outlook::Never)),
            refused: count(|o| matches!(o, Outlook::Refused)),
            silent: count(|o| matches!(o, Outlook::Silent(_))),
            unclear: 0,
            breaks: count(|o| o.breaks()),
            worst: Vec::new(),
            since: Some(Time(NOW.0 - 20 * 86_400)),
        };
        worst.truncate(Impact::SHOWN);
        impact.worst = worst;
        impact
    }

    /// Why a key stopped.
    pub(super) fn standing(&self, key: KeyId) -> Standing {
        let record = self.keys.iter().find(|row| row.record.key == key).map(|row| &row.record);
        match record {
            Some(record) if record.status == Status::Disabled => {
                Standing::Disabled { by: record.modified_by.clone(), at: record.modified }
            }
            Some(ApiKey { last_used: Some(last), .. }) => Standing::Well { last: *last },
            _ => Standing::NeverCalled { since: record.map_or(NOW, |record| record.created) },
        }
    }

    fn impact_of(&self, row: &KeyRow) -> KeyImpact {
        let record = &row.record;
        let busy = self.busy.contains(&record.key);
        let next = Time(NOW.0 + 840);
        let outlook = match record.last_used {
            _ if record.status == Status::Disabled => Outlook::Refused,
            _ if busy => Outlook::Breaks(next),
            None => Outlook::Never,
            Some(last) => Outlook::Silent(last),
        };
        let last = Time(NOW.0 - 46 * 60);
        let caller = CallerImpact {
            source: "10.0.0.7".into(),
            agent: "hr-sync/2.1".into(),
            last,
            calls: 1_234,
            rhythm: Some(Rhythm { every: 3_600, spread: 20, next }),
            outlook,
            tables: vec!["Asset (select, update)".into(), "Loan (select)".into()],
        };
        KeyImpact {
            key: record.key,
            description: record.description.as_str().to_owned(),
            outlook,
            last: busy.then(|| LastUse {
                time: last,
                source: caller.source.clone(),
                agent: caller.agent.clone(),
            }),
            callers: if busy { vec![caller] } else { Vec::new() },
            gone: 0,
            since: Some(Time(NOW.0 - 20 * 86_400)),
        }
    }
}
