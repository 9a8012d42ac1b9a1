//! Every exit code, and which words come with it.

use super::house::House;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Stdio};

#[test]
fn wrong_usage_is_2_in_a_sentence_and_a_hint() {
    let house = House::new();
    for line in [
        "",
        "frobnicate",
        "keys",
        "keys frobnicate",
        "keys list --nonsense",
        "keys show",
        "groups",
        "completions tcsh",
        "demo --keys 0",
        "demo --keys 5000001",
        "demo --keys many",
        "--expect-revision -1 keys list",
        "--color purple keys list",
        "keys show nonsense",
        "verify",
        "keys list extra",
    ] {
        let said = house.run(line).fails(2);
        assert_eq!((said.out.as_str(), said.err.lines().count()), ("", 2), "{line}: {}", said.err);
    }
}

#[test]
fn a_store_that_is_not_there_is_1_and_is_not_made_by_looking() {
    let house = House::empty();
    for line in ["keys list", "groups list", "changes", "keys create --group A --description a"] {
        let said = house.run(line).fails(1);
        assert!(said.err.contains("There is no store at"), "{}", said.err);
    }
    assert!(!house.store().exists());
}

#[test]
fn a_store_that_others_may_enter_is_5_with_the_command_that_mends_it() {
    let house = House::new();
    fs::set_permissions(house.store(), Permissions::from_mode(0o755)).unwrap();
    let said = house.run("keys list").fails(5);
    assert!(said.err.contains("chmod") && said.err.contains("store"), "{}", said.err);
}

#[test]
fn nobody_is_told_to_close_a_directory_that_others_live_in() {
    let house = House::empty();
    fs::create_dir(house.store()).unwrap();
    fs::write(house.store().join("letter.txt"), "dear reader").unwrap();
    fs::set_permissions(house.store(), Permissions::from_mode(0o777)).unwrap();
    let said = house.run("groups create --template read-only-reporting").fails(5);
    assert!(said.err.contains("--store DIR") && !said.err.contains("chmod"), "{}", said.err);
}

#[test]
fn a_store_older_than_expected_is_5() {
    let house = House::new();
    house.run("--expect-revision 1 keys list").ok();
    house.run("--expect-revision 2 keys list").fails(5);
}

#[test]
fn a_store_held_by_another_process_is_7_with_claviger_serve_as_the_hint() {
    let house = House::new();
    let csv = format!("description,group\n{}", "x,HR\n".repeat(2000));
    house.file("keys.csv", csv);
    let mut holder = house.run("keys import keys.csv --secrets out.csv").command;
    let mut holder = holder.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !house.path("out.csv").exists() && holder.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let said = house.run("keys list").fails(7);
    assert!(
        said.err.contains("held by another process") && said.err.contains("hint: claviger serve"),
        "{}",
        said.err
    );
    holder.kill().unwrap();
    holder.wait().unwrap();
    house.run("keys list").ok();
}

#[test]
fn the_store_is_for_its_owner_alone_under_any_umask() {
    for umask in ["000", "022", "077"] {
        let house = House::empty();
        let line = format!("umask {umask}; exec \"$0\" --store \"$1\" demo --keys 10");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(line).arg(env!("CARGO_BIN_EXE_claviger")).arg(house.store());
        assert!(shell.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
        let mut directories = vec![house.store()];
        while let Some(directory) = directories.pop() {
            assert_eq!(fs::metadata(&directory).unwrap().mode() & 0o777, 0o700, "{}", directory.display());
            for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
                let metadata = entry.metadata().unwrap();
                if metadata.is_dir() {
                    directories.push(entry.path());
                } else {
                    assert_eq!(metadata.mode() & 0o777, 0o600, "{}", entry.path().display());
                }
            }
        }
    }
}
