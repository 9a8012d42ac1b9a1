//! `claviger review` on a real store: words, JSON, exit codes, and what it admits not to know.

use super::house::House;
use serde_json::Value;

#[test]
fn findings_come_the_worst_first_with_evidence_and_the_command_that_mends_them() {
    let house = House::new();
    let said = house.run("review").said();
    assert_eq!((said.0, said.1.out.as_str()), (Some(0), ""), "{}", said.1.err);
    assert!(said.1.err.contains("No findings; looked at 0 Active keys"), "{}", said.1.err);
    house.run("groups create --code ROOT --description 'Everything' --role ADMIN").ok();
    let key = house.key("HR System");
    house.run("keys edit --group ROOT").arg(&key.key).ok();
    let said = house.run("review").fails(6);
    assert!(said.err.contains("note: No call was ever noted"), "{}", said.err);
    assert!(said.err.contains("(1 high, ") && said.err.contains("in 1 Active key"), "{}", said.err);
    let place = |words: &str| said.out.find(words).unwrap_or_else(|| panic!("{words}: {}", said.out));
    assert!(place("High: Unrestricted (1)") < place("Low: No owner (1)"));
    assert!(said.out.contains(&format!("  {}  HR System: user group ROOT is ADMIN\n", key.key)));
    assert!(said.out.contains("    claviger groups edit ROOT\n"));
    let (code, said) = house.run("review --json --severity high").said();
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((code, json.as_array().unwrap().len()), (Some(6), 1));
    let fields: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    let mut wanted = ["finding", "severity", "key", "description", "evidence", "remedy"];
    wanted.sort_unstable();
    assert_eq!(fields, wanted);
    assert_eq!((&json[0]["finding"], &json[0]["key"]), (&"unrestricted".into(), &key.key.as_str().into()));
    house.run("keys disable").arg(&key.key).ok();
    house.run("review").ok();
}

#[test]
fn every_remedy_is_a_command_that_the_program_takes() {
    let house = House::empty();
    house.run("demo --keys 200").ok();
    let (code, said) = house.run("review --json").said();
    assert_eq!(code, Some(6), "{}", said.err);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for finding in json.as_array().unwrap() {
        let remedy = finding["remedy"].as_str().unwrap().strip_prefix("claviger ").unwrap();
        if seen.insert(finding["finding"].as_str().unwrap()) {
            let (_, said) = house.run(&format!("{remedy} --help")).said();
            assert!(said.out.contains("Usage: claviger"), "{remedy}: {}", said.err);
        }
    }
    assert!(seen.len() > 4, "{seen:?}");
}

#[test]
fn spans_are_settable_and_nonsense_is_refused() {
    let house = House::new();
    house.key("HR System");
    for line in
        ["review --unused soon", "review --silent 0d", "review --unrotated -1", "review --severity awful"]
    {
        house.run(line).fails(2);
    }
    let (_, said) = house.run("review --unused 1d --silent 1d --unrotated 1d").said();
    assert!(!said.out.contains("Never used"), "a key made just now: {}", said.out);
}

#[test]
fn the_tightest_group_is_proved_by_the_key_s_own_calls() {
    let house = House::empty();
    house.run("groups create --code HR --description HR --role WRITE").ok();
    let pair = house.key("HR System");
    let show = || house.run("keys show --least-privilege").arg(&pair.key);
    assert!(show().ok().contains("nothing can be proposed"));
    for _ in 0..3 {
        let line = "verify --table Asset --operation select --key";
        house.run(line).arg(&pair.key).stdin(pair.secret.clone()).ok();
    }
    let said = show().ok();
    assert!(said.contains("0 of 3 calls since ") && said.contains("Tightest: READ, restricted"), "{said}");
    assert!(said.contains("  Asset: select\n  every other table: nothing\n"), "{said}");
    let json = house.run("keys show --json --least-privilege").arg(&pair.key).json();
    assert_eq!((&json["calls"], &json["refused"], &json["unknown"]), (&3.into(), &0.into(), &0.into()));
    let said = house.run("groups edit HR --restricted --dry-run").ok();
    assert!(said.starts_with("1 key would have been refused 3 of 3 calls since "), "{said}");
    assert!(said.contains(&format!("  {}  HR System: 3\n", pair.key)), "{said}");
    let kept = house.run("groups edit HR --role READ --dry-run --json").json();
    assert_eq!((&kept["refused"], &kept["calls"], &kept["keys"]), (&0.into(), &3.into(), &0.into()));
    assert_eq!(house.run("groups show HR --json").json()["role"], "WRITE", "nothing was changed");
    let mut file = json["proposal"].clone();
    file["code"] = "HR_TIGHT".into();
    let path = house.file("tight.json", file.to_string());
    house.run("groups create --file").arg(path).ok();
    house.run("keys edit --group HR_TIGHT").arg(&pair.key).ok();
    let verify = |operation: &str| {
        let line = format!("verify --table Asset --operation {operation} --key");
        house.run(&line).arg(&pair.key).stdin(pair.secret.clone()).said().0
    };
    assert_eq!(
        (verify("select"), verify("insert")),
        (Some(0), Some(4)),
        "control: it is as tight as it says"
    );
}
