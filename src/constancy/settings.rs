//! What `flagc.toml` contributes to what flags serve, and which environment was called what.

use ecow::EcoString;
use sha2::{Digest as _, Sha256};

use crate::model::Config;

/// A digest of what flags are compiled with: two settings with the same digest give every flag the same meaning.
pub(super) fn meaning(config: &Config) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(text.as_bytes());
    };
    for environment in &config.environments {
        part(&environment.name.value);
    }
    part("context");
    for attribute in &config.context {
        part(&attribute.name.value);
        part(attribute.kind.as_str());
        part(if attribute.ascii { "ascii" } else { "any" });
        match &attribute.values {
            None => part("open"),
            Some(values) => {
                part("closed");
                for value in values {
                    part(value);
                }
            }
        }
    }
    part("bucketing");
    part(&config.attribute(config.bucketing.by).name.value);
    digest.update([config.bucketing.generation.number()]);
    digest.finalize().into()
}

/// Today's environments, followed back through their names.
#[derive(Debug)]
pub(super) struct Environments {
    /// For each of today's, its names so far, the youngest first.
    names: Vec<Vec<EcoString>>,
    /// For each of today's, what it is called in the state that is looked at.
    pub(super) called: Vec<Option<EcoString>>,
}

impl Environments {
    pub(super) fn of(config: &Config) -> Self {
        let names =
            config.environments.iter().map(|environment| vec![environment.name.value.as_str().into()]);
        let mut environments = Self { names: names.collect(), called: Vec::new() };
        environments.go_to(config);
        environments
    }

    /// Finds them in an older state. One whose name is not there any more takes a former one, before another that bears
    /// that name today can.
    pub(super) fn go_to(&mut self, config: &Config) {
        let exists = |name: &EcoString| config.environment_id(name).is_some();
        let mut taken: Vec<EcoString> = Vec::new();
        self.called = vec![None; self.names.len()];
        for renamed in [true, false] {
            for (names, called) in self.names.iter().zip(&mut self.called) {
                let found = names.iter().find(|name| exists(name) && !taken.contains(name));
                let is_renamed = names.first().is_some_and(|name| !exists(name));
                if let Some(found) = found.filter(|_| called.is_none() && is_renamed == renamed) {
                    taken.push(found.clone());
                    *called = Some(found.clone());
                }
            }
        }
        for (names, called) in self.names.iter_mut().zip(&self.called) {
            let Some(id) = called.as_ref().and_then(|name| config.environment_id(name)) else { continue };
            for former in &config.environment(id).renamed_from {
                let former: EcoString = former.value.as_str().into();
                if !names.contains(&former) {
                    names.push(former);
                }
            }
        }
    }
}
