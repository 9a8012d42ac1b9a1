//! Servers that go away in the middle: the client never says more than it knows.

use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use claviger::client::frame::{Outlet, Patience, read_frame};
use claviger::client::wire::{self, Acknowledged, Kind, Welcome};
use claviger::registry::{Command, Door, Outcome, Refusal, Ticket};

use super::house::{ada, clock, connect, draft, overview};

/// What the pretended server does with the first request it hears.
type Act = fn(&Outlet);

/// A server that greets well, hears one request on each connection, acts, and closes.
fn pretend(act: Act, connections: usize) -> (tempfile::TempDir, PathBuf, JoinHandle<usize>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let thread = std::thread::spawn(move || {
        let mut heard = 0;
        for _ in 0..connections {
            let (stream, _) = listener.accept().unwrap();
            heard += usize::from(one(&stream, act));
        }
        heard
    });
    (dir, path, thread)
}

fn one(stream: &UnixStream, act: Act) -> bool {
    let clock = clock();
    wire::greet(stream, &*clock).unwrap();
    wire::hear(stream, &*clock).unwrap().unwrap();
    let outlet = Outlet::new(stream.try_clone().unwrap());
    say(&outlet, Kind::Welcome, &wire::to_json(&Welcome { actor: ada() }).unwrap());
    let patience = Patience { first: Some(Duration::from_secs(10)), rest: Duration::from_secs(10) };
    let heard = read_frame(stream, &*clock, patience, |_| wire::LARGEST_COMMAND).is_ok();
    if heard {
        act(&outlet);
    }
    outlet.shut();
    heard
}

fn say(outlet: &Outlet, kind: Kind, payload: &[u8]) {
    outlet.send(kind as u8, payload, &*clock(), Duration::from_secs(5)).unwrap();
}

fn create() -> Command {
    Command::CreateKey(draft("One"))
}

#[test]
fn a_command_that_had_begun_is_never_said_to_have_failed_or_succeeded() {
    let acts: [Act; 4] = [
        |outlet| say(outlet, Kind::Taken, &[]),
        |outlet| {
            say(outlet, Kind::Taken, &[]);
            say(outlet, Kind::Progress, &wire::numbers([1, 2]));
        },
        |outlet| {
            say(outlet, Kind::Taken, &[]);
            say(outlet, Kind::Done, b"{ no JSON");
        },
        |outlet| {
            say(outlet, Kind::Taken, &[]);
            say(outlet, Kind::Answer, b"null");
        },
    ];
    for act in acts {
        let (_dir, path, thread) = pretend(act, 1);
        let client = connect(&path).unwrap();
        assert_eq!(client.execute(create(), &Ticket::new()).unwrap_err(), Refusal::Unanswered);
        assert_eq!(thread.join().unwrap(), 1, "and it is not sent a second time");
    }
}

#[test]
fn a_command_that_had_not_begun_is_sent_once_more_and_then_known_as_not_done() {
    let (_dir, path, thread) = pretend(|_| {}, 2);
    let client = connect(&path).unwrap();
    let refusal = client.execute(create(), &Ticket::new()).unwrap_err();
    assert!(matches!(refusal, Refusal::ServerGone { .. }), "{refusal:?}");
    assert_eq!(thread.join().unwrap(), 2);
}

#[test]
fn control_a_whole_answer_is_taken() {
    let act: Act = |outlet| {
        say(outlet, Kind::Taken, &[]);
        let outcome = Outcome::KeysImported(7);
        say(outlet, Kind::Done, &wire::to_json(&Acknowledged { revision: 9, outcome }).unwrap());
    };
    let (_dir, path, thread) = pretend(act, 1);
    let done = connect(&path).unwrap().execute(create(), &Ticket::new()).unwrap();
    assert_eq!((done.revision, done.outcome), (9, Outcome::KeysImported(7)));
    thread.join().unwrap();
}

#[test]
fn a_broken_answer_to_a_question_is_refused_in_words() {
    let acts: [Act; 3] = [
        |outlet| say(outlet, Kind::Answer, b"{"),
        |outlet| say(outlet, Kind::Revision, &[]),
        |outlet| say(outlet, Kind::Refused, b"\"NoSuchRefusal\""),
    ];
    for act in acts {
        let (_dir, path, thread) = pretend(act, 1);
        let client = connect(&path).unwrap();
        assert!(matches!(overview(&client).unwrap_err(), Refusal::ServerGone { .. }));
        thread.join().unwrap();
    }
}

#[test]
fn another_version_is_refused_by_name_and_something_else_is_not_taken_for_a_server() {
    let greetings: [(&[u8], &str); 3] = [
        (b"claviger\x09\x059.8.7", "claviger 9.8.7 (socket version 9)"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "something else than claviger"),
        (b"clav", "broke off"),
    ];
    for (greeting, words) in greetings {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(greeting).unwrap();
        });
        let refusal = connect(&path).unwrap_err();
        assert!(refusal.to_string().contains(words), "{refusal}");
        thread.join().unwrap();
    }
    let nowhere = tempfile::tempdir().unwrap();
    let refusal = connect(&nowhere.path().join("s")).unwrap_err();
    assert!(refusal.to_string().contains("nobody answers at"), "{refusal}");
}
