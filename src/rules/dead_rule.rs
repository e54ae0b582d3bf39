//! Rules that never decide.

use crate::exposure::{Analysis, Fate, Formula, RuleList, row, rule_name, rule_span};
use crate::finding::{Finding, RuleId};
use crate::model::{Condition, Config, Requirement};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("dead-rule"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a rule that never decides: others come first, or nobody gets as far",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
The first rule that matches decides. Everybody this rule is for is taken by rules above it, can have only values that
a closed set does not declare, or never meets a requirement of the flag. What the rule serves, nobody gets from it.

```toml
[[rules]]
if = { tier = \"pro\" }
serve = { on = 5 }
[[rules]]
if = { tier = \"pro\", country = \"DE\" }      # dead-rule: the rule above takes them first
serve = \"on\"
```

Put the narrower rule first, or remove it. A rule that several environments share is dead only if it is in all of them.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let config = &analysis.workspace.config;
    for (list, index, fate) in analysis.rules() {
        let finding = match fate {
            Fate::Taken => taken(analysis, list, index),
            Fate::Outside => outside(analysis, list, index, config),
            Fate::Unmet => unmet(analysis, list, index),
            Fate::Decides | Fate::Contradiction | Fate::Redundant => continue,
        };
        findings.push(finding);
    }
}

fn start(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize, why: &str) -> Finding {
    let rule = &list.rules[index];
    let message = format!("{} never decides: {why}", rule_name(rule, index));
    Finding::new(RULE.id, analysis.flag.file, rule_span(rule), message)
        .flag(analysis.flag.key.as_str())
        .label(format!("nobody gets {} from here", analysis.served(&rule.serve)))
}

fn taken(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize) -> Finding {
    let takers = analysis.takers(list, index).unwrap_or_else(|_| (0..index).collect());
    let names: Vec<String> = takers.iter().map(|taker| rule_name(&list.rules[*taker], *taker)).collect();
    let take = if takers.len() == 1 { "takes" } else { "together take" };
    let who = if names.len() > 4 { format!("the {} rules above it", names.len()) } else { row(&names) };
    let mut finding = start(analysis, list, index, &format!("{who} {take} everybody it is for"));
    for taker in takers.iter().take(4) {
        let rule = &list.rules[*taker];
        let place = Place { file: analysis.flag.file, span: rule_span(rule) };
        let why = if rule.condition.is_none() { "has no `if`: takes everybody" } else { "comes first" };
        finding = finding.related(place, format!("{why}, serves {}", analysis.served(&rule.serve)));
    }
    finding.help("put it above them, or remove it")
}

fn outside(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize, config: &Config) -> Finding {
    let closed = list.rules[index].condition.as_ref().map(|condition| closed_sets(condition, config));
    let closed = closed.unwrap_or_default();
    let why = match closed.as_slice() {
        [only] => format!("only values of {only} that are not declared get there"),
        _ => format!("only values of {} that are not declared get there", row(&closed)),
    };
    start(analysis, list, index, &why)
        .help("if there are such values, add them to the `values` in `flagc.toml`; else remove the rule")
}

/// The attributes with closed sets that a condition reads by itself.
fn closed_sets(condition: &Condition, config: &Config) -> Vec<String> {
    let mut names = Vec::new();
    condition.for_each_leaf(&mut |leaf| {
        if let Condition::Clause(clause) = leaf {
            let attribute = config.attribute(clause.attribute.value);
            let name = format!("`{}`", attribute.name.value);
            if attribute.values.is_some() && !names.contains(&name) {
                names.push(name);
            }
        }
    });
    if names.is_empty() { vec!["closed sets".to_owned()] } else { names }
}

fn unmet(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize) -> Finding {
    let flag = analysis.flag;
    let culprit = flag.requires.iter().find(|requirement| never_met(analysis, list, index, requirement));
    let off = &flag.variant(flag.off_variant).name.value;
    let why = match culprit {
        Some(requirement) => {
            format!("nobody it is for gets {} of `{}`", wanted(requirement), requirement.flag.value)
        }
        None => "nobody it is for meets all requirements".to_owned(),
    };
    let mut finding = start(analysis, list, index, &format!("{why}, so they get `{off}`"));
    for requirement in flag.requires.iter().filter(|other| culprit.is_none_or(|one| one.flag == other.flag)) {
        let place = Place { file: flag.file, span: requirement.flag.span };
        finding = finding.related(place, "required here");
    }
    finding.help("serve the required variant to them as well, or remove the rule")
}

fn never_met(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize, requirement: &Requirement) -> bool {
    let yes = Formula::Constant(true);
    let fires = list.with_fires(index, [&yes, &yes]);
    let position = analysis.lists.iter().position(|other| std::ptr::eq(other, list));
    let mut settings = analysis.settings.iter().filter(|setting| Some(setting.list) == position);
    settings.all(|setting| analysis.can_be_met(setting, requirement, &fires) == Ok(false))
}

/// The variants that a requirement names.
pub(super) fn wanted(requirement: &Requirement) -> String {
    let names: Vec<String> =
        requirement.variants.iter().map(|variant| format!("`{}`", variant.value)).collect();
    names.join(" or ")
}
