//! Times as text: RFC 3339, dates, spans ahead or back, and "3 d ago".

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::text::escape;
use crate::model::{ParseError, Time};

/// Where a span such as `90d` leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Into the future: an expiry.
    Ahead,
    /// Into the past: `--since`.
    Back,
}

/// Reads WHEN: RFC 3339, a date (00:00 UTC of that day), or a span (`90d`, `24h`, `2w`, `30m`).
///
/// # Errors
/// When it is none of these, or outside the years 1970 to 9999.
pub fn parse_when(text: &str, now: Time, direction: Direction) -> Result<Time, ParseError> {
    let text = text.trim();
    let refuse = || {
        ParseError::new(
            format!("\"{}\" is not a time", escape(text)),
            "write a date (2027-03-01), RFC 3339 (2027-03-01T12:00:00Z) or a span (90d, 24h)",
        )
    };
    let time = if let Some(seconds) = span(text) {
        let signed = if direction == Direction::Ahead { seconds } else { -seconds };
        Time(now.0.checked_add(signed).ok_or_else(refuse)?)
    } else if text.len() == 10 {
        let date: Date = text.parse().map_err(|_| refuse())?;
        Time(date.to_zoned(TimeZone::UTC).map_err(|_| refuse())?.timestamp().as_second())
    } else {
        Time(text.parse::<jiff::Timestamp>().map_err(|_| refuse())?.as_second())
    };
    if (0..=253_402_300_799).contains(&time.0) { Ok(time) } else { Err(refuse()) }
}

/// Seconds of a span such as `90d`.
fn span(text: &str) -> Option<i64> {
    let unit = match text.as_bytes().last()? {
        b'm' => 60,
        b'h' => 3_600,
        b'd' => 86_400,
        b'w' => 604_800,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

fn format(time: Time, pattern: &str) -> String {
    jiff::Timestamp::from_second(time.0)
        .map_or_else(|_| "?".to_owned(), |at| at.to_zoned(TimeZone::UTC).strftime(pattern).to_string())
}

/// `2026-03-01T12:00:00Z`
pub fn rfc3339(time: Time) -> String {
    format(time, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2026-03-01 12:00:00 UTC`
pub fn exact(time: Time) -> String {
    format(time, "%Y-%m-%d %H:%M:%S UTC")
}

/// `2026-03-01 12:00`
pub fn short(time: Time) -> String {
    format(time, "%Y-%m-%d %H:%M")
}

/// `2026-03-01`
pub fn date(time: Time) -> String {
    format(time, "%Y-%m-%d")
}

/// `March 2026`
pub fn month_year(time: Time) -> String {
    format(time, "%B %Y")
}

/// `2026-03-01 12:00:00 UTC · 3 h ago`; the time alone when it is more than a year away.
pub fn moment(time: Time, now: Time) -> String {
    let (exact, relative) = (exact(time), relative(time, now));
    if exact.starts_with(&relative) { exact } else { format!("{exact} · {relative}") }
}

/// `now`, `5 min ago`, `3 h ago`, `12 d ago`, `in 6 d`; a date when it is more than a year away.
pub fn relative(time: Time, now: Time) -> String {
    let distance = time.0.saturating_sub(now.0);
    let span = distance.unsigned_abs();
    let amount = match span {
        0..60 if distance <= 0 => return "now".to_owned(),
        0..60 => format!("{span} s"),
        60..3_600 => format!("{} min", span / 60),
        3_600..86_400 => format!("{} h", span / 3_600),
        86_400..31_536_000 => format!("{} d", span / 86_400),
        _ => return date(time),
    };
    if distance > 0 { format!("in {amount}") } else { format!("{amount} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_772_323_200); // 2026-03-01 00:00 UTC

    #[test]
    fn a_time_is_a_date_rfc_3339_or_a_span() {
        let ahead = |text| parse_when(text, NOW, Direction::Ahead).map(rfc3339);
        assert_eq!(ahead("2026-03-02").unwrap(), "2026-03-02T00:00:00Z");
        assert_eq!(ahead("2026-03-02T01:00:00+01:00").unwrap(), "2026-03-02T00:00:00Z");
        assert_eq!(ahead("24h").unwrap(), "2026-03-02T00:00:00Z");
        assert_eq!(parse_when("1d", NOW, Direction::Back).map(rfc3339).unwrap(), "2026-02-28T00:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused_without_a_panic() {
        for bad in [
            "",
            "d",
            "soon",
            "2026-02-30",
            "99999999999999999999d",
            "9223372036854775807w",
            "-1d",
            "1e9d",
            "ü0d",
            "12:00",
        ] {
            assert!(parse_when(bad, NOW, Direction::Ahead).is_err(), "{bad}");
        }
    }

    #[test]
    fn relative_times_read_like_speech() {
        assert_eq!(relative(Time(NOW.0 - 5), NOW), "now");
        assert_eq!(relative(Time(NOW.0 - 300), NOW), "5 min ago");
        assert_eq!(relative(Time(NOW.0 + 6 * 86_400), NOW), "in 6 d");
        assert_eq!(relative(Time(NOW.0 - 400 * 86_400), NOW), "2025-01-25");
        assert_eq!(relative(Time(i64::MIN), NOW), "?");
        assert_eq!(moment(Time(NOW.0 - 300), NOW), "2026-02-28 23:55:00 UTC · 5 min ago");
        assert_eq!(moment(Time(NOW.0 - 400 * 86_400), NOW), "2025-01-25 00:00:00 UTC", "not the date twice");
    }
}
