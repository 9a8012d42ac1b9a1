//! `keys list`, `show`, `edit`, `enable`, `disable`, `delete`.

use super::house::House;
use serde_json::Value;

fn column(keys: &Value, field: &str) -> Vec<String> {
    keys.as_array().unwrap().iter().map(|key| key[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_list_is_newest_first_and_can_be_sorted_filtered_and_narrowed() {
    let house = House::new();
    let pairs = ["bravo", "Alpha", "charlie"].map(|name| house.key(name));
    house.run("keys disable").arg(&pairs[0].key).ok();
    let listed = |line: &str| column(&house.run(&format!("keys list --json {line}")).json(), "description");
    assert_eq!(listed(""), ["charlie", "Alpha", "bravo"]);
    assert_eq!(listed("--sort description"), ["Alpha", "bravo", "charlie"]);
    assert_eq!(listed("--sort description:desc"), ["charlie", "bravo", "Alpha"]);
    assert_eq!(listed("--status disabled"), ["bravo"]);
    assert_eq!(listed("--status ACTIVE"), ["charlie", "Alpha"]);
    assert_eq!(listed("--filter 'ALPHA hr'"), ["Alpha"]);
    assert_eq!(listed("--filter nothing"), [""; 0]);
    house.run("keys list --sort colour").fails(2);
    house.run("keys list --status maybe").fails(2);
}

#[test]
fn a_list_longer_than_a_window_is_whole_and_each_key_stands_once() {
    let house = House::empty();
    house.run("demo --keys 2500").ok();
    let mut keys = column(&house.run("keys list --json").json(), "key");
    let text = house.run("keys list").ok();
    assert_eq!(text.lines().count(), 2501);
    assert!(keys.iter().all(|key| text.contains(key.as_str())));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 2500);
}

#[test]
fn columns_are_aligned_whatever_the_width_of_the_text() {
    let house = House::new();
    house.key("東京支店 👍 integration");
    house.key("a");
    let text = house.run("keys list").ok();
    let places: Vec<_> = text
        .lines()
        .skip(1)
        .map(|line| unicode_width::UnicodeWidthStr::width(&line[..line.find("ck_").unwrap()]))
        .collect();
    assert_eq!(places[0], places[1], "{text}");
}

#[test]
fn show_tells_all_but_the_secret() {
    let house = House::new();
    let pair = house.key("HR System");
    let text = house.run("keys show").arg(&pair.key).ok();
    for word in [
        "HR System",
        "HR (Human resources, READ)",
        "Active",
        "production",
        "cannot be retrieved",
        "never",
        "UTC",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(house.run("keys show --json").arg(&pair.key).json()["key"], pair.key.as_str());
    let other = house.key("other");
    let both = house.run("keys show --json").args([&pair.key, &other.key]).json();
    assert_eq!(column(&both, "key"), [pair.key, other.key]);
}

#[test]
fn edit_changes_what_is_named_and_an_empty_value_clears() {
    let house = House::new();
    let pair = house.key("old");
    house.run("groups create --code IT --description IT --role WRITE").ok();
    let edit = |line: &str| house.run(&format!("keys edit {} {line}", pair.key));
    edit("--description new --group IT --owner Ada --rotate-every quarterly --expires 2099-01-01").ok();
    let json = house.run("keys show --json").arg(&pair.key).json();
    assert_eq!(
        (&json["description"], &json["group"], &json["owner"]),
        (&"new".into(), &"IT".into(), &"Ada".into())
    );
    assert_eq!((&json["rotate_every_days"], &json["expires"]), (&90.into(), &"2099-01-01T00:00:00Z".into()));
    let json = edit("--json --owner '' --rotate-every '' --expires ''").json();
    assert_eq!(
        (&json["owner"], &json["rotate_every_days"], &json["expires"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(json["description"], "new");
    assert!(edit("--description new").ok().starts_with("Unchanged"));
    edit("").fails(2);
    edit("--description ''").fails(2);
    edit("--env dev").fails(2);
    assert!(edit("--group NONE").fails(1).err.contains("There is no user group NONE"));
}

#[test]
fn an_edit_of_many_touches_none_when_one_is_not_there() {
    let house = House::new();
    let pair = house.key("stays");
    let absent = "ck_prd_0000000000000000";
    let said = house.run("keys edit --description changed").args([&pair.key, absent]).fails(1);
    assert!(said.err.contains(&format!("There is no key {absent}")), "{}", said.err);
    assert_eq!(house.keys()[0]["description"], "stays");
}

#[test]
fn a_disabled_key_is_refused_at_once_and_the_undo_is_named() {
    let house = House::new();
    let pair = house.key("HR");
    let verify = || house.run("verify --key").arg(&pair.key).stdin(pair.secret.clone());
    verify().ok();
    let said = house.run("keys disable").arg(&pair.key).ok();
    assert!(
        said.contains("Disabled HR") && said.contains(&format!("Undo: claviger keys enable {}", pair.key)),
        "{said}"
    );
    verify().fails(3);
    let said = house.run("keys disable").arg(&pair.key).ok();
    assert_eq!(said, "Nothing to do: 1 key was already Disabled\n");
    house.run("keys enable").arg(&pair.key).ok();
    verify().ok();
}

#[test]
fn a_verb_on_many_keys_does_all_or_none_and_says_which_it_changed() {
    let house = House::new();
    let pairs = ["a", "b", "c"].map(|name| house.key(name));
    let keys = pairs.each_ref().map(|pair| pair.key.clone());
    let absent = "ck_prd_0000000000000000".to_owned();
    house.run("keys disable").args([keys[0].clone(), absent]).fails(1);
    assert!(house.keys().iter().all(|key| key["status"] == "Active"));
    house.run("keys disable").arg(&keys[0]).ok();
    let said = house.run("keys disable").args(keys.clone()).arg(&keys[1]).ok();
    assert!(said.contains("Disabled 2 keys; 1 key was already Disabled"), "{said}");
    assert!(said.contains(&format!("keys enable {} {}\n", keys[1], keys[2])), "{said}");
    let json = house.run("keys enable --json").args(keys).json();
    assert_eq!((&json["changed"], &json["unchanged"]), (&3.into(), &0.into()));
}

#[test]
fn delete_is_for_ever_and_wants_yes_when_not_at_a_terminal() {
    let house = House::new();
    let pair = house.key("HR");
    let said = house.run("keys delete").arg(&pair.key).fails(2);
    assert!(said.err.contains("Deleting HR") && said.err.contains("--yes"), "{}", said.err);
    assert_eq!(house.keys().len(), 1);
    let said = house.run("keys delete --yes").arg(&pair.key).ok();
    assert!(said.starts_with("Deleted HR") && said.ends_with("for ever\n"), "{said}");
    assert!(house.keys().is_empty());
    house.run("verify --key").arg(&pair.key).stdin(pair.secret).fails(3);
    house.run("keys enable").arg(&pair.key).fails(1);
    house.run("keys delete --yes").arg(&pair.key).fails(1);
}

#[test]
fn impact_says_who_would_break_in_words_and_for_scripts() {
    let house = House::new();
    let (used, unused) = (house.key("HR System"), house.key("Nobody's"));
    house.run("verify --key").arg(&used.key).stdin(used.secret.as_str()).ok();
    let text = house.run("keys show --impact").arg(&used.key).ok();
    for word in
        ["HR System", "Used now, too seldom to know", "Logon history since", "local", "claviger verify"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    let one = house.run("keys show --impact --json").arg(&used.key).json();
    assert_eq!(one["verdict"], "unclear");
    assert_eq!((&one["callers"][0]["source"], &one["callers"][0]["calls"]), (&"local".into(), &1.into()));
    assert_eq!(one["callers"][0]["rhythm"], Value::Null);
    let both = house.run("keys show --impact --json").arg(&used.key).arg(&unused.key).json();
    assert_eq!(column(&both, "verdict"), ["unclear", "never_used"]);
    house.run("keys disable").arg(&used.key).ok();
    let text = house.run("keys show --impact").arg(&used.key).ok();
    assert!(text.contains("Refused already"), "{text}");
    house.run("keys show --impact ck_prd_0000000000000000").fails(1);
}

#[test]
fn show_says_in_one_line_why_a_key_stopped() {
    let house = House::new();
    let key = house.key("HR System").key;
    let standing = |house: &House| house.run("keys show --json").arg(&key).json()["standing"].clone();
    assert_eq!(standing(&house), "never_called");
    house.run("keys disable").arg(&key).ok();
    assert_eq!(standing(&house), "disabled");
    let text = house.run("keys show").arg(&key).ok();
    assert!(text.contains("Disabled by ") && text.contains("Standing"), "{text}");
}
