//! A calendar of what is due, as RFC 5545 has it: an event for each date, with an alarm a week and a day before.
//!
//! Knows nothing of the store or of printing. An event keeps its UID, so that a calendar that is read again moves it.

use crate::clock::rfc3339;
use crate::model::text::escape;
use crate::model::{DueKind, Time};
use crate::registry::DueRow;

/// Octets of a line without its end.
const LONGEST: usize = 75;

/// The whole calendar.
pub(super) fn written(rows: &[DueRow], now: Time) -> String {
    let mut calendar = String::new();
    let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//claviger//due//EN", "CALSCALE:GREGORIAN"];
    for text in head {
        line(&mut calendar, text);
    }
    for row in rows {
        event(&mut calendar, row, now);
    }
    line(&mut calendar, "END:VCALENDAR");
    calendar
}

fn event(calendar: &mut String, row: &DueRow, now: Time) {
    let description = text(&row.description);
    let (summary, body) = match row.what {
        DueKind::Rotation => (
            format!("Rotate API key: {description}"),
            "Create its successor\\, put it into the consuming system\\, then disable this key.",
        ),
        DueKind::Expiry => (
            format!("API key expires: {description}"),
            "From this moment on it is refused as Invalid API Key.",
        ),
    };
    line(calendar, "BEGIN:VEVENT");
    line(calendar, &format!("UID:{}-{}@claviger", row.what.code(), row.key));
    line(calendar, &format!("DTSTAMP:{}", stamp(now)));
    line(calendar, &format!("DTSTART:{}", stamp(row.due)));
    line(calendar, &format!("SUMMARY:{summary}"));
    line(calendar, &format!("DESCRIPTION:{}\\n{body}", row.key));
    line(calendar, "TRANSP:TRANSPARENT");
    for before in ["-P7D", "-P1D"] {
        line(calendar, "BEGIN:VALARM");
        line(calendar, "ACTION:DISPLAY");
        line(calendar, &format!("DESCRIPTION:{summary}"));
        line(calendar, &format!("TRIGGER:{before}"));
        line(calendar, "END:VALARM");
    }
    line(calendar, "END:VEVENT");
}

/// `20260301T120000Z`
fn stamp(time: Time) -> String {
    rfc3339(time).replace(['-', ':'], "")
}

/// A text value: what has a meaning there is escaped.
fn text(plain: &str) -> String {
    let mut safe = String::with_capacity(plain.len());
    for c in escape(plain).chars() {
        if matches!(c, '\\' | ';' | ',') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// Adds a line, folded after 75 octets, never inside a character.
fn line(calendar: &mut String, content: &str) {
    let mut used = 0;
    for c in content.chars() {
        if used + c.len_utf8() > LONGEST {
            calendar.push_str("\r\n ");
            used = 1;
        }
        calendar.push(c);
        used += c.len_utf8();
    }
    calendar.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Environment, KeyId};
    use proptest::prelude::*;

    const NOW: Time = Time(1_772_323_200);

    fn row(description: &str, what: DueKind) -> DueRow {
        let key = KeyId::from_digits(Environment::Production, [1; 16]);
        DueRow { key, description: description.into(), what, due: Time(NOW.0 + 86_400) }
    }

    /// Unfolds and reads a calendar as strictly as RFC 5545 says; the properties of each event, texts unescaped.
    fn parse(calendar: &str) -> Vec<Vec<(String, String)>> {
        assert!(calendar.ends_with("\r\n"));
        for line in calendar.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
            assert!(!line.chars().any(char::is_control), "{line}");
        }
        let unfolded = calendar.replace("\r\n ", "");
        let (mut open, mut events): (Vec<String>, Vec<Vec<(String, String)>>) = (Vec::new(), Vec::new());
        for line in unfolded.strip_suffix("\r\n").unwrap().split("\r\n") {
            let (name, value) = line.split_once(':').unwrap();
            assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'-'), "{name}");
            match name {
                "BEGIN" => {
                    let inside = open.last().map(String::as_str);
                    let wanted = match value {
                        "VCALENDAR" => None,
                        "VEVENT" => Some("VCALENDAR"),
                        "VALARM" => Some("VEVENT"),
                        other => panic!("{other}"),
                    };
                    assert_eq!(inside, wanted);
                    open.push(value.into());
                    if value == "VEVENT" {
                        events.push(Vec::new());
                    }
                }
                "END" => assert_eq!(open.pop().as_deref(), Some(value)),
                _ if open.last().is_some_and(|part| part == "VEVENT") => {
                    events.last_mut().unwrap().push((name.into(), unescaped(value)));
                }
                "TRIGGER" => assert!(["-P7D", "-P1D"].contains(&value)),
                "ACTION" => assert_eq!(value, "DISPLAY"),
                _ => {
                    unescaped(value);
                }
            }
        }
        assert!(open.is_empty());
        for event in &events {
            for (name, times) in [("UID", 1), ("DTSTAMP", 1), ("DTSTART", 1), ("SUMMARY", 1), ("DTEND", 0)] {
                assert_eq!(event.iter().filter(|(n, _)| n == name).count(), times, "{name}");
            }
        }
        events
    }

    fn unescaped(value: &str) -> String {
        let (mut plain, mut rest) = (String::new(), value.chars());
        while let Some(c) = rest.next() {
            assert!(c != ';' && c != ',', "{value}");
            plain.push(match c {
                '\\' => match rest.next() {
                    Some('n' | 'N') => '\n',
                    Some(c @ ('\\' | ';' | ',')) => c,
                    other => panic!("{other:?} in {value}"),
                },
                c => c,
            });
        }
        plain
    }

    fn of<'a>(event: &'a [(String, String)], name: &str) -> &'a str {
        event.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    #[test]
    fn each_date_is_an_event_with_a_uid_that_stays() {
        let rows = [row("HR, Payroll; \\o/", DueKind::Rotation), row("HR", DueKind::Expiry)];
        let events = parse(&written(&rows, NOW));
        assert_eq!(events.len(), 2);
        assert_eq!(of(&events[0], "SUMMARY"), "Rotate API key: HR, Payroll; \\o/");
        assert_eq!(of(&events[0], "UID"), "rotation-ck_prd_1111111111111111@claviger");
        assert_eq!(of(&events[0], "DTSTART"), "20260302T000000Z");
        assert_eq!(of(&events[1], "UID"), "expiry-ck_prd_1111111111111111@claviger");
        assert_ne!(of(&events[0], "UID"), of(&events[1], "UID"));
        let later = written(&rows[..1], Time(NOW.0 + 99));
        assert_eq!(of(&parse(&later)[0], "UID"), of(&events[0], "UID"));
        assert!(parse(&written(&[], NOW)).is_empty());
    }

    #[test]
    #[should_panic(expected = "X:xxxx")]
    fn control_a_line_that_is_not_folded_is_caught() {
        parse(&format!("BEGIN:VCALENDAR\r\nX:{}\r\nEND:VCALENDAR\r\n", "x".repeat(80)));
    }

    proptest! {
        #[test]
        fn any_description_comes_through_folding_and_escaping(description in "\\PC{1,200}") {
            let events = parse(&written(&[row(&description, DueKind::Rotation)], NOW));
            let summary = format!("Rotate API key: {}", escape(&description));
            prop_assert_eq!(of(&events[0], "SUMMARY"), summary);
        }
    }
}
