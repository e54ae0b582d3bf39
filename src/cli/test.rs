//! `flagc test`.

use std::fmt::Write as _;

use clap::Args;
use flagc::expectation::{self, FlagTest};
use flagc::model::{Flag, Workspace};
use flagc::ops::OpError;
use flagc::ops::check::{self, Checked};
use flagc::workspace::nearest;
use serde::Serialize;

use super::output::{Output, json_line};
use super::{DONE, Format, Global, NO, Outcome};

/// Run the flags' own tests.
#[derive(Args)]
pub(super) struct TestArgs {
    /// Only these flags
    flags: Vec<String>,
}

pub(super) fn run(args: &TestArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let checked = check::check(&global.root()?);
    let workspace = &checked.workspace;
    let flags = select(workspace, &args.flags)?;
    let tests = expectation::test_all(workspace, &flags);
    let failed = tests.iter().flat_map(|(_, test)| &test.tested).any(expectation::Tested::failed);
    // A flag that cannot be compiled has not been tested: that is no pass.
    let broken = flags.iter().any(|flag| !flag.broken.is_empty()) || !workspace.unreadable_flags.is_empty();
    output.answer(|| to_json(workspace, &tests), || human(&checked, &tests));
    if broken {
        output.error("some flags have errors and were not tested", Some("`flagc check` says what is wrong"));
    }
    Ok(if failed || broken { NO } else { DONE })
}

fn select<'w>(workspace: &'w Workspace, keys: &[String]) -> Result<Vec<&'w Flag>, OpError> {
    if keys.is_empty() {
        return Ok(workspace.flags.iter().collect());
    }
    let find = |key: &String| {
        let known = || workspace.flags.iter().map(|flag| flag.key.as_str());
        workspace.flag_id(key).map(|id| workspace.flag(id)).ok_or_else(|| OpError::UnknownFlag {
            key: key.clone(),
            nearest: nearest(key, known()).map(str::to_owned),
        })
    };
    keys.iter().map(find).collect()
}

/// The answers as JSON; the keys stand in this order.
#[derive(Serialize)]
struct JsonTests<'a> {
    version: u8,
    flags: Vec<JsonFlag<'a>>,
}

#[derive(Serialize)]
struct JsonFlag<'a> {
    flag: &'a str,
    tested: Vec<JsonTested<'a>>,
    unreached: Vec<JsonRule<'a>>,
}

#[derive(Serialize)]
struct JsonTested<'a> {
    environment: &'a str,
    expected: &'a str,
    served: Option<&'a str>,
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    environment: &'a str,
    rule: usize,
}

fn to_json(workspace: &Workspace, tests: &[(&Flag, FlagTest)]) -> String {
    let name = |id| workspace.config.environment(id).name.value.as_str();
    let flags = tests.iter().map(|(flag, test)| {
        let tested = test.tested.iter().map(|tested| JsonTested {
            environment: name(tested.environment),
            expected: &tested.expected,
            served: tested.served.as_deref(),
            passed: tested.passed(),
            killed: tested.killed.as_deref(),
        });
        let unreached = test
            .unreached
            .iter()
            .map(|(environment, rule)| JsonRule { environment: name(*environment), rule: *rule });
        JsonFlag { flag: flag.key.as_str(), tested: tested.collect(), unreached: unreached.collect() }
    });
    json_line(&JsonTests { version: 1, flags: flags.collect() })
}

fn human(checked: &Checked, tests: &[(&Flag, FlagTest)]) -> String {
    let workspace = &checked.workspace;
    let name = |id| workspace.config.environment(id).name.value.as_str();
    let mut text = String::new();
    let (mut passed, mut failed, mut put_off) = (0, 0, 0);
    for (flag, test) in tests {
        let source = checked.sources.file(flag.file);
        for tested in &test.tested {
            if tested.passed() {
                passed += 1;
                continue;
            }
            let at = source.position(tested.span.start);
            let served = tested.served.as_deref().unwrap_or("nothing");
            let (verdict, reason) = match &tested.killed {
                None => {
                    failed += 1;
                    ("FAILED", String::new())
                }
                Some(killed) => {
                    put_off += 1;
                    ("put off", format!(", since {killed} is killed"))
                }
            };
            let _ = writeln!(
                text,
                "{verdict} {} in {}: expected {}, serves {served}{reason}   ({}:{at})",
                flag.key,
                name(tested.environment),
                tested.expected,
                source.path
            );
        }
        for (environment, rule) in &test.unreached {
            let rules = flag.rules_in(*environment);
            let label =
                rules.get(*rule).and_then(|rule| rule.name.as_ref()).map(|name| format!(" ({})", name.value));
            let label = label.unwrap_or_default();
            let _ = writeln!(
                text,
                "no expectation of {} in {} reaches rule {}{label}",
                flag.key,
                name(*environment),
                rule + 1
            );
        }
    }
    let kills = if put_off > 0 { format!(", {put_off} put off by a kill switch") } else { String::new() };
    let _ = writeln!(text, "{passed} passed, {failed} failed{kills}");
    text
}
