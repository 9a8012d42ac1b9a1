//! HMAC-SHA256 with a fixed key whose first blocks are computed once: half the work of a fresh one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

use super::{CredentialError, random_bytes};
use zeroize::Zeroizing;

/// A keyed hash, ready to be asked.
#[derive(Clone)]
pub(super) struct KeyedHash(Hmac<Sha256>);

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash(..)")
    }
}

impl KeyedHash {
    /// With this key.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        // 32 bytes are always padded to one block, so this is what `new_from_slice` does, without its Result.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(key);
        Self(Hmac::new((&*block).into()))
    }

    /// With a key that nobody will ever know.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(super) fn fresh() -> Result<Self, CredentialError> {
        Ok(Self::new(&Zeroizing::new(random_bytes::<32>()?)))
    }

    /// The tag of these parts, one after the other. The parts before the last must have a fixed length.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The first 128 bits of the tag.
    pub(super) fn short_tag(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&self.tag(parts)[..16]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_hmac_sha256() {
        // RFC 4231 test case 2 has a shorter key, which HMAC pads with zeros to the block: so may we.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let tag = KeyedHash::new(&key).tag(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(tag[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
    }
}
