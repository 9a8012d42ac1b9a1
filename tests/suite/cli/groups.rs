//! `groups …`.

use super::house::House;
use serde_json::{Value, json};

#[test]
fn a_group_comes_from_options_from_a_file_or_from_a_template() {
    let house = House::empty();
    let said =
        house.run("groups create --code HR --description 'Human resources' --role read --restricted").ok();
    assert_eq!(said, "Created user group HR (Human resources)\n");
    let file = json!({"code": "IT", "description": "d", "role": "WRITE", "tables": [{"table": "Asset", "select": true,
        "filter": {"conditions": [{"field": "Department", "operator": "=", "value": "IT"}], "scheme": "1"}}]});
    let path = house.file("it.json", file.to_string());
    house.run("groups create --file").arg(path).ok();
    house
        .run("groups create --file -")
        .stdin(file.to_string().replace("\"code\":\"IT\"", "\"code\":\"STDIN\""))
        .ok();
    for template in house.run("groups templates --json").json().as_array().unwrap() {
        house.run("groups create --template").arg(template["name"].as_str().unwrap()).ok();
    }
    house.run("groups create --template read-only-reporting --code MINE --description 'My own'").ok();
    let listed = house.run("groups list --json").json();
    let codes: Vec<_> = listed.as_array().unwrap().iter().map(|g| g["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 8, "{codes:?}");
    assert!(codes.is_sorted() && codes.contains(&"MINE"));
    let text = house.run("groups show IT").ok();
    assert!(text.contains("Asset: select; only where Department = 'IT'"), "{text}");
    assert_eq!(house.run("groups show HR --json").json()["restricted"], true);
}

#[test]
fn what_show_prints_as_json_is_what_create_reads() {
    let house = House::empty();
    house.run("groups create --template department-specific-integration --code ONE").ok();
    let one = house.run("groups show ONE --json").ok();
    house.run("groups create --file -").stdin(one.replace("\"ONE\"", "\"TWO\"")).ok();
    assert_eq!(house.run("groups show TWO --json").ok(), one.replace("\"ONE\"", "\"TWO\""));
}

#[test]
fn edit_changes_what_is_named_or_all_from_a_file_but_never_the_code() {
    let house = House::new();
    assert!(house.run("groups edit HR --role WRITE --restricted").ok().starts_with("Edited"));
    let json = house.run("groups edit HR --restricted false --json").json();
    assert_eq!((&json["role"], &json["restricted"]), (&Value::from("WRITE"), &false.into()));
    assert!(house.run("groups edit HR --role WRITE").ok().starts_with("Unchanged"));
    house.run("groups edit HR").fails(2);
    house.run("groups edit NONE --role READ").fails(1);
    let other = house.file("other.json", r#"{"code":"IT","description":"d","role":"READ"}"#);
    let said = house.run("groups edit HR --file").arg(other).fails(1);
    assert!(said.err.contains("group IT, not HR"), "{}", said.err);
    let same = house.file("same.json", r#"{"code":"HR","description":"from file","role":"READ"}"#);
    house.run("groups edit HR --file").arg(same).ok();
    assert_eq!(house.run("groups show HR --json").json()["description"], "from file");
}

#[test]
fn a_group_in_use_is_not_deleted_and_its_keys_are_named() {
    let house = House::new();
    let pair = house.key("Payroll");
    let said = house.run("groups delete HR --yes").fails(1);
    assert!(said.err.contains("User group HR is used by 1 key\n"), "{}", said.err);
    assert!(said.err.contains(&format!("  {}  Payroll", pair.key)), "{}", said.err);
    house.run("keys delete --yes").arg(&pair.key).ok();
    house.run("groups delete HR").fails(2);
    assert_eq!(house.run("groups delete HR --yes").ok(), "Deleted user group HR for ever\n");
    house.run("groups show HR").fails(1);
}

#[test]
fn bad_groups_are_refused_with_the_place() {
    let house = House::new();
    house.run("groups create --code hr --description d --role READ").fails(2);
    house.run("groups create --code A --description d --role OWNER").fails(2);
    house.run("groups create --code A --description d").fails(2);
    house.run("groups create --template nonsense").fails(2);
    house.run("groups create --code HR --description d --role READ").fails(1);
    house.run("groups create --file absent.json").fails(1);
    for (contents, place) in [
        ("", "line 1"),
        ("{\"code\":\"A\",\n\"role\":\"READ\"}", "description"),
        ("\u{0}\u{1}\u{2}", "is not a user group"),
        (
            r#"{"code":"A","description":"d","role":"READ","tables":[{"table":"T"},{"table":"t"}]}"#,
            "stands twice",
        ),
    ] {
        let path = house.file("bad.json", contents);
        let said = house.run("groups create --file").arg(path).fails(1);
        assert!(said.err.contains(place), "{}", said.err);
    }
    house.file("large.json", vec![b' '; 5 << 20]);
    assert!(house.run("groups create --file large.json").fails(1).err.contains("larger than 4 MiB"));
    assert_eq!(house.run("groups list --json").json().as_array().unwrap().len(), 1);
}

#[test]
fn the_list_tells_how_many_keys_use_each_group() {
    let house = House::new();
    house.key("a");
    house.key("b");
    let json = house.run("groups list --json --filter human").json();
    assert_eq!((&json[0]["code"], &json[0]["keys"]), (&Value::from("HR"), &2.into()));
    assert!(house.run("groups list").ok().contains("Human resources"));
    assert_eq!(house.run("groups list --filter nothing --json").ok(), "[]\n");
}

#[test]
fn explain_tells_what_a_group_may_do_and_why_not() {
    let house = House::empty();
    house.run("groups create --template department-specific-integration").ok();
    let text = house.run("groups show API_HR --explain").ok();
    assert!(text.starts_with("Asset: select, insert, update, where Department = 'HR'\n"), "{text}");
    assert!(text.contains("every other table: nothing\nevery menu item but Admin\n"), "{text}");
    let text = house.run("groups show API_HR --explain --table Asset --operation delete").ok();
    let wanted = "Insufficient Permissions\n  ✔ role WRITE delete\n  ✔ table Asset\n  ✘ delete\nTo mend it: tick delete on table Asset in group API_HR\n";
    assert_eq!(text, wanted);
    let run = |record: &str| {
        house.run("groups show API_HR --explain --json --table Asset --operation select --record").arg(record)
    };
    let json = run(r#"{"Department":"IT"}"#).json();
    assert_eq!((&json["allowed"], &json["ladder"][3]["name"]), (&false.into(), &"record filter".into()));
    assert_eq!(run(r#"{"Department":"HR"}"#).json()["allowed"], true);
    let said = run(r#"{"Department":"#).fails(2);
    assert!(said.err.contains("not a JSON object of fields") && said.err.contains("column"), "{}", said.err);
    house.run("groups show NONE --explain --menu Reports").fails(1);
}

#[test]
fn every_kind_of_bad_filter_is_refused_with_its_place_and_nothing_is_saved() {
    let house = House::empty();
    let condition = |field: &str, operator: &str| json!({"field": field, "operator": operator, "value": "x"});
    let many: Vec<Value> = (0..10_000).map(|n| condition(&format!("f{n}"), "=")).collect();
    for (conditions, scheme, place) in [
        (vec![condition("a", "~")], "", "unknown variant `~`"),
        (
            vec![condition("a", "=")],
            "1 AND 2",
            "table \"T\": The scheme names condition 2, there are 1 (scheme, character 7)",
        ),
        (vec![condition("a", "="), condition("b", "=")], "1", "Condition 2 is not in the scheme"),
        (vec![condition("a", "="), condition("", "=")], "", "Condition 2 names no field"),
        (vec![condition("a", "in")], "", "Condition 1: in takes a list"),
        (many, "", "10000 conditions are more than the 1000"),
        (vec![], "", "at least one condition"),
    ] {
        let filter = json!({"conditions": conditions, "scheme": scheme});
        let group = json!({"code": "A", "description": "d", "role": "READ", "tables": [{"table": "T", "filter": filter}]});
        let said = house.run("groups create --file -").stdin(group.to_string()).fails(1);
        assert!(said.err.contains(place), "{place}: {}", said.err);
    }
    assert!(!house.store().exists(), "not even a store was made");
}

#[test]
fn templates_are_told_with_what_they_allow() {
    let text = House::empty().run("groups templates").ok();
    assert!(
        text.contains("Read-only reporting: a group with read permissions only\n  every table: select"),
        "{text}"
    );
    assert!(text.contains("  everything: unrestricted"), "{text}");
}
