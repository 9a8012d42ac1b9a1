//! The words for who would break, the same in every face. Nothing in them comes from a caller but what is escaped here.

use super::{CallerImpact, Impact, KeyImpact};
use crate::clock::{date, relative};
use crate::model::text::escape;
use crate::model::{Outlook, Rhythm, Time};

/// How soon somebody's next call fails.
pub fn within(next: Time, now: Time) -> &'static str {
    match next.0.saturating_sub(now.0) {
        ..3_600 => "minutes",
        3_600..86_400 => "hours",
        _ => "days",
    }
}

/// The verdict: `never used`, `silent 93 d`, `in use, will break within minutes`.
pub fn verdict(outlook: Outlook, now: Time) -> String {
    match outlook {
        Outlook::Never => "never used".into(),
        Outlook::Refused => "refused already: nothing more breaks".into(),
        Outlook::Silent(since) => silent(since, now),
        Outlook::Unclear(last) => {
            format!("used {}, too seldom to know when it will be again", relative(last, now))
        }
        Outlook::Breaks(next) => format!("in use, will break within {}", within(next, now)),
    }
}

fn silent(since: Time, now: Time) -> String {
    match relative(since, now).strip_suffix(" ago") {
        Some(span) => format!("silent {span}"),
        None => format!("silent since {}", date(since)),
    }
}

/// `next call in about 14 min`.
pub fn next_call(next: Time, now: Time) -> String {
    if next.0 <= now.0.saturating_add(30) {
        return "next call at any moment".into();
    }
    match relative(next, now).strip_prefix("in ") {
        Some(span) => format!("next call in about {span}"),
        None => format!("next call about {}", date(next)),
    }
}

impl KeyImpact {
    /// What happens if the key stops.
    pub fn verdict(&self, now: Time) -> String {
        let verdict = capital(&verdict(self.outlook, now));
        match (self.outlook, self.since) {
            (Outlook::Never, Some(since)) => format!("{verdict} (history since {})", date(since)),
            _ => verdict,
        }
    }

    /// [`KeyImpact::verdict`], and the caller who would be hit first.
    pub fn sentence(&self, now: Time) -> String {
        match (self.outlook, self.callers.first()) {
            (Outlook::Breaks(next), Some(caller)) => {
                format!("{}: {}, {}", self.verdict(now), caller.name(), next_call(next, now))
            }
            _ => self.verdict(now),
        }
    }

    /// How far back all of it is known.
    pub fn coverage(&self) -> String {
        coverage(self.since)
    }
}

impl Impact {
    /// `3 in use, 4 silent, 2 never used`.
    pub fn counts(&self) -> String {
        let counts = [
            (self.breaks, "in use"),
            (self.unclear, "used lately"),
            (self.silent, "silent"),
            (self.never, "never used"),
            (self.refused, "refused already"),
        ];
        let told =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        told.collect::<Vec<_>>().join(", ")
    }

    /// How far back all of it is known.
    pub fn coverage(&self) -> String {
        coverage(self.since)
    }
}

fn coverage(since: Option<Time>) -> String {
    since.map_or_else(
        || "The logon history is empty".into(),
        |since| format!("Logon history since {}", date(since)),
    )
}

impl CallerImpact {
    /// `10.0.0.7 hr-sync/2.1`, escaped.
    pub fn name(&self) -> String {
        let name = if self.agent.is_empty() {
            self.source.clone()
        } else {
            format!("{} {}", self.source, self.agent)
        };
        escape(&name).into_owned()
    }

    /// `hourly; next call in about 14 min`, or what there is to say instead.
    pub fn habit(&self, now: Time) -> String {
        let rhythm = self.rhythm.as_ref().map(Rhythm::words);
        match (rhythm, self.outlook) {
            (Some(rhythm), Outlook::Breaks(next)) => format!("{rhythm}; {}", next_call(next, now)),
            (Some(rhythm), Outlook::Silent(since)) => format!("was {rhythm}; {}", silent(since, now)),
            (Some(rhythm), _) => rhythm,
            (None, Outlook::Silent(since)) => silent(since, now),
            (None, _) => "too few calls to know a rhythm".into(),
        }
    }

    /// The tables, escaped.
    pub fn reach(&self) -> String {
        escape(&self.tables.join(", ")).into_owned()
    }
}

/// With a capital at the beginning.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_772_323_200);

    #[test]
    fn verdicts_say_how_soon_it_breaks_or_how_long_it_is_silent() {
        let after = |seconds| Time(NOW.0 + seconds);
        for (outlook, words) in [
            (Outlook::Never, "never used"),
            (Outlook::Silent(after(-93 * 86_400)), "silent 93 d"),
            (Outlook::Silent(after(-900 * 86_400)), "silent since 2023-09-13"),
            (Outlook::Breaks(after(840)), "in use, will break within minutes"),
            (Outlook::Breaks(after(7_200)), "in use, will break within hours"),
            (Outlook::Breaks(after(200_000)), "in use, will break within days"),
        ] {
            assert_eq!(verdict(outlook, NOW), words);
        }
        assert_eq!(next_call(after(840), NOW), "next call in about 14 min");
        assert_eq!(next_call(NOW, NOW), "next call at any moment");
    }

    #[test]
    fn what_a_caller_says_of_itself_is_escaped() {
        let caller = CallerImpact {
            source: "10.0.0.7".into(),
            agent: "hr\u{1b}[2J".into(),
            last: NOW,
            calls: 40,
            rhythm: Some(Rhythm { every: 3_600, spread: 0, next: Time(NOW.0 + 840) }),
            outlook: Outlook::Breaks(Time(NOW.0 + 840)),
            tables: vec!["Asset (select)".into(), "a\u{202e}".into()],
        };
        assert_eq!(caller.name(), "10.0.0.7 hr\\u{1b}[2J");
        assert_eq!(caller.habit(NOW), "hourly; next call in about 14 min");
        assert_eq!(caller.reach(), "Asset (select), a\\u{202e}");
    }
}
