//! Standard input that `^C` ends even while nothing comes. Knows nothing of what is looked for.

use std::fs::File;
use std::io::{self, PipeReader, Read, pipe};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::SIGINT;
use signal_hook::low_level;

/// Standard input. The system repeats a reading that a signal interrupts, so this waits for both before it reads.
#[derive(Debug)]
pub struct Input {
    line: File,
    interrupted: PipeReader,
}

impl Input {
    /// From here on `^C` ends a reading with [`io::ErrorKind::Interrupted`].
    ///
    /// # Errors
    /// When standard input cannot be read, or the signal not be heard.
    pub fn open() -> io::Result<Self> {
        let line = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let (interrupted, wake) = pipe()?;
        low_level::pipe::register(SIGINT, wake)?;
        Ok(Self { line, interrupted })
    }
}

impl Read for Input {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut both =
                [PollFd::new(&self.line, PollFlags::IN), PollFd::new(&self.interrupted, PollFlags::IN)];
            match poll(&mut both, None) {
                Ok(_) if !both[1].revents().is_empty() => return Err(io::ErrorKind::Interrupted.into()),
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match self.line.read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}
