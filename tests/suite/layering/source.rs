//! One source file as the rules see it: its path in `src/`, and its code without comments, texts and tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub struct Source {
    /// Path below `src/`.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// Without comments, string contents and test modules.
    code: String,
}

/// Every file of the program; files that are tests as a whole are left out.
pub fn read_all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut directories) = (Vec::new(), vec![root.clone()]);
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            let relative = entry.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            if entry.is_dir() && !relative.ends_with("/tests") {
                directories.push(entry);
            } else if Path::new(&relative).extension().is_some_and(|end| end == "rs") {
                files.push(Source::new(&relative, &fs::read_to_string(entry).unwrap()));
            }
        }
    }
    assert!(files.len() > 30, "only {} files were found", files.len());
    let tests: BTreeSet<String> = files.iter().flat_map(Source::test_files).collect();
    files.retain(|file| !tests.contains(&file.path));
    files
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: without_tests(&code_only(text)) }
    }

    /// Files that are tests as a whole: declared here by `#[cfg(test)] mod name;`.
    fn test_files(&self) -> Vec<String> {
        let directory = self.path.trim_end_matches(".rs");
        let declared = self.text.split("#[cfg(test)]\nmod ").skip(1).filter_map(|rest| rest.split_once(';'));
        let names = declared.filter(|(name, _)| name.chars().all(is_word));
        names.map(|(name, _)| format!("{directory}/{name}.rs")).collect()
    }

    /// `console` for `console.rs` and everything in `console/`.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    pub fn has(&self, text: &str) -> bool {
        self.code.contains(text)
    }

    /// Whether this word stands in the code, not as the end of a longer one.
    pub fn says(&self, word: &str) -> bool {
        self.places(word).next().is_some()
    }

    fn places<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let before = |at: usize| self.code[..at].chars().next_back();
        self.code.match_indices(word).map(|(at, _)| at).filter(move |at| !before(*at).is_some_and(is_word))
    }

    /// Rooms named after `crate::`, after the crate's own name, or by climbing with `super::` to the top.
    /// Climbs from an inner module end below the top: there only names of `known` rooms count.
    pub fn rooms(&self, known: &[&str]) -> BTreeSet<String> {
        let mut rooms = BTreeSet::new();
        for root in ["crate::", "claviger::"] {
            for at in self.places(root) {
                rooms.extend(heads(&self.code[at + root.len()..]));
            }
        }
        let depth = self.path.trim_end_matches(".rs").split('/').count();
        let climb = "super::".repeat(depth);
        for at in self.places(&climb) {
            let rest = &self.code[at + climb.len()..];
            if !self.code[..at].ends_with("super::") && !rest.starts_with("super::") {
                rooms.extend(heads(rest).into_iter().filter(|name| known.contains(&name.as_str())));
            }
        }
        rooms.retain(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        rooms
    }

    /// First names of all `use` declarations that are not modules of this file.
    pub fn used_crates(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<_> = self.places("use ").flat_map(|at| heads(&self.code[at + 4..])).collect();
        names.retain(|name| !name.is_empty() && !self.says(&format!("mod {name};")));
        names
    }

    /// Whether a type or trait is defined whose name has this in it.
    pub fn names_type_with(&self, part: &str) -> bool {
        ["struct ", "enum ", "trait ", "type "].iter().any(|keyword| {
            self.places(keyword).any(|at| {
                let name: String =
                    self.code[at + keyword.len()..].chars().take_while(|&c| is_word(c)).collect();
                name.contains(part)
            })
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// First names of a path or of each path in a group: `a::b` gives a, `{a::{b, c}, d}` gives a and d.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|&c| is_word(c)).collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut start, mut found) = (0usize, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The code with comments gone and the contents of texts blanked.
fn code_only(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let (mut code, mut index) = (String::new(), 0);
    while index < letters.len() {
        let c = at(index);
        let raw = (c == 'r' && !(index > 0 && is_word(at(index - 1))))
            .then(|| letters[index + 1..].iter().take_while(|&&letter| letter == '#').count())
            .filter(|hashes| at(index + 1 + hashes) == '"');
        if c == '/' && at(index + 1) == '/' {
            while index < letters.len() && at(index) != '\n' {
                index += 1;
            }
        } else if c == '/' && at(index + 1) == '*' {
            index += 2;
            while index < letters.len() && !(at(index) == '*' && at(index + 1) == '/') {
                index += 1;
            }
            index += 2;
        } else if let Some(hashes) = raw {
            index += hashes + 2;
            let ends = |index: usize| at(index) == '"' && (1..=hashes).all(|n| at(index + n) == '#');
            while index < letters.len() && !ends(index) {
                index += 1;
            }
            index += hashes + 1;
            code.push_str("\"\"");
        } else if c == '"' {
            index += 1;
            while index < letters.len() && at(index) != '"' {
                index += if at(index) == '\\' { 2 } else { 1 };
            }
            index += 1;
            code.push_str("\"\"");
        } else if c == '\'' && (at(index + 1) == '\\' || at(index + 2) == '\'') {
            // A character, not a lifetime.
            index += if at(index + 1) == '\\' { 3 } else { 2 };
            while index < letters.len() && at(index) != '\'' {
                index += 1;
            }
            index += 1;
            code.push_str("' '");
        } else {
            code.push(c);
            index += 1;
        }
    }
    code
}

/// Code without `#[cfg(test)] mod … { … }` and other items marked so.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let (mut kept, mut rest) = (String::new(), code);
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        rest = &rest[at + MARK.len()..];
        let mut depth = 0usize;
        let end = rest.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(c, '}' | ';')
        });
        rest = end.map_or("", |(at, _)| &rest[at + 1..]);
    }
    kept.push_str(rest);
    kept
}
