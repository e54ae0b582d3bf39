//! Flags that nobody can see through.

use crate::exposure::Analysis;
use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId("too-complex"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a flag whose rules are too many or too tangled to be analysed",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
Whether a rule ever decides, and who can get what, is decided exactly; for this flag that would take more steps than
are allowed. It is compiled and served all the same, but dead rules, contradictions and the like are not found in it.

```toml
[[rules]]      # too-complex: the first of 1500
if = { any = [{ email = { contains = [\"a\", \"b\"] } }] }
serve = \"on\"
```

Write fewer rules, or simpler ones: lists instead of many alternatives, a segment instead of repeated conditions, and
parts of texts (`contains`) only where nothing else will do.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let flag = analysis.flag;
    if analysis.too_complex {
        let message = format!("`{}` is too complex to say who gets what", flag.key);
        findings.push(
            Finding::new(RULE.id, flag.file, Span::default(), message)
                .flag(flag.key.as_str())
                .help("write fewer or simpler rules; dead rules and contradictions in it are not found"),
        );
    }
}
