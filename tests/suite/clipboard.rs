//! From the first screen to a Secret in other hands: by a real X clipboard, and by OSC 52 over SSH.

use crate::pty::{Pty, Start, binary};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// From an empty store to a Secret on screen: 4 presses and the description.
fn create(pty: &mut Pty) {
    pty.shows("Welcome");
    pty.types("\r").shows("New user group");
    pty.types("\x13").shows("API Keys").no_longer_shows("New user group");
    pty.types("n").shows("New API key");
    pty.types("ci-deploy").shows("ci-deploy");
    pty.types("\x13").shows("cs_prd_");
}

/// The Key and the Secret on the screen.
fn shown(pty: &Pty) -> (String, String) {
    let screen = pty.screen();
    let word =
        |start: &str| screen.split_whitespace().find(|word| word.starts_with(start)).unwrap().to_owned();
    (word("ck_prd_"), word("cs_prd_"))
}

fn verifies(store: &Path, key: &str, secret: &str) -> bool {
    let mut verify = Command::new(binary());
    verify.args(["--store", store.to_str().unwrap(), "verify", "--key", key]).env("CLAVIGER_SECRET", secret);
    verify.stdout(Stdio::null()).stdin(Stdio::null()).status().unwrap().success()
}

#[test]
fn over_ssh_the_secret_goes_to_the_terminal_by_osc_52_and_proves_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let mut pty = Start::console(&store).with("SSH_TTY", "/dev/pts/9").run();
    create(&mut pty);
    let (key, secret) = shown(&pty);
    let before = String::from_utf8_lossy(&pty.raw()).into_owned();
    assert!(before.rfind("\x1b[?1000h") < before.rfind("\x1b[?1000l"), "the mouse is the terminal's again");
    pty.types("y").shows("sent to the terminal by OSC 52, not confirmed");
    let sequence = format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(&secret));
    pty.wrote(sequence.as_bytes());
    pty.types("\r").shows("last 4 characters");
    pty.types("nope\r").shows("Those are not the last 4");
    pty.types(&secret[52..]).types("\r").no_longer_shows("cs_prd_").shows("ci-deploy");
    pty.types("\x03\x03").ends();
    pty.wrote(b"\x1b]52;c;IA==\x1b\\");
    let raw = pty.raw();
    assert!(raw.windows(sequence.len()).filter(|window| *window == sequence.as_bytes()).count() == 1);
    assert!(verifies(&store, &key, &secret));
    let other = if secret.ends_with('x') { 'y' } else { 'x' };
    assert!(!verifies(&store, &key, &format!("{}{other}", &secret[..55])));
}

#[test]
fn an_open_secret_is_hidden_before_the_terminal_is_lent_and_stays_so_until_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let script = "$console; echo stopped; read again; fg >/dev/null; echo over";
    let mut pty = Start::script(&dir.path().join("store"), script).run();
    create(&mut pty);
    let (_, secret) = shown(&pty);
    pty.types("\x1a").shows("stopped");
    assert!(!pty.screen().contains(&secret[..20]) && !pty.on_alternate_screen());
    pty.types("\r").shows("The Secret is hidden. Enter shows it again.");
    pty.types("\r").shows(&secret);
    pty.types("\x03").shows("^C again quits");
    pty.types("\x03").shows("over");
}

/// An X server of our own, on a display that it chose itself.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn open() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = std::io::BufReader::new(server.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        Self { server, name: format!(":{}", line.trim()) }
    }

    fn paste(&self) -> String {
        let mut xclip = Command::new("xclip");
        xclip.args(["-selection", "clipboard", "-o"]).env("DISPLAY", &self.name).stderr(Stdio::null());
        String::from_utf8(xclip.output().unwrap().stdout).unwrap()
    }

    fn copy(&self, text: &str) {
        let mut xclip = Command::new("xclip");
        xclip.args(["-selection", "clipboard", "-i"]).env("DISPLAY", &self.name);
        let mut child =
            xclip.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[ignore = "needs Xvfb and xclip"]
fn a_copied_secret_is_pasted_by_another_program_and_proves_itself() {
    let (display, dir) = (Display::open(), tempfile::tempdir().unwrap());
    let store = dir.path().join("store");
    let mut pty = Start::console(&store).with("DISPLAY", &display.name).run();
    create(&mut pty);
    let (key, secret) = shown(&pty);
    pty.types("y").shows("copied to the X11 clipboard, confirmed by reading it back");
    let pasted = display.paste();
    assert_eq!(pasted, secret);
    pty.types("b").shows("Key and Secret copied");
    assert_eq!(display.paste(), format!("CLAVIGER_KEY={key}\nCLAVIGER_SECRET={secret}\n"));
    pty.types("\r").no_longer_shows("cs_prd_").shows("clears in");
    pty.types("\x03\x03").ends();
    assert_eq!(display.paste(), "", "cleared on the way out");
    assert!(verifies(&store, &key, &pasted));
}

#[test]
#[ignore = "needs Xvfb and xclip"]
fn what_somebody_else_copied_meanwhile_survives_the_end() {
    let (display, dir) = (Display::open(), tempfile::tempdir().unwrap());
    let mut pty = Start::console(&dir.path().join("store")).with("DISPLAY", &display.name).run();
    create(&mut pty);
    pty.types("y").shows("confirmed by reading it back");
    display.copy("a shopping list");
    pty.types("\r").no_longer_shows("cs_prd_");
    pty.types("\x03\x03").ends();
    assert_eq!(display.paste(), "a shopping list");
}
