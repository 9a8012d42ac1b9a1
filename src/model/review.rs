//! The review: what in a key's record, group and use goes against the security practices. Pure: the worst first.
//!
//! Only Active keys are looked at: a key that is refused can do no harm. Where too little is known of a key's calls,
//! nothing is claimed; what was known at all is for the one who asks to say.

use super::caller::Caller;
use super::decision::{Operation, Request, decide};
use super::group::Group;
use super::key::{Status, Time};
use super::key_ref::KeyRef;
use super::permission::Role;
use super::text::same;

mod practice;

pub use practice::{Fix, Limits, Practice, Severity, SomeLimits};

const DAY: i64 = 86_400;
/// Calls older than this say nothing of how a key is used now, in seconds.
pub const LATELY: i64 = 30 * DAY;
/// A key that is called from so many sources is used by more than one system.
const MANY_SOURCES: usize = 4;

/// What is known of the use of one key.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// Its callers.
    pub callers: &'a [Caller],
    /// How many earlier ones are known by number only.
    pub gone: u32,
    /// From when on calls are known at all; none where no call ever was noted.
    pub since: Option<Time>,
    /// Whether it meets another environment's key at one of its sources.
    pub mixed: bool,
    /// Whether one of its callers uses another key too.
    pub shared: bool,
    /// Whether a scan met it, and its Secret too.
    pub seen: Option<Seen>,
}

/// What a scan met of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// The Key alone.
    Key,
    /// Its Secret.
    Secret,
}

/// From when on the calls of a key are known.
pub fn known_from(record: KeyRef<'_>, since: Option<Time>) -> Option<Time> {
    since.map(|since| since.max(record.created))
}

/// What goes against the practices in one key, the worst first.
pub fn findings(
    record: KeyRef<'_>,
    group: &Group,
    used: &Use<'_>,
    limits: Limits,
    now: Time,
) -> Vec<Practice> {
    if record.status != Status::Active || record.expired_at(now) {
        return Vec::new();
    }
    let older = |time: Time, days: u16| now.0.saturating_sub(time.0) > i64::from(days) * DAY;
    let from = known_from(record, used.since);
    let unrotated = record.rotate_every.map_or(limits.unrotated, super::Days::get);
    let holds = |practice: &Practice| match practice {
        Practice::SecretSeen => used.seen == Some(Seen::Secret),
        Practice::KeySeen => used.seen == Some(Seen::Key),
        Practice::MixedEnvironments => used.mixed,
        Practice::Unrestricted => group.role == Role::Admin,
        Practice::SharedCaller => used.shared,
        Practice::SharedKey => recent_sources(used, now).len() >= MANY_SOURCES,
        Practice::UnusedRights => !unused_rights(record, group, used, now).is_empty(),
        Practice::SecretNotCopied => !record.secret_copied,
        Practice::Unrotated => older(record.created, unrotated),
        Practice::NeverUsed => {
            record.last_used.is_none() && from.is_some_and(|from| older(from, limits.unused))
        }
        Practice::Silent => record.last_used.is_some_and(|last| older(last, limits.silent)),
        Practice::SharedGroup => false,
        Practice::NoOwner => record.owner.is_none(),
        Practice::NoExpiry => record.expires.is_none(),
    };
    Practice::ALL.into_iter().filter(holds).collect()
}

/// The sources that called lately, each once.
pub fn recent_sources<'a>(used: &Use<'a>, now: Time) -> Vec<&'a str> {
    let lately = used.callers.iter().filter(|caller| now.0.saturating_sub(caller.last.0) <= LATELY);
    let mut sources: Vec<&str> = lately.map(|caller| caller.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// What the group allows and no known call ever did: `Insert on Contract`, not escaped. Empty where too little is known.
pub fn unused_rights(record: KeyRef<'_>, group: &Group, used: &Use<'_>, now: Time) -> Vec<String> {
    let long = known_from(record, used.since).is_some_and(|from| now.0.saturating_sub(from.0) >= LATELY);
    // A caller that touched as many tables as are remembered may have touched others.
    let whole = used.gone == 0 && used.callers.iter().all(|caller| caller.tables.len() < Caller::TABLES);
    let named = used.callers.iter().any(|caller| caller.tables.iter().any(|touched| touched.operations != 0));
    if !(long && whole && named) || group.role == Role::Admin {
        return Vec::new();
    }
    let did = |table: Option<&str>, operation: Operation| {
        let bit = Operation::ALL.into_iter().position(|o| o == operation).unwrap_or(0);
        let mut touched = used.callers.iter().flat_map(|caller| &caller.tables);
        touched.any(|t| {
            table.is_none_or(|table| same(t.name.trim(), table.trim())) && t.operations >> bit & 1 == 1
        })
    };
    let may = |table: &str, operation| {
        decide(group, &Request { table: Some((table, operation)), ..Request::default() }).allowed()
    };
    let mut unused = Vec::new();
    for row in &group.tables {
        let never = Operation::ALL.into_iter().filter(|o| may(&row.table, *o) && !did(Some(&row.table), *o));
        unused.extend(never.map(|operation| format!("{} on {}", operation.name(), row.table)));
    }
    if group.role == Role::Write && !group.restricted {
        let changes = [Operation::Insert, Operation::Update, Operation::Delete];
        let never = changes.into_iter().filter(|operation| !did(None, *operation));
        unused.extend(never.map(|operation| format!("{} on every other table", operation.name())));
    }
    unused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ApiKey, Touched};

    const NOW: Time = Time(1_772_323_200);

    fn record(json: &str) -> ApiKey {
        let mut record = serde_json::json!({
            "number": 1, "key": "ck_prd_0123456789abcdef", "description": "HR", "group": "A", "status": "Active",
            "created": NOW.0 - 100 * DAY, "modified": NOW.0, "modified_by": "ada", "last_used": NOW.0 - DAY,
            "expires": NOW.0 + DAY, "rotate_every": null, "owner": "Ada", "secret_copied": true
        });
        let edit: serde_json::Value = serde_json::from_str(json).unwrap();
        record.as_object_mut().unwrap().extend(edit.as_object().unwrap().clone());
        serde_json::from_value(record).unwrap()
    }

    fn group(json: &str) -> Group {
        serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{json}}}"#)).unwrap()
    }

    fn caller(source: &str, operations: u8) -> Caller {
        Caller {
            last: Time(NOW.0 - DAY),
            tables: vec![Touched { name: "asset".into(), operations }],
            ..Caller::new(source.into(), "curl".into())
        }
    }

    const QUIET: Use<'static> =
        Use { callers: &[], gone: 0, since: Some(Time(0)), mixed: false, shared: false, seen: None };

    fn found(json: &str, used: &Use<'_>) -> Vec<Practice> {
        findings(record(json).borrowed(), &group(r#""role":"READ""#), used, Limits::default(), NOW)
    }

    #[test]
    fn a_good_key_has_no_finding_and_each_flaw_its_own() {
        let day = |days: i64| NOW.0 - days * DAY;
        assert_eq!(found("{}", &QUIET), []);
        for (json, practice) in [
            (r#"{"owner":null}"#.to_owned(), Practice::NoOwner),
            (r#"{"expires":null}"#.to_owned(), Practice::NoExpiry),
            (r#"{"secret_copied":false}"#.to_owned(), Practice::SecretNotCopied),
            (r#"{"last_used":null}"#.to_owned(), Practice::NeverUsed),
            (format!(r#"{{"last_used":{}}}"#, day(91)), Practice::Silent),
            (format!(r#"{{"created":{}}}"#, day(181)), Practice::Unrotated),
            (r#"{"rotate_every":99}"#.to_owned(), Practice::Unrotated),
        ] {
            assert_eq!(found(&json, &QUIET), [practice], "{json}");
        }
        assert_eq!(found(&format!(r#"{{"last_used":{}}}"#, day(90)), &QUIET), []);
        assert_eq!(found(&format!(r#"{{"created":{},"rotate_every":365}}"#, day(300)), &QUIET), []);
        let all = r#"{"owner":null,"expires":null,"last_used":null,"secret_copied":false}"#;
        assert!(found(all, &QUIET).is_sorted());
        assert_eq!(found(&all.replace('}', r#","status":"Disabled"}"#), &QUIET), []);
        assert_eq!(found(r#"{"owner":null,"expires":5}"#, &QUIET), []);
    }

    #[test]
    fn never_used_is_claimed_only_of_time_that_the_history_knows() {
        let unused = r#"{"last_used":null}"#;
        assert_eq!(found(unused, &Use { since: None, ..QUIET }), []);
        assert_eq!(found(unused, &Use { since: Some(Time(NOW.0 - 29 * DAY)), ..QUIET }), []);
        assert_eq!(
            found(unused, &Use { since: Some(Time(NOW.0 - 31 * DAY)), ..QUIET }),
            [Practice::NeverUsed]
        );
        let ahead = format!(r#"{{"last_used":{}}}"#, NOW.0 + 900 * DAY);
        assert_eq!(found(&ahead, &QUIET), [], "the clock was set back: nothing is claimed");
    }

    #[test]
    fn many_sources_and_meetings_are_told() {
        let callers: Vec<Caller> = (0..4).map(|n| caller(&format!("10.0.0.{n}"), 1)).collect();
        assert_eq!(found("{}", &Use { callers: &callers, ..QUIET }), [Practice::SharedKey]);
        assert_eq!(found("{}", &Use { callers: &callers[1..], ..QUIET }), []);
        assert_eq!(found("{}", &Use { seen: Some(Seen::Secret), ..QUIET }), [Practice::SecretSeen]);
        assert_eq!(found("{}", &Use { seen: Some(Seen::Key), ..QUIET }), [Practice::KeySeen]);
        let met = Use { mixed: true, shared: true, ..QUIET };
        assert_eq!(found("{}", &met), [Practice::MixedEnvironments, Practice::SharedCaller]);
    }

    #[test]
    fn rights_count_as_unused_only_where_all_calls_are_known() {
        let group = group(
            r#""role":"WRITE","restricted":true,"tables":[{"table":"Asset","select":true,"insert":true}]"#,
        );
        let callers = [caller("10.0.0.7", 1)];
        let used = Use { callers: &callers, ..QUIET };
        let told = |used: &Use<'_>| unused_rights(record("{}").borrowed(), &group, used, NOW);
        assert_eq!(told(&used), ["Insert on Asset"]);
        assert_eq!(told(&Use { callers: &[caller("a", 3)], ..used }), [""; 0]);
        assert_eq!(told(&Use { gone: 1, ..used }), [""; 0]);
        assert_eq!(told(&Use { since: Some(Time(NOW.0 - 3 * DAY)), ..used }), [""; 0]);
        assert_eq!(
            told(&Use { callers: &[caller("a", 0)], ..used }),
            [""; 0],
            "calls that name no operation"
        );
        let open = Group { restricted: false, ..group.clone() };
        let open = unused_rights(record("{}").borrowed(), &open, &used, NOW);
        assert_eq!(open[1..], ["Insert", "Update", "Delete"].map(|o| format!("{o} on every other table")));
        let admin = Group { role: Role::Admin, ..group.clone() };
        assert_eq!(
            findings(record("{}").borrowed(), &admin, &used, Limits::default(), NOW),
            [Practice::Unrestricted]
        );
    }
}
