//! Where a private key comes from: a file that nobody else can read, a variable of the environment, or a program that
//! keeps the key to itself. Key material never stands on the command line.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use p256::elliptic_curve::zeroize::Zeroizing;

use super::Signer;
use super::key::{KeyFormError, PrivateKey};

/// Larger than any key that bundles are signed with.
const MAX_KEY_BYTES: u64 = 1 << 16;

/// Where a private key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file of PEM.
    File(PathBuf),
    /// `env:NAME`: the variable holds PEM.
    Variable(String),
    /// `cmd:PROGRAM ARGUMENT…`, split at white space, run without a shell: it reads the bytes to sign from its standard
    /// input and writes the signature to its standard output.
    Program(String),
}

/// Why there is no private key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A key where the name of one is wanted.
    #[error("a private key stands on the command line, where others can see it")]
    OnCommandLine,
    /// `env:` or `cmd:` with nothing behind it.
    #[error("`{0}` names no key")]
    NoName(String),
    /// A file cannot be read.
    #[error("cannot read the key `{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("others than its owner can read or write the key `{}` (mode {mode:04o})", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its rights.
        mode: u32,
    },
    /// The variable is not set, or is not text.
    #[error("the variable `{0}` is not set")]
    NoVariable(String),
    /// What was read is not a key.
    #[error("`{origin}` cannot be used as a key: {error}")]
    Form {
        /// The file, or `env:NAME`.
        origin: String,
        /// Why.
        error: KeyFormError,
    },
}

impl KeyError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::OnCommandLine => Some("put it into a variable and name that: `env:NAME`".to_owned()),
            Self::NoName(_) => Some("name a file, `env:NAME` or `cmd:PROGRAM`".to_owned()),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("`flagc keygen` makes a key".to_owned())
            }
            Self::Exposed { path, .. } => Some(format!("`chmod 600 {}`", path.display())),
            Self::Form { error, .. } => error.help(),
            Self::Io { .. } | Self::NoVariable(_) => None,
        }
    }
}

impl KeySource {
    /// Reads `env:NAME`, `cmd:PROGRAM` or the path of a file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.contains("-----BEGIN ") {
            return Err(KeyError::OnCommandLine);
        }
        let source = match text.split_once(':') {
            Some(("env", name)) => Self::Variable(name.to_owned()),
            Some(("cmd", program)) => Self::Program(program.trim().to_owned()),
            _ => Self::File(text.into()),
        };
        match &source {
            Self::Variable(name) | Self::Program(name) if name.is_empty() => {
                Err(KeyError::NoName(text.to_owned()))
            }
            _ => Ok(source),
        }
    }

    /// Gets the key ready. `variable` looks a variable of the environment up: the library does not.
    pub fn open(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Signer, KeyError> {
        let (origin, text) = match self {
            Self::Program(command) => return Ok(Signer::Program(command.clone())),
            Self::Variable(name) => {
                let text = variable(name).ok_or_else(|| KeyError::NoVariable(name.clone()))?;
                (format!("env:{name}"), Zeroizing::new(text))
            }
            Self::File(path) => (path.display().to_string(), read(path)?),
        };
        match PrivateKey::from_pem(&text) {
            Ok(key) => Ok(Signer::Key(Box::new(key))),
            Err(error) => Err(KeyError::Form { origin, error }),
        }
    }
}

/// Reads a key file; the rights are those of the file that was opened, whatever its name points to later.
fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let io = |source| KeyError::Io { path: path.into(), source };
    let handle = File::open(path).map_err(io)?;
    let metadata = handle.metadata().map_err(io)?;
    if let Some(mode) = exposed(&metadata) {
        return Err(KeyError::Exposed { path: path.into(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(1 << 12));
    let length = handle.take(MAX_KEY_BYTES + 1).read_to_string(&mut text).map_err(io)?;
    if u64::try_from(length).is_ok_and(|length| length <= MAX_KEY_BYTES) {
        return Ok(text);
    }
    Err(io(io::Error::new(io::ErrorKind::InvalidData, "it is too large for a key")))
}

#[cfg(unix)]
fn exposed(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Rights are lists elsewhere, which nothing here reads.
#[cfg(not(unix))]
fn exposed(_metadata: &Metadata) -> Option<u32> {
    None
}
