//! `claviger keys list`: the table, by windows, however many keys there are.

use crate::cli::arguments::ListKeys;
use crate::cli::failure::{Exit, Failure};
use crate::cli::json::{Array, KeyJson};
use crate::cli::output::{Output, remark};
use crate::cli::pages::walk;
use crate::cli::setting::Setting;
use crate::cli::table::{Cell, Look, Table};
use crate::clock::short;
use crate::model::text::escape;
use crate::model::{Status, Time};
use crate::registry::{Column, Door, KeyFilter, KeyRow, KeysPage, Query, Sort, Window};

const HEADINGS: [&str; 7] =
    ["Description", "User Group", "Key", "Status", "Created (UTC)", "Last Used", "Expires"];

/// Prints the keys.
pub fn run(args: &ListKeys, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let sort = args.sort.as_deref().map(parse_sort).transpose()?.unwrap_or_default();
    let filter = KeyFilter {
        text: args.filter.clone(),
        status: args.status.map(Status::from),
        ..KeyFilter::default()
    }
    .resolved(setting.now());
    let door = setting.open()?;
    let query = |window: Window| Query::Keys { filter: filter.clone(), sort, window, find: None };
    if setting.json {
        let mut array = Array::default();
        walk::<KeysPage>(&*door, None, query, |row| array.item(out, &KeyJson::from(&row.record)))?;
        array.end(out)?;
    } else {
        text(&*door, query, setting, out)?;
    }
    out.finish()
}

/// Two walks: the first finds the widths, so that the last row is as aligned as the first.
fn text(
    door: &dyn Door,
    query: impl Fn(Window) -> Query,
    setting: &Setting,
    out: &mut Output,
) -> Result<(), Failure> {
    let now = setting.now();
    let mut table = Table::new(HEADINGS, setting.paint);
    let mut count = 0u64;
    let revision = walk::<KeysPage>(door, None, &query, |row| {
        table.fit(&cells(&row, now));
        count += 1;
        Ok(())
    })?;
    if count == 0 {
        remark("No key matches. `claviger keys create` makes one");
        return Ok(());
    }
    out.line(&table.head())?;
    walk::<KeysPage>(door, Some(revision), &query, |row| out.line(&table.row(&cells(&row, now))))?;
    Ok(())
}

fn cells(row: &KeyRow, now: Time) -> [Cell<'_>; 7] {
    let record = &row.record;
    let expires = record.expires.map_or_else(|| "never".to_owned(), short);
    let expires =
        Cell::made(expires).looking(if record.expired_at(now) { Look::Warning } else { Look::Normal });
    [
        Cell::new(record.description.as_str()),
        Cell::new(record.group.as_str()),
        Cell::new(record.key.as_str()),
        status(row),
        Cell::made(short(record.created)),
        Cell::made(record.last_used.map_or_else(|| "never".to_owned(), short)),
        expires,
    ]
}

/// The status, and whether it is on disk.
pub fn status(row: &KeyRow) -> Cell<'static> {
    let look = match row.record.status {
        _ if row.unsaved => Look::Warning,
        Status::Active => Look::Good,
        Status::Disabled => Look::Faint,
    };
    let saved = if row.unsaved { " (not saved)" } else { "" };
    Cell::made(format!("{}{saved}", row.record.status.name())).looking(look)
}

/// Reads `COLUMN[:desc]`.
fn parse_sort(text: &str) -> Result<Sort, Failure> {
    let (name, direction) =
        text.split_once(':').map_or((text, None), |(name, direction)| (name, Some(direction)));
    let folded = name.trim().to_ascii_lowercase().replace('-', "_");
    let column = Column::ALL.into_iter().find(|column| column.code() == folded);
    let descending = match direction {
        None | Some("asc") => Some(false),
        Some("desc") => Some(true),
        Some(_) => None,
    };
    match (column, descending) {
        (Some(column), Some(descending)) => Ok(Sort { column: Some(column), descending }),
        _ => Err(Failure::new(
            Exit::Usage,
            format!("--sort \"{}\" is not COLUMN or COLUMN:desc", escape(text)),
            format!("the columns are {}", Column::ALL.map(Column::code).join(", ")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_can_be_named_both_ways() {
        for column in Column::ALL {
            let sort = Sort { column: Some(column), descending: false };
            assert_eq!(parse_sort(column.code()).unwrap(), sort);
            assert_eq!(
                parse_sort(&format!("{}:desc", column.code())).unwrap(),
                Sort { descending: true, ..sort }
            );
        }
        assert_eq!(parse_sort("Last-Used").unwrap().column, Some(Column::LastUsed));
        for bad in ["", "secret", "created:down", "created:desc:desc", ":desc"] {
            assert!(
                parse_sort(bad).unwrap_err().text().contains("the columns are description, group"),
                "{bad}"
            );
        }
    }
}
