//! Findings that people live with, and places where scans met keys: what a review leaves out, and when it comes back.

use super::*;
use crate::model::{About, ChangeKind, FoundIn, Grounds, Practice, SomeLimits};

const DAY: i64 = 86_400;

impl House {
    fn accept(&self, finding: Practice, about: About, ahead: i64) -> Result<Done, Refusal> {
        let until = Time(self.clock.now().0 + ahead);
        let reason = Grounds::parse("agreed with the team").unwrap();
        self.run(Command::AcceptFinding { finding, about, reason, until })
    }

    fn spot(&self, spotted: &[(KeyId, &str, bool)]) -> (u64, u64) {
        let one = |(key, place, secret): &(KeyId, &str, bool)| Spotted {
            key: *key,
            place: FoundIn::of(place),
            secret: *secret,
        };
        let spotted = spotted.iter().map(one).collect();
        match self.run(Command::NoteSightings { spotted }).unwrap().outcome {
            Outcome::SightingsNoted { noted, beyond } => (noted, beyond),
            other => panic!("{other:?}"),
        }
    }

    fn looked(&self) -> ReviewPage {
        let window = Window { offset: 0, limit: 100 };
        let (limits, text) = (SomeLimits::default(), String::new());
        match self
            .door
            .ask(Query::Review { limits, text, stamp: None, whole: false, window }, &Ticket::new())
            .unwrap()
        {
            Answer::Review(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn finds(&self, practice: Practice) -> Vec<Finding> {
        self.looked().rows.into_iter().filter(|row| row.practice == practice).collect()
    }

    fn accepted(&self, text: &str) -> Vec<AcceptedRow> {
        let window = Window { offset: 0, limit: 100 };
        let query = Query::Accepted { limits: SomeLimits::default(), text: text.into(), window };
        match self.door.ask(query, &Ticket::new()).unwrap() {
            Answer::Accepted(page) => {
                assert_eq!(page.total, page.rows.len() as u64);
                page.rows
            }
            other => panic!("{other:?}"),
        }
    }

    fn pass(&self, days: i64) {
        self.clock.advance(Duration::from_secs((days * DAY).unsigned_abs()));
    }
}

#[test]
fn an_accepted_finding_is_left_out_and_counted_until_its_date_and_comes_back_by_itself() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    let (other, _) = house.create("Other");
    let before = house.looked();
    assert_eq!((before.total, before.accepted), (6, 0));
    house.accept(Practice::NoOwner, About::Key(key), 30 * DAY).unwrap();
    let after = house.looked();
    assert_eq!((after.total, after.accepted), (5, 1));
    assert_ne!(after.stamp, before.stamp);
    assert_eq!(house.finds(Practice::NoOwner).iter().map(|row| row.key).collect::<Vec<_>>(), [Some(other)]);
    let rows = house.accepted("");
    assert_eq!((rows.len(), rows[0].holding, rows[0].description.as_str()), (1, Holding::Holds, "HR System"));
    assert_eq!(rows[0].acceptance.made.by.as_str(), "ada");
    assert_eq!((house.accepted("team hr").len(), house.accepted("nothing").len()), (1, 0));
    let house = house.reopen();
    assert_eq!(house.looked().accepted, 1, "it outlives the process");
    house.pass(29);
    assert_eq!(house.looked().accepted, 1);
    house.pass(1);
    assert_eq!((house.looked().accepted, house.finds(Practice::NoOwner).len()), (0, 2));
    assert_eq!(house.accepted("")[0].holding, Holding::Lapsed);
}

#[test]
fn what_was_accepted_can_be_accepted_anew_and_taken_back_and_the_list_of_changes_tells_it() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    let about = || About::Key(key);
    house.accept(Practice::NoExpiry, about(), DAY).unwrap();
    house.accept(Practice::NoExpiry, about(), 2 * DAY).unwrap();
    assert_eq!(house.accepted("").len(), 1);
    house.run(Command::WithdrawAcceptance { finding: Practice::NoExpiry, about: about() }).unwrap();
    let again = house.run(Command::WithdrawAcceptance { finding: Practice::NoExpiry, about: about() });
    assert!(matches!(again, Err(Refusal::NotAccepted { .. })), "{again:?}");
    assert_eq!((house.accepted("").len(), house.looked().accepted), (0, 0));
    let kinds: Vec<_> = house.changes(Some(key), "").into_iter().map(|(_, kind)| kind).collect();
    let [withdrawn, accepted] = [ChangeKind::AcceptanceWithdrawn, ChangeKind::FindingAccepted];
    assert_eq!(kinds, [withdrawn, accepted, accepted, KeyCreated]);
    assert_eq!(house.changes(None, "agreed no-expiry").len(), 3);
}

#[test]
fn what_cannot_be_accepted_is_refused_and_changes_nothing() {
    let house = House::new();
    let (key, secret) = house.create("HR System");
    let revision = house.looked().stamp;
    let group = || About::Group("API_READ".parse().unwrap());
    for (finding, about, ahead) in [
        (Practice::NoOwner, About::Key(key), 0),
        (Practice::NoOwner, About::Key(key), -DAY),
        (Practice::NoOwner, About::Key(key), 367 * DAY),
        (Practice::NoOwner, group(), DAY),
        (Practice::SharedGroup, About::Key(key), DAY),
    ] {
        let refused = house.accept(finding, about, ahead);
        assert!(matches!(refused, Err(Refusal::Input(_))), "{finding:?} {ahead}: {refused:?}");
    }
    let nobody: KeyId = "ck_prd_0123456789abcdef".parse().unwrap();
    assert!(matches!(house.accept(Practice::NoOwner, About::Key(nobody), DAY), Err(Refusal::NoSuchKey(_))));
    let nobody = About::Group("NOBODY".parse().unwrap());
    assert!(matches!(house.accept(Practice::SharedGroup, nobody, DAY), Err(Refusal::NoSuchGroup(_))));
    let reason = Grounds::parse(secret.expose()).unwrap();
    let until = Time(house.clock.now().0 + DAY);
    let about = About::Key(key);
    let spilt = house.run(Command::AcceptFinding { finding: Practice::NoOwner, about, reason, until });
    assert!(matches!(spilt, Err(Refusal::Input(_))), "{spilt:?}");
    let place = FoundIn::of(&format!("/srv/{}", secret.expose()));
    let spotted = vec![Spotted { key, place, secret: true }];
    assert!(matches!(house.run(Command::NoteSightings { spotted }), Err(Refusal::Input(_))));
    assert_eq!(house.looked().stamp, revision, "nothing happened");
}

#[test]
fn notes_go_with_their_key_and_with_their_group() {
    let house = House::new();
    let (one, _) = house.create("One");
    let (two, _) = house.create("Two");
    for key in [one, two] {
        house.accept(Practice::NoOwner, About::Key(key), DAY).unwrap();
        house.spot(&[(key, "/srv/app/.env", true)]);
    }
    let template = templates().remove(2).group;
    let code = template.code.clone();
    house.run(Command::CreateGroup(template)).unwrap();
    house.accept(Practice::SharedGroup, About::Group(code.clone()), DAY).unwrap();
    assert_eq!(house.accepted("").len(), 3);
    house.run(Command::DeleteKeys { keys: Selection::of([one]), expected: None }).unwrap();
    assert_eq!(house.accepted("").len(), 2);
    house.run(Command::DeleteGroup { code }).unwrap();
    assert_eq!(house.accepted("").len(), 1);
    let Done { outcome, .. } = house.run(Command::StartRotation(RotationDraft::of(two))).unwrap();
    let Outcome::RotationStarted { rotation, .. } = outcome else { panic!() };
    let pair = Pair { old: rotation.old, new: rotation.new };
    house.set(Selection::of([two]), Status::Disabled);
    house.run(Command::FinishRotation { pair, keep: false }).unwrap();
    assert_eq!(house.accepted(""), []);
    let house = house.reopen();
    assert_eq!((house.accepted("").len(), house.finds(Practice::SecretSeen).len()), (0, 0));
    let withdrawn = house.changes(None, "withdrawn").len();
    assert_eq!((withdrawn, house.changes(None, "forgotten").len()), (3, 2), "and the journal says so");
}

#[test]
fn a_secret_that_a_scan_met_is_the_worst_finding_until_the_key_is_refused_or_the_place_forgotten() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    assert_eq!(house.spot(&[(key, "/srv/doc.md", false)]), (1, 0));
    let found = house.finds(Practice::KeySeen);
    assert_eq!(found[0].evidence, "in /srv/doc.md (noted 2026-03-01)");
    assert_eq!(found[0].remedy(), format!("claviger review forget {key}"));
    assert_eq!(house.spot(&[(key, "/srv/a\u{202e}.env", true), (key, "/srv/doc.md", false)]), (1, 0));
    assert_eq!(house.finds(Practice::KeySeen), [], "the Secret is worse and is told instead");
    let first = house.looked().rows.remove(0);
    assert_eq!((first.practice, first.key), (Practice::SecretSeen, Some(key)));
    assert_eq!(first.evidence, "in /srv/a\\u{202e}.env (noted 2026-03-01)");
    assert_eq!(house.spot(&[(key, "/srv/doc.md", true)]), (1, 0), "its Secret, too, now");
    assert_eq!(house.spot(&[(key, "/srv/doc.md", false), (key, "/srv/doc.md", true)]), (0, 0), "nothing new");
    house.set(Selection::of([key]), Status::Disabled);
    assert_eq!(house.finds(Practice::SecretSeen), []);
    house.set(Selection::of([key]), Status::Active);
    assert_eq!(house.finds(Practice::SecretSeen).len(), 1, "control: the Secret is still out");
    house.run(Command::ForgetSightings { key }).unwrap();
    assert_eq!(house.finds(Practice::SecretSeen), []);
    assert!(matches!(house.run(Command::ForgetSightings { key }), Err(Refusal::NotSeen(_))));
}

#[test]
fn a_successor_starts_without_the_places_of_its_predecessor() {
    let house = House::new();
    let (old, _) = house.create("HR System");
    house.spot(&[(old, "/srv/.env", true)]);
    let fresh = house.run(Command::StartRotation(RotationDraft::of(old))).unwrap().fresh.unwrap();
    assert_eq!(house.finds(Practice::SecretSeen).iter().map(|row| row.key).collect::<Vec<_>>(), [Some(old)]);
    house.set(Selection::of([old]), Status::Disabled);
    assert_eq!(house.finds(Practice::SecretSeen), []);
    assert!(house.looked().rows.iter().any(|row| row.key == Some(fresh.key)), "control: it is looked at");
}

#[test]
fn an_accepted_leak_comes_back_when_a_scan_meets_the_key_in_another_place() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    house.spot(&[(key, "/srv/.env", true)]);
    house.accept(Practice::SecretSeen, About::Key(key), 30 * DAY).unwrap();
    house.pass(1);
    house.spot(&[(key, "/srv/.env", true)]);
    assert_eq!((house.finds(Practice::SecretSeen).len(), house.looked().accepted), (0, 1), "the same place");
    house.spot(&[(key, "/home/eve/.env", true)]);
    assert_eq!((house.finds(Practice::SecretSeen).len(), house.looked().accepted), (1, 0));
    assert_eq!(house.accepted("")[0].holding, Holding::SeenAgain);
    house.pass(1);
    house.accept(Practice::SecretSeen, About::Key(key), 30 * DAY).unwrap();
    assert_eq!(house.looked().accepted, 1);
}

#[test]
fn places_of_one_key_are_bounded_and_what_is_not_noted_is_counted() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    let places: Vec<String> = (0..20).map(|n| format!("/srv/{n:02}")).collect();
    let spotted: Vec<_> = places.iter().map(|place| (key, place.as_str(), true)).collect();
    assert_eq!(house.spot(&spotted), (16, 4));
    assert_eq!(house.spot(&spotted[..16]), (0, 0), "those are known");
    assert_eq!(house.spot(&spotted[16..]), (0, 4));
    assert!(house.finds(Practice::SecretSeen)[0].evidence.ends_with(" and 13 more"));
}

#[test]
fn an_auditor_reads_what_is_accepted_and_accepts_nothing() {
    let house = House::new();
    let (key, _) = house.create("HR System");
    let auditor = Actor { rights: Rights::Auditor, ..actor() };
    let run = |command| house.door.registry().execute(&auditor, command, &Ticket::new());
    let (finding, about) = (Practice::NoOwner, About::Key(key));
    let (reason, until) = (Grounds::parse("x").unwrap(), Time(house.clock.now().0 + DAY));
    for command in [
        Command::AcceptFinding { finding, about: about.clone(), reason, until },
        Command::WithdrawAcceptance { finding, about },
        Command::NoteSightings { spotted: Vec::new() },
        Command::ForgetSightings { key },
    ] {
        assert!(matches!(run(command), Err(Refusal::ReadOnly(_))));
    }
    let window = Window { offset: 0, limit: 1 };
    let query = Query::Accepted { limits: SomeLimits::default(), text: String::new(), window };
    assert!(house.door.registry().ask(&auditor, query, &Ticket::new()).is_ok());
}
