//! The frames that carry a Secret or the store key: written by hand, wiped after use.
//!
//! Those types know no serialisation, so that nothing else can carry them. Knows nothing of sockets.

use zeroize::Zeroizing;

use super::from_json;
use crate::credential::{Secret, SecretError, StoreKey};
use crate::model::KeyId;
use crate::registry::{Asked, Fresh};

/// A Key given for verification may be anything of up to this many bytes; longer ones are wrong anyway.
const LARGEST_KEY: usize = 256;

/// Key and Secret to be verified, and as JSON what is asked for with them.
pub fn verify_payload(key: &str, secret: Result<&Secret, SecretError>, asked: &[u8]) -> Zeroizing<Vec<u8>> {
    // A Key of more than 23 bytes is wrong already; what is cut off here cannot make it right.
    let cut = key.floor_char_boundary(LARGEST_KEY - 1);
    let key = &key.as_bytes()[..cut];
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 + LARGEST_KEY + Secret::LEN + asked.len()));
    bytes.push(u8::try_from(key.len()).unwrap_or(0));
    bytes.extend_from_slice(key);
    match secret {
        Ok(secret) => {
            bytes.push(0);
            bytes.extend_from_slice(secret.expose().as_bytes());
        }
        Err(SecretError::Form) => bytes.push(1),
        Err(SecretError::Checksum) => bytes.push(2),
    }
    bytes.extend_from_slice(asked);
    bytes
}

/// A Key, what was presented as its Secret, and what is asked for.
pub type Attempt<'a> = (&'a str, Result<Secret, SecretError>, Option<Asked>);

/// Reads what [`verify_payload`] wrote.
pub fn read_verify(payload: &[u8]) -> Option<Attempt<'_>> {
    let (len, rest) = payload.split_first()?;
    let (key, rest) = rest.split_at_checked(usize::from(*len))?;
    let (secret, asked) = match rest.split_first()? {
        (0, rest) => {
            let (secret, asked) = rest.split_at_checked(Secret::LEN)?;
            (Ok(Secret::parse(std::str::from_utf8(secret).ok()?).ok()?), asked)
        }
        (1, asked) => (Err(SecretError::Form), asked),
        (2, asked) => (Err(SecretError::Checksum), asked),
        _ => return None,
    };
    Some((std::str::from_utf8(key).ok()?, secret, from_json(asked)?))
}

/// Secrets whose keys are wanted.
pub fn trace_payload(secrets: &[Secret]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(secrets.len() * Secret::LEN));
    for secret in secrets {
        bytes.extend_from_slice(secret.expose().as_bytes());
    }
    bytes
}

/// Reads what [`trace_payload`] wrote.
pub fn read_trace(payload: &[u8]) -> Option<Vec<Secret>> {
    let (secrets, rest) = payload.as_chunks::<{ Secret::LEN }>();
    let secret = |bytes: &[u8; Secret::LEN]| Secret::parse(std::str::from_utf8(bytes).ok()?).ok();
    if rest.is_empty() { secrets.iter().map(secret).collect() } else { None }
}

/// A fresh Key and Secret.
pub fn fresh_payload(fresh: &Fresh) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(KeyId::LEN + Secret::LEN));
    bytes.extend_from_slice(fresh.key.as_str().as_bytes());
    bytes.extend_from_slice(fresh.secret.expose().as_bytes());
    bytes
}

/// Reads what [`fresh_payload`] wrote.
pub fn read_fresh(payload: &[u8]) -> Option<Fresh> {
    let (key, secret) = payload.split_at_checked(KeyId::LEN)?;
    let secret = Secret::parse(std::str::from_utf8(secret).ok()?).ok()?;
    Some(Fresh { key: std::str::from_utf8(key).ok()?.parse().ok()?, secret })
}

/// Reads a store key.
pub fn read_store_key(payload: &[u8]) -> Option<StoreKey> {
    payload.try_into().ok().map(StoreKey::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::super::to_json;
    use super::*;
    use crate::credential::{mint_key, mint_secret};
    use crate::model::Environment;

    #[test]
    fn secrets_pass_their_own_frames_unchanged_and_nothing_else_does() {
        let secret = || mint_secret(Environment::Production).unwrap();
        let fresh = Fresh { key: mint_key(Environment::Production).unwrap(), secret: secret() };
        let payload = fresh_payload(&fresh);
        let back = read_fresh(&payload).unwrap();
        assert_eq!((back.key, back.secret.expose()), (fresh.key, fresh.secret.expose()));
        for cut in 0..payload.len() {
            assert!(read_fresh(&payload[..cut]).is_none(), "{cut}");
        }

        let long = "ü".repeat(500);
        for key in ["", "ck_prd_0123456789abcdef", "not a key", long.as_str()] {
            let presented = secret();
            let asked = Asked { menu: Some("Reports".into()), ..Asked::default() };
            let payload = verify_payload(key, Ok(&presented), &to_json(&Some(&asked)).unwrap());
            let (back, secret, wanted) = read_verify(&payload).unwrap();
            let secret = secret.unwrap();
            assert_eq!(wanted, Some(asked));
            for bad in [SecretError::Form, SecretError::Checksum] {
                let payload = verify_payload(key, Err(bad), b"null");
                let (_, secret, wanted) = read_verify(&payload).unwrap();
                assert_eq!((secret.unwrap_err(), wanted), (bad, None));
            }
            assert!(key.starts_with(back) && (back == key || back.len() > KeyId::LEN));
            assert_eq!(secret.expose(), presented.expose());
        }
        assert!(read_verify(&[200, 1, 2]).is_none() && read_verify(&[]).is_none());

        let several = [secret(), secret()];
        let payload = trace_payload(&several);
        let back = read_trace(&payload).unwrap();
        assert!(back.iter().map(Secret::expose).eq(several.iter().map(Secret::expose)));
        assert!(read_trace(&payload[1..]).is_none() && read_trace(&[b'x'; Secret::LEN]).is_none());
    }
}
