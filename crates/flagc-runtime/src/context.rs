//! The evaluation context: who asks. A map from attribute names to JSON values; the targeting key is the attribute
//! `targetingKey`, as OpenFeature and flagd have it.

use serde_json::{Map, Value};

/// The attribute that carries OpenFeature's targeting key.
pub const TARGETING_KEY: &str = "targetingKey";

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
    attributes: Map<String, Value>,
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
        self.attributes.insert(name.into(), value.into())
    }

    /// The value of a top-level attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name)
    }

    /// The targeting key, where it is a string.
    pub fn targeting_key(&self) -> Option<&str> {
        self.get(TARGETING_KEY).and_then(Value::as_str)
    }

    /// A context from a JSON value; `None` where it is not an object (`null` is the empty context).
    pub fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(attributes) => Some(Self { attributes }),
            Value::Null => Some(Self::new()),
            _ => None,
        }
    }
}

impl From<Map<String, Value>> for Context {
    fn from(attributes: Map<String, Value>) -> Self {
        Self { attributes }
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self { attributes: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect() }
    }
}
