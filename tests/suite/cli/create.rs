//! `keys create`: the one moment at which a Secret is seen.

use super::house::House;
use serde_json::Value;
use std::path::Path;

#[test]
fn key_and_secret_stand_on_a_line_each_and_verify() {
    let house = House::new();
    let pair = house.key("HR System Integration");
    assert!(pair.key.starts_with("ck_prd_") && pair.key.len() == 23);
    assert!(pair.secret.starts_with("cs_prd_") && pair.secret.len() == 56);
    let said = house.run("verify --key").arg(&pair.key).stdin(pair.secret).ok();
    assert!(said.contains("HR System Integration"), "{said}");
}

#[test]
fn json_has_the_fields_of_the_contract_and_the_secret() {
    let house = House::new();
    let line = "keys create --json --group HR --description a --env stg --expires 90d --rotate-every 12w --owner Ada";
    let text = house.run(line).ok();
    let fields = [
        "key",
        "description",
        "group",
        "environment",
        "status",
        "created",
        "modified",
        "modified_by",
        "last_used",
        "expires",
        "rotate_every_days",
        "owner",
        "secret",
    ];
    let places: Vec<_> =
        fields.iter().map(|f| text.find(&format!("\"{f}\":")).unwrap_or_else(|| panic!("{f}"))).collect();
    assert!(places.is_sorted(), "{text}");
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json.as_object().unwrap().len(), fields.len());
    assert_eq!((&json["environment"], &json["status"]), (&"stg".into(), &"Active".into()));
    assert_eq!(
        (&json["last_used"], &json["rotate_every_days"], &json["owner"]),
        (&Value::Null, &84.into(), &"Ada".into())
    );
    let (created, expires) = (json["created"].as_str().unwrap(), json["expires"].as_str().unwrap());
    assert!(created.len() == 20 && created.ends_with('Z') && expires > created, "{created} {expires}");
    let secret = json["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("cs_stg_"));
    house.run("verify --key").arg(json["key"].as_str().unwrap()).stdin(secret).ok();
}

#[test]
fn a_secret_that_was_written_out_is_confirmed_and_one_that_was_not_is_flagged() {
    let house = House::new();
    let pair = house.key("seen");
    assert!(!house.run("keys show").arg(&pair.key).ok().contains("never confirmed"));

    let (code, said) =
        house.run("keys create --group HR --description lost").onto(Path::new("/dev/full")).said_elsewhere();
    assert_eq!(code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("its Secret could not be written") && said.err.contains("hint: the Secret is lost")
    );
    let lost = house.keys().into_iter().find(|key| key["description"] == "lost").unwrap();
    let text = house.run("keys show").arg(lost["key"].as_str().unwrap()).ok();
    assert!(text.contains("never confirmed as copied"), "{text}");
}

#[test]
fn a_secret_that_would_go_nowhere_is_not_made() {
    let house = House::new();
    let line = "keys create --description lost --group HR";
    let (code, said) = house.run(line).onto(Path::new("/dev/null")).said_elsewhere();
    assert_eq!(code, Some(2));
    assert!(said.err.contains("goes nowhere") && said.err.contains("nothing was made"), "{}", said.err);
    assert_eq!(house.run("keys list --json").json().as_array().unwrap().len(), 0);
}

#[test]
fn the_secret_is_in_no_file_of_the_store_and_in_no_later_word() {
    let house = House::new();
    let pair = house.key("HR");
    house.run("verify --key").arg(&pair.key).stdin(pair.secret.clone()).ok();
    house.run("keys disable").arg(&pair.key).ok();
    let middle = &pair.secret.as_bytes()[10..40];
    assert!(!house.stored_bytes().windows(middle.len()).any(|window| window == middle));
    for line in ["keys list", "keys list --json", "changes", "changes --json"] {
        assert!(
            !house.run(line).ok().as_bytes().windows(middle.len()).any(|window| window == middle),
            "{line}"
        );
    }
}

#[test]
fn bad_fields_are_refused_by_name_and_nothing_is_made() {
    let house = House::new();
    for (line, word) in [
        ("keys create --group HR --description ''", "Description is empty"),
        ("keys create --group HR --description 'a\u{202e}b'", "Description has the invisible"),
        ("keys create --group hr --description a", "Group code \"hr\""),
        ("keys create --group HR --description a --env live", "Environment \"live\""),
        ("keys create --group HR --description a --expires soon", "Expires: \"soon\" is not a time"),
        ("keys create --group HR --description a --expires 2020-01-01", "is not ahead of now"),
        ("keys create --group HR --description a --rotate-every 0d", "Rotate every \"0d\""),
        ("keys create --group HR --description a --owner ' '", "Owner is empty"),
        ("keys create --group HR", "--description <TEXT>"),
    ] {
        let said = house.run(line).fails(2);
        assert!(said.err.contains(word), "{line}: {}", said.err);
    }
    let said = house.run("keys create --group NONE --description a").fails(1);
    assert!(
        said.err.contains("There is no user group NONE") && said.err.contains("groups create"),
        "{}",
        said.err
    );
    assert!(house.keys().is_empty());
}

#[test]
fn a_description_in_use_is_noticed_and_allowed() {
    let house = House::new();
    let first = house.key("HR");
    let (code, said) = house.run("keys create --group HR --description hr").said();
    assert_eq!(code, Some(0));
    assert!(said.err.contains(&format!("{} has this description already", first.key)), "{}", said.err);
}
