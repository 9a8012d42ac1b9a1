//! Connections: taken, served, told to end, and closed when there is no room.
//!
//! A slow or broken client costs one place and one small buffer. When all places are taken, the connection that has
//! been useless for longest gives way: first those that never sent a whole request, then those idle longest. One that
//! is being answered never does.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};

use super::answer;
use super::authority::Authority;
use super::caller::Peer;
use super::endpoint;
use super::fastcgi;
use super::listen::Stream;
use super::wire::Wire;

/// One connection's place.
#[derive(Debug, Default)]
struct Place {
    /// Requests being answered now.
    busy: AtomicUsize,
    /// When it last finished a request, on the house's own count; 0 before the first.
    last: AtomicU64,
    /// Asked to give way.
    leave: Notify,
}

/// All connections of all listeners.
#[derive(Debug)]
pub(super) struct Connections {
    authority: Arc<Authority>,
    places: Mutex<HashMap<u64, Arc<Place>>>,
    /// Counts connections and finished requests: a clock that only says what came before what.
    count: AtomicU64,
    stop: watch::Receiver<bool>,
}

impl Connections {
    pub(super) fn new(authority: Arc<Authority>, stop: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Self { authority, places: Mutex::default(), count: AtomicU64::new(1), stop })
    }

    /// Serves a connection in a task of its own.
    pub(super) fn take(self: &Arc<Self>, stream: Stream) {
        let place = Arc::new(Place::default());
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        {
            let mut places = self.places();
            if places.len() >= self.authority.limits.connections {
                self.make_room(&mut places);
            }
            places.insert(number, Arc::clone(&place));
        }
        let metrics = &self.authority.metrics;
        metrics.taken.fetch_add(1, Ordering::Relaxed);
        metrics.open.fetch_add(1, Ordering::Relaxed);
        let leaving = Leaving { house: Arc::clone(self), number };
        let house = Arc::clone(self);
        tokio::spawn(async move {
            let _leaving = leaving;
            match stream {
                Stream::Tcp(stream) => {
                    let peer = stream.peer_addr().map_or_else(|_| "?".to_owned(), |a| a.ip().to_string());
                    house.serve(stream, &place, Peer(peer.into())).await;
                }
                Stream::Unix(stream) => house.serve(stream, &place, Peer("unix".into())).await,
                Stream::Fastcgi(stream) => house.serve_fastcgi(stream, &place).await,
            }
        });
    }

    /// How many are open.
    pub(super) fn open(&self) -> usize {
        self.places().len()
    }

    /// Lets the most useless connection go: there was nothing left to take another with.
    pub(super) fn relieve(&self) {
        self.make_room(&mut self.places());
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Place>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_room(&self, places: &mut HashMap<u64, Arc<Place>>) {
        let idle = places.iter().filter(|(_, place)| place.busy.load(Ordering::Acquire) == 0);
        let useless = idle.min_by_key(|(number, place)| (place.last.load(Ordering::Acquire), **number));
        if let Some(number) = useless.map(|(number, _)| *number)
            && let Some(place) = places.remove(&number)
        {
            place.leave.notify_one();
            self.authority.metrics.evicted.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn serve_fastcgi<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: S, place: &Place) {
        let _ = tokio::select! {
            answered = fastcgi::answer(&self.authority, &mut stream) => answered,
            () = place.leave.notified() => Ok(()),
        };
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, place: &Place, peer: Peer) {
        let service = service_fn(|request: Request<Incoming>| {
            place.busy.fetch_add(1, Ordering::AcqRel);
            let answering = Answering { place, count: &self.count };
            let chunked = request.headers().contains_key(TRANSFER_ENCODING);
            let (authority, peer) = (&self.authority, &peer);
            async move {
                let _answering = answering;
                let response = endpoint::answer(authority, peer, request).await;
                Ok::<_, Infallible>(finished(response, chunked))
            }
        });
        let limits = &self.authority.limits;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            // Else hyper looks for the peer's end while it waits for an answer, with a new buffer each time. An answer
            // for nobody is bounded by the limits anyway.
            .half_close(true)
            .max_header_size(limits.head)
            .max_buf_size(limits.head.max(8_192))
            .serve_connection(Wire::new(TokioIo::new(stream)), service);
        let mut connection = pin!(connection);
        let mut stop = self.stop.clone();
        // Whatever ends a connection ends it alone: there is nobody to tell.
        tokio::select! {
            biased;
            _ = connection.as_mut() => return,
            () = place.leave.notified() => return,
            _ = stop.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(limits.farewell, connection).await;
    }
}

/// Every answer says that it may not be stored; after a chunked request the connection ends, since proxies and servers
/// differ about where such a request ends when it gives a length too.
fn finished(mut response: Response<Body>, chunked: bool) -> Response<Body> {
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if chunked { answer::and_close(response) } else { response }
}

/// While a request is being answered.
struct Answering<'a> {
    place: &'a Place,
    count: &'a AtomicU64,
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.place.last.store(self.count.fetch_add(1, Ordering::Relaxed), Ordering::Release);
        self.place.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Gives the place back however the connection ends.
struct Leaving {
    house: Arc<Connections>,
    number: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.house.places().remove(&self.number);
        self.house.authority.metrics.open.fetch_sub(1, Ordering::Relaxed);
    }
}
