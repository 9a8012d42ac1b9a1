//! The escape sequence by which a terminal is asked to set the clipboard of the machine it runs on.
//!
//! There is no answer to it, and an empty text is ignored by many terminals: clearing is a copy of one space.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::TerminalBytes;

/// The bytes that ask the terminal to take this text.
pub fn copy(text: &str) -> TerminalBytes {
    sequence(text)
}

/// The bytes that put one space in the place of whatever is there.
pub fn blank() -> TerminalBytes {
    sequence(" ")
}

fn sequence(text: &str) -> TerminalBytes {
    // Sized ahead, so that no copy of the text stays behind in memory that was given up while growing.
    let mut encoded = Zeroizing::new(String::with_capacity(text.len().div_ceil(3) * 4));
    STANDARD.encode_string(text, &mut encoded);
    let mut bytes = Zeroizing::new(Vec::with_capacity(encoded.len() + 9));
    bytes.extend_from_slice(b"\x1b]52;c;");
    bytes.extend_from_slice(encoded.as_bytes());
    bytes.extend_from_slice(b"\x1b\\");
    TerminalBytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_xterm() {
        assert_eq!(copy("hello").expose(), b"\x1b]52;c;aGVsbG8=\x1b\\");
        assert_eq!(blank().expose(), b"\x1b]52;c;IA==\x1b\\");
    }
}
