//! A flag's file is gone, and services still read the flag.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Removal, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId("removed-while-read"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a flag is removed that code still reads",
    page: PAGE,
    check: Check::Removal(check),
};

const PAGE: &str = "\
Since the state that is compared with, a flag's file has been removed, and a service's code still reads the flag: it
would get the default that stands in the code. Only code that was looked into is known: `flagc refs --format json`
writes what a service reads, and `flagc diff --refs FILE` takes it. Mentions in tests, documents and comments do not
count; a mention that nobody understands does. A flag that gets another key is removed as well, as far as services can
tell: `previous_keys` is for its history, and is in no bundle.

```toml
[services]
orders = {}      # removed-while-read: `orders` reads the flag in src/Orders.java, line 31
```

Merge the service's change first: `flagc retire FLAG` lists the places, and `--piranha` writes rules that change them.
";

fn check(removal: &Removal<'_>, findings: &mut Vec<Finding>) {
    let flag = removal.flag;
    let key = &flag.key;
    let reads: Vec<_> = removal.uses.iter().filter(|one| one.class.needs_the_flag()).collect();
    for of_service in reads.chunk_by(|one, other| one.service == other.service) {
        let Some((first, others)) = of_service.split_first() else { continue };
        let service = &first.service;
        let listed = flag.services.iter().find(|support| support.service.value == *service);
        let span = listed.map_or(Span::default(), |support| support.service.span);
        let more = match others.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let places = format!("{}:{}:{}{more}", first.file, first.line, first.column);
        let (what, help) = match removal.renamed {
            None => ("removed".to_owned(), format!("merge the change of `{service}` first")),
            Some(heir) => {
                let help = format!("keep `{key}` until `{service}` reads `{}`", heir.key);
                (format!("renamed to `{}`", heir.key), help)
            }
        };
        let message = format!("`{key}` is {what} while `{service}` reads it ({places})");
        findings.push(
            Finding::new(RULE.id, removal.file, span, message)
                .flag(key.as_str())
                .label("still reads it")
                .help(format!("{help}: it would get the default in its code")),
        );
    }
}
