//! Where the admin socket stands in the file system, and what may be there before it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::model::text::escape;

/// The socket's name in the store.
pub(super) const NAME: &str = "admin.sock";
/// Longest path of a socket on Linux.
const LONGEST: usize = 107;

/// Why there is no admin socket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct SocketError {
    /// What and where.
    pub sentence: String,
    /// What to do.
    pub hint: String,
}

impl SocketError {
    pub(super) fn new(sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: hint.into() }
    }

    pub(super) fn at(path: &Path, what: &str, error: &io::Error) -> Self {
        let shown = path.to_string_lossy();
        Self::new(format!("{} could not be {what}: {error}", escape(&shown)), format!("ls -ld {shown}"))
    }

    pub(super) fn system(error: &io::Error) -> Self {
        Self::new(
            format!("The operating system did not start what the admin socket needs: {error}"),
            "look at the limits of this account: ulimit -a",
        )
    }
}

/// A socket of ours; its name goes when this is dropped, unless somebody else's stands there by then.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    node: (u64, u64),
}

impl Place {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|meta| (meta.dev(), meta.ino()) == self.node) {
            // A name that stays behind is found stale by the next server.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens in the store, and at the named place besides.
pub(super) fn listen(
    store: &Path,
    named: Option<&Path>,
    group: Option<&str>,
) -> Result<(Vec<Place>, Vec<UnixListener>), SocketError> {
    let own = store.join(NAME);
    if let (None, Some(group)) = (named, group) {
        return Err(SocketError::new(
            format!(
                "claviger.toml gives the admin socket to group {}, which cannot enter the store",
                escape(group)
            ),
            "name a socket outside the store too: admin_socket = \"/run/claviger/admin.sock\"",
        ));
    }
    let mut made = Vec::new();
    // A store that lies too deep for a socket can still be served at another place.
    if named.is_none() || own.as_os_str().len() <= LONGEST {
        made.push(bind(&own, None)?);
    }
    if let Some(path) = named.filter(|path| *path != own) {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        check_parent(parent)?;
        made.push(bind(path, group)?);
    }
    Ok(made.into_iter().unzip())
}

/// Who could write the directory could put another socket there, and hear the Secrets that go in.
fn check_parent(dir: &Path) -> Result<(), SocketError> {
    let meta = fs::metadata(dir).map_err(|e| SocketError::at(dir, "looked at", &e))?;
    if meta.mode() & 0o022 != 0 && meta.mode() & 0o1000 == 0 {
        let shown = dir.to_string_lossy();
        return Err(SocketError::new(
            format!("{} can be written by other accounts: no place for an admin socket", escape(&shown)),
            format!("chmod go-w {shown}"),
        ));
    }
    Ok(())
}

fn bind(path: &Path, group: Option<&str>) -> Result<(Place, UnixListener), SocketError> {
    clear(path)?;
    if path.as_os_str().len() > LONGEST {
        return Err(SocketError::new(
            format!("{} is too long for a socket", escape(&path.to_string_lossy())),
            "name a shorter path: --admin-socket PATH",
        ));
    }
    let listener = UnixListener::bind(path).map_err(|e| SocketError::at(path, "made", &e))?;
    let secured = || {
        if let Some(group) = group {
            let gid = group_of(group)?;
            std::os::unix::fs::chown(path, None, Some(gid)).map_err(|e| SocketError {
                hint: format!("add the server's account to group {}", escape(group)),
                ..SocketError::at(path, "given to the group", &e)
            })?;
        }
        let mode = if group.is_some() { 0o660 } else { 0o600 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .and_then(|()| listener.set_nonblocking(true))
            .and_then(|()| fs::symlink_metadata(path))
            .map_err(|e| SocketError::at(path, "secured", &e))
    };
    match secured() {
        Ok(meta) => Ok((Place { path: path.to_owned(), node: (meta.dev(), meta.ino()) }, listener)),
        Err(error) => {
            let _ = fs::remove_file(path);
            Err(error)
        }
    }
}

fn group_of(group: &str) -> Result<u32, SocketError> {
    let found = uzers::get_group_by_name(group).map(|group| group.gid());
    found.or_else(|| group.parse().ok()).ok_or_else(|| {
        SocketError::new(
            format!("There is no group {}", escape(group)),
            "correct admin_socket_group in claviger.toml; `getent group` shows the groups",
        )
    })
}

/// Removes a socket that nobody listens at; refuses anything else.
fn clear(path: &Path) -> Result<(), SocketError> {
    let shown = path.to_string_lossy();
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SocketError::at(path, "looked at", &error)),
        Ok(meta) if meta.file_type().is_socket() => {}
        Ok(_) => {
            return Err(SocketError::new(
                format!("{} is there and is no socket", escape(&shown)),
                "move it away, or name another path: --admin-socket PATH",
            ));
        }
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(|e| SocketError::at(path, "removed", &e))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(SocketError::at(path, "asked", &error)),
        Ok(_) => Err(SocketError::new(
            format!("Another server listens at {}", escape(&shown)),
            "stop it first, or name another path: --admin-socket PATH",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_socket_is_replaced_and_a_live_one_or_a_file_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        drop(UnixListener::bind(&path).unwrap());
        let (place, listener) = bind(&path, None).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(bind(&path, None).unwrap_err().sentence.starts_with("Another server"));
        drop((listener, place));
        assert!(!path.exists());

        fs::write(&path, "mine").unwrap();
        assert!(bind(&path, None).unwrap_err().sentence.ends_with("is no socket"));
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }

    #[test]
    fn a_socket_is_not_put_where_others_could_replace_it() {
        let dir = tempfile::tempdir().unwrap();
        let (store, open) = (dir.path().join("store"), dir.path().join("open"));
        fs::create_dir(&store).unwrap();
        fs::create_dir(&open).unwrap();
        let path = open.join(NAME);
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(listen(&store, Some(&path), None).unwrap_err().hint.starts_with("chmod go-w"));
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        let (places, _listeners) = listen(&store, Some(&path), None).unwrap();
        assert_eq!(places.len(), 2);
    }

    #[test]
    fn a_group_gets_its_socket_outside_the_store_only() {
        let dir = tempfile::tempdir().unwrap();
        let named = dir.path().join("s");
        assert!(listen(dir.path(), None, Some("0")).unwrap_err().sentence.contains("cannot enter the store"));
        assert!(
            listen(dir.path(), Some(&named), Some("no-such-group"))
                .unwrap_err()
                .sentence
                .contains("no group")
        );
        let own = fs::metadata(dir.path()).unwrap().gid();
        let (places, _listeners) = listen(dir.path(), Some(&named), Some(&own.to_string())).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(places.iter().map(|place| mode(place.path())).collect::<Vec<_>>(), [0o600, 0o660]);
    }
}
