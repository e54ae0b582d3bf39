//! Parts of a flag, asked by themselves: does this condition hold, what does this serve? Each is compiled as it is in a
//! bundle and answered by the runtime, so that whoever explains an answer has no second opinion of what matchers mean.

use flagc_runtime::{At, Context, Document, Evaluator};
use serde_json::{Value, json};

use super::condition;
use super::logic::Logic;
use super::serve::{self, Outcome};
use super::standalone::generation;
use super::{MAX_SIZE, Reason, Segments};
use crate::format::AttributeType;
use crate::model::{AttributeId, Condition, Config, Flag, Rule, Serve};

/// The key of the flag that a question is asked as.
const PROBE: &str = "probe";

/// Who asks, when, and of which workspace.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'p> {
    /// The workspace's settings.
    pub config: &'p Config,
    /// The workspace's segments, as [`super::segments`] builds them.
    pub segments: &'p Segments,
    /// The user.
    pub context: &'p Context,
    /// The time.
    pub at: At,
}

/// What a `serve` gives the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The name of the variant.
    pub variant: String,
    /// Where the user falls, from 0, below [`crate::model::WHOLE`]; `None` where nobody is hashed.
    pub bucket: Option<u64>,
}

impl Probe<'_> {
    /// Whether a condition holds for the user.
    ///
    /// # Errors
    /// A segment that cannot be compiled, or more than [`MAX_SIZE`] nodes.
    pub fn holds(&self, condition: &Condition) -> Result<bool, Reason> {
        let logic = condition::condition(condition, self.config, self.segments).ok_or(Reason::Broken)?;
        self.is_true(logic)
    }

    /// The rule that decides for the user, by its index: the first whose condition holds.
    ///
    /// # Errors
    /// As of [`Self::holds`].
    pub fn rule(&self, rules: &[Rule]) -> Result<Option<usize>, Reason> {
        for (index, rule) in rules.iter().enumerate() {
            let decides = rule.condition.as_ref().map_or(Ok(true), |condition| self.holds(condition))?;
            if decides {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Whether the user's value of an attribute is of the declared type.
    ///
    /// # Errors
    /// Never for an attribute of this workspace, but for a defect of flagc.
    pub fn has_type(&self, attribute: AttributeId) -> Result<bool, Reason> {
        let attribute = self.config.attribute(attribute);
        match attribute.kind {
            // What is asked of a list is asked of its elements, so there is no logic for the list itself.
            AttributeType::List => {
                Ok(self.context.get(&attribute.name.value).is_some_and(serde_json::Value::is_array))
            }
            AttributeType::String
            | AttributeType::Boolean
            | AttributeType::Integer
            | AttributeType::Number
            | AttributeType::Version => self.is_true(condition::has_type(attribute)),
        }
    }

    /// Whether that second has come.
    ///
    /// # Errors
    /// Never, but for a defect of flagc.
    pub fn is_since(&self, second: i64) -> Result<bool, Reason> {
        self.is_true(Logic::since(second))
    }

    /// What a flag's `serve` gives the user.
    ///
    /// # Errors
    /// Never for a flag of this workspace that is not broken, but for a defect of flagc.
    pub fn serve(&self, flag: &Flag, serve: &Serve) -> Result<Served, Reason> {
        let variants: serde_json::Map<String, Value> =
            flag.variants.iter().map(|variant| (variant.name.value.to_string(), Value::Null)).collect();
        let off = flag.variant(flag.off_variant).name.value.as_str();
        self.ask(
            &Value::Object(variants),
            off,
            &Outcome::of(serve, flag, self.segments).into_logic(flag, self.segments),
        )
    }

    fn is_true(&self, truth: Logic) -> Result<bool, Reason> {
        let size = truth.size();
        if size > MAX_SIZE {
            return Err(Reason::TooLarge(size));
        }
        let question = serve::choice(truth, Logic::text("yes"), Logic::text("no"));
        let answer = self.ask(&json!({"yes": true, "no": false}), "no", &question)?;
        Ok(answer.variant == "yes")
    }

    /// Lets the runtime evaluate a flag of its own with this targeting. A text is what everybody gets.
    fn ask(&self, variants: &Value, default: &str, targeting: &Logic) -> Result<Served, Reason> {
        let rejected = |why: String| Reason::Rejected(why);
        let targeting = match targeting {
            Logic::Text(name) => serve::choice(Logic::Boolean(true), Logic::Text(name.clone()), Logic::Null),
            other => other.clone(),
        };
        let mut bytes = Vec::new();
        targeting.write(&mut bytes);
        let targeting: Value = serde_json::from_slice(&bytes).map_err(|error| rejected(error.to_string()))?;
        let flag = json!({
            "state": "ENABLED", "variants": variants, "defaultVariant": default, "targeting": targeting,
        });
        let document = Document::from_value(&json!({"flags": {PROBE: flag}}))
            .map_err(|error| rejected(error.to_string()))?
            .with_generation(generation(self.config));
        let evaluator = Evaluator::new(document);
        let (details, trace) = evaluator.resolve_traced(PROBE, self.context, self.at);
        let Some(variant) = details.variant else {
            return Err(rejected(details.error_message.unwrap_or_default().into_owned()));
        };
        Ok(Served { variant: variant.to_owned(), bucket: trace.buckets.last().map(|bucket| bucket.bucket) })
    }
}
