//! Conditions, part by part: what was asked, what the context has, and whether it holds.

use serde::Serialize;
use serde_json::Value;

use super::{Location, Walk, words};
use crate::compile::Reason;
use crate::model::{AttributeId, Clause, Condition, Matcher, SegmentId};
use crate::source::{FileId, Spanned};

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tree {
    /// Whether it holds for the user.
    pub holds: bool,
    /// What it asks.
    #[serde(flatten)]
    pub tested: Tested,
}

/// What a part of a condition asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Tested {
    /// All of them.
    All {
        /// In the order of the file.
        parts: Vec<Tree>,
    },
    /// At least one of them.
    Any {
        /// In the order of the file.
        parts: Vec<Tree>,
    },
    /// That it does not hold.
    Not {
        /// What must not hold.
        part: Box<Tree>,
    },
    /// That the user belongs to a segment.
    Segment {
        /// Its name.
        name: String,
        /// Where it is asked for.
        location: Location,
        /// What the segment asks; `None` where that is shown above.
        part: Option<Box<Tree>>,
    },
    /// That an attribute is like this.
    Clause {
        /// The attribute.
        attribute: String,
        /// The type it is declared with.
        #[serde(rename = "type")]
        kind: &'static str,
        /// What it must be like, in words.
        text: String,
        /// What the context has.
        seen: Seen,
        /// Where it is asked.
        location: Location,
    },
}

/// What the context has for an attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case")]
pub enum Seen {
    /// Nothing.
    Missing,
    /// `null`, which counts as missing.
    Null,
    /// A value of the declared type.
    Given(Value),
    /// A value of another type than the declared one.
    OtherType(Value),
}

impl Walk<'_> {
    /// A condition in a file, part by part.
    pub(super) fn tree(&mut self, condition: &Condition, file: FileId) -> Result<Tree, Reason> {
        let holds = self.probe.holds(condition)?;
        let tested = match condition {
            Condition::All(parts) => Tested::All { parts: self.trees(parts, file)? },
            Condition::Any(parts) => Tested::Any { parts: self.trees(parts, file)? },
            Condition::Not(inner) => Tested::Not { part: Box::new(self.tree(inner, file)?) },
            Condition::Segment(segment) => self.segment(*segment, file)?,
            Condition::Clause(clause) => self.clause(clause, file)?,
        };
        Ok(Tree { holds, tested })
    }

    fn trees(&mut self, parts: &[Condition], file: FileId) -> Result<Vec<Tree>, Reason> {
        parts.iter().map(|part| self.tree(part, file)).collect()
    }

    fn segment(&mut self, used: Spanned<SegmentId>, file: FileId) -> Result<Tested, Reason> {
        let segment = self.question.workspace.segment(used.value);
        let is_new = self.segments_shown.insert(used.value);
        let part = match &segment.condition {
            Some(written) if is_new => Some(Box::new(self.tree(written, segment.file)?)),
            Some(_) | None => None,
        };
        let location = self.location(file, used.span);
        Ok(Tested::Segment { name: segment.name.to_string(), location, part })
    }

    fn clause(&self, clause: &Clause, file: FileId) -> Result<Tested, Reason> {
        let attribute = self.probe.config.attribute(clause.attribute.value);
        let seen = match self.seen(clause.attribute.value)? {
            // Presence is asked of values of any type.
            Seen::OtherType(value) if matches!(clause.matcher, Matcher::Exists(_)) => Seen::Given(value),
            seen => seen,
        };
        Ok(Tested::Clause {
            attribute: attribute.name.value.to_string(),
            kind: attribute.kind.as_str(),
            text: words::matcher(&clause.matcher),
            seen,
            location: self.location(file, clause.attribute.span),
        })
    }

    /// What the context has for an attribute.
    pub(super) fn seen(&self, id: AttributeId) -> Result<Seen, Reason> {
        let name = &self.probe.config.attribute(id).name.value;
        Ok(match self.question.context.get(name) {
            None => Seen::Missing,
            Some(Value::Null) => Seen::Null,
            Some(value) if self.probe.has_type(id)? => Seen::Given(value.clone()),
            Some(value) => Seen::OtherType(value.clone()),
        })
    }
}
