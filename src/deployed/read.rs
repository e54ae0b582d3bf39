//! Texts of manifests, in YAML or in JSON, as [`Node`]s: one document after the other, each gone before the next is read.

use std::fmt;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::tree::{Builder, Node, Refusal};

/// The largest text that is read: what clusters of some ten thousand workloads print.
pub const MAX_MANIFEST_BYTES: usize = 64 << 20;

/// What begins like JSON and is none is read as YAML if it is no larger: YAML keeps flow collections in memory.
const MAX_FLOW_BYTES: usize = 4 << 20;

/// Reads a text and hands over its documents.
///
/// # Errors
/// What is no YAML and no JSON, is too large, or unfolds to too much, in words, with the line where it is known.
pub(super) fn documents(bytes: &[u8], mut take: impl FnMut(&Node)) -> Result<(), Refusal> {
    if bytes.len() > MAX_MANIFEST_BYTES {
        return Err(format!("it is larger than {} MiB: give it in parts", MAX_MANIFEST_BYTES >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['{', '[']) {
        // Collected first: what turns out to be no JSON is read once more.
        let mut read = Vec::new();
        match json(text, &mut read) {
            Ok(()) => {
                for node in &read {
                    take(node);
                }
                return Ok(());
            }
            Err(error) if error.classify() == Category::Data || text.len() > MAX_FLOW_BYTES => {
                return Err(error.to_string());
            }
            Err(_) => {}
        }
    }
    yaml(text, take)
}

fn yaml(text: &str, mut take: impl FnMut(&Node)) -> Result<(), Refusal> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| format!("line {}: {}", error.marker().line(), error.info()))?;
        let line = span.start.line();
        let taken = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some() || style != ScalarStyle::Plain || is_text(&text);
                builder.scalar(&text, is_text, anchor)
            }
            Event::SequenceStart(anchor, _) => builder.list(anchor),
            Event::MappingStart(anchor, _) => builder.map(anchor),
            Event::SequenceEnd | Event::MappingEnd => builder.end(),
            Event::Alias(anchor) => builder.alias(anchor),
            Event::DocumentEnd => {
                if let Some(node) = builder.take() {
                    take(&node);
                }
                Ok(())
            }
            _ => Ok(()),
        };
        taken.map_err(|refusal| format!("line {line}: {refusal}"))?;
    }
    Ok(())
}

/// Whether a scalar without quotes is text for the readers of Kubernetes and Helm. Dates are, to be on the safe side with
/// tags such as `2024-11-03`.
fn is_text(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if matches!(
        lower.as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    ) {
        return false;
    }
    let digits = lower.trim_start_matches(['+', '-']).replace('_', "");
    let is_special = matches!(digits.as_str(), ".inf" | ".nan");
    let is_radix = ["0x", "0o", "0b"].iter().any(|prefix| {
        digits.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    let is_decimal =
        digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok();
    !(is_special || is_radix || is_decimal)
}

/// One JSON value after another, as `kubectl` and `jq` print them.
fn json(text: &str, read: &mut Vec<Rc<Node>>) -> Result<(), serde_json::Error> {
    let mut builder = Builder::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    loop {
        Seed(&mut builder).deserialize(&mut deserializer)?;
        read.extend(builder.take());
        if deserializer.end().is_ok() {
            return Ok(());
        }
    }
}

struct Seed<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.0.scalar(if value { "true" } else { "false" }, false, 0).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.0.scalar(&value.to_string(), false, 0).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.0.scalar(&value.to_string(), false, 0).map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.0.scalar(&value.to_string(), false, 0).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.0.scalar(value, true, 0).map_err(E::custom)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.0.scalar("null", false, 0).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.list(0).map_err(A::Error::custom)?;
        while list.next_element_seed(Seed(self.0))?.is_some() {}
        self.0.end().map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.map(0).map_err(A::Error::custom)?;
        while map.next_key_seed(Seed(self.0))?.is_some() {
            map.next_value_seed(Seed(self.0))?;
        }
        self.0.end().map_err(A::Error::custom)
    }
}
