//! "May it …?" answered with the ladder, and what an edit of a group would give and take.

use super::command::GroupEdit;
use super::groups::{check, edited};
use super::query::{Asked, Explained, Preview, Rung};
use super::{Refusal, Registry};
use crate::model::{Group, GroupCode, Request, decide, difference};

impl Registry {
    /// May a member of this group do that, and why?
    pub(super) fn explain(&self, code: &GroupCode, asked: &Asked) -> Result<Explained, Refusal> {
        Ok(explained(&self.find_group(code)?, asked))
    }

    /// What an edit would change for the keys of the group.
    pub(super) fn preview(&self, code: &GroupCode, edit: GroupEdit) -> Result<Preview, Refusal> {
        let before = self.find_group(code)?;
        let after = edited(&before, edit);
        check(&after)?;
        let index = self.read();
        let users =
            index.newest_first().map(|live| live.record).filter(|record| record.group == code.as_str());
        let first = users.take(20).map(|record| (record.key, record.to_description())).collect();
        let found = difference(&before, &after);
        Ok(Preview {
            keys: index.group(code).map_or(0, |g| g.keys),
            first,
            lost: found.lost,
            changed: found.changed,
            gained: found.gained,
        })
    }
}

/// The decision of a group as values that can travel.
fn explained(group: &Group, asked: &Asked) -> Explained {
    let request = Request {
        table: asked.table.as_ref().map(|(table, operation)| (table.as_str(), *operation)),
        menu: asked.menu.as_deref(),
        record: asked.record.as_ref(),
    };
    let decision = decide(group, &request);
    let rung = |step: &crate::model::Step<'_>| Rung {
        name: step.name(),
        passed: step.passed,
        mend: step.mend(group),
    };
    Explained {
        allowed: decision.allowed(),
        ladder: decision.steps().map(rung).collect(),
        filter: decision.filter.and_then(|filter| filter.expression().ok()),
        record_filter: decision.filter.cloned(),
    }
}
