//! The form by which a finding is accepted: why, and when it comes back.
//!
//! Turns two fields into a [`Command`]; that nothing is accepted for ever is the model's rule.

use crate::clock::{Direction, date, parse_when};
use crate::console::effect::{Outbox, Tone};
use crate::console::form::{Entry, Form, Item, Subject, entry};
use crate::console::layer::{Layer, Turn};
use crate::model::text::escape;
use crate::model::{About, Grounds, ParseError, Practice, Time};
use crate::registry::{Command, Done, Outcome};

const REASON_HINT: &str = "whoever reads the review later wants to know why this is all right";
const UNTIL_HINT: &str = "it is a finding again from then on: a date, or a span such as 90d; a year at most";
/// So near the end of a quarter the one after the next is meant, in seconds.
const NEAR: i64 = 30 * 86_400;

/// The first day of the next quarter of the year that is not about to begin.
pub(super) fn next_quarter(now: Time) -> Time {
    let year: i64 = date(now).get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970);
    let starts =
        (year..=year + 1).flat_map(|year| [1, 4, 7, 10].map(|month| format!("{year:04}-{month:02}-01")));
    let mut starts = starts.filter_map(|day| parse_when(&day, now, Direction::Ahead).ok());
    starts.find(|start| start.0 - now.0 >= NEAR).unwrap_or(Time(now.0.saturating_add(3 * NEAR)))
}

/// The form that accepts a finding in this key or group, opened; with the reason that held so far, if one did.
pub(super) fn accept(
    finding: Practice,
    about: About,
    description: &str,
    reason: &str,
    outbox: &mut Outbox,
) -> Box<dyn Layer> {
    let until = date(next_quarter(outbox.now));
    let entries = vec![
        Entry::text_line(Item::Reason, "Reason", REASON_HINT, reason),
        Entry::text_line(Item::Until, "Until", UNTIL_HINT, &until),
    ];
    let intro = format!(
        "{} of {}: left out of the review until its date, and listed among the accepted findings (A).",
        finding.name(),
        escape(description)
    );
    Form::new("Accept this finding", Box::new(Accept { finding, about }), entries)
        .with_intro(intro)
        .opened(outbox)
}

#[derive(Debug)]
struct Accept {
    finding: Practice,
    about: About,
}

impl Subject for Accept {
    fn command(&self, fields: &[Entry], now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>> {
        let text = |item| fields.iter().find(|entry| entry.item == item).map_or("", Entry::text);
        let reason = Grounds::parse(text(Item::Reason)).map_err(|error| (Item::Reason, error));
        let until = entry::until(text(Item::Until), now).map_err(|error| (Item::Until, error));
        match (reason, until) {
            (Ok(reason), Ok(until)) => Ok(Some(Command::AcceptFinding {
                finding: self.finding,
                about: self.about.clone(),
                reason,
                until,
            })),
            (reason, until) => Err(reason.err().into_iter().chain(until.err()).collect()),
        }
    }

    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn {
        if let Outcome::FindingAccepted(acceptance) = done.outcome {
            let text = format!("Accepted until {}. A lists what is accepted.", date(acceptance.until));
            outbox.say(Tone::Good, text, "");
        }
        Turn::Close
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_offered_is_the_next_quarter_unless_that_is_about_to_begin() {
        for (today, wanted) in [
            ("2026-11-23", "2027-01-01"),
            ("2026-12-15", "2027-04-01"),
            ("2026-01-01", "2026-04-01"),
            ("2026-10-01", "2027-01-01"),
            ("2026-03-01", "2026-04-01"),
            ("2026-03-03", "2026-07-01"),
        ] {
            let now = parse_when(today, Time(0), Direction::Ahead).unwrap();
            assert_eq!(date(next_quarter(now)), wanted, "{today}");
        }
        assert!(next_quarter(Time(253_402_300_000)).0 > 253_402_300_000, "no year is behind the last");
    }
}
