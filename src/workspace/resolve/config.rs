//! `flagc.toml`.

use ecow::EcoString;

use super::super::suggest::did_you_mean;
use super::is_born;
use crate::finding::{Finding, RuleId};
use crate::format::{
    AttributeTable, AttributeType, BucketingTable, EnvironmentEntry, FlagKind, Generation, KindTable,
    PolicyTable, StaleTable, Text, WorkspaceFile,
};
use crate::model::{
    Attribute, AttributeId, Bucketing, Config, Environment, Kinds, MAX_REPORT_AGE, Policy, StalePolicy,
    TARGETING_KEY,
};
use crate::source::{FileId, Place, Span, Spanned};

/// Keys of a condition that no attribute may bear.
pub(super) const RESERVED_ATTRIBUTES: [&str; 4] = ["segment", "any", "all", "not"];

/// Understands `flagc.toml`.
pub fn config(written: WorkspaceFile, file: FileId, findings: &mut Vec<Finding>) -> Config {
    let environments = environments(written.environments.unwrap_or_default(), file, findings);
    let context = context(written.context.0, file, findings);
    let kinds = [
        (FlagKind::Release, written.kinds.release),
        (FlagKind::Experiment, written.kinds.experiment),
        (FlagKind::Ops, written.kinds.ops),
        (FlagKind::Permission, written.kinds.permission),
    ];
    let mut config = Config {
        file,
        project: written.project.map(|name| name.value.0).unwrap_or_default(),
        repository: written.repository.map(|name| name.value.0),
        environments,
        context,
        kinds: kinds_of(kinds),
        stale: stale(written.stale),
        owners: written
            .owners
            .0
            .into_iter()
            .flat_map(|(name, table)| {
                std::iter::once(name.value.0).chain(table.aliases.into_iter().map(|alias| alias.value.0))
            })
            .collect(),
        max_fact_age: written.deployments.max_age,
        max_report_age: written.references.max_age.map_or(MAX_REPORT_AGE, |days| days.value),
        lints: written.lints.0.into_iter().map(|(rule, level)| (text(rule), level.value)).collect(),
        ..Config::default()
    };
    config.bucketing = bucketing(written.bucketing, &config, findings);
    config.policies = policies(written.policy, &config, findings);
    config
}

/// What is said of the kinds, on top of what holds where nothing is said.
fn kinds_of(written: [(FlagKind, Option<KindTable>); 4]) -> Kinds {
    let mut kinds = Kinds::default();
    for (kind, table) in written {
        let Some(table) = table else { continue };
        let policy = kinds.of_mut(kind);
        for (days, said) in [
            (&mut policy.max_age, table.max_age),
            (&mut policy.launched_after, table.launched_after),
            (&mut policy.abandoned_after, table.abandoned_after),
            (&mut policy.review_every, table.review_every),
        ] {
            *days = said.map(|said| said.value).or(*days);
        }
    }
    kinds
}

fn stale(written: StaleTable) -> StalePolicy {
    let mut policy = StalePolicy::default();
    policy.due_within = written.due_within.map_or(policy.due_within, |days| days.value);
    for (owner, budget) in written.budget.0 {
        match owner.value.0.as_str() {
            "default" => policy.default_budget = Some(budget.value),
            _ => policy.budgets.push((text(owner), budget.value)),
        }
    }
    policy
}

/// Policies, each name once, about environments that exist.
fn policies(written: Vec<PolicyTable>, config: &Config, findings: &mut Vec<Finding>) -> Vec<Policy> {
    let mut policies: Vec<Policy> = Vec::new();
    for table in written {
        let name = text(table.name);
        let mut report = |rule, span, message: String, help: Option<String>| {
            let mut finding = Finding::new(RuleId(rule), config.file, span, message);
            finding.help = help;
            findings.push(finding);
        };
        if policies.iter().any(|other| other.name.value == name.value) {
            let message = format!("the policy `{}` exists already", name.value);
            report(
                "duplicate-name",
                name.span,
                message,
                Some("give each policy a name of its own".to_owned()),
            );
        }
        let environments: Vec<Text> =
            table.when.environment.map(|names| names.0.into_iter().map(text).collect()).unwrap_or_default();
        for environment in &environments {
            if config.environment_id(&environment.value).is_none() {
                let message = format!("`{}` is not an environment of this workspace", environment.value);
                let names = config.environments.iter().map(|known| known.name.value.as_str());
                report(
                    "unknown-environment",
                    environment.span,
                    message,
                    did_you_mean(&environment.value, names),
                );
            }
        }
        if table.max_step.is_none() && !table.owners && !table.allow {
            let message = format!("the policy `{}` asks for nothing", name.value);
            let help = "say `max_step`, `owners = true` or `allow = true`".to_owned();
            report("missing-key", name.span, message, Some(help));
        }
        policies.push(Policy {
            name,
            environments,
            classes: table.when.change.map(|classes| classes.0).unwrap_or_default(),
            max_step: table.max_step,
            owners: table.owners,
            allow: table.allow,
        });
    }
    policies
}

fn text(name: Spanned<crate::format::Name>) -> Text {
    Spanned::new(name.value.0, name.span)
}

fn environments(
    written: Vec<EnvironmentEntry>,
    file: FileId,
    findings: &mut Vec<Finding>,
) -> Vec<Environment> {
    let mut environments: Vec<Environment> = Vec::new();
    for entry in written {
        let name = text(entry.name);
        let same = |other: &&Environment| other.name.value.eq_ignore_ascii_case(&name.value);
        if let Some(first) = environments.iter().find(same) {
            let message = format!("the environment `{}` is listed twice", name.value);
            let finding = Finding::new(RuleId("duplicate-name"), file, name.span, message)
                .label("again here")
                .help("keep one of the two")
                .related(Place { file, span: first.name.span }, "first listed here");
            findings.push(finding);
            continue;
        }
        let renamed_from = entry.renamed_from.into_iter().map(text).collect();
        environments.push(Environment { name, critical: entry.critical, renamed_from });
    }
    environments
}

fn context(
    written: Vec<(Spanned<crate::format::Name>, AttributeTable)>,
    file: FileId,
    findings: &mut Vec<Finding>,
) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> =
        written.into_iter().map(|(name, table)| attribute(text(name), table, file, findings)).collect();
    if attributes.iter().all(|attribute| attribute.name.value != TARGETING_KEY) {
        attributes.push(Attribute {
            name: Spanned::new(EcoString::from(TARGETING_KEY), Span::default()),
            kind: AttributeType::String,
            values: None,
            ascii: false,
        });
    }
    attributes
}

fn attribute(name: Text, table: AttributeTable, file: FileId, findings: &mut Vec<Finding>) -> Attribute {
    let mut report = |rule, span, message: String, help: &str| {
        findings.push(Finding::new(RuleId(rule), file, span, message).help(help));
    };
    let key = name.value.as_str();
    let readable = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !readable {
        let message = format!("`{key}` cannot be the name of an attribute");
        report("invalid-name", name.span, message, "use a letter or `_`, then letters, digits or `_`");
    } else if RESERVED_ATTRIBUTES.contains(&key) {
        let message = format!("`{key}` means something else in conditions");
        report("reserved-name", name.span, message, "give the attribute another name");
    } else if is_born(key) {
        let message = format!("every JavaScript object has a `{key}`, so it would never be missing there");
        report("reserved-name", name.span, message, "give the attribute another name");
    }
    if key == TARGETING_KEY && table.kind != AttributeType::String {
        let message = format!("`{TARGETING_KEY}` is a string in OpenFeature, not {}", table.kind.describe());
        report("identity-type", name.span, message, "write type = \"string\"");
    }
    let values = table.values.map(|values| {
        if let Some(first) = values.first()
            && !matches!(table.kind, AttributeType::String | AttributeType::List)
        {
            let message = format!("`{key}` is {}, which has no closed set of values", table.kind.describe());
            report("invalid-value", first.span, message, "leave `values` out, or make it a string or a list");
        }
        values.into_iter().map(|value| value.value.0).collect()
    });
    Attribute { name, kind: table.kind, values, ascii: table.ascii }
}

fn bucketing(written: Option<BucketingTable>, config: &Config, findings: &mut Vec<Finding>) -> Bucketing {
    let default = config.attribute_id(TARGETING_KEY).unwrap_or(AttributeId(0));
    let Some(table) = written else {
        return Bucketing { by: default, span: Span::default(), generation: Generation::Two };
    };
    let generation = table.generation.map_or(Generation::Two, |generation| generation.value);
    let Some(by) = table.by else { return Bucketing { by: default, span: Span::default(), generation } };
    let id = identity(&by.value.0, by.span, config, config.file, findings);
    Bucketing { by: id.unwrap_or(default), span: by.span, generation }
}

/// The attribute that identifies a user: it must be declared, and be a string or an integer.
pub(super) fn identity(
    name: &str,
    span: Span,
    config: &Config,
    file: FileId,
    findings: &mut Vec<Finding>,
) -> Option<AttributeId> {
    let Some(id) = config.attribute_id(name) else {
        let names = config.context.iter().map(|attribute| attribute.name.value.as_str());
        let mut finding = Finding::new(RuleId("unknown-attribute"), file, span, unknown_attribute(name));
        finding.help = did_you_mean(name, names);
        findings.push(finding);
        return None;
    };
    let attribute = config.attribute(id);
    if matches!(attribute.kind, AttributeType::String | AttributeType::Integer) {
        return Some(id);
    }
    let message = format!("`{name}` is {}, which identifies nobody", attribute.kind.describe());
    let finding = Finding::new(RuleId("identity-type"), file, span, message)
        .help("users are put into buckets by a string or an integer")
        .related(Place { file: config.file, span: attribute.name.span }, "declared here");
    findings.push(finding);
    None
}

pub(super) fn unknown_attribute(name: &str) -> String {
    format!("`{name}` is not an attribute of the context")
}
