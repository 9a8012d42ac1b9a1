//! Section 5 of the contract, row by row and byte by byte.

use super::house::{House, Pair};
use claviger::model::Status;
use std::time::Duration;

fn bearer_of(reply: &super::house::Reply) -> String {
    let json: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    json["Authorization"].as_str().unwrap().to_owned()
}

fn invalid(reply: &super::house::Reply) {
    let reference = reply.header("x-claviger-ref").to_owned();
    assert_eq!((reply.status, reference.len()), (401, 9), "{reply:?}");
    assert_eq!(reply.body, format!(r#"{{"error":"Invalid API Key","ref":"{reference}"}}"#));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("content-type"), "application/json");
}

fn insufficient(reply: &super::house::Reply) {
    let reference = reply.header("x-claviger-ref").to_owned();
    assert_eq!((reply.status, reference.len()), (403, 9), "{reply:?}");
    assert_eq!(reply.body, format!(r#"{{"error":"Insufficient Permissions","ref":"{reference}"}}"#));
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[test]
fn logon_answers_a_bearer_token_for_form_and_basic_at_both_addresses() {
    let house = House::new();
    let pair = house.key("READER");
    let form = format!("apikey={}&apisecret={}", pair.key, pair.secret.expose());
    for path in ["/v1/logon", "/a.aspx"] {
        for (headers, body) in [
            (String::new(), form.clone()),
            ("Content-Type: application/x-www-form-urlencoded\r\n".into(), format!("command=logon&{form}")),
            (pair.basic(), String::new()),
            (pair.headers(), String::new()),
        ] {
            let reply = house.post(path, &headers, &body);
            assert_eq!(reply.status, 200, "{path} {headers} {reply:?}");
            let bearer = bearer_of(&reply);
            assert_eq!(reply.body, format!(r#"{{"Authorization":"{bearer}","expires_in":1200}}"#));
            assert_eq!(reply.header("cache-control"), "no-store");
            let used = house.post("/v1/verify", &format!("Authorization: {bearer}\r\n"), "");
            assert_eq!(used.status, 200, "{used:?}");
        }
    }
    invalid(&house.post("/v1/logon", "", ""));
    invalid(&house.post("/v1/logon", &pair.basic(), &form));
    invalid(&house.post("/v1/logon", "", &format!("{form}&apikey={}", pair.key)));
    invalid(&house.post("/v1/logon", "", &form.replace("apikey=ck", "apikey=cx")));
    let bearer = house.logon(&pair);
    invalid(&house.post("/v1/logon", &bearer, ""));
    assert_eq!(house.post("/v1/logon", "", &format!("command=logoff&{form}")).status, 400);
    assert_eq!(house.post("/v1/logon", "", "apikey=%zz").status, 400);
}

#[test]
fn verify_tells_who_it_is_and_the_filter_that_the_application_must_apply() {
    let house = House::new();
    house.group(
        r#"{"code":"HR","description":"HR","role":"WRITE","tables":[{"table":"Asset","select":true,"filter":
        {"conditions":[{"field":"Department","operator":"=","value":"HR"}],"scheme":"1"}}],"menus":[{"item":"Reports","access":"deny"}]}"#,
    );
    let pair = house.key("HR");
    let ask = |body: &str| house.post("/v1/verify", &pair.basic(), body);
    let who = format!(
        r#"{{"valid":true,"key":"{}","description":"HR System","group":"HR","environment":"prd","filter":"#,
        pair.key
    );
    for open in [
        "",
        "{}",
        r#"{"menu":"Assets"}"#,
        r#"{"table":"Contract","operation":"delete","agent":"a","source":"s"}"#,
    ] {
        let reply = ask(open);
        assert_eq!((reply.status, reply.body.as_str()), (200, format!("{who}null}}").as_str()), "{open}");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("x-claviger-ref"), "(none)");
    }
    let filtered = ask(r#"{"table":"asset","operation":"select"}"#);
    let filter = r#"{"conditions":[{"field":"Department","operator":"=","value":"HR"}],"scheme":"1","expression":"Department = 'HR'"}"#;
    assert_eq!(filtered.body, format!("{who}{filter}}}"));
    let with = |record: &str| ask(&format!(r#"{{"table":"Asset","operation":"select","record":{record}}}"#));
    assert_eq!(with(r#"{"department":"hr"}"#).body, format!("{who}null}}"));
    insufficient(&with(r#"{"department":"IT"}"#));
    insufficient(&ask(r#"{"table":"Asset","operation":"delete"}"#));
    insufficient(&ask(r#"{"menu":"reports/Asset Register"}"#));
    for bad in
        ["{", "[]", r#"{"table":"Asset"}"#, r#"{"table":"Asset","operation":"drop"}"#, r#"{"tabel":"Asset"}"#]
    {
        let reply = ask(bad);
        assert_eq!(reply.status, 400, "{bad} {reply:?}");
        assert!(
            reply.body.starts_with(r#"{"error":"The "#) || reply.body.starts_with(r#"{"error":"A table"#)
        );
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[test]
fn every_source_of_a_credential_is_taken_alone_and_none_beside_another() {
    let house = House::new();
    let pair = house.key("READER");
    let (basic, headers, bearer) = (pair.basic(), pair.headers(), house.logon(&pair));
    let token = bearer.trim().trim_start_matches("Authorization: Bearer ").to_owned();
    let in_body = format!(r#"{{"key":"{}","secret":"{}"}}"#, pair.key, pair.secret.expose());
    let token_in_body = format!(r#"{{"token":"{token}"}}"#);
    let good = [(basic.as_str(), ""), (&headers, ""), (&bearer, ""), ("", &in_body), ("", &token_in_body)];
    for (lines, body) in good {
        assert_eq!(house.post("/v1/verify", lines, body).status, 200, "{lines} {body}");
    }
    for (place, (lines, body)) in good.iter().enumerate() {
        for (other_place, (other_lines, other_body)) in good.iter().enumerate() {
            let one_body = if body.is_empty() { other_body } else { body };
            let both_in_body = !body.is_empty() && !other_body.is_empty();
            if (place != other_place || !lines.is_empty()) && !both_in_body {
                invalid(&house.post("/v1/verify", &format!("{lines}{other_lines}"), one_body));
            }
        }
    }
    let both = format!(r#"{{"key":"{}","secret":"{}","token":"{token}"}}"#, pair.key, pair.secret.expose());
    invalid(&house.post("/v1/verify", "", &both));
    invalid(&house.post("/v1/verify", "", ""));
}

#[test]
fn all_that_is_wrong_with_a_credential_looks_alike() {
    let house = House::new();
    let (good, other, disabled, deleted) =
        (house.key("READER"), house.key("READER"), house.key("READER"), house.key("READER"));
    let mut draft = House::draft("READER");
    draft.expires = Some(claviger::model::Time(super::house::NOW.0 + 60));
    let expired = house.create(draft);
    assert_eq!(house.post("/v1/verify", &expired.basic(), "").status, 200);
    house.clock.advance(Duration::from_mins(1));
    house.set(disabled.key, Status::Disabled);
    house.delete(deleted.key);
    let wrong = Pair { key: good.key, secret: other.secret };
    let slip = good.headers().replace("X-Api-Secret: cs_prd_", "X-Api-Secret: cs_prd_x");
    for lines in [
        disabled.basic(),
        deleted.basic(),
        expired.basic(),
        wrong.basic(),
        slip,
        "X-Api-Key: x\r\nX-Api-Secret: y\r\n".to_owned(),
        "Authorization: Bearer x\r\n".to_owned(),
        format!("Authorization: Bearer ct_{}\r\n", "a".repeat(43)),
        "Authorization: Basic ????\r\n".to_owned(),
        String::new(),
    ] {
        let reply = house.post("/v1/verify", &lines, r#"{"table":"Asset","operation":"delete"}"#);
        invalid(&reply);
        assert_eq!(reply.body.len(), r#"{"error":"Invalid API Key","ref":"XXXX-XXXX"}"#.len());
        invalid(&house.get("/auth/nginx", &lines));
    }
    assert_eq!(house.post("/v1/verify", &good.basic(), "").status, 200);
}

#[test]
fn a_session_ends_after_twenty_minutes_and_a_disable_closes_it_for_good() {
    let house = House::new();
    let pair = house.key("READER");
    let (first, verify) = (house.logon(&pair), |bearer: &str| house.post("/v1/verify", bearer, "").status);
    house.clock.advance(Duration::from_secs(1_199));
    assert_eq!(verify(&first), 200);
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(verify(&first), 401);
    let second = house.logon(&pair);
    house.set(pair.key, Status::Disabled);
    assert_eq!(verify(&second), 401);
    house.set(pair.key, Status::Active);
    assert_eq!(verify(&second), 401, "a closed session stays closed");
    assert_eq!(verify(&pair.basic()), 200);
    assert_eq!(verify(&house.logon(&pair)), 200);
}

#[test]
fn health_metrics_and_unknown_addresses_are_answered() {
    let house = House::new();
    let health = house.get("/healthz", "");
    assert_eq!(
        (health.status, health.body.as_str(), health.header("cache-control")),
        (200, "ok", "no-store")
    );
    let pair = house.key("READER");
    house.post("/v1/verify", &pair.basic(), "");
    house.post("/v1/verify", "", "");
    house.post("/v1/verify", "", "{");
    house.post("/v1/verify", &pair.basic(), r#"{"table":"Asset","operation":"delete"}"#);
    house.logon(&pair);
    let metrics = house.get("/metrics", "");
    assert_eq!((metrics.status, metrics.header("cache-control")), (200, "no-store"));
    for line in [
        r#"claviger_answers_total{endpoint="verify",outcome="accepted"} 1"#,
        r#"claviger_answers_total{endpoint="verify",outcome="invalid"} 1"#,
        r#"claviger_answers_total{endpoint="verify",outcome="insufficient"} 1"#,
        r#"claviger_answers_total{endpoint="verify",outcome="malformed"} 1"#,
        r#"claviger_answers_total{endpoint="logon",outcome="accepted"} 1"#,
        "claviger_hashes_total 1",
        "claviger_sessions 1",
        "claviger_keys_active 1",
        "claviger_changes_saved 1",
    ] {
        assert!(metrics.body.lines().any(|l| l == line), "{line}\n{}", metrics.body);
    }
    for (reply, status) in [
        (house.get("/", ""), 404),
        (house.get("/v1/verify", ""), 405),
        (house.post("/healthz", "", ""), 405),
        (house.ask("HEAD /healthz HTTP/1.1\r\n", ""), 200),
    ] {
        assert_eq!((reply.status, reply.header("cache-control")), (status, "no-store"), "{reply:?}");
    }
}
