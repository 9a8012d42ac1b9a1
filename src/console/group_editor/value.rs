//! Values of conditions as they are typed: `HR`, `12.5`, `true`, `'12'` for a text, `a, b, 'c, d'` for a list.

use crate::model::{Operator, Value};

/// The value that a text stands for; `None` for an empty one.
pub fn typed(text: &str, operator: Operator) -> Option<Value> {
    let text = text.trim();
    match operator {
        _ if text.is_empty() => None,
        Operator::In => Some(Value::List(parts(text).iter().map(|part| scalar(part)).collect())),
        _ => Some(scalar(text)),
    }
}

/// How a value is typed.
pub fn written(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::List(values)) => values.iter().map(one).collect::<Vec<_>>().join(", "),
        Some(value) => one(value),
    }
}

fn one(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => {
            let plain = text.trim() == text && !text.is_empty() && !text.contains([',', '\'']);
            if plain && matches!(scalar(text), Value::Text(_)) {
                text.clone()
            } else {
                format!("'{}'", text.replace('\'', "''"))
            }
        }
        Value::List(_) => String::new(),
    }
}

/// A number only if it is written as numbers are: `007` and `1.50` stay texts.
fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Value::Text(inside.replace("''", "'"));
    }
    match text.parse::<f64>() {
        _ if text == "true" || text == "false" => Value::Bool(text == "true"),
        Ok(number) if number.is_finite() && number.to_string() == text => Value::Number(number),
        _ => Value::Text(text.to_owned()),
    }
}

/// Cut at the commas that stand outside quotes.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                part.push(c);
            }
            ',' if !quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_numbers_booleans_and_lists_are_told_apart() {
        let text = |t: &str| Value::Text(t.into());
        assert_eq!(typed(" HR ", Operator::Equal), Some(text("HR")));
        assert_eq!(typed("12.5", Operator::Less), Some(Value::Number(12.5)));
        assert_eq!(typed("007", Operator::Equal), Some(text("007")));
        assert_eq!(typed("'12'", Operator::Equal), Some(text("12")));
        assert_eq!(typed("true", Operator::Equal), Some(Value::Bool(true)));
        assert_eq!(typed("''", Operator::Equal), Some(text("")));
        assert_eq!(typed("  ", Operator::Equal), None);
        let list = Value::List(vec![text("a"), Value::Number(2.0), text("c, 'd'")]);
        assert_eq!(typed("a, 2,'c, ''d'''", Operator::In), Some(list));
    }

    fn scalar_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            (-1e9f64..1e9).prop_map(Value::Number),
            "[a-z0-9 ',.é]{0,9}".prop_map(Value::Text),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(
            value in scalar_value(), list in prop::collection::vec(scalar_value(), 1..4)
        ) {
            prop_assert_eq!(typed(&written(Some(&value)), Operator::Equal), Some(value));
            let list = Value::List(list);
            prop_assert_eq!(typed(&written(Some(&list)), Operator::In), Some(list));
        }
    }
}
