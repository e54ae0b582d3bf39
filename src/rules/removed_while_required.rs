//! A flag's file is gone, and another flag still requires it.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Removal, Rule};
use crate::source::{Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("removed-while-required"),
    group: Group::Coordination,
    level: Level::Fixed,
    summary: "a flag is removed that another flag still requires",
    page: PAGE,
    check: Check::Removal(check),
};

const PAGE: &str = "\
Since the state that is compared with, a flag's file has been removed, and another flag still requires that flag. It
could never be served any more. `flagc check --against BASE` and `flagc diff` look at removed files; without a base the
same requirement is an `unknown-flag`.

```toml
[requires]
new-payments-api = \"on\"      # removed-while-required: its file is gone
```

Take the requirement out first: `flagc retire FLAG` says whether it is met for everybody, so that nothing changes
without it. A flag that was renamed lists its former key in `previous_keys`; requirements name the new one.
";

fn check(removal: &Removal<'_>, findings: &mut Vec<Finding>) {
    if removal.renamed.is_some() {
        return;
    }
    let key = &removal.flag.key;
    for dependent in &removal.head.flags {
        for requirement in dependent.requires.iter().filter(|requirement| requirement.flag.value == *key) {
            let message = format!("`{key}` is removed while `{}` requires it", dependent.key);
            let gone = Place { file: removal.file, span: Span::default() };
            findings.push(
                Finding::new(RULE.id, dependent.file, requirement.flag.span, message)
                    .flag(key.as_str())
                    .label("required here")
                    .help(format!(
                        "take the requirement out first, if nothing changes without it; else retire `{}` first",
                        dependent.key
                    ))
                    .related(gone, "the file that is gone"),
            );
        }
    }
}
