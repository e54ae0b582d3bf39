//! Rules, serves and users in the words of a message.

use super::analysis::Analysis;
use super::fate::RuleList;
use super::solve::Domains;
use crate::model::{Flag, Rule, Serve, WHOLE};
use crate::source::Span;

impl Analysis<'_> {
    /// What a serve gives: a variant, or the shares of a split.
    pub fn served(&self, serve: &Serve) -> String {
        served(serve, self.flag)
    }

    /// What a branch of a list is called, at a time when `serve` is what is left.
    pub fn branch_name(&self, list: &RuleList<'_>, branch: usize) -> String {
        list.rules.get(branch).map_or_else(|| "`serve`".to_owned(), |rule| rule_name(rule, branch))
    }

    /// A user of a box, as JSON; empty where none was found.
    pub fn user(&self, domains: &Domains) -> String {
        self.witness(domains)
            .map_or_else(String::new, |context| serde_json::Value::Object(context).to_string())
    }
}

/// A rule by its name, or by its position, which counts from 1.
pub fn rule_name(rule: &Rule, index: usize) -> String {
    match &rule.name {
        Some(name) => format!("`{}`", name.value),
        None => format!("rule {}", index + 1),
    }
}

/// Where a rule is spoken of: its name, else its header.
pub fn rule_span(rule: &Rule) -> Span {
    rule.name.as_ref().map_or(rule.span, |name| name.span)
}

/// Where a serve is written.
pub fn serve_span(serve: &Serve) -> Span {
    match serve {
        Serve::Variant(variant) => variant.span,
        Serve::Split(split) => split.span,
    }
}

/// Names in a row: `a`, `b` and `c`.
pub fn row(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What a serve of a flag gives: a variant, or the shares of a split.
pub fn served(serve: &Serve, flag: &Flag) -> String {
    let name = |variant| &flag.variant(variant).name.value;
    match serve {
        Serve::Variant(variant) => format!("`{}`", name(variant.value)),
        Serve::Split(split) => {
            let shares = split.shares.iter().map(|share| {
                let (whole, rest) = (share.weight / (WHOLE / 100), share.weight % (WHOLE / 100));
                let percent = format!("{whole}.{rest:03}");
                format!("{} % `{}`", percent.trim_end_matches('0').trim_end_matches('.'), name(share.variant))
            });
            row(&shares.collect::<Vec<_>>())
        }
    }
}
