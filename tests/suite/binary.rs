//! The binary in a real pseudo-terminal: it starts, ends, and leaves the terminal as it was, whatever happens.

use crate::pty::{Pty, Start};
use claviger::console::terminal::Terminal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A store that does not exist yet, and the directory that goes away with it.
fn place() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    (dir, store)
}

/// What a shell prints about the terminal after the console ended.
const AFTERWARDS: &str = "$console; echo code=$?; stty -a; echo over";

/// Whether a screen with the words of `stty -a` tells of a line that a shell can work with.
fn is_cooked(screen: &str) -> bool {
    ["icanon", "echo", "isig"].iter().all(|mode| screen.split_whitespace().any(|word| word == *mode))
}

fn left_the_terminal_alone(pty: &Pty) {
    pty.shows("over");
    let screen = pty.screen();
    assert!(!pty.on_alternate_screen());
    assert!(is_cooked(&screen), "{screen}");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    for (on, off) in
        [("\x1b[?2004h", "\x1b[?2004l"), ("\x1b[?25l", "\x1b[?25h"), ("\x1b[?1000h", "\x1b[?1000l")]
    {
        assert!(raw.rfind(on) <= raw.rfind(off), "{on:?} is not taken back");
    }
}

#[test]
fn it_starts_on_an_empty_store_and_quits() {
    let (_dir, store) = place();
    let mut pty = Start::script(&store, AFTERWARDS).run();
    pty.shows("Welcome");
    pty.types("\x03").shows("code=0");
    left_the_terminal_alone(&pty);
}

#[test]
fn a_signal_ends_it_in_order() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let (_dir, store) = place();
        let script = "$console & p=$!; echo $p > $pidfile; fg >/dev/null; echo code=$?; stty -a; echo over";
        let pidfile = store.with_extension("pid");
        let pty = Start::script(&store, script).with("pidfile", pidfile.to_str().unwrap()).run();
        pty.shows("Welcome");
        let pid = std::fs::read_to_string(&pidfile).unwrap().trim().parse().unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        left_the_terminal_alone(&pty);
    }
}

/// A terminal that dies with the console in it. `script` writes the console's process number to `$pidfile`.
fn crash_the_terminal_under(script: &str) {
    let (dir, store) = place();
    let pidfile = dir.path().join("pid");
    let mut terminal = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "binary::the_child_that_is_a_terminal", "--ignored", "--nocapture"])
        .env("SCRIPT", script)
        .env("PIDFILE", &pidfile)
        .env("STORE", &store)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(terminal.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("the console is up")));
    let pid = Pid::from_raw(std::fs::read_to_string(&pidfile).unwrap().trim().parse().unwrap()).unwrap();
    let console = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    terminal.kill().unwrap();
    terminal.wait().unwrap();
    let limit = Timespec { tv_sec: 3, tv_nsec: 0 };
    let ended = poll(&mut [PollFd::new(&console, PollFlags::IN)], Some(&limit)).unwrap();
    let _ = kill_process(pid, Signal::KILL);
    assert_eq!(ended, 1, "it outlives its terminal");
}

#[test]
fn a_closed_window_ends_it() {
    crash_the_terminal_under("echo $$ > $pidfile; exec $console");
}

#[test]
fn a_closed_window_ends_it_even_if_no_signal_tells() {
    // In a session of its own it gets no SIGHUP: only the line tells.
    crash_the_terminal_under("setsid -w sh -c 'echo $$ > $pidfile; exec $console'");
}

#[test]
#[ignore = "run by the tests above, to be killed"]
fn the_child_that_is_a_terminal() {
    // Run with all ignored tests, and by nobody's order, it has nothing to do.
    if std::env::var_os("SCRIPT").is_none() {
        return;
    }
    let variable = |name| std::env::var(name).unwrap();
    let start = Start::script(variable("STORE").as_ref(), &variable("SCRIPT"));
    let pty = start.with("pidfile", &variable("PIDFILE")).run();
    pty.shows("Welcome");
    println!("\nthe console is up");
    std::thread::park();
}

#[test]
fn no_color_means_no_colour_but_the_chosen_row_still_stands_out() {
    let (_dir, store) = place();
    let mut pty = Start::console(&store).with("NO_COLOR", "1").run();
    pty.shows("Welcome").wrote(b"\x1b[7m");
    pty.types("\x03").ends();
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let colours = raw.split("\x1b[").skip(1).filter(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(0);
        let numbers = part[..end].split(';').filter_map(|n| n.parse::<u32>().ok());
        part[end..].starts_with('m') && { numbers }
            .any(|n| (30..=38).contains(&n) || (40..=48).contains(&n) || n >= 90)
    });
    assert_eq!(colours.count(), 0);
}

#[test]
fn a_paste_fills_one_field_up_to_its_first_line_break() {
    let (_dir, store) = place();
    let mut pty = Start::console(&store).run();
    pty.shows("Welcome");
    pty.types("n").shows("New user group");
    pty.types("\x1b[200~PASTED\r\x13q\x1b[31m\x1b[201~").shows("PASTED").shows("New user group");
    pty.types("\x03\x03").ends();
}

#[test]
fn it_lends_the_terminal_to_the_shell_and_comes_back() {
    let (_dir, store) = place();
    let script = "$console; stty -a; echo stopped; read again; fg >/dev/null; echo over";
    let mut pty = Start::script(&store, script).run();
    pty.shows("Welcome");
    pty.types("\x1a").shows("stopped");
    assert!(!pty.on_alternate_screen() && is_cooked(&pty.screen()), "{}", pty.screen());
    pty.types("\r").shows("Welcome");
    pty.types("\x03").shows("over");
}

#[test]
fn a_new_size_is_drawn_at_once_down_to_almost_nothing() {
    let (_dir, store) = place();
    let mut pty = Start::console(&store).run();
    pty.shows("Welcome");
    pty.resize(19, 4);
    pty.shows("too small");
    pty.resize(1, 1);
    pty.resize(100, 30);
    pty.shows("Welcome");
    pty.types("\x03").ends();
}

/// Processor time of a process so far, in ticks of 10 ms.
fn ticks(pid: Pid) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    after_name.split_whitespace().skip(11).take(2).map(|number| number.parse::<u64>().unwrap()).sum()
}

#[test]
#[cfg(target_os = "linux")]
fn an_idle_console_neither_works_nor_writes() {
    let (_dir, store) = place();
    let mut pty = Start::console(&store).run();
    pty.shows("Welcome").shows("quit");
    let pause = |seconds| poll(&mut [], Some(&Timespec { tv_sec: seconds, tv_nsec: 0 })).unwrap();
    pause(1);
    let (worked, written) = (ticks(pty.pid()), pty.raw().len());
    pause(2);
    assert!(ticks(pty.pid()) - worked <= 1, "it works while nothing happens");
    assert_eq!(pty.raw().len(), written, "it writes while nothing happens");
    pty.types("\x03").ends();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let own = std::env::current_exe().unwrap();
    let child = "binary::the_child_that_panics_inside_the_terminal";
    let script = format!("{} --exact {child} --ignored --nocapture; stty -a; echo over", own.display());
    let pty = Start::program("/bin/sh", &["-m", "-c", &script]).with("PANIC", "1").run();
    left_the_terminal_alone(&pty);
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let (left, reported) = (raw.find("\x1b[?1049l").unwrap(), raw.find("as it must").unwrap());
    assert!(raw.contains("\x1b[?1049h") && left < reported, "{raw:?}");
}

#[test]
#[ignore = "run by the test above, in a terminal of its own"]
fn the_child_that_panics_inside_the_terminal() {
    if std::env::var_os("PANIC").is_none() {
        return;
    }
    let mut terminal = Terminal::enter().unwrap();
    terminal.mouse(true).unwrap();
    terminal.draw(|frame| frame.render_widget("drawn", frame.area())).unwrap();
    panic!("as it must");
}

#[test]
fn a_large_store_shows_its_newest_rows_while_it_is_checked_and_then_goes_over_into_the_table() {
    let (_dir, store) = place();
    let demo = Command::new(crate::pty::binary())
        .args(["--store", store.to_str().unwrap(), "demo", "--keys", "51000"])
        .output()
        .unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let mut pty = Start::console(&store).run();
    pty.wrote(b"checking").shows("51,000 keys").no_longer_shows("checking");
    pty.types("j").types("y").shows("Key ");
    pty.types("q");
    assert_eq!(pty.ends(), 0);
    // Left before it was ready, it is as it was.
    let mut pty = Start::console(&store).run();
    pty.wrote(b"checking");
    pty.types("q");
    assert_eq!(pty.ends(), 0);
    Start::console(&store).run().shows("51,000 keys");
}
