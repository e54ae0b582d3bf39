//! What stands in many flags, each part built and written once: segments, and what is asked of attributes again and again.

use super::condition::{self, is_number, is_string, is_version};
use super::logic::Logic;
use super::serve;
use crate::graph::{self, Node};
use crate::model::{Attribute, AttributeId, SegmentId, Workspace};

/// The segments of a workspace as logic, and the guards of its attributes.
#[derive(Clone, Debug)]
pub struct Segments {
    /// `None` for one that cannot be compiled.
    segments: Vec<Option<Logic>>,
    guards: Vec<Guards>,
}

/// What is asked of an attribute.
#[derive(Clone, Debug)]
pub(super) struct Guards {
    /// Whether it is a string.
    pub(super) string: Logic,
    /// Whether it is none.
    pub(super) no_string: Logic,
    /// Whether it is a number; a whole one where that is declared.
    pub(super) number: Logic,
    /// Whether it is a version.
    pub(super) version: Logic,
    /// Whether it is a string that is not empty, or a whole number where that is declared.
    pub(super) identity: Logic,
    /// An identity as it is hashed.
    pub(super) hashed: Logic,
}

/// The segments of a workspace and the guards of its attributes, each built once. A segment whose file has errors, or that is
/// part of a circle, is `None`, and what uses it cannot be compiled.
pub fn segments(workspace: &Workspace) -> Segments {
    let mut all = Segments {
        segments: vec![None; workspace.segments.len()],
        guards: workspace.config.context.iter().map(Guards::of).collect(),
    };
    let Ok(order) = graph::order(&graph::segment_uses(workspace)) else { return all };
    for node in order {
        let Node::Segment(id) = node else { continue };
        let written = workspace.segment(id).condition.as_ref();
        let logic = written.and_then(|written| condition::condition(written, &workspace.config, &all));
        all.segments[id.0 as usize] = logic.map(Logic::share);
    }
    all
}

impl Segments {
    /// A segment; `None` for one that cannot be compiled.
    pub fn get(&self, segment: SegmentId) -> Option<&Logic> {
        self.segments.get(segment.0 as usize).and_then(Option::as_ref)
    }

    pub(super) fn guards(&self, attribute: AttributeId) -> &Guards {
        &self.guards[usize::from(attribute.0)]
    }
}

impl Guards {
    fn of(attribute: &Attribute) -> Self {
        let value = Logic::Variable(attribute.name.value.clone());
        let string = is_string(value.clone());
        Self {
            no_string: string.clone().negate().share(),
            number: is_number(&value, attribute).share(),
            version: is_version(&value).share(),
            identity: serve::is_identity(attribute).share(),
            hashed: serve::hashed(attribute).share(),
            string: string.share(),
        }
    }
}
