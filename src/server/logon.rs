//! `POST /v1/logon` and `POST /a.aspx`: Key and Secret in, a session token out.

use axum::http::StatusCode;
use axum::http::request::Parts;
use hyper::body::Incoming;

use super::answer::{self, Response};
use super::authority::{Authority, Unproved};
use super::body;
use super::caller::{Caller, Peer};
use super::form;
use super::presented::{InBody, Presented, presented};
use crate::credential::Sessions;
use crate::registry::{Fault, Unopened, Wish};

pub(super) async fn logon(authority: &Authority, peer: &Peer, head: &Parts, body: Incoming) -> Response {
    let body = match body::whole(body, &authority.limits).await {
        Ok(body) => body,
        Err(broken) => return broken.answer(),
    };
    let Some(fields) = form::fields(&body) else {
        return answer::error(StatusCode::BAD_REQUEST, "The body is not a form");
    };
    let mut in_body = InBody::default();
    for (name, value) in fields {
        match name.as_str() {
            "apikey" => in_body.keys.push(value),
            "apisecret" => in_body.secrets.push(value),
            "command" if value.expose() != "logon" => {
                return answer::error(StatusCode::BAD_REQUEST, "The command is not logon");
            }
            _ => {}
        }
    }
    let presented = match presented(&head.headers, in_body) {
        Ok(Presented::Token(_)) => Err(Fault::TokenAtLogon),
        presented => presented,
    };
    let caller = Caller::of(peer, &head.headers);
    let proven = match authority.prove(presented).await {
        Ok(proven) => proven,
        Err(Unproved::Denied(denied)) => {
            authority.note(caller, &Wish::Open, Err(&denied));
            return answer::denied(denied);
        }
        Err(Unproved::Unavailable) => return answer::unavailable(),
    };
    match authority.registry.open_session(&proven) {
        Ok(token) => {
            if let Some(key) = proven.key() {
                authority.note_accepted(caller, &Wish::Open, key, None);
            }
            let seconds = Sessions::LIFETIME.as_secs();
            let body = format!(r#"{{"Authorization":"Bearer {}","expires_in":{seconds}}}"#, token.expose());
            answer::json(StatusCode::OK, body)
        }
        Err(Unopened::Denied(denied)) => {
            authority.note(caller, &Wish::Open, Err(&denied));
            answer::denied(denied)
        }
        Err(Unopened::Full) => answer::unavailable(),
    }
}
