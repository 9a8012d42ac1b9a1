//! What the server is measured beside: nginx, a trivial axum, and a server that writes a ready 204. Each on the first core.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Which part this program plays, when it is started again.
const PART: &str = "CLAVIGER_BENCH_PEER";
/// What the trivial axum answers.
const ANSWER: &str = "CLAVIGER_BENCH_ANSWER";

/// A running peer; it ends with this value.
pub struct Peer {
    child: Child,
    pub address: SocketAddr,
    _directory: Option<TempDir>,
}

/// A command that runs on the first core alone, or anywhere.
pub fn on_the_first_core(program: &str, pinned: bool) -> Command {
    if !pinned {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0", program]);
    command
}

/// The other cores, as taskset writes them; the first where there is no other.
pub fn others() -> String {
    match std::thread::available_parallelism().map_or(1, usize::from) {
        1 => "0".to_owned(),
        cores => format!("1-{}", cores - 1),
    }
}

impl Peer {
    /// nginx that answers 204 by itself.
    pub fn bare() -> Self {
        Self::nginx("", "location / { return 204; }")
    }

    /// nginx that asks there before it gives a little picture of its own.
    pub fn asking(asked: SocketAddr) -> Self {
        let upstream =
            format!("upstream asked {{ server {asked}; keepalive 128; keepalive_requests 1000000000; }}");
        Self::nginx(
            &upstream,
            "location / { auth_request /ask; empty_gif; }
             location = /ask { internal; proxy_pass http://asked/auth/nginx; proxy_http_version 1.1;
               proxy_set_header Connection \"\"; proxy_pass_request_body off; proxy_set_header Content-Length \"\";
               proxy_set_header X-Original-Method $request_method; proxy_set_header X-Original-URI $request_uri; }",
        )
    }

    /// With one worker.
    fn nginx(upstream: &str, locations: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().display().to_string();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
            .concat();
        let whole = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;
             events {{ worker_connections 1024; }}
             http {{ access_log off; keepalive_requests 1000000000; {temp} {upstream}
               server {{ listen {address}; {locations} }} }}\n"
        );
        std::fs::write(directory.path().join("nginx.conf"), whole).unwrap();
        let mut command = on_the_first_core("nginx", true);
        command.args(["-e", &format!("{at}/error.log"), "-c", &format!("{at}/nginx.conf")]);
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        Self { child, address, _directory: Some(directory) }.ready()
    }

    /// A trivial axum that takes a body and answers this.
    pub fn echo(answer: &str) -> Self {
        Self::part("echo", answer)
    }

    /// A server that reads up to a blank line and writes a ready 204.
    pub fn raw() -> Self {
        Self::part("raw", "")
    }

    fn part(part: &str, answer: &str) -> Self {
        let this = std::env::current_exe().unwrap();
        let mut command = on_the_first_core(this.to_str().unwrap(), true);
        command.env(PART, part).env(ANSWER, answer).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap(), _directory: None }.ready()
    }

    fn ready(self) -> Self {
        for _ in 0..200 {
            if TcpStream::connect(self.address).is_ok() {
                return self;
            }
            let (_keep, never) = std::sync::mpsc::channel::<()>();
            let _ = never.recv_timeout(Duration::from_millis(20));
        }
        panic!("a peer does not answer");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Plays a part, if this process was started to; never returns then.
pub fn played() -> bool {
    let Ok(part) = std::env::var(PART) else { return false };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        match part.as_str() {
            "echo" => echo(listener).await,
            _ => raw(listener).await,
        }
    });
    true
}

async fn echo(listener: tokio::net::TcpListener) {
    let answer = Bytes::from(std::env::var(ANSWER).unwrap());
    let answering = move |body: Bytes| {
        let answer = answer.clone();
        async move {
            assert!(body.len() < 1 << 16);
            ([(CONTENT_TYPE, "application/json")], answer)
        }
    };
    let router = Router::new().route("/v1/verify", post(answering));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn raw(listener: tokio::net::TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.set_nodelay(true);
        tokio::spawn(async move {
            let mut room = vec![0; 16_384];
            let mut held = 0;
            while let Ok(count) = stream.read(&mut room[held..]).await {
                held += count;
                if count == 0 || held == room.len() {
                    return;
                }
                if room[..held].ends_with(b"\r\n\r\n") {
                    held = 0;
                    if stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.is_err() {
                        return;
                    }
                }
            }
        });
    }
}
