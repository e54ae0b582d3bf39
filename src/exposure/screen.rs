//! A glance that settles most flags: a proof, without a solver, that no rule on who gets what has anything to say.
//!
//! For each rule it imagines the user who has the attributes that the rule asks for, and no others but an identity. If
//! every other rule needs an attribute that this user lacks, or another value of one, the rule decides for them; and if
//! what is left serves something else, it matters. Where the glance is in doubt, the analysis decides.

use ecow::EcoString;
use smallvec::SmallVec;

use super::analysis::{serve_alike, variants_of};
use crate::format::AttributeType;
use crate::model::{
    Attribute, AttributeId, Bounds, Clause, Condition, EnvironmentId, Flag, Matcher, Operator, Rule, Serve,
    VersionRange, Workspace,
};
use crate::source::Span;

/// A glance at one flag looks at this many parts of conditions.
const MAX_PARTS: u32 = 200;

/// Numbers up to here have neighbours on both sides.
const MODERATE: f64 = 1e15;

/// Attributes, or variants, by their positions.
type Mask = u64;

/// Whether it is sure that no rule finds anything in a flag.
pub fn is_plain(workspace: &Workspace, flag: &Flag) -> bool {
    Screen { workspace, flag, parts: MAX_PARTS }.passes() == Some(true)
}

/// `None` is doubt, everywhere below.
struct Screen<'w> {
    workspace: &'w Workspace,
    flag: &'w Flag,
    parts: u32,
}

/// A user who fulfils a condition.
#[derive(Default)]
struct User<'w> {
    /// Has these attributes.
    has: Mask,
    /// Lacks these.
    lacks: Mask,
    /// Texts that are the value of an attribute, or its only element.
    texts: SmallVec<[(AttributeId, &'w str); 4]>,
    /// Must not fulfil these.
    not: SmallVec<[&'w Condition; 4]>,
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
}

impl<'w> Screen<'w> {
    fn passes(&mut self) -> Option<bool> {
        let flag = self.flag;
        if !flag.requires.is_empty() || !flag.broken.is_empty() || flag.variants.len() > 64 {
            return None;
        }
        let off = bit(flag.off_variant.0.into())?;
        let mut lists: SmallVec<[List<'w>; 4]> = SmallVec::new();
        let mut served: SmallVec<[Option<Mask>; 8]> = SmallVec::new();
        for environment in self.workspace.config.environment_ids() {
            served.push(if flag.killed_in(environment) {
                None
            } else {
                Some(self.environment(environment, &mut lists)?)
            });
        }
        let reached = served.iter().flatten().fold(0, |all, mask| all | mask);
        let plain = lists.iter().all(|list| list.idle == 0)
            && (served.iter().all(Option::is_none) || self.reaches_all(reached, off)?)
            && !self.widens(&served, off);
        Some(plain)
    }

    fn environment(
        &mut self,
        environment: EnvironmentId,
        lists: &mut SmallVec<[List<'w>; 4]>,
    ) -> Option<Mask> {
        let flag = self.flag;
        let rules = flag.rules_in(environment);
        let known = lists.iter().position(|list| std::ptr::eq(list.rules, rules));
        let position = known.unwrap_or(lists.len());
        if known.is_none() {
            lists.push(self.list(rules)?);
        }
        let list = lists.get_mut(position)?;
        let mut served = list.served;
        let mut divides = false;
        let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
        for last in std::iter::once(flag.serve_in(environment)).chain(steps) {
            served |= self.gives(last)?;
            divides |= matches!(last, Serve::Split(split) if split.shares.len() > 1);
            for (index, rule) in rules.iter().enumerate() {
                let is_pinned = list.pinned & bit(index)? != 0;
                let both_plain = matches!((last, &rule.serve), (Serve::Variant(_), Serve::Variant(_)));
                if !serve_alike(flag, last, &rule.serve) && (both_plain || !is_pinned) {
                    list.idle &= !bit(index)?;
                }
            }
        }
        let looks_divided = divides || !rules.is_empty();
        (!looks_divided || served.count_ones() > 1).then_some(served)
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

    fn identity(&self) -> Option<Mask> {
        let by = self.flag.bucket_by.value;
        let is_open = self.workspace.config.attribute(by).values.is_none();
        if is_open { bit(by.0.into()) } else { None }
    }

    fn list(&mut self, rules: &'w [Rule]) -> Option<List<'w>> {
        let identity = bit(self.flag.bucket_by.value.0.into())?;
        let mut conditions: SmallVec<[&Condition; 8]> = SmallVec::new();
        for rule in rules {
            let condition = rule.condition.as_ref()?;
            self.measure(condition)?;
            conditions.push(condition);
        }
        let (mut served, mut idle, mut pinned) = (0, 0, 0);
        for (index, rule) in rules.iter().enumerate() {
            let mut user = User::default();
            self.fulfil(conditions[index], &mut user)?;
            if user.has & identity != 0 {
                if matches!(rule.serve, Serve::Split(_)) {
                    return None;
                }
                pinned |= bit(index)?;
            }
            user.has |= identity;
            let mut others = conditions.iter().enumerate().filter(|(other, _)| *other != index);
            if user.has & user.lacks != 0
                || !user.not.iter().all(|inner| self.fails(inner, &user))
                || !others.all(|(_, condition)| self.fails(condition, &user))
            {
                return None;
            }
            idle |= bit(index)?;
            served |= self.gives(&rule.serve)?;
        }
        // Whoever has nothing but an identity gets to the end.
        let nobody = User { has: identity, ..User::default() };
        conditions.iter().all(|condition| self.fails(condition, &nobody)).then_some(List {
            rules,
            served,
            idle,
            pinned,
        })
    }

    fn step(&mut self) -> Option<()> {
        self.parts = self.parts.checked_sub(1)?;
        Some(())
    }

    fn segment(&self, condition: &'w Condition) -> Option<&'w Condition> {
        match condition {
            Condition::Segment(segment) => self.workspace.segment(segment.value).condition.as_ref(),
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) | Condition::Clause(_) => None,
        }
    }

    /// Takes the parts of a condition off the bound.
    fn measure(&mut self, condition: &'w Condition) -> Option<()> {
        self.step()?;
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().try_for_each(|part| self.measure(part))
            }
            Condition::Not(inner) => self.measure(inner),
            Condition::Segment(_) => {
                let written = self.segment(condition)?;
                self.measure(written)
            }
            Condition::Clause(_) => Some(()),
        }
    }

    /// Whether it is sure that a user does not fulfil a condition, which was measured before.
    fn fails(&self, condition: &'w Condition, user: &User<'w>) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().any(|part| self.fails(part, user)),
            Condition::Any(parts) => parts.iter().all(|part| self.fails(part, user)),
            Condition::Not(_) => false,
            Condition::Segment(_) => self.segment(condition).is_some_and(|written| self.fails(written, user)),
            Condition::Clause(clause) => {
                let attribute = clause.attribute.value;
                let has = bit(attribute.0.into()).is_some_and(|attribute| user.has & attribute != 0);
                let text = user.texts.iter().find(|(known, _)| *known == attribute);
                match &clause.matcher {
                    Matcher::Exists(there) => has != *there,
                    Matcher::OneOf(texts) | Matcher::ListContains(texts) => {
                        !has || text.is_some_and(|(_, text)| texts.iter().all(|other| other != text))
                    }
                    _ => !has,
                }
            }
        }
    }

    /// Makes the user fulfil a condition.
    fn fulfil(&mut self, condition: &'w Condition, user: &mut User<'w>) -> Option<()> {
        self.step()?;
        match condition {
            Condition::All(parts) => parts.iter().try_for_each(|part| self.fulfil(part, user)),
            Condition::Any(parts) => self.fulfil(parts.first()?, user),
            Condition::Not(inner) => {
                user.not.push(inner);
                Some(())
            }
            Condition::Segment(_) => {
                let written = self.segment(condition)?;
                self.fulfil(written, user)
            }
            Condition::Clause(clause) => {
                let attribute = bit(clause.attribute.value.0.into())?;
                if clause.matcher == Matcher::Exists(false) {
                    user.lacks |= attribute;
                    return Some(());
                }
                // Two demands on one attribute may exclude each other.
                let is_free = user.has & attribute == 0;
                user.has |= attribute;
                let declared = self.workspace.config.attribute(clause.attribute.value);
                if let Matcher::OneOf(texts) | Matcher::ListContains(texts) = &clause.matcher {
                    let closed = declared.values.as_ref();
                    let is_meant = |text: &&EcoString| closed.is_none_or(|closed| closed.contains(text));
                    user.texts.push((clause.attribute.value, texts.iter().find(is_meant)?));
                }
                (is_free && can_be(clause, declared)).then_some(())
            }
        }
    }

    /// Whether every variant is served, or none but the off variant.
    fn reaches_all(&self, reached: Mask, off: Mask) -> Option<bool> {
        let mut all = true;
        for (index, variant) in self.flag.variants.iter().enumerate() {
            all &= variant.name.span == Span::default() || (reached | off) & bit(index)? != 0;
        }
        Some(all || reached & !off == 0)
    }

    /// Whether a critical environment may serve what the one before it does not.
    fn widens(&self, served: &[Option<Mask>], off: Mask) -> bool {
        let environments = &self.workspace.config.environments;
        let none_critical = !environments.iter().any(|environment| environment.critical);
        (1..served.len()).any(|index| {
            let is_critical =
                environments[index].critical || (none_critical && index + 1 == environments.len());
            let before = served[index - 1].unwrap_or(0) | off;
            is_critical && served[index].is_some_and(|here| here & !before != 0)
        })
    }
}

fn bit(position: usize) -> Option<Mask> {
    1u64.checked_shl(u32::try_from(position).ok()?)
}

/// Whether some value is sure to be as a clause asks.
fn can_be(clause: &Clause, attribute: &Attribute) -> bool {
    match &clause.matcher {
        Matcher::Exists(there) => *there,
        Matcher::OneOf(texts) | Matcher::ListContains(texts) => !texts.is_empty(),
        Matcher::StartsWith(texts) | Matcher::EndsWith(texts) | Matcher::Contains(texts) => {
            !texts.is_empty() && attribute.values.is_none()
        }
        Matcher::Boolean(values) => !values.is_empty(),
        Matcher::NumberOneOf(numbers) => {
            numbers.iter().any(|number| attribute.kind == AttributeType::Number || number.fract() == 0.0)
        }
        Matcher::Within(bounds) => is_wide(*bounds),
        Matcher::Version(ranges) => ranges.iter().any(is_proper),
    }
}

/// Whether some integer lies within all bounds: one that is open to a side, or is wider than 1, has one.
fn is_wide(bounds: Bounds) -> bool {
    let moderate = |bound: Option<f64>| bound.is_none_or(|bound| bound.abs() < MODERATE);
    let low = bounds.gt.into_iter().chain(bounds.gte).reduce(f64::max);
    let high = bounds.lt.into_iter().chain(bounds.lte).reduce(f64::min);
    [bounds.gt, bounds.gte, bounds.lt, bounds.lte].into_iter().all(moderate)
        && low.zip(high).is_none_or(|(low, high)| high - low > 1.0)
}

fn is_proper(range: &VersionRange) -> bool {
    match range.comparators.as_slice() {
        [only] => only.operator != Operator::Less,
        [low, high] => {
            low.operator == Operator::GreaterOrEqual
                && high.operator == Operator::Less
                && low.version < high.version
        }
        _ => false,
    }
}
