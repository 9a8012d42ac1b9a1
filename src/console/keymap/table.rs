//! The table itself. Order matters: it is the order of the footer and of the list of actions.

use super::Place;
use super::binding::{Binding, first, last, quiet, shown};
use super::chord::{BACK_TAB, DOWN, ENTER, ESC, TAB, UP, ch, ctrl, on};
use super::editors::EDITORS;
use super::logons::LOGONS;
use super::panels::PANELS;
use super::reviews::REVIEWS;
use crate::console::action::Action;
use crate::console::event::KeyCode;
use crate::registry::Column;

/// Every binding of the console.
pub const BINDINGS: &[Binding] = &joined::<{ OF_TABLES.len() + OF_PANELS.len() }>(OF_TABLES, OF_PANELS);

const OF_TABLES: &[Binding] = &joined::<{ COMMON.len() + OF_LOGONS.len() }>(COMMON, OF_LOGONS);
const OF_LOGONS: &[Binding] = &joined::<{ LOGONS.len() + REVIEWS.len() }>(LOGONS, REVIEWS);
const OF_PANELS: &[Binding] = &joined::<{ PANELS.len() + EDITORS.len() }>(PANELS, EDITORS);

/// Two lists as one.
const fn joined<const N: usize>(one: &[Binding], two: &[Binding]) -> [Binding; N] {
    let mut all = [one[0]; N];
    let mut place = 0;
    while place < N {
        all[place] = if place < one.len() { one[place] } else { two[place - one.len()] };
        place += 1;
    }
    all
}

const COMMON: &[Binding] = &[
    // API Keys
    first(Place::Keys, &[ch('n')], Action::New, "new", "New API key"),
    first(Place::Keys, &[ENTER], Action::Open, "open", "Open the details of this key"),
    first(
        Place::Keys,
        &[ch('t')],
        Action::ToggleStatus,
        "disable/enable",
        "Disable or enable this key or the marked ones",
    ),
    shown(Place::Keys, &[ch('e')], Action::Edit, "edit", "Edit this key"),
    last(
        Place::Keys,
        &[ch('r')],
        Action::Rotate,
        "rotate",
        "Rotate this key, or show how far its rotation is",
    ),
    last(Place::Keys, &[ch('y')], Action::CopyKey, "copy Key", "Copy the Key (never a Secret)"),
    last(
        Place::Keys,
        &[ch('D'), on(KeyCode::Delete)],
        Action::Delete,
        "delete",
        "Delete this key or the marked ones, for ever",
    ),
    shown(Place::Keys, &[ch('u')], Action::Undo, "undo", "Take back the last status change"),
    quiet(Place::Keys, &[ch('d')], Action::DeleteHint, "delete?", "Say which key deletes"),
    quiet(Place::Keys, &[ch(' ')], Action::Mark, "mark", "Mark this row and move down"),
    quiet(Place::Keys, &[ch('v')], Action::MarkRange, "range", "Begin or end a range of marks"),
    quiet(Place::Keys, &[ch('A')], Action::MarkAll, "mark all", "Mark all that match the filter"),
    quiet(Place::Keys, &[ch('c')], Action::Story, "changes", "All changes of this key"),
    quiet(
        Place::Keys,
        &[ch('1')],
        Action::Sort(Some(Column::Description)),
        "",
        "Sort by Description, again reverses",
    ),
    quiet(
        Place::Keys,
        &[ch('2')],
        Action::Sort(Some(Column::Group)),
        "",
        "Sort by User Group, again reverses",
    ),
    quiet(Place::Keys, &[ch('3')], Action::Sort(Some(Column::Key)), "", "Sort by Key, again reverses"),
    quiet(Place::Keys, &[ch('4')], Action::Sort(Some(Column::Status)), "", "Sort by Status, again reverses"),
    quiet(
        Place::Keys,
        &[ch('5')],
        Action::Sort(Some(Column::Created)),
        "",
        "Sort by Created, again reverses",
    ),
    quiet(
        Place::Keys,
        &[ch('6')],
        Action::Sort(Some(Column::LastUsed)),
        "",
        "Sort by Last Used, again reverses",
    ),
    quiet(
        Place::Keys,
        &[ch('7')],
        Action::Sort(Some(Column::Expires)),
        "",
        "Sort by Expires, again reverses",
    ),
    quiet(
        Place::Keys,
        &[ch('8')],
        Action::Sort(Some(Column::Modified)),
        "",
        "Sort by Modified, again reverses",
    ),
    quiet(Place::Keys, &[ch('0')], Action::Sort(None), "", "Default order: newest first"),
    // User Groups
    first(Place::Groups, &[ch('n')], Action::New, "new", "New user group"),
    shown(Place::Groups, &[ENTER], Action::Open, "open", "Open the details of this group"),
    shown(
        Place::Groups,
        &[ch('e')],
        Action::Edit,
        "edit",
        "Edit this group: details, tables, filters, menus",
    ),
    last(Place::Groups, &[ch('v')], Action::ViewAs, "view as", "May its keys …? With the reason"),
    shown(
        Place::Groups,
        &[ch('D'), on(KeyCode::Delete)],
        Action::Delete,
        "delete",
        "Delete this group, if no key uses it",
    ),
    quiet(Place::Groups, &[ch('d')], Action::DeleteHint, "delete?", "Say which key deletes"),
    // Changes
    first(Place::Changes, &[ENTER], Action::Open, "open", "Open this change: before and after"),
    // Welcome
    shown(Place::Welcome, &[UP, ch('k')], Action::Up, "", "Up"),
    shown(Place::Welcome, &[DOWN, ch('j')], Action::Down, "choose", "Down"),
    first(Place::Welcome, &[ENTER], Action::Submit, "make this group", "Make the chosen user group"),
    first(Place::Welcome, &[ch('n')], Action::New, "own group", "Make a user group of your own"),
    // Tables
    shown(
        Place::Table,
        &[ch('/')],
        Action::Filter,
        "filter",
        "Filter as you type; for keys also modified:24h, due:14d, status:disabled",
    ),
    quiet(Place::Table, &[ch('j'), DOWN], Action::Down, "down", "Down"),
    quiet(Place::Table, &[ch('k'), UP], Action::Up, "up", "Up"),
    quiet(Place::Table, &[ch('g'), on(KeyCode::Home)], Action::Top, "top", "First row"),
    quiet(Place::Table, &[ch('G'), on(KeyCode::End)], Action::Bottom, "bottom", "Last row"),
    quiet(Place::Table, &[ctrl('d'), on(KeyCode::PageDown)], Action::PageDown, "page down", "Page down"),
    quiet(Place::Table, &[ctrl('u'), on(KeyCode::PageUp)], Action::PageUp, "page up", "Page up"),
    shown(Place::Table, &[ESC], Action::Back, "back", "Take marks away, then the filter"),
    // All screens
    shown(Place::Screens, &[TAB], Action::NextScreen, "screen", "Next screen"),
    last(
        Place::Screens,
        &[ch('H')],
        Action::Dashboard,
        "dashboard",
        "The dashboard line: arrows choose a count, Enter goes to its list",
    ),
    quiet(Place::Screens, &[BACK_TAB], Action::PreviousScreen, "", "Previous screen"),
    quiet(
        Place::Screens,
        &[ch('w')],
        Action::Why,
        "why",
        "Why was a call refused? Type the reference that its caller was given",
    ),
    quiet(
        Place::Screens,
        &[ch('L')],
        Action::LeakDesk,
        "leak desk",
        "Leak desk: paste text, see which keys are in it, stop them",
    ),
    first(
        Place::Screens,
        &[ch('?'), on(KeyCode::F(1)), ch(':')],
        Action::Palette,
        "actions",
        "List of all actions",
    ),
    first(Place::Screens, &[ch('q')], Action::Quit, "quit", "Quit"),
    // Dashboard line
    shown(Place::Dashboard, &[on(KeyCode::Right), ch('l'), TAB], Action::Right, "next", "Next count"),
    quiet(Place::Dashboard, &[on(KeyCode::Left), ch('h'), BACK_TAB], Action::Left, "", "Count before"),
    first(Place::Dashboard, &[ENTER], Action::Submit, "go there", "Go to the list of what is counted"),
    first(Place::Dashboard, &[ESC, ch('H'), ch('q')], Action::Back, "back", "Back to the table"),
    // Filter line
    shown(Place::Filter, &[ENTER], Action::Submit, "keep", "Keep the filter"),
    shown(Place::Filter, &[ESC], Action::Back, "clear", "Clear the filter"),
    quiet(Place::Filter, &[DOWN], Action::Down, "down", "Down"),
    quiet(Place::Filter, &[UP], Action::Up, "up", "Up"),
    // Forms
    shown(Place::Form, &[ENTER], Action::Submit, "choose", "Open the choice, press the button"),
    shown(Place::Form, &[TAB, DOWN], Action::Next, "next field", "Next field"),
    quiet(Place::Form, &[BACK_TAB, UP], Action::Previous, "previous", "Previous field"),
    first(Place::Form, &[ctrl('s')], Action::Save, "save", "Save"),
    first(Place::Form, &[ESC], Action::Back, "leave", "Leave; asks if anything was typed"),
    shown(Place::FormText, &[TAB, DOWN], Action::Next, "next field", "Next field"),
    quiet(Place::FormText, &[ENTER], Action::Submit, "next", "Next field"),
    quiet(Place::FormText, &[BACK_TAB, UP], Action::Previous, "previous", "Previous field"),
    first(Place::FormText, &[ctrl('s')], Action::Save, "save", "Save"),
    first(Place::FormText, &[ESC], Action::Back, "leave", "Leave; asks if anything was typed"),
    // Pickers
    shown(Place::Picker, &[DOWN, ctrl('n')], Action::Down, "down", "Down"),
    shown(Place::Picker, &[UP, ctrl('p')], Action::Up, "up", "Up"),
    first(Place::Picker, &[ENTER], Action::Submit, "pick", "Pick"),
    first(Place::Picker, &[ESC], Action::Back, "close", "Close the list"),
    // Questions
    shown(
        Place::Confirm,
        &[TAB, on(KeyCode::Right), ch('l'), DOWN, ch('j')],
        Action::Next,
        "other button",
        "The other button",
    ),
    quiet(
        Place::Confirm,
        &[BACK_TAB, on(KeyCode::Left), ch('h'), UP, ch('k')],
        Action::Previous,
        "",
        "The other button",
    ),
    shown(Place::Confirm, &[ENTER], Action::Submit, "press", "Press the focused button"),
    first(Place::Confirm, &[ESC, ch('q'), ch('n')], Action::Back, "cancel", "Cancel"),
    shown(Place::Typing, &[ENTER], Action::Submit, "delete if it fits", "Delete, if the text fits"),
    shown(Place::Typing, &[TAB, DOWN], Action::Next, "buttons", "To the buttons"),
    quiet(Place::Typing, &[BACK_TAB, UP], Action::Previous, "", "To the buttons"),
    first(Place::Typing, &[ESC], Action::Back, "cancel", "Cancel"),
    // Reveal
    first(Place::Reveal, &[ch('y')], Action::CopySecret, "copy Secret", "Copy the Secret"),
    shown(Place::Reveal, &[ch('k')], Action::CopyKey, "copy Key", "Copy the Key"),
    shown(
        Place::Reveal,
        &[ch('b')],
        Action::CopyBoth,
        "copy both",
        "Copy both as CLAVIGER_KEY=… / CLAVIGER_SECRET=… lines",
    ),
    first(
        Place::Reveal,
        &[ENTER],
        Action::Submit,
        "done",
        "Close after a confirmed copy, else prove that you have it",
    ),
    quiet(
        Place::Reveal,
        &[ESC],
        Action::Back,
        "close uncopied",
        "Twice: close without a copy; the key stays, flagged",
    ),
    quiet(Place::Reveal, &[ch('q')], Action::Quit, "", "Only hints"),
    first(Place::RevealProof, &[ENTER], Action::Submit, "close", "Close, if the last 4 characters fit"),
    first(Place::RevealProof, &[ESC], Action::Back, "back", "Back to the Secret"),
    // Palette
    shown(Place::Palette, &[DOWN, ctrl('n')], Action::Down, "down", "Down"),
    shown(Place::Palette, &[UP, ctrl('p')], Action::Up, "up", "Up"),
    first(Place::Palette, &[ENTER], Action::Submit, "run", "Run it"),
    first(Place::Palette, &[ESC], Action::Back, "close", "Close the list"),
    // Everywhere
    quiet(Place::Always, &[ctrl('c')], Action::Interrupt, "quit", "Quit, from anywhere"),
    quiet(
        Place::Always,
        &[ctrl('z')],
        Action::Suspend,
        "suspend",
        "Back to the shell for a while (`fg` returns)",
    ),
    quiet(
        Place::Always,
        &[on(KeyCode::F(1))],
        Action::Palette,
        "actions",
        "List of all actions, from anywhere",
    ),
    quiet(Place::Always, &[ctrl('l')], Action::Repaint, "repaint", "Paint everything again"),
];
