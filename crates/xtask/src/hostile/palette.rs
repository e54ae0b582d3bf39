//! Values that evaluators disagree on: what was measured to differ, and its neighbours.

/// Strings that conditions and contexts share.
pub(super) const STRINGS: [&str; 36] = [
    "", "a", "ab", "AU", "DE", "au", "u-1", "u-2", "Zürich", "日本", "😀", "é", "e\u{301}", "ß", "\"", "\\", "'", "{\"var\":\"country\"}",
    "var", "true", "True", "1", "0", "-1", "5.0", "null", "None", "undefined", "NaN", "[object Object]", "object", " ", "a,b",
    "\n", "$flagd.flagKey", "@acme.example",
];

/// Parts that prefix, suffix and substring tests look for.
pub(super) const PARTS: [&str; 13] = ["a", "A", "u-", "é", "\u{301}", "😀", "@acme.example", "\"", "\\", "1", "obj", "e", ".0"];

pub(super) const INTEGERS: [&str; 14] = [
    "0", "1", "-1", "2", "5", "17", "18", "65", "100", "2147483647", "2147483648", "-2147483649", "9007199254740991", "-9007199254740991",
];

pub(super) const NUMBERS: [&str; 10] = ["0.5", "5.5", "-0.1", "0.1", "0.3", "3.14", "1e-7", "100.25", "1500.0", "5.0"];

/// Full versions, as ranges name them.
pub(super) const VERSIONS: [&str; 16] = [
    "0.0.0", "0.0.3", "0.2.3", "0.2.0", "1.0.0", "1.2.3", "1.2.4", "1.10.0", "2.0.0", "5.2.0", "10.20.30", "1.0.0-rc.1", "1.0.0-0",
    "2.0.0-alpha.beta", "1.2.3-rc.10", "1.0.0--x",
];

/// Text that is or nearly is a version; as JSON strings.
pub(super) const VERSION_LIKE: [&str; 40] = [
    r#""v1.2.3""#, r#""V1.2.3""#, r#""v1.2""#, r#""1""#, r#""v1""#, r#""1.2""#, r#""1.2.3-rc.1+b""#, r#"" 1.2.3""#, r#""1.2.3 ""#,
    r#""1.2.3\n""#, r#""01.2.3""#, r#""1.02.3""#, r#""1.2.3.4""#, r#""1.2.3-01""#, r#""1.2.3-""#, r#""1.2.3+""#, r#""1.2.3+b.01""#,
    r#""1..3""#, r#""1.2.""#, r#"".1.2""#, r#""1.x""#, r#""^1.2.3""#, r#""=1.2.3""#, r#""vv1.2.3""#, r#""1-rc.1""#, r#""1.2-rc.1""#,
    r#""1+b""#, r#""latest""#, r#""9007199254740991.0.0""#, r#""9007199254740992.0.0""#, r#""1.0.0-9007199254740991""#,
    r#""1.0.0-9007199254740993""#, r#""1٢.0.0""#, r#""1.2.3-é""#, r#""-1.0.0""#, r#""1.0.0-rc.2""#, r#""2.0.0-0""#, r#""1.2.3-RC.1""#,
    r#""1.2.3-rc..1""#, r#""1e3""#,
];

/// JSON of every type, for any attribute.
pub(super) const ANYTHING: [&str; 46] = [
    "null", "true", "false", "0", "-0", "-0.0", "1", "-1", "5", "5.0", "5.5", "18.0", "0.1", "1e-7", "1E2", "1e21", "1e308", "-1e308",
    "5e-324", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "2147483648", r#""""#, r#"" ""#,
    r#""5""#, r#""5.0""#, r#""1""#, r#""true""#, r#""false""#, r#""null""#, r#""1.2.3""#, r#""[object Object]""#, r#""é""#, "[]",
    r#"[""]"#, r#"["a"]"#, r#"["a", 1, null, "AU"]"#, r#"[["a"]]"#, "[5]", "[1, 2]", "[true]", "{}", r#"{"a": 1}"#, r#"{"var": "country"}"#,
];

/// Identities of a string attribute that is bucketed by.
pub(super) const IDENTITIES: [&str; 8] = ["u-1", "0", "true", "a b", "{\"var\":\"x\"}", "jo@acme.example", "x", "5.0"];

/// Identities whose hash is known to differ in JavaScript (generation 2).
pub(super) const NON_ASCII_IDENTITIES: [&str; 3] = ["Zürich", "日本", "😀"];
