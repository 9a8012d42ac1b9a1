//! The line on every size, and the ways that lead from it.

use super::*;
use crate::console::app::Screen;
use crate::console::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use crate::console::play::Play;
use crate::model::Status;

fn open(size: (u16, u16)) -> Play {
    let mut play = Play::open(40, size, true);
    play.refused = vec![0, 1, 0, 0, 7, 3, 0, 0, 0, 2, 0, 12];
    play.tell();
    play
}

fn top(play: &Play) -> String {
    play.screen().lines().next().unwrap().to_owned()
}

#[test]
fn the_line_is_on_top_of_every_screen_and_folds_away_where_there_is_no_room() {
    for size in [(80, 24), (120, 40)] {
        let mut play = open(size);
        for screen in Screen::ALL {
            let line = top(&play);
            assert!(
                line.contains("due") && line.contains("25 refused") && line.contains('█'),
                "{screen:?}: {line}"
            );
            assert!(line.contains(screen.path()), "{line}");
            play.press("<tab>");
        }
    }
    let line = top(&open((40, 12)));
    assert!(line.contains("Admin › Settings › API Keys") && line.contains("due"), "{line}");
    insta::assert_snapshot!("dashboard_80x24", open((80, 24)).press("H").screen());
    insta::assert_snapshot!("dashboard_40x12", open((40, 12)).press("H").screen());
    insta::assert_snapshot!("dashboard_120x40", open((120, 40)).press("H").screen());
}

#[test]
fn enter_on_any_part_goes_to_the_list_that_was_counted() {
    for (keys, post) in [("<left><left>", Post::Active), ("<left>", Post::Disabled), ("", Post::Due)] {
        let mut play = open((80, 24));
        let overview = play.app.overview.clone().unwrap();
        play.press("H").press(keys).press("<enter>");
        let counts = Counts::from(&overview);
        let wanted = match post {
            Post::Active => counts.active,
            Post::Disabled => counts.disabled,
            _ => counts.due,
        };
        assert_eq!((play.app.screen, play.app.layers.len()), (Screen::Keys, 0));
        assert_eq!(play.app.keys.filter.text(), post.filter());
        assert!(wanted > 0);
        assert_eq!(play.app.keys.rows.total(), wanted, "{post:?}");
    }
    let mut play = open((80, 24));
    play.press("H<right><enter>");
    assert_eq!((play.app.screen, play.app.history.filter.text()), (Screen::History, "refused"));
}

#[test]
fn a_click_on_a_part_goes_there_too() {
    let mut play = open((80, 24));
    let column = top(&play).chars().position(|c| c == '○').unwrap();
    let (column, row) = (u16::try_from(column).unwrap(), 0);
    let kind = MouseEventKind::Down(MouseButton::Left);
    play.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    assert_eq!(play.app.keys.filter.text(), "status:disabled");
    assert!(play.app.keys.rows.known().iter().all(|row| row.record.status == Status::Disabled));
}

#[test]
fn the_line_follows_the_hour_without_being_asked_more_than_once_a_minute() {
    let mut play = open((80, 24));
    play.refused = vec![0; 12];
    play.pass(std::time::Duration::from_secs(30));
    assert!(top(&play).contains("25 refused"), "{}", top(&play));
    play.pass(std::time::Duration::from_secs(31));
    assert!(top(&play).contains("0 refused"), "{}", top(&play));
}

#[test]
fn a_million_keys_fit_into_eighty_columns() {
    let refused = vec![999; 12];
    let counts = Counts { active: 800_000, disabled: 200_000, due: 12_345, refused };
    for room in 0..200 {
        let parts = counts.fitting(room);
        assert!(wide(&parts) <= usize::from(room), "{room}: {parts:?}");
    }
    assert_eq!(counts.fitting(50).len(), 4);
}
