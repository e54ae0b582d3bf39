//! The JSON Schemas (draft 2020-12), generated from the types of this module.

use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use super::{DeploymentFile, FileKind, FlagFile, ReleaseFile, SegmentFile, ServiceFile, WorkspaceFile};

/// The schema of one kind of file.
pub fn json_schema(kind: FileKind) -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(Tidy);
    let generator = SchemaGenerator::new(settings);
    match kind {
        FileKind::Workspace => generator.into_root_schema_for::<WorkspaceFile>(),
        FileKind::Flag => generator.into_root_schema_for::<FlagFile>(),
        FileKind::Segment => generator.into_root_schema_for::<SegmentFile>(),
        FileKind::Service => generator.into_root_schema_for::<ServiceFile>(),
        FileKind::Deployment => generator.into_root_schema_for::<DeploymentFile>(),
        FileKind::Release => generator.into_root_schema_for::<ReleaseFile>(),
    }
}

/// The schema as the text of its file in `schemas/`, with a newline at the end.
pub fn schema_text(kind: FileKind) -> String {
    // `{:#}` is serde_json's pretty form; keys are sorted, so the text is stable.
    format!("{:#}\n", json_schema(kind).to_value())
}

/// TOML has no null: an optional key is one that may be left out, and its schema is that of its value. And a choice
/// among constants is an `enum`, whose errors name the whole choice.
#[derive(Clone, Debug)]
struct Tidy;

impl Transform for Tidy {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        object.remove("default");
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(options)) = object.get_mut("anyOf") {
            options.retain(|option| option.get("type").is_none_or(|name| name != "null"));
            if let [only] = options.as_slice() {
                let only = only.clone();
                object.remove("anyOf");
                if let Value::Object(only) = only {
                    for (key, value) in only {
                        object.entry(key).or_insert(value);
                    }
                }
            }
        }
        merge_constants(object);
    }
}

/// `oneOf` constants, as schemars writes an enum whose variants are documented, becomes `enum`.
fn merge_constants(object: &mut serde_json::Map<String, Value>) {
    let Some(Value::Array(options)) = object.get("oneOf") else { return };
    let constants: Option<Vec<Value>> = options.iter().map(|option| option.get("const").cloned()).collect();
    if let Some(constants) = constants {
        object.remove("oneOf");
        object.insert("type".to_owned(), Value::from("string"));
        object.insert("enum".to_owned(), Value::Array(constants));
    }
}
