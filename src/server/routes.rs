//! What a path is about: `routes.toml` in the store, and without a word there the first segment under `/api/`.
//!
//! ```toml
//! [[route]]
//! path = "/assets/{id}"            # {name} stands for one segment
//! table = "Asset"
//! filters = "app"                  # the application applies the record filter that X-Claviger-Filter holds
//!
//! [[route]]
//! path = "/reports/register/{*rest}" # {*name}, at the end only, for all the rest, which may be nothing
//! menu = "Reports/Asset Register"
//!
//! [[route]]
//! path = "/status"
//! open = true                      # any valid key may ask for it
//! ```
//!
//! The first route that matches counts. Case and a slash at the end matter, but a path that would match a route only
//! without them is answered by nobody: an application that ignores them must not be reached past its own rule.

use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use toml::Spanned;

use crate::model::text;

/// Longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// What is wrong with `routes.toml`, with its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {sentence}")]
pub struct RoutesError {
    /// File, and line where there is one.
    pub place: String,
    /// What is wrong.
    pub sentence: String,
}

/// The routes, in their order.
#[derive(Debug, Default)]
pub struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    pattern: Vec<Piece>,
    target: Target,
}

#[derive(Debug, PartialEq)]
enum Piece {
    Literal(String),
    One,
    Rest,
}

/// What a path is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A table; whether the application applies its record filter.
    Table { table: String, filters_in_app: bool },
    /// A menu item.
    Menu(String),
    /// Open to every valid key.
    Open,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    route: Vec<Spanned<Line>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    table: Option<String>,
    menu: Option<String>,
    #[serde(default)]
    open: bool,
    filters: Option<String>,
}

impl Routes {
    /// Reads the file; none is no routes.
    ///
    /// # Errors
    /// [`RoutesError`]: what is wrong, and in which line.
    pub fn load(path: &Path) -> Result<Self, RoutesError> {
        let name = text::escape(&path.display().to_string()).into_owned();
        let trouble = |sentence: String| RoutesError { place: name.clone(), sentence };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Ok(about) if about.len() > LONGEST => return Err(trouble("is longer than 1 MiB".to_owned())),
            _ => {}
        }
        let content = std::fs::read_to_string(path).map_err(|error| trouble(error.to_string()))?;
        Self::parse(&content).map_err(|(line, sentence)| RoutesError {
            place: line.map_or_else(|| name.clone(), |line| format!("{name}, line {line}")),
            sentence,
        })
    }

    /// Reads the text of the file. The error has its line, from 1.
    fn parse(content: &str) -> Result<Self, (Option<usize>, String)> {
        let line_at = |offset: usize| 1 + content.bytes().take(offset).filter(|b| *b == b'\n').count();
        let file: File = toml::from_str(content).map_err(|error| {
            (error.span().map(|span| line_at(span.start)), text::escape(error.message()).into_owned())
        })?;
        let route = |line: Spanned<Line>| {
            let at = line_at(line.span().start);
            Route::new(line.into_inner()).map_err(|sentence| (Some(at), sentence))
        };
        file.route.into_iter().map(route).collect::<Result<_, _>>().map(Self)
    }

    /// What a path is about; `None` when no table or menu item answers to it.
    pub(super) fn target(&self, segments: &[Cow<'_, str>]) -> Option<Target> {
        let exact = self.0.iter().position(|route| matches(&route.pattern, segments, |a, b| a == b));
        let loose = self.0.iter().position(|route| route.matches_loosely(segments));
        if loose != exact {
            return None;
        }
        match (exact, segments) {
            (Some(place), _) => self.0.get(place).map(|route| route.target.clone()),
            (None, [api, table, ..]) if api == "api" && !table.is_empty() => {
                Some(Target::Table { table: table.to_string(), filters_in_app: false })
            }
            (None, _) => None,
        }
    }
}

impl Route {
    fn new(line: Line) -> Result<Self, String> {
        let path = text::escape(&line.path).into_owned();
        let Some(inner) = line.path.strip_prefix('/') else {
            return Err(format!("path \"{path}\" does not begin with /"));
        };
        let count = inner.split('/').count();
        let mut pattern = Vec::with_capacity(count);
        for (place, piece) in inner.split('/').enumerate() {
            let last = place + 1 == count;
            pattern.push(match piece.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) if name.starts_with('*') && last => Piece::Rest,
                Some(name) if name.starts_with('*') => {
                    return Err(format!("{{*…}} may stand only at the end of path \"{path}\""));
                }
                Some(_) => Piece::One,
                None if piece.contains(['{', '}', '%', '?', '#', ';', '\\'])
                    || matches!(piece, "." | "..") =>
                {
                    return Err(format!("path \"{path}\" holds a segment that no request can have"));
                }
                None if piece.is_empty() && !last => return Err(format!("path \"{path}\" holds //")),
                None => Piece::Literal(piece.to_owned()),
            });
        }
        let filters_in_app = match line.filters.as_deref() {
            None => false,
            Some("app") if line.table.is_some() => true,
            Some("app") => return Err("filters = \"app\" goes with a table".to_owned()),
            Some(other) => return Err(format!("filters = \"{}\" is not \"app\"", text::escape(other))),
        };
        let target = match (line.table, line.menu, line.open) {
            (Some(table), None, false) if !table.trim().is_empty() => Target::Table { table, filters_in_app },
            (None, Some(menu), false) if !menu.trim().is_empty() => Target::Menu(menu),
            (None, None, true) => Target::Open,
            _ => return Err(format!("path \"{path}\" needs exactly one of table, menu and open = true")),
        };
        Ok(Self { pattern, target })
    }

    /// As an application would that knows neither case nor a slash at the end.
    fn matches_loosely(&self, segments: &[Cow<'_, str>]) -> bool {
        let pattern = match self.pattern.as_slice() {
            [inner @ .., Piece::Literal(last)] if last.is_empty() => inner,
            pattern => pattern,
        };
        let segments = match segments {
            [inner @ .., last] if last.is_empty() => inner,
            segments => segments,
        };
        matches(pattern, segments, same_letters)
    }
}

fn matches(pattern: &[Piece], segments: &[Cow<'_, str>], same: fn(&str, &str) -> bool) -> bool {
    let mut segments = segments.iter();
    for piece in pattern {
        let fits = match piece {
            Piece::Rest => return true,
            Piece::One => segments.next().is_some_and(|segment| !segment.is_empty()),
            Piece::Literal(literal) => segments.next().is_some_and(|segment| same(literal, segment)),
        };
        if !fits {
            return false;
        }
    }
    segments.next().is_none()
}

/// Whether two segments are the same but for case.
fn same_letters(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::super::path_policy;
    use super::*;

    const FILE: &str = r#"
[[route]]
path = "/assets/{id}"
table = "Asset"
filters = "app"

[[route]]
path = "/api/Asset/{id}/salary"
table = "Salary"

[[route]]
path = "/reports/{*rest}"
menu = "Reports/Asset Register"

[[route]]
path = "/status"
open = true
"#;

    fn target(path: &str) -> Option<Target> {
        Routes::parse(FILE).unwrap().target(&path_policy::read(path).unwrap())
    }

    fn table(name: &str, filters_in_app: bool) -> Target {
        Target::Table { table: name.into(), filters_in_app }
    }

    #[test]
    fn the_first_route_that_matches_counts_and_then_the_first_segment_under_api() {
        assert_eq!(target("/assets/5"), Some(table("Asset", true)));
        assert_eq!(target("/api/Asset/5/salary"), Some(table("Salary", false)));
        assert_eq!(target("/api/Asset/5"), Some(table("Asset", false)));
        assert_eq!(target("/api/Asset"), Some(table("Asset", false)));
        assert_eq!(target("/reports"), Some(Target::Menu("Reports/Asset Register".into())));
        assert_eq!(target("/reports/a/b"), target("/reports"));
        assert_eq!(target("/status?x=1"), Some(Target::Open));
        for nobodys in
            ["/", "/api", "/api/", "/assets", "/assets/", "/assets/5/6", "/status/x", "/other", "/apix/Asset"]
        {
            assert_eq!(target(nobodys), None, "{nobodys}");
        }
    }

    #[test]
    fn a_path_that_matches_only_without_case_or_with_a_slash_more_is_answered_by_nobody() {
        for path in [
            "/assets/5/",
            "/status/",
            "/api/Asset/5/salary/",
            "/API/Asset/5",
            "/Status",
            "/ASSETS/5",
            "/api/Asset/5/SALARY",
            "/api/asset/5/salary",
            "/Reports/x",
        ] {
            assert_eq!(target(path), None, "{path}");
        }
        assert_eq!(
            target("/api/asset/5"),
            Some(table("asset", false)),
            "tables compare without case by themselves"
        );
    }

    #[test]
    fn errors_name_the_line() {
        for (file, line, word) in [
            ("[[route]]\npath = \"assets\"\ntable = \"A\"\n", 1, "begin with /"),
            ("\n\n[[route]]\npath = \"/a\"\n", 3, "exactly one"),
            ("[[route]]\npath = \"/a\"\ntable = \"A\"\nopen = true\n", 1, "exactly one"),
            ("[[route]]\npath = \"/a\"\ntabel = \"A\"\n", 3, "tabel"),
            ("[[route]]\npath = \"/a/{*x}/b\"\ntable = \"A\"\n", 1, "only at the end"),
            ("[[route]]\npath = \"/a\"\ntable = \"A\"\nfilters = \"proxy\"\n", 1, "not \"app\""),
            ("[[route]]\npath = \"/a\"\nmenu = \"A\"\nfilters = \"app\"\n", 1, "with a table"),
            ("[[route]]\npath = \"/a/../b\"\ntable = \"A\"\n", 1, "no request"),
            ("[[route]]\npath = \n", 2, ""),
        ] {
            let (found, sentence) = Routes::parse(file).unwrap_err();
            assert!(found == Some(line) && sentence.contains(word), "{file}: {found:?} {sentence}");
        }
    }

    #[test]
    fn no_file_is_no_routes_and_a_bad_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("routes.toml");
        assert!(Routes::load(&path).unwrap().0.is_empty());
        std::fs::write(&path, "[[route]]\npath = \"x\"\nopen = true\n").unwrap();
        assert!(
            Routes::load(&path)
                .unwrap_err()
                .to_string()
                .ends_with("routes.toml, line 1: path \"x\" does not begin with /")
        );
    }
}
