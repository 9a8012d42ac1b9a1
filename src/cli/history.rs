//! `claviger history`: who logged on with which key, from where, and what came of it; newest first.

use super::arguments::History;
use super::failure::Failure;
use super::json::{Array, LogonJson};
use super::listing::Listing;
use super::output::{Output, remark};
use super::pages::{mismatch, walk};
use super::setting::Setting;
use super::table::{Cell, Look};
use super::when::back;
use crate::clock::{exact, rfc3339};
use crate::model::{KeyId, LogonResult, LogonRow, Operation, ResultFilter};
use crate::registry::{Answer, Door, HistoryPage, LogonFilter, LogonSort, Query, Ticket, Window};

/// The contract's fields: the headings of the CSV.
const FIELDS: [&str; 11] =
    ["time", "key", "description", "source", "agent", "table", "operation", "menu", "result", "count", "ref"];

/// Prints the history.
///
/// # Errors
/// When KEY, WHEN or RESULT does not parse, or the door refuses.
pub fn run(args: &History, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let mut filter = LogonFilter {
        key: args.key.as_deref().map(|key| key.trim().parse::<KeyId>()).transpose()?,
        since: args.since.as_deref().map(|when| back("--since", when, setting.now())).transpose()?,
        result: args.result.as_deref().map(str::parse::<ResultFilter>).transpose()?,
        ..LogonFilter::default()
    };
    let door = setting.open()?;
    // Rows that come in meanwhile would push the windows along.
    filter.newest = newest(&*door, &filter)?;
    let query = |window| Query::History { filter: filter.clone(), sort: LogonSort::default(), window };
    let rows = |see: &mut dyn FnMut(LogonRow) -> Result<(), Failure>| {
        filter.newest.map_or(Ok(()), |_| walk::<HistoryPage>(&*door, None, query, see).map(drop))
    };
    if setting.json {
        let mut array = Array::default();
        rows(&mut |row| array.item(out, &LogonJson::from(&row)))?;
        array.end(out)?;
    } else if args.csv {
        out.line(&FIELDS.join(","))?;
        rows(&mut |row| out.line(&csv_line(&row)))?;
    } else {
        let headings =
            ["When", "Result", "Count", "Description", "Key", "Source", "Agent", "Request", "Reference"];
        let mut listing = Listing::new(headings, cells, setting.paint);
        rows(&mut |row| listing.row(row, out))?;
        if !listing.end(out)? {
            remark("No logon matches");
        }
    }
    out.finish()
}

/// The number of the newest row; none where no row matches.
fn newest(door: &dyn Door, filter: &LogonFilter) -> Result<Option<u64>, Failure> {
    let window = Window { offset: 0, limit: Window::LARGEST };
    let query = Query::History { filter: filter.clone(), sort: LogonSort::default(), window };
    let Answer::History(page) = door.ask(query, &Ticket::new())? else { return Err(mismatch()) };
    page.trouble.iter().for_each(|trouble| remark(trouble));
    // The newest row is the one that happened last; numbers go by when a row happened first.
    Ok(page.rows.iter().map(|row| row.id).max())
}

fn cells(row: &LogonRow) -> [Cell<'_>; 9] {
    let look = if row.result == LogonResult::Accepted { Look::Good } else { Look::Strong };
    [
        Cell::made(exact(row.time)),
        Cell::new(row.result.name()).looking(look),
        Cell::made(row.count.to_string()),
        Cell::new(&row.description),
        Cell::new(row.key.as_ref().map_or("", KeyId::as_str)),
        Cell::new(&row.source),
        Cell::new(&row.agent),
        Cell::made(row.target()),
        Cell::made(row.reference().map_or_else(String::new, |reference| reference.to_string())),
    ]
}

/// One line of the CSV.
fn csv_line(row: &LogonRow) -> String {
    let optional = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let cells = [
        rfc3339(row.time),
        optional(row.key.as_ref().map(KeyId::as_str)),
        row.description.clone(),
        row.source.clone(),
        row.agent.clone(),
        optional(row.table.as_deref()),
        optional(row.operation.map(Operation::code)),
        optional(row.menu.as_deref()),
        row.result.code().to_owned(),
        row.count.to_string(),
        row.reference().map_or_else(String::new, |reference| reference.to_string()),
    ];
    cells.map(|cell| csv_cell(&cell)).join(",")
}

/// A cell: safe to show, quoted where it must be. A caller chooses its own agent, and a spreadsheet takes what begins
/// like a formula for one: such a cell gets an apostrophe before it.
fn csv_cell(text: &str) -> String {
    let mut safe = crate::model::text::escape(text).into_owned();
    if safe.starts_with(['=', '+', '-', '@']) {
        safe.insert(0, '\'');
    }
    if safe.contains(['"', ',']) || safe.starts_with(' ') || safe.ends_with(' ') {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_the_csv_is_quoted_and_never_a_formula() {
        assert_eq!(csv_cell("curl/8.5"), "curl/8.5");
        assert_eq!(csv_cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("@a,b"), "\"'@a,b\"");
        assert_eq!(csv_cell("a\nb\u{1b}"), "a\\u{a}b\\u{1b}");
    }
}
