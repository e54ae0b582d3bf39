//! Any text as the file of a flag: parsed, validated, resolved, checked, compiled, evaluated. Nothing panics, every finding
//! lies on text, and what compiles loads.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use flagc::compile;
use flagc::ops::check::check;
use flagc_runtime::{At, Context};
use libfuzzer_sys::fuzz_target;

const SETTINGS: &str = r#"
project = "fuzz"
environments = [{ name = "dev" }, { name = "production" }]
[context.country]
type = "string"
values = ["DE", "US"]
[context.age]
type = "integer"
[context.score]
type = "number"
[context.beta]
type = "boolean"
[context.app]
type = "version"
[context.roles]
type = "list"
"#;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = std::env::temp_dir().join(format!("flagc-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(root.join("segments")).expect("a folder");
    std::fs::write(root.join("flagc.toml"), SETTINGS).expect("the settings");
    let segment = "description = \"s\"\nowner = \"o\"\nif = { country = \"DE\" }\n";
    std::fs::write(root.join("segments/germans.toml"), segment).expect("a segment");
    let other = "description = \"d\"\nkind = \"ops\"\nowner = \"o\"\nserve = { on = 50 }\n";
    std::fs::write(root.join("other.toml"), other).expect("a flag");
    root
});

fuzz_target!(|text: &str| {
    let tree = flagc::syntax::parse(text);
    if let Ok(table) = toml::from_str::<toml::Table>(text) {
        assert!(!table.is_empty() || tree.root().is_empty());
    }
    std::fs::write(ROOT.join("flag.toml"), text).expect("the flag");
    let checked = check(&ROOT);
    for finding in &checked.findings {
        let source = checked.sources.file(finding.place.file);
        assert!(source.text.get(finding.place.span.range()).is_some(), "{finding:?}");
    }
    let segments = compile::segments(&checked.workspace);
    let context =
        Context::new().set("targetingKey", "u").set("country", "DE").set("age", 20).set("app", "1.2.3");
    for flag in &checked.workspace.flags {
        for environment in checked.workspace.config.environment_ids() {
            match compile::standalone(&checked.workspace, flag, environment, &segments) {
                Ok(one) => {
                    let details = one.evaluator.resolve(&one.flag.key, &context, At::unix(0));
                    assert!(details.variant.is_some(), "{details:?}");
                }
                Err(obstacle) => {
                    assert!(!matches!(obstacle.reason, compile::Reason::Rejected(_)), "{obstacle}");
                    assert!(checked.has_errors(), "{obstacle}");
                }
            }
        }
    }
});
