//! Whether what is live can serve what a flag serves: for every environment, flag, service and live version, each variant
//! that somebody can get there, and the off variant, for which the kill switch waits.

mod facts;
mod judge;
mod row;
mod servable;
pub mod words;

pub use facts::{Fact, Facts, Known, Record, RecordState, parse_live};
pub use judge::{Doubt, Outcome, Verdict, answer, candidates, needs_of, settle, survey, verdicts};
pub use row::Row;
pub use servable::{Servable, servable};
