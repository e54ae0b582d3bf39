//! Conditions: an attribute's declared type decides how its matcher is read.

use ecow::EcoString;

use super::super::suggest::{did_you_mean, nearest};
use super::Scope;
use super::config::{RESERVED_ATTRIBUTES, unknown_attribute};
use crate::format::{
    AttributeType, ConditionTable, Entry, MatcherTable, MatcherText, Name, OneOrMany, Scalar,
};
use crate::model::{
    Attribute, AttributeId, Bounds, Clause, Condition, Matcher, RangeError, VersionRange, check_range,
    parse_range,
};
use crate::source::{Span, Spanned};

impl Scope<'_, '_> {
    /// A condition; `None` where a part of it cannot be understood, which is reported.
    pub(super) fn condition(&mut self, written: &ConditionTable) -> Option<Condition> {
        // Every entry is looked at before the first that failed decides: all findings in one run.
        let parts: Vec<Option<Condition>> =
            written.0.iter().map(|(key, entry)| self.entry(key, entry)).collect();
        let mut parts: Vec<Condition> = parts.into_iter().collect::<Option<_>>()?;
        match parts.len() {
            // Empty only where the schema has reported what stood there.
            0 => {
                self.broken.push(self.environment);
                None
            }
            1 => parts.pop(),
            _ => Some(Condition::All(parts.into())),
        }
    }

    fn entry(&mut self, key: &Spanned<Name>, entry: &Entry) -> Option<Condition> {
        match entry {
            Entry::Segment(names) => {
                let found: Vec<Option<Condition>> = names.iter().map(|name| self.segment(name)).collect();
                Some(any_of(found.into_iter().collect::<Option<_>>()?))
            }
            Entry::Any(tables) => self.conditions(tables).map(any_of),
            Entry::All(tables) => self.conditions(tables).map(|parts| Condition::All(parts.into())),
            Entry::Not(table) => self.condition(&table.value).map(|inner| Condition::Not(Box::new(inner))),
            Entry::Attribute(matcher) => self.attribute(key, matcher),
        }
    }

    fn conditions(&mut self, tables: &[Spanned<ConditionTable>]) -> Option<Vec<Condition>> {
        let parts: Vec<Option<Condition>> = tables.iter().map(|table| self.condition(&table.value)).collect();
        if parts.is_empty() {
            self.broken.push(self.environment);
            return None;
        }
        parts.into_iter().collect()
    }

    fn segment(&mut self, name: &Spanned<Name>) -> Option<Condition> {
        let found = self.names.segment_id(&name.value.0);
        if found.is_none() {
            let message = format!("there is no segment `{}`", name.value.0);
            let nearest = nearest(&name.value.0, self.names.segments.iter().map(EcoString::as_str));
            let help = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("make `segments/{}.toml`", name.value.0),
            };
            self.error("unknown-segment", name.span, message, Some(help));
        }
        found.map(|id| Condition::Segment(Spanned::new(id, name.span)))
    }

    fn attribute(&mut self, key: &Spanned<Name>, matcher: &Spanned<MatcherText>) -> Option<Condition> {
        let names = self.names;
        let Some(id) = names.config.attribute_id(&key.value.0) else {
            let known = names.config.context.iter().map(|attribute| attribute.name.value.as_str());
            let help = did_you_mean(&key.value.0, known.chain(RESERVED_ATTRIBUTES));
            let help =
                help.unwrap_or_else(|| format!("declare it in `flagc.toml`: [context.{}]", key.value.0));
            self.error("unknown-attribute", key.span, unknown_attribute(&key.value.0), Some(help));
            return None;
        };
        let matchers = self.matcher(names.config.attribute(id), matcher)?;
        Some(clauses(Spanned::new(id, key.span), matchers, matcher.span))
    }

    /// The matchers that must all hold; most are a single one.
    fn matcher(&mut self, attribute: &Attribute, written: &Spanned<MatcherText>) -> Option<Vec<Matcher>> {
        let span = written.span;
        match &written.value {
            MatcherText::One(scalar) => {
                self.values(attribute, &[Spanned::new(scalar.clone(), span)]).map(|m| vec![m])
            }
            MatcherText::Many(scalars) => self.values(attribute, scalars).map(|matcher| vec![matcher]),
            MatcherText::Table(table) => self.operators(attribute, table, span),
        }
    }

    fn values(&mut self, attribute: &Attribute, values: &[Spanned<Scalar>]) -> Option<Matcher> {
        match attribute.kind {
            AttributeType::String => self.strings(attribute, values).map(Matcher::OneOf),
            AttributeType::List => self.strings(attribute, values).map(Matcher::ListContains),
            AttributeType::Boolean => self
                .each(attribute, values, |scalar| match scalar {
                    Scalar::Boolean(value) => Some(*value),
                    Scalar::String(_) | Scalar::Integer(_) | Scalar::Float(_) => None,
                })
                .map(Matcher::Boolean),
            AttributeType::Integer => self
                .each(attribute, values, |scalar| number(scalar).filter(|value| value.fract() == 0.0))
                .map(Matcher::NumberOneOf),
            AttributeType::Number => self.each(attribute, values, number).map(Matcher::NumberOneOf),
            AttributeType::Version => self.versions(attribute, values).map(Matcher::Version),
        }
    }

    /// Reads every value, or reports each that is of another type than the attribute.
    fn each<T>(
        &mut self,
        attribute: &Attribute,
        values: &[Spanned<Scalar>],
        read: impl Fn(&Scalar) -> Option<T>,
    ) -> Option<Box<[T]>> {
        let mut found = Vec::with_capacity(values.len());
        for value in values {
            match read(&value.value) {
                Some(value) => found.push(value),
                None => self.wrong_value(attribute, value),
            }
        }
        (found.len() == values.len()).then(|| found.into())
    }

    fn wrong_value(&mut self, attribute: &Attribute, value: &Spanned<Scalar>) {
        let shown = match &value.value {
            Scalar::String(text) => format!("\"{text}\""),
            Scalar::Boolean(value) => value.to_string(),
            Scalar::Integer(value) => value.to_string(),
            Scalar::Float(value) => value.to_string(),
        };
        let name = &attribute.name.value;
        let message = format!("`{name}` is {}, so it never equals `{shown}`", attribute.kind.describe());
        self.error("wrong-matcher", value.span, message, Some(matchers_for(attribute)));
    }

    fn strings(&mut self, attribute: &Attribute, values: &[Spanned<Scalar>]) -> Option<Box<[EcoString]>> {
        let strings = self.each(attribute, values, |scalar| match scalar {
            Scalar::String(text) => Some(text.clone()),
            Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::Float(_) => None,
        })?;
        if let Some(known) = &attribute.values {
            for (text, value) in strings.iter().zip(values) {
                if !known.contains(text) {
                    let message = format!("`{text}` is not a value of `{}`", attribute.name.value);
                    let names: Vec<&str> = known.iter().map(EcoString::as_str).collect();
                    let help = did_you_mean(text, names.iter().copied())
                        .unwrap_or_else(|| "it is none of the `values` in `flagc.toml`".to_owned());
                    self.error("unknown-value", value.span, message, Some(help));
                }
            }
        }
        Some(strings)
    }

    fn versions(&mut self, attribute: &Attribute, values: &[Spanned<Scalar>]) -> Option<Box<[VersionRange]>> {
        let texts = self.each(attribute, values, |scalar| match scalar {
            Scalar::String(text) => Some(text.clone()),
            Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::Float(_) => None,
        })?;
        let ranges: Vec<Option<VersionRange>> =
            texts.iter().zip(values).map(|(text, value)| self.range(text, value.span)).collect();
        ranges.into_iter().collect()
    }

    /// A version range; what is none is reported and keeps this part of the file from being compiled.
    fn range(&mut self, text: &str, span: Span) -> Option<VersionRange> {
        parse_range(text).map_err(|error| self.no_range(&error, span)).ok()
    }

    /// Reports a text that is no version range, like [`Self::range`].
    pub(super) fn check_range(&mut self, text: &str, span: Span) {
        if let Err(error) = check_range(text) {
            self.no_range(&error, span);
        }
    }

    fn no_range(&mut self, error: &RangeError, span: Span) {
        self.error("invalid-range", span, error.to_string(), Some(RANGE_HELP.to_owned()));
    }

    fn operators(&mut self, attribute: &Attribute, table: &MatcherTable, span: Span) -> Option<Vec<Matcher>> {
        let texts = [&table.starts_with, &table.ends_with, &table.contains];
        let bounds = [&table.gt, &table.gte, &table.lt, &table.lte];
        let has_text = texts.iter().any(|operand| operand.is_some());
        let has_bounds = bounds.iter().any(|operand| operand.is_some());
        if let Some(exists) = &table.exists {
            if has_text || has_bounds {
                let help = "write the other test as an entry of `all`".to_owned();
                self.error("wrong-matcher", span, "`exists` stands alone in its matcher", Some(help));
                return None;
            }
            return Some(vec![Matcher::Exists(exists.value)]);
        }
        let numeric = matches!(attribute.kind, AttributeType::Integer | AttributeType::Number);
        let textual = attribute.kind == AttributeType::String;
        if (has_text && !textual) || (has_bounds && !numeric) {
            let message = format!(
                "`{}` is {}, which has no such test",
                attribute.name.value,
                attribute.kind.describe()
            );
            self.error("wrong-matcher", span, message, Some(matchers_for(attribute)));
            return None;
        }
        let mut matchers = Vec::new();
        if has_bounds {
            let [gt, gte, lt, lte] = bounds.map(|bound| bound.as_ref().map(|bound| bound.value));
            matchers.push(Matcher::Within(Box::new(Bounds { gt, gte, lt, lte })));
        }
        matchers.extend(table.starts_with.as_ref().map(|texts| Matcher::StartsWith(operands(texts))));
        matchers.extend(table.ends_with.as_ref().map(|texts| Matcher::EndsWith(operands(texts))));
        matchers.extend(table.contains.as_ref().map(|texts| Matcher::Contains(operands(texts))));
        if matchers.is_empty() {
            self.broken.push(self.environment);
            return None;
        }
        Some(matchers)
    }
}

/// The help for a version range.
pub(super) const RANGE_HELP: &str =
    "a range is written like `>=5.2.0, <6.0.0`, `^1.4.0` or `2.3.7`; a list means any of them";

fn operands(texts: &OneOrMany<Spanned<Name>>) -> Box<[EcoString]> {
    texts.0.iter().map(|text| text.value.0.clone()).collect()
}

fn number(scalar: &Scalar) -> Option<f64> {
    match scalar {
        #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 were refused when read")]
        Scalar::Integer(value) => Some(*value as f64),
        Scalar::Float(value) => Some(*value),
        Scalar::String(_) | Scalar::Boolean(_) => None,
    }
}

fn any_of(mut parts: Vec<Condition>) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts.into()) }
}

fn clauses(attribute: Spanned<AttributeId>, matchers: Vec<Matcher>, span: Span) -> Condition {
    let mut clauses: Vec<Condition> =
        matchers.into_iter().map(|matcher| Condition::Clause(Clause { attribute, matcher, span })).collect();
    if clauses.len() == 1 { clauses.remove(0) } else { Condition::All(clauses.into()) }
}

/// What can be asked of an attribute of this type, as the advice of a wrong matcher.
fn matchers_for(attribute: &Attribute) -> String {
    let name = &attribute.name.value;
    match attribute.kind {
        AttributeType::String => {
            format!("ask {name} = \"…\", a list of strings, or {{ starts_with = \"…\" }}")
        }
        AttributeType::Boolean => format!("ask {name} = true or {name} = false"),
        AttributeType::Integer | AttributeType::Number => {
            format!("ask {name} = 18, a list of numbers, or {{ gte = 18, lt = 65 }}")
        }
        AttributeType::Version => format!("ask {name} = \">=5.2.0, <6.0.0\""),
        AttributeType::List => format!("ask {name} = \"…\" (contains it), or a list (contains one of them)"),
    }
}
