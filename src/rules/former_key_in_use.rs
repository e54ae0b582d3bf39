//! A former key that does not belong to the flag that claims it.

use std::collections::HashMap;

use crate::finding::{Finding, RuleId};
use crate::model::Flag;
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("former-key-in-use"),
    group: Group::Names,
    level: Level::Warning,
    summary: "a former key that is a flag's own key, or another flag's former key as well",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
`previous_keys` lets history follow a flag that was renamed: what a flag of that key served before belongs to the past
of this one. A key that is in use, or that two flags claim, belongs to nobody for sure: ages, `flagc stale` and
`removed-while-read` may then speak of the wrong flag.

```toml
# checkout.toml
previous_keys = [\"old\", \"checkout\"]   # former-key-in-use: `checkout` is this flag's key now
# search.toml
previous_keys = [\"old\"]               # former-key-in-use: `checkout` has it already
```

A flag that is split in two has one heir: name the former key in that one. Think twice before a retired key is used
again: services that were not deployed since still ask for it.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let mut heirs: HashMap<&str, &Flag> = HashMap::new();
    for flag in &workspace.flags {
        for (index, key) in flag.previous_keys.iter().enumerate() {
            let name = key.value.as_str();
            let finding = |message: String, help: &str| {
                Finding::new(RULE.id, flag.file, key.span, message).flag(flag.key.as_str()).help(help)
            };
            if name == flag.key {
                let message = format!("`{name}` is the flag's key now, not a former one");
                findings.push(finding(message, "take it out of `previous_keys`"));
            } else if let Some(id) = workspace.flag_id(name) {
                let place = Place { file: workspace.flag(id).file, span: Span::default() };
                let help = "take it out, or give the other flag a key that was not used before";
                let message = format!("`{name}` is the key of another flag");
                findings.push(finding(message, help).related(place, "this flag bears it"));
            } else if flag.previous_keys[..index].iter().any(|before| before.value == key.value) {
                findings.push(finding(format!("`{name}` is named twice"), "name it once"));
            } else if let Some(heir) = heirs.get(name) {
                let message = format!("`{name}` is a former key of `{}` as well", heir.key);
                let help = "name it in the flag that took its place, and in no other";
                findings.push(finding(message, help));
            } else {
                heirs.insert(name, flag);
            }
        }
    }
}
