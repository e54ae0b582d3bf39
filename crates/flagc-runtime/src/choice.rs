//! What an evaluation decides, before it is put into words.

use crate::details::Reason;
use crate::document::{Flag, Targeting, Variant};
use crate::value::Val;

/// What was decided, in one word, so that it is answered in a register: the place of a variant among the flag's, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice(u64);

impl Choice {
    /// No place of a variant.
    pub(crate) const NONE: u32 = u32::MAX;

    const REASONS: [Reason; 8] = {
        use Reason::{Default, Disabled, Error, Static, TargetingMatch};
        [Static, TargetingMatch, Default, Disabled, Error, Error, Error, Error]
    };

    pub(crate) const REFUSED: Self = Self::of(Self::NONE, Reason::Error);

    pub(crate) const fn of(variant: u32, reason: Reason) -> Self {
        Self((variant as u64) << 3 | reason as u64)
    }

    #[inline]
    pub(crate) fn variant(self, flag: &Flag) -> Option<&Variant> {
        flag.variants.get(usize::try_from(self.0 >> 3).ok()?)
    }

    #[inline]
    pub(crate) fn reason(self) -> Reason {
        Self::REASONS[(self.0 & 7) as usize]
    }

    /// What is decided whoever asks; none where a rule decides.
    pub(crate) fn settled(flag: &Flag) -> Option<Self> {
        match &flag.targeting {
            _ if !flag.enabled => Some(Self::of(Self::NONE, Reason::Disabled)),
            Targeting::None => Some(Self::default_of(flag, Reason::Static)),
            Targeting::Invalid(_) => Some(Self::REFUSED),
            Targeting::Rule(_) => None,
        }
    }

    #[inline]
    pub(crate) fn default_of(flag: &Flag, reason: Reason) -> Self {
        match flag.default {
            Some(variant) => Self::of(variant, reason),
            None => Self::of(Self::NONE, Reason::Default),
        }
    }

    /// The variant of that name, which a rule answers with.
    #[inline]
    pub(crate) fn of_name(flag: &Flag, name: &str) -> Self {
        flag.variant(name).map_or(Self::REFUSED, |variant| Self::of(variant, Reason::TargetingMatch))
    }

    /// The variant that a rule's result names: a text, or the text of a boolean or a number. `null` names the default.
    #[inline]
    pub(crate) fn named(flag: &Flag, result: &Val) -> Self {
        match result {
            Val::Null => Self::default_of(flag, Reason::Default),
            Val::Text(name) => Self::of_name(flag, name),
            Val::Bool(true) => Self::of_name(flag, "true"),
            Val::Bool(false) => Self::of_name(flag, "false"),
            Val::Number(_) => Self::of_name(flag, &result.to_text()),
            Val::List(_) | Val::Object(_) => Self::REFUSED,
        }
    }
}
