//! The texts of a document, each held once: names of attributes and variants, and constants, stand in many rules.

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// Longer texts are hardly ever the same.
const LONGEST_SHARED: usize = 64;

#[derive(Default)]
pub(super) struct Texts {
    known: HashSet<Arc<str>, RandomState>,
}

impl Texts {
    /// The text as it is held.
    pub(super) fn hold(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST_SHARED {
            return text.into();
        }
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let held: Arc<str> = text.into();
        self.known.insert(Arc::clone(&held));
        held
    }
}
