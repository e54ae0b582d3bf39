//! Pages in `docs/` that are written from the code are fresh. `SNAPSHOTS=overwrite cargo test --test docs` writes them.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;

use flagc::rule::Group;
use flagc::rules;

/// What a group is about, in the words of its documentation.
fn heading(group: Group) -> &'static str {
    match group {
        Group::Syntax => "whether a file is readable text and TOML",
        Group::Schema => "whether a file has the keys and the values of the format",
        Group::Names => "whether names refer to something that exists",
        Group::Meaning => "whether what is written has a meaning",
        Group::Behaviour => "whether flags do what their owners expect, in every SDK",
    }
}

fn rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\n\
         What `flagc check` finds. `flagc explain RULE` shows a rule's page, with an example.\n\n\
         `[lints]` in `flagc.toml` sets a rule, or a group of rules, to `allow`, `warn` or `error`; a rule's own entry\n\
         wins over its group's. A rule that is *fixed* is always an error: what it finds has no meaning that could be\n\
         compiled.\n",
    );
    for group in Group::ALL {
        let _ = write!(page, "\n## {}: {}\n\n", group.as_str(), heading(group));
        page.push_str("| rule | level | finds |\n| --- | --- | --- |\n");
        for rule in rules::ALL.iter().filter(|rule| rule.group == group) {
            let _ = writeln!(page, "| `{}` | {} | {} |", rule.id.0, rule.level.as_str(), rule.summary);
        }
    }
    page
}

#[test]
fn the_table_of_rules_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let written = snapbox::Data::read_from(&file, Some(snapbox::data::DataFormat::Text)).raw();
    let assert = snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false);
    assert.eq(snapbox::Data::text(rules_page()), written);
}
