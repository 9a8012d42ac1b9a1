//! `claviger serve`: holds the store, verifies keys over HTTP, and lets consoles and commands of this machine come to it.

use std::env;
use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::thread::{Builder, available_parallelism};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use super::arguments::Serve;
use super::failure::{Exit, Failure};
use super::output::Output;
use super::setting::{Setting, overview};
use crate::model::text::escape;
use crate::server::admin::{Admin, SocketError};
use crate::server::{self, Address, Limits, Listener, Routes, RoutesError, Serving};

/// Routes of paths to tables and menu items, in the store.
const ROUTES: &str = "routes.toml";
/// How long an answer that is still being worked on may hold up the end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves until a signal asks it to end; what runs is finished first.
///
/// # Errors
/// When the store or a socket cannot be had, or a file in the store is not as it should be.
pub fn run(args: &Serve, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let addresses: Vec<Address> = args.listen.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    // Heard from the start: a signal while the store is being opened ends it in good order too.
    let stopped = stopped()?;
    let store = setting.host()?;
    let routes = Routes::load(&setting.store.join(ROUTES))?;
    let runtime = runtime().map_err(|e| starved(&e))?;
    let listeners = bind(&addresses, &runtime)?;
    let (named, house) = (args.admin_socket.as_deref(), Arc::new(store.clone()));
    let admin = Admin::open(&setting.store, named, house, Arc::clone(&setting.clock))?;

    let place = setting.store.to_string_lossy();
    out.line(&format!("Serving {} at revision {}", escape(&place), overview(&store)?.revision))?;
    for listener in &listeners {
        out.line(&format!("Verification: {}", listener.address()))?;
    }
    for path in admin.paths() {
        out.line(&format!("Administrators: {}", escape(&path.to_string_lossy())))?;
    }
    out.line("Ready")?;
    out.finish()?;
    tell_supervisor("READY=1");
    let serving = Serving { registry: store.registry(), listeners, routes, limits: Limits::default() };
    runtime.block_on(server::serve(serving, async {
        // An end without a word is an end, too.
        let _ = stopped.await;
    }));
    tell_supervisor("STOPPING=1");
    admin.close();
    runtime.shutdown_timeout(FAREWELL);
    drop(store);
    out.line("Ended in good order")?;
    out.finish()
}

/// Where there is one core, a pool of workers is one that waits for itself.
fn runtime() -> io::Result<Runtime> {
    match available_parallelism() {
        Ok(cores) if cores.get() == 1 => runtime::Builder::new_current_thread().enable_all().build(),
        _ => Runtime::new(),
    }
}

fn bind(addresses: &[Address], runtime: &Runtime) -> Result<Vec<Listener>, Failure> {
    let _within = runtime.enter();
    let bound = addresses.iter().map(|address| {
        Listener::bind(address).map_err(|error| {
            let hint = "name another address: --listen HOST:PORT, or --listen unix:PATH";
            Failure::new(Exit::Failed, format!("{address} cannot be listened on: {error}"), hint)
        })
    });
    bound.collect()
}

/// Comes true when a signal asks this process to end.
fn stopped() -> Result<oneshot::Receiver<()>, Failure> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|e| starved(&e))?;
    let (stop, stopped) = oneshot::channel();
    let wait = move || {
        signals.forever().next();
        // Nobody waits any more: the end is under way already.
        let _ = stop.send(());
    };
    Builder::new().name("signals".to_owned()).spawn(wait).map_err(|e| starved(&e))?;
    Ok(stopped)
}

fn starved(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("The operating system did not give what a server needs: {error}"),
        "look at the limits of this account: ulimit -a",
    )
}

impl From<SocketError> for Failure {
    fn from(error: SocketError) -> Self {
        Self::new(Exit::Failed, error.sentence, error.hint)
    }
}

impl From<RoutesError> for Failure {
    fn from(error: RoutesError) -> Self {
        Self::new(Exit::Failed, error.to_string(), "correct it and start again; nothing is served until then")
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
