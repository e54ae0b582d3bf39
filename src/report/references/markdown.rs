//! Tables by flag, for a pull request or an issue.

use std::fmt::Write as _;

use super::Report;
use crate::report::markup::{code_in_table, escape};

pub(super) fn render(report: &Report<'_>) -> String {
    let scan = report.scan;
    let mut text = format!("## Where code names flags\n\n{}.\n", escape(&report.searched()));
    text.push_str("\n| flag | class | service | place |\n| --- | --- | --- | --- |\n");
    for flag in report.flags {
        for reference in scan.references_of(flag) {
            let place = &reference.place;
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                code_in_table(flag),
                reference.class.as_str(),
                escape(&place.service),
                code_in_table(&format!("{}:{}", place.file, place.line))
            );
        }
    }
    let named = |flag: &&&str| scan.references_of(flag).next().is_none();
    let silent: Vec<String> = report.flags.iter().filter(named).map(|flag| code_in_table(flag)).collect();
    if !silent.is_empty() {
        let _ = writeln!(text, "\nNot named in the code that was searched: {}.", silent.join(", "));
    }
    for undefined in &scan.undefined {
        let place = code_in_table(&format!("{}:{}", undefined.place.file, undefined.place.line));
        let _ = writeln!(text, "\n- no flag is called {}: {place}", code_in_table(&undefined.key));
    }
    for place in &scan.dynamic {
        let _ = writeln!(
            text,
            "\n- a key is made at run time: {}",
            code_in_table(&format!("{}:{}", place.file, place.line))
        );
    }
    for (service, why) in report.unsearched {
        let _ = writeln!(text, "\n- the code of {} was not searched: {}", escape(service), escape(why));
    }
    text
}
