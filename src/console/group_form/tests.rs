//! What the fields of a group become as a command.

use super::*;
use crate::console::bench::{Bench, done};
use crate::registry::{Refusal, templates};

#[test]
fn a_group_of_one_s_own_is_made_from_its_fields_with_the_code_in_capitals() {
    let mut bench = Bench::open(new_group);
    bench.press("hr_read<tab>HR read-only<tab><enter>wri<enter><enter>yes<enter>^s");
    let mut wanted =
        Group::new("HR_READ".parse().unwrap(), Description::parse("HR read-only").unwrap(), Role::Write);
    wanted.restricted = true;
    assert_eq!(bench.commands(), [Command::CreateGroup(wanted)]);
}

#[test]
fn a_template_is_saved_with_its_permissions_at_one_press() {
    for template in templates() {
        let group = template.group.clone();
        let mut bench = Bench::open(|outbox| first_group(Some(template), outbox));
        bench.press("^s");
        assert_eq!(bench.commands(), [Command::CreateGroup(group.clone())]);
        bench.done(Ok(done(Outcome::GroupCreated(group))));
        assert!(bench.layer.is_none() && bench.toast().contains("press n to make its first API key"));
    }
}

#[test]
fn a_code_that_is_taken_is_shown_at_its_field() {
    let mut bench = Bench::open(new_group);
    bench.press("A<tab>a^s").done(Err(Refusal::GroupExists("A".parse().unwrap())));
    assert!(bench.screen(80, 24).contains("✗ User group A exists already"));
    bench.commands();
    bench.press("B^s");
    assert!(
        matches!(bench.commands().as_slice(), [Command::CreateGroup(group)] if group.code.as_str() == "AB")
    );
}

#[test]
fn the_form_of_a_group_looks_like_this() {
    let template =
        templates().into_iter().find(|t| t.group.tables.iter().any(|t| t.filter.is_some())).unwrap();
    let mut bench = Bench::open(|outbox| first_group(Some(template), outbox));
    insta::assert_snapshot!("new_group_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("new_group_40x12", bench.screen(40, 12));
    bench.press("<tab><tab><enter>");
    insta::assert_snapshot!("roles_80x24", bench.screen(80, 24));
}
