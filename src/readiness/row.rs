//! A verdict by itself: names instead of ids, for those who print it.

use super::judge::{Outcome, Verdict};
use super::words;
use crate::model::Workspace;
use crate::source::Place;

/// A verdict with everything that is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where.
    pub environment: String,
    /// The flag.
    pub flag: String,
    /// The service.
    pub service: String,
    /// What must be served.
    pub variant: String,
    /// Whether that is the off variant, for which the kill switch waits.
    pub is_off: bool,
    /// `ready`, `blocked` or `unknown`.
    pub verdict: &'static str,
    /// The live version that was asked, if one is known.
    pub live: Option<String>,
    /// Which of several groups of instances runs it.
    pub instance: Option<String>,
    /// What the service's versions must satisfy, as the flag writes it; empty where every version will do.
    pub needs: String,
    /// Why.
    pub reason: String,
    /// Where the flag says what it needs, and where the live version is recorded.
    pub places: Vec<Place>,
}

impl Row {
    /// A verdict with everything that is to be said about it.
    pub fn new(workspace: &Workspace, verdict: &Verdict<'_>) -> Self {
        let flag = workspace.flag(verdict.flag);
        let service = flag.services.get(verdict.service);
        let needs = words::needs_place(flag, verdict.service, verdict.variant);
        Self {
            environment: workspace.config.environment(verdict.environment).name.value.to_string(),
            flag: flag.key.to_string(),
            service: service.map(|support| support.service.value.to_string()).unwrap_or_default(),
            variant: flag.variant(verdict.variant).name.value.to_string(),
            is_off: verdict.variant == flag.off_variant,
            verdict: match verdict.outcome {
                Outcome::Ready => "ready",
                Outcome::Blocked => "blocked",
                Outcome::Unknown(_) => "unknown",
            },
            live: verdict.live.map(|fact| fact.version.to_string()),
            instance: verdict.live.and_then(|fact| fact.instance.as_ref()).map(ToString::to_string),
            needs: words::needs(flag, verdict.service, verdict.variant),
            reason: words::reason(workspace, verdict),
            places: std::iter::once(needs).chain(verdict.live.and_then(|fact| fact.place)).collect(),
        }
    }

    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        self.verdict == "ready"
    }
}
