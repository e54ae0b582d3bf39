//! The languages whose code is understood, and what in their grammars is what.

use tree_sitter::Language as Grammar;

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Go.
    Go,
    /// Python.
    Python,
    /// TypeScript.
    TypeScript,
    /// TypeScript and JavaScript, with or without JSX.
    Tsx,
    /// Rust.
    Rust,
    /// C#.
    CSharp,
    /// Ruby.
    Ruby,
}

/// Node kinds of a grammar, by what they mean here.
pub(super) struct Kinds {
    /// Comments.
    pub comments: &'static [&'static str],
    /// Literals of text.
    pub strings: &'static [&'static str],
    /// What makes a text unknown before the program runs.
    pub interpolations: &'static [&'static str],
    /// Calls.
    pub calls: &'static [&'static str],
    /// What names something and gives it a value: the kind, the field of the name, the field of the value. A name or a
    /// value without a field is the first, and the last, child.
    pub declarations: &'static [(&'static str, &'static str, &'static str)],
    /// What holds declarations, and has a name.
    pub containers: &'static [&'static str],
    /// Lists of arguments.
    pub arguments: &'static [&'static str],
    /// One argument, where it is a node of its own around the value.
    pub argument: &'static [&'static str],
    /// What brings in names from elsewhere.
    pub imports: &'static [&'static str],
    /// Access by a key in brackets.
    pub subscripts: &'static [&'static str],
    /// Annotations, attributes, decorators.
    pub annotations: &'static [&'static str],
    /// Leaves that are names.
    pub names: &'static [&'static str],
}

impl Language {
    /// The language of a file, by its name.
    pub fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "java" => Some(Self::Java),
            "kt" | "kts" => Some(Self::Kotlin),
            "go" => Some(Self::Go),
            "py" | "pyi" => Some(Self::Python),
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" | "jsx" | "js" | "mjs" | "cjs" => Some(Self::Tsx),
            "rs" => Some(Self::Rust),
            "cs" => Some(Self::CSharp),
            "rb" | "rake" => Some(Self::Ruby),
            _ => None,
        }
    }

    /// Whether the words of a function's name are put together with `_`.
    pub fn writes_snakes(self) -> bool {
        match self {
            Self::Python | Self::Rust | Self::Ruby => true,
            Self::Java | Self::Kotlin | Self::Go | Self::TypeScript | Self::Tsx | Self::CSharp => false,
        }
    }

    /// Its grammar; `None` where flagc was built without.
    #[cfg(feature = "grammars")]
    #[expect(clippy::unnecessary_wraps, reason = "the same as without grammars")]
    pub(super) fn grammar(self) -> Option<Grammar> {
        Some(match self {
            Self::Java => tree_sitter_java::LANGUAGE.into(),
            Self::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
            Self::Ruby => tree_sitter_ruby::LANGUAGE.into(),
        })
    }

    /// Its grammar; `None` where flagc was built without.
    #[cfg(not(feature = "grammars"))]
    #[expect(clippy::unused_self, reason = "the same as with grammars")]
    pub(super) fn grammar(self) -> Option<Grammar> {
        None
    }

    pub(super) fn kinds(self) -> &'static Kinds {
        match self {
            Self::Java => &JAVA,
            Self::Kotlin => &KOTLIN,
            Self::Go => &GO,
            Self::Python => &PYTHON,
            Self::TypeScript | Self::Tsx => &TYPESCRIPT,
            Self::Rust => &RUST,
            Self::CSharp => &CSHARP,
            Self::Ruby => &RUBY,
        }
    }
}

const JAVA: Kinds = Kinds {
    comments: &["line_comment", "block_comment"],
    strings: &["string_literal"],
    interpolations: &["string_interpolation"],
    calls: &["method_invocation", "object_creation_expression"],
    declarations: &[
        ("variable_declarator", "name", "value"),
        ("enum_constant", "name", "arguments"),
        ("assignment_expression", "left", "right"),
    ],
    containers: &["class_declaration", "interface_declaration", "enum_declaration", "record_declaration"],
    arguments: &["argument_list", "annotation_argument_list"],
    argument: &["element_value_pair"],
    imports: &["import_declaration"],
    subscripts: &["array_access"],
    annotations: &["annotation", "marker_annotation"],
    names: &["identifier", "type_identifier"],
};

const KOTLIN: Kinds = Kinds {
    comments: &["line_comment", "block_comment", "multiline_comment"],
    strings: &["string_literal", "multiline_string_literal"],
    interpolations: &["interpolation"],
    calls: &["call_expression", "constructor_invocation"],
    declarations: &[
        ("property_declaration", "", ""),
        ("enum_entry", "", ""),
        ("assignment", "", ""),
        ("object_declaration", "name", ""),
        ("import", "", ""),
    ],
    containers: &["class_declaration", "object_declaration"],
    arguments: &["value_arguments"],
    argument: &["value_argument"],
    imports: &["import"],
    subscripts: &["index_expression", "indexing_expression"],
    annotations: &["annotation"],
    names: &["identifier", "simple_identifier"],
};

const GO: Kinds = Kinds {
    comments: &["comment"],
    strings: &["interpreted_string_literal", "raw_string_literal"],
    interpolations: &[],
    calls: &["call_expression"],
    declarations: &[
        ("const_spec", "name", "value"),
        ("var_spec", "name", "value"),
        ("short_var_declaration", "left", "right"),
        ("assignment_statement", "left", "right"),
        ("keyed_element", "key", "value"),
    ],
    containers: &["type_spec"],
    arguments: &["argument_list"],
    argument: &[],
    imports: &["import_spec", "import_declaration"],
    subscripts: &["index_expression"],
    annotations: &[],
    names: &["identifier", "field_identifier", "package_identifier", "type_identifier"],
};

const PYTHON: Kinds = Kinds {
    comments: &["comment"],
    strings: &["string"],
    interpolations: &["interpolation"],
    calls: &["call"],
    declarations: &[
        ("assignment", "left", "right"),
        ("pair", "key", "value"),
        ("default_parameter", "name", "value"),
        ("typed_default_parameter", "name", "value"),
        ("aliased_import", "alias", "name"),
    ],
    containers: &["class_definition"],
    arguments: &["argument_list"],
    argument: &["keyword_argument"],
    imports: &["import_statement", "import_from_statement"],
    subscripts: &["subscript"],
    annotations: &["decorator"],
    names: &["identifier"],
};

const TYPESCRIPT: Kinds = Kinds {
    comments: &["comment", "html_comment"],
    strings: &["string", "template_string"],
    interpolations: &["template_substitution"],
    calls: &["call_expression", "new_expression"],
    declarations: &[
        ("variable_declarator", "name", "value"),
        ("public_field_definition", "name", "value"),
        ("field_definition", "property", "value"),
        ("enum_assignment", "name", "value"),
        ("import_specifier", "alias", "name"),
        ("required_parameter", "pattern", "value"),
        ("pair", "key", "value"),
        ("assignment_expression", "left", "right"),
    ],
    containers: &["class_declaration", "enum_declaration", "internal_module", "class"],
    arguments: &["arguments"],
    argument: &[],
    imports: &["import_statement"],
    subscripts: &["subscript_expression"],
    annotations: &["decorator", "jsx_opening_element", "jsx_self_closing_element"],
    names: &["identifier", "property_identifier", "shorthand_property_identifier", "type_identifier"],
};

const RUST: Kinds = Kinds {
    comments: &["line_comment", "block_comment"],
    strings: &["string_literal", "raw_string_literal"],
    interpolations: &[],
    calls: &["call_expression"],
    declarations: &[
        ("use_as_clause", "alias", "path"),
        ("const_item", "name", "value"),
        ("static_item", "name", "value"),
        ("let_declaration", "pattern", "value"),
        ("match_arm", "pattern", "value"),
        ("field_initializer", "field", "value"),
        ("assignment_expression", "left", "right"),
    ],
    containers: &["mod_item", "enum_item", "struct_item", "impl_item", "trait_item"],
    arguments: &["arguments"],
    argument: &[],
    imports: &["use_declaration"],
    subscripts: &["index_expression"],
    annotations: &["attribute_item"],
    names: &["identifier", "field_identifier", "type_identifier"],
};

const CSHARP: Kinds = Kinds {
    comments: &["comment"],
    strings: &[
        "string_literal",
        "verbatim_string_literal",
        "raw_string_literal",
        "interpolated_string_expression",
    ],
    interpolations: &["interpolation"],
    calls: &["invocation_expression", "object_creation_expression"],
    declarations: &[
        ("variable_declarator", "name", ""),
        ("property_declaration", "name", "value"),
        ("enum_member_declaration", "name", "value"),
        ("assignment_expression", "left", "right"),
    ],
    containers: &[
        "class_declaration",
        "struct_declaration",
        "interface_declaration",
        "record_declaration",
        "enum_declaration",
    ],
    arguments: &["argument_list", "attribute_argument_list"],
    argument: &["argument", "attribute_argument"],
    imports: &["using_directive"],
    subscripts: &["element_access_expression"],
    annotations: &["attribute"],
    names: &["identifier"],
};

const RUBY: Kinds = Kinds {
    comments: &["comment"],
    strings: &["string", "simple_symbol", "delimited_symbol", "bare_string", "bare_symbol"],
    interpolations: &["interpolation"],
    calls: &["call"],
    declarations: &[
        ("assignment", "left", "right"),
        ("pair", "key", "value"),
        ("keyword_parameter", "name", "value"),
        ("optional_parameter", "name", "value"),
    ],
    containers: &["module", "class"],
    arguments: &["argument_list"],
    argument: &["pair"],
    imports: &[],
    subscripts: &["element_reference"],
    annotations: &[],
    names: &["identifier", "constant"],
};
