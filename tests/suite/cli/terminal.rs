//! What happens only at a terminal: the typed question before a deletion, colours, and nothing echoed.

use super::house::House;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};

/// Runs the binary in a terminal and types a text; its exit code and all it showed.
fn at_terminal(house: &House, words: &[&str], variables: &[(&str, &str)], typed: &str) -> (u32, String) {
    let size = PtySize { rows: 24, cols: 160, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_claviger"));
    command.env_clear();
    command.args(["--store", house.store().to_str().unwrap()]);
    command.args(words);
    command.env("TERM", "xterm");
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    pair.master.take_writer().unwrap().write_all(typed.as_bytes()).unwrap();
    let mut shown = Vec::new();
    // A terminal whose last process has gone reads as an error on Linux.
    let _ = reader.read_to_end(&mut shown);
    let code = child.wait().unwrap().exit_code();
    (code, String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn deleting_asks_for_the_description_to_be_typed() {
    let house = House::new();
    let pair = house.key("HR System");
    let (code, shown) = at_terminal(&house, &["keys", "delete", &pair.key], &[], "hr system\n");
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("Type HR System to do it") && shown.contains("Nothing was deleted"), "{shown}");
    assert_eq!(house.keys().len(), 1);
    let (code, shown) = at_terminal(&house, &["keys", "delete", &pair.key], &[], "HR System\n");
    assert_eq!(code, 0, "{shown}");
    assert!(house.keys().is_empty());
}

#[test]
fn deleting_several_asks_for_their_number() {
    let house = House::new();
    let (one, two) = (house.key("one"), house.key("two"));
    let words = ["keys", "delete", one.key.as_str(), two.key.as_str()];
    let (code, shown) = at_terminal(&house, &words, &[], "one\n");
    assert_eq!(code, 1, "{shown}");
    let (code, shown) = at_terminal(&house, &words, &[], "2\n");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(&one.key) && shown.contains("Type 2 to do it"), "{shown}");
    assert!(house.keys().is_empty());
}

#[test]
fn an_import_shows_how_far_it_is_only_at_a_terminal() {
    let house = House::new();
    let keys = house.file("keys.csv", format!("description,group\n{}", "x,HR\n".repeat(60)));
    let out = |name: &str| house.path(name).to_str().unwrap().to_owned();
    let words = ["keys", "import", keys.to_str().unwrap(), "--secrets", &out("one")];
    let (code, shown) = at_terminal(&house, &words, &[], "");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Hashing  [") && shown.contains("/60  ") && shown.contains("/s"), "{shown}");
    assert!(shown.contains("\r\u{1b}[K") && shown.contains("Imported 60 keys"), "{shown}");
    let (code, said) = house.run("keys import keys.csv --secrets two").said();
    assert!(code == Some(0) && !said.err.contains("Hashing"), "{}", said.err);
}

#[test]
fn verify_never_asks_for_a_secret_at_the_terminal() {
    let house = House::new();
    let pair = house.key("HR");
    let (code, shown) = at_terminal(&house, &["verify", "--key", &pair.key], &[], "");
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("No Secret was given"), "{shown}");
}

#[test]
fn the_console_wants_a_terminal_that_can_draw() {
    let house = House::new();
    let said = house.run("").fails(2);
    assert!(said.err.contains("the console needs a terminal\n"), "{}", said.err);
    let (code, shown) = at_terminal(&house, &[], &[("TERM", "dumb")], "");
    assert_eq!(code, 2, "{shown}");
    let (code, shown) = at_terminal(&house, &["--json"], &[], "");
    assert_eq!(code, 2, "{shown}");
}

#[test]
fn colours_show_at_a_terminal_and_no_color_silences_them() {
    let house = House::new();
    house.key("HR");
    let coloured = |variables: &[(&str, &str)], words: &[&str]| {
        at_terminal(&house, words, variables, "").1.contains("\u{1b}[32m")
    };
    assert!(coloured(&[], &["keys", "list"]));
    assert!(!coloured(&[("NO_COLOR", "1")], &["keys", "list"]));
    assert!(!coloured(&[("TERM", "dumb")], &["keys", "list"]));
    assert!(!coloured(&[], &["keys", "list", "--color", "never"]));
    assert!(coloured(&[("NO_COLOR", "1")], &["keys", "list", "--color", "always"]));
}
