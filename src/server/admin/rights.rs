//! Who may come: the store's owner and root always, others by `claviger.toml` in the store.
//!
//! The file is read for every request, so that a right that was taken away is gone at once.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::net::sockopt::socket_peercred;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::SocketError;
use crate::client::account_of;
use crate::model::Account;
use crate::model::text::escape;
use crate::registry::Rights;

/// The file's name in the store.
const NAME: &str = "claviger.toml";
/// More than this is no list of administrators.
const LARGEST: u64 = 64 * 1024;

/// Who is at the other end: its effective account when it connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) uid: u32,
    pub(super) account: Account,
}

impl Peer {
    pub(super) fn of(stream: &UnixStream) -> io::Result<Self> {
        let uid = socket_peercred(stream)?.uid.as_raw();
        let account = account_of(uid).map_err(io::Error::other)?;
        Ok(Self { uid, account })
    }
}

/// One account, by name or number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Named {
    Number(u32),
    Name(String),
}

impl Named {
    fn means(&self, peer: &Peer) -> bool {
        match self {
            Self::Number(uid) => *uid == peer.uid,
            // A name made of digits is a number: nobody becomes account 1000 by being called so.
            Self::Name(name) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) => {
                name.parse() == Ok(peer.uid)
            }
            Self::Name(name) => name == peer.account.as_str(),
        }
    }
}

/// `claviger.toml`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    administrators: Vec<Named>,
    auditors: Vec<Named>,
    pub(super) admin_socket: Option<String>,
    pub(super) admin_socket_group: Option<String>,
    /// The history's budget: read, and held to its limits, by whoever opens the store.
    history_days: IgnoredAny,
    history_rows: IgnoredAny,
    /// The review's limits: likewise.
    review_unused_days: IgnoredAny,
    review_silent_days: IgnoredAny,
    review_unrotated_days: IgnoredAny,
}

/// Where rights are looked up.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
    owner: u32,
}

impl Book {
    /// Of a store; refused if its file is not as it should be, so that nobody starts with rights that do not hold.
    pub(super) fn open(store: &Path) -> Result<(Self, Settings), SocketError> {
        let owner = std::fs::metadata(store).map_err(|e| SocketError::at(store, "looked at", &e))?.uid();
        let book = Self { path: store.join(NAME), owner };
        let settings = book.read()?;
        Ok((book, settings))
    }

    fn read(&self) -> Result<Settings, SocketError> {
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(&self.path);
        let file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Settings::default()),
            Err(error) => return Err(SocketError::at(&self.path, "opened", &error)),
        };
        let shown = self.path.to_string_lossy();
        let meta = file.metadata().map_err(|e| SocketError::at(&self.path, "looked at", &e))?;
        if meta.uid() != self.owner || meta.mode() & 0o022 != 0 {
            return Err(SocketError::new(
                format!("{} can be written by other accounts than the store's owner", escape(&shown)),
                format!("chown {} {shown} && chmod 600 {shown}", self.owner),
            ));
        }
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text).map_err(|e| SocketError::at(&self.path, "read", &e))?;
        toml::from_str(&text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            let line = text.get(..place).map_or(1, |before| before.lines().count().max(1));
            SocketError::new(
                format!("{} line {line}: {}", escape(&shown), escape(error.message())),
                "it takes administrators = [\"name or uid\"], auditors = [...], admin_socket = \"PATH\", admin_socket_group = \"GROUP\", history_days = 90, history_rows = 5000000, review_unused_days = 30, review_silent_days = 90, review_unrotated_days = 180",
            )
        })
    }

    /// What this account may do now; `None`: nothing. A file that cannot be read gives nobody a right.
    pub(super) fn rights(&self, peer: &Peer) -> Option<Rights> {
        if peer.uid == self.owner || peer.uid == 0 {
            return Some(Rights::Administrator);
        }
        let settings = self.read().ok()?;
        let among = |list: &[Named]| list.iter().any(|named| named.means(peer));
        if among(&settings.administrators) {
            Some(Rights::Administrator)
        } else {
            among(&settings.auditors).then_some(Rights::Auditor)
        }
    }
}

/// Where the server of a store listens: in the store, and where its `claviger.toml` says.
pub fn sockets_of(store: &Path) -> Vec<PathBuf> {
    let mut sockets = vec![store.join(super::place::NAME)];
    // A file that cannot be read is the server's to complain of.
    if let Ok((_, settings)) = Book::open(store) {
        sockets.extend(settings.admin_socket.map(PathBuf::from));
    }
    sockets
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn peer(uid: u32, name: &str) -> Peer {
        Peer { uid, account: Account::parse(name).unwrap() }
    }

    fn book(text: &str) -> (tempfile::TempDir, Result<(Book, Settings), SocketError>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let book = Book::open(dir.path());
        (dir, book)
    }

    #[test]
    fn names_and_numbers_give_rights_and_nobody_becomes_a_number_by_name() {
        let others =
            "history_days = 9\nreview_unused_days = 7\nreview_silent_days = 7\nreview_unrotated_days = 7\n";
        let text =
            format!("administrators = [\"ada\", 4001]\nauditors = [\"eve\", \"4002\", \"ada\"]\n{others}");
        let (_dir, book) = book(&text);
        let (book, _) = book.unwrap();
        let rights = |uid, name| book.rights(&peer(uid, name));
        assert_eq!(rights(4000, "ada"), Some(Rights::Administrator));
        assert_eq!(rights(4001, "bob"), Some(Rights::Administrator));
        assert_eq!(rights(4003, "eve"), Some(Rights::Auditor));
        assert_eq!(rights(4002, "cy"), Some(Rights::Auditor));
        assert_eq!(rights(4004, "4001"), None);
        assert_eq!(rights(4004, "mallory"), None);
        assert_eq!(rights(0, "root"), Some(Rights::Administrator));
    }

    #[test]
    fn a_right_that_was_taken_away_is_gone_with_the_next_question() {
        let (dir, book) = book("auditors = [\"eve\"]");
        let (book, _) = book.unwrap();
        assert_eq!(book.rights(&peer(4003, "eve")), Some(Rights::Auditor));
        std::fs::write(dir.path().join(NAME), "").unwrap();
        assert_eq!(book.rights(&peer(4003, "eve")), None);
    }

    #[test]
    fn a_broken_misspelt_or_open_file_gives_nobody_a_right_and_says_where() {
        for text in ["auditors = [", "auditor = [\"eve\"]", "auditors = [\"eve\"]\nadmin_socket = 1"] {
            let (_dir, book) = book(text);
            let line = if text.contains('\n') { "line 2" } else { "line 1" };
            assert!(book.unwrap_err().sentence.contains(line), "{text}");
        }
        let (dir, book) = book("auditors = [\"eve\"]");
        let (book, _) = book.unwrap();
        let open = std::fs::Permissions::from_mode(0o620);
        std::fs::set_permissions(dir.path().join(NAME), open).unwrap();
        assert_eq!(book.rights(&peer(4003, "eve")), None);
        assert!(book.read().unwrap_err().hint.contains("chmod 600"));
    }
}
