//! Which request goes where, and that its answer is counted.
//!
//! Written out rather than given to a router: this is the way of every verification, and there are nine paths.

use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use hyper::body::Incoming;

use super::answer::{self, Response};
use super::authority::Authority;
use super::caller::Peer;
use super::metrics::{self, Endpoint};
use super::{forward_auth, logon, verify};

/// Answers a request.
pub(super) async fn answer(authority: &Authority, peer: &Peer, head: &Parts, body: Incoming) -> Response {
    let endpoint = match head.uri.path() {
        "/v1/verify" => Endpoint::Verify,
        "/auth/nginx" => Endpoint::Nginx,
        "/auth/forwarded" => Endpoint::Forwarded,
        "/v1/logon" | "/a.aspx" => Endpoint::Logon,
        "/auth/envoy" => Endpoint::Envoy,
        path if path.starts_with("/auth/envoy/") => Endpoint::Envoy,
        "/healthz" => return read_only(&head.method, || metrics::healthz(authority)),
        "/metrics" => return read_only(&head.method, || metrics::metrics(authority)),
        _ => return answer::error(StatusCode::NOT_FOUND, "Not Found"),
    };
    let response = match endpoint {
        Endpoint::Verify | Endpoint::Logon if head.method != Method::POST => not_allowed("POST"),
        Endpoint::Verify => verify::verify(authority, peer, head, body).await,
        Endpoint::Logon => logon::logon(authority, peer, head, body).await,
        Endpoint::Nginx => forward_auth::nginx(authority, peer, head).await,
        Endpoint::Forwarded => forward_auth::forwarded(authority, peer, head).await,
        _ => forward_auth::envoy(authority, peer, head).await,
    };
    authority.metrics.answered(endpoint, response.status());
    response
}

fn read_only(method: &Method, work: impl FnOnce() -> Response) -> Response {
    if method == Method::GET || method == Method::HEAD { work() } else { not_allowed("GET,HEAD") }
}

fn not_allowed(methods: &'static str) -> Response {
    let mut response = answer::plain(StatusCode::METHOD_NOT_ALLOWED, "");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}
