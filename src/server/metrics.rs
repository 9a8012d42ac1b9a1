//! What was answered, counted, in Prometheus' text format; and whether all is well.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use super::answer::{self, Response};
use super::authority::Authority;
use crate::registry::Health;

/// Where a credential can be presented.
#[derive(Debug, Clone, Copy)]
pub(super) enum Endpoint {
    Logon,
    Verify,
    Nginx,
    Forwarded,
    Envoy,
    Fastcgi,
}

const ENDPOINTS: [&str; 6] = ["logon", "verify", "nginx", "forwarded", "envoy", "fastcgi"];
const OUTCOMES: [&str; 5] = ["accepted", "invalid", "insufficient", "malformed", "unavailable"];

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    answers: [[AtomicU64; OUTCOMES.len()]; ENDPOINTS.len()],
    /// Connections taken so far.
    pub(super) taken: AtomicU64,
    /// Connections open now.
    pub(super) open: AtomicU64,
    /// Connections closed to make room for others.
    pub(super) evicted: AtomicU64,
}

impl Metrics {
    /// Counts an answer.
    pub(super) fn answered(&self, endpoint: Endpoint, status: StatusCode) {
        let outcome = match status {
            StatusCode::OK => 0,
            StatusCode::UNAUTHORIZED => 1,
            StatusCode::FORBIDDEN => 2,
            StatusCode::SERVICE_UNAVAILABLE => 4,
            _ => 3,
        };
        self.answers[endpoint as usize][outcome].fetch_add(1, Ordering::Relaxed);
    }
}

/// `GET /metrics`
pub(super) fn metrics(authority: &Authority) -> Response {
    let mut response = answer::plain(StatusCode::OK, text(authority));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn text(authority: &Authority) -> String {
    let metrics = &authority.metrics;
    let mut text = String::with_capacity(4096);
    head(&mut text, "claviger_answers_total", "counter", "Answers to requests that present a credential.");
    for (endpoint, counts) in ENDPOINTS.iter().zip(&metrics.answers) {
        for (outcome, count) in OUTCOMES.iter().zip(counts) {
            let count = count.load(Ordering::Relaxed);
            let _ = writeln!(
                text,
                "claviger_answers_total{{endpoint=\"{endpoint}\",outcome=\"{outcome}\"}} {count}"
            );
        }
    }
    let overview = authority.registry.standing();
    let (hashed, aboard) = authority.admission.seen();
    let healthy = u64::from(overview.health == Health::Good);
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    for (name, kind, help, value) in [
        ("claviger_hashes_total", "counter", "Argon2 computations for verification.", hashed),
        ("claviger_hashes_waiting", "gauge", "Argon2 computations that run or wait.", aboard as u64),
        (
            "claviger_sessions",
            "gauge",
            "Session tokens that are open.",
            authority.registry.open_sessions() as u64,
        ),
        ("claviger_connections_total", "counter", "Connections taken.", read(&metrics.taken)),
        ("claviger_connections", "gauge", "Connections open.", read(&metrics.open)),
        (
            "claviger_connections_evicted_total",
            "counter",
            "Idle or unfinished connections closed to make room.",
            read(&metrics.evicted),
        ),
        ("claviger_keys", "gauge", "Keys in the store.", overview.keys),
        ("claviger_keys_active", "gauge", "Keys that are Active.", overview.active),
        ("claviger_groups", "gauge", "User groups in the store.", overview.groups),
        ("claviger_revision", "gauge", "Revision of the store.", overview.revision),
        ("claviger_changes_saved", "gauge", "1 while changes can be saved.", healthy),
    ] {
        head(&mut text, name, kind, help);
        let _ = writeln!(text, "{name} {value}");
    }
    text
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// `GET /healthz`: 503 while changes cannot be saved. Verification goes on then, and a disable holds in memory: an
/// alarm, not a reason to restart.
pub(super) fn healthz(authority: &Authority) -> Response {
    match authority.registry.standing().health {
        Health::Good => answer::plain(StatusCode::OK, "ok"),
        Health::ChangesOff { sentence, hint } => {
            let sentence = crate::model::text::escape(&sentence).into_owned();
            let body = format!("{sentence}\nhint: {}\n", crate::model::text::escape(&hint));
            answer::plain(StatusCode::SERVICE_UNAVAILABLE, body)
        }
    }
}
