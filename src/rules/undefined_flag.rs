//! A key that code asks for and no flag has.

use crate::finding::{Finding, RuleId};
use crate::references::Code;
use crate::rule::{Check, Group, Level, Rule};
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("undefined-flag"),
    group: Group::Lifecycle,
    level: Level::Error,
    summary: "code asks for a flag that does not exist",
    page: PAGE,
    check: Check::Code(check),
};

const PAGE: &str = "\
Code hands a key to an OpenFeature method, and no flag of the workspace has it: the service gets its default, always.
`flagc refs` finds it in the services' `code`.

```toml
# services/frontend.toml
code = [\"../apps/frontend\"]    # undefined-flag: it asks for `new-chekout`; did you mean `new-checkout`?
```

Correct the key, or write the flag. If the flag was taken out, take the call out as well.
";

fn check(code: &Code<'_>, findings: &mut Vec<Finding>) {
    let keys: Vec<&str> = code.workspace.flags.iter().map(|flag| flag.key.as_str()).collect();
    for undefined in &code.scan.undefined {
        let (file, span) = code.at(&undefined.place);
        let (key, service) = (&undefined.key, &undefined.place.service);
        let place = code.words(&undefined.place);
        let message = format!("`{service}` asks for `{key}`, which no flag has{place}");
        let help = did_you_mean(key, keys.iter().copied())
            .unwrap_or_else(|| "correct the key, write the flag, or take the call out".to_owned());
        findings.push(Finding::new(RULE.id, file, span, message).help(help));
    }
}
