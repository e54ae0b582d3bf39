//! A flag's targeting as rules of which the first that matches decides.
//!
//! An `if` inside of an `if`'s outcome is flattened: its conditions are added to the outer one's, and since it always
//! ends in an outcome for everybody (the default variant, where flagd's answer would be `null`), the first match stays
//! the same.

use super::condition::{self, Ask, Condition};
use super::json::Json;
use super::split::{self, Split};
use crate::format::Generation;

/// All rules of a flag may have this many conditions together.
pub(super) const MAX_SIZE: usize = 5_000;

/// What a flag serves to whom.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) rules: Vec<Rule>,
    /// Where no rule matches.
    pub(super) serve: Serve,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) condition: Condition<Ask>,
    pub(super) serve: Serve,
}

/// What is served.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Serve {
    Variant(String),
    Split(Split),
}

/// What targeting is read against.
pub(super) struct Flag<'f> {
    pub(super) key: &'f str,
    pub(super) variants: Vec<&'f str>,
    pub(super) default: &'f str,
    pub(super) generation: Generation,
}

/// Reads a flag's targeting.
pub(super) fn read(targeting: &Json, flag: &Flag<'_>) -> Result<Plan, String> {
    let mut reader = Reader { flag, rules: Vec::new(), size: 0 };
    reader.outcome(targeting, &Condition::Constant(true))?;
    // INVARIANT: an outcome ends with a rule for everybody it was asked about, here everybody.
    let mut rules = reader.rules;
    let everybody = rules.iter().position(|rule| rule.condition == Condition::Constant(true));
    rules.truncate(everybody.map_or(rules.len(), |index| index + 1));
    let serve = match rules.pop() {
        Some(rule) => rule.serve,
        None => Serve::Variant(flag.default.to_owned()),
    };
    Ok(Plan { rules, serve })
}

/// The variant that a constant result names: a text, or the text of a boolean or a whole number.
pub(super) fn variant_name(result: &Json) -> Option<String> {
    match result {
        Json::Text(name) => Some(name.clone()),
        Json::Bool(value) => Some(value.to_string()),
        // Some readers spell 1.0 as "1", others as "1.0".
        Json::Number(number) if number.whole => number.integer().map(|number| number.to_string()),
        Json::Number(_) | Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

struct Reader<'r> {
    flag: &'r Flag<'r>,
    rules: Vec<Rule>,
    size: usize,
}

impl Reader<'_> {
    /// Adds the rules for those whom `guard` describes; the last one takes all of them.
    fn outcome(&mut self, result: &Json, guard: &Condition<Ask>) -> Result<(), String> {
        let Some((operator, arguments)) = result.as_operation() else { return self.constant(result, guard) };
        match operator {
            "if" | "?:" => self.choice(arguments, guard),
            "fractional" => {
                let split = split::read(arguments, self.flag.key, self.flag.generation)?;
                for share in &split.shares {
                    self.known(&share.variant)?;
                }
                self.rule(guard.clone(), Serve::Split(split))
            }
            _ => self.truth(result, guard),
        }
    }

    fn constant(&mut self, result: &Json, guard: &Condition<Ask>) -> Result<(), String> {
        let name = match result {
            Json::Null => self.flag.default.to_owned(),
            Json::Object(_) => return Err(format!("`{result}` is not an operation with a single operator")),
            other => variant_name(other).ok_or_else(|| format!("`{other}` names no variant"))?,
        };
        self.known(&name)?;
        self.rule(guard.clone(), Serve::Variant(name))
    }

    fn known(&self, name: &str) -> Result<(), String> {
        if self.flag.variants.contains(&name) {
            return Ok(());
        }
        Err(format!("the targeting answers `{name}`, which is not a variant"))
    }

    fn choice(&mut self, arguments: &[Json], guard: &Condition<Ask>) -> Result<(), String> {
        let (pairs, rest) = arguments.as_chunks::<2>();
        for [condition, then] in pairs {
            match condition::read(condition)?.condition {
                Condition::Constant(false) => {}
                Condition::Constant(true) => return self.outcome(then, guard),
                condition => self.outcome(then, &Condition::all([guard.clone(), condition]))?,
            }
        }
        self.outcome(rest.first().unwrap_or(&Json::Null), guard)
    }

    /// A condition whose truth itself names the variant.
    fn truth(&mut self, result: &Json, guard: &Condition<Ask>) -> Result<(), String> {
        let read = condition::read(result)?;
        if read.nullable && self.flag.default != "false" {
            return Err(
                "its answer is a truth value that can be null, which serves the default variant".to_owned()
            );
        }
        self.known("true")?;
        self.known("false")?;
        let holds = Condition::all([guard.clone(), read.condition]);
        self.rule(holds, Serve::Variant("true".to_owned()))?;
        self.rule(guard.clone(), Serve::Variant("false".to_owned()))
    }

    fn rule(&mut self, condition: Condition<Ask>, serve: Serve) -> Result<(), String> {
        self.size += condition.size();
        if self.size > MAX_SIZE {
            return Err(format!("its rules would have more than {MAX_SIZE} conditions"));
        }
        if condition != Condition::Constant(false) {
            self.rules.push(Rule { condition, serve });
        }
        Ok(())
    }
}
