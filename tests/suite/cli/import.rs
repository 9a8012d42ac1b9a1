//! `keys import`: all or nothing, and never a key whose Secret nobody has.

use super::house::House;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

#[test]
fn imported_keys_verify_with_the_secrets_of_the_file() {
    let house = House::new();
    let csv = "\u{feff}description,group,environment,expires,owner\r\n\"Payroll, new\",HR,stg,2099-01-01,Ada\r\nci,HR,,,\r\n";
    house.file("keys.csv", csv);
    let said = house.run("keys import keys.csv --secrets out.csv").ok();
    assert!(said.contains("Imported 2 keys") && said.contains("out.csv"), "{said}");
    assert_eq!(fs::metadata(house.path("out.csv")).unwrap().mode() & 0o777, 0o600);
    let mut out = csv::Reader::from_path(house.path("out.csv")).unwrap();
    assert_eq!(out.headers().unwrap().iter().collect::<Vec<_>>(), ["description", "key", "secret"]);
    let rows: Vec<csv::StringRecord> = out.records().map(Result::unwrap).collect();
    assert_eq!((&rows[0][0], &rows[1][0]), ("Payroll, new", "ci"));
    for row in &rows {
        house.run("verify --key").arg(&row[1]).stdin(&row[2]).ok();
    }
    let shown = house.run("keys show --json").arg(&rows[0][1]).json();
    assert_eq!((&shown["environment"], &shown["expires"]), (&"stg".into(), &"2099-01-01T00:00:00Z".into()));
    assert!(!house.run("keys show").arg(&rows[1][1]).ok().contains("never confirmed"));
}

#[test]
fn one_bad_line_and_nothing_is_done() {
    let house = House::new();
    for (csv, word) in [
        ("description,group\nok,HR\n,HR\n", "line 3: Description is empty"),
        ("description,group\nok,HR\nok,NONE\n", "line 3: There is no user group NONE"),
        ("description,group\n", "names columns but no keys"),
        ("", "empty"),
        ("description,group\nok,HR,extra\n", "line 2: it has 3 fields"),
        ("\u{7f}ELF\u{0}", "zero byte"),
    ] {
        house.file("keys.csv", csv);
        let said = house.run("keys import keys.csv --secrets out.csv").fails(1);
        assert!(said.err.contains(word), "{}", said.err);
        assert!(!house.path("out.csv").exists());
    }
    house.run("keys import absent.csv --secrets out.csv").fails(1);
    house.run("keys import . --secrets out.csv").fails(1);
    house.run("keys import /dev/zero --secrets out.csv").fails(1);
    assert!(house.keys().is_empty() && !house.path("out.csv").exists());
}

#[test]
fn a_file_that_is_there_already_is_never_overwritten() {
    let house = House::new();
    house.file("keys.csv", "description,group\nok,HR\n");
    house.file("out.csv", "mine");
    house.run("keys import keys.csv --secrets out.csv").fails(1);
    house.run("keys import keys.csv --secrets absent/out.csv").fails(1);
    assert_eq!(fs::read_to_string(house.path("out.csv")).unwrap(), "mine");
    assert!(house.keys().is_empty());
}

#[test]
fn a_signal_leaves_neither_keys_nor_secrets_behind() {
    let house = House::new();
    house.file("keys.csv", format!("description,group\n{}", "x,HR\n".repeat(5000)));
    let mut command = house.run("keys import keys.csv --secrets out.csv").command;
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while !house.path("out.csv").exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Stopped: nothing was imported"), "{said}");
    assert!(house.keys().is_empty() && !house.path("out.csv").exists());
}
