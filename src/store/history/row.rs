//! One row of the history as bytes. The first format is frozen here; a fixture holds it.
//!
//! Numbers are little-endian, texts carry their length. What does not fit to the last byte is damaged, never guessed.

use crate::model::{KeyId, LogonResult, LogonRow, Operation, Reference, Time};

/// Appends a text with its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    // Texts were cut to 200 characters, 800 bytes, when they came in.
    let bytes = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
    out.extend_from_slice(&u16::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Appends a row with its length.
pub(super) fn put(row: &LogonRow, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    for number in [row.id, row.first.0.cast_unsigned(), row.time.0.cast_unsigned(), row.count] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    let result = LogonResult::ALL.into_iter().zip(0_u8..).find(|(r, _)| *r == row.result);
    let operation = row.operation.and_then(|o| Operation::ALL.into_iter().zip(1_u8..).find(|(x, _)| *x == o));
    let absent = u8::from(row.table.is_none()) | u8::from(row.menu.is_none()) << 1;
    out.extend_from_slice(&[
        result.map_or(0, |(_, code)| code),
        u8::from(row.proved),
        operation.map_or(0, |(_, code)| code),
        absent,
    ]);
    out.push(u8::try_from(row.references.len()).unwrap_or(u8::MAX));
    for reference in row.references.iter().take(usize::from(u8::MAX)) {
        out.extend_from_slice(&reference.bits().to_le_bytes()[..5]);
    }
    let key = row.key.as_ref().map_or("", |key| key.as_str());
    let (table, menu) = (row.table.as_deref().unwrap_or(""), row.menu.as_deref().unwrap_or(""));
    for text in [key, &row.description, &row.source, &row.agent, table, menu] {
        put_text(out, text);
    }
    let length = u32::try_from(out.len() - start - 4).unwrap_or(0);
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// What is left of bytes that are being read.
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl<'a> Rest<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(super) fn key(&mut self) -> Option<KeyId> {
        std::str::from_utf8(&self.take::<{ KeyId::LEN }>()?).ok()?.parse().ok()
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(u16::from_le_bytes(self.take()?));
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

/// Takes the row at the beginning of the bytes; these and the bytes after it.
pub(super) fn take(bytes: &[u8]) -> Option<(LogonRow, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (body, after) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let mut body = Rest(body);
    let id = body.number()?;
    let (first, time) = (Time(body.number()?.cast_signed()), Time(body.number()?.cast_signed()));
    let count = body.number()?;
    let [result, proved, operation, absent] = body.take()?;
    let [references] = body.take()?;
    let mut refs = Vec::with_capacity(usize::from(references));
    for _ in 0..references {
        let mut bits = [0; 8];
        bits[..5].copy_from_slice(&body.take::<5>()?);
        refs.push(Reference::from_bits(u64::from_le_bytes(bits)));
    }
    let key = match body.text()? {
        "" => None,
        key => Some(key.parse().ok()?),
    };
    let mut text = || body.text().map(str::to_owned);
    let (description, source, agent, table, menu) = (text()?, text()?, text()?, text()?, text()?);
    let row = LogonRow {
        id,
        time,
        first,
        key,
        description,
        source,
        agent,
        table: (absent & 1 == 0).then_some(table),
        operation: match operation {
            0 => None,
            code => Some(*Operation::ALL.get(usize::from(code) - 1)?),
        },
        menu: (absent & 2 == 0).then_some(menu),
        result: *LogonResult::ALL.get(usize::from(result))?,
        proved: proved == 1,
        count,
        references: refs,
    };
    body.0.is_empty().then_some((row, after))
}

/// All rows of these bytes, if there are so many and not a byte more.
pub(super) fn take_all(mut bytes: &[u8], count: u32) -> Option<Vec<LogonRow>> {
    let mut rows = Vec::new();
    for _ in 0..count {
        let (row, rest) = take(bytes)?;
        rows.push(row);
        bytes = rest;
    }
    bytes.is_empty().then_some(rows)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::store::history) fn row(id: u64) -> LogonRow {
        LogonRow {
            id,
            time: Time(1_772_323_259),
            first: Time(1_772_323_200),
            key: "ck_prd_0123456789abcdef".parse().ok(),
            description: "HR System Übergabe".into(),
            source: "10.0.0.7".into(),
            agent: "curl/8.5".into(),
            table: Some("Asset".into()),
            operation: Some(Operation::Update),
            menu: None,
            result: LogonResult::Insufficient,
            proved: true,
            count: 17,
            references: vec![Reference::from_bits(1), Reference::from_bits(0xff_ffff_ffff)],
        }
    }

    fn bytes(row: &LogonRow) -> Vec<u8> {
        let mut out = Vec::new();
        put(row, &mut out);
        out
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let bare = LogonRow {
            key: None,
            table: None,
            operation: None,
            menu: Some("Reports/Assets".into()),
            references: vec![],
            ..row(2)
        };
        for row in [row(1), bare] {
            let bytes = bytes(&row);
            assert_eq!(take(&bytes), Some((row, &[][..])));
        }
    }

    #[test]
    fn the_first_format_is_read_for_ever() {
        let fixture = include_bytes!("fixtures/row-v1");
        assert_eq!(bytes(&row(7)), fixture, "the format changed: give it a new version instead");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_a_cut_row_is_none(noise in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..100) {
            let _ = take(&noise);
            let _ = take_all(&noise, u32::MAX);
            let whole = bytes(&row(1));
            prop_assert!(take(&whole[..cut.min(whole.len() - 1)]).is_none());
        }
    }
}
