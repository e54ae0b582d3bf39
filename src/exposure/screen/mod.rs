//! A glance that settles most flags: a proof, without a solver, that no rule on who gets what has anything to say.
//!
//! For each rule it imagines the user who has the attributes that the rule asks for, one value for each, and no others
//! but an identity. If no other rule takes this user, the rule decides for them; and if what is left serves something
//! else, it matters. Of the flags that are required it asks what they serve to that user. Where the glance is in doubt,
//! the analysis decides.

mod user;

use smallvec::SmallVec;

use super::analysis::{serve_alike, variants_of};
use super::program;
use crate::compile::{Demands, demands};
use crate::model::{Condition, EnvironmentId, Flag, Rule, Serve, Workspace};
use crate::source::Span;
use user::User;

/// A glance at one flag looks at this many parts of conditions.
const MAX_PARTS: u32 = 400;

/// Rules, or variants, by their positions.
type Mask = u64;

/// Whether it is sure that no rule finds anything in a flag.
pub fn is_plain(workspace: &Workspace, flag: &Flag) -> bool {
    let Ok(demands) = demands(workspace, flag) else { return false };
    Screen { workspace, flag, demands, parts: MAX_PARTS }.passes() == Some(true)
}

/// Whether it is sure that not everybody gets the same value of a flag in an environment at a time, in seconds since 1970.
pub fn surely_varies(workspace: &Workspace, flag: &Flag, environment: EnvironmentId, at: i64) -> bool {
    let Ok(demands) = demands(workspace, flag) else { return false };
    let served = Screen { workspace, flag, demands, parts: MAX_PARTS }.served_at(environment, at);
    let variants =
        flag.variant_ids().filter(|id| bit(id.0.into()).zip(served).is_some_and(|(bit, all)| all & bit != 0));
    let mut values = variants.map(|id| &flag.variant(id).json);
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// `None` is doubt, everywhere below.
struct Screen<'w> {
    workspace: &'w Workspace,
    flag: &'w Flag,
    demands: Demands,
    parts: u32,
}

/// A list of rules that was looked at.
struct List<'w> {
    rules: &'w [Rule],
    /// What the rules serve, all of it to somebody.
    served: Mask,
    /// The rules that were not yet seen to matter.
    idle: Mask,
    /// The rules whose users have the identity that they ask for, and no other.
    pinned: Mask,
    /// For each rule the user for whom it decides; last one for whom none does. Empty where nothing is required.
    users: Vec<User<'w>>,
}

/// What an environment serves.
#[derive(Clone, Copy)]
struct Served {
    /// Each of these is served to somebody.
    surely: Mask,
    /// No others are served.
    perhaps: Mask,
}

impl<'w> Screen<'w> {
    fn passes(&mut self) -> Option<bool> {
        let flag = self.flag;
        if !flag.broken.is_empty() || flag.variants.len() > 64 {
            return None;
        }
        let off = bit(flag.off_variant.0.into())?;
        let mut lists: SmallVec<[List<'w>; 4]> = SmallVec::new();
        let mut served: SmallVec<[Option<Served>; 8]> = SmallVec::new();
        for environment in self.workspace.config.environment_ids() {
            served.push(if flag.killed_in(environment) {
                None
            } else {
                Some(self.environment(environment, off, &mut lists)?)
            });
        }
        let (mut surely, mut perhaps) = (0, 0);
        for served in served.iter().flatten() {
            surely |= served.surely;
            perhaps |= served.perhaps;
        }
        let plain = lists.iter().all(|list| list.idle == 0)
            && (perhaps & !off == 0 || self.reaches_all(surely | off)?)
            && !self.widens(&served, off);
        Some(plain)
    }

    /// What is surely served to somebody at a time.
    fn served_at(&mut self, environment: EnvironmentId, at: i64) -> Option<Mask> {
        let flag = self.flag;
        if flag.broken_in(environment) || flag.killed_in(environment) || flag.variants.len() > 64 {
            return None;
        }
        let list = self.list(flag.rules_in(environment))?;
        let (_, otherwise) = program::last(flag, environment, at);
        let served = list.served | self.gives(otherwise)?;
        self.is_met(environment, &list.users)?.then_some(served)
    }

    fn environment(
        &mut self,
        environment: EnvironmentId,
        off: Mask,
        lists: &mut SmallVec<[List<'w>; 4]>,
    ) -> Option<Served> {
        let flag = self.flag;
        let rules = flag.rules_in(environment);
        let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
        let ends = || std::iter::once(flag.serve_in(environment)).chain(steps.clone());
        let mut perhaps = ends().try_fold(0, |all, last| Some(all | self.gives(last)?))?;
        let divides = ends().any(|last| matches!(last, Serve::Split(split) if split.shares.len() > 1));
        if rules.is_empty() && perhaps == off && !divides {
            // Whether requirements are met makes no difference here.
            return Some(Served { surely: off, perhaps: off });
        }
        let known = lists.iter().position(|list| std::ptr::eq(list.rules, rules));
        let position = known.unwrap_or(lists.len());
        if known.is_none() {
            lists.push(self.list(rules)?);
        }
        let list = lists.get_mut(position)?;
        // Requirements that change with time are met at its beginning, and later nobody knows.
        let is_steady = self.is_met(environment, &list.users)?;
        let mut surely = list.served;
        perhaps |= list.served;
        for last in ends().take(if is_steady { usize::MAX } else { 1 }) {
            surely |= self.gives(last)?;
            for (index, rule) in rules.iter().enumerate() {
                let is_pinned = list.pinned & bit(index)? != 0;
                let both_plain = matches!((last, &rule.serve), (Serve::Variant(_), Serve::Variant(_)));
                if !serve_alike(flag, last, &rule.serve) && (both_plain || !is_pinned) {
                    list.idle &= !bit(index)?;
                }
            }
        }
        let looks_divided = divides || !rules.is_empty();
        (!looks_divided || surely.count_ones() > 1).then_some(Served { surely, perhaps })
    }

    /// What a serve gives to those who have any identity, or none.
    fn gives(&self, serve: &Serve) -> Option<Mask> {
        if matches!(serve, Serve::Split(_)) {
            // Only an identity that can be anything falls into any bucket.
            self.identity()?;
        }
        variants_of(serve, self.flag)
            .into_iter()
            .try_fold(0, |all, variant| Some(all | bit(variant.0.into())?))
    }

    /// Nothing where the values of the identity are a closed set.
    fn identity(&self) -> Option<()> {
        let by = self.flag.bucket_by.value;
        self.workspace.config.attribute(by).values.is_none().then_some(())
    }

    fn list(&mut self, rules: &'w [Rule]) -> Option<List<'w>> {
        self.measure(rules)?;
        let (workspace, identity) = (self.workspace, self.flag.bucket_by.value);
        let (mut served, mut idle, mut pinned) = (0, 0, 0);
        let mut users = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let mut user = User::default();
            user.fulfil(rule.condition.as_ref()?, workspace)?;
            if user.has(identity) {
                if matches!(rule.serve, Serve::Split(_)) {
                    return None;
                }
                pinned |= bit(index)?;
            }
            user.gets(identity);
            let takes = |other: &Rule| {
                other.condition.as_ref().is_none_or(|other| user.fulfils(other, workspace) != Some(false))
            };
            let mut others = rules.iter().enumerate().filter(|(other, _)| *other != index);
            if !user.is_possible(workspace) || others.any(|(_, other)| takes(other)) {
                return None;
            }
            idle |= bit(index)?;
            served |= self.gives(&rule.serve)?;
            if !self.demands.is_empty() {
                users.push(user);
            }
        }
        // Whoever has nothing but an identity gets to the end.
        let last = User::with(identity);
        for rule in rules {
            let is_passed = last.fulfils(rule.condition.as_ref()?, workspace) == Some(false);
            is_passed.then_some(())?;
        }
        if !self.demands.is_empty() {
            users.push(last);
        }
        Some(List { rules, served, idle, pinned, users })
    }

    /// Takes the parts of conditions off the bound, segments spelled out: what has been measured is known to end.
    fn measure(&mut self, rules: &'w [Rule]) -> Option<()> {
        rules.iter().filter_map(|rule| rule.condition.as_ref()).try_for_each(|part| self.measure_one(part))
    }

    fn measure_one(&mut self, condition: &'w Condition) -> Option<()> {
        self.parts = self.parts.checked_sub(1)?;
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().try_for_each(|part| self.measure_one(part))
            }
            Condition::Not(inner) => self.measure_one(inner),
            Condition::Segment(segment) => {
                self.measure_one(self.workspace.segment(segment.value).condition.as_ref()?)
            }
            Condition::Clause(_) => Some(()),
        }
    }

    /// Makes sure that each of these users meets all requirements at the beginning of time, if they have the right
    /// identity. Whether that is so at all times.
    fn is_met(&mut self, environment: EnvironmentId, users: &[User<'w>]) -> Option<bool> {
        let mut is_steady = true;
        // Taken out for as long as the bound is counted down.
        let demands = std::mem::take(&mut self.demands);
        for id in demands.keys() {
            let required = self.workspace.flag(*id);
            if required.broken_in(environment) || required.killed_in(environment) {
                return None;
            }
            is_steady &= required.schedule_in(environment).is_empty();
            self.measure(required.rules_in(environment))?;
        }
        for user in users {
            // A user falls into any bucket of a seed, whatever those of other seeds are.
            let mut seeds: SmallVec<[&str; 8]> = SmallVec::from_slice(&[self.flag.seed.as_str()]);
            for (id, wanted) in &demands {
                let required = self.workspace.flag(*id);
                match self.serve_to(user, required, environment)? {
                    Serve::Variant(variant) => wanted.contains(&variant.value).then_some(())?,
                    Serve::Split(split) => {
                        let seed = required.seed.as_str();
                        let is_free = user.knows_nothing_of(required.bucket_by.value)
                            && required.bucket_by.value == self.flag.bucket_by.value
                            && !seeds.contains(&seed);
                        self.identity().filter(|()| is_free)?;
                        seeds.push(seed);
                        split.shares.iter().any(|share| wanted.contains(&share.variant)).then_some(())?;
                    }
                }
            }
        }
        self.demands = demands;
        Some(is_steady)
    }

    /// What decides for a user in a required flag whose rules were measured.
    fn serve_to(&self, user: &User<'w>, required: &'w Flag, environment: EnvironmentId) -> Option<&'w Serve> {
        for rule in required.rules_in(environment) {
            let condition = rule.condition.as_ref();
            if condition.map_or(Some(true), |condition| user.fulfils(condition, self.workspace))? {
                return Some(&rule.serve);
            }
        }
        Some(required.serve_in(environment))
    }

    /// Whether every variant that is written is among those that are served.
    fn reaches_all(&self, served: Mask) -> Option<bool> {
        let mut all = true;
        for (index, variant) in self.flag.variants.iter().enumerate() {
            all &= variant.name.span == Span::default() || served & bit(index)? != 0;
        }
        Some(all)
    }

    /// Whether a critical environment may serve what the one before it does not.
    fn widens(&self, served: &[Option<Served>], off: Mask) -> bool {
        let environments = &self.workspace.config.environments;
        let none_critical = !environments.iter().any(|environment| environment.critical);
        (1..served.len()).any(|index| {
            let is_critical =
                environments[index].critical || (none_critical && index + 1 == environments.len());
            let before = served[index - 1].map_or(0, |served| served.surely) | off;
            is_critical && served[index].is_some_and(|here| here.perhaps & !before != 0)
        })
    }
}

fn bit(position: usize) -> Option<Mask> {
    1u64.checked_shl(u32::try_from(position).ok()?)
}
