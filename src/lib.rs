//! A compiler and validator for feature flags that live in Git.
//!
//! People write flags as TOML; `flagc check` proves what can be proved before a merge; `flagc build` compiles one signed
//! bundle per environment; services load it. The modules below are the stations on that way. Read them from the ground
//! up: a module names only those above it in this list, and a test holds that.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`source`], [`finding`], [`artifact`] | the ground: files and places in them, what was found there, files to be written |
//! | [`syntax`] | TOML with a span on every key and value; a broken file still gives what can be read of it |
//! | [`format`] | the files as people write them: the types behind the JSON Schemas and their descriptions |
//! | [`model`] | what the files mean, with names resolved: flags, conditions, segments, services |
//! | [`sdk`] | which SDK puts users into which buckets |
//! | [`graph`] | what depends on what: flags, segments, services, releases |
//! | [`references`] | where code names flags, and what for |
//! | [`workspace`] | text to model: discover, read, validate, resolve. Never fails: it returns what it understood and findings |
//! | [`compile`] | model to flagd document, in the subset that every SDK evaluates alike |
//! | [`expectation`] | the flags' own tests, run on the compiled document |
//! | [`explain`] | how an answer came about: requirements, rules, conditions, buckets |
//! | [`exposure`] | who is served what: exact answers about conditions, buckets and requirements, each with a witness |
//! | [`contract`] | what flags read of the context, and what services do not hand over |
//! | [`release`] | whether flags that go together do |
//! | [`readiness`] | whether what is live can serve what the flags serve |
//! | [`plan`] | the way to a flag that is on, and back, each state looked at
//! | [`constancy`] | what each flag has served, and since when, by the meaning of every old state |
//! | [`owners`] | who is known as an owner of flags |
//! | [`staleness`] | which flags are done: states, signals, blockers |
//! | [`diff`] | what a change means: who gets something else, and what kind of change that is |
//! | [`retire`] | how a flag is taken out, and what stands in the way |
//! | [`rule`], [`rules`] | what a rule is and how rules are run; then one file for each rule |
//! | [`report`] | findings as text: one file for each output format |
//! | [`import`] | flags of other systems as files of a workspace |
//! | [`deployed`] | what delivery says is live: edits of deployment files, images of manifests |
//! | [`init`] | the files of a new workspace |
//! | [`ops`] | what the commands do: options in, outcome out. Begin here to follow a command from top to bottom |
//!
//! The command line stands outside of the library (`src/cli`), so nothing in here can print, exit, or read the
//! environment or the clock. Services link `flagc-runtime` alone.
//!
//! ```
//! let checked = flagc::ops::check::check(std::path::Path::new("flags"));
//! assert!(!checked.has_errors());
//! assert!(checked.flag_count() > 0);
//! ```

pub mod artifact;
pub mod canonical;
pub mod compile;
pub mod constancy;
pub mod contract;
pub mod deployed;
pub mod diff;
pub mod expectation;
pub mod explain;
pub mod exposure;
pub mod finding;
pub mod format;
pub mod graph;
pub mod history;
pub mod import;
pub mod init;
pub mod model;
pub mod ops;
pub mod owners;
pub mod plan;
pub mod readiness;
pub mod references;
pub mod release;
pub mod report;
pub mod retire;
pub mod rule;
pub mod rules;
pub mod sdk;
pub mod sign;
pub mod source;
pub mod staleness;
pub mod syntax;
pub mod workspace;
