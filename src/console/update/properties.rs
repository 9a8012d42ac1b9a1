//! Random keys on random sizes: nothing panics, and a closed Secret is nowhere.

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::time::Duration;

use crate::console::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use crate::console::play::{Play, group, row};
use crate::console::{Effect, view};
use crate::model::Role;

#[derive(Debug, Clone)]
enum Step {
    Keys(String),
    Paste(String),
    Resize(u16, u16),
    Click(u16, u16),
    Wheel(bool),
    Wait(u64),
    Others,
    Slow(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let scripts = prop::sample::select(vec![
        "n",
        "nNew one^s",
        "^s",
        "y",
        "k",
        "b",
        "<enter>",
        "<esc>",
        "<esc><esc>",
        "t",
        "u",
        "D",
        "d",
        "A",
        " ",
        "v",
        "G",
        "g",
        "<pgdn>",
        "<pgup>",
        "/",
        "/hr<enter>",
        "<tab>",
        "<backtab>",
        "?",
        "?quit<enter>",
        "e",
        "c",
        "s",
        "0",
        "1",
        "5",
        "8",
        "<up>",
        "<down>",
        "^c",
        "q",
        "^z",
        "^l",
        "vGv",
        "At",
        "<bs>",
        "<del>",
        "j",
        "k",
    ]);
    prop_oneof![
        8 => scripts.prop_map(|keys| Step::Keys(keys.to_owned())),
        3 => "[ -~]{1,3}".prop_map(|keys| Step::Keys(keys.replace('^', ""))),
        1 => "\\PC{0,8}".prop_map(Step::Paste),
        2 => (0u16..130, 0u16..45).prop_map(|(w, h)| Step::Resize(w, h)),
        1 => (0u16..130, 0u16..45).prop_map(|(x, y)| Step::Click(x, y)),
        1 => any::<bool>().prop_map(Step::Wheel),
        1 => (0u64..100).prop_map(Step::Wait),
        1 => Just(Step::Others),
        1 => any::<bool>().prop_map(Step::Slow),
    ]
}

fn plain(terminal: &mut Terminal<TestBackend>) -> String {
    let text = |cells: &[ratatui::buffer::Cell]| -> String {
        let symbols = cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        symbols.chars().filter(char::is_ascii_graphic).collect()
    };
    let shown = text(&terminal.backend().buffer().content);
    shown + "\n" + &text(&terminal.current_buffer_mut().content)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_a_closed_secret_is_nowhere(
        keys in prop::sample::select(vec![0usize, 1, 3, 60]),
        start in prop::sample::select(vec![(0u16, 0u16), (1, 1), (20, 5), (40, 12), (63, 20), (80, 24), (120, 40)]),
        color in any::<bool>(),
        steps in prop::collection::vec(step(), 1..50),
    ) {
        let groups = if keys == 0 { Vec::new() } else { vec![group("HR_READ", "Human resources", Role::Read)] };
        let mut play = Play::with((0..keys).map(row).collect(), groups, start, color);
        let mut terminal = Terminal::new(TestBackend::new(start.0, start.1)).unwrap();
        for step in steps {
            match step {
                Step::Keys(keys) => { play.press(&keys); }
                Step::Paste(text) => { play.event(Event::Paste(text)); }
                Step::Resize(width, height) => {
                    terminal.backend_mut().resize(width, height);
                    play.event(Event::Resize(width, height));
                }
                Step::Click(column, row) => {
                    let kind = MouseEventKind::Down(MouseButton::Left);
                    play.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
                }
                Step::Wheel(up) => {
                    let kind = if up { MouseEventKind::ScrollUp } else { MouseEventKind::ScrollDown };
                    play.event(Event::Mouse(MouseEvent { kind, column: 3, row: 6, modifiers: KeyModifiers::NONE }));
                }
                Step::Wait(seconds) => { play.pass(Duration::from_secs(seconds)); }
                Step::Others => {
                    play.keys.truncate(play.keys.len() / 2);
                    play.tell();
                }
                Step::Slow(slow) => if slow { play.slow = true } else { play.catch_up(); },
            }
            if play.effects.drain(..).any(|effect| matches!(effect, Effect::Repaint)) {
                let (width, height) = play.app.size;
                terminal.resize(Rect::new(0, 0, width, height)).unwrap();
            }
            terminal.draw(|frame| view(&play.app, frame)).unwrap();
            if !play.app.shows_secret() {
                let (shown, state) = (plain(&mut terminal), format!("{:?}", play.app));
                for secret in &play.secrets {
                    let part = &secret[10..22];
                    prop_assert!(!shown.contains(part), "on screen: {shown}");
                    prop_assert!(!state.contains(part), "in the state: {state}");
                }
            }
        }
    }
}
