//! `verify`: 0, or 3 with the one text for every reason.

use super::house::House;

#[test]
fn every_refusal_looks_the_same() {
    let house = House::new();
    let (one, two) = (house.key("one"), house.key("two"));
    house.run("keys disable").arg(&two.key).ok();
    let slip = format!("{}x", &one.secret[..55]);
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
