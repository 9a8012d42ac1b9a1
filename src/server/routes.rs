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

mod file;

pub use file::RoutesError;

use std::borrow::Cow;

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

impl Routes {
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
