//! Finds Keys and Secrets in bytes of any kind, by their form and the Secret's checksum, piece by piece.
//!
//! Memory is bounded whatever comes: no more than a piece is held back, and it is wiped. UTF-16 is read as if its zero
//! bytes were not there; base64 is looked into where it begins with a Key or a Secret (`Authorization: Basic`, the
//! secrets of Kubernetes). Knows nothing of files, nor whose a Key is.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use zeroize::{Zeroize, Zeroizing};

use super::Secret;
use crate::model::KeyId;

/// What everything we look for begins with: a Key, a Secret, and both in base64. Of `Key:Secret` in base64 each is
/// found by itself: the Secret begins at a multiple of three bytes.
const ANCHORS: [&[u8]; 4] = [b"ck_", b"cs_", b"Y2tf", b"Y3Nf"];
/// A Secret in base64.
const ENCODED: usize = (Secret::LEN * 4).div_ceil(3);
/// Bytes that may be needed behind the beginning of an anchor.
const REACH: usize = ENCODED + 1;
/// Bytes looked at in one go.
const PIECE: usize = 64 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What was found.
#[derive(Debug)]
pub enum Exposed {
    /// A Key: public, but where it lies its Secret is often near.
    Key(KeyId),
    /// A Secret whose checksum fits.
    Secret(Secret),
}

/// Something found, and where.
#[derive(Debug)]
pub struct Found {
    /// Its line, from 1.
    pub line: u64,
    /// What it is.
    pub what: Exposed,
}

/// Reads bytes piece by piece.
#[derive(Debug)]
pub struct Finder {
    held: Zeroizing<Vec<u8>>,
    /// Line of the first byte held.
    line: u64,
}

impl Default for Finder {
    fn default() -> Self {
        // With all its room from the start: growing would leave copies behind.
        Self { held: Zeroizing::new(Vec::with_capacity(PIECE + REACH)), line: 1 }
    }
}

impl Finder {
    /// Everything in this text.
    pub fn all(text: &[u8]) -> Vec<Found> {
        let (mut finder, mut found) = (Self::default(), Vec::new());
        finder.feed(text, &mut |one| found.push(one));
        finder.finish(&mut |one| found.push(one));
        found
    }

    /// More bytes of the same input.
    pub fn feed(&mut self, bytes: &[u8], see: &mut dyn FnMut(Found)) {
        for piece in bytes.chunks(PIECE) {
            if memchr::memchr(0, piece).is_some() {
                self.held.extend(piece.iter().filter(|byte| **byte != 0));
            } else {
                self.held.extend_from_slice(piece);
            }
            let decided = self.held.len().saturating_sub(REACH);
            self.look(decided, see);
        }
    }

    /// The end of this input; the finder is as new after it.
    pub fn finish(&mut self, see: &mut dyn FnMut(Found)) {
        self.look(self.held.len(), see);
        self.held.zeroize();
        self.line = 1;
    }

    /// Tells what begins before `end`, and lets go of all up to there.
    fn look(&mut self, end: usize, see: &mut dyn FnMut(Found)) {
        let mut places: Vec<usize> = ANCHORS
            .iter()
            .flat_map(|anchor| memmem::find_iter(&self.held, anchor))
            .filter(|place| *place < end)
            .collect();
        places.sort_unstable();
        let mut counted = 0;
        for place in places {
            self.line += newlines(&self.held[counted..place]);
            counted = place;
            let line = self.line;
            if let Some(what) = at(&self.held[place..]) {
                see(Found { line, what });
            }
        }
        self.line += newlines(&self.held[counted..end]);
        self.held.copy_within(end.., 0);
        let rest = self.held.len() - end;
        self.held.truncate(rest);
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// What begins with the first of these bytes.
fn at(bytes: &[u8]) -> Option<Exposed> {
    if bytes[0] == b'c' {
        return plain(bytes);
    }
    let letters = bytes.iter().take(ENCODED).take_while(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(b));
    let standard = |b: &u8| {
        if *b == b'-' {
            b'+'
        } else if *b == b'_' {
            b'/'
        } else {
            *b
        }
    };
    let mut room = Zeroizing::new([0; ENCODED]);
    let mut count = 0;
    for (place, letter) in room.iter_mut().zip(letters.map(standard)) {
        *place = letter;
        count += 1;
    }
    if count % 4 == 1 {
        count -= 1;
    }
    let mut decoded = Zeroizing::new([0; ENCODED]);
    let length = BASE64.decode_slice(&room[..count], &mut decoded[..]).ok()?;
    plain(&decoded[..length])
}

/// The Key or Secret that these bytes begin with.
fn plain(bytes: &[u8]) -> Option<Exposed> {
    if !matches!(bytes.get(3..7)?, b"dev_" | b"stg_" | b"prd_") {
        return None;
    }
    let text = |length: usize| std::str::from_utf8(bytes.get(..length)?).ok();
    if bytes[1] == b'k' {
        return text(KeyId::LEN)?.parse().ok().map(Exposed::Key);
    }
    Secret::parse(text(Secret::LEN)?).ok().map(Exposed::Secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{mint_key, mint_secret};
    use crate::model::Environment;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    fn told(found: &[Found]) -> Vec<(u64, String)> {
        let word = |what: &Exposed| match what {
            Exposed::Key(key) => key.to_string(),
            Exposed::Secret(secret) => secret.expose().to_owned(),
        };
        found.iter().map(|one| (one.line, word(&one.what))).collect()
    }

    fn pair() -> (String, String) {
        let secret = mint_secret(Environment::Production).unwrap();
        (mint_key(Environment::Development).unwrap().to_string(), secret.expose().to_owned())
    }

    #[test]
    fn both_are_found_with_their_lines_whatever_stands_around_them() {
        let (key, secret) = pair();
        let text = format!("x\n{key}{secret}\n\n\"{secret}\\n\" xck_prd_ cs_prd_{key}");
        let expected = [(2, &key), (2, &secret), (4, &secret), (4, &key)].map(|(l, t)| (l, t.clone()));
        assert_eq!(told(&Finder::all(text.as_bytes())), expected);
    }

    #[test]
    fn a_wrong_letter_in_a_secret_is_no_secret() {
        let (_, secret) = pair();
        let mut wrong = secret.clone();
        wrong.replace_range(20..21, if &secret[20..21] == "b" { "c" } else { "b" });
        assert!(Finder::all(wrong.as_bytes()).is_empty());
        assert!(Finder::all(&secret.as_bytes()[..55]).is_empty());
        assert_eq!(Finder::all(secret.as_bytes()).len(), 1, "control");
    }

    #[test]
    fn sixteen_bit_text_and_base64_are_seen_through() {
        let (key, secret) = pair();
        for text in [&key, &secret] {
            let wide: Vec<u8> = format!("a\n{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(told(&Finder::all(&wide)), [(2, text.clone())]);
        }
        let both = format!("{key}:{secret}");
        let basic = format!("Authorization: Basic {}", STANDARD.encode(&both));
        assert_eq!(told(&Finder::all(basic.as_bytes())), [(1, key), (1, secret.clone())]);
        for encoded in [STANDARD.encode(&secret), URL_SAFE_NO_PAD.encode(&secret)] {
            assert_eq!(
                told(&Finder::all(format!("\n  secret: {encoded}\n").as_bytes())),
                [(2, secret.clone())]
            );
        }
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_find_the_same_as_the_whole(before in 0usize..400, cuts in proptest::collection::vec(1usize..200, 1..30)) {
            let (key, secret) = pair();
            let both = STANDARD.encode(format!("{key}:{secret}"));
            let text = format!("{}\n{key}\n{secret} {both}\n", "c_Y2tk\n".repeat(before));
            let (mut finder, mut found, mut rest) = (Finder::default(), Vec::new(), text.as_bytes());
            for cut in cuts.iter().cycle() {
                let (piece, left) = rest.split_at(rest.len().min(*cut));
                finder.feed(piece, &mut |one| found.push(one));
                rest = left;
                if rest.is_empty() { break; }
            }
            finder.finish(&mut |one| found.push(one));
            prop_assert_eq!(told(&found), told(&Finder::all(text.as_bytes())));
            prop_assert_eq!(found.len(), 4);
            prop_assert!(finder.held.capacity() <= PIECE + REACH);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), place in 0usize..4) {
            let mut text = ANCHORS[place].to_vec();
            text.extend(bytes);
            Finder::all(&text);
        }
    }

    #[test]
    fn what_lies_across_the_border_of_a_large_piece_is_found() {
        let (_, secret) = pair();
        for before in [PIECE - REACH, PIECE - 56, PIECE - 30, PIECE - 1, PIECE, PIECE + 1] {
            let text = format!("{}{secret}", ".".repeat(before));
            assert_eq!(Finder::all(text.as_bytes()).len(), 1, "{before}");
        }
    }
}
