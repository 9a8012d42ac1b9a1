//! The credential of a request: exactly one source, once. Anything else is invalid, whatever it holds.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

use crate::registry::Fault;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_API_SECRET: HeaderName = HeaderName::from_static("x-api-secret");

/// Basic, with or without padding: clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A text that may be a Secret or a token: wiped when dropped, never shown.
#[derive(Clone)]
pub(super) struct Hidden(Zeroizing<String>);

impl Hidden {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(..)")
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// What was presented; nothing of it is believed yet.
#[derive(Debug)]
pub(super) enum Presented {
    /// A Key and what came as its Secret.
    Pair(Pair),
    /// A session token.
    Token(Hidden),
}

/// A Key and what came as its Secret. A client may have put its Secret in the Key's place.
#[derive(Debug)]
pub(super) enum Pair {
    /// In one text, as it came: the Secret stands behind the colon.
    Joined { text: Hidden, colon: usize },
    /// Each by itself.
    Apart { key: Hidden, secret: Hidden },
}

impl Pair {
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Joined { text, colon } => text.expose().get(..*colon).unwrap_or_default(),
            Self::Apart { key, .. } => key.expose(),
        }
    }

    pub(super) fn secret(&self) -> &str {
        match self {
            Self::Joined { text, colon } => text.expose().get(colon + 1..).unwrap_or_default(),
            Self::Apart { secret, .. } => secret.expose(),
        }
    }
}

/// A body's part of it: each field as often as it came.
#[derive(Debug, Default)]
pub(super) struct InBody {
    pub(super) keys: Vec<Hidden>,
    pub(super) secrets: Vec<Hidden>,
    pub(super) tokens: Vec<Hidden>,
}

/// A header: its first value, and how often it came.
#[derive(Default)]
struct Said<'a> {
    first: Option<&'a HeaderValue>,
    times: usize,
}

impl<'a> Said<'a> {
    fn note(&mut self, value: &'a HeaderValue) {
        self.first.get_or_insert(value);
        self.times += 1;
    }

    fn hidden(&self) -> Result<Option<Hidden>, Fault> {
        self.first.map(|value| value.to_str().map(Hidden::new).map_err(|_| Fault::Form)).transpose()
    }
}

/// The one credential of headers and body together.
///
/// # Errors
/// [`Fault`]: none, two, or one that has no form.
pub(super) fn presented(headers: &HeaderMap, body: InBody) -> Result<Presented, Fault> {
    let (mut authorization, mut key, mut secret) = (Said::default(), Said::default(), Said::default());
    for (name, value) in headers {
        if name == AUTHORIZATION {
            authorization.note(value);
        } else if name == X_API_KEY {
            key.note(value);
        } else if name == X_API_SECRET {
            secret.note(value);
        }
    }
    let sources = [
        authorization.times > 0,
        key.times + secret.times > 0,
        !body.keys.is_empty() || !body.secrets.is_empty(),
        !body.tokens.is_empty(),
    ];
    let most = [
        authorization.times,
        key.times,
        secret.times,
        body.keys.len(),
        body.secrets.len(),
        body.tokens.len(),
    ];
    if sources.iter().filter(|present| **present).count() > 1 || most.iter().any(|count| *count > 1) {
        return Err(Fault::Twofold);
    }
    if let Some(value) = authorization.first {
        return read_authorization(value.as_bytes());
    }
    if let Some(token) = body.tokens.into_iter().next() {
        return Ok(Presented::Token(token));
    }
    let (key, secret) = if sources[1] {
        (key.hidden()?, secret.hidden()?)
    } else {
        (body.keys.into_iter().next(), body.secrets.into_iter().next())
    };
    match (key, secret) {
        (Some(key), Some(secret)) => Ok(Presented::Pair(Pair::Apart { key, secret })),
        (None, None) => Err(Fault::Nothing),
        _ => Err(Fault::Form),
    }
}

fn read_authorization(value: &[u8]) -> Result<Presented, Fault> {
    let space = value.iter().position(|byte| *byte == b' ').ok_or(Fault::Form)?;
    let (scheme, rest) = value.split_at(space);
    let rest = rest.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"bearer") {
        return std::str::from_utf8(rest)
            .map(|token| Presented::Token(Hidden::new(token)))
            .map_err(|_| Fault::Form);
    }
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return Err(Fault::Form);
    }
    let decoded = BASE64.decode(rest).map_err(|_| Fault::Form)?;
    let text = String::from_utf8(decoded).map_err(|error| {
        error.into_bytes().zeroize();
        Fault::Form
    })?;
    let text = Hidden::new(text);
    let colon = text.expose().find(':').ok_or(Fault::Form)?;
    Ok(Presented::Pair(Pair::Joined { text, colon }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[(&str, &str)], body: InBody) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        match presented(&headers, body) {
            Ok(Presented::Pair(pair)) => format!("{} {}", pair.key(), pair.secret()),
            Ok(Presented::Token(token)) => format!("token {}", token.expose()),
            Err(fault) => format!("{fault:?}"),
        }
    }

    fn body(keys: &[&str], secrets: &[&str], tokens: &[&str]) -> InBody {
        let hide = |texts: &[&str]| texts.iter().map(|t| Hidden::new(*t)).collect();
        InBody { keys: hide(keys), secrets: hide(secrets), tokens: hide(tokens) }
    }

    #[test]
    fn each_source_alone_is_read() {
        let none = InBody::default;
        assert_eq!(read(&[("authorization", "Basic azpzOnQ=")], none()), "k s:t");
        assert_eq!(read(&[("authorization", "bAsIc  azpzOnQ")], none()), "k s:t");
        assert_eq!(read(&[("x-api-key", "k"), ("x-api-secret", "s")], none()), "k s");
        assert_eq!(read(&[("authorization", "Bearer ct_x")], none()), "token ct_x");
        assert_eq!(read(&[], body(&["k"], &["s"], &[])), "k s");
        assert_eq!(read(&[], body(&[], &[], &["t"])), "token t");
        assert_eq!(read(&[], none()), "Nothing");
    }

    #[test]
    fn two_sources_or_one_twice_are_refused() {
        let none = InBody::default;
        let pair = [("x-api-key", "k"), ("x-api-secret", "s")];
        let basic = ("authorization", "Basic azpz");
        assert_eq!(read(&[pair[0], pair[1], basic], none()), "Twofold");
        assert_eq!(read(&[basic, basic], none()), "Twofold");
        assert_eq!(read(&[basic, ("authorization", "Bearer ct_x")], none()), "Twofold");
        assert_eq!(read(&[pair[0], pair[0], pair[1]], none()), "Twofold");
        assert_eq!(read(&[basic, pair[1]], none()), "Twofold");
        assert_eq!(read(&[("authorization", "Negotiate x"), pair[0], pair[1]], none()), "Twofold");
        assert_eq!(read(&[basic], body(&["k"], &["s"], &[])), "Twofold");
        assert_eq!(read(&[], body(&["k"], &["s"], &["t"])), "Twofold");
        assert_eq!(read(&[], body(&["k", "k"], &["s"], &[])), "Twofold");
    }

    #[test]
    fn what_has_no_form_is_refused() {
        let none = InBody::default;
        for value in
            ["", "Basic", "Basic ", "Basic ????", "Basic a2V5", "Digest x", "Basicazpz", "Basic wyg6cw=="]
        {
            assert_eq!(read(&[("authorization", value)], none()), "Form", "{value}");
        }
        assert_eq!(read(&[("x-api-key", "k")], none()), "Form");
        assert_eq!(read(&[], body(&[], &["s"], &[])), "Form");
        assert_eq!(format!("{:?}", Hidden::new("x")), "Hidden(..)");
    }
}
