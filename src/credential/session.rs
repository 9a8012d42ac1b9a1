//! Session tokens: random, in memory only, 1200 seconds, bounded, closed for good when their key is disabled.
//!
//! A token stands for a record's number and nothing else: whoever presents one is judged by the live record. Tokens
//! are kept as keyed hashes, so that memory and timing give none away. All of them end with the process.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

use super::keyed::KeyedHash;
use super::mint::random_base62;
use crate::sync::Mutex;

/// A fresh session token, `ct_` and 43 base62 digits: given out once.
pub struct Token(Zeroizing<String>);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// Length in bytes.
    pub const LEN: usize = 46;

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What is kept of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenMark([u8; 16]);

impl fmt::Debug for TokenMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenMark(..)")
    }
}

/// No room for another session, or no randomness to make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("No further session can be opened now")]
pub struct NoSession;

/// When a session ends, and which one: the order in which they go.
type End = (Duration, u64);

#[derive(Default)]
struct Table {
    by_mark: HashMap<TokenMark, (u64, End)>,
    by_end: BTreeMap<End, TokenMark>,
    by_number: HashMap<u64, BTreeMap<End, TokenMark>>,
    opened: u64,
}

/// The open sessions.
pub struct Sessions {
    key: Option<KeyedHash>,
    table: Mutex<Table>,
    room: usize,
    room_of_one: usize,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Sessions {
    /// How long a session lasts.
    pub const LIFETIME: Duration = Duration::from_mins(20);
    /// Sessions at once by default, of all keys.
    pub const ROOM: usize = 100_000;
    /// Sessions at once by default, of one key; beyond it its oldest is closed.
    pub const ROOM_OF_ONE: usize = 1_000;

    /// None open yet; at most `room` in all and `room_of_one` for a key.
    pub fn new(room: usize, room_of_one: usize) -> Self {
        Self { key: KeyedHash::fresh().ok(), table: Mutex::default(), room, room_of_one }
    }

    /// What is kept of a presented token; `None` when it has not the form of one.
    pub fn mark(&self, presented: &str) -> Option<TokenMark> {
        let digits = presented.strip_prefix("ct_")?;
        let good = presented.len() == Token::LEN && digits.bytes().all(|b| b.is_ascii_alphanumeric());
        let key = self.key.as_ref().filter(|_| good)?;
        Some(TokenMark(key.short_tag(&[presented.as_bytes()])))
    }

    /// Opens a session of a record; `now` are the clock's ticks.
    ///
    /// # Errors
    /// [`NoSession`]
    pub fn open(&self, number: u64, now: Duration) -> Result<Token, NoSession> {
        let mut text = Zeroizing::new(String::with_capacity(Token::LEN));
        text.push_str("ct_");
        for digit in random_base62().map_err(|_| NoSession)?.iter() {
            text.push(char::from(*digit));
        }
        let mark = self.mark(&text).ok_or(NoSession)?;
        let mut table = self.lock();
        table.end_all_before(now);
        let own = table.by_number.get(&number);
        if let Some((&end, _)) =
            own.filter(|own| own.len() >= self.room_of_one).and_then(BTreeMap::first_key_value)
        {
            table.end(end);
        }
        if table.by_mark.len() >= self.room {
            return Err(NoSession);
        }
        table.opened += 1;
        let end = (now.saturating_add(Self::LIFETIME), table.opened);
        table.by_mark.insert(mark, (number, end));
        table.by_end.insert(end, mark);
        table.by_number.entry(number).or_default().insert(end, mark);
        Ok(Token(text))
    }

    /// The record that an open session belongs to.
    pub fn number(&self, mark: TokenMark, now: Duration) -> Option<u64> {
        self.lock().by_mark.get(&mark).filter(|(_, (end, _))| *end > now).map(|(number, _)| *number)
    }

    /// Closes all sessions of a record for good; how many there were.
    pub fn close(&self, number: u64) -> u64 {
        let mut table = self.lock();
        let ends: Vec<End> =
            table.by_number.get(&number).map(|own| own.keys().copied().collect()).unwrap_or_default();
        for &end in &ends {
            table.end(end);
        }
        ends.len() as u64
    }

    /// Forgets those whose time is over.
    pub fn end_old(&self, now: Duration) {
        self.lock().end_all_before(now);
    }

    /// How many are open.
    pub fn len(&self, now: Duration) -> usize {
        let mut table = self.lock();
        table.end_all_before(now);
        table.by_mark.len()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn end_all_before(&mut self, now: Duration) {
        while let Some((&end, _)) = self.by_end.first_key_value().filter(|((at, _), _)| *at <= now) {
            self.end(end);
        }
    }

    fn end(&mut self, end: End) {
        let Some(mark) = self.by_end.remove(&end) else { return };
        let Some((number, _)) = self.by_mark.remove(&mark) else { return };
        if let Some(own) = self.by_number.get_mut(&number) {
            own.remove(&end);
            if own.is_empty() {
                self.by_number.remove(&number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_token_stands_for_its_record_for_twenty_minutes_and_no_longer() {
        let sessions = Sessions::new(10, 10);
        let token = sessions.open(7, SECOND).unwrap();
        let mark = sessions.mark(token.expose()).unwrap();
        assert_eq!(token.expose().len(), Token::LEN);
        assert_eq!(sessions.number(mark, SECOND * 1_200), Some(7));
        assert_eq!(sessions.number(mark, SECOND * 1_201), None);
        assert_eq!(format!("{token:?} {mark:?}"), "Token(..) TokenMark(..)");
    }

    #[test]
    fn what_is_not_a_token_or_not_ours_is_nobody() {
        let sessions = Sessions::new(10, 10);
        let stranger = Sessions::new(10, 10).open(7, SECOND).unwrap();
        assert_eq!(sessions.number(sessions.mark(stranger.expose()).unwrap(), SECOND), None);
        assert_eq!(sessions.mark("ct_short"), None);
        assert_eq!(sessions.mark(&stranger.expose().replace("ct_", "cs_")), None);
        assert_eq!(sessions.mark(&format!("ct_{}", "ä".repeat(20))), None);
    }

    #[test]
    fn closing_a_record_ends_its_sessions_and_no_others() {
        let sessions = Sessions::new(10, 10);
        let marks = [1, 1, 2].map(|n| sessions.mark(sessions.open(n, SECOND).unwrap().expose()).unwrap());
        assert_eq!(sessions.close(1), 2);
        assert_eq!(marks.map(|m| sessions.number(m, SECOND)), [None, None, Some(2)]);
        assert_eq!(sessions.len(SECOND), 1);
    }

    #[test]
    fn one_key_pushes_out_only_its_own_oldest_and_a_full_house_opens_no_more() {
        let sessions = Sessions::new(3, 2);
        let mark = |n| sessions.mark(sessions.open(n, SECOND).unwrap().expose()).unwrap();
        let (first, second, third, other) = (mark(1), mark(1), mark(1), mark(2));
        assert_eq!(sessions.number(first, SECOND), None);
        assert_eq!([second, third, other].map(|m| sessions.number(m, SECOND)), [Some(1), Some(1), Some(2)]);
        assert_eq!(sessions.open(3, SECOND).unwrap_err(), NoSession);
        assert!(sessions.open(3, SECOND * 1_201).is_ok(), "what has ended makes room");
    }
}
