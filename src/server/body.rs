//! The body of a request, whole or not at all, and in time.

use axum::body::{Bytes, HttpBody};
use axum::http::StatusCode;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::task::Poll;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::answer::{self, Response};
use super::limits::Limits;

/// Why there is no whole body.
pub(super) enum Broken {
    TooLong,
    Framing,
    Late,
}

impl Broken {
    /// The answer that ends the connection: 413 or 400.
    pub(super) fn answer(&self) -> Response {
        let (status, sentence) = match self {
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "The body is too long"),
            Self::Framing => (StatusCode::BAD_REQUEST, "The body ended too soon or is badly framed"),
            Self::Late => (StatusCode::BAD_REQUEST, "The body did not arrive in time"),
        };
        answer::and_close(answer::error(status, sentence))
    }
}

/// A whole body. It may hold a Secret: what had to be put together is wiped when dropped, and what came in one piece
/// stands in the connection's buffer.
pub(super) enum Whole {
    /// As it came.
    Piece(Bytes),
    /// Put together.
    Pieces(Zeroizing<Vec<u8>>),
}

impl Deref for Whole {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Piece(bytes) => bytes,
            Self::Pieces(bytes) => bytes,
        }
    }
}

/// The whole body.
///
/// # Errors
/// [`Broken`]
pub(super) async fn whole<B: HttpBody<Data = Bytes> + Unpin>(
    body: B,
    limits: &Limits,
) -> Result<Whole, Broken> {
    if body.size_hint().lower() > limits.body as u64 {
        return Err(Broken::TooLong);
    }
    let mut read = pin!(read(body, limits.body));
    // hyper hands on what came with the head once it was asked for it: only what is not there then needs an alarm.
    let mut asked = false;
    let early = poll_fn(|cx| match read.as_mut().poll(cx) {
        Poll::Ready(body) => Poll::Ready(Some(body)),
        Poll::Pending if asked => Poll::Ready(None),
        Poll::Pending => {
            asked = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    });
    match early.await {
        Some(body) => body,
        None => timeout(limits.body_time, read).await.unwrap_or(Err(Broken::Late)),
    }
}

async fn read<B: HttpBody<Data = Bytes> + Unpin>(mut body: B, longest: usize) -> Result<Whole, Broken> {
    let expected = body.size_hint().exact().and_then(|n| usize::try_from(n).ok());
    let mut whole: Option<Zeroizing<Vec<u8>>> = None;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(|_| Broken::Framing)?.into_data() else { continue };
        if whole.is_none() && expected == Some(data.len()) && data.len() <= longest {
            return Ok(Whole::Piece(data));
        }
        // Room for all from the start: growing would leave copies behind.
        let room = || Zeroizing::new(Vec::with_capacity(expected.unwrap_or(longest).min(longest)));
        let whole = whole.get_or_insert_with(room);
        if whole.len() + data.len() > longest {
            return Err(Broken::TooLong);
        }
        whole.extend_from_slice(&data);
    }
    Ok(Whole::Pieces(whole.unwrap_or_default()))
}
