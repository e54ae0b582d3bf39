//! For a terminal: by environment and flag, a line for each group of users.

use std::fmt::Write as _;

use super::Report;
use super::words::{self, before_after, gain_and_loss, is_metadata, other_buckets};
use crate::diff::{Change, ChangedRegion};

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    let diff = report.diff;
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} → {}: {}",
        words::side(report.base),
        words::side(report.head),
        words::summary(diff)
    );
    for judged in report.policies.iter().filter(|judged| !judged.verdict.broken.is_empty()) {
        let _ = writeln!(text, "\npolicy broken: {}  ({})", judged.verdict.name, words::place(judged));
        for breach in &judged.verdict.broken {
            let _ = writeln!(text, "  {}", words::breach(breach));
        }
    }
    for told in report.removals {
        let finding = told.finding;
        let severity = finding.severity.as_str();
        let _ = writeln!(text, "\n{severity}: {}  ({})", finding.message, words::told(told));
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "  help: {help}");
        }
    }
    for environment in &diff.environments_added {
        let _ = writeln!(text, "\n{environment}  is a new environment");
    }
    for environment in &diff.environments_removed {
        let _ = writeln!(text, "\n{environment}  is no environment any more");
    }
    for environment in diff.environments.iter().rev() {
        let here = |change: &&Change| change.environment.as_ref() == Some(environment);
        let changes: Vec<&Change> = diff.changes.iter().filter(here).collect();
        if changes.iter().all(|change| is_metadata(change)) && !is_unclear(report, environment) {
            let _ = writeln!(text, "\n{environment}  nothing changes for anybody");
        }
        for change in changes {
            text.push('\n');
            change_lines(&mut text, environment, change);
        }
    }
    for change in diff.changes.iter().filter(|change| change.environment.is_none()) {
        text.push('\n');
        change_lines(&mut text, "everywhere", change);
    }
    for scheduled in &diff.scheduled {
        let _ = write!(text, "\nscheduled for {}\n", words::instant(scheduled.at));
        change_lines(
            &mut text,
            scheduled.change.environment.as_deref().unwrap_or_default(),
            &scheduled.change,
        );
    }
    for one in &diff.incomparable {
        let _ = writeln!(text, "\n{}  {}  not compared: {}", one.environment, one.flag, one.reason);
    }
    if !report.policies.is_empty() && report.policies.iter().all(|judged| judged.verdict.broken.is_empty()) {
        let names: Vec<&str> = report.policies.iter().map(|judged| judged.verdict.name.as_str()).collect();
        let _ = writeln!(text, "\npolicies held: {}", names.join("; "));
    }
    text
}

fn is_unclear(report: &Report<'_>, environment: &str) -> bool {
    report.diff.incomparable.iter().any(|one| one.environment == environment)
}

fn change_lines(text: &mut String, environment: &str, change: &Change) {
    let services: Vec<&str> = change.services.iter().map(AsRef::as_ref).collect();
    let services = if services.is_empty() { String::new() } else { format!("  ({})", services.join(", ")) };
    let _ = writeln!(text, "{environment}  {}{services}  {}", change.flag, change.class.as_str());
    if !change.through.is_empty() {
        let _ = writeln!(text, "  through {}", change.through.join(", "));
    }
    let columns: Vec<[String; 3]> = change.regions.iter().map(|region| cells(region, &change.off)).collect();
    let width =
        |column: usize| columns.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60);
    let (first, second) = (width(0), width(1));
    for (region, [when, shares, who]) in change.regions.iter().zip(&columns) {
        let line = format!("  {when:first$}   {shares:second$}   {who}");
        let _ = writeln!(text, "{}", line.trim_end());
        region_lines(text, region);
    }
    for value in &change.values {
        let _ = writeln!(text, "  value of {}: {} → {}", value.variant, value.before, value.after);
    }
    for note in &change.notes {
        let _ = writeln!(text, "  {note}");
    }
}

fn cells(region: &ChangedRegion, off: &str) -> [String; 3] {
    let who = if region.before.is_empty() || region.after.is_empty() {
        String::new()
    } else {
        gain_and_loss(region, off)
    };
    [region.when.clone(), before_after(region, off), who]
}

fn region_lines(text: &mut String, region: &ChangedRegion) {
    if let Some(moved) = other_buckets(region) {
        let _ = writeln!(text, "      ! {moved}");
    }
    match &region.witness {
        Some(witness) => {
            let context = serde_json::Value::Object(witness.context.clone());
            let shown = |variant: &Option<ecow::EcoString>| {
                variant.as_ref().map_or_else(|| "the code's default".to_owned(), ToString::to_string)
            };
            let _ = writeln!(
                text,
                "      e.g. {context}   {} → {}",
                shown(&witness.before),
                shown(&witness.after)
            );
        }
        None => text.push_str("      no identity found that falls into these buckets\n"),
    }
}
