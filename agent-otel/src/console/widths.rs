//! How wide each column is.

use super::Style;
use super::layout::Row;
use super::text::{columns, escape};
use super::trace::Trace;

/// Between two columns.
pub(super) const GAP: usize = 2;
/// Of durations, which are longer only where a clock is wrong by days (`59 m 59 s`).
pub(super) const DURATION: usize = 9;
const MIN_BAR: usize = 8;
const MAX_BAR: usize = 48;

/// Widths of the columns; a column that would be empty everywhere is left out.
pub(super) struct Widths {
    /// Bytes that all services begin with and that are not shown, where there is no room for them.
    pub(super) prefix: usize,
    pub(super) service: usize,
    pub(super) name: usize,
    pub(super) bar: usize,
    pub(super) detail: usize,
}

impl Widths {
    pub(super) fn of(rows: &[Row<'_>], trace: &Trace, style: &Style) -> Self {
        let widest = |width: &dyn Fn(&Row<'_>) -> usize| rows.iter().map(width).max().unwrap_or(0);
        let several = trace.totals().services > 1;
        let service = |prefix: usize| {
            widest(&|row| {
                row.span
                    .map_or(0, |span| columns(&escape(&span.service[prefix..])))
            })
        };
        let mut widths = Self {
            prefix: 0,
            service: if several { service(0).min(28) } else { 0 },
            name: widest(&|row| columns(&row.tree) + columns(&row.name)).min(48),
            bar: 0,
            detail: widest(&detail_columns),
        };
        let service_gap = if widths.service > 0 { GAP } else { 0 };
        let fixed = GAP + service_gap + GAP + GAP + DURATION + GAP;
        let room = style.width.saturating_sub(fixed);
        let wanted = |widths: &Self| widths.service + widths.name + widths.detail;
        let preferred_bar = (style.width / 9).clamp(MIN_BAR, MAX_BAR);
        if several && wanted(&widths) + preferred_bar > room {
            widths.prefix = common_prefix(trace);
            widths.service = service(widths.prefix).min(28);
        }
        // The names are what people read, so details give way first, then names, then services.
        let order = [
            (0, 24),
            (1, 28),
            (2, 12),
            (0, 16),
            (1, 20),
            (2, 8),
            (1, 12),
            (0, 10),
        ];
        for (column, least) in order {
            let excess = (wanted(&widths) + preferred_bar).saturating_sub(room);
            let width = match column {
                0 => &mut widths.detail,
                1 => &mut widths.name,
                _ => &mut widths.service,
            };
            *width = width.saturating_sub(excess).max(least.min(*width));
        }
        widths.bar = room.saturating_sub(wanted(&widths)).min(MAX_BAR);
        widths
    }
}

/// How much all service names have in common, up to a separator: `shop.` of `shop.orders` and `shop.products`.
fn common_prefix(trace: &Trace) -> usize {
    let mut names = trace.spans.iter().map(|span| span.service.as_str());
    let first = names.next().unwrap_or_default();
    let common = names.fold(first.len(), |common, name| {
        let same = first[..common].chars().zip(name.chars());
        same.take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum()
    });
    first[..common]
        .rfind(['.', '-', '/', ':'])
        .map_or(0, |separator| separator + 1)
}

fn detail_columns(row: &Row<'_>) -> usize {
    let texts: usize = row.detail.iter().map(|(_, text)| columns(text)).sum();
    texts + row.detail.len().saturating_sub(1) * GAP
}
