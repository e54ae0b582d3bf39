//! Steps of a release's flags that come before what they need.

use crate::exposure::{self, serve_span};
use crate::finding::{Finding, RuleId};
use crate::format::Instant;
use crate::model::{EnvironmentId, FlagId};
use crate::release::{Early, Setting, early, members};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("release-order"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a flag of a release takes its step before a flag that it requires, so the step has no effect yet",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A step of a schedule turns a flag of a release on for somebody, and at that time a flag that it requires does not serve
them what it asks for; it does so from a later step of its own. Until then the step has no effect, so the release begins
later than it says.

```toml
# new-checkout-flow.toml           # new-payments-api.toml
[[schedule]]                       [[schedule]]
at = 2026-12-01T09:00:00Z          at = 2026-12-02T09:00:00Z
serve = \"on\"                       serve = \"on\"

[requires]                         # release-order: 24 hours in which nothing happens
new-payments-api = \"on\"
```

Write the same `at` in both, or let the required flag go first. Nobody is harmed by it: requirements hold at every
time. A flag without a schedule that waits for what it requires is not reported.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for release in &workspace.releases {
        let mut looked_at: Vec<(FlagId, EnvironmentId)> = Vec::new();
        for environment in workspace.config.environment_ids() {
            let setting = Setting { workspace, segments: context.segments, environment, from: context.as_of };
            for (id, _) in members(setting, release) {
                let flag = workspace.flag(id);
                let same = |(other, one): &(FlagId, EnvironmentId)| {
                    *other == id && exposure::same_text(workspace, flag, *one, environment)
                };
                if looked_at.iter().any(same) {
                    continue;
                }
                looked_at.push((id, environment));
                // What is too complex is said by `too-complex`, and by `release-split`.
                if let Ok(Some(early)) = early(setting, flag) {
                    findings.extend(finding(setting, id, &early));
                }
            }
        }
    }
}

fn finding(setting: Setting<'_>, id: FlagId, early: &Early) -> Option<Finding> {
    let workspace = setting.workspace;
    let name = &workspace.config.environment(setting.environment).name.value;
    let (flag, required) = (workspace.flag(id), workspace.flag(early.required));
    let step = flag.schedule_in(setting.environment).get(early.step)?;
    let theirs = required.schedule_in(setting.environment);
    let until = theirs.iter().find(|step| step.at.value.0 == early.until)?;
    let message = format!(
        "this step of `{}` has no effect in `{name}` for some users before {}, when `{}`, which it requires, takes its own",
        flag.key,
        Instant(early.until),
        required.key
    );
    let who = early.witness.as_ref().map(|user| serde_json::Value::Object(user.clone()));
    let who = who.map_or_else(String::new, |user| format!("for example `{user}` waits; "));
    let finding = Finding::new(RULE.id, flag.file, step.at.span, message)
        .flag(flag.key.as_str())
        .environment(name.as_str())
        .label("too early")
        .help(format!("{who}write the same `at` in both, or let `{}` go first", required.key))
        .related(Place { file: required.file, span: until.at.span }, format!("`{}` follows", required.key))
        .related(Place { file: required.file, span: serve_span(&until.serve) }, "what is waited for");
    Some(finding)
}
