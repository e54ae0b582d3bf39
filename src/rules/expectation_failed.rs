//! A flag's own test that fails.

use crate::expectation::test_flag;
use crate::finding::{Finding, RuleId};
use crate::model::Flag;
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("expectation-failed"),
    group: Group::Behaviour,
    level: Level::Error,
    summary: "a flag's own test fails",
    page: PAGE,
    check: Check::Flag(check),
};

const PAGE: &str = "\
An `[[expect]]` table says what somebody must get, and the compiled flag serves something else. The test runs on the
compiled flag, through the evaluator that services use.

```toml
[[expect]]
environment = \"production\"
context = { targetingKey = \"u-1\", country = \"DE\" }
serve = \"on\"                # expectation-failed: the flag serves `off`
```

Either the change has an effect that nobody wanted, or the test is out of date. While the flag is killed, or one that it
requires, its tests are put off: a kill does not wait for them. `flagc test` counts them.

`flagc eval FLAG -e ENV --context … --explain` says which rule decided.
";

fn check(context: &Context<'_>, flag: &Flag, findings: &mut Vec<Finding>) {
    if flag.expectations.is_empty() {
        return;
    }
    let workspace = context.workspace;
    for tested in test_flag(workspace, flag, context.segments).tested.iter().filter(|tested| tested.failed())
    {
        let environment = workspace.config.environment(tested.environment).name.value.as_str();
        let served = tested.served.as_deref().map_or("nothing".to_owned(), |variant| format!("`{variant}`"));
        let message = format!("the flag serves {served} here, not `{}`", tested.expected);
        let (at, hint) = if flag.schedule_in(tested.environment).is_empty() {
            ("", "")
        } else {
            (" --at …", "; a test without `at` is judged before every step of the schedule")
        };
        let help = format!(
            "`flagc eval {} -e {environment}{at} --context … --explain` says what decided{hint}",
            flag.key
        );
        let finding = Finding::new(RULE.id, flag.file, tested.span, message)
            .flag(flag.key.as_str())
            .environment(environment)
            .label("expected")
            .help(help);
        findings.push(finding);
    }
}
