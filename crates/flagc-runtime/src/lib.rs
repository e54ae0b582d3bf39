//! Loads, verifies and evaluates the bundles that `flagc` builds, and any other flagd document.
//!
//! From bytes to a value there are four steps, each a type:
//!
//! | step | type | what it promises |
//! | --- | --- | --- |
//! | whom to trust | [`trust::TrustFile`] | keys stand under their own hash, none is weak, thresholds can be met |
//! | verify | [`verify::verify`] → [`verify::Verified`] | signed by enough of those keys, for this project and environment |
//! | evaluate | [`Evaluator`] | rules are compiled once; an answer borrows, and never panics |
//! | replace | [`Store`] | one step, while others read |
//!
//! ```
//! use flagc_runtime::trust::TrustFile;
//! use flagc_runtime::verify::{VerifyOptions, verify};
//! use flagc_runtime::{At, Context, Store};
//!
//! /// `trust` is pinned: it ships with the service and never comes from where `bundle` comes from.
//! fn start(trust: &[u8], bundle: &[u8]) -> Result<Store, Box<dyn std::error::Error>> {
//!     let trust = TrustFile::from_bytes(trust)?;
//!     let verified = verify(bundle, &trust, &VerifyOptions::new("production"))?;
//!     Ok(Store::new(verified.evaluator()))
//! }
//!
//! fn is_new_checkout(store: &Store, user: &str) -> bool {
//!     let context = Context::with_targeting_key(user).set("country", "DE");
//!     store.load().boolean("new-checkout-flow", &context, At::system_clock()).unwrap_or(false)
//! }
//! ```
//!
//! When a newer bundle arrives, verify it with [`VerifyOptions::min_serial`](verify::VerifyOptions) set to the serial that
//! was accepted last, keep its bytes for the next start, and [`Store::replace`] the evaluator. A bundle that is refused
//! changes nothing. Where heads are published, [`verify::verify_head`] also defends against rollback and freeze.
//!
//! A document that is not signed is read with [`Document::from_bytes`], for tests and tools.
//!
//! A large document is read in two threads, and the digest of a large bundle is made beside its signature's: the caller
//! waits for both, and where no thread can be had all is done in the caller's. Nothing of a payload is looked at before its
//! signatures count.
//!
//! Nothing here reads files, the environment or, but for [`At::system_clock`], a clock. With the feature `open-feature`
//! there is a provider for OpenFeature's Rust SDK.

mod bucket;
pub mod bundle;
mod choice;
mod context;
mod details;
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

pub use bucket::{Generation, bucket};
pub use context::{Context, TARGETING_KEY};
pub use details::{Details, ErrorCode, Reason};
pub use document::{Document, DocumentError, Flag, Metadata, ValueType};
pub use evaluate::{At, BucketTrace, Evaluator, Trace};
pub use json::{JsonError, MAX_DEPTH, MAX_DOCUMENT_BYTES};
pub use store::{Active, Store};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
