//! Histories in which everything happens: values change, and beside that files are formatted anew, moved and renamed,
//! environments and the workspace too; segments and requirements change, and some commits are broken. What was served
//! when is known from how they are made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use flagc::constancy::{Extent, Serves};
use flagc::ops::past::{AsOf, past};

use crate::random::Random;
use crate::repository::{Repository, day, judged_alike};

/// What somebody gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    On,
    Off,
    /// Some get the one, some the other.
    Half,
}

const VALUES: [Value; 3] = [Value::On, Value::Off, Value::Half];
const FLAGS: [&str; 3] = ["plain", "dependent", "segmented"];

/// Where a flag stands in both environments.
type Both = [Value; 2];

#[derive(Clone)]
struct State {
    values: [Both; 3],
    /// On from this day on, in the environment that is written first.
    step: Option<i64>,
    killed: bool,
    /// Whether the second flag requires the first to be on.
    requires: bool,
    /// Who is in the segment by which the third flag is turned on in the second environment.
    segment: Value,
    folder: &'static str,
    environments: [String; 2],
    former: [Vec<String>; 2],
    key: String,
    former_keys: Vec<String>,
    /// Whether there is no second flag.
    away: bool,
    broken: Option<Part>,
}

/// A file that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Flag(usize),
    Segment,
    Settings,
}

/// What a flag did in one state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Did {
    Serve(Value),
    /// It could not be compiled, so it was not released.
    Nothing,
    /// It was not there.
    Stay,
}

impl State {
    fn new() -> Self {
        Self {
            values: [[Value::Off; 2]; 3],
            step: None,
            killed: false,
            requires: false,
            segment: Value::Off,
            folder: "flags",
            environments: ["staging".to_owned(), "production".to_owned()],
            former: [Vec::new(), Vec::new()],
            key: FLAGS[0].to_owned(),
            former_keys: Vec::new(),
            away: false,
            broken: None,
        }
    }

    fn change(&mut self, random: &mut Random, number: usize, today: i64) {
        self.broken = None;
        match random.below(18) {
            0..=5 => {
                let (flag, environment) = (random.below(3), random.below(2));
                self.values[flag][environment] = *random.of(&VALUES);
            }
            6 => self.segment = *random.of(&VALUES),
            7 => self.requires = !self.requires,
            8 => self.folder = if self.folder == "flags" { "config/flags" } else { "flags" },
            9 => {
                let former = std::mem::replace(&mut self.key, format!("plain{number}"));
                self.former_keys.insert(0, former);
            }
            10 => {
                let which = random.below(2);
                let name = format!("{}{number}", ["staging", "production"][which]);
                let former = std::mem::replace(&mut self.environments[which], name);
                self.former[which].insert(0, former);
            }
            11 => {
                let parts = [Part::Flag(0), Part::Flag(1), Part::Flag(2), Part::Segment, Part::Settings];
                self.broken = Some(*random.of(&parts));
            }
            12 => self.killed = !self.killed,
            13 => {
                self.step = if self.step.is_some() {
                    None
                } else {
                    Some(today + 1 + i64::try_from(random.below(30)).unwrap())
                }
            }
            14 => self.away = !self.away,
            // Nothing but words and form.
            _ => {}
        }
    }

    /// What a flag did on a day.
    fn did(&self, flag: usize, environment: usize, on: i64) -> Did {
        let is_broken = |part: Part| self.broken == Some(part);
        if flag == 1 && self.away && !is_broken(Part::Settings) {
            return Did::Stay;
        }
        let uses_segment = flag == 2 && environment == 1;
        let needs_first = flag == 1 && self.requires;
        if is_broken(Part::Settings)
            || is_broken(Part::Flag(flag))
            || (needs_first && is_broken(Part::Flag(0)))
            || (uses_segment && is_broken(Part::Segment))
        {
            return Did::Nothing;
        }
        Did::Serve(self.served(flag, environment, on))
    }

    /// What everybody gets of a flag on a day.
    fn served(&self, flag: usize, environment: usize, on: i64) -> Value {
        let mut value = self.values[flag][environment];
        if flag == 0 && environment == 0 && self.step.is_some_and(|step| step <= on) {
            value = Value::On;
        }
        if flag == 0 && environment == 1 && self.killed {
            value = Value::Off;
        }
        if flag == 2 && environment == 1 {
            value = match (self.segment, value) {
                (Value::On, _) | (_, Value::On) => Value::On,
                (Value::Off, value) => value,
                (Value::Half, _) => Value::Half,
            };
        }
        if flag == 1 && self.requires {
            value = match (self.served(0, environment, on), value) {
                (Value::Off, _) | (_, Value::Off) => Value::Off,
                (Value::On, value) => value,
                (Value::Half, _) => Value::Half,
            };
        }
        value
    }

    fn write(&self, random: &mut Random, repository: &Repository) {
        for folder in ["flags", "config"] {
            let _ = std::fs::remove_dir_all(repository.path().join(folder));
        }
        let put = |path: &str, text: &str| repository.write(&format!("{}/{path}", self.folder), text);
        let mut settings = "project = \"acme\"\n".to_owned();
        for (index, name) in self.environments.iter().enumerate() {
            let _ = writeln!(settings, "[[environments]]\nname = \"{name}\"\ncritical = {}", index == 1);
            if !self.former[index].is_empty() {
                let _ = writeln!(settings, "renamed_from = {:?}", self.former[index]);
            }
        }
        settings.push_str("[context.tier]\ntype = \"string\"\nvalues = [\"free\", \"pro\"]\n");
        put("flagc.toml", if self.broken == Some(Part::Settings) { "environments = [[" } else { &settings });
        let condition = match self.segment {
            Value::On => *random.of(&[
                "any = [{ tier = \"pro\" }, { not = { tier = \"pro\" } }]",
                "any = [{ tier = { exists = true } }, { tier = { exists = false } }]",
            ]),
            Value::Off => *random.of(&[
                "all = [{ tier = \"pro\" }, { tier = \"free\" }]",
                "tier = \"pro\"\nnot = { tier = \"pro\" }",
            ]),
            Value::Half => {
                *random.of(&["tier = \"pro\"", "not = { tier = \"free\" }", "any = [{ tier = \"free\" }]"])
            }
        };
        let segment = format!("description = \"s\"\nowner = \"team-a\"\n[if]\n{condition}\n");
        put("segments/some.toml", if self.broken == Some(Part::Segment) { "if = {" } else { &segment });
        for (flag, name) in FLAGS.into_iter().enumerate() {
            let key = if flag == 0 { &self.key } else { name };
            let path = format!("{}{key}.toml", *random.of(&["", "one/", "two/deep/"]));
            let text = self.text(random, flag);
            if flag != 1 || !self.away {
                put(&path, if self.broken == Some(Part::Flag(flag)) { "serve = [[" } else { &text });
            }
        }
    }

    /// A flag's file, in one of the forms that mean the same.
    fn text(&self, random: &mut Random, flag: usize) -> String {
        let words = ["d", "Other words", "And others"];
        let mut top = vec![
            format!("description = \"{}\"", *random.of(&words)),
            "kind = \"release\"".to_owned(),
            // Both environments say otherwise.
            "serve = \"off\"".to_owned(),
            format!("owner = \"{}\"", *random.of(&["team-a", "team-b"])),
        ];
        if flag == 0 && !self.former_keys.is_empty() {
            top.push(format!("previous_keys = {:?}", self.former_keys));
        }
        if flag == 1 && self.requires {
            top.push(format!("requires.{} = \"on\"", self.key));
        }
        if random.below(2) == 0 {
            top.reverse();
        }
        let mut text =
            format!("{}{}\n", *random.of(&["", "# A comment\n\n"]), top.join(*random.of(&["\n", "\n\n"])));
        let mut tables = Vec::new();
        for environment in 0..2 {
            let mut table = format!("[environments.{}]\n", self.environments[environment]);
            if flag == 0 && environment == 1 && self.killed {
                table.push_str("enabled = false\n");
            }
            table.push_str(&self.serve(random, flag, environment));
            tables.push(table);
        }
        if random.below(2) == 0 {
            tables.reverse();
        }
        text.push_str(&tables.concat());
        text
    }

    /// What an environment's table says.
    fn serve(&self, random: &mut Random, flag: usize, environment: usize) -> String {
        let name = &self.environments[environment];
        let rule = |condition: &str, serve: &str| {
            format!("[[environments.{name}.rules]]\nif = {{ {condition} }}\nserve = {serve}\n")
        };
        // Where something else decides as well, rules could make one of two that vary: splits never do.
        let is_free = match flag {
            0 => environment == 1 || self.step.is_none(),
            1 => !self.requires,
            _ => false,
        };
        let mut text = match (self.values[flag][environment], if is_free { random.below(3) } else { 0 }) {
            (Value::On, 0) => random.of(&["serve = \"on\"\n", "serve = { on = 100 }\n"]).to_string(),
            (Value::On, 1) => {
                let both = rule("tier = \"pro\"", "\"on\"") + &rule("not = { tier = \"pro\" }", "\"on\"");
                format!("serve = \"off\"\n{both}")
            }
            (Value::On, _) => format!("serve = \"on\"\n{}", rule("tier = \"free\"", "\"on\"")),
            (Value::Off, 0) => random.of(&["serve = \"off\"\n", "serve = { on = 0 }\n"]).to_string(),
            (Value::Off, 1) => {
                format!("serve = \"off\"\n{}", rule("tier = \"pro\", not = { tier = \"pro\" }", "\"on\""))
            }
            (Value::Off, _) => format!("serve = \"off\"\n{}", rule("tier = \"pro\"", "{ on = 0 }")),
            (Value::Half, 0) => random.of(&["serve = { on = 50 }\n", "serve = { on = 10 }\n"]).to_string(),
            (Value::Half, 1) => format!("serve = \"off\"\n{}", rule("tier = \"pro\"", "\"on\"")),
            (Value::Half, _) => format!("serve = \"on\"\n{}", rule("tier = \"pro\"", "\"off\"")),
        };
        if flag == 0
            && environment == 0
            && let Some(step) = self.step
        {
            let at = jiff::Timestamp::from_second(day(step)).unwrap();
            let _ = write!(text, "[[environments.{name}.schedule]]\nat = {at}\nserve = \"on\"\n");
        }
        if flag == 2 && environment == 1 {
            text.push_str(&rule("segment = \"some\"", "\"on\""));
        }
        text
    }
}

/// Since which day a flag serves what it serves today, if that is one value; by all states, the youngest last.
fn since(states: &[(i64, State)], flag: usize, environment: usize, today: i64) -> Option<(Value, i64)> {
    let mut known: Option<(Value, i64)> = None;
    let mut until = today;
    for (from, state) in states.iter().rev() {
        for on in (*from..=until).rev() {
            match (state.did(flag, environment, on), known) {
                (Did::Nothing, _) => {}
                (Did::Serve(value), None) => known = Some((value, on)),
                (Did::Serve(value), Some((now, _))) if value == now => known = Some((now, on)),
                (Did::Serve(_) | Did::Stay, _) => return known.filter(|(now, _)| *now != Value::Half),
            }
        }
        until = from - 1;
    }
    known.filter(|(now, _)| *now != Value::Half)
}

fn a_history_is_told_as_it_was_made(seed: u64) {
    let mut random = Random::new(seed);
    let repository = Repository::empty();
    let (mut state, mut today) = (State::new(), 0);
    let mut states = Vec::new();
    for number in 0..10 + random.below(10) {
        if number > 0 {
            state.change(&mut random, number, today);
        }
        state.write(&mut random, &repository);
        repository.commit_all(today);
        states.push((today, state.clone()));
        today += 1 + i64::try_from(random.below(12)).unwrap();
    }
    if state.broken.take().is_some() | std::mem::take(&mut state.away) {
        state.write(&mut random, &repository);
        repository.commit_all(today);
        states.push((today, state.clone()));
    }
    today += i64::try_from(random.below(40)).unwrap();
    let root = repository.path().join(state.folder);
    let past = past(&root, &AsOf::Now(day(today)), Extent::Present).unwrap();
    let mut told = BTreeMap::new();
    for (flag, history) in past.loaded.workspace.flags.iter().zip(&past.histories) {
        for (index, standing) in history.standings.iter().enumerate() {
            let constant = match &standing.serves {
                Serves::Constant(variant) => Some(if variant == "on" { Value::On } else { Value::Off }),
                Serves::Varying => None,
                Serves::Unknown | Serves::Absent => panic!("seed {seed}: {} cannot be compiled", flag.key),
            };
            let since = standing.since.as_ref().map(|since| since.time);
            told.insert((flag.key.to_string(), index), constant.zip(since));
        }
    }
    for (flag, name) in FLAGS.into_iter().enumerate() {
        let key = if flag == 0 { state.key.clone() } else { name.to_owned() };
        for environment in 0..2 {
            let expected = since(&states, flag, environment, today).map(|(value, since)| (value, day(since)));
            assert_eq!(told[&(key.clone(), environment)], expected, "seed {seed}: {key}, {environment}");
        }
    }
    judged_alike(&root, &past);
}

#[test]
fn histories_are_told_as_they_were_made() {
    (0..10).for_each(a_history_is_told_as_it_was_made);
}

/// `cargo test --test constancy -- --ignored`
#[test]
#[ignore = "takes a minute"]
fn many_histories_are_told_as_they_were_made() {
    (10..300).for_each(a_history_is_told_as_it_was_made);
}
