//! What the successor of a key is called: the old description with the month in which it was made.

use crate::model::field::Description;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Longest description, in characters.
const LONGEST: usize = 200;

/// The description of a successor made in this month (such as `March 2026`), and whether it had to be cut. A month that
/// the old one carries is replaced; a second successor in one month gets a number.
pub fn successor_description(old: &Description, month: &str) -> (Description, bool) {
    let (stem, said) = split(old.as_str());
    let number = match said {
        Some((before, number)) if before == month => format!(" ({})", number + 1),
        _ => String::new(),
    };
    let tail = format!(" - {month}{number}");
    let room = LONGEST.saturating_sub(tail.chars().count());
    let cut = stem.chars().count() > room;
    let head = if cut {
        let kept: String = stem.chars().take(room.saturating_sub(1)).collect();
        format!("{}…", kept.trim_end())
    } else {
        stem.to_owned()
    };
    // Both parts were good texts before; if they were not together, the old one still is.
    Description::parse(&format!("{head}{tail}")).map_or_else(|_| (old.clone(), true), |new| (new, cut))
}

/// A description without its month, and that month with the number of its successor.
fn split(text: &str) -> (&str, Option<(&str, u32)>) {
    let Some((stem, tail)) = text.rsplit_once(" - ") else { return (text, None) };
    let (month, number) = match tail.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) {
        Some((month, digits)) => match digits.parse() {
            Ok(number) if (2..10_000).contains(&number) => (month, number),
            _ => return (text, None),
        },
        None => (tail, 1),
    };
    let is_month = month.split_once(' ').is_some_and(|(name, year)| {
        MONTHS.contains(&name) && year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())
    });
    if is_month && !stem.trim().is_empty() { (stem.trim_end(), Some((month, number))) } else { (text, None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str) -> (String, bool) {
        let (new, cut) = successor_description(&Description::parse(text).unwrap(), "March 2026");
        (new.to_string(), cut)
    }

    #[test]
    fn a_successor_carries_the_month_in_place_of_an_older_one() {
        assert_eq!(next("HR Integration").0, "HR Integration - March 2026");
        assert_eq!(next("HR Integration - December 2025").0, "HR Integration - March 2026");
        assert_eq!(next("HR - Import - May 2024 (3)").0, "HR - Import - March 2026");
        for other in ["HR - Mar 2026", "HR - March 26", "- March 2025", "March 2025", "HR - 2025"] {
            assert_eq!(next(other).0, format!("{other} - March 2026"));
        }
    }

    #[test]
    fn two_successors_in_one_month_are_told_apart() {
        assert_eq!(next("HR - March 2026").0, "HR - March 2026 (2)");
        assert_eq!(next("HR - March 2026 (2)").0, "HR - March 2026 (3)");
        assert_eq!(next("HR - March 2026 (x)").0, "HR - March 2026 (x) - March 2026");
    }

    #[test]
    fn a_long_description_is_cut_before_the_month_and_that_is_said() {
        assert_eq!(next(&"ü".repeat(187)), (format!("{} - March 2026", "ü".repeat(187)), false));
        let (text, cut) = next(&"ü".repeat(200));
        assert!(cut && text.ends_with("ü… - March 2026"), "{text}");
        assert_eq!(text.chars().count(), 200);
    }
}
