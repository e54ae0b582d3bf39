//! For an issue or a pull request: a list of things to do.

use std::fmt::Write as _;

use super::words;
use crate::report::markup::{code, escape};
use crate::retire::{Plan, Step};

pub(super) fn render(plan: &Plan) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "### Take out the flag {}\n", code(&plan.flag));
    let _ = writeln!(text, "Owner: {}. File: {}.\n", escape(&plan.owner), code(&plan.file));
    if !plan.blockers.is_empty() {
        text.push_str("**What stands in the way**\n\n");
        for blocker in &plan.blockers {
            let _ = writeln!(text, "- ❌ {}", escape(&words::blocker(blocker)));
        }
        text.push('\n');
    }
    text.push_str("| environment | what stays |\n| --- | --- |\n");
    for stay in &plan.stays {
        let _ = writeln!(text, "| {} | {} |", escape(&stay.environment), escape(&words::stay(stay)));
    }
    text.push_str("\n**What is merged, in this order**\n\n");
    for (number, step) in (1..).zip(&plan.steps) {
        let _ = writeln!(text, "{number}. [ ] {}", escape(&words::step(step)));
        if let Step::Code { uses, .. } = step {
            for one in uses {
                let _ = writeln!(text, "    - {} {}", one.class.as_str(), code(&words::place(one)));
            }
        }
    }
    for note in &plan.notes {
        let _ = writeln!(text, "\n⚠ {}", escape(note));
    }
    text
}
