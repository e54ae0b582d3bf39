//! A flag's file is gone, and the flag had not come to an end.

use crate::compile;
use crate::constancy::Serves;
use crate::exposure::{row, serve_span};
use crate::finding::{Finding, RuleId};
use crate::model::{Config, Environment, EnvironmentId, Flag};
use crate::rule::{Check, Group, Level, Removal, Rule};
use crate::source::Span;
use crate::staleness;

pub(super) const RULE: Rule = Rule {
    id: RuleId("removed-while-varying"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a flag is removed that was still serving different variants",
    page: PAGE,
    check: Check::Removal(check),
};

const PAGE: &str = "\
Since the state that is compared with, a flag's file has been removed, and in that state the flag served different
variants to different users, or was going to by schedule. Whatever the code does without the flag is a change for some
of them. The environments that are `critical` decide; where none is, the last one does.

```toml
[environments.production]
serve = { on = 5 }      # removed-while-varying: 5 % get `on`, the others `off`
```

Bring the flag to its end first, one variant for everybody, and remove it in a later change. `flagc retire FLAG` says
what is left to do.
";

/// Why a flag has not come to its end in an environment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Varying,
    Scheduled,
    TooComplex,
}

fn check(removal: &Removal<'_>, findings: &mut Vec<Finding>) {
    if removal.renamed.is_some() {
        return;
    }
    let Removal { base, flag, .. } = removal;
    let open: Vec<(EnvironmentId, Open)> = deciding_still(&base.config, &removal.head.config)
        .into_iter()
        .filter_map(|environment| Some((environment, open_in(removal, environment)?)))
        .collect();
    let Some((environment, why)) = open.last().copied() else { return };
    let alike = open.iter().filter(|(_, other)| *other == why);
    let names: Vec<String> =
        alike.map(|(id, _)| format!("`{}`", base.config.environment(*id).name.value)).collect();
    let (key, places) = (&flag.key, row(&names));
    let (message, label) = match why {
        Open::Varying => {
            (format!("`{key}` is removed while it varies in {places}"), "not the same for everybody")
        }
        Open::Scheduled => {
            (format!("`{key}` is removed before its schedule has ended in {places}"), "is about to change")
        }
        Open::TooComplex => {
            (format!("`{key}` is removed, and is too complex to be proved constant in {places}"), "its rules")
        }
    };
    findings.push(
        Finding::new(RULE.id, removal.file, place_in(flag, environment), message)
            .flag(key.as_str())
            .label(label)
            .help("let it serve one variant to everybody first, and remove it in a later change"),
    );
}

/// What tells against the end of a flag in an environment. One with errors there was never released as it is.
fn open_in(removal: &Removal<'_>, environment: EnvironmentId) -> Option<Open> {
    let standing = removal.standings.get(usize::from(environment.0))?;
    match &standing.serves {
        Serves::Varying => Some(Open::Varying),
        Serves::Constant(_) if standing.changes_at.is_some() => Some(Open::Scheduled),
        Serves::Constant(_) | Serves::Absent => None,
        Serves::Unknown => {
            compile::check_flag(removal.base, removal.flag, environment, removal.segments).ok()?;
            Some(Open::TooComplex)
        }
    }
}

/// The environments that decide, of those that are still there.
fn deciding_still(base: &Config, head: &Config) -> Vec<EnvironmentId> {
    let lives = |id: &EnvironmentId| {
        let name = &base.environment(*id).name.value;
        let bears = |environment: &Environment| {
            std::iter::once(&environment.name).chain(&environment.renamed_from).any(|one| one.value == *name)
        };
        head.environments.is_empty() || head.environments.iter().any(bears)
    };
    staleness::deciding(base).into_iter().filter(lives).collect()
}

/// Where it is said who gets what: the first rule, else what is served.
fn place_in(flag: &Flag, environment: EnvironmentId) -> Span {
    let rule = flag.rules_in(environment).first().map(|rule| &rule.serve);
    serve_span(rule.unwrap_or_else(|| flag.serve_in(environment)))
}
