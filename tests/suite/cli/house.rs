//! A store in a temporary directory, and the binary run on it.

use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A directory with room for a store and files beside it.
pub struct House {
    directory: TempDir,
}

/// A fresh Key and its Secret.
pub struct Pair {
    pub key: String,
    pub secret: String,
}

impl House {
    /// Without a store.
    pub fn empty() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// With the group HR.
    pub fn new() -> Self {
        let house = Self::empty();
        house.run("groups create --code HR --description 'Human resources' --role READ").ok();
        house
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// Writes a file beside the store.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), contents).unwrap();
        self.path(name)
    }

    /// The binary with these words, on this store, in an environment of its own.
    pub fn run(&self, line: &str) -> Run {
        self.start().arg("--store").arg(self.store()).args(words(line))
    }

    /// The binary with these words and no store named.
    pub fn bare(&self, line: &str) -> Run {
        self.start().args(words(line))
    }

    fn start(&self) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        command.current_dir(self.directory.path());
        command.env_clear().env("HOME", self.directory.path()).env("PATH", "/usr/bin:/bin");
        Run { command, stdin: Vec::new() }
    }

    /// A new key in HR with this description.
    pub fn key(&self, description: &str) -> Pair {
        let text = self.run("keys create --group HR --description").arg(description).ok();
        let mut lines = text.lines();
        let mut next = |word: &str| lines.next().unwrap().strip_prefix(word).unwrap().to_owned();
        Pair { key: next("Key "), secret: next("Secret ") }
    }

    /// All keys as JSON.
    pub fn keys(&self) -> Vec<Value> {
        self.run("keys list --json").json().as_array().unwrap().clone()
    }

    /// Every byte of every file in the store.
    pub fn stored_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut directories = vec![self.store()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    directories.push(entry.path());
                } else {
                    bytes.extend(std::fs::read(entry.path()).unwrap());
                }
            }
        }
        bytes
    }
}

/// Cuts a line at blanks outside single quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// One run of the binary, being prepared.
pub struct Run {
    pub command: Command,
    stdin: Vec<u8>,
}

/// What it said.
pub struct Said {
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        self.command.arg(word);
        self
    }

    pub fn args(mut self, words: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.command.args(words.into_iter().map(Into::into));
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Standard output goes to this file.
    pub fn onto(mut self, path: &Path) -> Self {
        self.command.stdout(std::fs::OpenOptions::new().write(true).open(path).unwrap());
        self
    }

    /// Exit code and words, whatever they are.
    pub fn said(mut self) -> (Option<i32>, Said) {
        self.command.stdout(Stdio::piped());
        self.said_elsewhere()
    }

    /// Keeps the standard output that [`Run::onto`] gave it.
    pub fn said_elsewhere(mut self) -> (Option<i32>, Said) {
        self.command.stdin(Stdio::piped()).stderr(Stdio::piped());
        finish(&mut self.command, self.stdin)
    }

    /// Standard output of a run that must go well.
    pub fn ok(self) -> String {
        let (code, said) = self.said();
        assert_eq!(code, Some(0), "{}{}", said.out, said.err);
        said.out
    }

    /// Standard output of a run that must go well, as JSON.
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// The words of a run that must fail with this code: a sentence, perhaps details, and a hint.
    pub fn fails(self, code: i32) -> Said {
        let (got, said) = self.said();
        assert_eq!(got, Some(code), "{}{}", said.out, said.err);
        let lines: Vec<&str> = said.err.lines().collect();
        assert!(lines.len() >= 2 && lines.last().unwrap().starts_with("hint: "), "{}", said.err);
        assert!(!said.err.contains("fault of its own") && !said.err.contains("panicked"), "{}", said.err);
        said
    }
}

fn finish(command: &mut Command, stdin: Vec<u8>) -> (Option<i32>, Said) {
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // On a thread of its own: a child that says much before it reads all must not hang us. One that does not read
    // at all is fine too.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), Said { out: text(stdout), err: text(stderr) })
}
