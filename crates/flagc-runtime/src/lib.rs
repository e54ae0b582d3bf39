//! Loads, verifies and evaluates the bundles that `flagc` builds, and any other flagd document.

mod bucket;
pub mod bundle;
mod context;
mod document;
mod evaluate;
mod json;
mod operator;
#[cfg(feature = "open-feature")]
pub mod provider;
mod store;
pub mod trust;
mod value;
pub mod verify;

pub use bucket::Generation;
pub use context::{Context, TARGETING_KEY};
pub use document::{Document, DocumentError, Flag, Metadata, ValueType};
pub use evaluate::{At, BucketTrace, Details, ErrorCode, Evaluator, Reason, Trace};
pub use json::{JsonError, MAX_DEPTH, MAX_DOCUMENT_BYTES};
pub use store::{Active, Store};
