//! The bytes of one connection. Adds `Cache-Control: no-store` to the few answers that hyper writes by itself, to
//! requests that it could not read: the contract says it of each answer, and a cache before us need not know better.

use hyper::rt::{Read, ReadBufCursor, Write};
use memchr::memmem::{self, Finder};
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};

/// The first lines of hyper's own answers. None of our bodies can hold one: they have no line ends of this kind.
const OWN: [&[u8]; 3] = [
    b"HTTP/1.1 400 Bad Request\r\n",
    b"HTTP/1.1 414 URI Too Long\r\n",
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
];
/// How all of them begin; made once, since most answers are searched for it in vain.
static BEGINNING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"HTTP/1.1 4"));
const NO_STORE: &[u8] = b"cache-control: no-store\r\n";

/// A stream seen through it.
pub(super) struct Wire<S> {
    stream: S,
    /// An answer with its line added, and how much of it is written.
    mended: Option<(Vec<u8>, usize)>,
}

impl<S> Wire<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, mended: None }
    }
}

impl<S: Read + Unpin> Read for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: Write + Unpin> Write for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.mended.is_none() {
            match own_answer(buf) {
                Some((0, line)) => this.mended = Some((mended(buf, line), 0)),
                // What stands before it first; it begins the next call.
                Some((at, _)) => return Pin::new(&mut this.stream).poll_write(cx, &buf[..at]),
                None => return Pin::new(&mut this.stream).poll_write(cx, buf),
            }
        }
        while let Some((bytes, written)) =
            this.mended.as_mut().filter(|(bytes, written)| *written < bytes.len())
        {
            match ready!(Pin::new(&mut this.stream).poll_write(cx, &bytes[*written..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => *written += count,
            }
        }
        this.mended = None;
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Where an answer of hyper's own begins, and the length of its first line.
fn own_answer(buf: &[u8]) -> Option<(usize, usize)> {
    if !buf.starts_with(b"HTTP/1.1 ") {
        return None;
    }
    BEGINNING.find(buf)?;
    OWN.iter().find_map(|line| {
        let at = memmem::find(buf, line)?;
        let head = &buf[at..];
        let head = memmem::find(head, b"\r\n\r\n").map_or(head, |end| &head[..end]);
        memmem::find(head, b"cache-control").is_none().then_some((at, line.len()))
    })
}

fn mended(buf: &[u8], line: usize) -> Vec<u8> {
    [&buf[..line], NO_STORE, &buf[line..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_that_do_not_say_it_yet_are_mended() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        let (at, line) = own_answer(own).unwrap();
        let whole = String::from_utf8(mended(own, line)).unwrap();
        assert_eq!(at, 0);
        assert!(whole.contains("Large\r\ncache-control: no-store\r\ncontent-length: 0\r\n\r\n"), "{whole}");
        assert_eq!(own_answer(whole.as_bytes()), None);
        let first = b"HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-length: 2\r\n\r\nok".to_vec();
        let both = [&first[..], b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"].concat();
        assert_eq!(own_answer(&first), None);
        assert_eq!(own_answer(&both).unwrap().0, first.len());
    }
}
