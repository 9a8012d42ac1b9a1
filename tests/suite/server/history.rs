//! The logon history of a server: every endpoint notes every outcome, with who called from where for what.

use super::house::{House, NOW};
use claviger::model::LogonResult::{Accepted, Insufficient, Invalid};
use claviger::model::{LogonRow, Operation, Status};
use claviger::registry::{Answer, Door, LogonFilter, LogonSort, Query, Ticket, Window};

/// The rows, oldest first.
fn rows(house: &House) -> Vec<LogonRow> {
    let (filter, sort) = (LogonFilter::default(), LogonSort::default());
    let query = Query::History { filter, sort, window: Window { offset: 0, limit: 100 } };
    let Answer::History(page) = house.door.ask(query, &Ticket::new()).unwrap() else {
        panic!("another answer")
    };
    let mut rows = page.rows;
    rows.sort_by_key(|row| row.id);
    rows
}

#[test]
fn every_endpoint_notes_who_called_from_where_for_what_and_what_came_of_it() {
    let house = House::new();
    let pair = house.key("READER");
    let agent = format!("{}User-Agent: hr-sync/2.1\r\n", pair.basic());
    house.post("/v1/verify", &agent, r#"{"table":"Asset","operation":"select"}"#);
    let told = r#"{"table":"Asset","operation":"delete","source":"10.0.0.9","agent":"app"}"#;
    let refused = house.post("/v1/verify", &agent, told);
    let original = "X-Original-Method: POST\r\nX-Original-URI: /api/Asset\r\n";
    house.get("/auth/nginx", &format!("{agent}{original}"));
    house.post("/v1/logon", &agent, "");
    house.set(pair.key, Status::Disabled);
    house.post("/v1/verify", &agent, "");
    let seen: Vec<_> = rows(&house)
        .into_iter()
        .map(|row| (row.source, row.agent, row.table, row.operation, row.result, row.proved))
        .collect();
    let text = str::to_owned;
    let (here, sync, asset) = (text("127.0.0.1"), text("hr-sync/2.1"), Some(text("Asset")));
    assert_eq!(
        seen,
        [
            (here.clone(), sync.clone(), asset.clone(), Some(Operation::Select), Accepted, true),
            (text("10.0.0.9"), text("app"), asset.clone(), Some(Operation::Delete), Insufficient, true),
            (here.clone(), sync.clone(), asset, Some(Operation::Insert), Insufficient, true),
            (here.clone(), sync.clone(), None, None, Accepted, true),
            (here, sync, None, None, Invalid, true),
        ]
    );
    let rows = rows(&house);
    assert!(rows.iter().all(|row| row.key == Some(pair.key) && row.description == "HR System"));
    assert_eq!(rows[1].reference().unwrap().to_string(), refused.header("x-claviger-ref"));
    let Answer::Key(details) = house.door.ask(Query::Key { key: pair.key }, &Ticket::new()).unwrap() else {
        panic!("another answer")
    };
    let last = details.last_use.unwrap();
    assert_eq!((last.time, last.source.as_str(), last.agent.as_str()), (NOW, "127.0.0.1", "hr-sync/2.1"));
}

#[test]
fn garbage_is_one_row_a_source_and_no_secret_is_kept_of_what_callers_say() {
    let house = House::new();
    let pair = house.key("READER");
    let secret = pair.secret.expose();
    for n in 0..50 {
        house.post("/v1/verify", &format!("X-Api-Key: k{n}\r\nX-Api-Secret: s{n}\r\n"), "");
    }
    let told =
        format!(r#"{{"table":"{secret}","operation":"select","source":"{secret}","agent":"{secret}"}}"#);
    house.post("/v1/verify", &format!("X-Api-Key: {secret}\r\nX-Api-Secret: {secret}x\r\n"), &told);
    house.post("/v1/verify", &pair.basic(), &told);
    let rows = rows(&house);
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[0].count, rows[0].key, rows[0].proved), (50, None, false));
    assert_eq!(rows[0].references.len(), 8);
    assert!(!format!("{rows:?}").contains(&secret[7..30]));
}
