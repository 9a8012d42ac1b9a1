//! Forward auth: a proxy asks before it lets a request through. 200, 401, 403 or 503, and nothing else.
//!
//! Each endpoint reads the method and URI from its own family's headers only, since clients can send all the others.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::fmt::Write;

use super::answer::{self, Response};
use super::authority::{Authority, Unproved};
use super::caller::{Caller, Peer};
use super::path_policy;
use super::presented::{InBody, presented};
use super::routes::Target;
use crate::model::{self, Operation};
use crate::registry::{Allowed, FilterUse, Wanted, Wish};

/// The original method and URI, as nginx is told to name them.
static ORIGINAL: [HeaderName; 2] =
    [HeaderName::from_static("x-original-method"), HeaderName::from_static("x-original-uri")];
/// The same as Caddy and Traefik name them.
static FORWARDED: [HeaderName; 2] =
    [HeaderName::from_static("x-forwarded-method"), HeaderName::from_static("x-forwarded-uri")];
/// What goes before the original path on Envoy's way here.
const ENVOY: &str = "/auth/envoy";

/// A request as the proxy describes it.
pub(super) struct Original {
    operation: Operation,
    target: Option<Target>,
}

pub(super) async fn nginx(authority: &Authority, peer: &Peer, head: &Parts) -> Response {
    by_headers(authority, peer, head, &ORIGINAL).await
}

pub(super) async fn forwarded(authority: &Authority, peer: &Peer, head: &Parts) -> Response {
    by_headers(authority, peer, head, &FORWARDED).await
}

pub(super) async fn envoy(authority: &Authority, peer: &Peer, head: &Parts) -> Response {
    let uri = head.uri.path_and_query().map_or("", |whole| whole.as_str());
    let rest = uri.strip_prefix(ENVOY).unwrap_or_default();
    let original = original(authority, Ok(head.method.as_str()), Ok(rest));
    decide(authority, &head.headers, Caller::of(peer, &head.headers), original).await
}

async fn by_headers(
    authority: &Authority,
    peer: &Peer,
    head: &Parts,
    [method, uri]: &[HeaderName; 2],
) -> Response {
    let once = |name: &HeaderName, missing, twice| {
        let mut values = head.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) if !value.is_empty() => {
                std::str::from_utf8(value.as_bytes()).map_err(|_| "path holds bytes outside printable ASCII")
            }
            (Some(_), Some(_)) => Err(twice),
            _ => Err(missing),
        }
    };
    let method = once(method, "no original method is told", "the original method is told twice");
    let uri = once(uri, "no original URI is told", "the original URI is told twice");
    let original = original(authority, method, uri);
    decide(authority, &head.headers, Caller::of(peer, &head.headers), original).await
}

/// What the proxy's words amount to.
///
/// # Errors
/// What is wrong with them, in fixed words.
pub(super) fn original(
    authority: &Authority,
    method: Result<&str, &'static str>,
    uri: Result<&str, &'static str>,
) -> Result<Original, &'static str> {
    let operation = match method? {
        "GET" | "HEAD" => Operation::Select,
        "POST" => Operation::Insert,
        "PUT" | "PATCH" => Operation::Update,
        "DELETE" => Operation::Delete,
        _ => return Err("the method is none of GET, HEAD, POST, PUT, PATCH, DELETE"),
    };
    let segments = path_policy::read(uri?)?;
    Ok(Original { operation, target: authority.routes.target(&segments) })
}

/// The credential first: only who is proved is told that the request itself is unclear.
pub(super) async fn decide(
    authority: &Authority,
    headers: &HeaderMap,
    caller: Caller<'_>,
    original: Result<Original, &'static str>,
) -> Response {
    let request = |table, menu| model::Request { table, menu, record: None };
    let wish = match &original {
        Err(what) => Wish::Unclear(what),
        Ok(Original { target: None, .. }) => Wish::Unanswered,
        Ok(Original { target: Some(Target::Open), .. }) => Wish::Open,
        Ok(Original { target: Some(Target::Menu(item)), .. }) => {
            Wish::Request(request(None, Some(item)), FilterUse::Nobody)
        }
        Ok(Original { target: Some(Target::Table { table, filters_in_app }), operation }) => {
            let filter_use = if *filters_in_app { FilterUse::InHeader } else { FilterUse::Nobody };
            Wish::Request(request(Some((table, *operation)), None), filter_use)
        }
    };
    let proven = match authority.prove(presented(headers, InBody::default())).await {
        Ok(proven) => proven,
        Err(Unproved::Denied(denied)) => {
            authority.note(caller, &wish, Err(&denied));
            return answer::denied(denied);
        }
        Err(Unproved::Unavailable) => return answer::unavailable(),
    };
    let outcome = authority.registry.judge(&proven, &Wanted::of(wish));
    authority.note(caller, &wish, outcome.as_ref());
    match outcome {
        Ok(allowed) => identity(&allowed).unwrap_or_else(answer::unavailable),
        Err(denied) => answer::denied(denied),
    }
}

/// 200 with an empty body and every identity header exactly once: a proxy that copies a missing one would hand the
/// application a client's forgery.
fn identity(allowed: &Allowed) -> Option<Response> {
    let filter = allowed.filter.as_ref().map_or("", |(_, expression)| expression.as_str());
    let mut response = answer::plain(StatusCode::OK, "");
    for (name, value) in [
        ("x-claviger-key", allowed.key.as_str()),
        ("x-claviger-group", allowed.group.as_str()),
        ("x-claviger-environment", allowed.environment.code()),
        ("x-claviger-filter", filter),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), ascii(value)?);
    }
    Some(response)
}

/// A header's value, percent-encoded where it needs to be.
fn ascii(text: &str) -> Option<HeaderValue> {
    if text.bytes().all(is_plain) {
        return HeaderValue::from_str(text).ok();
    }
    HeaderValue::try_from(percent_encoded(text)).ok()
}

/// Letters, digits and a few marks that no proxy, shell or log reads anything into.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'(' | b')' | b'\'' | b'=' | b'<' | b'>' | b'!' | b'*')
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_are_ascii_without_blanks_and_come_back_when_decoded() {
        let encoded = percent_encoded("Ort = 'Köln 100%'\r\nX: y");
        assert_eq!(encoded, "Ort%20=%20'K%C3%B6ln%20100%25'%0D%0AX%3A%20y");
        assert_eq!(percent_encoded("ck_prd_0123"), "ck_prd_0123");
    }
}
