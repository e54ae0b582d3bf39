//! Flags and payloads as bytes: canonical JSON (RFC 8785), so that equal content is equal bytes.

use flagc_runtime::bundle::Provenance;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::logic::Logic;
use super::{Branch, CompiledFlag};
use crate::artifact::hex;
use crate::canonical;
use crate::model::Flag;

/// A flag as flagd reads it, with exactly the keys that every SDK accepts: more would make some refuse the whole
/// document. An outcome that is a name is what everybody gets; anything else is targeting, behind which the off variant
/// stands. It is written in `place`, which one flag after the other can use.
pub(super) fn flag(flag: &Flag, outcome: &Logic, branches: Vec<Branch>, place: &mut Vec<u8>) -> CompiledFlag {
    let off = flag.variant(flag.off_variant).name.value.as_str();
    let (default_variant, targeting) = match outcome {
        Logic::Text(name) => (name.as_str(), None),
        targeting => (off, Some(targeting)),
    };
    place.clear();
    place.extend_from_slice(b"{\"defaultVariant\":");
    canonical::text(default_variant, place);
    place.extend_from_slice(b",\"state\":\"ENABLED\"");
    if let Some(targeting) = targeting {
        place.extend_from_slice(b",\"targeting\":");
        targeting.write(place);
    }
    place.extend_from_slice(b",\"variants\":");
    let variants = flag.variants.iter().map(|variant| (variant.name.value.as_str(), &variant.json));
    canonical::object(variants, place, |value, json| json.extend_from_slice(value.as_bytes()));
    place.push(b'}');
    CompiledFlag { key: flag.key.clone(), json: place.as_slice().into(), branches }
}

/// The revision of a compiled flag: the first 16 hex digits of the SHA-256 of its canonical JSON.
pub fn revision(flag: &CompiledFlag) -> String {
    hex(&Sha256::digest(&flag.json)[..8])
}

/// The payload of a bundle: a flagd document that knows where it comes from. Keys are ASCII, so the order of bytes is
/// the order that RFC 8785 asks for. The provenance, which names a revision for each flag, is made while flags are written.
pub fn payload(provenance: impl FnOnce() -> Provenance + Send, flags: &[CompiledFlag]) -> Vec<u8> {
    let around = || {
        let provenance = provenance();
        let (mut before, mut behind) = (b"{\"flagc\":".to_vec(), b",\"metadata\":".to_vec());
        // Texts, numbers and maps with text for keys: that cannot fail. Should it ever, `null` is no provenance, and nothing
        // would verify it.
        canonical::value(&serde_json::to_value(&provenance).unwrap_or_default(), &mut before);
        canonical::value(&metadata(&provenance), &mut behind);
        before.extend_from_slice(b",\"flags\":");
        behind.push(b'}');
        (before, behind)
    };
    let inside = || {
        // Each flag stands there once more, with its revision.
        let room: usize = flags.iter().map(|flag| flag.json.len() + 2 * flag.key.len() + 32).sum();
        let mut bytes = Vec::with_capacity(4096 + room);
        let entries = flags.iter().map(|flag| (&*flag.key, &flag.json));
        canonical::object(entries, &mut bytes, |json, bytes| bytes.extend_from_slice(json));
        bytes
    };
    let ((before, behind), mut bytes) = rayon::join(around, inside);
    bytes.splice(..0, before);
    bytes.extend_from_slice(&behind);
    bytes
}

/// What services see of the provenance: flagd hands flag-set metadata to every evaluation. Scalars only.
fn metadata(provenance: &Provenance) -> Value {
    let mut metadata = Map::new();
    metadata.insert("environment".to_owned(), Value::from(provenance.environment.as_str()));
    metadata.insert("project".to_owned(), Value::from(provenance.project.as_str()));
    metadata.insert("serial".to_owned(), Value::from(provenance.serial));
    if let Some(commit) = &provenance.source.commit {
        metadata.insert("commit".to_owned(), Value::from(commit.as_str()));
    }
    Value::Object(metadata)
}
