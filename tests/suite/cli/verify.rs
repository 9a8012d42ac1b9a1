//! `verify`: 0, or 3 with the one text for every reason, or 4 once the Secret is proved.

use super::house::House;

#[test]
fn every_refusal_looks_the_same() {
    let house = House::new();
    let (one, two) = (house.key("one"), house.key("two"));
    house.run("keys disable").arg(&two.key).ok();
    let slip = format!("{}{}", &one.secret[..55], if one.secret.ends_with('x') { 'y' } else { 'x' });
    let mut refusals = Vec::new();
    for (key, secret) in [
        (one.key.as_str(), two.secret.as_str()),
        (&two.key, &two.secret),
        (&one.key, &slip),
        (&one.key, "short"),
        (&one.key, "\u{1b}[2J"),
        ("ck_prd_0000000000000000", &one.secret),
        ("nonsense", &one.secret),
        ("", &one.secret),
    ] {
        let said = house.run("verify --key").arg(key).stdin(secret).fails(3);
        assert_eq!(said.err.lines().next(), Some("Invalid API Key"));
        assert_eq!(said.out, "");
        refusals.push(said.err);
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
}

#[test]
fn the_secret_comes_from_standard_input_or_the_environment_with_its_newline_trimmed() {
    let house = House::new();
    let pair = house.key("HR");
    let run = || house.run("verify --key").arg(&pair.key);
    for presented in ["", "\n", "\r\n"] {
        run().stdin(format!("{}{presented}", pair.secret)).ok();
    }
    run().stdin(format!("{} \n", pair.secret)).fails(3);
    run().stdin(format!("\n{}", pair.secret)).fails(3);
    run().env("CLAVIGER_SECRET", &pair.secret).ok();
    run().env("CLAVIGER_SECRET", "wrong").stdin(pair.secret.clone()).fails(3);
    run().fails(2);
    run().stdin("\n").fails(2);
    run().stdin(vec![b'a'; 1 << 20]).fails(3);
    run().stdin(vec![0xff; 56]).fails(3);
}

#[test]
fn json_tells_what_the_caller_may_know() {
    let house = House::new();
    let pair = house.key("HR");
    let json = house.run("verify --json --key").arg(&pair.key).stdin(pair.secret).json();
    let wanted = serde_json::json!({"valid": true, "key": pair.key, "description": "HR", "group": "HR", "environment": "prd"});
    assert_eq!(json, wanted);
    let said = house.run("verify --json --key").arg(&pair.key).stdin("x").fails(3);
    assert_eq!(said.out, "{\"valid\":false,\"error\":\"Invalid API Key\"}\n");
}

/// A group with a filter, and a key in it.
fn filtered() -> (House, super::house::Pair) {
    let house = House::empty();
    let file = serde_json::json!({"code": "HR", "description": "d", "role": "WRITE", "restricted": true,
        "tables": [{"table": "Asset", "select": true, "update": true,
            "filter": {"conditions": [{"field": "Department", "operator": "=", "value": "HR"}]}}],
        "menus": [{"item": "Admin", "access": "deny"}]});
    house.run("groups create --file -").stdin(file.to_string()).ok();
    let pair = house.key("HR");
    (house, pair)
}

#[test]
fn what_the_group_does_not_allow_is_insufficient_with_the_ladder_and_what_mends_it() {
    let (house, pair) = filtered();
    let run = |words: &str| {
        house.run("verify --key").arg(&pair.key).args(words.split(' ')).stdin(pair.secret.clone())
    };
    for (words, mend) in [
        ("--table asset --operation delete", "tick delete on table asset"),
        ("--table Contract --operation select", "add table Contract"),
        ("--menu admin/Users", "allow menu item Admin"),
        ("--table Asset --operation update --record {\"Department\":\"IT\"}", "leaves this record out"),
    ] {
        let said = run(words).fails(4);
        assert_eq!(said.err.lines().next(), Some("Insufficient Permissions"));
        assert!(said.err.contains("✘") && said.err.contains(mend), "{}", said.err);
        assert_eq!(said.out, "");
    }
    let said = run("--json --table Asset --operation insert").fails(4);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json["valid"], &json["error"]), (&false.into(), &"Insufficient Permissions".into()));
    let history = house.run("history --json --result insufficient").json();
    let rows = history.as_array().unwrap();
    let count: u64 = rows.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(count, 5, "each of them left a row");
    assert_eq!((&rows[0]["ref"], &rows[0]["table"]), (&json["ref"], &"Asset".into()));
    assert_eq!((&rows[0]["operation"], &rows[0]["key"]), (&"insert".into(), &pair.key.as_str().into()));
    assert!(said.err.contains(&format!("ref {}", json["ref"].as_str().unwrap())), "{}", said.err);
    run("--table Asset --operation update --record {\"department\":\"hr\"}").ok();
    let text = run("--table Asset --operation select --menu Reports").ok();
    assert!(text.ends_with("Only records where Department = 'HR'\n"), "{text}");
    let json = run("--json --table Asset --operation select").json();
    assert_eq!(json["filter"]["expression"], "Department = 'HR'");
    assert_eq!(json["filter"]["conditions"][0]["operator"], "=");
}

#[test]
fn a_wrong_secret_is_invalid_before_any_rule_is_looked_at() {
    let (house, pair) = filtered();
    let run = || house.run("verify --table Contract --operation delete --key").arg(&pair.key);
    let said = run().stdin("wrong").fails(3);
    assert!(!said.err.contains("Insufficient") && !said.err.contains("Contract"), "{}", said.err);
    house.run("verify --table Asset --key").arg(&pair.key).stdin(pair.secret.clone()).fails(2);
    house
        .run("verify --table Asset --operation drop --key")
        .arg(&pair.key)
        .stdin(pair.secret.clone())
        .fails(2);
    house.run("verify --record {} --key").arg(&pair.key).stdin(pair.secret.clone()).fails(2);
}

#[test]
fn a_malformed_secret_is_counted_like_any_other_refusal() {
    let house = House::new();
    let pair = house.key("HR");
    let slip = format!("{}{}", &pair.secret[..55], if pair.secret.ends_with('x') { 'y' } else { 'x' });
    for secret in ["short", &slip] {
        house.run("verify --key").arg(&pair.key).stdin(secret).fails(3);
    }
    house.run("verify --key").arg(&pair.key).stdin(vec![0xff; 56]).fails(3);
    let rows = house.run("history --json --result invalid").json();
    let rows = rows.as_array().unwrap();
    let count: u64 = rows.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(count, 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["key"] == pair.key.as_str() && row["ref"].is_string()), "{rows:?}");
}
