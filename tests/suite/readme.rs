//! README says what is true: its keymap is the table's, its commands are ours.

use crate::pictures::compare;
use claviger::console::{Action, BINDINGS, Binding, Place};
use std::fmt::Write;
use std::process::Command;

const BEGIN: &str = "<!-- keymap: written by the test `readme` -->\n";
const END: &str = "<!-- end of keymap -->\n";

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// The bindings, a table for each place; the digits that sort are one line.
fn keymap() -> String {
    let mut text = String::new();
    let mut places: Vec<Place> = Vec::new();
    for binding in BINDINGS {
        if !places.contains(&binding.place) {
            places.push(binding.place);
        }
    }
    for place in places {
        let _ = write!(text, "\n**{}**\n\n| keys | |\n|---|---|\n", place.name());
        let mut sorts = false;
        for binding in BINDINGS.iter().filter(|binding| binding.place == place) {
            match binding.action {
                Action::Sort(Some(_)) | Action::SortLogons(Some(_)) if sorts => {}
                Action::Sort(Some(_)) | Action::SortLogons(Some(_)) => {
                    sorts = true;
                    text.push_str(&sort_line(place));
                }
                _ => {
                    let _ = writeln!(text, "| {} | {} |", keys(binding), binding.help);
                }
            }
        }
    }
    text.push('\n');
    text
}

fn keys(binding: &Binding) -> String {
    let keys: Vec<_> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
    keys.join(" ")
}

fn sort_line(place: Place) -> String {
    let column = |binding: &Binding| {
        let heading = match binding.action {
            Action::Sort(Some(column)) => column.heading(),
            Action::SortLogons(Some(column)) => column.heading(),
            _ => return None,
        };
        Some(format!("{} {heading}", keys(binding)))
    };
    let each: Vec<_> = BINDINGS.iter().filter(|binding| binding.place == place).filter_map(column).collect();
    format!("| digits | Sort by {}; again reverses |\n", each.join(", "))
}

#[test]
fn the_keymap_is_the_one_that_the_console_obeys() {
    let readme = readme();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    compare("README.md", &format!("{before}{BEGIN}{}{END}{after}", keymap()));
}

#[test]
fn every_command_in_it_is_one_that_the_program_has() {
    let readme = readme();
    let mut count = 0;
    for line in readme.split("```").skip(1).step_by(2).flat_map(str::lines) {
        let line = line.split("  #").next().unwrap().trim();
        let Some(at) = line.find("claviger ").filter(|at| *at == 0 || line[..*at].ends_with("| ")) else {
            continue;
        };
        let words: Vec<_> = line[at..].split_whitespace().skip(1).collect();
        let is_verb = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
        let verbs = words.iter().take_while(is_verb);
        let output = Command::new(env!("CARGO_BIN_EXE_claviger")).args(verbs).arg("--help").output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        let help = String::from_utf8(output.stdout).unwrap();
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{line}: {option}");
        }
        count += 1;
    }
    assert!(count >= 8, "only {count} commands were found");
}
