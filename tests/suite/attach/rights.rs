//! Who may do what, by the account that connected. These tests become other accounts, and so need root.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use claviger::client::{Client, Socket};
use claviger::model::{About, Grounds, Practice, Time};
use claviger::registry::{Command, Door, Refusal, Rights, Ticket};
use rustix::fs::Uid;

use super::house::{House, clock, connect, create, draft, overview};

const STRANGER: u32 = 61_234;

/// A house with a socket that every account can reach, so that only the rights decide.
fn open_house() -> (House, PathBuf) {
    assert!(rustix::process::geteuid().is_root(), "only root can become another account");
    let mut house = House::new();
    house.admin = None;
    fs::set_permissions(house.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let named = house.dir.path().join("open.sock");
    house.serve(Some(&named));
    fs::set_permissions(&named, fs::Permissions::from_mode(0o666)).unwrap();
    (house, named)
}

/// Connects as another account: the system asks the thread's effective account, and only this thread changes.
pub fn connect_as(uid: u32, path: &Path) -> Result<Client, Refusal> {
    let path = path.to_owned();
    let thread = std::thread::spawn(move || {
        let uid = Uid::from_raw(uid);
        rustix::thread::set_thread_res_uid(uid, uid, uid).unwrap();
        assert_ne!(rustix::process::geteuid().as_raw(), 0);
        connect(&path)
    });
    thread.join().unwrap()
}

fn write(house: &House, text: &str) {
    let path = house.store().join("claviger.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn commands(door: &dyn Door) -> [Result<u64, Refusal>; 3] {
    let run = |command| door.execute(command, &Ticket::new()).map(|done| done.revision);
    let nobody = || "NOBODY".parse().unwrap();
    let accept = Command::AcceptFinding {
        finding: Practice::SharedGroup,
        about: About::Group(nobody()),
        reason: Grounds::parse("agreed").unwrap(),
        until: Time(1_780_000_000),
    };
    [run(Command::CreateKey(draft("Theirs"))), run(Command::DeleteGroup { code: nobody() }), run(accept)]
}

#[test]
#[ignore = "needs root: becomes other accounts"]
fn a_stranger_is_not_let_in_and_the_owner_is() {
    let (house, named) = open_house();
    let refusal = connect_as(STRANGER, &named).unwrap_err();
    assert!(matches!(refusal, Refusal::NotAdmitted { .. }), "{refusal:?}");
    assert!(refusal.hint().contains("claviger.toml"));
    let owner = connect(&named).unwrap();
    assert_eq!(owner.actor().rights, Rights::Administrator);
    create(&owner, "Mine");
    assert_eq!(overview(&house.embedded).unwrap().keys, 1);
}

#[test]
#[ignore = "needs root: becomes other accounts"]
fn an_auditor_reads_but_every_command_and_the_store_key_are_refused() {
    let (house, named) = open_house();
    let fresh = create(&house.embedded, "One");
    write(&house, &format!("auditors = [{STRANGER}]"));
    let auditor = connect_as(STRANGER, &named).unwrap();
    let seen = overview(&auditor).unwrap();
    assert_eq!(seen.actor.as_ref().map(|actor| actor.rights), Some(Rights::Auditor));
    assert_eq!(seen.actor.as_ref(), Some(auditor.actor()));
    auditor.verify(fresh.key.as_str(), &fresh.secret).unwrap();
    for refused in commands(&auditor) {
        assert!(matches!(refused, Err(Refusal::ReadOnly(_))), "{refused:?}");
    }
    assert!(matches!(auditor.store_key(), Err(Refusal::ReadOnly(_))));
    let mut saved = Vec::new();
    assert!(matches!(auditor.backup(&mut saved, &Ticket::new()), Err(Refusal::ReadOnly(_))));
    assert!(saved.is_empty());
    assert_eq!(overview(&house.embedded).unwrap().revision, seen.revision);
}

#[test]
#[ignore = "needs root: becomes other accounts"]
fn an_administrator_by_number_changes_things_under_the_own_name() {
    let (house, named) = open_house();
    write(&house, &format!("administrators = [\"{STRANGER}\"]"));
    let administrator = connect_as(STRANGER, &named).unwrap();
    let [created, no_group, not_accepted] = commands(&administrator);
    created.unwrap();
    for refused in [no_group, not_accepted] {
        assert!(matches!(refused, Err(Refusal::NoSuchGroup(_))), "{refused:?}");
    }
    assert!(administrator.store_key().is_ok());
    let query = claviger::registry::Query::Changes {
        key: None,
        since: None,
        text: String::new(),
        window: claviger::registry::Window { offset: 0, limit: 1 },
    };
    match house.embedded.ask(query, &Ticket::new()).unwrap() {
        claviger::registry::Answer::Changes(page) => {
            assert_eq!(page.rows[0].actor.as_str(), STRANGER.to_string());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "needs root: becomes other accounts"]
fn a_right_taken_away_is_gone_with_the_next_request_of_an_open_connection() {
    let (house, named) = open_house();
    write(&house, &format!("administrators = [{STRANGER}]"));
    let client = connect_as(STRANGER, &named).unwrap();
    create(&client, "One");
    write(&house, &format!("auditors = [{STRANGER}]"));
    assert!(matches!(commands(&client)[0], Err(Refusal::ReadOnly(_))));
    overview(&client).unwrap();
    write(&house, "");
    assert!(matches!(overview(&client), Err(Refusal::NotAdmitted { .. })));
    assert_eq!(overview(&house.embedded).unwrap().keys, 1);
}

#[test]
#[ignore = "needs root: becomes other accounts"]
fn a_client_trusts_only_the_account_it_expects_behind_a_socket() {
    let (_house, named) = open_house();
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let path = dir.path().join("admin.sock");
    let bound = path.clone();
    let listener = std::thread::spawn(move || {
        let uid = Uid::from_raw(STRANGER);
        rustix::thread::set_thread_res_uid(uid, uid, uid).unwrap();
        std::os::unix::net::UnixListener::bind(bound).unwrap()
    });
    let _listener = listener.join().unwrap();
    let refusal = Client::connect(Socket { path, owner: Some(0) }, clock()).unwrap_err();
    assert!(refusal.to_string().contains(&format!("account {STRANGER} listens")), "{refusal}");
    assert!(Client::connect(Socket { path: named, owner: Some(0) }, clock()).is_ok());
}
