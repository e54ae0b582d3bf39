//! What flags read: all that their compiled form asks for.

use std::collections::BTreeSet;

use flagc::contract::{Purpose, Readings};
use flagc::model::{AttributeId, FlagId};
use rayon::prelude::*;
use serde_json::Value;

use super::drawn::Drawn;
use super::random::Random;
use super::{cases, generate};

const PROVIDED: [&str; 3] = ["country", "account", "email"];

/// The attributes that a compiled flag asks for.
fn variables(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(object) => {
            if let Some(Value::String(name)) = object.get("var")
                && !name.starts_with("$flagd")
            {
                found.insert(name.clone());
            }
            object.values().for_each(|value| variables(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| variables(value, found)),
        _ => {}
    }
}

/// Every flag is evaluated by one service.
fn with_service(mut files: Vec<(String, String)>) -> Vec<(String, String)> {
    for (path, text) in &mut files {
        if path.starts_with("flag-") {
            text.push_str("[services]\nfront = {}\n");
        }
    }
    let provided = PROVIDED.map(|name| format!("\"{name}\"")).join(", ");
    let text = format!("description = \"f\"\nowner = \"f\"\nprovides = [{provided}]\n");
    files.push(("services/front.toml".to_owned(), text));
    files
}

/// How many attributes flags ask for, and how many more they are said to read.
fn judged(case: u64) -> (usize, usize) {
    let drawn = Drawn::with_files(generate::shop(&mut Random::new(case)), with_service);
    let (workspace, readings) = (drawn.workspace(), Readings::new(drawn.workspace()));
    let (mut asked, mut more) = (0, 0);
    for (index, flag) in workspace.flags.iter().enumerate() {
        let id = FlagId(u32::try_from(index).unwrap());
        let mut all: BTreeSet<AttributeId> = BTreeSet::new();
        for environment in workspace.config.environment_ids() {
            let compiled = drawn.compiled(flag, environment).unwrap();
            let mut names = BTreeSet::new();
            variables(&serde_json::from_slice(&compiled.flag.json).unwrap(), &mut names);
            let names: BTreeSet<AttributeId> =
                names.iter().map(|name| workspace.config.attribute_id(name).unwrap()).collect();
            let reads = readings.in_environment(id, environment);
            let is_read = |attribute: &AttributeId| {
                reads.as_ref().is_some_and(|reads| {
                    reads.conditions.contains(*attribute) || reads.identities.contains(*attribute)
                })
            };
            assert!(names.iter().all(is_read), "case {case}, {}: {names:?}\n{}", flag.key, drawn.show());
            asked += names.len();
            let said = workspace.config.context.len();
            let said = (0..u16::try_from(said).unwrap()).map(AttributeId).filter(is_read).collect::<Vec<_>>();
            more += said.len() - names.len();
            all.extend(said);
        }
        let missing = readings.missing.iter().filter(|missing| missing.flag == id);
        let missing: BTreeSet<AttributeId> = missing
            .map(|missing| {
                let reading = readings.trace(id, missing.attribute, missing.purpose).unwrap();
                let name = &workspace.config.attribute(missing.attribute).name.value;
                let text = drawn.loaded.sources.text(reading.place);
                assert!(
                    missing.purpose == Purpose::Identity || text == name,
                    "case {case}: {text} is not {name}"
                );
                missing.attribute
            })
            .collect();
        let provided = PROVIDED.map(|name| workspace.config.attribute_id(name).unwrap());
        all.retain(|attribute| !provided.contains(attribute));
        assert_eq!(missing, all, "case {case}, {}", flag.key);
    }
    (asked, more)
}

#[test]
fn a_flag_reads_all_that_its_compiled_form_asks_for() {
    let judged: Vec<_> = cases(2_000).into_par_iter().map(judged).collect();
    let (asked, more) = judged.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{asked} asked for, {more} more read");
    // What the compiler folds away is written all the same.
    assert!(asked > 2_000 && more * 2 < asked);
}
