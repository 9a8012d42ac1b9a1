use super::*;
use crate::model::{Description, Environment};

const NOW: Time = Time(1_772_323_200);
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn key(digit: u8) -> ApiKey {
    ApiKey {
        number: u64::from(digit),
        key: KeyId::from_digits(Environment::Production, [digit; 16]),
        description: Description::parse("HR").unwrap(),
        group: "HR".parse().unwrap(),
        status: Status::Active,
        created: Time(0),
        modified: Time(5),
        modified_by: Account::parse("ada").unwrap(),
        last_used: None,
        expires: None,
        rotate_every: None,
        owner: None,
        secret_copied: true,
    }
}

fn mark(time: i64) -> Mark {
    Mark { time: Time(time), by: Account::parse("ada").unwrap() }
}

fn rotation() -> Rotation {
    Rotation {
        number: 2,
        old: key(1).key,
        new: key(2).key,
        started: mark(NOW.0 - DAY),
        deadline: None,
        expires_before: None,
        monitoring: Days::WEEK,
        verified: None,
        disabled: None,
    }
}

fn caller(last: i64, waits: bool, moved: Option<i64>) -> OldCaller {
    let (source, agent, last) = ("10.0.0.5".into(), "curl".into(), Time(NOW.0 + last));
    let outlook = if waits { Outlook::Breaks(NOW) } else { Outlook::Silent(last) };
    OldCaller { source, agent, last, rhythm: None, outlook, moved: moved.map(|t| Time(NOW.0 + t)) }
}

fn evidence() -> Evidence {
    Evidence { old: Some(key(1)), new: Some(key(2)), ..Evidence::default() }
}

fn used(evidence: Evidence) -> Evidence {
    let first = LastUse { time: Time(NOW.0 - HOUR), source: "10.0.0.5".into(), agent: String::new() };
    Evidence { first_use: Some(first), ..evidence }
}

fn states(rotation: &Rotation, evidence: &Evidence) -> [State; 5] {
    rotation.steps(evidence, NOW).map(|step| step.state)
}

#[test]
fn a_rotation_that_nobody_noticed_waits_for_the_consuming_system() {
    use State::{Done, Later, Waiting};
    assert_eq!(
        states(&rotation(), &evidence()),
        [Done(Some(Time(NOW.0 - DAY))), Waiting, Later, Later, Later]
    );
}

#[test]
fn a_caller_that_still_comes_with_the_old_key_holds_the_rotation_up_until_it_moves_or_falls_silent() {
    let with = |callers| used(Evidence { callers, ..evidence() });
    let third = |evidence: &Evidence| states(&rotation(), evidence)[2..4].to_vec();
    assert_eq!(third(&with(vec![caller(-HOUR, true, None)])), [State::Waiting, State::Later]);
    assert_eq!(third(&with(vec![caller(-HOUR, true, Some(-2 * HOUR))])), [State::Waiting, State::Later]);
    assert_eq!(third(&with(vec![caller(-HOUR, true, Some(-60))])), [State::Done(None), State::Offered]);
    assert_eq!(third(&with(vec![caller(-9 * HOUR, false, None)])), [State::Done(None), State::Offered]);
    // A mark by hand is enough, whatever the evidence says.
    let marked = Rotation { verified: Some(mark(9)), ..rotation() };
    let waiting = with(vec![caller(-HOUR, true, None)]);
    assert_eq!(states(&marked, &waiting)[2..4], [State::Done(Some(Time(9))), State::Offered]);
}

#[test]
fn a_deadline_that_passed_counts_as_disabled_and_the_monitoring_period_starts_there() {
    let past = Time(NOW.0 - 6 * DAY);
    let old = ApiKey { expires: Some(past), ..key(1) };
    let evidence = Evidence { old: Some(old), ..evidence() };
    assert_eq!(states(&rotation(), &evidence)[3..], [State::Done(Some(past)), State::Waiting]);
    let longer = Rotation { monitoring: Days::try_from(6).unwrap(), ..rotation() };
    assert_eq!(states(&longer, &evidence)[3..], [State::Done(Some(past)), State::Offered]);
}

#[test]
fn an_old_key_that_was_disabled_by_hand_is_disabled_since_its_last_change() {
    let old = ApiKey { status: Status::Disabled, ..key(1) };
    assert_eq!(rotation().refused_since(&old, NOW), Some(Time(5)));
    let marked = Rotation { disabled: Some(mark(77)), ..rotation() };
    assert_eq!(marked.refused_since(&old, NOW), Some(Time(77)));
    assert_eq!(marked.refused_since(&key(1), NOW), None, "enabled again");
}

#[test]
fn a_key_is_on_one_side_or_on_none() {
    let rotation = rotation();
    assert_eq!(rotation.part_of(key(1).key), Some(Part::Old));
    assert_eq!(rotation.part_of(key(2).key), Some(Part::New));
    assert_eq!(rotation.part_of(key(3).key), None);
}
