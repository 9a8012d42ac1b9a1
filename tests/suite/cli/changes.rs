//! `changes`: the journal as scripts and people read it.

use super::house::House;
use serde_json::{Value, json};

#[test]
fn json_tells_who_did_what_before_and_after_newest_first() {
    let house = House::new();
    let pair = house.key("HR System");
    house.run("keys disable").arg(&pair.key).ok();
    house.run("keys edit --expires 2099-01-01 --rotate-every 90d").arg(&pair.key).ok();
    house.run("keys delete --yes").arg(&pair.key).ok();
    let changes = house.run("changes --json").json();
    let changes = changes.as_array().unwrap();
    let actions: Vec<_> = changes.iter().map(|c| c["action"].as_str().unwrap()).collect();
    let wanted =
        ["key-deleted", "key-edited", "key-disabled", "secret-copied", "key-created", "group-created"];
    assert_eq!(actions, wanted);
    let revisions: Vec<_> = changes.iter().map(|c| c["revision"].as_u64().unwrap()).collect();
    assert_eq!(revisions, [6, 5, 4, 3, 2, 1]);
    for change in changes {
        let mut fields: Vec<_> = change.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["action", "actor", "after", "before", "group", "key", "revision", "time"]);
        assert!(
            !change["actor"].as_str().unwrap().is_empty() && change["time"].as_str().unwrap().ends_with('Z')
        );
    }
    assert_eq!(
        (&changes[2]["before"], &changes[2]["after"]),
        (&json!({"status": "Active"}), &json!({"status": "Disabled"}))
    );
    assert_eq!(changes[1]["after"], json!({"expires": "2099-01-01T00:00:00Z", "rotate_every_days": 90}));
    assert_eq!((&changes[4]["before"], &changes[0]["after"]), (&Value::Null, &Value::Null));
    assert_eq!(changes[4]["after"]["secret"], "set");
    assert_eq!((&changes[5]["key"], &changes[5]["group"]), (&Value::Null, &"HR".into()));
}

#[test]
fn changes_of_one_key_or_since_a_time() {
    let house = House::new();
    let (one, _two) = (house.key("one"), house.key("two"));
    let count = |line: &str| house.run(&format!("changes --json {line}")).json().as_array().unwrap().len();
    assert_eq!(count(""), 5);
    assert_eq!(count(&format!("--key {}", one.key)), 2);
    assert_eq!(count("--since 1h"), 5);
    assert_eq!(count("--since 2099-01-01"), 0);
    house.run("changes --since yesterday").fails(2);
    house.run("changes --key nonsense").fails(2);
}

#[test]
fn text_reads_as_a_story() {
    let house = House::new();
    let pair = house.key("HR System");
    house.run("keys disable").arg(&pair.key).ok();
    let text = house.run("changes").ok();
    let line = text.lines().find(|line| line.contains("Key disabled")).unwrap();
    assert!(
        line.contains(&pair.key) && line.contains("HR System") && line.contains("status: Active → Disabled"),
        "{line}"
    );
}
