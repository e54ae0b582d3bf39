//! The steps of a plan, taken by hand: files are edited as people and pipelines edit them. Nothing of `flagc::plan` but
//! its words is used.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use flagc::plan::{Action, Step};
use toml_edit::{DocumentMut, InlineTable, Item, Table, value};

/// A live entry: service, version, instance, capabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    pub service: String,
    pub version: String,
    pub instance: Option<String>,
    pub capabilities: Vec<String>,
}

impl Live {
    /// As plans name it.
    pub fn words(&self) -> String {
        match &self.instance {
            Some(instance) => format!("{} ({instance})", self.version),
            None => self.version.clone(),
        }
    }
}

/// A workspace that is being edited.
pub struct Desk<'d> {
    pub files: BTreeMap<String, String>,
    pub environment: &'d str,
    pub live: Vec<Live>,
    /// What was live in the beginning: the way back brings it back as it was.
    pub known: Vec<Live>,
    /// Steps of schedules before it are taken out when a serve is written.
    pub now: i64,
}

impl Desk<'_> {
    pub fn take(&mut self, step: &Step) {
        match &step.action {
            Action::Deploy { service, version, instance, or_later, beside } => {
                let is_live = |live: &Live| live.service == *service && beside.contains(&live.words());
                let beside_now = self.live.iter().filter(|live| is_live(live)).count();
                assert!(*or_later || beside_now == beside.len(), "{step:?} beside {:?}", self.live);
                let same = |live: &&Live| {
                    live.service == *service && live.version == *version && live.instance == *instance
                };
                let known = self.known.iter().find(same).filter(|_| !or_later).cloned();
                self.live.push(known.unwrap_or_else(|| Live {
                    service: service.clone(),
                    version: version.clone(),
                    instance: None,
                    capabilities: Vec::new(),
                }));
                self.record();
            }
            Action::Gone { service, versions } => {
                let before = self.live.len();
                self.live.retain(|live| live.service != *service || !versions.contains(&live.words()));
                assert!(self.live.len() < before, "{step:?}: nothing of it is live");
                self.record();
            }
            Action::Set { flag, variant } => self.write(flag, |table, now| {
                table.insert("serve", value(variant));
                unkill(table, now);
            }),
            Action::Ramp { flag, shares } => self.write(flag, |table, now| {
                let shares: InlineTable =
                    shares.iter().map(|(name, percent)| (name, toml_edit::Value::from(*percent))).collect();
                table.insert("serve", value(shares));
                unkill(table, now);
            }),
            Action::Kill { flag, .. } => self.write(flag, |table, _| {
                table.insert("enabled", value(false));
            }),
            Action::Watch => {}
        }
    }

    fn write(&mut self, flag: &str, edit: impl Fn(&mut Table, i64)) {
        let text = self.files.get_mut(&format!("{flag}.toml")).unwrap();
        let mut document: DocumentMut = text.parse().unwrap();
        let is_kill = {
            let environments = document.entry("environments").or_insert_with(|| Item::Table(Table::new()));
            let environments = environments.as_table_mut().unwrap();
            environments.set_implicit(true);
            let table = environments.entry(self.environment).or_insert_with(|| Item::Table(Table::new()));
            let table = table.as_table_mut().unwrap();
            edit(table, self.now);
            table.contains_key("enabled")
        };
        if !is_kill {
            document.remove("enabled");
        }
        *text = document.to_string();
    }

    /// Writes what is live.
    fn record(&mut self) {
        let mut text = String::from("recorded_at = 2026-06-01T00:00:00Z\n");
        for live in &self.live {
            write!(text, "[[live]]\nservice = \"{}\"\nversion = \"{}\"\n", live.service, live.version)
                .unwrap();
            writeln!(text, "capabilities = {:?}", live.capabilities).unwrap();
            if let Some(instance) = &live.instance {
                writeln!(text, "instance = \"{instance}\"").unwrap();
            }
        }
        self.files.insert(format!("deployments/{}.toml", self.environment), text);
    }
}

/// Takes a kill back, and steps of the schedule that have passed out.
fn unkill(table: &mut Table, now: i64) {
    table.remove("enabled");
    if let Some(schedule) = table.get_mut("schedule").and_then(Item::as_array_of_tables_mut) {
        schedule.retain(|step| {
            let at: jiff::Timestamp = step["at"].to_string().trim().parse().unwrap();
            at.as_second() > now
        });
        if schedule.is_empty() {
            table.remove("schedule");
        }
    }
}
