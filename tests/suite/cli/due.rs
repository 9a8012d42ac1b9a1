//! `due`: the table, JSON, the calendar, and the exit code that cron looks at.

use super::house::House;

#[test]
fn due_says_what_and_when_and_its_exit_code_is_for_cron() {
    let house = House::new();
    house.run("due").ok();
    let key = house.key("HR System");
    house.run("keys edit --rotate-every 30d --expires 10d").arg(&key.key).ok();
    let said = house.run("due").fails(6);
    assert!(
        said.out.contains("expiry") && said.out.contains("HR System") && !said.out.contains("rotation"),
        "{}",
        said.out
    );
    let (_, said) = house.run("due --json --within 60d").said();
    let listed: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let whats: Vec<_> = listed.as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["expiry", "rotation"]);
    assert_eq!(listed[0]["key"], key.key.as_str());
    house.run("due --within 5d").ok();
    house.run("due --within soon").fails(2);
    let calendar = house.run("due --ics").ok();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2);
    assert!(calendar.lines().count() > 20 && calendar.contains(&format!("UID:expiry-{}@claviger", key.key)));
    house.run("keys disable").arg(&key.key).ok();
    house.run("due").ok();
}

#[test]
fn the_filter_of_the_list_knows_times() {
    let house = House::new();
    let key = house.key("HR System");
    assert!(house.run("keys list --filter modified:1h").ok().contains(&key.key));
    assert!(!house.run("keys list --filter due:14d").ok().contains(&key.key));
    assert!(!house.run("keys list --filter status:disabled").ok().contains(&key.key));
}
