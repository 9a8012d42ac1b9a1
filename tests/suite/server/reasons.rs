//! `why`: the ladder behind a reference, and that it holds nothing of what was presented.

use super::house::{House, Pair};
use claviger::model::Status;
use claviger::registry::{Door, Query, Ticket};

fn ladder(house: &House, reference: &str) -> String {
    let reason = house.why(reference);
    let step = |r: &claviger::registry::Rung| format!("{} {}", r.name, if r.passed { '✔' } else { '✘' });
    let steps: Vec<String> = reason.ladder.iter().map(step).collect();
    format!("{} {}", steps.join(" "), reason.detail).trim().to_owned()
}

#[test]
fn each_refusal_has_its_ladder_behind_its_reference() {
    let house = House::new();
    let (good, other) = (house.key("READER"), house.key("READER"));
    let post = |lines: &str, body: &str| {
        let reply = house.post("/v1/verify", lines, body);
        ladder(&house, reply.header("x-claviger-ref"))
    };
    assert!(post("", "").starts_with("form ✘ no credential"));
    assert!(post(&format!("{}{}", good.basic(), good.headers()), "").starts_with("form ✘ two credentials"));
    let slip = good.headers().replace("X-Api-Secret: cs_prd_", "X-Api-Secret: cs_stg_");
    assert!(post(&slip, "").starts_with("form ✔ checksum ✘"));
    let stranger = Pair { key: "ck_prd_0000000000000000".parse().unwrap(), secret: other.secret };
    assert!(post(&stranger.basic(), "").starts_with("form ✔ checksum ✔ known ✘"));
    let wrong = Pair { key: good.key, secret: stranger.secret };
    assert!(post(&wrong.basic(), "").starts_with("form ✔ checksum ✔ known ✔ pre-check ✘"));
    let proof = "form ✔ checksum ✔ known ✔ pre-check ✔ status";
    let reply = house.post(
        "/v1/verify",
        &good.basic(),
        r#"{"table":"Asset","operation":"delete","source":"10.0.0.9"}"#,
    );
    let reason = house.why(&reply.header("x-claviger-ref").to_lowercase().replace('-', ""));
    assert_eq!(ladder(&house, &reason.reference), format!("{proof} ✔ expiry ✔ role READ delete ✘"));
    assert_eq!(reason.key, Some(good.key));
    assert_eq!(reason.description.unwrap().as_str(), "HR System");
    assert_eq!(reason.mend, "give group READER the role WRITE, or the key another group");
    assert_eq!(reason.source.as_deref(), Some("10.0.0.9"));
    house.set(good.key, Status::Disabled);
    assert_eq!(post(&good.basic(), ""), format!("{proof} ✘ Disabled by ada 2026-03-01"));
}

#[test]
fn no_reason_and_no_answer_repeats_a_secret_and_an_unknown_reference_says_so() {
    let house = House::new();
    let pair = house.key("READER");
    let secret = pair.secret.expose();
    let lines = [
        format!("X-Api-Key: {secret}\r\nX-Api-Secret: {secret}\r\n"),
        format!("X-Api-Key: {}\r\nX-Api-Secret: {secret}x\r\n", pair.key),
        format!("Authorization: Bearer {secret}\r\n"),
        format!("Authorization: {secret}\r\n"),
    ];
    for line in &lines {
        for reply in [
            house.post("/v1/verify", line, ""),
            house.post("/v1/logon", line, ""),
            house.get("/auth/nginx", line),
        ] {
            let reason = house.why(reply.header("x-claviger-ref"));
            let all = format!("{reply:?} {reason:?}");
            assert!(!all.contains(&secret[7..20]), "{all}");
        }
    }
    for body in [
        format!(r#"{{"{secret}":1}}"#),
        format!(r#"{{"operation":"{secret}"}}"#),
        format!(r#"{{"key":{{"{secret}":1}}}}"#),
    ] {
        assert!(!house.post("/v1/verify", "", &body).body.contains(&secret[7..20]));
    }
    assert!(!house.get("/metrics", "").body.contains(&secret[7..20]));
    let unknown = house.door.ask(Query::Why { reference: "0000-0000".into() }, &Ticket::new()).unwrap_err();
    assert_eq!(unknown.to_string(), "There is no refusal 0000-0000");
}
