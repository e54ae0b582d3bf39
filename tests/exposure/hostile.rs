//! Sizes that nobody writes by hand: an answer or "too complex" in time, on the small stack of a worker thread.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use flagc::exposure::{Formula, Gathered, Program, Solver, Space, TooComplex, context, gather};
use flagc::model::{EnvironmentId, VariantId};

/// Far beyond what any of these takes, also where tests are not optimised.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a worker thread of rayon has.
const STACK: usize = 2 << 20;

/// Asks everything about a flag with these rules; how many answers were "possible".
fn ask(settings: &str, segments: &[String], rules: &str) -> Result<usize, TooComplex> {
    let folder = tempfile::tempdir().unwrap();
    let head = "description = \"d\"\nkind = \"release\"\nowner = \"t\"\n";
    let base = "project = \"p\"\nenvironments = [{ name = \"dev\" }]\n";
    crate::common::write(folder.path(), "flagc.toml", format!("{base}{settings}").as_bytes());
    crate::common::write(folder.path(), "f.toml", format!("{head}serve = \"off\"\n{rules}").as_bytes());
    for (index, condition) in segments.iter().enumerate() {
        let text = format!("description = \"d\"\nowner = \"t\"\nif = {condition}\n");
        crate::common::write(folder.path(), &format!("segments/s{index}.toml"), text.as_bytes());
    }
    let loaded = flagc::workspace::load(folder.path());
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings[0]);
    let (sender, receiver) = std::sync::mpsc::channel();
    let begun = Instant::now();
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread.spawn(move || sender.send(answer(&loaded.workspace))).unwrap();
    let answer = receiver.recv_timeout(PATIENCE).expect("neither a panic nor a hang");
    println!("{answer:?} after {:?}", begun.elapsed());
    answer
}

fn answer(workspace: &flagc::model::Workspace) -> Result<usize, TooComplex> {
    let (flag, environment) = (&workspace.flags[0], EnvironmentId(0));
    let mut gathered = Gathered::default();
    gather(&mut gathered, workspace, flag, environment).unwrap();
    let space = Space::new(gathered);
    let program = Program::new(&space, workspace, flag, environment, 0)?;
    let solver = Solver::new(&space);
    let mut possible = 0;
    let mut ask = |formulas: &[&Formula]| {
        let found = solver.solve_within(space.contract(), formulas)?;
        possible += usize::from(found.is_some_and(|found| context(&space, &found).is_some()));
        Ok(())
    };
    for variant in 0..u16::try_from(flag.variants.len()).unwrap() {
        ask(&[&program.serves(&space, &[VariantId(variant)])])?;
    }
    for branch in 0..program.own.branches.len() {
        ask(&program.own.fires(branch))?;
    }
    Ok(possible)
}

fn rule(condition: &str) -> String {
    format!("[[rules]]\nif = {condition}\nserve = \"on\"\n")
}

const TEXT: &str = "[context.email]\ntype = \"string\"\n[context.tag]\ntype = \"string\"\n";

#[test]
fn a_thousand_rules() {
    let rules = |count: usize| -> String {
        (0..count)
            .map(|index| rule(&format!("{{ email = \"e{index}\", tag = \"t{}\" }}", index % 40)))
            .collect()
    };
    let _ = ask(TEXT, &[], &rules(1000));
    assert_eq!(ask(TEXT, &[], &rules(1001)), Err(TooComplex));
    assert_eq!(ask(TEXT, &[], &rules(50)), Ok(53));
}

#[test]
fn nesting_at_the_limit_of_the_format() {
    let nested = |open: &[&str], close: &[&str], depth: usize| {
        let mut text = String::from("{ email = \"a\" }");
        for level in 0..depth {
            text = format!("{}{text}{}", open[level % open.len()], close[level % close.len()]);
        }
        text
    };
    let nots = nested(&["{ not = "], &[" }"], 60);
    assert_eq!(ask(TEXT, &[], &rule(&nots)), Ok(4));
    let mixed = nested(
        &["{ tag = \"b\", any = [{ tag = \"c\" }, ", "{ not = ", "{ email = \"b\", all = ["],
        &["] }", " }", "] }"],
        36,
    );
    assert!(ask(TEXT, &[], &rule(&mixed)).is_ok());
}

#[test]
fn hundreds_of_patterns_on_one_attribute() {
    let patterns: Vec<String> = (0..300)
        .map(|index| format!("{}{index}", ["a", "ab", "ba"][index % 3].repeat(1 + index % 7)))
        .collect();
    let rules = rule(&format!("{{ email = {{ contains = {patterns:?} }} }}"))
        + &rule(&format!(
            "{{ email = {{ starts_with = {patterns:?} }}, not = {{ email = {{ contains = {patterns:?} }} }} }}"
        ));
    // What begins with one of them contains it: the second rule is for nobody.
    assert_eq!(ask(TEXT, &[], &rules), Ok(4));
}

#[test]
fn thousands_of_alternatives() {
    let any = |count: usize| {
        let parts: Vec<String> = (0..count)
            .map(|index| format!("{{ email = \"e{index}\", tag = \"t{}\" }}", index % 50))
            .collect();
        rule(&format!("{{ any = [{}] }}", parts.join(", ")))
    };
    assert_eq!(ask(TEXT, &[], &any(300)), Ok(4));
    assert_eq!(ask(TEXT, &[], &any(3000)), Err(TooComplex));
}

#[test]
fn segments_that_double_each_time() {
    let double = |index: usize| {
        let (before, name) = (index.saturating_sub(1), format!("e{index}"));
        match index {
            0 => "{ email = \"a\" }".to_owned(),
            _ => format!(
                "{{ any = [{{ segment = \"s{before}\", email = \"{name}\" }}, {{ not = {{ segment = \"s{before}\" }} }}] }}"
            ),
        }
    };
    let segments: Vec<String> = (0..40).map(double).collect();
    assert_eq!(ask(TEXT, &segments, &rule("{ segment = \"s39\" }")), Err(TooComplex));
}

#[test]
fn a_closed_set_of_elements_is_no_set_of_lists() {
    let values: Vec<String> = (0..70).map(|index| format!("r{index}")).collect();
    let settings = format!("[context.roles]\ntype = \"list\"\nvalues = {values:?}\n");
    assert_eq!(ask(&settings, &[], &rule("{ roles = \"r1\" }")), Ok(4));
}

#[test]
fn pigeons_without_enough_holes() {
    let (pigeons, holes) = (12, 11);
    let sits = |pigeon: usize, hole: usize| format!("p{pigeon}-{hole}");
    let mut all = String::new();
    for pigeon in 0..pigeons {
        let places: Vec<String> = (0..holes).map(|hole| sits(pigeon, hole)).collect();
        write!(all, "{{ seats = {places:?} }}, ").unwrap();
        for (other, hole) in (0..pigeon).flat_map(|other| (0..holes).map(move |hole| (other, hole))) {
            let [one, two] = [sits(pigeon, hole), sits(other, hole)];
            write!(all, "{{ not = {{ all = [{{ seats = {one:?} }}, {{ seats = {two:?} }}] }} }}, ").unwrap();
        }
    }
    let settings = "[context.seats]\ntype = \"list\"\n";
    assert_eq!(ask(settings, &[], &rule(&format!("{{ all = [{all}] }}"))), Err(TooComplex));
}
