//! Clients that are broken, slow or hostile: they are cut off, and nobody else notices.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use claviger::client::wire::Kind;
use claviger::registry::{Door, Query, Refusal, Ticket};

use super::house::{House, create, overview, until};
use super::raw::{frame, greeted, header};

/// What the server says before it closes, as text.
fn last_words(mut stream: UnixStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut words = Vec::new();
    while let Some((_, payload)) = frame(&mut stream) {
        words.extend(payload);
    }
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0, "the server closed");
    String::from_utf8_lossy(&words).into_owned()
}

#[test]
fn garbage_and_oversized_frames_end_their_own_connection_only() {
    let house = House::new();
    let good = house.client();
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("an unknown kind", header(0x7f, 0), "nothing that a server is asked"),
        ("an answer sent to the server", header(Kind::Done as u8, 0), "nothing that a server is asked"),
        ("four gigabytes", header(Kind::Execute as u8, u32::MAX), "MiB large"),
        ("a small kind that is large", header(Kind::Verify as u8, 2 << 20), "MiB large"),
        ("no JSON", [header(Kind::Execute as u8, 3), b"{{{".to_vec()].concat(), "cannot be read"),
        ("another value", [header(Kind::Ask as u8, 4), b"null".to_vec()].concat(), "cannot be read"),
        ("a torn Secret", [header(Kind::Verify as u8, 3), vec![9, 1, 2]].concat(), "cannot be read"),
        ("deep JSON", [header(Kind::Ask as u8, 200_000), b"[".repeat(200_000)].concat(), "cannot be read"),
    ];
    for (name, bytes, words) in cases {
        let mut stream = greeted(&house.socket());
        stream.write_all(&bytes).unwrap();
        // What can be answered leaves the connection open: that is ended from here.
        if words == "cannot be read" {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let said = last_words(stream);
        assert!(said.contains(words), "{name}: {said}");
        overview(&good).unwrap();
    }
    let mut alien = UnixStream::connect(house.socket()).unwrap();
    alien.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    // It is told who we are and no more; with unread words the end may be a reset.
    let _ = alien.read_to_end(&mut said);
    assert!(said.len() < 64, "{}", said.len());
    create(&good, "still served");
}

#[test]
fn torn_and_half_open_connections_leave_nothing_behind() {
    let house = House::new();
    let good = house.client();
    // Far more than are let in at once: each must be gone when it is gone.
    for round in 0_u8..200 {
        let mut stream = greeted(&house.socket());
        match round % 4 {
            0 => stream.write_all(&header(Kind::Execute as u8, 100)[..3]).unwrap(),
            1 => stream.write_all(&[header(Kind::Execute as u8, 100), vec![b'{'; 40]].concat()).unwrap(),
            2 => stream.shutdown(Shutdown::Write).unwrap(),
            _ => {}
        }
        drop(stream);
        if round % 50 == 0 {
            overview(&good).unwrap();
        }
    }
    until(|| house.client().ask(Query::Overview, &Ticket::new()).is_ok());
    assert_eq!(overview(&good).unwrap().keys, 0);
}

#[test]
fn one_account_cannot_take_all_places_and_gets_them_back() {
    let house = House::new();
    let held: Vec<UnixStream> = (0..64).map(|_| greeted(&house.socket())).collect();
    let refusal = super::house::connect(&house.socket()).unwrap_err();
    assert!(
        matches!(&refusal, Refusal::ServerGone { sentence } if sentence.contains("as many")),
        "{refusal:?}"
    );
    drop(held);
    until(|| super::house::connect(&house.socket()).is_ok());
}

#[test]
fn one_who_asks_and_never_reads_harms_nobody() {
    let house = House::new();
    let good = house.client();
    let fresh = create(&good, "One");
    let mut deaf = greeted(&house.socket());
    deaf.write_all(&header(Kind::Watch as u8, 0)).unwrap();
    let query = serde_json::to_vec(&Query::Overview).unwrap();
    let mut second = greeted(&house.socket());
    second
        .write_all(&[header(Kind::Ask as u8, u32::try_from(query.len()).unwrap()), query].concat())
        .unwrap();
    for round in 0..300 {
        let edit = claviger::registry::KeyEdit {
            description: Some(claviger::model::Description::parse(&format!("Round {round}")).unwrap()),
            ..Default::default()
        };
        let command = claviger::registry::Command::EditKey { key: fresh.key, edit, expected: None };
        good.execute(command, &Ticket::new()).unwrap();
    }
    assert_eq!(overview(&good).unwrap().keys, 1);
}

#[test]
fn a_request_before_the_last_was_answered_is_refused() {
    let house = House::new();
    let mut stream = greeted(&house.socket());
    let query = serde_json::to_vec(&Query::Overview).unwrap();
    let request = [header(Kind::Ask as u8, u32::try_from(query.len()).unwrap()), query].concat();
    // Two in one write: the second may come too early, or be answered in its turn; never is one lost unsaid.
    stream.write_all(&request.repeat(2)).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let said = last_words(stream);
    assert!(
        said.contains("before the last was answered") || said.matches("\"Overview\"").count() == 2,
        "{said}"
    );
}
