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
        Group::Coordination => "whether the services can do together what the flags ask of them",
        Group::Lifecycle => "whether flags have an end",
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

#[test]
fn the_picture_of_the_sample_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = flagc::workspace::load(&root.join("flags"));
    let options = flagc::ops::graph::GraphOptions { focus: None, environment: Some("production") };
    let shown = flagc::ops::graph::graph(&loaded.workspace, options).unwrap();
    let report = flagc::report::graph::Report {
        selection: &shown.selection,
        workspace: &loaded.workspace,
        sources: &loaded.sources,
        environment: shown.environment,
    };
    let picture = flagc::report::graph::render(flagc::report::graph::Format::Mermaid, &report);
    let page = read("docs/graph.md");
    let (before, rest) = page.split_once("```mermaid\n").unwrap();
    let after = rest.split_once("```\n").unwrap().1;
    let written =
        snapbox::Data::read_from(&root.join("docs/graph.md"), Some(snapbox::data::DataFormat::Text)).raw();
    let assert = snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false);
    assert.eq(snapbox::Data::text(format!("{before}```mermaid\n{picture}```\n{after}")), written);
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// `dependencies` and `dev-dependencies` of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = read(manifest).parse().unwrap();
    let tables =
        ["dependencies", "dev-dependencies"].iter().filter_map(|name| manifest.get(*name)?.as_table());
    tables.flat_map(toml::Table::keys).cloned().collect()
}

#[test]
fn every_dependency_has_its_reason_in_the_architecture() {
    let page = read("ARCHITECTURE.md");
    let crates = page.split("## Crates").nth(1).unwrap();
    let manifests = ["Cargo.toml", "crates/flagc-runtime/Cargo.toml", "crates/xtask/Cargo.toml"];
    let missing: Vec<String> = manifests
        .iter()
        .flat_map(|manifest| dependencies(manifest))
        .filter(|name| !name.starts_with("flagc") && !crates.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "not in the table of crates: {missing:?}");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name));
    let mut broken = Vec::new();
    for page in pages.chain(top) {
        let text = std::fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://")) {
            let target = page.parent().unwrap().join(link.split('#').next().unwrap());
            if !target.exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
