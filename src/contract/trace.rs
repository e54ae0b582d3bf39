//! Where an attribute is read: the line, and the way there from the flag that a service evaluates.

use std::collections::BTreeSet;

use super::own::{asks_for_identity, decisive};
use super::{Purpose, Readings};
use crate::exposure::serve_span;
use crate::model::{AttributeId, Condition, EnvironmentId, Flag, FlagId, SegmentId, Serve};
use crate::source::{FileId, Place};

/// Where an attribute is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The flag that reads it: the one in question, or one that it requires.
    pub flag: FlagId,
    /// The line: the attribute in a condition, or a split.
    pub place: Place,
    /// The way there, from the flag in question.
    pub steps: Vec<Step>,
}

/// A step on the way to a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A flag that is required there.
    Requires(FlagId, Place),
    /// A segment that is used there.
    Uses(SegmentId, Place),
}

/// A flag and what it requires, nearest first.
struct Walk {
    flags: Vec<(FlagId, Option<(usize, Place)>)>,
}

impl Walk {
    /// The steps that lead to the flag at a position.
    fn way(&self, mut position: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some((flag, Some((from, place)))) = self.flags.get(position) {
            steps.push(Step::Requires(*flag, *place));
            position = *from;
        }
        steps.reverse();
        steps
    }
}

impl<'w> Readings<'w> {
    /// The nearest place where a flag, or one that it requires, reads an attribute for a purpose.
    pub fn trace(&self, flag: FlagId, attribute: AttributeId, purpose: Purpose) -> Option<Reading> {
        let environments = self.workspace.config.environment_ids();
        let environments: Vec<EnvironmentId> =
            environments.filter(|environment| self.in_environment(flag, *environment).is_some()).collect();
        let mut found = None;
        let walk = self.walk(flag, |at| {
            let mut readings = environments.iter().filter_map(|one| self.own(at, *one, attribute, purpose));
            found = found.take().or_else(|| readings.next());
            found.is_none()
        });
        let reading = found?;
        let position = walk.flags.iter().position(|(at, _)| *at == reading.flag)?;
        let steps = walk.way(position).into_iter().chain(reading.steps).collect();
        Some(Reading { steps, ..reading })
    }

    /// Where users of a flag are divided among several variants in an environment, as it is written: by itself, else by the
    /// nearest flag that it requires.
    pub fn split(&self, flag: FlagId, environment: EnvironmentId) -> Option<Reading> {
        self.in_environment(flag, environment)?;
        let mut found = None;
        let walk = self.walk(flag, |at| {
            let place = || split_place(self.workspace.flag(at), environment).map(|place| (at, place));
            found = found.or_else(place);
            found.is_none()
        });
        let (flag, place) = found?;
        let position = walk.flags.iter().position(|(at, _)| *at == flag)?;
        Some(Reading { flag, place, steps: walk.way(position) })
    }

    /// The nearest flags that a flag requires in an environment and that divide their users by another identity, each with
    /// the way to it.
    pub fn other_identities(&self, flag: FlagId, environment: EnvironmentId) -> Vec<(FlagId, Vec<Step>)> {
        let by = self.workspace.flag(flag).bucket_by.value;
        let mut found = Vec::new();
        let walk = self.walk(flag, |at| {
            let there = self.workspace.flag(at);
            let differs = there.bucket_by.value != by && split_place(there, environment).is_some();
            if differs {
                found.push(at);
            }
            !differs
        });
        let positions = walk.flags.iter().enumerate().filter(|(_, (at, _))| found.contains(at));
        positions.map(|(position, (at, _))| (*at, walk.way(position))).collect()
    }

    /// Walks over a flag and what it requires; what lies behind a flag is seen if `goes_on` says so.
    fn walk(&self, flag: FlagId, mut goes_on: impl FnMut(FlagId) -> bool) -> Walk {
        let mut walk = Walk { flags: vec![(flag, None)] };
        let mut seen = BTreeSet::from([flag]);
        let mut position = 0;
        while let Some((at, _)) = walk.flags.get(position).copied() {
            if goes_on(at) {
                let written = self.workspace.flag(at);
                for (required, requirement) in self.required(at).zip(&written.requires) {
                    if seen.insert(required) {
                        let place = Place { file: written.file, span: requirement.flag.span };
                        walk.flags.push((required, Some((position, place))));
                    }
                }
            }
            position += 1;
        }
        walk
    }

    /// Where a flag by itself reads it in an environment.
    fn own(
        &self,
        id: FlagId,
        environment: EnvironmentId,
        attribute: AttributeId,
        purpose: Purpose,
    ) -> Option<Reading> {
        let flag = self.workspace.flag(id);
        match purpose {
            Purpose::Identity if flag.bucket_by.value == attribute => {
                let place = identity_place(flag, environment)?;
                Some(Reading { flag: id, place, steps: Vec::new() })
            }
            Purpose::Identity => None,
            Purpose::Condition => {
                let written =
                    decisive(flag, environment)?.rules.iter().filter_map(|rule| rule.condition.as_ref());
                let mut steps = Vec::new();
                let mut conditions = written;
                let place = conditions
                    .find_map(|written| self.in_condition(written, flag.file, attribute, &mut steps))?;
                Some(Reading { flag: id, place, steps })
            }
        }
    }

    /// Where a condition reads it, or a segment that it uses, any way down.
    fn in_condition(
        &self,
        mut condition: &'w Condition,
        mut file: FileId,
        attribute: AttributeId,
        steps: &mut Vec<Step>,
    ) -> Option<Place> {
        loop {
            let mut found = None;
            condition.for_each_leaf(&mut |leaf| {
                found = found.or_else(|| self.asks(leaf, attribute).then_some(leaf));
            });
            match found? {
                Condition::Clause(clause) => return Some(Place { file, span: clause.attribute.span }),
                Condition::Segment(used) => {
                    steps.push(Step::Uses(used.value, Place { file, span: used.span }));
                    let segment = self.workspace.segment(used.value);
                    (condition, file) = (segment.condition.as_ref()?, segment.file);
                }
                Condition::All(_) | Condition::Any(_) | Condition::Not(_) => return None,
            }
        }
    }

    fn asks(&self, leaf: &Condition, attribute: AttributeId) -> bool {
        match leaf {
            Condition::Clause(clause) => clause.attribute.value == attribute,
            Condition::Segment(used) => self.segments[used.value.0 as usize].contains(attribute),
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => false,
        }
    }
}

/// Where a flag by itself first divides its users among several variants in an environment.
pub fn split_place(flag: &Flag, environment: EnvironmentId) -> Option<Place> {
    let split = decisive(flag, environment)?.serves.into_iter().find(|serve| match serve {
        Serve::Split(split) => split.shares.len() > 1,
        Serve::Variant(_) => false,
    })?;
    Some(Place { file: flag.file, span: serve_span(split) })
}

/// The first serve of a flag in an environment for which it matters who the user is.
fn identity_place(flag: &Flag, environment: EnvironmentId) -> Option<Place> {
    let decisive = decisive(flag, environment)?;
    let split = decisive.serves.into_iter().find(|serve| asks_for_identity(flag, serve))?;
    Some(Place { file: flag.file, span: serve_span(split) })
}
