//! Which paths can be read in one way only. What could be read in two ways is refused, never normalised: the proxy, this
//! server and the application behind it may each normalise in their own manner.
//!
//! Knows nothing of tables or keys; pure.

use std::borrow::Cow;

use crate::model::text::first_hostile;

/// The segments of a path, decoded: `/api/Asset/5` is `["api", "Asset", "5"]`, a slash at the end adds an empty one.
pub(super) type Segments<'a> = Vec<Cow<'a, str>>;

/// Reads the path of a request's URI as the proxy got it, with or without a query.
///
/// # Errors
/// What is wrong with it, in fixed words that hold nothing of it.
pub(super) fn read(uri: &str) -> Result<Segments<'_>, &'static str> {
    if !uri.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("path holds bytes outside printable ASCII");
    }
    if uri.as_bytes().contains(&b'#') {
        return Err("path holds #");
    }
    let end = uri.bytes().position(|b| b == b'?').unwrap_or(uri.len());
    let path = uri.get(..end).unwrap_or_default();
    let Some(inner) = path.strip_prefix('/') else { return Err("path does not begin with /") };
    if path.as_bytes().contains(&b'\\') {
        return Err("path holds \\");
    }
    if path.as_bytes().contains(&b';') {
        return Err("path holds ;");
    }
    let mut segments = Vec::new();
    let mut pieces = inner.split('/').peekable();
    while let Some(raw) = pieces.next() {
        if raw.is_empty() && pieces.peek().is_some() {
            return Err("path holds //");
        }
        segments.push(segment(raw)?.map_or(Cow::Borrowed(raw), Cow::Owned));
    }
    Ok(segments)
}

/// A segment decoded; `None` when there is nothing to decode.
fn segment(raw: &str) -> Result<Option<String>, &'static str> {
    let decoded = if raw.as_bytes().contains(&b'%') { Some(decode(raw)?) } else { None };
    let text = decoded.as_deref().unwrap_or(raw);
    if text == "." || text == ".." {
        return Err("path holds a . or .. segment");
    }
    // What needed no decoding is printable ASCII without blanks.
    let Some(decoded) = decoded else { return Ok(None) };
    if holds_an_escape(&decoded) {
        return Err("path holds an escape within an escape");
    }
    // An application that trims, or that drops what cannot be seen, would read another name here than we do.
    if decoded.trim() != decoded || first_hostile(&decoded).is_some() {
        return Err("path holds hidden characters or blanks at the edge of a segment");
    }
    Ok(Some(decoded))
}

/// Whether a decoded text could be decoded once more, into something else.
fn holds_an_escape(text: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    text.split('%').skip(1).any(digits)
}

fn decode(raw: &str) -> Result<String, &'static str> {
    let bytes = raw.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            decoded.push(bytes[at]);
            at += 1;
            continue;
        }
        let digit = |place: usize| {
            bytes.get(place).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok())
        };
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            return Err("path holds a bad escape");
        };
        match high << 4 | low {
            b'/' => return Err("path holds %2f"),
            b'\\' => return Err("path holds %5c"),
            0 => return Err("path holds %00"),
            // Proxies that decode and encode again leave these two bare, and then they mean something.
            b';' => return Err("path holds %3b"),
            byte => decoded.push(byte),
        }
        at += 3;
    }
    String::from_utf8(decoded).map_err(|_| "path holds escapes that are not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_paths_are_read_into_their_decoded_segments() {
        for (uri, segments) in [
            ("/", vec![""]),
            ("/api/Asset", vec!["api", "Asset"]),
            ("/api/Asset/", vec!["api", "Asset", ""]),
            ("/api/Asset/5?where=a//b/../c;d%2f\\", vec!["api", "Asset", "5"]),
            ("/api/%41sset/caf%C3%A9%20au%20lait", vec!["api", "Asset", "café au lait"]),
            ("/a/...", vec!["a", "..."]),
            ("/a/.hidden", vec!["a", ".hidden"]),
            ("/a/who%3f%23", vec!["a", "who?#"]),
            ("/a/100%25", vec!["a", "100%"]),
        ] {
            assert_eq!(read(uri).unwrap(), segments, "{uri}");
        }
    }

    #[test]
    fn paths_that_could_be_read_two_ways_are_refused() {
        for uri in [
            "",
            "api",
            "*",
            "http://app/api/Asset",
            "?x",
            "//api/Asset",
            "/api//Asset",
            "/api/Asset//",
            "/./api",
            "/api/../Asset",
            "/api/..",
            "/api/.",
            "/%2e/api",
            "/api/%2e%2E/x",
            "/api/.%2e/x",
            "/api/a%2fb",
            "/api/a%2Fb",
            "/api/a%5cb",
            "/api/a%5Cb",
            "/api/a%00",
            "/api/a%",
            "/api/a%4",
            "/api/a%zz",
            "/api/a%%41",
            "/api\\Asset",
            "/api/Asset#x",
            "/api/Asset?x#y",
            "/api/Asset;v=1",
            "/api/Asset%3bv",
            "/api/Asset%253bv",
            "/api/%2541sset",
            "/api/As set",
            "/api/caf\u{e9}",
            "/api/a\tb",
            "/api/Asset?x=\u{e9}",
            "/api/%c0%af",
            "/api/%ff",
            "/api/Asset%20",
            "/api/%0aAsset",
            "/api/As%E2%80%8Bset",
            "/api/%E2%80%AEtessA",
            "/api/Asset\u{0}",
            "/api/a%7f",
        ] {
            assert!(read(uri).is_err(), "{uri}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_holds_no_way_up(uri in "[ -~]{0,40}|\\PC{0,20}|/[a./%2eEfF5cC;#0-]{0,24}") {
            if let Ok(segments) = read(&uri) {
                let bad = |s: &Cow<'_, str>| s == "." || s == ".." || s.contains(['/', '\\', '\0', ';']) || holds_an_escape(s);
                prop_assert!(!segments.iter().any(bad), "{} {:?}", uri, segments);
                prop_assert!(segments.iter().rev().skip(1).all(|s| !s.is_empty()));
            }
        }
    }
}
