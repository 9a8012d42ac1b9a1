//! The console killed at the worst moments: whatever it had shown as done is there after the restart.

use crate::pty::{Start, binary};
use rustix::process::{Signal, kill_process};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs one command of this program on the store and takes its JSON.
fn json(store: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut command = Command::new(binary());
    command.args(["--store", store.to_str().unwrap(), "--json"]).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn status(store: &Path, description: &str) -> Option<String> {
    let keys = json(store, &["keys", "list", "--filter", description]);
    let key = keys.as_array().unwrap().iter().find(|key| key["description"] == description)?;
    Some(key["status"].as_str().unwrap().to_owned())
}

#[test]
fn what_was_acknowledged_survives_twenty_kills_during_toggles_and_creations() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    json(&store, &["groups", "create", "--template", "read-only-reporting"]);
    json(&store, &["keys", "create", "--description", "toggled", "--group", "API_READ"]);
    for round in 0..20 {
        let mut pty = Start::console(&store).sized(100, 24).run();
        // On a busy machine the rows come before the store is checked, and verbs wait for that.
        pty.shows("API_READ").no_longer_shows("checking");
        if round % 2 == 0 {
            // The newest key is on top; the filter puts the cursor on the one to toggle.
            pty.types("/toggled\r")
                .shows("/ toggled")
                .no_longer_shows("created-")
                .shows("toggled · API_READ");
            let before = status_on(&pty.screen());
            pty.types("t");
            let (after, word) = if before { ("Disabled", "○ Disabled") } else { ("Active", "● Active") };
            pty.shows(word).shows("u undoes");
            // One more, not waited for: it may or may not have happened, but nothing else may.
            if round % 4 == 0 {
                pty.types("t");
            }
            kill_process(pty.pid(), Signal::KILL).unwrap();
            pty.ends();
            let kept = status(&store, "toggled").unwrap();
            assert!(kept == after || round % 4 == 0, "round {round}: {kept}, but {after} was shown as done");
        } else {
            let description = format!("created-{round}");
            pty.types("n").shows("New API key");
            pty.types(&description).types("\x13").shows("cs_prd_");
            let screen = pty.screen();
            let word =
                |start| screen.split_whitespace().find(|word| word.starts_with(start)).unwrap().to_owned();
            let (key, secret) = (word("ck_prd_"), word("cs_prd_"));
            kill_process(pty.pid(), Signal::KILL).unwrap();
            pty.ends();
            assert_eq!(status(&store, &description).as_deref(), Some("Active"), "round {round}");
            let mut verify = Command::new(binary());
            verify.args(["--store", store.to_str().unwrap(), "verify", "--key", &key]);
            verify.env("CLAVIGER_SECRET", secret).stdin(Stdio::null()).stdout(Stdio::null());
            assert!(verify.status().unwrap().success(), "round {round}: its Secret proves nothing");
        }
    }
    let keys = json(&store, &["keys", "list"]);
    assert_eq!(keys.as_array().unwrap().len(), 11, "nothing came to be that nobody made");
}

/// Whether the row on screen is Active.
fn status_on(screen: &str) -> bool {
    screen.contains("● Active")
}
