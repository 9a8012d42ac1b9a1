//! `claviger review` on a real store: words, JSON, exit codes, and what it admits not to know.

use std::os::unix::fs::PermissionsExt;

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
    assert!(said.out.contains("High: Unrestricted (1)  unrestricted\n"), "the word for accepting it");
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
fn a_report_tells_an_auditor_by_itself_how_it_was_looked_and_what_is_lived_with() {
    let house = House::new();
    let key = house.key("HR System");
    house.run("verify --key").arg(&key.key).stdin(key.secret.clone()).ok();
    let line = "review accept no-owner --reason 'agreed with Ada' --until 90d";
    house.run(line).arg(&key.key).ok();
    let (code, said) = house.run("review --report --unused 20d").said();
    let json: Value = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out));
    assert_eq!(code, Some(6), "{}", said.err);
    let basis = &json["review"];
    assert_eq!(basis["limits"]["unused_days"], 20, "as asked for");
    assert_eq!(basis["limits"]["silent_days"], 90, "as usual");
    assert_eq!((&basis["active_keys"], &basis["left_out"]), (&1.into(), &1.into()));
    assert_eq!(basis["practices"].as_array().unwrap().len(), 14, "what was looked for, found or not");
    assert!(basis["not_known"][0].as_str().unwrap().contains("The logon history begins"), "{basis}");
    for field in ["made", "by", "revision", "history_since"] {
        assert!(!basis[field].is_null(), "{field}: {basis}");
    }
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len() as u64, basis["findings"].as_u64().unwrap());
    let expiry = findings.iter().find(|one| one["finding"] == "no-expiry").unwrap();
    assert!(expiry["reason"].as_str().unwrap().len() > 20 && expiry["group"] == "HR", "{expiry}");
    let accepted = &json["accepted"][0];
    assert_eq!((&accepted["finding"], &accepted["state"]), (&"no-owner".into(), &"holds".into()));
    house.run("keys disable").arg(&key.key).ok();
    let json = house.run("review --report").json();
    assert_eq!((&json["review"]["active_keys"], &json["findings"]), (&0.into(), &serde_json::json!([])));
    house.run("review --report --accepted").fails(2);
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

#[test]
fn menu_items_that_others_opened_and_this_key_did_not_are_denied_by_category() {
    let house = House::empty();
    house.run("groups create --code HR --description HR --role READ").ok();
    let (pair, other) = (house.key("HR System"), house.key("Other"));
    let open = |key: &super::house::Pair, item: &str| {
        let line = format!("verify --menu '{item}' --key");
        house.run(&line).arg(&key.key).stdin(key.secret.clone()).said().0
    };
    for (key, item) in [(&pair, "Reports/Assets"), (&other, "Admin/Users"), (&other, "Reports/Costs")] {
        assert_eq!(open(key, item), Some(0));
    }
    let said = house.run("keys show --least-privilege").arg(&pair.key).ok();
    assert!(
        said.contains("0 of 1 calls since ") && said.contains("every menu item but Admin, Reports/Costs\n")
    );
    let mut file = house.run("keys show --json --least-privilege").arg(&pair.key).json()["proposal"].clone();
    file["code"] = "HR_TIGHT".into();
    let path = house.file("tight.json", file.to_string());
    house.run("groups create --file").arg(path).ok();
    house.run("keys edit --group HR_TIGHT").arg(&pair.key).ok();
    assert_eq!(
        ["Reports/Assets", "Admin/Users", "Reports/Costs"].map(|item| open(&pair, item)),
        [Some(0), Some(4), Some(4)]
    );
}

#[test]
fn an_accepted_finding_is_left_out_told_and_taken_back() {
    let house = House::new();
    let key = house.key("HR System");
    let count = || {
        let (code, said) = house.run("review --json").said();
        (code, serde_json::from_str::<Value>(&said.out).unwrap().as_array().unwrap().len())
    };
    assert_eq!(count(), (Some(6), 2));
    for finding in ["no-owner", "no-expiry"] {
        let line = format!("review accept {finding} --reason 'made \"by\" hand' --until 2099-01-01");
        let said = house.run(&line).arg(&key.key).fails(2);
        assert!(said.err.contains("more than a year ahead"), "{}", said.err);
        let line = format!("review accept {finding} --reason 'agreed with Ada' --until 90d");
        let run = house.run(&line).arg(&key.key).said();
        let said = run.1.out;
        assert!(run.0 == Some(0) && !run.1.err.contains("nothing of the kind"), "{}", run.1.err);
        assert!(said.starts_with(&format!("Accepted {finding} of {} until 20", key.key)), "{said}");
    }
    let (code, said) = house.run("review").said();
    assert_eq!((code, said.out.as_str()), (Some(0), ""), "accepted ones are no findings: {}", said.err);
    assert!(said.err.contains("note: 2 accepted findings are left out: `claviger review --accepted`"));
    let said = house.run("review --accepted").ok();
    assert!(said.contains("agreed with Ada") && said.contains("HR System"), "{said}");
    let json = house.run("review --accepted --json").json();
    let fields: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    let mut wanted = [
        "finding",
        "severity",
        "key",
        "group",
        "description",
        "reason",
        "accepted",
        "accepted_by",
        "until",
        "state",
    ];
    wanted.sort_unstable();
    assert_eq!(fields, wanted);
    assert_eq!((&json[0]["state"], &json[0]["reason"]), (&"holds".into(), &"agreed with Ada".into()));
    assert_eq!(house.run("review --accepted --json --severity medium").json(), Value::Array(Vec::new()));
    let changes = house.run("changes --json").json();
    assert_eq!((&changes[0]["action"], &changes[0]["before"]), (&"finding-accepted".into(), &Value::Null));
    assert_eq!(changes[0]["after"]["reason"], "agreed with Ada");
    assert!(changes[0]["after"]["until"].as_str().unwrap().ends_with('Z'));
    let said = house.run("review withdraw no-owner").arg(&key.key).ok();
    assert!(said.contains("was accepted because \"agreed with Ada\""), "{said}");
    assert_eq!(count(), (Some(6), 1));
    assert!(house.run("review withdraw no-owner").arg(&key.key).fails(1).err.contains("is not accepted"));
}

#[test]
fn words_that_cannot_be_accepted_are_refused_with_what_could_be() {
    let house = House::new();
    let key = house.key("HR System").key;
    let refused = |line: &str, code, told: &str| {
        let said = house.run(&line.replace("KEY", &key)).fails(code);
        assert!(said.err.contains(told) && said.err.contains("hint: "), "{line}: {}", said.err);
    };
    refused("review accept no-such KEY --reason x --until 1d", 2, "no-owner");
    refused("review accept no-owner KEY --reason ' ' --until 1d", 2, "Reason is empty");
    refused("review accept no-owner KEY --reason x --until soon", 2, "--until: \"soon\" is not a time");
    refused("review accept no-owner KEY --reason x --until 2020-01-01", 2, "lies in the past");
    refused("review accept no-owner KEY --reason x", 2, "--until");
    refused("review accept shared-group KEY --reason x --until 1d", 2, "a finding about a user group");
    refused("review accept no-owner ck_prd_0000000000000000 --reason x --until 1d", 1, "There is no key");
    refused("review accept no-owner not! --reason x --until 1d", 2, "not!");
    house.run("groups create --code ROOT --description Everything --role ADMIN").ok();
    let line = "review accept 'Group across environments' ROOT --reason x --until 1d";
    let (code, said) = house.run(line).said();
    assert!(code == Some(0) && said.err.contains("note: nothing of the kind is found now"), "{}", said.err);
    let json = house.run("review --accepted --json").json();
    assert_eq!((&json[0]["key"], &json[0]["group"]), (&Value::Null, &"ROOT".into()));
    assert_eq!(json[0]["state"], "not-found", "nothing of the kind is there");
}

#[test]
fn limits_of_the_store_hold_options_win_and_a_wrong_one_is_refused_by_its_line() {
    let house = House::new();
    let path = house.file("store/claviger.toml", "review_unused_days = 1\nreview_silent_days = 0\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let said = house.run("review").fails(5);
    assert!(
        said.err.contains("claviger.toml line 2") && said.err.contains("it must be 1 to 3650"),
        "{}",
        said.err
    );
    std::fs::write(&path, "review_unused_days = 1\n").unwrap();
    house.run("review").ok();
}
