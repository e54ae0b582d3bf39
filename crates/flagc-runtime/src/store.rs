//! What a service holds: the flags that are active now, replaced in one step while others read.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::evaluate::Evaluator;

/// The active evaluator. Readers never wait, and one that has begun with the old flags ends with them.
///
/// Fetching, and keeping the accepted bytes for the next start, are the caller's: a bundle that does not verify never
/// comes here, so what is active stays active.
///
/// ```
/// use flagc_runtime::{At, Context, Document, Evaluator, Store};
///
/// let flags = |on: bool| {
///     let json = format!(
///         r#"{{"flags": {{"dark": {{"state": "ENABLED", "variants": {{"v": {on}}}, "defaultVariant": "v"}}}}}}"#
///     );
///     Document::from_bytes(json.as_bytes()).map(Evaluator::new)
/// };
/// let store = Store::new(flags(false)?);
/// let before = store.load();
/// store.replace(flags(true)?);
/// let at = At::unix(0);
/// assert_eq!(before.boolean("dark", &Context::new(), at).value, Some(false));
/// assert_eq!(store.load().boolean("dark", &Context::new(), at).value, Some(true));
/// # Ok::<(), flagc_runtime::DocumentError>(())
/// ```
pub struct Store {
    active: ArcSwap<Evaluator>,
}

impl Store {
    /// A store whose flags are those of `evaluator`.
    pub fn new(evaluator: Evaluator) -> Self {
        Self { active: ArcSwap::from_pointee(evaluator) }
    }

    /// The flags that are active now. Hold it for one request, not for long: it keeps its flags in memory.
    pub fn load(&self) -> Active {
        Active(self.active.load())
    }

    /// Makes other flags active.
    pub fn replace(&self, evaluator: Evaluator) {
        self.active.store(Arc::new(evaluator));
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Store").field("flags", &self.load().flags().len()).finish_non_exhaustive()
    }
}

/// The flags that were active when [`Store::load`] was called.
pub struct Active(Guard<Arc<Evaluator>>);

impl Deref for Active {
    type Target = Evaluator;

    fn deref(&self) -> &Evaluator {
        &self.0
    }
}

impl fmt::Debug for Active {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Active").field("flags", &self.flags().len()).finish_non_exhaustive()
    }
}
