//! Several consoles see each other's changes, and come back after the server was away.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use claviger::model::Status;
use claviger::registry::{Command, Door, Refusal, Selection, Ticket};

use super::house::{House, clock, create, disable, overview, until};

/// The promise is 250 ms; a busy machine gets five times that.
const SOON: Duration = Duration::from_millis(250 * 5);

#[test]
fn eight_consoles_hear_of_a_change_within_the_time_promised() {
    let house = House::new();
    let writer = house.client();
    let fresh = create(&writer, "One");
    let (heard, news) = channel();
    let clock = clock();
    let revision = overview(&writer).unwrap().revision;
    let watchers: Vec<Arc<dyn Door>> = (0..8).map(|_| Arc::new(house.client()) as Arc<dyn Door>).collect();
    for (place, watcher) in watchers.iter().enumerate() {
        let (watcher, heard, clock) = (Arc::clone(watcher), heard.clone(), Arc::clone(&clock));
        std::thread::spawn(move || {
            let mut seen = 0;
            while let Some(revision) = watcher.watch(seen) {
                seen = revision;
                heard.send((place, revision, clock.ticks())).unwrap();
            }
        });
    }
    let mut ready = std::collections::HashSet::new();
    while ready.len() < 8 {
        let (place, seen, _) = news.recv_timeout(Duration::from_secs(10)).unwrap();
        if seen == revision {
            ready.insert(place);
        }
    }
    for status in [Status::Disabled, Status::Active, Status::Disabled, Status::Active] {
        let keys = Selection::of([fresh.key]);
        let started = clock.ticks();
        let command = Command::SetStatus { keys, status, expected: None };
        let now = writer.execute(command, &Ticket::new()).unwrap().revision;
        let mut told = std::collections::HashSet::new();
        while told.len() < 8 {
            let (place, seen, at) = news.recv_timeout(SOON).unwrap();
            let took = at.saturating_sub(started);
            assert!(seen == now && took < SOON, "{seen} {now} {took:?}");
            told.insert(place);
        }
    }
    for watcher in &watchers {
        watcher.close();
    }
    until(|| watchers.iter().all(|watcher| Arc::strong_count(watcher) == 1));
}

#[test]
fn a_client_says_that_the_server_is_gone_and_works_again_when_it_is_back() {
    let house = House::new();
    let client = Arc::new(house.client());
    let fresh = create(&*client, "One");
    let revision = overview(&*client).unwrap().revision;
    let (heard, news) = channel();
    let watcher = Arc::clone(&client);
    let watching = std::thread::spawn(move || {
        let mut seen = 0;
        while let Some(revision) = watcher.watch(seen) {
            seen = revision;
            heard.send(revision).unwrap();
        }
    });
    assert_eq!(news.recv_timeout(SOON).unwrap(), revision);

    let dir = house.end();
    assert_eq!(news.recv_timeout(SOON).unwrap(), revision, "told that something happened");
    assert!(matches!(overview(&*client).unwrap_err(), Refusal::ServerGone { .. }));
    let refusal = client.execute(disable(&fresh), &Ticket::new()).unwrap_err();
    assert!(matches!(refusal, Refusal::ServerGone { .. }), "{refusal:?}");
    assert!(client.verify(fresh.key.as_str(), &fresh.secret).is_err());

    let house = House::over(dir);
    assert_eq!(news.recv_timeout(Duration::from_secs(5)).unwrap(), revision, "told that it is back");
    assert_eq!(overview(&*client).unwrap().active, 1);
    client.execute(disable(&fresh), &Ticket::new()).unwrap();
    assert_eq!(news.recv_timeout(SOON).unwrap(), revision + 1);
    assert_eq!(overview(&house.embedded).unwrap().active, 0);
    client.close();
    watching.join().unwrap();
}

#[test]
fn closing_ends_a_wait_for_a_server_that_is_away() {
    let house = House::new();
    let client = Arc::new(house.client());
    drop(house);
    let watcher = Arc::clone(&client);
    let watching = std::thread::spawn(move || watcher.watch(1_000));
    client.close();
    assert_eq!(watching.join().unwrap(), None);
}
