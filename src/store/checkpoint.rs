//! The thread that brings the checkpoint up to date: it reads the journal's lines as opening would, a few seconds after
//! the last change and once more at close.
//!
//! It starts from what the checkpoint holds and compares counts and digest with the writer's at the end, so that a
//! wrong checkpoint is never called right. Knows nothing of callers; the registry never waits for it but at close.

use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::codec::{self, Seal};
use super::delta;
use super::head::Head;
use super::index::{Chunk, Index};
use super::journal::{Position, walk};
use super::ledger::{group_worth, key_worth, note_worth, rotation_worth};
use super::line::Line;
use super::reader::Shared;
use super::state::STRIDE;
use crate::clock::{Clock, SystemClock};
use crate::model::ChangeKind;

/// How long changes are gathered before the checkpoint follows.
const PAUSE: Duration = Duration::from_secs(3);
/// How many lines one transaction takes.
const LINES: u64 = 1000;

enum Order {
    Reach(Head),
    Finish,
}

/// The running thread.
#[derive(Debug)]
pub(super) struct Checkpoint {
    orders: Sender<Order>,
    thread: Option<JoinHandle<Result<(), String>>>,
}

impl Checkpoint {
    /// Starts the thread; the checkpoint stands at `at`.
    pub(super) fn start(index: Index, at: Head, journal: File, shared: Arc<Shared>) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let mut worker = Worker { index, at, journal, shared };
        let thread = thread::Builder::new().name("checkpoint".into()).spawn(move || worker.run(&inbox))?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// There is more to follow.
    pub(super) fn reach(&self, head: Head) {
        // A thread that ended has said why in its result, which `finish` gives.
        let _ = self.orders.send(Order::Reach(head));
    }

    /// Brings the checkpoint to the last head and ends the thread.
    pub(super) fn finish(&mut self) -> Result<(), String> {
        let _ = self.orders.send(Order::Finish);
        self.thread
            .take()
            .map_or(Ok(()), |t| t.join().unwrap_or_else(|_| Err("its thread gave up".to_owned())))
    }
}

struct Worker {
    index: Index,
    at: Head,
    journal: File,
    shared: Arc<Shared>,
}

impl Worker {
    fn run(&mut self, inbox: &Receiver<Order>) -> Result<(), String> {
        let clock = SystemClock::new();
        while let Ok(Order::Reach(mut target)) = inbox.recv() {
            let until = clock.ticks() + PAUSE;
            let mut finish = false;
            loop {
                match inbox.recv_timeout(until.saturating_sub(clock.ticks())) {
                    Ok(Order::Reach(next)) => target = next,
                    Ok(Order::Finish) | Err(RecvTimeoutError::Disconnected) => finish = true,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if finish || clock.ticks() >= until {
                    break;
                }
            }
            self.follow(&target)?;
            if finish {
                break;
            }
        }
        Ok(())
    }

    /// Brings the checkpoint to this head.
    fn follow(&mut self, target: &Head) -> Result<(), String> {
        if self.at == *target {
            return Ok(());
        }
        let (mut at, mut chunk, mut lines) = (self.at, Chunk::default(), 0);
        let Self { index, journal, .. } = self;
        walk(journal, Position::from(&at), target.length, &mut |line, offset, after| {
            take_line(index, line, offset, &mut at, &mut chunk)?;
            (at.revision, at.chain, at.length, at.time) =
                (after.revision, after.chain, after.length, line.time);
            lines += 1;
            if lines == LINES && after.revision < target.revision {
                lines = 0;
                index.write(std::mem::take(&mut chunk), &at).map_err(|e| e.to_string())?;
            }
            Ok(())
        })
        .map_err(|broken| format!("revision {}: {}", broken.after.revision + 1, broken.what))?;
        if at != *target {
            return Err("its digest is not the journal's".to_owned());
        }
        index.write(chunk, &at).and_then(|()| index.sync()).map_err(|e| e.to_string())?;
        self.at = at;
        self.shared.checkpoint_reached(at.length);
        Ok(())
    }
}

/// Does to the checkpoint's records what a line says, and to counts and digest with them.
fn take_line(
    index: &Index,
    line: &Line<'_>,
    offset: u64,
    at: &mut Head,
    chunk: &mut Chunk,
) -> Result<(), String> {
    let text = |e: codec::CodecError| e.to_string();
    if (line.rev - 1).is_multiple_of(STRIDE) {
        chunk.offsets.push((line.rev, offset));
    }
    if matches!(line.kind, ChangeKind::GroupCreated | ChangeKind::GroupEdited | ChangeKind::GroupDeleted) {
        let code = line.group.as_bytes().to_vec();
        let old = match chunk.groups.get(&code) {
            Some(value) => value.clone(),
            None => index.group(&line.group).map_err(|e| e.to_string())?.map(|v| v.to_vec()),
        };
        let before = old.as_deref().map(codec::decode_group).transpose().map_err(text)?;
        let after = match line.kind {
            ChangeKind::GroupDeleted => None,
            _ => Some(delta::put_group(before.as_ref(), line).ok_or("a group cannot be read")?),
        };
        let worth = |group| group_worth(group).map_err(text);
        at.digest = at.digest.wrapping_sub(worth(before.as_ref())?).wrapping_add(worth(after.as_ref())?);
        at.groups = (at.groups + u64::from(after.is_some())).saturating_sub(u64::from(before.is_some()));
        chunk.groups.insert(code, after.as_ref().map(codec::encode_group).transpose().map_err(text)?);
        return Ok(());
    }
    if matches!(
        line.kind,
        ChangeKind::FindingAccepted
            | ChangeKind::AcceptanceWithdrawn
            | ChangeKind::KeySeen
            | ChangeKind::SightingForgotten
    ) {
        return take_note(index, line, at, chunk);
    }
    let number = line.number.ok_or("it names no key")?;
    if matches!(
        line.kind,
        ChangeKind::RotationStarted
            | ChangeKind::RotationAdvanced
            | ChangeKind::RotationFinished
            | ChangeKind::RotationAbandoned
    ) {
        return take_rotation(index, line, number, at, chunk);
    }
    if line.kind == ChangeKind::KeyCreated {
        let key = delta::created_key(line).ok_or("it lacks a field of a new key")?;
        let seal =
            line.after.as_deref().and_then(delta::Fields::seal).ok_or("it lacks the hash of a new key")?;
        at.digest = at.digest.wrapping_add(key_worth(&key, seal).map_err(text)?);
        at.keys += 1;
        at.next_number = at.next_number.max(number + 1);
        chunk.keys.insert(number, Some(codec::encode_key(&key, seal).map_err(text)?));
        return Ok(());
    }
    let old = match chunk.keys.get(&number) {
        Some(value) => value.clone(),
        None => index.key(number).map_err(|e| e.to_string())?.map(|v| v.to_vec()),
    };
    let old = old.ok_or("it changes a key that is not there")?;
    let stored = codec::decode_key(&old).map_err(text)?;
    let (before, seal): (_, Seal<'_>) = (stored.key.to_key(), stored.seal);
    at.digest = at.digest.wrapping_sub(key_worth(&before, seal).map_err(text)?);
    let value = if line.kind == ChangeKind::KeyDeleted {
        at.keys = at.keys.saturating_sub(1);
        None
    } else {
        let after = delta::edited_key(&before, line).ok_or("a field of it cannot be read")?;
        at.digest = at.digest.wrapping_add(key_worth(&after, seal).map_err(text)?);
        Some(codec::encode_key(&after, seal).map_err(text)?)
    };
    chunk.keys.insert(number, value);
    Ok(())
}

fn take_rotation(
    index: &Index,
    line: &Line<'_>,
    number: u64,
    at: &mut Head,
    chunk: &mut Chunk,
) -> Result<(), String> {
    let text = |e: codec::CodecError| e.to_string();
    let old = match chunk.rotations.get(&number) {
        Some(value) => value.clone(),
        None => index.rotation(number).map_err(|e| e.to_string())?.map(|v| v.to_vec()),
    };
    let before = old.as_deref().map(codec::decode_rotation).transpose().map_err(text)?;
    let after = delta::put_rotation(line).ok_or("its rotation does not fit its kind")?;
    let worth = |rotation| rotation_worth(rotation).map_err(text);
    at.digest = at.digest.wrapping_sub(worth(before.as_ref())?).wrapping_add(worth(after)?);
    chunk.rotations.insert(number, after.map(codec::encode_rotation).transpose().map_err(text)?);
    Ok(())
}

fn take_note(index: &Index, line: &Line<'_>, at: &mut Head, chunk: &mut Chunk) -> Result<(), String> {
    let text = |e: codec::CodecError| e.to_string();
    let (name, after) = delta::put_note(line).ok_or("its note does not fit its kind")?;
    let old = match chunk.notes.get(&name) {
        Some(value) => value.clone(),
        None => index.note(&name).map_err(|e| e.to_string())?.map(|v| v.to_vec()),
    };
    let before = old.as_deref().map(codec::decode_note).transpose().map_err(text)?;
    let worth = |note| note_worth(note).map_err(text);
    at.digest = at.digest.wrapping_sub(worth(before.as_ref())?).wrapping_add(worth(after)?);
    chunk.notes.insert(name, after.map(codec::encode_note).transpose().map_err(text)?);
    Ok(())
}
