//! Attributes that a flag reads and a service that evaluates it does not hand over.

use crate::contract::{Missing, Purpose, Reading, Readings, Step};
use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("context-not-provided"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a condition on an attribute that a service does not hand over when it evaluates the flag",
    page: PAGE,
    check: Check::Contract(check),
};

const PAGE: &str = "\
A service evaluates a flag without an attribute that the flag reads: in a condition of its own, in a segment, or in a
flag that it requires. No condition holds on what is missing, so the same user gets one variant in this service and
another one in the next.

```toml
# services/orders.toml                         # the flag
provides = [\"targetingKey\", \"country\"]         [[rules]]
                                               if = { tier = \"pro\" }      # context-not-provided
                                               serve = \"on\"

                                               [services]
                                               orders = {}
```

Let the service hand the attribute over, then add it to `provides` in its file; or ask for something that all services
of the flag have. A service whose file has no `provides` is not looked at: nothing is known of it. `provides = []` says
that it hands over nothing.

What a flag reads is taken from all environments in which it can serve more than its off variant; a flag that is killed
in an environment, or requires one that is, reads nothing there.
";

fn check(context: &Context<'_>, readings: &Readings<'_>, findings: &mut Vec<Finding>) {
    for missing in readings.missing.iter().filter(|missing| missing.purpose == Purpose::Condition) {
        let Some(reading) = readings.trace(missing.flag, missing.attribute, missing.purpose) else {
            continue;
        };
        let workspace = context.workspace;
        let flag = &workspace.flag(missing.flag).key;
        let service = &workspace.service(missing.service).name;
        let attribute = &workspace.config.attribute(missing.attribute).name.value;
        let message = format!(
            "`{service}` does not provide `{attribute}`, which `{flag}` reads{}",
            through(context, &reading)
        );
        let finding = Finding::new(RULE.id, reading.place.file, reading.place.span, message)
            .flag(flag.as_str())
            .label(format!("missing in `{service}`"))
            .help(format!(
                "let `{service}` hand it over and add it to `provides`, or ask for something else"
            ));
        findings.push(explained(context, missing, &reading, finding));
    }
}

/// The last flag or segment on the way to a reading, in words.
pub(super) fn through(context: &Context<'_>, reading: &Reading) -> String {
    let workspace = context.workspace;
    match reading.steps.last() {
        None => String::new(),
        Some(Step::Requires(flag, _)) => format!(" through `{}`", workspace.flag(*flag).key),
        Some(Step::Uses(segment, _)) => format!(" through segment `{}`", workspace.segment(*segment).name),
    }
}

/// Adds the way to the reading, and where the service is named and says what it provides.
pub(super) fn explained(
    context: &Context<'_>,
    missing: &Missing,
    reading: &Reading,
    mut finding: Finding,
) -> Finding {
    let workspace = context.workspace;
    for step in &reading.steps {
        finding = match step {
            Step::Requires(flag, place) => {
                finding.related(*place, format!("requires `{}`", workspace.flag(*flag).key))
            }
            Step::Uses(segment, place) => {
                finding.related(*place, format!("uses segment `{}`", workspace.segment(*segment).name))
            }
        };
    }
    let flag = workspace.flag(missing.flag);
    let service = workspace.service(missing.service);
    if let Some(support) = flag.services.get(missing.support) {
        let place = Place { file: flag.file, span: support.service.span };
        finding = finding.related(place, format!("`{}` evaluates `{}`", service.name, flag.key));
    }
    match &service.provides {
        Some(provides) => finding.related(
            Place { file: service.file, span: provides.span },
            format!("all that `{}` provides", service.name),
        ),
        None => finding,
    }
}
