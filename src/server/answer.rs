//! Answers, byte for byte as the contract has them. None may be stored by anyone.

use axum::body::{Bytes, HttpBody};
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::{Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::registry::{Denied, DeniedText};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Names the reason of a refusal.
const REF: HeaderName = HeaderName::from_static("x-claviger-ref");

/// An answer: its body is known from the start.
pub(super) type Response = axum::http::Response<Whole>;

/// A body in one piece, until it is taken.
#[derive(Debug)]
pub(super) struct Whole(Option<Bytes>);

impl Whole {
    /// What was not taken yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl HttpBody for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest().is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest().len() as u64)
    }
}

/// An answer with this body. All answers are made here, so that each says that it may not be stored.
pub(super) fn plain(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Whole(Some(body.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer with a JSON body.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = plain(status, body);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// `{"error": …}`
pub(super) fn error(status: StatusCode, sentence: &str) -> Response {
    json(status, serde_json::json!({ "error": sentence }).to_string())
}

/// 401 or 403 with its reference.
pub(super) fn denied(denied: Denied) -> Response {
    let (status, sentence) = match denied.text {
        DeniedText::InvalidApiKey => (StatusCode::UNAUTHORIZED, "Invalid API Key"),
        DeniedText::InsufficientPermissions => (StatusCode::FORBIDDEN, "Insufficient Permissions"),
    };
    let reference = denied.reference.to_string();
    let mut response = json(status, format!(r#"{{"error":"{sentence}","ref":"{reference}"}}"#));
    if let Ok(value) = HeaderValue::from_str(&reference) {
        response.headers_mut().insert(REF, value);
    }
    if status == StatusCode::UNAUTHORIZED {
        // HTTP asks for one on every 401, and some clients fail without it.
        let challenge = HeaderValue::from_static("Basic realm=\"claviger\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// 503: too many wait already, or what is needed could not be read.
pub(super) fn unavailable() -> Response {
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The answer, after which the connection ends.
pub(super) fn and_close(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
