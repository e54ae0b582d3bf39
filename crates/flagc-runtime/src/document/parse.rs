//! From JSON to flags. What flagd's Go and JavaScript cores refuse as a whole is refused as a whole here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::references::Evaluators;
use super::{Document, DocumentError, Flag, Metadata, Targeting, Variant, compile};
use crate::bucket::Generation;
use crate::json::{Object, Tree, into_map};

pub(super) fn document(tree: Tree) -> Result<Document, DocumentError> {
    let mut root = object(tree, "the document")?;
    let generation = generation(find(&root, "flagc"))?;
    let metadata = Arc::new(match take(&mut root, "metadata") {
        None | Some(Tree::Null) => Metadata::new(),
        Some(tree) => into_map(object(tree, "`metadata`")?),
    });
    let rules = match take(&mut root, "$evaluators") {
        None | Some(Tree::Null) => Object::new(),
        Some(tree) => object(tree, "`$evaluators`")?,
    };
    let mut evaluators = Evaluators::new(rules);
    let mut flags = BTreeMap::new();
    for (key, tree) in entries(take(&mut root, "flags"))? {
        let flag = flag(&key, tree, &metadata, &mut evaluators)
            .map_err(|problem| DocumentError::Flag { flag: key.clone().into_owned(), problem })?;
        flags.insert(key, flag);
    }
    let flags: Vec<Flag> = flags.into_values().collect();
    let mut index = HashMap::with_capacity_and_hasher(flags.len(), RandomState::default());
    index.extend(flags.iter().enumerate().map(|(index, flag)| (flag.key.clone(), index)));
    Ok(Document { flags, index, metadata, generation })
}

fn find<'t, 'a>(entries: &'t Object<'a>, key: &str) -> Option<&'t Tree<'a>> {
    entries.iter().find(|(name, _)| name == key).map(|(_, tree)| tree)
}

fn take<'a>(entries: &mut Object<'a>, key: &str) -> Option<Tree<'a>> {
    let index = entries.iter().position(|(name, _)| name == key)?;
    Some(entries.swap_remove(index).1)
}

fn object<'a>(tree: Tree<'a>, what: &'static str) -> Result<Object<'a>, DocumentError> {
    match tree {
        Tree::Object(entries) => Ok(entries),
        _ => Err(DocumentError::Shape { what, expected: "an object" }),
    }
}

fn generation(flagc: Option<&Tree>) -> Result<Generation, DocumentError> {
    let Some(bucketing) = flagc.and_then(|flagc| flagc.get("bucketing")) else {
        return Ok(Generation::default());
    };
    let number = match bucketing {
        Tree::Number(number) => number.as_u64(),
        _ => None,
    };
    number
        .and_then(Generation::from_number)
        .ok_or_else(|| DocumentError::Bucketing(bucketing.clone().into_value()))
}

/// Flags with their keys: of an object, or of a list whose items name their `key`.
fn entries(flags: Option<Tree>) -> Result<Object, DocumentError> {
    match flags {
        Some(Tree::Object(entries)) => Ok(entries),
        Some(Tree::List(items)) => items.into_iter().enumerate().map(keyed).collect(),
        _ => Err(DocumentError::Shape { what: "`flags`", expected: "an object or a list" }),
    }
}

fn keyed((index, tree): (usize, Tree<'_>)) -> Result<(Cow<'_, str>, Tree<'_>), DocumentError> {
    match tree.get("key") {
        Some(Tree::Text(key)) => Ok((key.clone(), tree)),
        _ => Err(DocumentError::Flag {
            flag: format!("number {index}"),
            problem: "has no `key`, which a list of flags needs".to_owned(),
        }),
    }
}

fn flag<'a>(
    key: &str,
    tree: Tree<'a>,
    set: &Arc<Metadata>,
    evaluators: &mut Evaluators<'a>,
) -> Result<Flag, String> {
    let Tree::Object(mut entries) = tree else { return Err("must be an object".to_owned()) };
    let enabled = match find(&entries, "state").and_then(Tree::as_text) {
        Some("ENABLED") => true,
        Some("DISABLED") => false,
        _ => return Err("`state` must be `ENABLED` or `DISABLED`".to_owned()),
    };
    let Some(Tree::Object(variants)) = take(&mut entries, "variants") else {
        return Err("`variants` must be an object".to_owned());
    };
    let mut variants: Vec<Variant> = variants
        .into_iter()
        .map(|(name, tree)| Variant { name: name.into(), value: tree.into_value() })
        .collect();
    variants.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let default = default_variant(find(&entries, "defaultVariant"), &variants)?;
    let targeting = targeting(take(&mut entries, "targeting"), evaluators);
    let metadata = merge_metadata(take(&mut entries, "metadata"), set)?;
    Ok(Flag { key: key.into(), enabled, variants, default, targeting, metadata })
}

/// Absent, `null` and `""` mean the caller's own default.
fn default_variant(tree: Option<&Tree>, variants: &[Variant]) -> Result<Option<usize>, String> {
    match tree {
        None | Some(Tree::Null) => Ok(None),
        Some(Tree::Text(name)) if name.is_empty() => Ok(None),
        Some(Tree::Text(name)) => match variants.iter().position(|variant| *variant.name == **name) {
            Some(index) => Ok(Some(index)),
            None => Err(format!("`defaultVariant` names `{name}`, which is not among the variants")),
        },
        Some(_) => Err("`defaultVariant` must be a variant's name or null".to_owned()),
    }
}

fn merge_metadata(own: Option<Tree>, set: &Arc<Metadata>) -> Result<Arc<Metadata>, String> {
    match own {
        None | Some(Tree::Null) => Ok(Arc::clone(set)),
        Some(Tree::Object(own)) => {
            let mut merged = Metadata::clone(set);
            merged.extend(into_map(own));
            Ok(Arc::new(merged))
        }
        Some(_) => Err("`metadata` must be an object".to_owned()),
    }
}

fn targeting<'a>(tree: Option<Tree<'a>>, evaluators: &mut Evaluators<'a>) -> Targeting {
    match tree {
        None | Some(Tree::Null) => Targeting::None,
        Some(Tree::Object(entries)) if entries.is_empty() => Targeting::None,
        Some(tree @ Tree::Object(_)) => match evaluators.resolve(tree).and_then(compile::rule) {
            Ok(expr) => Targeting::Rule(expr),
            Err(message) => Targeting::Invalid(message),
        },
        Some(_) => Targeting::Invalid("`targeting` must be an object".to_owned()),
    }
}
