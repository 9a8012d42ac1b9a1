//! `routes.toml` as text: read, held to its form, and every error with its line.
//!
//! Which route answers to a path is not told here.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Piece, Route, Routes, Target};
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
    pub(super) fn parse(content: &str) -> Result<Self, (Option<usize>, String)> {
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
}
