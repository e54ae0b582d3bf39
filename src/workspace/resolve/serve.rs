//! Variants and splits.

use ecow::EcoString;

use super::super::suggest::did_you_mean;
use super::Scope;
use crate::format::ServeText;
use crate::model::{Serve, Share, Split, Variant, VariantId, WHOLE};
use crate::source::{Span, Spanned};

/// The variants of the flag that is being read.
pub(super) struct Variants<'v> {
    pub(super) list: &'v [Variant],
    pub(super) off: VariantId,
}

impl Variants<'_> {
    pub(super) fn find(&self, name: &str) -> Option<VariantId> {
        let index = self.list.iter().position(|variant| variant.name.value == name)?;
        u16::try_from(index).ok().map(VariantId)
    }
}

impl Scope<'_, '_> {
    /// Looks a variant up; what is unknown is reported and keeps the flag from being compiled.
    pub(super) fn variant(&mut self, variants: &Variants<'_>, name: &str, span: Span) -> Option<VariantId> {
        let found = variants.find(name);
        if found.is_none() {
            let (message, help) = unknown_variant(variants, name);
            self.error("unknown-variant", span, message, help);
        }
        found
    }

    /// What is served; `None` where it cannot be understood, which is reported.
    pub(super) fn serve(&mut self, variants: &Variants<'_>, written: &ServeText) -> Option<Serve> {
        match written {
            ServeText::Variant(name) => {
                let id = self.variant(variants, &name.value, name.span)?;
                Some(Serve::Variant(Spanned::new(id, name.span)))
            }
            ServeText::Split(shares) => self.split(variants, shares),
        }
    }

    fn split(
        &mut self,
        variants: &Variants<'_>,
        written: &Spanned<Vec<(Spanned<crate::format::Name>, Spanned<f64>)>>,
    ) -> Option<Serve> {
        // One more: what is left goes to the off variant.
        let mut shares = Vec::with_capacity(written.value.len() + 1);
        let mut complete = !written.value.is_empty();
        for (name, percent) in &written.value {
            let variant = self.variant(variants, &name.value.0, name.span);
            let weight = self.weight(&name.value.0, percent);
            match (variant, weight) {
                (Some(variant), Some(weight)) => shares.push(Share { variant, weight }),
                _ => complete = false,
            }
        }
        if !complete {
            self.broken.push(self.environment);
            return None;
        }
        let total: u32 = shares.iter().map(|share| share.weight).sum();
        let Some(rest) = WHOLE.checked_sub(total) else {
            let message = format!("the shares add up to {} %", percent_text(total));
            let help = "make them add up to 100 at most; what is left goes to `off_variant`".to_owned();
            self.error("split-total", written.span, message, Some(help));
            return None;
        };
        Some(Serve::Split(Split { shares: in_bucket_order(shares, rest, variants.off), span: written.span }))
    }

    /// A percentage in thousandths.
    fn weight(&mut self, variant: &str, percent: &Spanned<f64>) -> Option<u32> {
        let thousandths = percent.value * 1000.0;
        let rounded = thousandths.round();
        if !(0.0..=f64::from(WHOLE)).contains(&rounded) || (thousandths - rounded).abs() > 1e-6 {
            let message = format!("{} % of `{variant}` is finer than buckets can divide", percent.value);
            let help = format!("use at most three decimals, such as {}", rounded.clamp(1.0, 1e5) / 1000.0);
            self.error("invalid-weight", percent.span, message, Some(help));
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 100000, see above"
        )]
        Some(rounded as u32)
    }
}

/// In the order of `[variants]`, the off variant last with what is left; nothing with no weight.
fn in_bucket_order(mut shares: Vec<Share>, rest: u32, off: VariantId) -> Box<[Share]> {
    let off_weight =
        rest + shares.iter().filter(|share| share.variant == off).map(|share| share.weight).sum::<u32>();
    shares.retain(|share| share.variant != off && share.weight > 0);
    shares.sort_by_key(|share| share.variant);
    if off_weight > 0 {
        shares.push(Share { variant: off, weight: off_weight });
    }
    shares.into()
}

/// Thousandths of a percent as people write percentages.
pub(super) fn percent_text(thousandths: u32) -> String {
    (f64::from(thousandths) / 1000.0).to_string()
}

/// What is said about a variant that the flag does not have.
pub(super) fn unknown_variant(variants: &Variants<'_>, name: &str) -> (String, Option<String>) {
    let names = variants.list.iter().map(|variant| variant.name.value.as_str());
    (format!("`{name}` is not a variant of this flag"), did_you_mean(name, names))
}

/// The variants of a flag whose file has no `[variants]`.
pub(super) const BOOLEAN_VARIANTS: [(EcoString, bool); 2] =
    [(EcoString::inline("off"), false), (EcoString::inline("on"), true)];
