//! The `[[expect]]` tables, each answered by the compiled flag through the runtime: what is tested is what runs.

use std::collections::BTreeSet;

use flagc_runtime::{At, Context};

use crate::compile::{self, Decider, Probe, Segments, Standalone, demands};
use crate::model::{Config, EnvironmentId, Expectation, Flag, Workspace};
use crate::source::Span;

/// How an expectation ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// Where.
    pub environment: EnvironmentId,
    /// The variant that was expected.
    pub expected: String,
    /// The variant that is served.
    pub served: Option<String>,
    /// Where the expectation stands.
    pub span: Span,
    /// The flag whose kill switch puts the expectation off, if one is killed: itself, or one that it requires.
    pub killed: Option<String>,
}

impl Tested {
    /// Whether what was expected is served.
    pub fn passed(&self) -> bool {
        self.served.as_deref() == Some(self.expected.as_str())
    }

    /// Whether something else is served, and no kill switch makes it so: who kills a flag must not wait for its tests.
    pub fn failed(&self) -> bool {
        !self.passed() && self.killed.is_none()
    }
}

/// A flag's expectations, answered, and the rules that none of them reaches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlagTest {
    /// In the order of the file.
    pub tested: Vec<Tested>,
    /// Rules, by environment and index, that no expectation reached.
    pub unreached: Vec<(EnvironmentId, usize)>,
}

/// Runs a flag's expectations. Those in an environment for which the flag cannot be compiled are left out: other
/// findings say why.
pub fn test_flag(workspace: &Workspace, flag: &Flag, segments: &Segments) -> FlagTest {
    let mut result = FlagTest::default();
    let mut reached: BTreeSet<(EnvironmentId, usize)> = BTreeSet::new();
    for environment in workspace.config.environment_ids() {
        let here: Vec<&Expectation> =
            flag.expectations.iter().filter(|expectation| expectation.environment == environment).collect();
        if here.is_empty() {
            continue;
        }
        let Ok(compiled) = compile::standalone(workspace, flag, environment, segments) else { continue };
        let killed = killed(workspace, flag, environment);
        for expectation in here {
            let (tested, rule) = answer(&workspace.config, segments, flag, &compiled, expectation);
            result.tested.push(Tested { killed: killed.map(|flag| flag.key.to_string()), ..tested });
            reached.extend(rule.map(|rule| (environment, rule)));
        }
        if killed.is_some() {
            continue;
        }
        let rules = (0..flag.rules_in(environment).len()).map(|rule| (environment, rule));
        result.unreached.extend(rules.filter(|rule| !reached.contains(rule)));
    }
    result.tested.sort_by_key(|tested| tested.span);
    result
}

/// The flag whose kill switch keeps a flag from serving anything but its off variant.
fn killed<'w>(workspace: &'w Workspace, flag: &'w Flag, environment: EnvironmentId) -> Option<&'w Flag> {
    let demands = demands(workspace, flag).unwrap_or_default();
    let required = demands.into_keys().map(|id| workspace.flag(id));
    std::iter::once(flag).chain(required).find(|flag| flag.killed_in(environment))
}

/// One expectation, and the rule that decided it.
fn answer(
    config: &Config,
    segments: &Segments,
    flag: &Flag,
    compiled: &Standalone,
    expectation: &Expectation,
) -> (Tested, Option<usize>) {
    let attributes = expectation.context.iter();
    let context: Context =
        attributes.map(|(id, value)| (config.attribute(*id).name.value.as_str(), value.clone())).collect();
    let at = At::unix(expectation.at.map_or(i64::MIN, |at| at.0));
    let (details, trace) = compiled.evaluator.resolve_traced(&compiled.flag.key, &context, at);
    let rules = flag.rules_in(expectation.environment);
    let probe = Probe { config, segments, context: &context, at };
    let decider = compiled.flag.decider(trace.branch, rules, &probe);
    let rule = if let Ok(Decider::Rule(index)) = decider { Some(index) } else { None };
    let tested = Tested {
        environment: expectation.environment,
        expected: flag.variant(expectation.serve.value).name.value.to_string(),
        served: details.variant.map(str::to_owned),
        span: expectation.serve.span,
        killed: None,
    };
    (tested, rule)
}

/// Runs the expectations of many flags.
pub fn test_all<'w>(workspace: &'w Workspace, flags: &[&'w Flag]) -> Vec<(&'w Flag, FlagTest)> {
    let segments = compile::segments(workspace);
    flags.iter().map(|flag| (*flag, test_flag(workspace, flag, &segments))).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails here fails")]
mod tests {
    use std::fs;

    use super::*;
    use crate::workspace::load;

    #[test]
    fn no_rule_is_reached_where_nobody_meets_the_requirements() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let head = "description = \"a\"\nkind = \"release\"\nowner = \"shop\"\n";
        write("flagc.toml", "project = \"shop\"\nenvironments = [{ name = \"live\" }]\n");
        write("ledger.toml", &format!("{head}serve = \"off\"\n"));
        let rest = "[[rules]]\nserve = \"on\"\n\n[requires]\nledger = \"on\"\n\n\
                    [[expect]]\nenvironment = \"live\"\nserve = \"off\"\n";
        write("checkout.toml", &format!("{head}serve = \"off\"\n\n{rest}"));
        let workspace = load(folder.path()).workspace;
        let test = test_flag(&workspace, &workspace.flags[0], &compile::segments(&workspace));
        assert!(matches!(test.tested.as_slice(), [tested] if tested.passed()));
        assert_eq!(test.unreached, [(EnvironmentId(0), 0)]);
    }
}
