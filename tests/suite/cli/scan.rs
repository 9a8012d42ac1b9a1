//! `claviger scan` on real files: what it finds, what it covers, and that it never says a Secret.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use super::house::{House, Pair};
use claviger::credential::mint_secret;
use claviger::model::Environment;
use serde_json::Value;

/// A house with one key, and what is found in a tree beside the store.
fn leaky() -> (House, Pair) {
    let house = House::new();
    let pair = house.key("HR System Integration");
    fs::create_dir_all(house.path("tree/.git/hooks")).unwrap();
    house.file("tree/readme.txt", "nothing here\n");
    (house, pair)
}

fn never_told(texts: &[&str], secret: &str) {
    for text in texts {
        for start in 7..secret.len() - 8 {
            assert!(!text.contains(&secret[start..start + 8]), "{text}");
        }
    }
}

#[test]
fn a_secret_alone_is_traced_to_its_key_and_never_told() {
    let (house, Pair { key, secret }) = leaky();
    house.file("tree/app.env", format!("A=1\nSECRET={secret}\n"));
    let said = house.run("scan tree").fails(6);
    let line = format!("tree/app.env:2: Secret of {key}, HR System Integration, Active\n");
    assert_eq!(said.out, line);
    assert!(said.err.contains("Found 1 Secret and 0 Keys, 1 live") && said.err.contains("Read 2 files"));
    never_told(&[&said.out, &said.err], &secret);
    house.run("keys disable").arg(&key).ok();
    let said = house.run("scan tree").fails(6);
    assert!(said.out.ends_with("Disabled\n") && said.err.contains("0 live"), "{}{}", said.out, said.err);
    assert!(house.run("scan --live tree").ok().contains("No Key and no Secret of a live key"));
}

#[test]
fn everything_is_found_wherever_it_lies_and_told_as_json() {
    let (house, Pair { key, secret }) = leaky();
    let stranger = mint_secret(Environment::Staging).unwrap();
    house.file("tree/.git/hooks/push", format!("curl -u {key}:{secret} https://api"));
    let wide: Vec<u8> = format!("x\r\n{key}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    house.file("tree/wide.txt", wide);
    let mut binary = vec![0xff; 70_000];
    binary.extend(stranger.expose().as_bytes());
    house.file("tree/core.bin", binary);
    house.file(&format!("tree/{key}.txt"), "");
    let (code, said) = house.run("scan --json tree").said();
    assert_eq!(code, Some(6), "{}", said.err);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let found: Vec<_> = json["found"].as_array().unwrap().iter().collect();
    let told: Vec<_> = found
        .iter()
        .map(|hit| {
            (
                hit["path"].as_str().unwrap(),
                hit["line"].as_u64(),
                hit["what"].as_str().unwrap(),
                hit["live"].as_bool(),
            )
        })
        .collect();
    let named = format!("tree/{key}.txt");
    assert_eq!(
        told,
        [
            (named.as_str(), None, "key", Some(true)),
            ("tree/core.bin", Some(1), "secret", Some(false)),
            ("tree/wide.txt", Some(2), "key", Some(true)),
            ("tree/.git/hooks/push", Some(1), "key", Some(true)),
            ("tree/.git/hooks/push", Some(1), "secret", Some(true)),
        ]
    );
    assert_eq!(
        (&found[4]["description"], &found[4]["status"]),
        (&"HR System Integration".into(), &"Active".into())
    );
    assert_eq!((&json["covered"]["files"], &json["covered"]["unread"]), (&5.into(), &0.into()));
    never_told(&[&said.out, &said.err], &secret);
    never_told(&[&said.out, &said.err], stranger.expose());
}

#[test]
fn standard_input_is_read_without_a_store_and_endless_input_by_its_limit() {
    let house = House::empty();
    let secret = mint_secret(Environment::Production).unwrap();
    let said = house.run("scan -").stdin(format!("a {} b", secret.expose())).fails(6);
    assert_eq!(said.out, "-:1: Secret\n");
    assert!(said.err.contains("Found 1 Secret and 0 Keys\n") && !house.store().exists(), "{}", said.err);
    assert_eq!(house.run("scan -").stdin("nothing").ok(), "No Key and no Secret found\n");
    let said = house.run("scan --limit 64k -").stdin(vec![b'x'; 1_000_000]).fails(1);
    assert!(
        said.err.contains("only its first 64,000 bytes were read") && said.out.is_empty(),
        "{}",
        said.err
    );
    house.run("scan --limit 1M -").stdin(vec![b'x'; 1_000_000]).ok();
    house.run("scan --limit huge -").fails(2);
    assert!(house.run("scan --live -").fails(1).err.contains("There is no store"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_input_that_never_comes_is_ended_by_an_interrupt_and_is_no_all_clear() {
    let house = House::empty();
    let mut run = house.run("scan -");
    let piped = std::process::Stdio::piped;
    let mut child = run.command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    let line = child.stdin.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let hears = || {
        let text = fs::read_to_string(&status).unwrap();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim().to_owned();
        u64::from_str_radix(&caught, 16).unwrap() & 0b10 != 0
    };
    crate::attach::house::until(hears);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    crate::attach::house::until(|| child.try_wait().unwrap().is_some());
    drop(line);
    let said = child.wait_with_output().unwrap();
    let err = String::from_utf8(said.stderr).unwrap();
    assert_eq!((said.status.code(), said.stdout.len()), (Some(1), 0), "{err}");
    assert!(err.contains("not read: -: stopped after 0 bytes"), "{err}");
}

#[test]
fn links_loops_pipes_sockets_and_devices_hold_nothing_up_and_are_told() {
    let (house, Pair { key, .. }) = leaky();
    symlink("..", house.path("tree/loop")).unwrap();
    symlink("nowhere", house.path("tree/broken")).unwrap();
    let said = house.run("scan tree").said();
    assert_eq!((said.0, said.1.out.as_str()), (Some(0), "No Key and no Secret found\n"));
    assert!(said.1.err.contains("2 symbolic links not followed"), "{}", said.1.err);
    let pipe = house.path("tree/pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = UnixListener::bind(house.path("tree/socket")).unwrap();
    let said = house.run("scan tree /dev/zero nothing.txt").fails(1);
    for words in [
        "4 inputs not read",
        "pipe: it is a named pipe",
        "socket: it is a socket",
        "/dev/zero: it is a device",
        "nothing.txt: no such file",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert_eq!(said.out, "", "no all clear");
    house.file("tree/x", &key);
    house.run("scan tree /dev/zero").fails(6);
    if cfg!(target_os = "linux") {
        assert!(house.run("scan /proc").fails(1).err.contains("made up by the system"));
    }
}

#[test]
fn the_store_itself_is_left_out_and_a_damaged_one_does_not_stop_the_search() {
    let (house, Pair { key, secret }) = leaky();
    let said = house.run("scan .").said();
    assert!(said.0 == Some(0) && said.1.err.contains("the store itself left out"), "{}", said.1.err);
    house.file("tree/packed.gz", [0x1f, 0x8b, 8, 0]);
    let said = house.run("scan tree").said();
    assert!(said.0 == Some(0) && said.1.err.contains("1 packed file not unpacked"), "{}", said.1.err);
    let named = [house.run("scan tree/packed.gz"), house.run("scan -").stdin([0x1f, 0x8b, 8, 0])];
    for said in named.map(|run| run.fails(1)) {
        assert!(said.out.is_empty() && said.err.contains("it is packed; unpack it"), "{}", said.err);
    }
    house.file("tree/x", format!("{key} {secret}"));
    fs::set_permissions(house.store(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = house.run("scan tree").fails(6);
    assert!(said.err.contains("note: whose they are is not known"), "{}", said.err);
    assert_eq!(said.out, format!("tree/x:1: Key {key}\ntree/x:1: Secret\n"));
}

#[test]
fn a_server_is_asked_where_one_holds_the_store() {
    let house = crate::attach::house::House::new();
    let fresh = crate::attach::house::create(&house.embedded, "Attached");
    let other = mint_secret(Environment::Staging).unwrap();
    let bare = House::empty();
    let socket = house.store().join("admin.sock");
    let text = format!("{}\n{}\n", fresh.secret.expose(), other.expose());
    let said = bare.bare("scan - --connect").arg(&socket).stdin(text).fails(6);
    let expected =
        format!("-:1: Secret of {}, Attached, Active\n-:2: Secret, of no key in this store\n", fresh.key);
    assert_eq!(said.out, expected, "{}", said.err);
}

#[test]
fn what_a_scan_notes_is_a_finding_until_it_is_dealt_with_and_no_secret_gets_into_the_store() {
    let (house, Pair { key, secret }) = leaky();
    house.file("tree/app.env", format!("KEY={key}\nSECRET={secret}\n"));
    house.file(&format!("tree/{secret}.txt"), &key);
    house.file("tree/of\u{202e}fer.md", &key);
    let said = house.run("scan --note --json tree").fails(6);
    assert!(said.err.contains("Noted 3 new places of live keys"), "{}", said.err);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json["noted"], json["found"].as_array().unwrap().len()), (&3.into(), 5));
    let said = house.run("review --severity high").fails(6);
    let place = house.path("tree/app.env");
    assert!(said.out.contains("High: Secret found by scan (1)"), "{}", said.out);
    assert!(said.out.contains(&format!("{} (noted 20", place.display())), "{}", said.out);
    assert!(said.out.contains("/tree/(hidden).txt (noted 20"), "its own name holds the Secret: {}", said.out);
    assert!(said.out.contains(&format!("    claviger keys rotate {key}\n")));
    let changes = house.run("changes").ok();
    assert!(changes.contains("Key seen") && changes.contains("of\\u{202e}fer.md"), "{changes}");
    let journal = fs::read(house.store().join("journal")).unwrap();
    never_told(&[&said.out, &changes, &String::from_utf8_lossy(&journal)], &secret);
    let again = house.run("scan --note tree").fails(6);
    assert!(again.err.contains("Noted 0 new places"), "every night writes nothing: {}", again.err);
    house.run("scan --note -").stdin(key.clone()).fails(6);
    house.run("review forget").arg(&key).ok();
    let (_, said) = house.run("review").said();
    assert!(!said.out.contains("found by scan"), "{}", said.out);
    house.run("scan --note -").stdin(key.clone()).fails(6);
    let (_, said) = house.run("review").said();
    assert!(said.out.contains("Low: Key found by scan (1)") && said.out.contains("in standard input (noted"));
}

#[test]
fn only_live_keys_of_a_store_that_is_there_are_noted() {
    let (house, Pair { key, secret }) = leaky();
    house.file("tree/x", format!("{key} {secret}"));
    house.run("keys disable").arg(&key).ok();
    let said = house.run("scan --note tree").fails(6);
    assert!(said.err.contains("Noted 0 new places"), "{}", said.err);
    house.run("keys enable").arg(&key).ok();
    let (_, said) = house.run("review").said();
    assert!(!said.out.contains("found by scan"), "{}", said.out);
    assert!(House::empty().run("scan --note -").fails(1).err.contains("There is no store"));
}
