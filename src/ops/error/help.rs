//! What to do about what a command could not do.

use flagc_runtime::trust::TrustError;

use super::OpError;
use crate::history::HistoryError;
use crate::workspace;

impl OpError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoWorkspace { .. } => {
                Some("go to one, name it with `-C DIR`, or make one with `flagc init`".to_owned())
            }
            Self::NoWorkspaceIn { .. } => Some("name a revision that has a `flagc.toml`".to_owned()),
            Self::SeveralWorkspaces { .. } => {
                Some("run the command in the folder of one of them, in a clone that is checked out".to_owned())
            }
            Self::History(HistoryError::UnknownRevision { name, known, shallow: false })
                if workspace::nearest(name, known.iter().map(String::as_str)).is_some() =>
            {
                workspace::did_you_mean(name, known.iter().map(String::as_str))
            }
            Self::UnknownEnvironment { name, known } | Self::UnknownVariant { name, known, .. } => {
                workspace::did_you_mean(name, known.iter().map(String::as_str))
            }
            Self::UnknownFlag { nearest, .. }
            | Self::UnknownTarget { nearest, .. }
            | Self::UnknownService { nearest, .. }
            | Self::UnknownOwner { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            Self::CodeOutside { .. } => {
                Some("give code of elsewhere for one run with `--code SERVICE=PATH`, or join its report with `--refs`".to_owned())
            }
            Self::NotAReport { .. } => Some("`flagc refs --service NAME -o FILE` writes one".to_owned()),
            Self::AmbiguousTarget { kinds, name } => {
                let names: Vec<String> = kinds.iter().map(|kind| format!("`{kind}:{name}`")).collect();
                Some(format!("say {}", names.join(" or ")))
            }
            Self::Capability { .. } => Some("write FLAG:VARIANT, such as `new-checkout-flow:on`".to_owned()),
            Self::NoPlan(error) => Some(error.help()),
            Self::TooLarge { .. } => Some("take out what is finished, or make the values smaller".to_owned()),
            Self::History(error) => error.help(),
            Self::TooComplex { .. } => {
                Some("split it into several flags, or put parts of its rules into segments".to_owned())
            }
            Self::NotCompiled(_) => Some("`flagc check` says what is wrong".to_owned()),
            Self::NoSerial { .. } => Some("commit it, or give `--serial N` and `--allow-dirty`".to_owned()),
            Self::Dirty { .. } => {
                Some("commit it, or give `--allow-dirty` for a bundle that says so".to_owned())
            }
            Self::WorkspaceExists { .. } => {
                Some("edit it, or choose another folder with `--folder`".to_owned())
            }
            Self::FileExists { .. } => {
                Some("move it away, or import into another folder with `--folder`".to_owned())
            }
            Self::Deployed(error) => error.help(),
            Self::Retire(error) => error.help(),
            Self::Key(error) => error.help(),
            Self::Sign(error) => error.help(),
            Self::PublicKey { error, .. } => error.help(),
            Self::KeyExists { .. } => Some(
                "choose another name, or give `--force`: what was signed with the old key verifies, but nobody can sign \
                 with it any more"
                    .to_owned(),
            ),
            Self::Trust { error: TrustError::Role { .. }, .. } => {
                Some("as many keys as must sign have to be trusted: `flagc trust add` the next one first".to_owned())
            }
            Self::NoProject => Some("put `project = \"…\"` into `flagc.toml`".to_owned()),
            Self::UnknownKey { .. } => Some("`flagc trust show` lists them".to_owned()),
            Self::NoBundleKey { .. } => Some("`flagc trust add` a key with `--role bundle` first".to_owned()),
            Self::NotTrusted { .. } => Some("`flagc trust add` its public key first".to_owned()),
            Self::Misplaced { .. } => Some("move it away, and run the command again".to_owned()),
            Self::Read { .. }
            | Self::Write(_)
            | Self::Document { .. }
            | Self::Trust { .. }
            | Self::OtherProject { .. }
            | Self::Envelope { .. }
            | Self::NotSignable { .. }
            | Self::Import(_)
            | Self::Refused { .. }
            | Self::References(_) => None,
        }
    }
}
