//! The trust file: whose signature counts, for which environment. Readers ship a pinned copy of it.

mod age;
mod key;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::bundle::SCHEMA;
use crate::json::{self, JsonError};

pub use age::Age;
pub(crate) use key::PublicKey;
pub use key::{Algorithm, KeyError, TrustedKey, key_id};

/// The largest trust file that is read, in bytes.
const MAX_TRUST_BYTES: usize = 1 << 20;

/// Why a trust file was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// No JSON, too large, or an object with the same key twice.
    #[error("the trust file is not readable: {0}")]
    Json(#[from] JsonError),
    /// A key is missing, unknown or of the wrong type.
    #[error("the trust file is malformed: {0}")]
    Malformed(String),
    /// A schema that this version does not know.
    #[error("trust file schema {0} is not supported (known: {SCHEMA})")]
    Schema(u64),
    /// A public key cannot be used.
    #[error("key `{key_id}`: {error}")]
    Key {
        /// The id under which it stands.
        key_id: String,
        /// What is wrong with it.
        error: KeyError,
    },
    /// A role of an environment cannot be met, or says nothing.
    #[error("environment `{environment}`, `{role}`: {problem}")]
    Role {
        /// The environment.
        environment: String,
        /// `bundle` or `head`.
        role: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// An entry of `revoked_bundles` is no digest.
    #[error(
        "environment `{environment}`: `{digest}` in `revoked_bundles` is not a SHA-256 in 64 lower-case hex digits"
    )]
    Revoked {
        /// The environment.
        environment: String,
        /// The entry.
        digest: String,
    },
}

/// A trust file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// The schema: [`SCHEMA`].
    pub schema: u64,
    /// The project whose bundles are trusted.
    pub project: String,
    /// Raised when keys or heads are to be forgotten: heads of another epoch are refused.
    pub epoch: u64,
    /// Whether keys for trying things out are meant: without it, bundles that say `dev` are refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dev: bool,
    /// Public keys by their id.
    pub keys: BTreeMap<String, TrustedKey>,
    /// What is trusted, by environment.
    pub environments: BTreeMap<String, EnvironmentTrust>,
}

/// What is trusted for one environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentTrust {
    /// Whose bundles count.
    pub bundle: Role,
    /// Whose heads count; none where no heads are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Role>,
    /// Whether bundles of an uncommitted workspace count.
    #[serde(default)]
    pub allow_dirty: bool,
    /// How old a head may be, whatever its own expiry says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_head_age: Option<Age>,
    /// Bundles of a lower serial are refused.
    #[serde(default)]
    pub min_serial: u64,
    /// Hex SHA-256 of bundles that are refused: of the envelope's bytes, or of the payload's, which says the same
    /// whatever signatures are taken off or put on.
    #[serde(default)]
    pub revoked_bundles: Vec<String>,
}

/// Keys, and how many of them must sign.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Ids of keys.
    pub keys: Vec<String>,
    /// How many distinct keys must have signed: from 1 to the number of keys.
    pub threshold: usize,
}

impl TrustFile {
    /// Reads and checks a trust file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrustError> {
        let value = json::value(bytes, MAX_TRUST_BYTES)?;
        let file = Self::deserialize(value).map_err(|error| TrustError::Malformed(error.to_string()))?;
        file.check()?;
        Ok(file)
    }

    /// The trust file as it is kept in a repository: indented JSON, keys in a fixed order, a newline at the end.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts, numbers and maps of texts always serialise.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Checks what the types do not say: key ids are their keys' own, no weak key, roles that can be met.
    pub fn check(&self) -> Result<(), TrustError> {
        if self.schema != SCHEMA {
            return Err(TrustError::Schema(self.schema));
        }
        for (key_id, key) in &self.keys {
            key.check(key_id).map_err(|error| TrustError::Key { key_id: key_id.clone(), error })?;
        }
        for (name, environment) in &self.environments {
            self.check_environment(name, environment)?;
        }
        Ok(())
    }

    fn check_environment(&self, name: &str, environment: &EnvironmentTrust) -> Result<(), TrustError> {
        let roles = [("bundle", Some(&environment.bundle)), ("head", environment.head.as_ref())];
        for (role, keys) in roles.into_iter().filter_map(|(role, keys)| Some((role, keys?))) {
            self.check_role(keys).map_err(|problem| TrustError::Role {
                environment: name.to_owned(),
                role,
                problem,
            })?;
        }
        match environment.revoked_bundles.iter().find(|digest| !is_digest(digest)) {
            None => Ok(()),
            Some(digest) => Err(TrustError::Revoked { environment: name.to_owned(), digest: digest.clone() }),
        }
    }

    fn check_role(&self, role: &Role) -> Result<(), String> {
        let mut distinct = BTreeSet::new();
        for key_id in &role.keys {
            if !self.keys.contains_key(key_id) {
                return Err(format!("key `{key_id}` is not among the file's keys"));
            }
            if !distinct.insert(key_id) {
                return Err(format!("key `{key_id}` stands twice"));
            }
        }
        if role.threshold == 0 || role.threshold > role.keys.len() {
            let keys = role.keys.len();
            return Err(format!(
                "threshold {} is not between 1 and the number of keys, {keys}",
                role.threshold
            ));
        }
        Ok(())
    }
}

pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
