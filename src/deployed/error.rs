//! Why the record of what is live is not changed, and what to do about it.

use super::RecordError;
use crate::workspace::listed;

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// A service that the workspace does not have.
    #[error("there is no service `{name}`")]
    UnknownService {
        /// As it was asked for.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// Text that cannot stand in the file.
    #[error("the {what} {reason}")]
    Text {
        /// What it was given as.
        what: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A capability that does not name a flag and a variant.
    #[error("`{written}` is not a capability")]
    Capability {
        /// As it was given.
        written: String,
    },
    /// More than one version is live, and nobody said what becomes of them.
    #[error("{} of `{service}` are live{}", listed(&texts(versions)), instance.as_ref().map(|i| format!(" in `{i}`")).unwrap_or_default())]
    Several {
        /// The service.
        service: String,
        /// The group of instances that was named.
        instance: Option<String>,
        /// What is live, sorted.
        versions: Vec<String>,
        /// What shall be.
        new: String,
    },
    /// There is nothing to remove.
    #[error("{what} is not recorded as live in `{environment}`")]
    NotLive {
        /// The service, with the version and the instance that were asked for.
        what: String,
        /// The environment.
        environment: String,
        /// What of the service is live.
        live: Vec<String>,
    },
    /// A manifest that cannot be read.
    #[error("`{name}` cannot be read: {reason}")]
    Manifest {
        /// What it is called.
        name: String,
        /// Why.
        reason: String,
    },
    /// Manifests without a single image.
    #[error("no image is named in {}", listed(&texts(names)))]
    NoImages {
        /// What they are called.
        names: Vec<String>,
    },
    /// A file that stands where the environment's belongs, and is none of the workspace.
    #[error("`{path}` is there, but flagc does not read it: it is ignored by Git or hidden")]
    NotRead {
        /// Relative to the workspace.
        path: String,
    },
    /// A file that somebody else has changed since it was read.
    #[error("`{path}` was changed by somebody else meanwhile")]
    Changed {
        /// Relative to the workspace.
        path: String,
    },
    /// A file that is broken already.
    #[error("`{path}` cannot be edited: {reason}")]
    Broken {
        /// Relative to the workspace.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file that the editor does not understand, or could not write.
    #[error("`{path}` cannot be edited: {error}")]
    Record {
        /// Relative to the workspace.
        path: String,
        /// Why.
        error: RecordError,
    },
    /// What would be written would not pass `check`.
    #[error("`{path}` would not pass `flagc check`: {message}")]
    Refused {
        /// Relative to the workspace.
        path: String,
        /// The first finding.
        message: String,
        /// Its help.
        help: Option<String>,
    },
}

impl EditError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownService { name, nearest } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("make `services/{name}.toml`"),
            }),
            Self::Text { .. } | Self::Record { .. } | Self::Manifest { .. } => None,
            Self::NoImages { .. } => Some(
                "it reads manifests of Kubernetes, kustomizations, values of Helm charts, and what `kubectl get \
                 deploy,sts -o json` prints"
                    .to_owned(),
            ),
            Self::Capability { .. } => {
                Some("a capability is a flag and a variant: `new-checkout-flow:on`".to_owned())
            }
            Self::Several { new, .. } => Some(format!(
                "`--replace` makes `{new}` the only live version, `--add` puts it beside the others"
            )),
            Self::NotLive { live, .. } if live.is_empty() => None,
            Self::NotLive { live, .. } => Some(format!("live is {}", live.join(", "))),
            Self::NotRead { .. } => Some("take it out of `.gitignore`, or remove it".to_owned()),
            Self::Changed { .. } => Some("run the command again; nothing was changed".to_owned()),
            Self::Broken { .. } => Some("`flagc check` shows the place; nothing was changed".to_owned()),
            Self::Refused { help, .. } => help.clone(),
        }
    }
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

/// Refuses text that would not stand in the file as people read it.
///
/// # Errors
/// [`EditError::Text`], with `what` it was given as.
pub fn usable(what: &'static str, text: &str) -> Result<(), EditError> {
    let reason = if text.trim().is_empty() {
        "is empty"
    } else if text.chars().any(char::is_control) {
        "has a control character in it"
    } else if text.trim() != text {
        "begins or ends with white space"
    } else if text.len() > MAX_TEXT {
        "is longer than 256 bytes"
    } else {
        return Ok(());
    };
    Err(EditError::Text { what, reason })
}

/// No version, service or capability is longer.
const MAX_TEXT: usize = 256;
