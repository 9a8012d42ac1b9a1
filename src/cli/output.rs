//! Standard output, written so that nothing is lost unseen and no Secret stays behind.
//!
//! The standard library's own handle keeps a copy of what passed through it and takes a closed descriptor for
//! success. A Secret is shown once, so here the buffer is wiped after each write and every error counts.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use zeroize::{Zeroize, Zeroizing};

use super::failure::Failure;

/// Bytes held back before a write.
const ROOM: usize = 64 * 1024;

/// A writer that wipes what it held back.
#[derive(Debug)]
pub struct Wiped {
    file: File,
    held: Zeroizing<Vec<u8>>,
}

impl Wiped {
    /// Over a file or pipe.
    pub fn new(file: File) -> Self {
        // With all its room from the start: growing would leave copies behind.
        Self { file, held: Zeroizing::new(Vec::with_capacity(ROOM)) }
    }

    /// The file, everything held back having been written.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn into_file(mut self) -> io::Result<File> {
        self.flush()?;
        Ok(self.file)
    }
}

impl Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.len() == ROOM {
            self.flush()?;
        }
        let taken = bytes.len().min(ROOM - self.held.len());
        self.held.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.file.write_all(&self.held);
        self.held.zeroize();
        written
    }
}

/// Standard output.
#[derive(Debug)]
pub struct Output {
    wiped: Wiped,
    terminal: bool,
}

impl Output {
    /// The process's standard output.
    ///
    /// # Errors
    /// When it is closed.
    pub fn standard() -> Result<Self, Failure> {
        let handle = io::stdout();
        let file = handle.as_fd().try_clone_to_owned().map_err(|e| Failure::output(&e))?;
        Ok(Self { wiped: Wiped::new(File::from(file)), terminal: handle.is_terminal() })
    }

    /// Whether a person looks at it.
    pub const fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether nobody will ever see it: the null device, which also stands in for a descriptor that was closed.
    pub fn is_lost(&self) -> bool {
        let here = self.wiped.file.metadata();
        let null = std::fs::metadata("/dev/null");
        matches!((here, null), (Ok(here), Ok(null)) if here.file_type().is_char_device() && here.rdev() == null.rdev())
    }

    /// Writes some text.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.wiped.write_all(text.as_bytes()).map_err(|e| Failure::output(&e))
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.text(text)?;
        self.text("\n")
    }

    /// Hands everything on. Only after this has anyone seen it.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.wiped.flush().map_err(|e| Failure::output(&e))
    }
}

/// Says something beside the data, on standard error; that it cannot be said is no reason to fail.
pub fn remark(text: &str) {
    let mut line = super::failure::hide_secrets(&crate::model::text::escape(text)).into_owned();
    line.push('\n');
    let _ = io::stderr().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_the_buffer_arrives_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        let mut wiped = Wiped::new(File::create(&path).unwrap());
        let long = "0123456789".repeat(20_000);
        wiped.write_all(long.as_bytes()).unwrap();
        assert_eq!(wiped.held.capacity(), ROOM);
        wiped.into_file().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), long);
    }

    #[test]
    fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
        let full = Failure::output(&io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit, crate::cli::failure::Exit::Failed);
        let gone = Failure::output(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(gone.exit, crate::cli::failure::Exit::ReaderGone);
    }
}
