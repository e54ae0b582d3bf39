//! A flag's file.

use std::sync::{Arc, LazyLock};

use ecow::EcoString;
use serde_json::Value;
use smallvec::SmallVec;

use super::super::suggest::did_you_mean;
use super::config::{identity, unknown_attribute};
use super::serve::{BOOLEAN_VARIANTS, Variants, unknown_variant};
use super::{Names, Scope, is_born};
use crate::canonical;
use crate::finding::Finding;
use crate::format::{
    EnvironmentTable, ExpectTable, FlagFile, FlagKind, Name, OneOrMany, RuleTable, ServeText, SnoozeTable,
    StepTable, Text, VariantText,
};
use crate::model::{
    Behaviour, EnvironmentId, Expectation, Flag, Lifetime, Override, Requirement, Rule, Serve, Step, Support,
    Variant, VariantId,
};
use crate::source::{FileId, Span, Spanned};

/// Understands a flag's file. Of what was reported before: the environments (`None`: all) in which it keeps the flag from
/// being compiled, and the variants whose values could not be read. Those are there all the same, so that nothing else
/// is said of them.
pub fn flag(
    written: FlagFile,
    key: &str,
    file: FileId,
    names: &Names<'_>,
    (blocked, unread): (&[Option<String>], Vec<(EcoString, Span)>),
    findings: &mut Vec<Finding>,
) -> Flag {
    let broken =
        blocked.iter().map(|name| name.as_ref().and_then(|name| names.config.environment_id(name))).collect();
    let mut scope = Scope { names, file, environment: None, broken, findings };
    let list = scope.variants(written.variants.map(|entries| entries.0), unread);
    let off = scope.off_variant(&list, written.off_variant.as_ref());
    let variants = Variants { list: &list, off: off.unwrap_or(VariantId(0)) };
    let serve = written.serve.as_ref();
    let behaviour = scope.behaviour(&variants, serve, &written.rules, &written.schedule);
    let environments = written
        .environments
        .0
        .iter()
        .filter_map(|(name, table)| scope.environment(&variants, name, table))
        .collect();
    let services =
        written.services.0.iter().map(|(name, table)| scope.support(&variants, name, &table.0)).collect();
    let expectations =
        written.expect.iter().filter_map(|expect| scope.expectation(&variants, &expect.value)).collect();
    let bucket_by = scope.bucket_by(written.bucket_by);
    let off_variant = variants.off;
    let broken = scope.broken;
    let key = EcoString::from(key);
    let mut flag = Flag {
        key: key.clone(),
        file,
        kind: written.kind.unwrap_or(FlagKind::Release),
        owner: written.owner.map_or_else(|| Spanned::new(EcoString::new(), Span::default()), text),
        previous_keys: written.previous_keys.into_iter().map(text).collect(),
        expires: written.expires,
        created: written.created,
        lifetime: lifetime(written.permanent, written.snooze),
        variants: list,
        off_variant,
        killed: written.enabled.filter(|enabled| !enabled.value).map(|enabled| enabled.span),
        bucket_by,
        seed: written.seed.map_or(key, |seed| seed.value.0),
        behaviour,
        environments,
        requires: written.requires.0.into_iter().map(requirement).collect(),
        services,
        expectations,
        broken: Box::default(),
    };
    for environment in broken {
        flag.mark_broken(environment, names.config);
    }
    flag
}

fn text(name: Spanned<Name>) -> Text {
    Spanned::new(name.value.0, name.span)
}

fn requirement((flag, variants): (Spanned<Name>, OneOrMany<Spanned<Name>>)) -> Requirement {
    Requirement { flag: text(flag), variants: variants.0.into_iter().map(text).collect() }
}

impl Scope<'_, '_> {
    fn variants(
        &mut self,
        written: Option<Vec<(Spanned<Name>, Spanned<VariantText>)>>,
        unread: Vec<(EcoString, Span)>,
    ) -> Arc<[Variant]> {
        let unread = unread
            .into_iter()
            .map(|(name, span)| Variant { name: Spanned::new(name, span), json: EcoString::inline("null") });
        let Some(written) = written.filter(|variants| !variants.is_empty()) else {
            return if unread.len() == 0 { boolean_variants() } else { unread.collect() };
        };
        if let Some((name, _)) = written.iter().find(|(name, _)| is_born(&name.value.0)) {
            let message =
                format!("every JavaScript object has a `{}`, so it cannot name a variant", name.value.0);
            self.error("reserved-name", name.span, message, Some("give the variant another name".to_owned()));
        }
        let first = type_of(&written[0].1.value.0);
        for (name, value) in &written {
            let this = type_of(&value.value.0);
            if this != first {
                let message =
                    format!("`{}` is {this}, but `{}` is {first}", name.value.0, written[0].0.value.0);
                let help = "give all variants of a flag values of one type".to_owned();
                self.error("variant-type", value.span, message, Some(help));
            }
        }
        let variant = |(name, value): (_, Spanned<VariantText>)| Variant {
            name: text(name),
            json: canonical::to_text(&value.value.0),
        };
        written.into_iter().map(variant).chain(unread).collect()
    }

    fn off_variant(&mut self, list: &[Variant], written: Option<&Spanned<Name>>) -> Option<VariantId> {
        let variants = Variants { list, off: VariantId(0) };
        if let Some(name) = written {
            return self.variant(&variants, &name.value.0, name.span);
        }
        let off = variants.find("off");
        if off.is_none() {
            let span = list.first().map_or_else(Span::default, |variant| variant.name.span);
            let help =
                "add `off_variant = \"…\"` above the first table: what a killed flag serves".to_owned();
            let message = "no variant is named `off`, so the flag must say what it serves when it is killed";
            self.error("missing-off-variant", span, message, Some(help));
        }
        off
    }

    fn behaviour(
        &mut self,
        variants: &Variants<'_>,
        serve: Option<&ServeText>,
        rules: &[Spanned<RuleTable>],
        schedule: &[Spanned<StepTable>],
    ) -> Behaviour {
        let serve = serve.and_then(|serve| self.serve(variants, serve));
        let serve = serve.unwrap_or_else(|| {
            // A flag without a `serve` is broken; the off variant is the harmless stand-in.
            self.broken.push(None);
            Serve::Variant(Spanned::new(variants.off, Span::default()))
        });
        Behaviour { serve, rules: self.rules(variants, rules), schedule: self.schedule(variants, schedule) }
    }

    fn rules(&mut self, variants: &Variants<'_>, written: &[Spanned<RuleTable>]) -> Box<[Rule]> {
        let mut rules = Vec::with_capacity(written.len());
        rules.extend(written.iter().filter_map(|rule| self.rule(variants, rule)));
        rules.into()
    }

    fn rule(&mut self, variants: &Variants<'_>, written: &Spanned<RuleTable>) -> Option<Rule> {
        let table = &written.value;
        let condition = table.condition.as_ref().map(|condition| self.condition(&condition.value));
        let serve = table.serve.as_ref().and_then(|serve| self.serve(variants, serve));
        // A condition that was not understood must not become one that takes everybody.
        let condition = match condition {
            Some(condition) => Some(condition?),
            None => None,
        };
        Some(Rule { name: table.name.clone().map(text), condition, serve: serve?, span: written.span })
    }

    fn schedule(&mut self, variants: &Variants<'_>, written: &[Spanned<StepTable>]) -> Box<[Step]> {
        let mut steps: Vec<Step> = Vec::with_capacity(written.len());
        for step in written {
            let Some(at) = step.value.at else { continue };
            if let Some(last) = steps.last()
                && last.at.value >= at.value
            {
                let message = format!(
                    "this step comes at {}, not after the one before it ({})",
                    at.value, last.at.value
                );
                self.error(
                    "schedule-order",
                    at.span,
                    message,
                    Some("put the steps in the order of time".to_owned()),
                );
            }
            if let Some(serve) = step.value.serve.as_ref().and_then(|serve| self.serve(variants, serve)) {
                steps.push(Step { at, serve });
            }
        }
        steps.into()
    }

    fn environment(
        &mut self,
        variants: &Variants<'_>,
        name: &Spanned<Name>,
        table: &EnvironmentTable,
    ) -> Option<Override> {
        let id = self.environment_id(name);
        // What stands in an environment that does not exist is judged all the same: its name may be misspelt.
        self.environment = id;
        let serve = table.serve.as_ref().and_then(|serve| self.serve(variants, serve));
        let rules = table.rules.as_ref().map(|rules| self.rules(variants, rules));
        let schedule = table.schedule.as_ref().map(|schedule| self.schedule(variants, schedule));
        self.environment = None;
        let killed = table.enabled.filter(|enabled| !enabled.value).map(|enabled| enabled.span);
        Some(Override { environment: Spanned::new(id?, name.span), killed, serve, rules, schedule })
    }

    /// Looks an environment up; what is unknown is reported. Nothing is compiled for it, so nothing is broken by it.
    fn environment_id(&mut self, name: &Spanned<Name>) -> Option<EnvironmentId> {
        let config = self.names.config;
        let found = config.environment_id(&name.value.0);
        if found.is_none() {
            let message = format!("there is no environment `{}`", name.value.0);
            let names = config.environments.iter().map(|environment| environment.name.value.as_str());
            // A misspelt environment would otherwise be built without what was meant for it.
            self.error("unknown-environment", name.span, message, did_you_mean(&name.value.0, names));
        }
        found
    }

    fn support(
        &mut self,
        variants: &Variants<'_>,
        service: &Spanned<Name>,
        table: &[(Spanned<Name>, OneOrMany<Spanned<Name>>)],
    ) -> Support {
        let before = self.broken.len();
        let mut supported = SmallVec::with_capacity(table.len());
        for (name, ranges) in table {
            let id = variants.find(&name.value.0);
            if id.is_none() {
                let (message, help) = unknown_variant(variants, &name.value.0);
                self.note("unknown-variant", name.span, message, help);
            }
            for range in &ranges.0 {
                self.check_range(&range.value.0, range.span);
            }
            supported.extend(id.map(|id| (id, ranges.0.iter().cloned().map(text).collect())));
        }
        // What services can serve is not compiled: a slip here stops no bundle.
        self.broken.truncate(before);
        Support { service: text(service.clone()), variants: supported }
    }

    fn expectation(&mut self, variants: &Variants<'_>, written: &ExpectTable) -> Option<Expectation> {
        let before = self.broken.len();
        let environment = written.environment.as_ref().and_then(|name| self.environment_id(name));
        let serve = written.serve.as_ref().and_then(|serve| {
            let id = self.variant(variants, &serve.value.0, serve.span)?;
            Some(Spanned::new(id, serve.span))
        });
        let mut context = Vec::with_capacity(written.context.0.len());
        for (name, value) in &written.context.0 {
            let config = self.names.config;
            if let Some(id) = config.attribute_id(&name.value.0) {
                context.push((id, value.value.0.clone()));
            } else {
                let names = config.context.iter().map(|attribute| attribute.name.value.as_str());
                let help = did_you_mean(&name.value.0, names);
                self.error("unknown-attribute", name.span, unknown_attribute(&name.value.0), help);
            }
        }
        // A test is not compiled: a slip in it stops no bundle.
        let sound = self.broken.len() == before;
        self.broken.truncate(before);
        let (context, at) = (context.into(), written.at.map(|at| at.value));
        sound.then_some(Expectation { environment: environment?, context, at, serve: serve? })
    }

    fn bucket_by(&mut self, written: Option<Spanned<Name>>) -> Spanned<crate::model::AttributeId> {
        let config = self.names.config;
        let default = Spanned::new(config.bucketing.by, Span::default());
        let Some(name) = written else { return default };
        let Some(id) = identity(&name.value.0, name.span, config, self.file, self.findings) else {
            self.broken.push(None);
            return default;
        };
        Spanned::new(id, name.span)
    }
}

/// What a variant's value is called when two of them differ.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "a boolean",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Object(_) => "a table",
        Value::Null => "nothing",
        Value::Array(_) => "a list",
    }
}

/// What flags without `[variants]` can serve: all of them share it.
fn boolean_variants() -> Arc<[Variant]> {
    static VARIANTS: LazyLock<Arc<[Variant]>> = LazyLock::new(|| {
        let variant = |(name, value): &(EcoString, bool)| Variant {
            name: Spanned::new(name.clone(), Span::default()),
            json: canonical::to_text(&Value::Bool(*value)),
        };
        BOOLEAN_VARIANTS.iter().map(variant).collect()
    });
    Arc::clone(&VARIANTS)
}

/// What a flag says of its own life; most say nothing.
fn lifetime(permanent: Option<Spanned<Name>>, snooze: Option<SnoozeTable>) -> Option<Box<Lifetime>> {
    if permanent.is_none() && snooze.is_none() {
        return None;
    }
    let snooze = snooze.map(|snooze| (snooze.until, snooze.reason.value.0));
    Some(Box::new(Lifetime { permanent: permanent.map(text), snooze }))
}
