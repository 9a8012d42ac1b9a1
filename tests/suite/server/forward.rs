//! The three endpoints for proxies: what they read, what they answer, and what they never answer.

use super::house::{House, Pair, Reply};
use claviger::credential::Cost;
use claviger::server::Limits;

const ROUTES: &str = r#"
[[route]]
path = "/assets/{id}"
table = "Asset"
filters = "app"

[[route]]
path = "/reports/{*rest}"
menu = "Reports/Register"

[[route]]
path = "/status"
open = true
"#;

const FAMILIES: [(&str, &str, &str); 2] = [
    ("/auth/nginx", "X-Original-Method", "X-Original-URI"),
    ("/auth/forwarded", "X-Forwarded-Method", "X-Forwarded-Uri"),
];

fn house() -> House {
    let house = House::with(Limits::default(), ROUTES, Cost::TEST);
    house.group(
        r#"{"code":"HR","description":"HR","role":"WRITE","tables":[
        {"table":"Asset","select":true,"filter":{"conditions":[{"field":"Ort","operator":"=","value":"Köln"}]}},
        {"table":"Contract","select":true,"insert":true}],"menus":[{"item":"Reports","access":"deny"}]}"#,
    );
    house
}

/// Asks all three endpoints the same and holds that they agree.
fn ask(house: &House, pair: &Pair, method: &str, uri: &str) -> Reply {
    let replies: Vec<Reply> = FAMILIES
        .iter()
        .map(|(path, m, u)| house.get(path, &format!("{}{m}: {method}\r\n{u}: {uri}\r\n", pair.basic())))
        .chain([house.ask(&format!("{method} /auth/envoy{uri} HTTP/1.1\r\n{}", pair.basic()), "")])
        .collect();
    assert!(replies.iter().all(|r| r.status == replies[0].status), "{method} {uri} {replies:?}");
    for reply in &replies {
        assert!([200, 401, 403, 503].contains(&reply.status), "{reply:?}");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.status == 200, reply.header("x-claviger-ref") == "(none)");
    }
    replies.into_iter().next().unwrap()
}

#[test]
fn a_good_request_is_answered_with_the_identity_exactly_once_and_no_body() {
    let house = house();
    let pair = house.key("HR");
    let reply = ask(&house, &pair, "GET", "/api/Contract/5?x=1");
    assert_eq!((reply.status, reply.body.as_str(), reply.header("content-length")), (200, "", "0"));
    assert_eq!(reply.header("x-claviger-key"), pair.key.as_str());
    assert_eq!(reply.header("x-claviger-group"), "HR");
    assert_eq!(reply.header("x-claviger-environment"), "prd");
    assert_eq!(reply.header("x-claviger-filter"), "");
    let filtered = ask(&house, &pair, "GET", "/assets/5");
    assert_eq!((filtered.status, filtered.header("x-claviger-filter")), (200, "Ort%20=%20'K%C3%B6ln'"));
    assert_eq!(ask(&house, &pair, "GET", "/api/Asset/5").status, 403, "nobody would apply the filter there");
}

#[test]
fn the_method_is_the_operation_and_any_other_is_refused() {
    let house = house();
    let (hr, reader, root) = (house.key("HR"), house.key("READER"), house.key("ROOT"));
    for (method, of_hr, of_reader) in [
        ("GET", 200, 200),
        ("POST", 200, 403),
        ("PUT", 403, 403),
        ("PATCH", 403, 403),
        ("DELETE", 403, 403),
        ("OPTIONS", 403, 403),
        ("get", 403, 403),
        ("PROPFIND", 403, 403),
    ] {
        assert_eq!(ask(&house, &hr, method, "/api/Contract").status, of_hr, "{method}");
        assert_eq!(ask(&house, &reader, method, "/api/Contract").status, of_reader, "{method}");
        let of_root = if ["OPTIONS", "get", "PROPFIND"].contains(&method) { 403 } else { 200 };
        assert_eq!(ask(&house, &root, method, "/api/Contract").status, of_root, "{method}");
    }
}

#[test]
fn routes_tables_menus_open_paths_and_what_nobody_answers_to() {
    let house = house();
    let (hr, reader, root) = (house.key("HR"), house.key("READER"), house.key("ROOT"));
    for (uri, of_hr, of_reader, of_root) in [
        ("/status", 200, 200, 200),
        ("/reports/2026", 403, 200, 200),
        ("/reports", 403, 200, 200),
        ("/other", 403, 403, 200),
        ("/", 403, 403, 200),
        ("/STATUS", 403, 403, 200),
        ("/API/Contract", 403, 403, 200),
        ("/api//Contract", 403, 403, 403),
        ("/api/../status", 403, 403, 403),
        ("/api/%2e%2e/status", 403, 403, 403),
        ("/api/Contract%2f..", 403, 403, 403),
        ("/api/Contract;x", 403, 403, 403),
        ("/api/Contract%00", 403, 403, 403),
        ("/api/Contract\\x", 403, 403, 403),
        ("/api/%zz", 403, 403, 403),
    ] {
        assert_eq!(ask(&house, &hr, "GET", uri).status, of_hr, "{uri}");
        assert_eq!(ask(&house, &reader, "GET", uri).status, of_reader, "{uri}");
        assert_eq!(ask(&house, &root, "GET", uri).status, of_root, "{uri}");
    }
}

#[test]
fn each_family_reads_its_own_headers_once_and_no_others() {
    let house = house();
    let (root, basic) = (house.key("ROOT"), String::new());
    let basic = basic + &root.basic();
    for (place, (path, method, uri)) in FAMILIES.iter().enumerate() {
        let (_, other_method, other_uri) = FAMILIES[1 - place];
        let (m, u) = (format!("{method}: GET\r\n"), format!("{uri}: /api/Asset\r\n"));
        let get = |lines: &str| house.get(path, &format!("{basic}{lines}"));
        assert_eq!(get(&format!("{m}{u}")).status, 200);
        assert_eq!(get(&format!("{m}{u}{other_method}: DELETE\r\n{other_uri}: /api//x\r\n")).status, 200);
        for lines in [
            String::new(),
            m.clone(),
            u.clone(),
            format!("{m}{m}{u}"),
            format!("{m}{u}{u}"),
            format!("{method}:\r\n{u}"),
            format!("{m}{uri}:\r\n"),
            format!("{m}{uri}: /api/caf\u{e9}\r\n"),
            format!("{other_method}: GET\r\n{other_uri}: /api/Asset\r\n"),
            format!("{}{}", m.replace('-', "_"), u.replace('-', "_")),
        ] {
            let reply = get(&lines);
            assert_eq!(reply.status, 403, "{lines}");
            // The credential comes first: who is not proved learns nothing about the rest.
            assert_eq!(house.get(path, &lines).status, 401, "{lines}");
        }
    }
    let envoy = format!(
        "GET /auth/envoy/api/Asset HTTP/1.1\r\n{basic}X-Original-Method: TRACE\r\nX-Original-URI: //\r\n"
    );
    assert_eq!(house.ask(&envoy, "").status, 200);
    assert_eq!(house.ask(&format!("GET /auth/envoy HTTP/1.1\r\n{basic}"), "").status, 403);
    assert_eq!(house.ask(&format!("GET /auth/envoy//api/Asset HTTP/1.1\r\n{basic}"), "").status, 403);
}

#[test]
fn head_is_answered_like_get_and_any_method_may_carry_the_question() {
    let house = house();
    let pair = house.key("READER");
    let lines = format!("{}X-Original-Method: GET\r\nX-Original-URI: /api/Asset\r\n", pair.basic());
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
        let reply = house.ask(&format!("{method} /auth/nginx HTTP/1.1\r\n{lines}"), "");
        assert_eq!((reply.status, reply.header("x-claviger-group")), (200, "READER"), "{method}");
        assert_eq!(house.ask(&format!("{method} /auth/nginx HTTP/1.1\r\n"), "").status, 401, "{method}");
    }
    // nginx speaks HTTP/1.0 to us, and the connection ends with the answer.
    let mut client = house.client();
    let reply =
        client.raw(format!("GET /auth/nginx HTTP/1.0\r\n{lines}Connection: close\r\n\r\n").as_bytes(), false);
    assert_eq!(reply.status, 200);
    assert!(client.closed());
}

#[test]
fn a_filter_too_long_for_a_header_is_refused() {
    let house = house();
    for (code, length, status) in [("FITS", 2_000, 200), ("LONG", 2_048, 403)] {
        house.group(&format!(
            r#"{{"code":"{code}","description":"x","role":"WRITE","tables":[{{"table":"Asset","select":true,"filter":
            {{"conditions":[{{"field":"f","operator":"=","value":"{}"}}]}}}}]}}"#,
            "x".repeat(length)
        ));
        assert_eq!(ask(&house, &house.key(code), "GET", "/assets/5").status, status, "{code}");
    }
}
