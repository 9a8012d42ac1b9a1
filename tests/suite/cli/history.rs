//! `history`: what `verify` leaves behind, as table, JSON and CSV.

use serde_json::Value;

use super::house::{House, Pair};

fn verify(house: &House, key: &str, secret: &str, code: i32) {
    let (got, said) = house.run(&format!("verify --key {key}")).env("CLAVIGER_SECRET", secret).said();
    assert_eq!(got, Some(code), "{}", said.err);
}

fn used() -> (House, Pair, Pair) {
    let house = House::new();
    let (one, two) = (house.key("HR, \"main\""), house.key("Payroll"));
    verify(&house, &one.key, &one.secret, 0);
    verify(&house, &one.key, &one.secret, 0);
    verify(&house, &one.key, &two.secret, 3);
    verify(&house, &two.key, &two.secret, 0);
    (house, one, two)
}

fn rows(house: &House, line: &str) -> Vec<Value> {
    house.run(&format!("history --json {line}")).json().as_array().unwrap().clone()
}

#[test]
fn history_has_the_contract_s_fields_newest_first() {
    let (house, one, two) = used();
    let rows = rows(&house, "");
    let mut fields: Vec<_> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let wanted = [
        "agent",
        "count",
        "description",
        "key",
        "menu",
        "operation",
        "ref",
        "result",
        "source",
        "table",
        "time",
    ];
    assert_eq!(fields, wanted);
    assert_eq!((&rows[0]["key"], &rows[0]["result"]), (&two.key.as_str().into(), &"accepted".into()));
    let of = |result: &str| rows.iter().filter(|row| row["result"] == result).collect::<Vec<_>>();
    assert!(of("accepted").iter().skip(1).all(|row| row["key"] == one.key.as_str()));
    assert_eq!(of("invalid").len(), 1);
    assert_eq!(of("invalid")[0]["source"], "local");
    let count: u64 = rows.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(count, 4, "each process closes its own rows, and none is lost");
}

#[test]
fn history_of_one_key_since_a_time_or_with_a_result() {
    let (house, one, two) = used();
    assert!(rows(&house, &format!("--key {}", two.key)).iter().all(|row| row["description"] == "Payroll"));
    assert_eq!(rows(&house, "--result refused").len(), 1);
    assert_eq!(rows(&house, "--result invalid").len(), 1);
    assert_eq!(rows(&house, "--result insufficient").len(), 0);
    assert_eq!(rows(&house, "--since 2099-01-01").len(), 0);
    assert_eq!(rows(&house, "--since 1h").len(), rows(&house, "").len());
    let text = house.run(&format!("history --key {} --result refused", one.key)).ok();
    assert!(text.contains("Invalid API Key") && text.contains(&one.key), "{text}");
    for bad in ["--result denied", "--since yesterday", "--key nonsense", "--csv --json"] {
        house.run(&format!("history {bad}")).fails(2);
    }
}

#[test]
fn the_csv_is_read_back_field_by_field() {
    let (house, one, _) = used();
    let text = house.run("history --csv").ok();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "time,key,description,source,agent,table,operation,menu,result,count,ref"
    );
    assert_eq!(lines.clone().count(), rows(&house, "").len());
    let line = lines.find(|line| line.contains(&one.key)).unwrap();
    assert!(line.contains(",\"HR, \"\"main\"\"\",local,"), "{line}");
}

#[test]
fn a_verified_key_shows_its_last_use_in_the_next_process() {
    let (house, one, _) = used();
    let unused = house.key("Unused");
    let last =
        |key: &str| house.keys().into_iter().find(|row| row["key"] == key).unwrap()["last_used"].clone();
    assert!(last(&one.key).as_str().unwrap().ends_with('Z'));
    assert_eq!(last(&unused.key), Value::Null);
}

#[test]
fn no_secret_is_in_the_history_and_its_files_are_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (house, one, two) = used();
    let stored = house.stored_bytes();
    for secret in [&one.secret, &two.secret] {
        let part = &secret.as_bytes()[7..30];
        assert!(!stored.windows(part.len()).any(|bytes| bytes == part));
    }
    let history = house.store().join("history");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&history), 0o700);
    for entry in std::fs::read_dir(&history).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn disable_and_delete_name_the_last_accepted_call_its_source_and_its_program() {
    let (house, one, two) = used();
    let said = house.run("keys disable").arg(&one.key).ok();
    assert!(said.contains(" from local by claviger verify"), "{said}");
    let receipt = house.run("keys delete --yes --json").arg(&two.key).json();
    assert_eq!(
        (&receipt["last_source"], &receipt["last_agent"]),
        (&"local".into(), &"claviger verify".into())
    );
    assert!(receipt["last_used"].is_string() && receipt["sessions_closed"] == 0, "{receipt}");
    let unused = house.key("Unused");
    let receipt = house.run("keys disable --json").arg(&unused.key).json();
    assert!(receipt["last_used"].is_null() && receipt["last_source"].is_null(), "{receipt}");
}

#[test]
fn a_bad_budget_of_the_history_is_refused_with_its_place_and_a_good_one_is_heeded() {
    let (house, ..) = used();
    let file = house.store().join("claviger.toml");
    std::fs::write(&file, "administrators = []\nhistory_days = 0\n").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let said = house.run("history").fails(5);
    assert!(
        said.err.contains("claviger.toml line 2: history_days is 0: it must be 1 to 3700"),
        "{}",
        said.err
    );
    assert!(said.err.contains("hint: correct that line"), "{}", said.err);
    std::fs::write(&file, "history_days = 400\nhistory_rows = 1000\n").unwrap();
    assert!(!rows(&house, "").is_empty());
}

#[test]
fn a_demo_has_calls_in_rhythms_refusals_and_keys_that_never_called() {
    let house = House::empty();
    house.run("demo --keys 40").ok();
    let rows = rows(&house, "");
    let of = |result: &str| rows.iter().filter(|row| row["result"] == result).count();
    assert!(of("accepted") > 1_000 && of("insufficient") > 0 && of("invalid") > 0, "{}", rows.len());
    let keys = house.keys();
    let last = |key: &Value| {
        let calls = rows.iter().filter(|row| row["key"] == key["key"] && row["result"] == "accepted");
        calls.map(|row| row["time"].as_str().unwrap()).max()
    };
    let never = keys.iter().filter(|key| key["last_used"].is_null()).count();
    assert!(never > 0 && never < 20, "{never}");
    for key in &keys {
        assert_eq!(key["last_used"].as_str(), last(key), "{key}");
    }
}
