//! Rules that could go: what follows serves the same.

use crate::exposure::{Analysis, Fate, RuleList, row, rule_name, rule_span, serve_span};
use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("redundant-rule"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a rule without which everybody would be served the same",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
The rule decides for somebody, but what comes after it would serve each of them the same, in every environment that has
the rule and at every time of a schedule. Whoever reads it thinks that it does something.

```toml
serve = \"off\"
[[rules]]
if = { country = \"DE\" }
serve = \"off\"      # redundant-rule: without it, `serve` above gives them `off` as well
```

Remove it, or correct what it serves: two branches with the same variant are often a slip.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for (list, index, fate) in analysis.rules() {
        if *fate == Fate::Redundant {
            findings.push(finding(analysis, list, index));
        }
    }
}

fn finding(analysis: &Analysis<'_>, list: &RuleList<'_>, index: usize) -> Finding {
    let (flag, rule) = (analysis.flag, &list.rules[index]);
    let followers = analysis.followers(list, index).unwrap_or_default();
    let names: Vec<String> = followers.iter().map(|next| analysis.branch_name(list, *next)).collect();
    let served = analysis.served(&rule.serve);
    let who = match names.len() {
        0 => "what follows".to_owned(),
        1..=3 => row(&names),
        more => format!("the {more} branches that follow"),
    };
    let verb = if names.len() > 1 { "serve" } else { "serves" };
    let message = format!(
        "{} changes nothing: without it, {who} {verb} {served} to the same users",
        rule_name(rule, index)
    );
    let user = list.facts[index].example.as_ref().map(|example| analysis.user(example)).unwrap_or_default();
    let mut finding = Finding::new(RULE.id, flag.file, rule_span(rule), message)
        .flag(flag.key.as_str())
        .label(format!("serves {served}"));
    for next in followers.iter().take(3) {
        let known = list.rules.get(*next).map(|rule| (rule_span(rule), "and so does this rule"));
        let otherwise = || last_serve(analysis, list).map(|span| (span, "and so does this"));
        if let Some((span, what)) = known.or_else(otherwise) {
            finding = finding.related(Place { file: flag.file, span }, what);
        }
    }
    let example = if user.is_empty() { String::new() } else { format!("for example `{user}`; ") };
    finding.help(format!("{example}remove the rule, or correct what it serves"))
}

/// Where an environment with these rules says what everybody else gets.
fn last_serve(analysis: &Analysis<'_>, list: &RuleList<'_>) -> Option<Span> {
    let position = analysis.lists.iter().position(|other| std::ptr::eq(other, list))?;
    let setting = analysis.settings.iter().find(|setting| setting.list == position)?;
    Some(serve_span(setting.moments.first()?.serve))
}
