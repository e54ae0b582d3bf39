//! For a terminal: what stands in the way first.

use std::fmt::Write as _;

use super::words;
use crate::report::visible;
use crate::retire::{Plan, Step};

pub(super) fn render(plan: &Plan) -> String {
    let mut text = String::new();
    let verdict = if plan.blockers.is_empty() { "can be taken out" } else { "cannot be taken out yet" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{} ({}): {verdict}", plan.flag, visible(&plan.owner));
    if !plan.blockers.is_empty() {
        text.push_str("\nwhat stands in the way\n");
        for blocker in &plan.blockers {
            let _ = writeln!(text, "  {}", visible(&words::blocker(blocker)));
        }
    }
    text.push_str("\nwhat stays\n");
    let width = plan.stays.iter().map(|stay| stay.environment.chars().count()).max().unwrap_or(0);
    for stay in &plan.stays {
        let _ = writeln!(text, "  {:width$}   {}", stay.environment, words::stay(stay));
    }
    text.push_str("\nwhat is merged, in this order\n");
    for (number, step) in (1..).zip(&plan.steps) {
        let _ = writeln!(text, "  {number:>2}. {}", visible(&words::step(step)));
        if let Step::Code { uses, .. } = step {
            for one in uses {
                let _ = writeln!(text, "        {:8}  {}", one.class.as_str(), visible(&words::place(one)));
            }
        }
    }
    for note in &plan.notes {
        let _ = writeln!(text, "\nnote: {}", visible(note));
    }
    text
}
