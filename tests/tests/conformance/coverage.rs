//! How much of the table was told.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use super::table::{Row, Table};

/// Told and known attributes of one row, by level.
#[derive(Debug)]
pub struct Coverage {
    pub id: String,
    pub required: Share,
    pub conditional: Share,
    pub recommended: Share,
    pub opt_in: Share,
}

#[derive(Debug, Default)]
pub struct Share {
    pub told: usize,
    pub known: usize,
    pub missing: Vec<String>,
}

impl Share {
    fn of(row: &Row, told: &BTreeSet<String>, levels: &[&str]) -> Self {
        let mut share = Self::default();
        for (key, _) in row
            .iter()
            .filter(|(_, level)| levels.contains(&level.as_str()))
        {
            share.known += 1;
            if told.contains(key) {
                share.told += 1;
            } else {
                share.missing.push(key.clone());
            }
        }
        share
    }

    pub fn is_whole(&self) -> bool {
        self.told == self.known
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.told, self.known))
    }
}

/// The coverage of each row of one part of the table.
pub fn of(table: &Table, part: &str) -> Vec<Coverage> {
    let rows = table.ids(part).into_iter().map(|id| {
        let row = table.row(part, &id);
        let none = BTreeSet::new();
        let told = table.told.get(&id).unwrap_or(&none);
        Coverage {
            required: Share::of(&row, told, &["required"]),
            conditional: Share::of(&row, told, &["conditionally_required"]),
            recommended: Share::of(&row, told, &["recommended", "recommended_if"]),
            opt_in: Share::of(&row, told, &["opt_in"]),
            id,
        }
    });
    rows.collect()
}

/// One line a row.
pub fn print(title: &str, rows: &[Coverage]) -> String {
    let mut text = format!(
        "{title:<58}{:>9}{:>13}{:>13}{:>8}\n",
        "required", "conditional", "recommended", "opt-in"
    );
    for row in rows {
        let _ = write!(
            text,
            "  {:<56}{:>9}{:>13}{:>13}{:>8}",
            row.id, row.required, row.conditional, row.recommended, row.opt_in
        );
        let shares = [
            &row.required,
            &row.conditional,
            &row.recommended,
            &row.opt_in,
        ];
        let missing: Vec<_> = shares
            .into_iter()
            .flat_map(|share| &share.missing)
            .cloned()
            .collect();
        if !missing.is_empty() {
            let _ = write!(text, "  without {}", missing.join(", "));
        }
        text.push('\n');
    }
    text
}
