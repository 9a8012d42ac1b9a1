//! `POST /v1/verify`: an application asks whether a credential may do something.

use axum::http::StatusCode;
use axum::http::request::Parts;
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Deref;

use super::answer::{self, Response};
use super::authority::{Authority, Unproved};
use super::body;
use super::caller::{Caller, Peer};
use super::presented::{Hidden, InBody, presented};
use crate::model::{self, Condition, Operation, Record};
use crate::registry::{Allowed, FilterUse, Wanted, Wish};

/// Bytes that an answer rarely exceeds.
const ROOM: usize = 512;

/// The body; every field is optional. An unknown one is refused: a slip such as `tabel` must not widen the question.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Asked<'a> {
    key: Option<Hidden>,
    secret: Option<Hidden>,
    token: Option<Hidden>,
    #[serde(borrow)]
    table: Option<Text<'a>>,
    #[serde(borrow)]
    operation: Option<Text<'a>>,
    #[serde(borrow)]
    menu: Option<Text<'a>>,
    record: Option<Record>,
    #[serde(borrow)]
    agent: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Text<'a>>,
}

/// A text of the body, where it stands there if it needs no unescaping.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[derive(Serialize)]
struct Filter<'a> {
    conditions: &'a [Condition],
    scheme: &'a str,
    expression: &'a str,
}

pub(super) async fn verify(authority: &Authority, peer: &Peer, head: &Parts, body: Incoming) -> Response {
    let body = match body::whole(body, &authority.limits).await {
        Ok(body) => body,
        Err(broken) => return broken.answer(),
    };
    let (mut asked, operation) = match read(&body) {
        Ok(read) => read,
        Err(sentence) => return answer::error(StatusCode::BAD_REQUEST, &sentence),
    };
    let in_body = InBody {
        keys: asked.key.take().into_iter().collect(),
        secrets: asked.secret.take().into_iter().collect(),
        tokens: asked.token.take().into_iter().collect(),
    };
    let wish = model::Request {
        table: asked.table.as_deref().zip(operation),
        menu: asked.menu.as_deref(),
        record: asked.record.as_ref(),
    };
    let wanted = Wanted {
        wish: Wish::Request(wish, FilterUse::Told),
        source: asked.source.as_deref(),
        agent: asked.agent.as_deref(),
    };
    let caller = Caller::of(peer, &head.headers).told(wanted.source, wanted.agent);
    let proven = match authority.prove(presented(&head.headers, in_body)).await {
        Ok(proven) => proven,
        Err(Unproved::Denied(denied)) => {
            authority.note(caller, &wanted.wish, Err(&denied));
            return answer::denied(denied);
        }
        Err(Unproved::Unavailable) => return answer::unavailable(),
    };
    let outcome = authority.registry.judge(&proven, &wanted);
    authority.note(caller, &wanted.wish, outcome.as_ref());
    match outcome {
        Ok(allowed) => valid(&allowed),
        Err(denied) => answer::denied(denied),
    }
}

/// The body and its operation. Errors hold nothing of the body: it may carry a Secret in the wrong place.
fn read(body: &[u8]) -> Result<(Asked<'_>, Option<Operation>), String> {
    let text = body.trim_ascii();
    let asked: Asked = match text.first() {
        None => Asked::default(),
        // Looked at once as a whole: else each text is, by itself.
        Some(b'{') => match std::str::from_utf8(body) {
            Ok(body) => serde_json::from_str(body),
            Err(_) => serde_json::from_slice(body),
        }
        .map_err(|error| {
            let what = if error.is_data() {
                "The body has a field that is not known, stands twice or has the wrong type"
            } else {
                "The body is not JSON"
            };
            format!("{what} (line {}, column {})", error.line(), error.column())
        })?,
        Some(_) => return Err("The body is not a JSON object".to_owned()),
    };
    let operation = asked.operation.as_deref().map(str::parse::<Operation>).transpose();
    let operation =
        operation.map_err(|_| "The operation is not one of select, insert, update, delete".to_owned())?;
    match (&asked.table, operation, &asked.record) {
        (Some(_), None, _) => Err("A table needs an operation: select, insert, update or delete".to_owned()),
        (None, Some(_), _) => Err("An operation needs a table".to_owned()),
        (None, _, Some(_)) => Err("A record needs a table and an operation".to_owned()),
        _ => Ok((asked, operation)),
    }
}

/// What is fixed stands here as it is sent, in the contract's order.
fn valid(allowed: &Allowed) -> Response {
    // Room for most of them: growing copies what is there.
    let mut text = Vec::with_capacity(ROOM);
    let filter = allowed.filter.as_ref().map(|(filter, expression)| Filter {
        conditions: &filter.conditions,
        scheme: &filter.scheme,
        expression,
    });
    let mut parts = || {
        for (name, value) in [
            (&br#"{"valid":true,"key":"#[..], allowed.key.as_str()),
            (br#","description":"#, allowed.description.as_str()),
            (br#","group":"#, allowed.group.as_str()),
            (br#","environment":"#, allowed.environment.code()),
        ] {
            text.extend_from_slice(name);
            serde_json::to_writer(&mut text, value)?;
        }
        text.extend_from_slice(br#","filter":"#);
        serde_json::to_writer(&mut text, &filter)
    };
    match parts() {
        Ok(()) => {
            text.push(b'}');
            answer::json(StatusCode::OK, text)
        }
        Err(_) => answer::unavailable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_or_refused_with_a_reason_that_repeats_nothing() {
        for good in
            ["", " \n", "{}", r#"{"table":"Asset","operation":"SELECT","menu":null,"record":{"a":1}}"#]
        {
            assert!(read(good.as_bytes()).is_ok(), "{good}");
        }
        for (bad, word) in [
            ("{", "not JSON"),
            ("[]", "not a JSON object"),
            (r#"["k","s"]"#, "not a JSON object"),
            ("null", "not a JSON object"),
            ("{} x", "not JSON"),
            (r#"{"tabel":"Asset"}"#, "not known"),
            (r#"{"cs_prd_x":1}"#, "not known"),
            (r#"{"key":"a","key":"b"}"#, "twice"),
            (r#"{"table":7}"#, "wrong type"),
            (r#"{"record":{"a":1,"A":2},"table":"x","operation":"select"}"#, "twice"),
            (r#"{"table":"Asset"}"#, "needs an operation"),
            (r#"{"operation":"select"}"#, "needs a table"),
            (r#"{"record":{}}"#, "needs a table"),
            (r#"{"table":"Asset","operation":"cs_prd_x"}"#, "not one of"),
            ("\u{0}", "not a JSON object"),
        ] {
            let sentence = read(bad.as_bytes()).err().unwrap();
            assert!(sentence.contains(word) && !sentence.contains("cs_prd"), "{bad}: {sentence}");
        }
        assert!(read(b"{\"table\":\"\xff\"}").is_err());
        assert!(read("[".repeat(60_000).as_bytes()).is_err());
        assert!(read(format!("{{\"record\":{}", "{\"a\":".repeat(20_000)).as_bytes()).is_err());
    }
}
