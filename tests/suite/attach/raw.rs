//! A connection to the admin socket, byte by byte.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::Path;

use claviger::client::wire::{self, Kind};

use super::house::clock;

/// A connection that greeted, and read greeting and welcome.
pub fn greeted(path: &Path) -> UnixStream {
    let mut stream = UnixStream::connect(path).unwrap();
    let clock = clock();
    wire::greet(&stream, &*clock).unwrap();
    wire::hear(&stream, &*clock).unwrap().unwrap();
    let (kind, _) = frame(&mut stream).unwrap();
    assert_eq!(kind, Kind::Welcome as u8);
    stream
}

/// The next frame, if one comes.
pub fn frame(stream: &mut UnixStream) -> Option<(u8, Vec<u8>)> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).ok()?;
    let mut payload = vec![0; u32::from_be_bytes([header[1], header[2], header[3], header[4]]) as usize];
    stream.read_exact(&mut payload).ok()?;
    Some((header[0], payload))
}

/// The beginning of a frame.
pub fn header(kind: u8, len: u32) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend(len.to_be_bytes());
    bytes
}
