//! How a rotation looks: two keys with their sparklines, the cut-over bar, the five steps, and who still comes.
//!
//! Turns what the door said into lines; asks nothing.

use ratatui::text::{Line, Span};

use crate::clock::{date, moment, relative};
use crate::console::draw::{fit, grouped, pad};
use crate::console::sheet::{Item, lines};
use crate::console::theme::Theme;
use crate::model::text::escape;
use crate::model::{ApiKey, LastUse, Next, OldCaller, Outlook, RotationStep, Stage, State, Status, Time};
use crate::registry::RotationDetails;

/// Stragglers that are named.
const CALLERS: usize = 6;
/// Columns of the cut-over bar.
const BAR: usize = 30;
/// Columns of `Old`, `New`.
const SIDE: usize = 5;

/// The whole panel, none of its lines wider than `columns`.
pub(super) fn sheet(found: &RotationDetails, now: Time, columns: u16, theme: Theme) -> Vec<Line<'static>> {
    let room = usize::from(columns);
    let evidence = &found.evidence;
    let top = evidence.old_days.iter().chain(&evidence.new_days).copied().max().unwrap_or(0);
    let mut sheet = Vec::new();
    for (name, record, days) in
        [("Old", &evidence.old, &evidence.old_days), ("New", &evidence.new, &evidence.new_days)]
    {
        if let Some(record) = record {
            sheet.push(side(name, record, now, room, theme));
            sheet.push(Line::styled(
                fit(&format!("     {}", calls(days, top, record, now)), room),
                theme.dim(),
            ));
        }
    }
    sheet.push(Line::default());
    sheet.push(cut_over(found, room, theme));
    sheet.push(Line::default());
    for step in found.rotation.steps(evidence, now) {
        sheet.push(one_step(step, found, now, room, theme));
    }
    sheet.push(Line::default());
    let next = found.rotation.next(evidence, now);
    let mut items = vec![Item::Heading(what_now(next, found))];
    items.extend(if evidence.refused.is_empty() {
        stragglers(found, now)
    } else {
        refused(&evidence.refused, now)
    });
    sheet.extend(lines(&items, columns, theme));
    sheet
}

/// `Old  ck_prd_…  ● Active until 2026-12-01`
fn side(name: &str, record: &ApiKey, now: Time, room: usize, theme: Theme) -> Line<'static> {
    let (word, style) = match record.status {
        _ if record.expired_at(now) => ("x Expired", theme.warning()),
        Status::Active => ("● Active", theme.good()),
        Status::Disabled => ("○ Disabled", theme.dim()),
    };
    let until =
        record.expires.map_or_else(String::new, |at| format!(" · ends {}, {}", date(at), relative(at, now)));
    let head = format!("{}{}  ", pad(name, SIDE), record.key);
    let left = room.saturating_sub(head.chars().count() + word.chars().count());
    Line::from(vec![
        Span::raw(fit(&head, room)),
        Span::styled(word, style),
        Span::styled(fit(&until, left), theme.dim()),
    ])
}

/// Thirty days of calls, to the same scale for both keys, and the last of them.
fn calls(days: &[u64], top: u64, record: &ApiKey, now: Time) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let bar = |count: &u64| match count {
        0 => '·',
        count => {
            let eighth = (u128::from(*count) * 8).div_ceil(u128::from(top.max(1))).saturating_sub(1);
            BARS[usize::try_from(eighth).unwrap_or(7).min(7)]
        }
    };
    let bars: String = days.iter().map(bar).collect();
    let last =
        record.last_used.map_or("never used".to_owned(), |at| format!("last used {}", relative(at, now)));
    format!("{bars}  {last}")
}

/// How much of the calls since the start came with the new key.
fn cut_over(found: &RotationDetails, room: usize, theme: Theme) -> Line<'static> {
    let (old, new) = (found.evidence.old_calls, found.evidence.new_calls);
    let total = old.saturating_add(new);
    if total == 0 {
        return Line::styled(fit("     no call since the start, with neither key", room), theme.dim());
    }
    let share = |of: u64| usize::try_from(u128::from(new) * u128::from(of) / u128::from(total)).unwrap_or(0);
    let wide = BAR.min(room.saturating_sub(SIDE + 2));
    let filled = share(wide as u64);
    // Nobody should read a single call as none, nor all but one as all.
    let filled = match (old, new) {
        (0, _) | (_, 0) => filled,
        _ => filled.clamp(1, wide.saturating_sub(1).max(1)),
    };
    let said = format!("  {}% of {} calls use the new key", share(100), grouped(total));
    Line::from(vec![
        Span::raw(" ".repeat(SIDE)),
        Span::styled("█".repeat(filled), theme.good()),
        Span::styled("░".repeat(wide - filled), theme.dim()),
        Span::raw(fit(&said, room.saturating_sub(SIDE + wide))),
    ])
}

/// One step: sign, name, and what is known about it.
fn one_step(
    step: RotationStep,
    found: &RotationDetails,
    now: Time,
    room: usize,
    theme: Theme,
) -> Line<'static> {
    let (sign, style) = match step.state {
        State::Done(_) => ("✔", theme.good()),
        State::Offered => ("▸", theme.accent()),
        State::Waiting => ("…", theme.text()),
        State::Later => (" ", theme.dim()),
    };
    let number = Stage::ALL.iter().position(|other| *other == step.stage).map_or(0, |place| place + 1);
    let head = pad(&format!("{sign} {number} {}", step.stage.name()), 30);
    let note = fit(&note(step, found, now), room.saturating_sub(30));
    Line::from(vec![Span::styled(fit(&head, room), style), Span::styled(note, theme.dim())])
}

fn note(step: RotationStep, found: &RotationDetails, now: Time) -> String {
    let (rotation, evidence) = (&found.rotation, &found.evidence);
    let by =
        |mark: &crate::model::Mark| format!("{} by {}", relative(mark.time, now), escape(mark.by.as_str()));
    match (step.stage, step.state) {
        (Stage::Created, _) => by(&rotation.started),
        (Stage::Updated, State::Done(_)) => evidence.first_use.as_ref().map_or_else(String::new, |first| {
            format!("first call {} from {}", relative(first.time, now), who(&first.source, &first.agent))
        }),
        (Stage::Updated, _) => "seen by the first call with the new key".into(),
        (Stage::Verified, State::Done(_)) => match &rotation.verified {
            Some(mark) => format!("marked {}", by(mark)),
            None => "every caller has moved or fell silent".into(),
        },
        (Stage::Verified, _) => "once all callers have moved; v by hand".into(),
        (Stage::Disabled, State::Done(Some(at))) => match &rotation.disabled {
            Some(mark) => by(mark),
            None => relative(at, now),
        },
        (Stage::Disabled, State::Offered) => "nobody uses it: t disables it".into(),
        (Stage::Disabled, _) => rotation.deadline.map_or_else(
            || "t at any time".into(),
            |at| format!("by its deadline {}; t at any time", relative(at, now)),
        ),
        (Stage::Deleted, State::Offered) => "it was refused long enough: D deletes it".into(),
        (Stage::Deleted, _) => match evidence.old.as_ref().and_then(|old| rotation.refused_since(old, now)) {
            Some(since) => format!("{}; D at any time", relative(rotation.deletion_from(since), now)),
            None => format!("{} d after that", rotation.monitoring.get()),
        },
    }
}

fn what_now(next: Next, found: &RotationDetails) -> String {
    match next {
        Next::Update => "Put the new Key and Secret into the consuming system.".into(),
        Next::Callers(1) => "1 caller still uses the old key.".into(),
        Next::Callers(count) => format!("{count} callers still use the old key."),
        Next::Disable => "Nobody uses the old key any more: t disables it.".into(),
        Next::Monitor(_) if found.evidence.refused.is_empty() => {
            "The old key is refused, and nobody came with it since. u takes everything back.".into()
        }
        Next::Monitor(_) => "The old key is refused. Who came with it since:".into(),
        Next::Delete => "The old key was refused long enough: D deletes it.".into(),
    }
}

/// `10.0.0.5 by curl`, escaped.
fn who(source: &str, agent: &str) -> String {
    let by = if agent.is_empty() { String::new() } else { format!(" by {}", escape(agent)) };
    format!("{}{by}", escape(source))
}

fn habit(caller: &OldCaller, now: Time) -> String {
    let often = caller.rhythm.map_or_else(String::new, |rhythm| format!("{}, ", rhythm.words()));
    let next = match caller.outlook {
        Outlook::Breaks(at) => format!(", next call expected {}", relative(at, now)),
        _ => String::new(),
    };
    format!("{often}last {}{next}", relative(caller.last, now))
}

/// Who still uses the old key, by name.
pub(super) fn stragglers(found: &RotationDetails, now: Time) -> Vec<Item> {
    let all: Vec<&OldCaller> = found.evidence.stragglers().collect();
    let named = |caller: &&OldCaller| {
        Item::Warning(format!("{} · {}", who(&caller.source, &caller.agent), habit(caller, now)))
    };
    let mut items: Vec<Item> = all.iter().take(CALLERS).map(named).collect();
    if all.len() > CALLERS {
        items.push(Item::Aside(format!("and {} more", all.len() - CALLERS)));
    }
    items
}

/// Who came in vain.
fn refused(calls: &[LastUse], now: Time) -> Vec<Item> {
    let said = |call: &LastUse| {
        let who = who(&call.source, &call.agent);
        Item::Warning(format!("{who} · last refused {}", relative(call.time, now)))
    };
    calls.iter().take(CALLERS).map(said).collect()
}

/// What deleting the old key means.
pub(super) fn deletion(old: &ApiKey, early: Option<Time>, now: Time) -> Vec<Item> {
    let mut items = vec![
        Item::Pair("Description", escape(old.description.as_str()).into_owned()),
        Item::Pair("Key", old.key.to_string()),
        Item::Pair("Last Used", old.last_used.map_or("never".into(), |at| moment(at, now))),
    ];
    items.extend(early.map(|at| {
        Item::Warning(format!(
            "The monitoring period ends {}: until then it could be taken back.",
            relative(at, now)
        ))
    }));
    items.push(Item::Text("A deleted key never comes back. Its successor goes on.".into()));
    items
}

/// What taking all of it back means.
pub(super) fn way_back(found: &RotationDetails) -> Vec<Item> {
    let (rotation, evidence) = (&found.rotation, &found.evidence);
    let named = |record: &Option<ApiKey>| {
        record.as_ref().map_or_else(String::new, |r| escape(r.description.as_str()).into_owned())
    };
    let old = if rotation.disabled.is_some() {
        "is Active again, as before the rotation"
    } else {
        "goes on as before the rotation, without a deadline"
    };
    let new = if evidence.new.as_ref().is_some_and(|new| new.last_used.is_some()) {
        "stays as it is: somebody uses it"
    } else {
        "was never used, and is disabled"
    };
    vec![
        Item::Text(format!("{} {old}.", named(&evidence.old))),
        Item::Text(format!("{} {new}.", named(&evidence.new))),
    ]
}
