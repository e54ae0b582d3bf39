//! The evaluation context: who asks. A map from attribute names to JSON values; the targeting key is the attribute
//! `targetingKey`, as OpenFeature and flagd have it.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// The attribute that carries OpenFeature's targeting key.
pub const TARGETING_KEY: &str = "targetingKey";

/// Up to this many attributes, looking at each is faster than a binary search.
const FEW: usize = 16;

/// The attributes of one evaluation.
///
/// ```
/// use flagc_runtime::Context;
///
/// let context = Context::with_targeting_key("user-7").set("country", "DE").set("age", 41);
/// assert_eq!(context.get("country").and_then(|v| v.as_str()), Some("DE"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// Sorted by length and then by name: most names differ in length, which is compared without touching their bytes.
    attributes: Vec<(Box<str>, Value)>,
}

impl Context {
    /// A context without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A context with only a targeting key.
    pub fn with_targeting_key(key: impl Into<String>) -> Self {
        Self::new().set(TARGETING_KEY, key.into())
    }

    /// The same context with one more attribute; an attribute of that name is replaced.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    /// Adds an attribute in place and returns the value that it replaces.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.position(&name) {
            Ok(index) => self.attributes.get_mut(index).map(|(_, old)| std::mem::replace(old, value)),
            Err(index) => {
                self.attributes.insert(index, (name.into(), value));
                None
            }
        }
    }

    /// The value of a top-level attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        if self.attributes.len() <= FEW {
            return self.attributes.iter().find(|(other, _)| **other == *name).map(|(_, value)| value);
        }
        let index = self.position(name).ok()?;
        self.attributes.get(index).map(|(_, value)| value)
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.attributes.binary_search_by(|(other, _)| compare(other, name))
    }

    /// The targeting key, where it is a string.
    pub fn targeting_key(&self) -> Option<&str> {
        self.get(TARGETING_KEY).and_then(Value::as_str)
    }

    /// A context from a JSON value; `None` where it is not an object (`null` is the empty context).
    pub fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(attributes) => Some(attributes.into()),
            Value::Null => Some(Self::new()),
            _ => None,
        }
    }
}

fn compare(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

impl From<Map<String, Value>> for Context {
    fn from(map: Map<String, Value>) -> Self {
        let mut attributes: Vec<_> = map.into_iter().map(|(name, value)| (name.into(), value)).collect();
        attributes.sort_unstable_by(|(a, _): &(Box<str>, Value), (b, _)| compare(a, b));
        Self { attributes }
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect::<Map<_, _>>().into()
    }
}
