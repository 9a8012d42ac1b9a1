//! `store check`: reads everything, changes nothing, and says what is wrong.

use std::path::Path;

use super::entry::StoreError;
use super::holding::Lock;
use super::place;
use super::survey::{Finding, Survey};
use crate::model::Time;

/// What `store check` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Revision that the journal reaches, chain and checksums verified up to there.
    pub revision: u64,
    /// When that change was made; `None` where there is none.
    pub written: Option<Time>,
    /// Keys that live at that revision.
    pub keys: u64,
    /// Groups that live at that revision.
    pub groups: u64,
    /// What is wrong; empty in a healthy store.
    pub findings: Vec<Finding>,
}

/// Verifies every record, the whole chain of changes, `head` and the checkpoint. `progress` gets bytes of the journal.
///
/// # Errors
/// [`StoreError::Held`] while another process has the store, [`StoreError::Refused`] where its place cannot be trusted
/// or a newer program wrote it, [`StoreError::Disk`] where it cannot be read.
pub fn check(dir: &Path, progress: &dyn Fn(u64, u64)) -> Result<Checked, StoreError> {
    place::set_umask();
    let dir = place::resolve(dir)?;
    place::check_directory(&dir)?;
    let _lock = Lock::take(&dir)?;
    place::check_files(&dir)?;
    let survey = Survey::of(&dir, progress)?;
    let (at, time) = survey.reached;
    Ok(Checked {
        revision: at.revision,
        written: (at.revision > 0).then_some(Time(time)),
        keys: survey.told.ledger.keys,
        groups: survey.told.ledger.groups,
        findings: survey.findings,
    })
}
