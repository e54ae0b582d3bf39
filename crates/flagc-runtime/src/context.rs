//! The evaluation context: who asks. A map from attribute names to JSON values; the targeting key is the attribute
//! `targetingKey`, as OpenFeature and flagd have it.

use serde_json::{Map, Value};

use crate::value;

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
    /// Sorted by mark and then by name.
    attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq)]
struct Attribute {
    mark: Mark,
    name: Box<str>,
    value: Value,
}

/// What nearly always tells names apart: the first seven bytes and the length (255 stands for all that are longer).
pub(crate) type Mark = u64;

pub(crate) fn mark(name: &str) -> Mark {
    let mut bytes = [0; 8];
    for (byte, of_name) in bytes.iter_mut().zip(name.bytes().take(7)) {
        *byte = of_name;
    }
    bytes[7] = u8::try_from(name.len()).unwrap_or(u8::MAX);
    u64::from_le_bytes(bytes)
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
        let mark = mark(&name);
        match self.position(mark, &name) {
            Ok(index) => self.attributes.get_mut(index).map(|old| std::mem::replace(&mut old.value, value)),
            Err(index) => {
                self.attributes.insert(index, Attribute { mark, name: name.into(), value });
                None
            }
        }
    }

    /// The value of a top-level attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.read(mark(name), || name)
    }

    /// The value of the top-level attribute of that name, whose mark is known.
    #[inline]
    pub(crate) fn read<'n>(&self, mark: Mark, name: impl FnOnce() -> &'n str) -> Option<&Value> {
        if self.attributes.len() <= FEW {
            let mut marked = self.attributes.iter().filter(|attribute| attribute.mark == mark);
            // A mark holds a name of up to seven bytes as a whole.
            let found = if mark.to_le_bytes()[7] < 8 {
                marked.next()
            } else {
                let name = name();
                marked.find(|attribute| value::same(attribute.name.as_bytes(), name.as_bytes()))
            };
            return found.map(|attribute| &attribute.value);
        }
        let index = self.position(mark, name()).ok()?;
        self.attributes.get(index).map(|attribute| &attribute.value)
    }

    fn position(&self, mark: Mark, name: &str) -> Result<usize, usize> {
        self.attributes.binary_search_by(|other| (other.mark, &*other.name).cmp(&(mark, name)))
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

impl From<Map<String, Value>> for Context {
    fn from(map: Map<String, Value>) -> Self {
        let attribute =
            |(name, value): (String, Value)| Attribute { mark: mark(&name), name: name.into(), value };
        let mut attributes: Vec<_> = map.into_iter().map(attribute).collect();
        attributes.sort_unstable_by(|a, b| (a.mark, &a.name).cmp(&(b.mark, &b.name)));
        Self { attributes }
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect::<Map<_, _>>().into()
    }
}
