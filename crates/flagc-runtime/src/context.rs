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
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Sorted by mark and then by name.
    attributes: Vec<Attribute>,
    slots: Slots,
}

#[derive(Clone, Debug)]
struct Attribute {
    mark: Mark,
    name: Box<str>,
    value: Value,
    /// The place of another attribute of the same slot.
    next: u8,
}

/// What nearly always tells names apart: the first fifteen bytes and the length (255 stands for all that are longer).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Mark {
    first: u64,
    rest: u64,
}

pub(crate) fn mark(name: &str) -> Mark {
    let (mut first, mut rest) = ([0; 8], [0; 8]);
    for (byte, of_name) in first.iter_mut().chain(rest.iter_mut().take(7)).zip(name.bytes()) {
        *byte = of_name;
    }
    rest[7] = u8::try_from(name.len()).unwrap_or(u8::MAX);
    Mark { first: u64::from_le_bytes(first), rest: u64::from_le_bytes(rest) }
}

impl Mark {
    /// Whether it holds a name as a whole.
    #[inline]
    fn is_whole(self) -> bool {
        self.rest.to_le_bytes()[7] < 16
    }
}

/// One of 32 numbers that a mark leads to.
pub(crate) type Slot = u8;

pub(crate) fn slot(mark: Mark) -> Slot {
    let [.., top] = (mark.first ^ mark.rest).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    top >> 3
}

/// For each slot the place of the first attribute whose name leads there; each names the next.
#[derive(Clone, Debug)]
struct Slots([u8; 32]);

/// The place of no attribute.
const NONE: u8 = u8::MAX;

/// With more attributes than this, names are searched for; so are those that a mark does not hold as a whole.
const MANY: usize = 250;

impl Default for Slots {
    fn default() -> Self {
        Self([NONE; 32])
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.attributes.iter().zip(&other.attributes);
        self.attributes.len() == other.attributes.len()
            && pairs.all(|(a, b)| a.name == b.name && a.value == b.value)
    }
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
                self.attributes.insert(index, Attribute { mark, name: name.into(), value, next: NONE });
                self.link(index);
                None
            }
        }
    }

    /// The value of a top-level attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mark = mark(name);
        self.read(mark, slot(mark), || name)
    }

    /// The value of the top-level attribute of that name, whose mark and slot are known.
    #[inline]
    pub(crate) fn read<'n>(&self, mark: Mark, slot: Slot, name: impl FnOnce() -> &'n str) -> Option<&Value> {
        if self.attributes.len() > MANY || !mark.is_whole() {
            return self.search(mark, name());
        }
        let mut place = self.slots.0[usize::from(slot % 32)];
        // The place of none is beyond all.
        while let Some(one) = self.attributes.get(usize::from(place)) {
            if one.mark == mark {
                return Some(&one.value);
            }
            place = one.next;
        }
        None
    }

    #[inline(never)]
    fn search(&self, mark: Mark, name: &str) -> Option<&Value> {
        let place = self.position(mark, name).ok()?;
        self.attributes.get(place).map(|attribute| &attribute.value)
    }

    /// Finds a place among the attributes for one more.
    fn link(&mut self, place: usize) {
        if self.attributes.len() > MANY {
            return;
        }
        let Some(known) = self.attributes.get(place).map(|attribute| slot(attribute.mark)) else { return };
        let place = u8::try_from(place).unwrap_or(NONE);
        let nexts = self.attributes.iter_mut().map(|attribute| &mut attribute.next);
        for other in nexts.chain(&mut self.slots.0) {
            *other += u8::from(*other >= place && *other < NONE);
        }
        if let Some(first) = self.slots.0.get_mut(usize::from(known))
            && let Some(attribute) = self.attributes.get_mut(usize::from(place))
        {
            attribute.next = std::mem::replace(first, place);
        }
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
        let attribute = |(name, value): (String, Value)| Attribute {
            mark: mark(&name),
            name: name.into(),
            value,
            next: NONE,
        };
        let mut attributes: Vec<_> = map.into_iter().map(attribute).collect();
        attributes.sort_unstable_by(|a, b| (a.mark, &a.name).cmp(&(b.mark, &b.name)));
        let mut slots = Slots::default();
        for (attribute, place) in attributes.iter_mut().zip(0..NONE) {
            if let Some(first) = slots.0.get_mut(usize::from(slot(attribute.mark))) {
                attribute.next = std::mem::replace(first, place);
            }
        }
        Self { attributes, slots }
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect::<Map<_, _>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_told_apart() {
        let mut names: Vec<String> = ["", "\0", "a", "a\0", "a\0\0", "\u{f}"].map(str::to_owned).into();
        for length in (13..=19).chain([254, 255, 256, 257]) {
            names.extend(["x", "y", "\0", "\u{1}", "\u{f}"].map(|last| "n".repeat(length - 1) + last));
            names.push("n".repeat(length - 2) + "yx");
        }
        for count in 1..=names.len() {
            let (here, absent) = names.split_at(count);
            let pairs = here.iter().zip(0..);
            let context: Context = pairs.clone().map(|(name, value)| (name.as_str(), value)).collect();
            for (name, value) in pairs {
                assert_eq!(context.get(name), Some(&Value::from(value)), "{name:?} of {count}");
            }
            for name in absent {
                assert_eq!(context.get(name), None, "{name:?} of {count}");
            }
        }
    }

    #[test]
    fn attributes_are_found_however_many_there_are_and_however_they_came_in() {
        for count in [0, 1, 5, 40, 200, 249, 250, 251, 252, 300, 700] {
            let names: Vec<String> = (0..count).map(|n| format!("{}{n}", "name-".repeat(n % 3))).collect();
            let mut inserted = Context::new();
            for (value, name) in names.iter().rev().enumerate() {
                assert_eq!(inserted.insert(name, value), None);
            }
            for (value, name) in names.iter().enumerate() {
                assert_eq!(inserted.insert(name, value), Some(Value::from(count - 1 - value)), "{count}");
            }
            let collected: Context = names.iter().enumerate().map(|(value, name)| (name, value)).collect();
            assert_eq!(inserted, collected);
            for context in [&inserted, &collected] {
                for (value, name) in names.iter().enumerate() {
                    assert_eq!(context.get(name), Some(&Value::from(value)), "{name} of {count}");
                }
                for absent in ["", "name", "name-", "name-name-name-1", "targetingKey"] {
                    assert_eq!(context.get(absent), None, "{absent} of {count}");
                }
            }
        }
    }
}
