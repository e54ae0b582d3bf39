//! Reads serde types from the tree. [`Spanned`] fields learn where their value stands, and map keys too.

use std::fmt;

use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};

use super::{Item, ItemChildren, NodeId, Value};
use crate::source::{Span, Spanned};

/// The name that asks this deserializer for a span; no other deserializer knows it.
const SPANNED: &str = "$flagc::Spanned";

/// The name that asks for the text of a TOML date or time; a quoted string does not answer to it.
pub(crate) const DATETIME: &str = "$flagc::Datetime";

/// The name that asks for a list, or for a single value as if it were a list of one.
pub(crate) const ONE_OR_MANY: &str = "$flagc::OneOrMany";

/// A value that does not fit its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// What is wrong.
    pub message: String,
    /// Where; `None` before an item has claimed it.
    pub at: Option<(NodeId, Span)>,
    /// Whether a key is missing, which the schema reports better.
    pub missing: bool,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mismatch {}

/// Boxed: it is rare, and every value on the way would be carried in as much room.
type Error = Box<Mismatch>;

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Mismatch { message: message.to_string(), at: None, missing: false })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Mismatch { message: format!("missing key `{field}`"), at: None, missing: true })
    }
}

/// Reads a value of type `T` from an item. Invalid values are passed over as if they were not there.
///
/// # Errors
/// A [`Mismatch`] at the innermost value that does not fit.
pub fn from_item<T: DeserializeOwned>(item: Item<'_>) -> Result<T, Box<Mismatch>> {
    T::deserialize(ItemDeserializer(item))
}

struct ItemDeserializer<'t>(Item<'t>);

impl ItemDeserializer<'_> {
    /// Gives an error that knows no place the place of this item.
    fn locate<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        outcome.map_err(|mut error| {
            error.at = error.at.or(Some((self.0.id(), self.0.span())));
            error
        })
    }
}

impl<'de> Deserializer<'de> for ItemDeserializer<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let outcome = match self.0.value() {
            Value::Invalid => Err(Error::custom("a value that cannot be read")),
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Boolean(value) => visitor.visit_bool(*value),
            // A `Datetime` field asks for the struct below; everything else must not take a date for a string.
            Value::Datetime(_) => Err(Error::custom("a date stands where none is expected")),
            Value::Array(_) => visitor.visit_seq(Elements { children: self.0.children(), len: self.0.len() }),
            Value::Table(_) => {
                visitor.visit_map(Entries { children: self.0.children(), value: None, len: self.0.len() })
            }
        };
        self.locate(outcome)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            let parts = Parts { span: self.0.span(), value: Some(ItemDeserializer(self.0)), is_told: false };
            return self.locate(visitor.visit_seq(parts));
        }
        if name == ONE_OR_MANY && self.0.is_array() {
            return self.deserialize_any(visitor);
        }
        if name == DATETIME {
            let outcome = match self.0.value() {
                Value::Datetime(value) => visitor.visit_string(value.to_string()),
                _ => Err(Error::custom(format!(
                    "expected a date without quotes, found {}",
                    self.0.type_name()
                ))),
            };
            return self.locate(outcome);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0.as_str() {
            Some(text) => self.locate(visitor.visit_enum(StrDeserializer::new(text))),
            None => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Elements<'t> {
    children: ItemChildren<'t>,
    /// How many there were at first.
    len: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let next = self.children.by_ref().find(|item| !matches!(item.value(), Value::Invalid));
        next.map(|item| seed.deserialize(ItemDeserializer(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len)
    }
}

struct Entries<'t> {
    children: ItemChildren<'t>,
    value: Option<Item<'t>>,
    /// How many there were at first.
    len: usize,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.value = self.children.by_ref().find(|item| !matches!(item.value(), Value::Invalid));
        self.value.map(|item| seed.deserialize(KeyDeserializer(item))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let item = self.value.take().ok_or_else(|| Error::custom("a value without a key"))?;
        seed.deserialize(ItemDeserializer(item))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len)
    }
}

struct KeyDeserializer<'t>(Item<'t>);

impl<'de> Deserializer<'de> for KeyDeserializer<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0.key())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            let span = self.0.key_span();
            return visitor.visit_seq(Parts { span, value: Some(self), is_told: false });
        }
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A span, as one number, and its value: the two elements that [`Spanned`] reads.
struct Parts<D> {
    span: Span,
    value: Option<D>,
    is_told: bool,
}

impl<'de, D: Deserializer<'de, Error = Error>> SeqAccess<'de> for Parts<D> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if std::mem::replace(&mut self.is_told, true) {
            return self.value.take().map(|value| seed.deserialize(value)).transpose();
        }
        let span = u64::from(self.span.start) << 32 | u64::from(self.span.end);
        let span: U64Deserializer<Error> = span.into_deserializer();
        seed.deserialize(span).map(Some)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpannedVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
                let missing = || de::Error::custom("a value without its place");
                let span: u64 = parts.next_element()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                #[expect(clippy::cast_possible_truncation, reason = "two halves of 32 bits")]
                let (start, end) = ((span >> 32) as u32, span as u32);
                Ok(Spanned { value, span: Span { start, end } })
            }
        }

        deserializer.deserialize_newtype_struct(SPANNED, SpannedVisitor(std::marker::PhantomData))
    }
}
