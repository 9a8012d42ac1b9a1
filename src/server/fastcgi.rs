//! The `FastCGI` authorizer: what Apache's `mod_authnz_fcgi` asks. Forward auth once more, in another wrapping.
//!
//! One request a connection, as that module does it; a peer that wants to keep it open is not obliged. What is not a
//! whole and plain request in time gets no answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::answer::Response;
use super::authority::Authority;
use super::caller::Caller;
use super::forward_auth;

const VERSION: u8 = 1;
const BEGIN: u8 = 1;
const END: u8 = 3;
const PARAMS: u8 = 4;
const OUT: u8 = 6;
const AUTHORIZER: u16 = 2;
/// Longest content of one record.
const RECORD: usize = 65_535;

/// A request as Apache describes it.
#[derive(Default)]
struct Question {
    /// Credentials, under the names that they had.
    headers: HeaderMap,
    methods: Vec<String>,
    uris: Vec<String>,
}

/// Answers the one request of a connection.
///
/// # Errors
/// When the peer goes away or speaks something else.
pub(super) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    authority: &Authority,
    stream: &mut S,
) -> io::Result<()> {
    let read = read(stream, authority.limits.head);
    let (id, params) = tokio::time::timeout(authority.limits.body_time, read).await??;
    let question = Question::of(&params).ok_or(io::ErrorKind::InvalidData)?;
    let once = |values: &[String], missing, twice| match values {
        [value] if !value.is_empty() => Ok(value.clone()),
        [] | [_] => Err(missing),
        _ => Err(twice),
    };
    let method = once(&question.methods, "no original method is told", "the original method is told twice");
    let uri = once(&question.uris, "no original URI is told", "the original URI is told twice");
    let original = forward_auth::original(
        authority,
        method.as_ref().map(String::as_str).map_err(|what| *what),
        uri.as_ref().map(String::as_str).map_err(|what| *what),
    );
    let response =
        forward_auth::decide(authority, &question.headers, Caller::by(&question.headers), original).await;
    authority.metrics.answered(super::metrics::Endpoint::Fastcgi, response.status());
    let text = written(&response);
    let mut out = Vec::with_capacity(text.len() + 64);
    for part in text.chunks(RECORD) {
        record(&mut out, OUT, id, part);
    }
    record(&mut out, OUT, id, &[]);
    record(&mut out, END, id, &[0; 8]);
    stream.write_all(&out).await?;
    stream.shutdown().await
}

/// Reads up to the end of the parameters: the request's number and the parameters' bytes.
async fn read<S: AsyncRead + Unpin>(stream: &mut S, longest: usize) -> io::Result<(u16, Vec<u8>)> {
    let mut params = Vec::new();
    let mut begun = None;
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await?;
        let [version, kind, id_high, id_low, high, low, padding, _] = head;
        let id = u16::from_be_bytes([id_high, id_low]);
        let length = usize::from(u16::from_be_bytes([high, low]));
        if version != VERSION || params.len() + length > longest {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut content = vec![0; length + usize::from(padding)];
        stream.read_exact(&mut content).await?;
        content.truncate(length);
        match (kind, begun) {
            (BEGIN, None) if content.len() == 8 && content[..2] == AUTHORIZER.to_be_bytes() => {
                begun = Some(id);
            }
            (PARAMS, Some(of)) if of == id && content.is_empty() => return Ok((id, params)),
            (PARAMS, Some(of)) if of == id => params.extend_from_slice(&content),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

impl Question {
    /// From the parameters: name and value pairs with their lengths before them.
    fn of(mut params: &[u8]) -> Option<Self> {
        let mut question = Self::default();
        while !params.is_empty() {
            let (name_length, value_length) = (length(&mut params)?, length(&mut params)?);
            let name = params.split_off(..name_length)?;
            let value = params.split_off(..value_length)?;
            let header = match name {
                b"HTTP_AUTHORIZATION" => "authorization",
                b"HTTP_X_API_KEY" => "x-api-key",
                b"HTTP_X_API_SECRET" => "x-api-secret",
                b"REQUEST_METHOD" => {
                    question.methods.push(String::from_utf8_lossy(value).into_owned());
                    continue;
                }
                b"REQUEST_URI" => {
                    question.uris.push(String::from_utf8_lossy(value).into_owned());
                    continue;
                }
                _ => continue,
            };
            let value = HeaderValue::from_bytes(value).ok()?;
            question.headers.append(HeaderName::from_static(header), value);
        }
        Some(question)
    }
}

/// A length: one byte, or four with the highest bit set.
fn length(params: &mut &[u8]) -> Option<usize> {
    let first = *params.split_off_first()?;
    if first < 128 {
        return Some(usize::from(first));
    }
    let rest = params.split_off(..3)?;
    usize::try_from(u32::from_be_bytes([first & 127, rest[0], rest[1], rest[2]])).ok()
}

/// The answer as CGI writes it. What the application is to learn becomes a variable of Apache's request.
fn written(response: &Response) -> Vec<u8> {
    let mut text = format!("Status: {}\r\n", response.status().as_str()).into_bytes();
    for (name, value) in response.headers() {
        let variable = name.as_str().strip_prefix("x-claviger-").filter(|_| response.status().is_success());
        let name = variable.map_or_else(
            || name.as_str().to_owned(),
            |name| format!("Variable-CLAVIGER_{}", name.to_ascii_uppercase()),
        );
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(response.body().rest());
    text
}

fn record(out: &mut Vec<u8>, kind: u8, id: u16, content: &[u8]) {
    let length = u16::try_from(content.len()).unwrap_or(0).to_be_bytes();
    let [high, low] = id.to_be_bytes();
    out.extend_from_slice(&[VERSION, kind, high, low, length[0], length[1], 0, 0]);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameters_are_read_with_short_and_long_lengths() {
        let long = "x".repeat(300);
        let mut params = Vec::new();
        for (name, value) in [
            ("REQUEST_METHOD", "GET"),
            ("REQUEST_URI", long.as_str()),
            ("HTTP_X_API_KEY", "k"),
            ("OTHER", ""),
        ] {
            params.push(u8::try_from(name.len()).unwrap());
            match u8::try_from(value.len()) {
                Ok(short) if short < 128 => params.push(short),
                _ => params.extend((u32::try_from(value.len()).unwrap() | 1 << 31).to_be_bytes()),
            }
            params.extend_from_slice(name.as_bytes());
            params.extend_from_slice(value.as_bytes());
        }
        let question = Question::of(&params).unwrap();
        assert_eq!((question.methods, question.uris), (vec!["GET".to_owned()], vec![long]));
        assert_eq!(question.headers["x-api-key"], "k");
        assert!(Question::of(&params[..params.len() - 3]).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Question::of(&bytes);
        }
    }
}
