//! What conditions hold of a record, and every scheme against a slow second evaluator.

use super::*;
use proptest::prelude::*;

fn condition(field: &str, operator: Operator, value: impl Into<Option<Value>>) -> Condition {
    Condition { field: field.into(), operator, value: value.into() }
}

fn admits(condition: Condition, json: &str) -> bool {
    let filter = RecordFilter { conditions: vec![condition], scheme: String::new() };
    filter.admits(&serde_json::from_str(json).unwrap()).unwrap()
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn numbers_dates_and_texts_compare_as_what_they_are() {
    use Operator::{Contains, Equal, GreaterOrEqual, In, Less, StartsWith};
    assert!(admits(condition("n", Less, Value::Number(10.0)), r#"{"n":9}"#));
    assert!(!admits(condition("n", Less, text("10")), r#"{"n":"9"}"#), "as texts, 9 comes after 10");
    assert!(admits(
        condition("d", Less, text("2026-03-01T00:00:00+01:00")),
        r#"{"d":"2026-02-28T22:59:59Z"}"#
    ));
    assert!(admits(condition("d", GreaterOrEqual, text("2026-03-01")), r#"{"d":"2026-03-01T00:00:00Z"}"#));
    assert!(admits(condition("Department", Equal, text("hr")), r#"{"department":"HR"}"#));
    assert!(admits(condition("b", Equal, Value::Bool(true)), r#"{"b":true}"#));
    assert!(admits(condition("s", Contains, text("LOAN")), r#"{"s":"On Loan"}"#));
    assert!(admits(condition("s", StartsWith, text("on")), r#"{"s":"On Loan"}"#));
    assert!(admits(condition("n", In, Value::List(vec![text("a"), Value::Number(2.0)])), r#"{"n":2}"#));
}

#[test]
fn a_missing_field_equals_nothing_and_a_nested_one_opens_nothing() {
    for operator in Operator::ALL {
        let value = match operator {
            Operator::IsEmpty => None,
            Operator::In => Some(Value::List(vec![text("")])),
            _ => Some(text("")),
        };
        let holds = admits(condition("gone", operator, value.clone()), r#"{"gone":null}"#);
        assert_eq!(holds, matches!(operator, Operator::IsEmpty | Operator::NotEqual), "{operator:?}");
        assert!(!admits(condition("nest", operator, value), r#"{"nest":["a"]}"#), "{operator:?}");
    }
}

#[test]
fn a_number_beside_a_text_is_compared_as_it_is_written() {
    assert!(admits(condition("n", Operator::Equal, text("1.5")), r#"{"n":1.5}"#));
    assert!(admits(condition("n", Operator::Contains, Value::Number(23.0)), r#"{"n":"1234"}"#));
    for number in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, -5e-324, 1.797_693_134_862_315_7e308] {
        assert_eq!(Digits::default().write(number), number.to_string());
    }
}

/// The slow second evaluator: the scheme as text, its numbers replaced by T and F, reduced until one letter is left.
fn slowly(scheme: &str, truth: &[bool]) -> bool {
    let letter = |word: &str| match word.parse::<usize>() {
        Ok(number) => if truth[number - 1] { "T" } else { "F" }.to_owned(),
        Err(_) => word.to_owned(),
    };
    let spaced = scheme.replace('(', " ( ").replace(')', " ) ");
    let mut line = format!(" {} ", spaced.split_whitespace().map(letter).collect::<Vec<_>>().join(" "));
    loop {
        let before = line.clone();
        for (from, to) in [(" ( T ) ", " T "), (" ( F ) ", " F ")] {
            line = line.replacen(from, to, 1);
        }
        for (a, b, result) in [("T", "T", "T"), ("T", "F", "F"), ("F", "T", "F"), ("F", "F", "F")] {
            line = line.replacen(&format!(" {a} AND {b} "), &format!(" {result} "), 1);
        }
        if line == before {
            // No AND is left to do, so an OR between two letters may go, unless an AND still waits at its side.
            'or: for (a, b) in [("T", "T"), ("T", "F"), ("F", "T"), ("F", "F")] {
                let pattern = format!(" {a} OR {b} ");
                let mut from = 0;
                while let Some(found) = line[from..].find(&pattern) {
                    let (start, end) = (from + found, from + found + pattern.len());
                    if !line[..=start].ends_with(" AND ") && !line[end - 1..].starts_with(" AND ") {
                        let result = if a == "T" || b == "T" { " T " } else { " F " };
                        line.replace_range(start..end, result);
                        break 'or;
                    }
                    from = start + 1;
                }
            }
        }
        if line == before {
            return line.trim() == "T";
        }
    }
}

/// A scheme over conditions 1 to `count`, each used once.
fn scheme(count: usize) -> impl Strategy<Value = String> {
    prop::collection::vec((any::<bool>(), any::<u8>()), count).prop_map(move |shape| {
        let mut parts: Vec<String> = (1..=count).map(|n| n.to_string()).collect();
        for (and, at) in shape {
            if parts.len() == 1 {
                break;
            }
            let place = at as usize % (parts.len() - 1);
            let right = parts.remove(place + 1);
            let left = std::mem::take(&mut parts[place]);
            let joined = format!("{left} {} {right}", if and { "AND" } else { "OR" });
            parts[place] = if at & 64 == 0 { format!("({joined})") } else { joined };
        }
        parts.join(" AND ")
    })
}

proptest! {
    #[test]
    fn the_scheme_agrees_with_a_slow_second_evaluator(
        (truth, scheme) in (1usize..9).prop_flat_map(|n| (prop::collection::vec(any::<bool>(), n), scheme(n)))
    ) {
        let conditions = (1..=truth.len()).map(|n| condition(&format!("f{n}"), Operator::Equal, Value::Bool(true)));
        let filter = RecordFilter { conditions: conditions.collect(), scheme: scheme.clone() };
        let cells = truth.iter().enumerate().map(|(i, &b)| (format!("f{}", i + 1), Cell::Bool(b)));
        let record = Record::new(cells).unwrap();
        prop_assert_eq!(filter.admits(&record).unwrap(), slowly(&scheme, &truth), "{}", scheme);
    }

    #[test]
    fn any_scheme_is_read_or_refused_without_a_panic(scheme in "\\PC{0,60}", count in 0usize..5) {
        let conditions = (0..count).map(|_| condition("f", Operator::Equal, Value::Bool(true))).collect();
        let _ = RecordFilter { conditions, scheme }.check();
    }

    #[test]
    fn contains_and_starts_with_agree_with_the_library(a in "[aAbBΣσß ]{0,8}", b in "[aAbBΣσß]{0,3}") {
        use crate::model::text::fold;
        let json = serde_json::json!({ "f": a.clone() }).to_string();
        prop_assert_eq!(admits(condition("f", Operator::Contains, text(&b)), &json), fold(&a).contains(&fold(&b)));
        prop_assert_eq!(admits(condition("F", Operator::StartsWith, text(&b)), &json), fold(&a).starts_with(&fold(&b)));
    }

    #[test]
    fn any_words_of_the_scheme_are_read_or_refused(
        words in prop::collection::vec(prop::sample::select(vec!["1", "2", "3", "AND", "or", "(", ")", "9", "x"]), 0..14)
    ) {
        let conditions = (0..3).map(|_| condition("f", Operator::Equal, Value::Bool(true))).collect();
        let filter = RecordFilter { conditions, scheme: words.join(" ") };
        if filter.check().is_ok() {
            prop_assert!(filter.expression().is_ok());
        }
    }
}
