//! The rules of the contract, tried one by one and at random.

use super::*;

fn group(json: &str) -> Group {
    serde_json::from_str(json).unwrap()
}

fn on(group: &Group, table: &str, operation: Operation) -> bool {
    decide(group, &Request { table: Some((table, operation)), ..Request::default() }).allowed()
}

/// The rules once more, written as the contract words them.
fn slowly(group: &Group, table: &str, operation: Operation) -> bool {
    let row = group.tables.iter().find(|row| row.table.to_lowercase() == table.to_lowercase());
    let changes = operation != Operation::Select;
    match (group.role, row) {
        (Role::Admin, _) => true,
        (Role::Read, _) if changes => false,
        (_, Some(row)) => match operation {
            Operation::Select => row.select,
            Operation::Insert => row.insert,
            Operation::Update => row.update,
            Operation::Delete => row.delete,
        },
        (_, None) => !group.restricted,
    }
}

proptest::proptest! {
    #[test]
    fn every_group_decides_as_the_contract_words_it(
        role in proptest::sample::select(&Role::ALL[..]),
        restricted: bool,
        ticks in proptest::collection::vec(proptest::array::uniform4(proptest::bool::ANY), 0..3),
        asked in proptest::sample::select(vec!["T0", "t1", "T2", "Other"]),
    ) {
        let mut group = group(r#"{"code":"P","description":"p","role":"READ"}"#);
        (group.role, group.restricted) = (role, restricted);
        group.tables = ticks
            .iter()
            .enumerate()
            .map(|(n, [select, insert, update, delete])| TablePermission {
                table: format!("t{n}"),
                select: *select,
                insert: *insert,
                update: *update,
                delete: *delete,
                filter: None,
            })
            .collect();
        for operation in Operation::ALL {
            let request = Request { table: Some((asked, operation)), ..Request::default() };
            let decision = decide(&group, &request);
            proptest::prop_assert_eq!(decision.allowed(), slowly(&group, asked, operation));
            let failed: Vec<_> = decision.steps().filter(|step| !step.passed).collect();
            proptest::prop_assert_eq!(failed.len(), usize::from(!decision.allowed()), "one step fails, the last");
            proptest::prop_assert!(failed.iter().all(|step| !step.mend(&group).is_empty()));
        }
    }

    #[test]
    fn a_denied_item_stays_denied_however_the_path_is_written(
        below in "[a-z]{0,6}", slashes in 1usize..4, upper: bool,
    ) {
        let group = group(HR);
        let path = format!("{}reports{}{below}", "/".repeat(slashes - 1), "/".repeat(slashes));
        let path = if upper { path.to_uppercase() } else { path };
        let request = Request { menu: Some(&path), ..Request::default() };
        proptest::prop_assert!(!decide(&group, &request).allowed(), "{}", path);
    }
}

const HR: &str = r#"{"code":"HR","description":"hr","role":"WRITE","restricted":true,
    "tables":[{"table":"Asset","select":true,"update":true,
        "filter":{"conditions":[{"field":"Department","operator":"=","value":"HR"}]}}],
    "menus":[{"item":"Reports","access":"deny"},{"item":"Reports/Assets","access":"allow"}]}"#;

#[test]
fn read_never_changes_whatever_the_ticks_say() {
    let group = group(
        r#"{"code":"R","description":"r","role":"READ",
        "tables":[{"table":"Asset","select":true,"insert":true,"update":true,"delete":true}]}"#,
    );
    assert!(on(&group, "Asset", Operation::Select) && on(&group, "Other", Operation::Select));
    for operation in [Operation::Insert, Operation::Update, Operation::Delete] {
        assert!(!on(&group, "Asset", operation) && !on(&group, "Other", operation));
    }
}

#[test]
fn a_table_without_a_row_is_open_unless_the_group_is_restricted() {
    let mut group = group(HR);
    assert!(!on(&group, "Contract", Operation::Select));
    group.restricted = false;
    assert!(Operation::ALL.into_iter().all(|operation| on(&group, "Contract", operation)));
    assert!(!on(&group, "aSSet", Operation::Delete), "its own row decides, in any case");
}

#[test]
fn admin_may_everything() {
    let group = group(r#"{"code":"A","description":"a","role":"ADMIN","restricted":true}"#);
    assert!(on(&group, "Anything", Operation::Delete));
    let menu = Request { menu: Some("Any/Where"), ..Request::default() };
    assert_eq!(decide(&group, &menu).ladder(), "role ADMIN ✔");
}

#[test]
fn a_given_record_is_tested_on_every_operation_and_without_one_the_filter_is_handed_on() {
    let group = group(HR);
    let (hr, it): (Record, Record) = (
        serde_json::from_str(r#"{"Department":"HR"}"#).unwrap(),
        serde_json::from_str(r#"{"Department":"IT"}"#).unwrap(),
    );
    for operation in [Operation::Select, Operation::Update] {
        let request = |record| Request { table: Some(("Asset", operation)), menu: None, record };
        assert!(decide(&group, &request(Some(&hr))).allowed());
        assert!(!decide(&group, &request(Some(&it))).allowed());
        assert!(decide(&group, &request(None)).filter.is_some());
    }
}

#[test]
fn a_denied_category_denies_what_is_under_it() {
    let group = group(HR);
    let open = |item| decide(&group, &Request { menu: Some(item), ..Request::default() }).allowed();
    assert!(open("Assets") && open("Reportsmith"));
    assert!(!open("/Reports") && !open("Reports//Assets") && !open("reports/"));
    assert!(!open("Reports") && !open("reports/Assets") && !open("Reports / Assets"));
}

#[test]
fn the_ladder_ends_at_the_step_that_failed_and_says_what_would_mend_it() {
    let group = group(HR);
    let request = Request { table: Some(("Asset", Operation::Delete)), menu: Some("Reports"), record: None };
    let decision = decide(&group, &request);
    assert_eq!(decision.ladder(), "role WRITE delete ✔ table Asset ✔ delete ✘");
    let mends: Vec<_> = decision.steps().map(|s| s.mend(&group)).filter(|m| !m.is_empty()).collect();
    assert_eq!(mends, ["tick delete on table Asset in group HR"]);
}
