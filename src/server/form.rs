//! `application/x-www-form-urlencoded`, as the logon form sends it.

use super::presented::Hidden;

/// The fields in their order; `None` when the text is not of that form.
pub(super) fn fields(body: &[u8]) -> Option<Vec<(String, Hidden)>> {
    let text = std::str::from_utf8(body).ok()?.trim_end_matches(['\r', '\n']);
    let field = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode(name)?, Hidden::new(decode(value)?)))
    };
    text.split('&').filter(|pair| !pair.is_empty()).map(field).collect()
}

fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_kept_in_order_doubles_too() {
        let read = |text: &str| {
            let list = fields(text.as_bytes())?;
            Some(list.iter().map(|(n, v)| format!("{n}={}", v.expose())).collect::<Vec<_>>().join("|"))
        };
        assert_eq!(read("a=1&b=x+y%20%C3%A9&a=2&c&&=z\r\n").unwrap(), "a=1|b=x y é|a=2|c=|=z");
        assert_eq!(read("").unwrap(), "");
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "%=1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
