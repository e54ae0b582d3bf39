//! Flags and payloads as bytes: canonical JSON (RFC 8785), so that equal content is equal bytes.

use std::collections::BTreeMap;

use flagc_runtime::bundle::Provenance;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::logic::Logic;
use super::{Branch, CompiledFlag};
use crate::model::Flag;

/// Exactly the keys that every SDK accepts; more would make some refuse the whole document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FlagDocument<'f> {
    state: &'static str,
    variants: BTreeMap<&'f str, &'f Value>,
    default_variant: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    targeting: Option<&'f Logic>,
}

/// A flag as flagd reads it. An outcome that is a name is what everybody gets; anything else is targeting, behind
/// which the off variant stands.
pub(super) fn flag(flag: &Flag, outcome: &Logic, branches: Vec<Branch>) -> CompiledFlag {
    let off = flag.variant(flag.off_variant).name.value.as_str();
    let (default_variant, targeting) = match outcome {
        Logic::Text(name) => (name.as_str(), None),
        targeting => (off, Some(targeting)),
    };
    let variants =
        flag.variants.iter().map(|variant| (variant.name.value.as_str(), &*variant.value)).collect();
    let document = FlagDocument { state: "ENABLED", variants, default_variant, targeting };
    CompiledFlag { key: flag.key.clone(), json: canonical(&document), branches }
}

/// The revision of a compiled flag: the first 16 hex digits of the SHA-256 of its canonical JSON.
pub fn revision(flag: &CompiledFlag) -> String {
    hex(&Sha256::digest(&flag.json)[..8])
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The payload of a bundle: a flagd document that knows where it comes from. Keys are ASCII, so the order of bytes is
/// the order that RFC 8785 asks for.
pub fn payload(provenance: &Provenance, flags: &[CompiledFlag]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024 + flags.iter().map(|flag| flag.json.len() + 64).sum::<usize>());
    bytes.extend_from_slice(b"{\"flagc\":");
    bytes.extend(canonical(provenance));
    bytes.extend_from_slice(b",\"flags\":{");
    for (index, flag) in flags.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        bytes.extend(canonical(&flag.key.as_str()));
        bytes.push(b':');
        bytes.extend_from_slice(&flag.json);
    }
    bytes.extend_from_slice(b"},\"metadata\":");
    bytes.extend(canonical(&metadata(provenance)));
    bytes.push(b'}');
    bytes
}

/// What services see of the provenance: flagd hands flag-set metadata to every evaluation. Scalars only.
fn metadata(provenance: &Provenance) -> BTreeMap<&'static str, Value> {
    let mut metadata = BTreeMap::from([
        ("environment", Value::from(provenance.environment.as_str())),
        ("project", Value::from(provenance.project.as_str())),
        ("serial", Value::from(provenance.serial)),
    ]);
    if let Some(commit) = &provenance.source.commit {
        metadata.insert("commit", Value::from(commit.as_str()));
    }
    metadata
}

/// RFC 8785. The values written here are finite numbers, strings and maps with string keys, which cannot fail; should
/// one ever, the empty output is no JSON and nothing would verify it.
fn canonical<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).unwrap_or_default()
}
