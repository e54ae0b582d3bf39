//! Who is served what, decided exactly: conditions, splits and requirements become formulas over the cells of a
//! [`Space`], a [`Solver`] says whether they can hold together, and every "yes" comes with a context for which the
//! runtime says the same.

mod analysis;
mod cells;
mod couple;
mod culprit;
mod describe;
mod divided;
mod facts;
mod fate;
mod formula;
mod number;
mod program;
mod regions;
mod screen;
mod shares;
mod solve;
mod space;
mod version;
mod witness;
mod words;

pub use analysis::{Analysis, MAX_MOMENTS, Moment, Reach, Scene, Setting, Survey, same_text, variants_of};
pub use culprit::{condition_span, contradicting};
pub use describe::condition as in_words;
pub use divided::divides;
pub use facts::Gathered;
pub use fate::{Fate, RuleFacts, RuleList};
pub use formula::Formula;
pub use program::{Branch, BranchId, Decisions, Program, gather, instants};
pub use regions::{Region, regions};
pub use screen::{is_plain, surely_varies};
pub use shares::Joint;
pub use solve::{BUDGET, Domains, Solver, TooComplex};
pub use space::Space;
pub use witness::{Context, bucket_of, context};
pub use words::{row, rule_name, rule_span, serve_span, served};

/// Closed sets and narrow intervals of identities are enumerated up to this many values.
const MAX_IDENTITIES: u32 = 10_000;
