//! The words that all formats share.

use crate::constancy::{Serves, Since};
use crate::format::Instant;
use crate::retire::{Blocker, Class, Stay, Step, Use};

/// A blocker by a stable name.
pub(super) fn kind(blocker: &Blocker) -> &'static str {
    match blocker {
        Blocker::NotFinished { .. } => "not-finished",
        Blocker::Unknown { .. } => "unknown",
        Blocker::Required { .. } => "required",
        Blocker::Unreadable { .. } => "unreadable",
        Blocker::NoReport { .. } => "no-report",
        Blocker::Dynamic { .. } => "dynamic-key",
    }
}

/// What stands in the way, and what to do about it.
pub(super) fn blocker(blocker: &Blocker) -> String {
    match blocker {
        Blocker::NotFinished { environment, until: None } => {
            format!("not finished: not everybody gets the same in {environment}")
        }
        Blocker::NotFinished { environment, until: Some(at) } => {
            format!("not finished: a schedule changes {environment} at {}", Instant(*at))
        }
        Blocker::Unknown { environment } => format!(
            "what {environment} serves is not known: it has errors there, or is too complex; `flagc check` says which"
        ),
        Blocker::Required { by, file, at: (line, column), reason } => {
            format!("{by} requires it ({file}:{line}:{column}): {reason}")
        }
        Blocker::Unreadable { flag } => format!("the file of {flag} cannot be read, and may require it"),
        Blocker::NoReport { service } => {
            format!("{service} evaluates it, and its code was not looked into")
        }
        Blocker::Dynamic { at } => {
            format!("{} makes a key at run time that may be this one ({})", at.service, place(at))
        }
    }
}

/// What an environment serves, and since when.
pub(super) fn stay(stay: &Stay) -> String {
    let serves = match &stay.serves {
        Serves::Constant(variant) => variant.to_string(),
        Serves::Varying => "not the same for everybody".to_owned(),
        Serves::Unknown => "not known".to_owned(),
        Serves::Absent => "nothing".to_owned(),
    };
    let since = stay.since.as_ref().map(|since| format!(", {}", self::since(since))).unwrap_or_default();
    let until = stay.changes_at.map(|at| format!(", until {}", Instant(at))).unwrap_or_default();
    format!("{serves}{since}{until}")
}

fn since(since: &Since) -> String {
    let commit = since.commit.as_deref().and_then(|commit| commit.get(..10));
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    let least = if since.at_least { "since at least" } else { "since" };
    format!("{least} {}{commit}", Instant(since.time))
}

/// A step as a thing to do.
pub(super) fn step(step: &Step) -> String {
    match step {
        Step::Code { service, uses } if uses.is_empty() => {
            format!("{service}: go on without it, wherever it reads it")
        }
        Step::Code { service, uses } => {
            let needed = uses.iter().filter(|one| one.class.needs_the_flag()).count();
            if needed > 0 {
                format!("{service}: go on without it; {}", counts(uses))
            } else {
                format!("{service}: tidy up; {}", counts(uses))
            }
        }
        Step::Dependent { flag, file, at: (line, column) } => {
            format!("retire {flag} first, or let it go on without its requirement ({file}:{line}:{column})")
        }
        Step::Requirement { of, file, at: (line, column) } => {
            format!("take its requirement out of {of}, for whom nothing changes ({file}:{line}:{column})")
        }
        Step::Release { release, file, left: 0 } => {
            format!("delete the release {release}, which has no other flag ({file})")
        }
        Step::Release { release, file, left: _ } => format!("take it out of the release {release} ({file})"),
        Step::File { file } => format!("delete {file}"),
    }
}

/// `2 read, 1 test`.
fn counts(uses: &[Use]) -> String {
    let counted = Class::ALL.iter().filter_map(|class| {
        let count = uses.iter().filter(|one| one.class == *class).count();
        (count > 0).then(|| format!("{count} {}", class.as_str()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// Where code names a flag.
pub(super) fn place(one: &Use) -> String {
    format!("{}:{}:{}", one.file, one.line, one.column)
}
