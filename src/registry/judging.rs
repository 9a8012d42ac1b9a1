//! What a proved credential may do: the live record is read once more, then one pure function decides.
//!
//! Proof and decision never meet in a cache. Everything here happens under one read of the index, and whoever disables,
//! deletes or edits writes the index before the change is acknowledged: a request sent after that cannot see what was.

use super::Registry;
use super::index::{Index, Live};
use super::proving::{By, Look, Proven};
use super::query::Rung;
use super::reasons::{Fault, Shortfall};
use crate::credential::{NoSession, Token};
use crate::model::{
    Description, Environment, Group, GroupCode, GroupPlace, KeyId, RecordFilter, Reference, Request, Role,
    decide, text,
};

/// Longest expression of a record filter that can be handed on in a header, in bytes.
const LONGEST_EXPRESSION: usize = 2_048;
/// Longest text of a caller that is kept with a reason, in characters.
const LONGEST_NOTE: usize = 200;

/// What is to become of a record filter that the application must apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterUse {
    /// It is told to the application, which asked.
    Told,
    /// The route says that the application applies it; it travels in a header, so its length has an end.
    InHeader,
    /// Nobody would apply it: refused.
    Nobody,
}

/// What a request is about.
#[derive(Debug, Clone, Copy)]
pub enum Wish<'a> {
    /// A table, a menu item, both or neither.
    Request(Request<'a>, FilterUse),
    /// A path that every valid key may ask for.
    Open,
    /// A path that no table or menu item answers to.
    Unanswered,
    /// Something that could be read two ways: what is wrong with it.
    Unclear(&'static str),
}

/// What a request is about, and who sends it as the application says.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The wish.
    pub wish: Wish<'a>,
    /// Address of the end user, as told.
    pub source: Option<&'a str>,
    /// Program of the end user, as told.
    pub agent: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    /// A wish from nobody in particular.
    pub const fn of(wish: Wish<'a>) -> Self {
        Self { wish, source: None, agent: None }
    }
}

/// The answer to a request that may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowed {
    /// The Key.
    pub key: KeyId,
    /// What it is for.
    pub description: Description,
    /// Its group.
    pub group: GroupCode,
    /// Its environment.
    pub environment: Environment,
    /// The filter that the application must apply, with its one line.
    pub filter: Option<(RecordFilter, String)>,
}

/// A refusal: all that its caller may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied {
    /// Which of the two texts.
    pub text: DeniedText,
    /// Names its reason.
    pub reference: Reference,
    /// The Key, where one is known.
    pub key: Option<KeyId>,
    /// Whether the caller proved to have the Secret.
    pub proved: bool,
}

/// The two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeniedText {
    /// 401
    InvalidApiKey,
    /// 403
    InsufficientPermissions,
}

/// Why no session was opened.
#[derive(Debug)]
pub enum Unopened {
    /// The credential is not good.
    Denied(Denied),
    /// There is no room.
    Full,
}

impl Registry {
    /// Refuses a credential, and keeps why.
    pub fn deny(&self, key: Option<KeyId>, fault: Fault) -> Denied {
        let proved = fault.proved();
        let reference = self.reasons.invalid(self.clock.now(), key, fault);
        Denied { text: DeniedText::InvalidApiKey, reference, key, proved }
    }

    /// What a look that is not a proof amounts to.
    ///
    /// # Errors
    /// [`Denied`] for anything but a proof.
    pub fn proven(&self, look: Look) -> Result<Proven, Denied> {
        match look {
            Look::Proven(proven) => Ok(proven),
            Look::Invalid(key, fault) => Err(self.deny(key, fault)),
            // Whoever gives up before Argon2 has spoken has proved nothing.
            Look::Pending(_) => Err(self.deny(None, Fault::Hash)),
        }
    }

    /// May the holder of this credential do that, at this moment?
    ///
    /// # Errors
    /// [`Denied`], its reason kept.
    pub fn judge(&self, proven: &Proven, wanted: &Wanted<'_>) -> Result<Allowed, Denied> {
        let index = self.read();
        let live = self.usable(&index, proven)?;
        let record = live.record;
        let group = index.group(record.group).map(|g| &g.group);
        let short = |group: &Group, (ladder, place)| {
            let clip = |text: Option<&str>| text.map(|t| t.chars().take(LONGEST_NOTE).collect());
            let (source, agent) = (clip(wanted.source), clip(wanted.agent));
            let shortfall = Shortfall { group: group.code.clone(), ladder, place, source, agent };
            let reference = self.reasons.insufficient(self.clock.now(), record.key, shortfall);
            let (text, key) = (DeniedText::InsufficientPermissions, Some(record.key));
            Denied { text, reference, key, proved: true }
        };
        // A record names a group that exists: the door sees to that. If it did not, the key would be of no use.
        let group = group.ok_or_else(|| self.deny(Some(record.key), Fault::Unknown))?;
        let filter = weigh(group, &wanted.wish).map_err(|why| short(group, why))?;
        Ok(Allowed {
            key: record.key,
            description: record.to_description(),
            group: record.to_group(),
            environment: record.key.environment(),
            filter,
        })
    }

    /// Opens a session for the holder of a Key and Secret.
    ///
    /// # Errors
    /// [`Unopened`]
    pub fn open_session(&self, proven: &Proven) -> Result<Token, Unopened> {
        // The index stays read while the session is entered: a disable that comes now closes it, one that came before
        // is seen.
        let index = self.read();
        let live = self.usable(&index, proven).map_err(Unopened::Denied)?;
        let (number, key) = (live.record.number, live.record.key);
        if matches!(proven.by, By::Token(_)) {
            return Err(Unopened::Denied(self.deny(Some(key), Fault::TokenAtLogon)));
        }
        self.sessions.open(number, self.ticks()).map_err(|NoSession| Unopened::Full)
    }

    /// How many sessions are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions.len(self.ticks())
    }

    pub(super) fn usable<'i>(&self, index: &'i Index, proven: &Proven) -> Result<Live<'i>, Denied> {
        let (live, named, gone) = match proven.by {
            By::Secret { slot, number, key } => {
                (index.live(slot).filter(|l| l.record.number == number), Some(key), Fault::Unknown)
            }
            By::Token(mark) => {
                let number = self.sessions.number(mark, self.ticks());
                (number.and_then(|n| index.live(index.slot_of(n)?)), None, Fault::Session)
            }
        };
        let Some(live) = live else { return Err(self.deny(named, gone)) };
        Fault::of(live.record, live.is_held(), || self.clock.now())
            .map_or(Ok(live), |fault| Err(self.deny(Some(live.record.key), fault)))
    }
}

/// The ladder of a refusal, and where in the group it is mended.
type Why = (Vec<Rung>, Option<GroupPlace>);

/// The filter to hand on, or why not.
fn weigh(group: &Group, wish: &Wish<'_>) -> Result<Option<(RecordFilter, String)>, Why> {
    let refused =
        |name: &str, mend: String| (vec![Rung { name: name.to_owned(), passed: false, mend }], None);
    let (request, filter_use) = match wish {
        Wish::Open => return Ok(None),
        Wish::Unanswered if group.role == Role::Admin => return Ok(None),
        Wish::Unanswered => {
            let mend = "name the path in routes.toml: its table, its menu item, or open = true";
            return Err(refused("path answers to a table or menu item", mend.to_owned()));
        }
        Wish::Unclear(what) => {
            let name = format!("request: {what}");
            return Err(refused(&name, "the caller must send one plain method and path".to_owned()));
        }
        Wish::Request(request, filter_use) => (request, *filter_use),
    };
    let decision = decide(group, request);
    let ladder = || -> Vec<Rung> {
        let rung = |step: &crate::model::Step<'_>| Rung {
            name: step.name(),
            passed: step.passed,
            mend: step.mend(group),
        };
        decision.steps().map(rung).collect()
    };
    if !decision.allowed() {
        return Err((ladder(), decision.steps().find_map(crate::model::Step::place)));
    }
    let Some(filter) = decision.filter else { return Ok(None) };
    let asked = request.table.map_or("", |(table, _)| table);
    let over = |mend: String| {
        let mut ladder = ladder();
        ladder.push(Rung { name: "record filter".to_owned(), passed: false, mend });
        (ladder, Some(GroupPlace::Filter(asked.to_owned())))
    };
    let table = text::escape(asked);
    if filter_use == FilterUse::Nobody {
        return Err(over(format!(
            "only the application can apply the record filter on table {table}: say filters = \"app\" at its route once it does"
        )));
    }
    let Ok(expression) = filter.expression() else {
        return Err(over(format!(
            "the record filter on table {table} does not hold together: edit group {}",
            group.code
        )));
    };
    if filter_use == FilterUse::InHeader && expression.len() > LONGEST_EXPRESSION {
        return Err(over(format!("shorten the record filter on table {table}: its line must fit in 2 KiB")));
    }
    Ok(Some((filter.clone(), expression)))
}
