//! Frames on a stream: one byte of kind, four of length (big-endian), the payload. Limits and deadlines are kept here.
//!
//! Knows nothing of what a payload says. Buffers are wiped, because some payloads are Secrets.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::net::SendFlags;
use zeroize::Zeroizing;

use crate::clock::Clock;

/// Bytes before the payload.
const HEADER: usize = 5;
/// Payloads up to here are read into a buffer that never moves, so that wiping it leaves no copy behind.
const PIECE: usize = 64 * 1024;

/// One frame as it came.
pub struct Frame {
    /// What it is.
    pub kind: u8,
    /// What it says. Wiped when dropped.
    pub payload: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame(kind {:#04x}, {} bytes)", self.kind, self.payload.len())
    }
}

/// Why no frame came.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The other side closed between two frames.
    #[error("the connection was closed")]
    Closed,
    /// Nothing began within the time allowed.
    #[error("nothing was said for too long")]
    Idle,
    /// A frame began and was not finished: closed, or too slow.
    #[error("a message broke off in the middle")]
    Torn,
    /// More than is taken.
    #[error("a message of {len} bytes is too large, at most {limit} are taken")]
    TooLarge {
        /// As announced.
        len: usize,
        /// As allowed.
        limit: usize,
    },
    /// The operating system said no.
    #[error("{0}")]
    Io(io::Error),
}

/// How long to wait for the first byte of a frame and, from there, for the last.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the first byte; `None` waits for ever.
    pub first: Option<Duration>,
    /// From the first byte to the last.
    pub rest: Duration,
}

/// Reads one frame; `limit` says how long the payload of a kind may be.
///
/// # Errors
/// [`Fault`]: the stream cannot be used any more, except after [`Fault::Idle`].
pub fn read_frame(
    stream: &UnixStream,
    clock: &dyn Clock,
    patience: Patience,
    limit: impl FnOnce(u8) -> usize,
) -> Result<Frame, Fault> {
    let mut header = [0; HEADER];
    match read_some(stream, &mut header[..1], patience.first) {
        Ok(0) => return Err(Fault::Closed),
        Ok(_) => {}
        Err(error) if is_timeout(&error) => return Err(Fault::Idle),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(Fault::Closed),
        Err(error) => return Err(Fault::Io(error)),
    }
    let deadline = clock.ticks() + patience.rest;
    read_exact(stream, &mut header[1..], clock, deadline)?;
    let [kind, length @ ..] = header;
    let len = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    let limit = limit(kind);
    if len > limit {
        return Err(Fault::TooLarge { len, limit });
    }
    // Memory is taken as bytes come, not as they are announced.
    let mut payload = Zeroizing::new(Vec::with_capacity(len.min(PIECE)));
    while payload.len() < len {
        let from = payload.len();
        payload.resize(len.min(from + PIECE), 0);
        read_exact(stream, &mut payload[from..], clock, deadline)?;
    }
    Ok(Frame { kind, payload })
}

/// Reads exactly so many bytes before a moment of the clock's ticks.
///
/// # Errors
/// [`Fault::Torn`] when they do not come.
pub fn read_exact(
    stream: &UnixStream,
    mut buffer: &mut [u8],
    clock: &dyn Clock,
    deadline: Duration,
) -> Result<(), Fault> {
    while !buffer.is_empty() {
        let left = deadline.checked_sub(clock.ticks()).filter(|left| !left.is_zero()).ok_or(Fault::Torn)?;
        match read_some(stream, buffer, Some(left)) {
            Ok(0) => return Err(Fault::Torn),
            Ok(read) => buffer = &mut buffer[read..],
            Err(error) if is_timeout(&error) => return Err(Fault::Torn),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(Fault::Torn),
            Err(error) => return Err(Fault::Io(error)),
        }
    }
    Ok(())
}

fn read_some(mut stream: &UnixStream, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize> {
    loop {
        // A timeout of nothing would mean "for ever" to the system.
        stream.set_read_timeout(timeout.map(|t| t.max(Duration::from_millis(1))))?;
        match stream.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The writing side of a stream: whole frames, one after another, from any thread.
pub struct Outlet {
    stream: UnixStream,
    /// What an offer could not get rid of: it goes before anything else.
    pending: Mutex<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outlet(..)")
    }
}

impl Outlet {
    /// Over a stream.
    pub fn new(stream: UnixStream) -> Self {
        Self { stream, pending: Mutex::default() }
    }

    /// Sends a frame; waits while the other side is slow.
    ///
    /// # Errors
    /// When the other side is gone or did not take it within the time; the stream cannot be used any more.
    pub fn send(&self, kind: u8, payload: &[u8], clock: &dyn Clock, within: Duration) -> io::Result<()> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = framed(std::mem::take(&mut *pending), kind, payload)?;
        write_all(&self.stream, &bytes, clock, within)
    }

    /// Sends a frame if that needs no waiting; whether it is on its way. Never waits for the stream.
    ///
    /// # Errors
    /// When the other side is gone.
    pub fn offer(&self, kind: u8, payload: &[u8]) -> io::Result<bool> {
        // Somebody who waits in `send` holds the lock: the offer is dropped rather than the work delayed.
        let Ok(mut pending) = self.pending.try_lock() else { return Ok(false) };
        self.flush(&mut pending)?;
        if !pending.is_empty() {
            return Ok(false);
        }
        *pending = framed(Zeroizing::default(), kind, payload)?;
        let whole = pending.len();
        self.flush(&mut pending)?;
        if pending.len() == whole {
            pending.clear();
            return Ok(false);
        }
        Ok(true)
    }

    fn flush(&self, pending: &mut Vec<u8>) -> io::Result<()> {
        while !pending.is_empty() {
            match rustix::net::send(&self.stream, pending, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(sent) => _ = pending.drain(..sent),
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Closes both directions: whoever reads this stream wakes up.
    pub fn shut(&self) {
        // A stream that is gone already needs no closing.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn framed(mut before: Zeroizing<Vec<u8>>, kind: u8, payload: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
    let len = u32::try_from(payload.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a message is larger than 4 GiB"))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(before.len() + HEADER + payload.len()));
    bytes.append(&mut before);
    bytes.push(kind);
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

/// Writes all bytes within a time.
///
/// # Errors
/// When the other side is gone or too slow.
pub fn write_all(
    stream: &UnixStream,
    mut bytes: &[u8],
    clock: &dyn Clock,
    within: Duration,
) -> io::Result<()> {
    let deadline = clock.ticks() + within;
    while !bytes.is_empty() {
        let left = deadline.checked_sub(clock.ticks()).filter(|left| !left.is_zero());
        stream.set_write_timeout(Some(left.ok_or(io::ErrorKind::TimedOut)?))?;
        match rustix::net::send(stream, bytes, SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => return Err(io::ErrorKind::TimedOut.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
