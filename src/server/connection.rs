//! Connections: taken, served, told to end, and closed when there is no room.
//!
//! A slow or broken client costs one place and one small buffer. When all places are taken, the connection that has
//! been useless for longest gives way: first those that never sent a whole request, then those idle longest. One that
//! is being answered never does.

use axum::http::Request;
use axum::http::header::TRANSFER_ENCODING;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{Duration, Instant};

use super::answer::{self, Response};
use super::authority::Authority;
use super::bell::Bell;
use super::caller::Peer;
use super::endpoint;
use super::fastcgi;
use super::listen::Stream;
use super::wire::Wire;

/// What a connection is asked to do.
const STAY: u8 = 0;
/// To end what it answers, and then itself.
const END: u8 = 1;
/// To be closed at once.
const LEAVE: u8 = 2;

/// One connection's place.
#[derive(Debug)]
struct Place {
    /// Requests being answered now.
    busy: AtomicUsize,
    /// When it was taken, on the house's own clock.
    taken: Duration,
    /// Nanoseconds on that clock when it last finished a request; 0 before the first.
    last: AtomicU64,
    /// Whether it may stay without a request for [`super::Limits::head_time`] only.
    timed: bool,
    /// One of the three above.
    asked: AtomicU8,
    /// It is asked something else than to stay.
    word: Notify,
}

impl Place {
    fn ask(&self, word: u8) {
        self.asked.fetch_max(word, Ordering::AcqRel);
        self.word.notify_one();
    }

    /// Since when it is without a request; none while it has one.
    fn idle_since(&self) -> Option<Duration> {
        let last = Duration::from_nanos(self.last.load(Ordering::Acquire));
        (self.busy.load(Ordering::Acquire) == 0).then(|| last.max(self.taken))
    }
}

/// All connections of all listeners.
#[derive(Debug)]
pub(super) struct Connections {
    authority: Arc<Authority>,
    places: Mutex<HashMap<u64, Arc<Place>>>,
    /// Numbers them.
    count: AtomicU64,
    /// Its clock begins here.
    began: Instant,
    /// The first one came.
    first: Notify,
    /// All are asked to end, those too that come now.
    ending: AtomicBool,
}

impl Connections {
    pub(super) fn new(authority: Arc<Authority>) -> Arc<Self> {
        let (places, count, first) = (Mutex::default(), AtomicU64::new(1), Notify::new());
        Arc::new(Self {
            authority,
            places,
            count,
            began: Instant::now(),
            first,
            ending: AtomicBool::new(false),
        })
    }

    /// Serves a connection in a task of its own.
    pub(super) fn take(self: &Arc<Self>, stream: Stream) {
        let place = Arc::new(Place {
            busy: AtomicUsize::new(0),
            taken: self.began.elapsed(),
            last: AtomicU64::new(0),
            timed: !matches!(stream, Stream::Fastcgi(_)),
            asked: AtomicU8::new(STAY),
            word: Notify::new(),
        });
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        {
            let mut places = self.places();
            if places.len() >= self.authority.limits.connections {
                self.make_room(&mut places);
            }
            places.insert(number, Arc::clone(&place));
            if places.len() == 1 {
                self.first.notify_one();
            }
            if self.ending.load(Ordering::Acquire) {
                place.ask(END);
            }
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

    /// Asks all of them to end what they answer, and then themselves.
    pub(super) fn end(&self) {
        let places = self.places();
        self.ending.store(true, Ordering::Release);
        places.values().for_each(|place| place.ask(END));
    }

    /// Closes, for ever, those on which no request came in time, whether nothing came or a part of one. One timer for
    /// all: a timer of each connection would be set anew for each request.
    pub(super) async fn close_silent(self: Arc<Self>) {
        let longest = self.authority.limits.head_time;
        loop {
            let now = self.began.elapsed();
            let mut next = now + longest;
            let empty = {
                let places = self.places();
                for place in places.values().filter(|place| place.timed) {
                    let due = place.idle_since().unwrap_or(now) + longest;
                    if due <= now {
                        place.ask(LEAVE);
                    } else {
                        next = next.min(due);
                    }
                }
                places.is_empty()
            };
            if empty {
                self.first.notified().await;
            } else {
                tokio::time::sleep_until(self.began + next).await;
            }
        }
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
            place.ask(LEAVE);
            self.authority.metrics.evicted.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn serve_fastcgi<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: S, place: &Place) {
        let leaving = async {
            while place.asked.load(Ordering::Acquire) != LEAVE {
                place.word.notified().await;
            }
        };
        let _ = tokio::select! {
            answered = fastcgi::answer(&self.authority, &mut stream) => answered,
            () = leaving => Ok(()),
        };
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, place: &Place, peer: Peer) {
        let service = service_fn(|request: Request<Incoming>| {
            place.busy.fetch_add(1, Ordering::AcqRel);
            let answering = Answering { place, began: self.began };
            let (authority, peer) = (&self.authority, &peer);
            async move {
                let _answering = answering;
                // Taken apart here, and only lent from here on: what is handed on whole is copied each time.
                let (head, body) = request.into_parts();
                let chunked = head.headers.contains_key(TRANSFER_ENCODING);
                let response = endpoint::answer(authority, peer, &head, body).await;
                Ok::<_, Infallible>(finished(response, chunked))
            }
        });
        let limits = &self.authority.limits;
        let connection = http1::Builder::new()
            // Else hyper looks for the peer's end while it waits for an answer, with a new buffer each time. An answer
            // for nobody is bounded by the limits anyway.
            .half_close(true)
            .max_header_size(limits.head)
            .max_buf_size(limits.head.max(8_192))
            .serve_connection(Wire::new(TokioIo::new(stream)), service);
        let mut connection = pin!(connection);
        let mut word = pin!(place.word.notified());
        let mut waits = false;
        let mut bell: Option<Bell> = None;
        // Whatever ends a connection ends it alone: there is nobody to tell.
        let asked = poll_fn(|cx| {
            // A task's waker stays the same.
            let bell = bell.get_or_insert_with(|| Bell::of(cx.waker()));
            if bell.poll(|cx| connection.as_mut().poll(cx)).is_ready() {
                return Poll::Ready(LEAVE);
            }
            // Once it waits for the word it need not be polled for each request.
            if !waits || place.asked.load(Ordering::Acquire) != STAY {
                waits = true;
                return word.as_mut().poll(cx).map(|()| place.asked.load(Ordering::Acquire));
            }
            Poll::Pending
        });
        if asked.await == END {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(limits.farewell, connection).await;
        }
    }
}

/// After a chunked request the connection ends, since proxies and servers differ about where such a request ends when it
/// gives a length too.
fn finished(response: Response, chunked: bool) -> Response {
    if chunked { answer::and_close(response) } else { response }
}

/// While a request is being answered.
struct Answering<'a> {
    place: &'a Place,
    began: Instant,
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.place.last.store(now, Ordering::Release);
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
