//! SARIF 2.1.0 (OASIS, errata 01) for code scanning. Results keep their identity by fingerprint, so that a finding that
//! moved within its file is the same finding.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::lines::LineTable;
use super::{Options, RuleText, repository_path};
use crate::finding::{Finding, Severity};
use crate::source::{Place, Sources};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name under which results carry their fingerprint; a new way of computing it is a new version.
const FINGERPRINT: &str = "flagcRuleKeyEnvironment/v1";

pub(super) fn render(findings: &[Finding], sources: &Sources, options: &Options<'_>) -> String {
    let lines = LineTable::new(sources);
    let mut rules: BTreeMap<&str, RuleText<'_>> = options.rules.iter().map(|rule| (rule.id, *rule)).collect();
    for finding in findings {
        // A rule that nothing is known about still has its name.
        let unknown =
            RuleText { id: finding.rule.0, summary: "", help: "", severity: Some(finding.severity) };
        rules.entry(finding.rule.0).or_insert(unknown);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut seen = BTreeMap::new();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let fingerprint = fingerprint(finding, &lines, &mut seen);
            result(finding, index.get(finding.rule.0).copied(), &fingerprint, &lines, options.prefix)
        })
        .collect();
    super::to_json_line(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "flagc",
                "version": options.version,
                "rules": rules.values().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(rule: &RuleText<'_>) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "defaultConfiguration": match rule.severity {
            Some(severity) => json!({ "level": severity.as_str() }),
            None => json!({ "enabled": false }),
        },
    });
    if !rule.summary.is_empty() {
        descriptor["shortDescription"] = json!({ "text": rule.summary });
    }
    if !rule.help.is_empty() {
        descriptor["help"] = json!({ "text": rule.help, "markdown": rule.help });
    }
    descriptor
}

fn result(
    finding: &Finding,
    rule_index: Option<usize>,
    fingerprint: &str,
    lines: &LineTable<'_>,
    prefix: &str,
) -> Value {
    let mut location = json!({ "physicalLocation": physical(finding.place, lines, prefix) });
    if let Some(flag) = &finding.flag {
        location["logicalLocations"] = json!([{ "name": flag, "kind": "flag" }]);
    }
    let message = match &finding.help {
        Some(help) => format!("{}\n\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": finding.rule.0,
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": { "text": message },
        "locations": [location],
        "partialFingerprints": { FINGERPRINT: fingerprint },
    });
    if let Some(at) = rule_index {
        result["ruleIndex"] = json!(at);
    }
    if let Some(environment) = &finding.environment {
        result["properties"] = json!({ "environment": environment });
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(at, related)| {
            json!({
                "id": at + 1,
                "message": { "text": related.message },
                "physicalLocation": physical(related.place, lines, prefix),
            })
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn physical(place: Place, lines: &LineTable<'_>, prefix: &str) -> Value {
    let region = lines.region(place);
    let path = repository_path(prefix, lines.file(place.file).0);
    json!({
        "artifactLocation": { "uri": relative_uri(&path), "uriBaseId": "%SRCROOT%" },
        "region": {
            "startLine": region.start.line,
            "startColumn": region.start.column,
            "endLine": region.end.line,
            "endColumn": region.end.column,
        },
    })
}

/// Rule, key (the flag, or the file where there is none) and environment, hashed; the second finding that has the same
/// three gets `:2`, and so on, so that no two results of a run share a fingerprint.
fn fingerprint(finding: &Finding, lines: &LineTable<'_>, seen: &mut BTreeMap<String, usize>) -> String {
    let mut hash = Sha256::new();
    let key = finding.flag.as_deref().unwrap_or_else(|| lines.file(finding.place.file).0);
    for part in [finding.rule.0, key, finding.environment.as_deref().unwrap_or_default()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize().iter().take(16) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    let count = seen.entry(text.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        let _ = write!(text, ":{count}");
    }
    text
}

/// A path as a relative URI reference (RFC 3986): everything but unreserved characters and `/` is percent-encoded.
fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
