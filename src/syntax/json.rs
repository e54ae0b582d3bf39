//! The tree as the JSON that `jsonschema` reads: in place, without a copy. Dates look like strings to a schema;
//! the typed reading tells them apart.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Number, Value as JsonValue};

use super::{Item, ItemChildren, Value};

/// Names the representation for `jsonschema::options_for`.
#[derive(Debug)]
pub struct TreeJson;

/// A node of the tree, or a bare string (jsonschema validates property names through it).
#[derive(Clone, Debug)]
pub enum View<'t> {
    /// A node.
    Item(Item<'t>),
    /// A property name.
    Name(&'t str),
}

impl Json for TreeJson {
    type Node<'a> = View<'a>;
    type PreparedKey = String;
    const ACYCLIC: bool = true;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(_buffer: &mut (), string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        f(View::Name(string))
    }
}

impl<'t> JsonNode<'t, TreeJson> for View<'t> {
    type Object = ObjectView<'t>;
    type Array = ArrayView<'t>;
    type Number = NumberView;

    fn as_object(&self) -> Option<ObjectView<'t>> {
        match self {
            View::Item(item) if item.is_table() => Some(ObjectView(*item)),
            View::Item(_) | View::Name(_) => None,
        }
    }

    fn as_array(&self) -> Option<ArrayView<'t>> {
        match self {
            View::Item(item) if item.is_array() => Some(ArrayView(*item)),
            View::Item(_) | View::Name(_) => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'t, str>> {
        match self {
            View::Name(name) => Some(Cow::Borrowed(name)),
            View::Item(item) => match item.value() {
                Value::String(text) => Some(Cow::Borrowed(text)),
                Value::Datetime(datetime) => Some(Cow::Owned(datetime.to_string())),
                _ => None,
            },
        }
    }

    fn as_number(&self) -> Option<NumberView> {
        match self {
            View::Item(item) => match item.value() {
                Value::Integer(value) => Some(NumberView::Integer(*value)),
                Value::Float(value) => Some(NumberView::Float(*value)),
                _ => None,
            },
            View::Name(_) => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            View::Item(item) => item.as_bool(),
            View::Name(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.json_type(), JsonType::Null)
    }

    fn json_type(&self) -> JsonType {
        match self {
            View::Name(_) => JsonType::String,
            View::Item(item) => match item.value() {
                Value::Invalid => JsonType::Null,
                Value::String(_) | Value::Datetime(_) => JsonType::String,
                Value::Integer(_) | Value::Float(_) => JsonType::Number,
                Value::Boolean(_) => JsonType::Boolean,
                Value::Array(_) => JsonType::Array,
                Value::Table(_) => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &JsonValue) -> bool {
        match (self.as_string(), expected) {
            (Some(text), JsonValue::String(expected)) => text == *expected,
            (Some(_), _) => false,
            (None, _) => *self.to_value() == *expected,
        }
    }

    fn to_value(&self) -> Cow<'t, JsonValue> {
        Cow::Owned(match self {
            View::Name(name) => JsonValue::from(*name),
            View::Item(item) => to_json(*item),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            View::Item(item) => Some(NodeIdentity::tagged(std::ptr::from_ref(item.tree).addr(), item.id)),
            View::Name(_) => None,
        }
    }
}

/// A table as an object.
#[derive(Debug)]
pub struct ObjectView<'t>(Item<'t>);

impl<'t> Object<'t, TreeJson> for ObjectView<'t> {
    type Node = View<'t>;
    type MemberName = &'t str;
    type MembersIter = Members<'t>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &String) -> Option<View<'t>> {
        self.0.get(key).map(View::Item)
    }

    fn members(&self) -> Members<'t> {
        Members(self.0.children())
    }
}

/// The entries of a table.
#[derive(Debug)]
pub struct Members<'t>(ItemChildren<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, View<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|item| (item.key(), View::Item(item)))
    }
}

/// An array.
#[derive(Debug)]
pub struct ArrayView<'t>(Item<'t>);

impl<'t> Array<'t, TreeJson> for ArrayView<'t> {
    type Node = View<'t>;
    type ElementsIter = Elements<'t>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Elements<'t> {
        Elements(self.0.children())
    }
}

/// The elements of an array.
#[derive(Debug)]
pub struct Elements<'t>(ItemChildren<'t>);

impl<'t> Iterator for Elements<'t> {
    type Item = View<'t>;

    fn next(&mut self) -> Option<View<'t>> {
        self.0.next().map(View::Item)
    }
}

/// A number of the tree.
#[derive(Clone, Copy, Debug)]
pub enum NumberView {
    /// Written without fraction and exponent.
    Integer(i64),
    /// Written with one of them.
    Float(f64),
}

impl JsonNumber for NumberView {
    fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Integer(value) => u64::try_from(*value).ok(),
            Self::Float(_) => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Float(_) => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 were refused when read")]
            Self::Integer(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_number().to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match self {
            Self::Integer(value) => Number::from(*value),
            // Not finite cannot be: such numbers are `Value::Invalid`.
            Self::Float(value) => Number::from_f64(*value).unwrap_or_else(|| Number::from(0)),
        })
    }
}

/// A copy of the value in JSON; dates become strings, what was invalid becomes null.
pub(super) fn to_json(item: Item<'_>) -> JsonValue {
    match item.value() {
        Value::Invalid => JsonValue::Null,
        Value::String(text) => JsonValue::from(text.as_ref()),
        Value::Integer(value) => JsonValue::from(*value),
        Value::Float(value) => JsonValue::from(*value),
        Value::Boolean(value) => JsonValue::from(*value),
        Value::Datetime(value) => JsonValue::from(value.to_string()),
        Value::Array(_) => item.children().map(to_json).collect(),
        Value::Table(_) => item
            .children()
            .map(|child| (child.key().to_owned(), to_json(child)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
