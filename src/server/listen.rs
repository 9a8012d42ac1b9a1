//! Where the server listens: `127.0.0.1:7420`, `[::1]:7420`, `localhost:7420` or `unix:PATH` for HTTP, and
//! `fcgi:host:port` for Apache, which asks by `FastCGI`.

use std::fmt;
use std::io;
use std::net::ToSocketAddrs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::model::{ParseError, text};

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `host:port`
    Tcp(String),
    /// `unix:PATH`
    Unix(PathBuf),
    /// `fcgi:host:port`
    Fastcgi(String),
}

impl FromStr for Address {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        if let Some(path) = given.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.into()));
        }
        let good = |address: &str| {
            address.rsplit_once(':').is_some_and(|(host, port)| {
                !matches!(host, "" | "unix" | "fcgi") && port.parse::<u16>().is_ok()
            })
        };
        if let Some(address) = given.strip_prefix("fcgi:").filter(|address| good(address)) {
            return Ok(Self::Fastcgi(address.to_owned()));
        }
        if good(given) && !given.starts_with("fcgi:") {
            return Ok(Self::Tcp(given.to_owned()));
        }
        Err(ParseError::new(
            format!("\"{}\" is not an address to listen on", text::escape(given)),
            "write host:port, such as 127.0.0.1:7420, unix:PATH, or fcgi:host:port for Apache",
        ))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(&text::escape(address)),
            Self::Fastcgi(address) => write!(f, "fcgi:{}", text::escape(address)),
            Self::Unix(path) => write!(f, "unix:{}", text::escape(&path.display().to_string())),
        }
    }
}

/// A bound socket. The file of a Unix socket goes when it is dropped.
#[derive(Debug)]
pub enum Listener {
    /// Over TCP.
    Tcp(TcpListener),
    /// Over a Unix socket at this path.
    Unix(UnixListener, PathBuf),
    /// `FastCGI` over TCP.
    Fastcgi(TcpListener),
}

/// One connection of either kind.
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Fastcgi(TcpStream),
}

impl Listener {
    /// Binds an address; must be called within the runtime. A Unix socket that a dead server left behind is replaced;
    /// the new one can be used by every account that can reach its directory, as a TCP port can.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn bind(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => bind_tcp(address).map(Self::Tcp),
            Address::Fastcgi(address) => bind_tcp(address).map(Self::Fastcgi),
            Address::Unix(path) => {
                remove_leftover(path)?;
                let listener = UnixListener::bind(path)?;
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666))?;
                Ok(Self::Unix(listener, path.clone()))
            }
        }
    }

    /// Where it listens in fact: the port that port 0 became.
    pub fn address(&self) -> Address {
        let of = |listener: &TcpListener| {
            listener.local_addr().map_or_else(|_| String::new(), |address| address.to_string())
        };
        match self {
            Self::Tcp(listener) => Address::Tcp(of(listener)),
            Self::Fastcgi(listener) => Address::Fastcgi(of(listener)),
            Self::Unix(_, path) => Address::Unix(path.clone()),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => accept_tcp(listener).await.map(Stream::Tcp),
            Self::Fastcgi(listener) => accept_tcp(listener).await.map(Stream::Fastcgi),
            Self::Unix(listener, _) => listener.accept().await.map(|(stream, _)| Stream::Unix(stream)),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn bind_tcp(address: &str) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no such host");
    for address in address.to_socket_addrs()? {
        match std::net::TcpListener::bind(address) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                return TcpListener::from_std(listener);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn accept_tcp(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    // Answers are small and whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

fn remove_leftover(path: &Path) -> io::Result<()> {
    let Ok(about) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !about.file_type().is_socket() || StdUnixStream::connect(path).is_ok() {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    std::fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_back() {
        for good in [
            "127.0.0.1:7420",
            "[::1]:0",
            "localhost:80",
            "unix:/run/claviger.sock",
            "unix:x",
            "fcgi:127.0.0.1:7421",
        ] {
            assert_eq!(good.parse::<Address>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "7420",
            ":7420",
            "unix:",
            "fcgi:",
            "fcgi:7421",
            "fcgi::7421",
            "localhost",
            "localhost:port",
            "localhost:70000",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_replaced_and_a_living_one_or_a_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("v.sock");
        let address = Address::Unix(path.clone());
        let living = Listener::bind(&address).unwrap();
        assert_eq!(Listener::bind(&address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(living);
        assert!(!path.exists(), "it goes with its listener");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        drop(Listener::bind(&address).unwrap());
        std::fs::write(&path, "precious").unwrap();
        assert!(Listener::bind(&address).is_err() && path.exists());
    }
}
