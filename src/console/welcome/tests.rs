//! The first screen.

use super::*;
use crate::console::bench::Bench;
use crate::registry::Command;

fn first() -> Bench {
    Bench::open(|_| Box::new(Welcome::first_run()))
}

#[test]
fn two_presses_make_a_group_that_can_only_read() {
    let mut bench = first();
    bench.press("<enter>^s");
    assert!(matches!(bench.commands().as_slice(), [Command::CreateGroup(group)] if group.role == Role::Read));
}

#[test]
fn every_template_and_a_group_of_one_s_own_can_be_chosen() {
    let all = templates();
    for (place, template) in all.iter().enumerate() {
        let mut bench = first();
        bench.press(&"<up>".repeat(9)).press(&"<down>".repeat(place)).press("<enter>^s");
        assert_eq!(bench.commands(), [Command::CreateGroup(template.group.clone())]);
    }
    for keys in ["n", "<down><down><down><down><down><enter>"] {
        let mut bench = first();
        bench.press(keys).press("OWN<tab>mine^s");
        assert!(
            matches!(bench.commands().as_slice(), [Command::CreateGroup(group)] if group.tables.is_empty())
        );
    }
}

#[test]
fn the_chosen_template_is_on_screen_at_every_size() {
    let mut bench = first();
    bench.press("<down><down><down><down>");
    for (columns, rows) in [(80, 24), (40, 12), (24, 5)] {
        assert!(bench.shows(columns, rows, "▸Agroup"), "{columns}x{rows}\n{}", bench.screen(columns, rows));
    }
    for columns in 0..12 {
        for rows in 0..6 {
            bench.screen(columns, rows);
        }
    }
}

#[test]
fn the_first_screen_looks_like_this() {
    insta::assert_snapshot!("welcome_80x24", first().screen(80, 24));
    insta::assert_snapshot!("welcome_40x12", first().screen(40, 12));
}
