//! A user group from a JSON file, in the form that `groups show --json` prints.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::failure::{Exit, Failure, holds_secret};
use crate::model::Group;
use crate::model::text::escape;

/// A group file is small: beyond this it is another file.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Reads a group; `-` is standard input.
///
/// # Errors
/// When the file cannot be read, is no group, or does not hold together: with the place.
pub fn read(path: &Path) -> Result<Group, Failure> {
    let name = name_of(path);
    let failed = |sentence: String, hint: &str| Failure::new(Exit::Failed, sentence, hint);
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|e| failed(format!("{name} could not be read: {e}"), "name a JSON file that you may read"))?;
    if bytes.len() as u64 > LARGEST {
        let hint = "a group file is JSON as `claviger groups show CODE --json` prints it";
        return Err(failed(format!("{name} is larger than 4 MiB"), hint));
    }
    parse(&name, &bytes)
}

/// How a file is called in messages.
pub fn name_of(path: &Path) -> String {
    if path == Path::new("-") {
        "Standard input".to_owned()
    } else {
        escape(&path.to_string_lossy()).into_owned()
    }
}

fn parse(name: &str, bytes: &[u8]) -> Result<Group, Failure> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let failed = |reason: String, hint: &str| {
        Failure::new(Exit::Failed, format!("{name} is not a user group: {reason}"), hint)
    };
    if holds_secret(&String::from_utf8_lossy(bytes)) {
        return Err(failed("it holds a Secret".into(), "take it out, and treat that Secret as exposed"));
    }
    let group: Group = serde_json::from_slice(bytes).map_err(|e| {
        failed(e.to_string(), "`claviger groups show CODE --json` prints one in the right form")
    })?;
    group
        .check()
        .map_err(|e| failed(e.to_string(), "correct the file, then run it again; nothing was changed"))?;
    Ok(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_file_is_read_and_a_bad_one_is_refused_with_its_place() {
        let good = "\u{feff}{\"code\":\"HR\",\"description\":\"d\",\"role\":\"READ\"}";
        assert_eq!(parse("f", good.as_bytes()).unwrap().code.as_str(), "HR");
        let refused = |text: &str| parse("f", text.as_bytes()).unwrap_err().text();
        assert!(refused("{\"code\":\"HR\",\n\"descriptoin\":\"d\"}").contains("line 2"));
        assert!(refused(r#"{"code":"hr","description":"d","role":"READ"}"#).contains("Group code \"hr\""));
        assert!(refused("[[[[").contains("is not a user group"));
        let filter = r#"{"conditions":[{"field":"x","operator":"is-empty"}],"scheme":"1 AND 2"}"#;
        let table = format!(r#"{{"table":"A","filter":{filter}}}"#);
        let text = refused(&format!(r#"{{"code":"HR","description":"d","role":"READ","tables":[{table}]}}"#));
        assert!(text.contains("scheme, character 7"), "{text}");
        assert!(!refused("{\"code\":\"cs_prd_0123456789abcdef\"}").contains("0123456789"));
    }

    #[test]
    fn deep_nesting_is_refused_without_a_crash() {
        assert!(parse("f", "[".repeat(1_000_000).as_bytes()).is_err());
    }
}
