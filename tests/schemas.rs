//! The schemas in `schemas/` are the ones that the types give.

#![allow(missing_docs, clippy::unwrap_used)]

use flagc::format::{FileKind, json_schema, schema_text};
use flagc::ops::schema::file_name;

#[test]
fn schemas_are_fresh() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for kind in FileKind::ALL {
        let written = std::fs::read_to_string(folder.join(file_name(kind))).unwrap_or_default();
        assert!(
            written == schema_text(kind),
            "schemas/{} is not fresh: run `cargo run -- schema -o schemas`",
            file_name(kind)
        );
    }
}

#[test]
fn schemas_are_valid_draft_2020_12() {
    for kind in FileKind::ALL {
        let schema = json_schema(kind).to_value();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", file_name(kind));
    }
}
