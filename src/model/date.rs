//! Dates inside records, read without a calendar library: `2026-03-01`, with a time and an offset if there is one.

/// Nanoseconds since 1970-01-01 00:00 UTC of an ISO 8601 date or date and time; a date alone is its midnight in UTC,
/// as is a time without an offset. `None` for anything else.
pub(super) fn instant(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..10])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let seconds = days_from_civil(year, month, day) * 86_400;
    let (clock, nanos) = match bytes.get(10) {
        None => (0, 0),
        Some(b'T' | b't' | b' ') => time_of_day(&text[11..])?,
        Some(_) => return None,
    };
    Some(i128::from(seconds + clock) * 1_000_000_000 + i128::from(nanos))
}

/// Seconds (the offset taken off) and nanoseconds of `12:00`, `12:00:00.5`, each with `Z` or `+01:00` if given.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let end = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (time, offset) = text.split_at(end);
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = whole.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    if parts.next().is_some()
        || hour > 23
        || minute > 59
        || second > 60
        || fraction.is_empty()
        || fraction.len() > 9
    {
        return None;
    }
    let scale = 10_i64.pow(u32::try_from(9 - fraction.len()).ok()?);
    let nanos = number(fraction)? * scale;
    let shift = match offset.as_bytes() {
        [] | [b'Z' | b'z'] => 0,
        [sign, rest @ ..] if rest.len() == 5 && rest[2] == b':' => {
            let (hours, minutes) = (number(&offset[1..3])?, number(&offset[4..6])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3_600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    Some((hour * 3_600 + minute * 60 + second - shift, nanos))
}

/// A number of plain digits.
fn number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    shifted * 365 + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400) + of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_a_calendar_library() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T12:30:15.25Z",
            "2026-03-01T01:00:00+01:00",
            "0001-01-01T00:00:00Z",
        ] {
            let wanted: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(instant(text), Some(wanted.as_nanosecond()), "{text}");
        }
        assert_eq!(instant("2026-03-01"), instant("2026-03-01T00:00:00Z"));
        assert_eq!(instant("2026-03-01 10:00"), instant("2026-03-01T10:00:00Z"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-03-01T25:00",
            "2026-03-01x",
            "20260301aa",
            "2026-03-01T10",
            "März 2026 1",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
