//! The house's walls: who may know whom, which room may say which package, and how files are kept. Reads `src/`.
//!
//! Each rule is a pure function over a file's path and text, so that a control can show it a violation.

mod source;

use source::{Source, read_all};

/// The rooms that each room may know, beside itself.
const ARROWS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("clock", &["model"]),
    ("sync", &[]),
    ("credential", &["model", "sync"]),
    ("store", &["clock", "credential", "model"]),
    ("registry", &["clock", "credential", "model", "store", "sync"]),
    ("client", &["clock", "credential", "model", "registry"]),
    ("server", &["client", "clock", "credential", "model", "registry"]),
    ("console", &["clock", "credential", "model", "registry"]),
    ("cli", &["client", "clock", "console", "credential", "model", "registry", "server", "store"]),
    ("main", &["cli"]),
];

/// Packages, and the beginnings of the paths that may say them.
const PACKAGES: [(&str, &[&str]); 10] = [
    ("sled", &["store"]),
    ("bincode", &["store"]),
    ("argon2", &["credential"]),
    ("rand", &["credential"]),
    ("arboard", &["console/clipboard"]),
    ("crossterm", &["console/terminal", "console/event"]),
    ("ratatui", &["console"]),
    ("clap", &["cli"]),
    ("axum", &["server"]),
    ("zeroizing_alloc", &["main"]),
];

/// What `model` may depend on at all.
const PURE: [&str; 4] = ["serde", "std", "crate", "super"];

/// A file is 100 to 300 lines; beyond this it has more than one job.
const LONGEST: usize = 300;

/// Rooms that a file knows and may not.
fn forbidden_rooms(file: &Source) -> Vec<String> {
    let allowed =
        ARROWS.iter().find(|(room, _)| *room == file.room()).map_or(&[][..], |(_, allowed)| *allowed);
    let known = file.rooms(&ARROWS.map(|(room, _)| room));
    let wrong = known.iter().filter(|room| **room != file.room() && !allowed.contains(&room.as_str()));
    wrong.map(|room| format!("{} knows {room}", file.path)).collect()
}

/// Packages that a file says and may not.
fn forbidden_packages(file: &Source) -> Vec<String> {
    let said = PACKAGES.iter().filter(|(package, _)| file.says(&format!("{package}::")));
    let wrong = said.filter(|(_, places)| !places.iter().any(|place| file.path.starts_with(place)));
    wrong.map(|(package, _)| format!("{} says {package}", file.path)).collect()
}

/// What keeps a file from being a good one.
fn bad_habits(file: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |wrong: bool, what: &str| {
        if wrong {
            found.push(format!("{}: {what}", file.path));
        }
    };
    note(file.text.lines().count() > LONGEST, "longer than 300 lines");
    note(file.path.ends_with("mod.rs"), "is a mod.rs");
    note(!file.text.starts_with("//! "), "does not open with its job");
    for word in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!(", "#[allow("] {
        note(file.has(word), word);
    }
    for word in ["Manager", "Handler", "Helper", "Util"] {
        note(file.names_type_with(word), word);
    }
    found
}

fn all(rule: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    read_all().iter().flat_map(rule).collect()
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    assert_eq!(all(forbidden_rooms), [""; 0]);
}

#[test]
fn packages_are_said_only_in_their_rooms() {
    assert_eq!(all(forbidden_packages), [""; 0]);
}

#[test]
fn files_keep_their_habits() {
    assert_eq!(all(bad_habits), [""; 0]);
}

#[test]
fn model_depends_on_nothing_but_serde() {
    let foreign = |file: &Source| {
        let names = file.used_crates();
        names
            .into_iter()
            .filter(|name| !PURE.contains(&name.as_str()))
            .map(|name| format!("{} uses {name}", file.path))
            .collect()
    };
    let model = |file: &Source| if file.room() == "model" { foreign(file) } else { Vec::new() };
    assert_eq!(all(model), [""; 0]);
    let bad = Source::new("model/key.rs", "//! x\nuse jiff::Timestamp;\nuse serde::Serialize;\n");
    assert_eq!(foreign(&bad), ["model/key.rs uses jiff"]);
}

#[test]
fn every_room_has_its_arrows_and_every_file_its_room() {
    for file in read_all() {
        assert!(
            file.path == "lib.rs" || ARROWS.iter().any(|(room, _)| *room == file.room()),
            "{}",
            file.path
        );
    }
}

#[test]
fn control_a_forbidden_arrow_is_caught_in_every_spelling() {
    for text in [
        "use crate::store::Store;",
        "use crate::{clock::Clock, store::Store};",
        "use crate::{\n    clock::{Clock, rfc3339},\n    store,\n};",
        "fn f() { crate::store::open() }",
        "use super::super::store::Store;",
        "use claviger::store::Store;",
    ] {
        let file = Source::new("console/table.rs", text);
        assert_eq!(forbidden_rooms(&file), ["console/table.rs knows store"], "{text}");
    }
    for text in [
        "// use crate::store::Store;",
        "const S: &str = \"crate::store::Store\";",
        "const R: &str = r#\"a \" crate::store\"#;",
        "use super::store::Row;",
        "#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n}\n",
        "fn f<'a>(c: char) -> &'a str { if c == '\"' { \"\" } else { \"crate::store\" } }",
    ] {
        assert_eq!(forbidden_rooms(&Source::new("console/table.rs", text)), [""; 0], "{text}");
    }
    let after = "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nuse crate::store::Store;\n";
    assert_eq!(forbidden_rooms(&Source::new("console/table.rs", after)).len(), 1);
}

#[test]
fn control_a_package_out_of_its_room_is_caught() {
    let says = |path, text| forbidden_packages(&Source::new(path, text));
    assert_eq!(says("registry/index.rs", "use sled::Db;"), ["registry/index.rs says sled"]);
    assert_eq!(
        says("console/view.rs", "fn f() { ratatui::crossterm::event::read(); }"),
        ["console/view.rs says crossterm"]
    );
    assert_eq!(says("console/clipboard/native.rs", "use arboard::Clipboard;"), [""; 0]);
    assert_eq!(says("console/view.rs", "use arboard::Clipboard;").len(), 1);
    assert_eq!(says("cli/keys.rs", "let operand::x = brand::y;"), [""; 0]);
}

#[test]
fn control_bad_habits_are_caught() {
    let habits = |text: &str| bad_habits(&Source::new("cli/x.rs", text));
    assert_eq!(habits("//! ok\nfn f() {}\n"), [""; 0]);
    assert_eq!(habits("fn f() {}\n"), ["cli/x.rs: does not open with its job"]);
    assert_eq!(habits("//! x\nfn f() { g().unwrap() }\n"), ["cli/x.rs: .unwrap()"]);
    assert_eq!(habits("//! x\n#[allow(dead_code)]\nfn f() {}\n"), ["cli/x.rs: #[allow("]);
    assert_eq!(habits("//! x\nstruct KeyManager;\n"), ["cli/x.rs: Manager"]);
    assert_eq!(habits(&format!("//! x\n{}", "\n".repeat(400))), ["cli/x.rs: longer than 300 lines"]);
    assert_eq!(habits("//! x\n#[cfg(test)]\nmod tests {\n    fn f() { g().unwrap() }\n}\n"), [""; 0]);
}
