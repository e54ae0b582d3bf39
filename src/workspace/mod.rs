//! From a folder to a [`Workspace`]: discover, read, parse, validate, resolve. Loading never fails: what is wrong
//! becomes findings, and what is right is there all the same.

mod aside;
mod assemble;
mod deployment;
mod discover;
mod load;
mod read;
mod resolve;
mod reuse;
mod suggest;
mod text;
mod validate;
mod words;

pub use aside::{Aside, Texts};
pub use deployment::replace_deployment;
pub use discover::{WORKSPACE_FILE, find_root};
pub use load::{Loaded, load, load_with, project_of, stem};
pub use read::MAX_BYTES;
pub use resolve::{is_born, is_flag_key};
pub use reuse::{Given, GivenContent, load_given, load_part};
pub use suggest::{did_you_mean, listed, nearest};

#[cfg(doc)]
use crate::model::Workspace;
