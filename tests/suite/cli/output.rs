//! Standard output: closed pipes, full disks, colours, help, completions, the default store.

use super::house::House;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let house = House::empty();
    house.run("demo --keys 20000").ok();
    for line in ["keys list", "keys list --json", "changes", "changes --json"] {
        let mut command = house.run(line).command;
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn output_that_cannot_be_written_is_a_failure_that_says_so() {
    let house = House::new();
    house.key("HR");
    for line in [
        "keys list",
        "keys list --json",
        "groups list",
        "changes",
        "groups templates",
        "completions bash",
        "--help",
    ] {
        let (code, said) = house.run(line).onto(Path::new("/dev/full")).said_elsewhere();
        assert_eq!(code, Some(1), "{line}");
        assert!(said.err.contains("Standard output could not be written"), "{line}: {}", said.err);
    }
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let house = House::new();
    house.key("HR");
    assert!(!house.run("keys list").ok().contains('\u{1b}'));
    assert!(house.run("keys list --color always").ok().contains("\u{1b}[32mActive\u{1b}[0m"));
    assert!(!house.run("keys list --color never").ok().contains('\u{1b}'));
}

#[test]
fn every_command_has_help_with_examples() {
    let house = House::empty();
    for line in [
        "",
        "keys",
        "keys list",
        "keys create",
        "keys import",
        "keys show",
        "keys edit",
        "keys enable",
        "keys disable",
        "keys delete",
        "groups",
        "groups list",
        "groups create",
        "groups show",
        "groups edit",
        "groups delete",
        "groups templates",
        "verify",
        "changes",
        "demo",
        "backup",
        "restore",
        "store",
        "store check",
        "store repair",
        "completions",
    ] {
        let text = house.run(line).arg("--help").ok();
        assert!(text.contains("Examples:\n  ") && text.contains("Usage: claviger"), "{line}: {text}");
    }
    assert!(house.bare("--version").ok().starts_with("claviger 0."));
    assert!(!house.store().exists());
}

#[test]
fn completions_know_our_words() {
    let house = House::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = house.bare("completions").arg(shell).ok();
        assert!(script.contains("rotate-every") && script.contains("templates"), "{shell}");
    }
}

#[test]
fn the_store_is_named_by_option_environment_or_platform_in_this_order() {
    let house = House::empty();
    let make = |line: &str| house.bare(&format!("demo --keys 1 {line}"));
    make("").ok();
    assert!(house.path(".local/share/claviger").is_dir());
    make("").env("XDG_DATA_HOME", house.path("xdg")).env("CLAVIGER_STORE", "").ok();
    assert!(house.path("xdg/claviger").is_dir());
    make("").env("CLAVIGER_STORE", house.path("by-environment")).ok();
    assert!(house.path("by-environment").is_dir());
    make("--store by-option").env("CLAVIGER_STORE", house.path("unused")).ok();
    assert!(house.path("by-option").is_dir() && !house.path("unused").exists());
}

#[test]
fn demo_fills_only_an_empty_store() {
    let house = House::empty();
    let made = house.run("demo --json").json();
    assert_eq!(made["keys"], 200);
    assert_eq!(house.keys().len(), 200);
    let said = house.run("demo").fails(1);
    assert!(said.err.contains("not empty"), "{}", said.err);
    assert_eq!(house.keys().len(), 200);
}
