//! One comment on a pull request: a line that sums up, a table, and the details folded.

use std::fmt::Write as _;

use super::Report;
use super::words::{self, before_after, gain_and_loss, is_metadata, other_buckets};
use crate::diff::{Change, ChangedRegion};
use crate::finding::Severity;
use crate::report::markup::{code, code_in_table, escape};

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    let diff = report.diff;
    // Writing to a string cannot fail.
    let _ = writeln!(text, "### Feature flags: {}\n", escape(&words::summary(diff)));
    for judged in report.policies.iter().filter(|judged| !judged.verdict.broken.is_empty()) {
        let name = escape(&judged.verdict.name);
        let _ = writeln!(text, "❌ **Policy broken: {name}** ({})\n", code(&words::place(judged)));
        for breach in &judged.verdict.broken {
            let _ = writeln!(text, "- {}", escape(&words::breach(breach)));
        }
        text.push('\n');
    }
    for told in report.removals {
        let mark = match told.finding.severity {
            Severity::Error => "❌",
            Severity::Warning => "⚠",
        };
        let _ =
            writeln!(text, "{mark} **{}** ({})\n", escape(&told.finding.message), code(&words::told(told)));
    }
    let changes: Vec<&Change> = diff.changes.iter().filter(|change| !is_metadata(change)).collect();
    if !changes.is_empty() {
        text.push_str("| environment | flag | change | who gets something else | owner | services |\n");
        text.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for change in &changes {
            let services: Vec<String> = change.services.iter().map(|service| escape(service)).collect();
            let _ = writeln!(
                text,
                "| {} | `{}` | **{}** | {} | {} | {} |",
                escape(change.environment.as_deref().unwrap_or("everywhere")),
                change.flag,
                change.class.as_str(),
                cell(change),
                escape(&change.owner),
                services.join(", ")
            );
        }
        text.push('\n');
    }
    for environment in &diff.environments_added {
        let _ = writeln!(text, "`{environment}` is a new environment.\n");
    }
    for environment in &diff.environments_removed {
        let _ = writeln!(text, "`{environment}` is no environment any more.\n");
    }
    for one in &diff.incomparable {
        let _ = writeln!(
            text,
            "⚠ `{}` in {} could not be compared: {}\n",
            one.flag,
            escape(&one.environment),
            escape(&one.reason)
        );
    }
    details(&mut text, report, &changes);
    let _ = writeln!(
        text,
        "<sub>flagc compared {} with {}; what is not listed is proved to change for nobody.</sub>",
        escape(&words::side(report.base)),
        escape(&words::side(report.head))
    );
    text
}

/// Groups of users that the table shows; the rest stands in the details.
const SHOWN: usize = 5;

/// A line for each group of users, the largest change first said.
fn cell(change: &Change) -> String {
    let mut lines: Vec<String> = change
        .regions
        .iter()
        .map(|region| format!("{}: {}", escape(&region.when), escape(&before_after(region, &change.off))))
        .collect();
    lines.extend(change.values.iter().map(|value| {
        format!(
            "value of `{}`: {} → {}",
            value.variant,
            code_in_table(&value.before.to_string()),
            code_in_table(&value.after.to_string())
        )
    }));
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("… and {more} more, below"));
    }
    lines.join("<br>")
}

fn details(text: &mut String, report: &Report<'_>, changes: &[&Change]) {
    let diff = report.diff;
    let others: Vec<&Change> = diff.changes.iter().filter(|change| is_metadata(change)).collect();
    if changes.is_empty() && others.is_empty() && diff.scheduled.is_empty() {
        return;
    }
    text.push_str("<details><summary>Details</summary>\n\n");
    for change in changes.iter().filter(|change| !change.regions.is_empty()) {
        change_details(text, change);
    }
    for scheduled in &diff.scheduled {
        let _ = writeln!(text, "**Scheduled for {}**\n", words::instant(scheduled.at));
        change_details(text, &scheduled.change);
    }
    if !others.is_empty() {
        text.push_str("**For nobody, but said otherwise**\n\n");
        for change in others {
            let notes: Vec<String> = change.notes.iter().map(|note| escape(note)).collect();
            let _ = writeln!(text, "- `{}`: {}", change.flag, notes.join("; "));
        }
        text.push('\n');
    }
    text.push_str("</details>\n\n");
}

fn change_details(text: &mut String, change: &Change) {
    let environment = change.environment.as_deref().unwrap_or("everywhere");
    let _ = writeln!(text, "**{}, `{}`** ({})\n", escape(environment), change.flag, change.class.as_str());
    if !change.through.is_empty() {
        let files: Vec<String> = change.through.iter().map(|file| code(file)).collect();
        let _ = writeln!(text, "Through {}.\n", files.join(", "));
    }
    for region in &change.regions {
        region_details(text, region, &change.off);
    }
    text.push('\n');
}

fn region_details(text: &mut String, region: &ChangedRegion, off: &str) {
    let _ = write!(text, "- {}: {}", escape(&region.when), escape(&before_after(region, off)));
    if !region.before.is_empty() && !region.after.is_empty() {
        let _ = write!(text, "; {}", escape(&gain_and_loss(region, off)));
    }
    text.push('\n');
    if let Some(moved) = other_buckets(region) {
        let _ = writeln!(text, "  - ⚠ {moved}");
    }
    if let Some(witness) = &region.witness {
        let context = serde_json::Value::Object(witness.context.clone()).to_string();
        let shown = |variant: &Option<ecow::EcoString>| match variant {
            Some(variant) => code(variant),
            None => "the code's default".to_owned(),
        };
        let _ = writeln!(
            text,
            "  - e.g. {}: {} → {}",
            code(&context),
            shown(&witness.before),
            shown(&witness.after)
        );
    }
}
