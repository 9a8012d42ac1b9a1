//! What is accepted, as it is listed: why, by whom, until when, and whether it still counts.

use std::collections::HashSet;

use crate::model::text::fold;
use crate::model::{About, Acceptance, Practice, SomeLimits};
use crate::registry::door::Ticket;
use crate::registry::index::Index;
use crate::registry::query::{AcceptedPage, AcceptedRow, Holding, Window};
use crate::registry::selection::bounds;
use crate::registry::{Refusal, Registry};

impl Registry {
    pub(in crate::registry) fn accepted_page(
        &self,
        limits: SomeLimits,
        text: &str,
        window: Window,
        ticket: &Ticket,
    ) -> Result<AcceptedPage, Refusal> {
        let review = self.review(limits.over(self.limits), None, ticket)?;
        let now = self.clock.now();
        let index = self.read();
        let left_out: HashSet<(Practice, About)> = review
            .accepted
            .iter()
            .filter_map(|(practice, place)| {
                let about = if *practice == Practice::SharedGroup {
                    About::Group(review.groups.get(*place as usize)?.code.clone())
                } else {
                    About::Key(index.live(*place)?.record.key)
                };
                Some((*practice, about))
            })
            .collect();
        let holding = |one: &Acceptance| {
            if !one.holds_at(now) {
                Holding::Lapsed
            } else if index.notes.seen_since(one) {
                Holding::SeenAgain
            } else if left_out.contains(&(one.finding, one.about.clone())) {
                Holding::Holds
            } else {
                Holding::NotFound
            }
        };
        let row = |one: &Acceptance| {
            let (group, description) = whom(&index, &one.about)?;
            Some(AcceptedRow { holding: holding(one), acceptance: one.clone(), group, description })
        };
        let mut rows: Vec<AcceptedRow> = index.notes.acceptances().filter_map(row).collect();
        let of = rows.len() as u64;
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        rows.retain(|row| {
            let own = said(row);
            words.iter().all(|word| own.contains(word))
        });
        rows.sort_by_key(|row| row.acceptance.until);
        let (from, to) = bounds(window, rows.len());
        Ok(AcceptedPage {
            revision: index.revision,
            total: rows.len() as u64,
            of,
            offset: from as u64,
            rows: rows.drain(from..to).collect(),
        })
    }
}

/// Group and description of the key or group that it is about.
fn whom(index: &Index, about: &About) -> Option<(crate::model::GroupCode, String)> {
    match about {
        About::Key(key) => {
            let record = index.by_key(key)?.record.to_key();
            Some((record.group, record.description.as_str().to_owned()))
        }
        About::Group(code) => {
            let group = &index.group(code)?.group;
            Some((code.clone(), group.description.as_str().to_owned()))
        }
    }
}

/// All its words, in lower case.
fn said(row: &AcceptedRow) -> String {
    let Acceptance { finding, about, reason, made, .. } = &row.acceptance;
    fold(&format!(
        "{}\n{about}\n{}\n{}\n{reason}\n{}\n{}",
        finding.name(),
        row.group,
        row.description,
        made.by,
        row.holding.name()
    ))
}
