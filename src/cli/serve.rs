//! `claviger serve`: holds the store, and lets consoles and commands of this machine come to it.

use std::env;
use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::arguments::Serve;
use super::failure::{Exit, Failure};
use super::output::Output;
use super::setting::{Setting, overview};
use crate::model::text::escape;
use crate::server::admin::{Admin, SocketError};

/// Serves until a signal asks it to end; what runs is finished first.
///
/// # Errors
/// When the store or a socket cannot be had.
pub fn run(args: &Serve, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    // Heard from the start: a signal while the store is being opened ends it in good order too.
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|e| unheard(&e))?;
    let store = setting.host()?;
    let house = Arc::new(store.clone());
    let named = args.admin_socket.as_deref();
    let admin = Admin::open(&setting.store, named, house, Arc::clone(&setting.clock))?;
    let overview = overview(&store)?;
    let place = setting.store.to_string_lossy();
    out.line(&format!("Serving {} at revision {}", escape(&place), overview.revision))?;
    for path in admin.paths() {
        out.line(&format!("Administrators: {}", escape(&path.to_string_lossy())))?;
    }
    out.finish()?;
    tell_supervisor("READY=1");
    signals.forever().next();
    tell_supervisor("STOPPING=1");
    admin.close();
    drop(store);
    out.line("Ended in good order")?;
    out.finish()
}

fn unheard(error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("Signals cannot be heard: {error}"), "run it again")
}

impl From<SocketError> for Failure {
    fn from(error: SocketError) -> Self {
        Self::new(Exit::Failed, error.sentence, error.hint)
    }
}

/// Tells systemd, where it started us and wants to know.
fn tell_supervisor(word: &str) {
    let Some(name) = env::var_os("NOTIFY_SOCKET") else { return };
    let address = match name.as_encoded_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name)
        }
        _ => SocketAddr::from_pathname(&name),
    };
    // A supervisor that does not listen is no reason not to serve.
    if let (Ok(socket), Ok(address)) = (UnixDatagram::unbound(), address) {
        let _ = socket.send_to_addr(word.as_bytes(), &address);
    }
}
