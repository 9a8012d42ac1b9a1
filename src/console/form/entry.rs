//! One field of a form: a text or a choice, with what is wrong with it beside it.

use crate::clock::{Direction, exact, parse_when, relative};
use crate::console::event::{KeyCode, KeyEvent, KeyModifiers};
use crate::console::field::Field;
use crate::console::picker::Choice;
use crate::model::{
    Acceptance, Days, Description, Environment, Grounds, GroupCode, Owner, ParseError, Role, Time,
};

/// Which field it is: decides the rule it is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A description.
    Description,
    /// The user group of a key.
    Group,
    /// Active or Disabled.
    Status,
    /// Where a key is used.
    Environment,
    /// From when on a key is refused.
    Expires,
    /// How often a key should be rotated.
    RotateEvery,
    /// Who answers for a key.
    Owner,
    /// When the old key of a rotation ends.
    Deadline,
    /// How long the old key of a rotation stays after that.
    Monitoring,
    /// The code of a group.
    Code,
    /// The role of a group.
    Role,
    /// Whether unnamed tables are closed.
    Restricted,
    /// Why a finding is accepted.
    Reason,
    /// From when on it is a finding again.
    Until,
}

/// Where the choices of a field come from.
#[derive(Debug, Clone)]
pub enum Options {
    /// They are all here.
    Fixed(Vec<Choice>),
    /// The user groups: asked for as one types.
    Groups,
}

/// What the field takes.
#[derive(Debug, Clone)]
pub enum Input {
    /// A line of text.
    Text(Field),
    /// One of a list.
    Choice {
        /// The list.
        options: Options,
        /// The one that was picked.
        picked: Option<Choice>,
    },
}

/// One field of a form.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which one.
    pub item: Item,
    /// Its name on screen.
    pub label: &'static str,
    /// What to write, shown while it has the focus.
    pub hint: &'static str,
    /// Its content.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<ParseError>,
    /// Something to know about it; not escaped.
    pub notice: Option<String>,
    before: String,
}

impl Entry {
    /// A line of text.
    pub fn text_line(item: Item, label: &'static str, hint: &'static str, before: &str) -> Self {
        let input = Input::Text(Field::new(240).with(before));
        Self { item, label, hint, input, error: None, notice: None, before: before.to_owned() }
    }

    /// One of a list.
    pub fn choice(
        item: Item,
        label: &'static str,
        hint: &'static str,
        options: Options,
        picked: Option<Choice>,
    ) -> Self {
        let before = picked.as_ref().map_or_else(String::new, |c| c.code.clone());
        let input = Input::Choice { options, picked };
        Self { item, label, hint, input, error: None, notice: None, before }
    }

    /// What it holds: the text, or the code of what was picked.
    pub fn text(&self) -> &str {
        match &self.input {
            Input::Text(field) => field.text(),
            Input::Choice { picked, .. } => picked.as_ref().map_or("", |choice| &choice.code),
        }
    }

    /// Whether it differs from what it held at first.
    pub fn is_changed(&self) -> bool {
        self.text() != self.before
    }

    /// Takes a pick.
    pub fn pick(&mut self, choice: Choice) {
        if let Input::Choice { picked, .. } = &mut self.input {
            *picked = Some(choice);
            self.error = None;
        }
    }

    /// Takes a pick that nobody made: it counts as what was there at first. Left alone if something was picked.
    pub fn preselect(&mut self, choice: Choice) {
        if self.text().is_empty() {
            self.before.clone_from(&choice.code);
            self.pick(choice);
        }
    }

    /// Takes a key if it is a text; whether the text changed.
    pub fn press(&mut self, mut key: KeyEvent) -> bool {
        let Input::Text(field) = &mut self.input else { return false };
        if let (Item::Code, KeyCode::Char(c)) = (self.item, key.code)
            && KeyModifiers::SHIFT.contains(key.modifiers)
        {
            key.code = KeyCode::Char(c.to_ascii_uppercase());
        }
        let before = field.text().to_owned();
        field.press(&key) && field.text() != before
    }

    /// Takes pasted text if it is a text; whether it is.
    pub fn paste(&mut self, text: &str) -> bool {
        let Input::Text(field) = &mut self.input else { return false };
        if self.item == Item::Code {
            field.paste(&text.to_ascii_uppercase());
        } else {
            field.paste(text);
        }
        true
    }

    /// Holds what was typed to its rule, when the focus leaves it. A field that was never filled is left in peace
    /// until the form is saved.
    pub fn check(&mut self, now: Time) {
        let text = self.text().to_owned();
        if !text.is_empty() {
            self.error = self.rule(&text, now).err();
        }
    }

    fn rule(&self, text: &str, now: Time) -> Result<(), ParseError> {
        match self.item {
            Item::Description => Description::parse(text).map(drop),
            Item::Group | Item::Code => text.parse::<GroupCode>().map(drop),
            Item::Expires => expires(text, now).map(drop),
            Item::RotateEvery => rotate_every(text).map(drop),
            Item::Owner => owner(text).map(drop),
            Item::Environment => text.parse::<Environment>().map(drop),
            Item::Role => text.parse::<Role>().map(drop),
            Item::Monitoring => monitoring(text).map(drop),
            Item::Reason => Grounds::parse(text).map(drop),
            Item::Until => until(text, now).map(drop),
            Item::Status | Item::Restricted | Item::Deadline => Ok(()),
        }
    }

    /// What to know about the content as it stands: where a span leads, and warnings of what was picked.
    pub fn remark(&self, now: Time) -> Option<(bool, String)> {
        if let Some(notice) = &self.notice {
            return Some((true, notice.clone()));
        }
        match &self.input {
            Input::Choice { picked: Some(Choice { warning: Some(warning), .. }), .. } => {
                Some((true, warning.clone()))
            }
            Input::Text(field) if self.item == Item::Until => {
                let at = until(field.text(), now).ok()?;
                Some((false, format!("{}, {}", exact(at), relative(at, now))))
            }
            Input::Text(field) if self.item == Item::Expires && !field.is_empty() => {
                let at = expires(field.text(), now).ok().flatten()?;
                Some(if at <= now {
                    (true, format!("{}: in the past, the key will be refused at once", exact(at)))
                } else {
                    (false, format!("{}, {}", exact(at), relative(at, now)))
                })
            }
            _ => None,
        }
    }
}

/// When a key expires; empty means never.
///
/// # Errors
/// When it is no time.
pub fn expires(text: &str, now: Time) -> Result<Option<Time>, ParseError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    parse_when(text, now, Direction::Ahead).map(Some).map_err(|error| {
        ParseError::new(format!("Expires {}", error.sentence), format!("{}; empty means never", error.hint))
    })
}

/// When an accepted finding comes back.
///
/// # Errors
/// When it is no time, or not within the year ahead.
pub fn until(text: &str, now: Time) -> Result<Time, ParseError> {
    parse_when(text, now, Direction::Ahead)
        .map_err(|error| ParseError::new(format!("Until {}", error.sentence), error.hint))
        .and_then(|until| Acceptance::check_until(until, now))
}

/// How often a key should be rotated; empty means no rotation.
///
/// # Errors
/// When it is no number of days.
pub fn rotate_every(text: &str) -> Result<Option<Days>, ParseError> {
    if text.trim().is_empty() { Ok(None) } else { Days::parse(text).map(Some) }
}

/// How long the old key of a rotation stays, disabled, before its deletion is offered.
///
/// # Errors
/// When it is no number of days.
pub fn monitoring(text: &str) -> Result<Days, ParseError> {
    Days::parse(text)
        .map_err(|_| ParseError::new("Delete after is not a number of days from 1 to 3650", "write 7d or 2w"))
}

/// Who answers for a key; empty means nobody named.
///
/// # Errors
/// When it is not a short text.
pub fn owner(text: &str) -> Result<Option<Owner>, ParseError> {
    if text.trim().is_empty() { Ok(None) } else { Owner::parse(text).map(Some) }
}
