//! Whatever goes through the door can be serialised and comes back as it was.

use super::*;

#[test]
fn commands_queries_and_answers_can_be_serialised() {
    fn round<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    }
    let house = House::new();
    let (key, _) = house.create("HR");
    let all = Selection { matching: Some(KeyFilter::default()), except: vec![key], also: vec![key] };
    round(&Command::CreateKey(draft("x")));
    round(&Command::SetStatus { keys: all.clone(), status: Status::Disabled, expected: Some(3) });
    round(&Command::DeleteKeys { keys: all.clone(), expected: None });
    round(&Command::CreateGroup(templates().remove(2).group));
    let window = Window { offset: 0, limit: 10 };
    let sort = Sort { column: Some(Column::LastUsed), descending: true };
    let queries = [
        Query::Keys {
            filter: KeyFilter::default(),
            sort,
            window,
            find: Some(Followed { key, rows_before: None }),
        },
        Query::Key { key },
        Query::Selected { keys: all },
        Query::Groups { text: String::new(), window },
        Query::Group { code: "API_READ".parse().unwrap() },
        Query::Changes { key: None, since: Some(Time(1)), text: "x".into(), window },
        Query::Explain { code: "API_READ".parse().unwrap(), asked: deletion() },
        Query::PreviewGroup {
            code: "API_READ".parse().unwrap(),
            edit: GroupEdit { restricted: Some(true), ..GroupEdit::default() },
        },
        Query::Overview,
    ];
    for query in queries {
        round(&query);
        round(&house.door.ask(query, &Ticket::new()).unwrap());
    }
    let refusal = house.run(Command::DeleteGroup { code: "API_READ".parse().unwrap() }).unwrap_err();
    round(&refusal);
}
