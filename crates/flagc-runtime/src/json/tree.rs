//! JSON as a tree that borrows its texts from the bytes it was read from: what documents are compiled from. It costs a
//! fraction of a tree of owned maps, and its reader can refuse duplicate keys.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use foldhash::fast::RandomState;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value. An object has each key once.
#[derive(Clone, Debug)]
pub(crate) enum Tree<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Object<'a>),
}

/// The entries of an object, in the order in which they were read.
pub(crate) type Object<'a> = Vec<(Cow<'a, str>, Tree<'a>)>;

/// What becomes of a key that stands twice in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// The last one counts, as in flagd's SDKs.
    LastCounts,
    Refused,
}

impl Tree<'_> {
    /// The value of a key, where the tree is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same value in owned form.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Number(n) => Value::Number(n),
            Self::Text(text) => Value::String(text.into_owned()),
            Self::List(items) => Value::Array(items.into_iter().map(Self::into_value).collect()),
            Self::Object(entries) => Value::Object(into_map(entries)),
        }
    }
}

pub(crate) fn into_map(entries: Object) -> Map<String, Value> {
    entries.into_iter().map(|(key, value)| (key.into_owned(), value.into_value())).collect()
}

impl<'a> From<&'a Value> for Tree<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Number(n) => Self::Number(n.clone()),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(map) => Self::Object(
                map.iter().map(|(key, value)| (Cow::Borrowed(key.as_str()), Self::from(value))).collect(),
            ),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Duplicates {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Duplicates {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree<'de>, E> {
        Number::from_f64(value).map(Tree::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        let mut entries = Object::new();
        while let Some(key) = map.next_key_seed(Key)? {
            if entries.is_empty() {
                entries.reserve_exact(1); // most objects are operators, which have one key
            }
            entries.push((key, map.next_value_seed(self)?));
        }
        match (first_duplicate(&entries), self) {
            (None, _) => Ok(Tree::Object(entries)),
            (Some(_), Self::LastCounts) => Ok(Tree::Object(last_of_each(entries))),
            (Some(key), Self::Refused) => {
                Err(A::Error::custom(format_args!("the key `{key}` stands twice in one object")))
            }
        }
    }
}

/// Reads a key without copying it.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

/// The first key that stands a second time. Most objects have few keys, or all keys in order.
fn first_duplicate<'e>(entries: &'e Object) -> Option<&'e str> {
    if entries.is_sorted_by(|(a, _), (b, _)| a < b) {
        return None;
    }
    let mut seen: HashSet<&str, RandomState> = HashSet::default();
    entries.iter().map(|(key, _)| key.as_ref()).find(|key| !seen.insert(key))
}

fn last_of_each(entries: Object) -> Object {
    let mut seen: HashSet<Cow<str>, RandomState> = HashSet::default();
    let mut kept: Object = entries.into_iter().rev().filter(|(key, _)| seen.insert(key.clone())).collect();
    kept.reverse();
    kept
}
