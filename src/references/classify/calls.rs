//! Which calls ask for a flag: the methods of OpenFeature's SDKs, told by their names in any spelling, and calls of one's
//! own that are named after what they do.

/// Words in the names of the SDKs' methods by which a scan finds files with flag calls.
/// Source: the SDKs' reference documentation (Java, Kotlin, Go, Python, JavaScript, React, Rust, .NET, Ruby).
pub const CAMEL: &[&str] = &[
    "BooleanValue",
    "BooleanDetails",
    "StringValue",
    "StringDetails",
    "IntegerValue",
    "IntegerDetails",
    "DoubleValue",
    "DoubleDetails",
    "NumberValue",
    "NumberDetails",
    "ObjectValue",
    "ObjectDetails",
    "FloatValue",
    "FloatDetails",
    "IntValue",
    "IntDetails",
    "LongValue",
    "LongDetails",
    "BooleanFlagValue",
    "BooleanFlagDetails",
    "StringFlagValue",
    "StringFlagDetails",
    "NumberFlagValue",
    "NumberFlagDetails",
    "ObjectFlagValue",
    "ObjectFlagDetails",
    "useFlag",
    "useSuspenseFlag",
    "useFeatureFlag",
];

/// The same, in languages that write them so.
pub const SNAKE: &[&str] = &[
    "boolean_value",
    "boolean_details",
    "string_value",
    "string_details",
    "integer_value",
    "integer_details",
    "float_value",
    "float_details",
    "object_value",
    "object_details",
    "number_value",
    "number_details",
    "bool_value",
    "bool_details",
    "int_value",
    "int_details",
    "struct_value",
    "struct_details",
];

/// What the SDKs call the types of flags.
const TYPES: &[&str] =
    &["boolean", "bool", "string", "integer", "int", "long", "double", "float", "number", "object", "struct"];

/// Words for flags, of which each is part of no other word; and the names of products.
const FLAGS: &[&str] = &[
    "flag",
    "feature",
    "toggle",
    "variation",
    "experiment",
    "rollout",
    "treatment",
    "unleash",
    "flipper",
    "growthbook",
    "statsig",
    "launchdarkly",
    "optimizely",
    "splitio",
];

/// Words for what holds values that are no flags.
const SETTINGS: &[&str] = &[
    "args",
    "attributes",
    "bundle",
    "conf",
    "config",
    "configuration",
    "context",
    "ctx",
    "cursor",
    "doc",
    "document",
    "env",
    "environment",
    "intent",
    "json",
    "map",
    "node",
    "prefs",
    "preferences",
    "properties",
    "props",
    "record",
    "row",
    "rs",
    "session",
    "settings",
    "structure",
];

/// Names of arguments that are the key.
pub(super) const KEY_ARGUMENTS: &[&str] = &["flag_key", "flagkey", "key", "flag"];

/// Whether a method of this name is one by which an SDK evaluates a flag, in whatever spelling: `getBooleanValue`,
/// `get_boolean_details_async`, `BooleanValueDetails`, `useBooleanFlagValue`, `fetch_string_value`.
pub(super) fn is_evaluation(name: &str) -> bool {
    let folded: String = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    let folded = folded.strip_suffix("async").unwrap_or(&folded);
    let (hook, rest) = match folded.strip_prefix("usesuspense").or_else(|| folded.strip_prefix("use")) {
        Some(rest) => (true, rest),
        None => (
            false,
            ["get", "fetch", "resolve"].iter().find_map(|verb| folded.strip_prefix(verb)).unwrap_or(folded),
        ),
    };
    if hook && matches!(rest, "flag" | "featureflag") {
        return true;
    }
    let Some(rest) = TYPES.iter().filter_map(|kind| rest.strip_prefix(kind)).min_by_key(|rest| rest.len())
    else {
        return false;
    };
    let rest = if hook { rest.strip_prefix("flag").unwrap_or(rest) } else { rest };
    matches!(rest, "value" | "details" | "valuedetails" | "evaluation" | "evaluationdetails")
}

/// Go's short methods, `client.Boolean(ctx, "key", false, evalCtx)`: their names alone say little.
pub(super) fn is_short_evaluation(name: &str) -> bool {
    matches!(name, "Boolean" | "String" | "Int" | "Float" | "Object")
}

/// Whether a function is named after the flags that it defines: `defineFlag`, `flagKey`, `booleanFlag`.
pub(super) fn defines_a_flag(name: &str) -> bool {
    let words = words(name);
    let makes = |word: &String| matches!(word.as_str(), "define" | "declare" | "create" | "register");
    let is_flag = |word: &String| {
        FLAGS.contains(&word.as_str())
            || TYPES.contains(&word.as_str())
            || matches!(word.as_str(), "key" | "name" | "id")
    };
    let named = if words.first().is_some_and(makes) { &words[1..] } else { &words };
    !named.is_empty() && named.iter().all(is_flag)
}

/// Whether a name says that what it names has to do with flags.
pub(super) fn speaks_of_flags(name: &str) -> bool {
    let words = words(name);
    let is_plain = |word: &String| FLAGS.iter().any(|flag| word.contains(flag));
    let is_alone =
        |word: &String| matches!(word.as_str(), "gate" | "gates" | "enabled" | "ff" | "ld" | "killswitch");
    let state = |pair: &[String]| {
        pair[0] == "is" && matches!(pair[1].as_str(), "on" | "off" | "active")
            || pair[0] == "kill" && pair[1] == "switch"
    };
    words.iter().any(|word| is_plain(word) || is_alone(word)) || words.windows(2).any(state)
}

/// Whether a receiver looks like a client of flags.
pub(super) fn is_client(name: &str) -> bool {
    speaks_of_flags(name) || words(name).iter().any(|word| word.ends_with("client") || word == "of")
}

/// Whether a receiver writes logs.
pub(super) fn speaks_of_logs(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "log" | "logger" | "logging" | "slog" | "tracing"))
}

/// Whether a receiver holds settings, rows or documents, whose methods have the names of an SDK's.
pub(super) fn speaks_of_settings(name: &str) -> bool {
    words(name).iter().any(|word| SETTINGS.contains(&word.as_str()))
}

/// The words of a name, in lower case: `featureFlags_isOn` has four.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for character in name.chars() {
        if character.is_alphanumeric() {
            let begins = match before {
                Some(last) => character.is_uppercase() && !char::is_uppercase(last),
                None => true,
            };
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
            before = Some(character);
        } else {
            before = None;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{CAMEL, SNAKE, defines_a_flag, is_evaluation, speaks_of_flags, speaks_of_logs};

    #[test]
    fn names_are_read_by_their_words() {
        for name in
            ["featureFlags", "isEnabled", "IsEnabledAsync", "enabled?", "is_on", "checkGate", "useVariation"]
        {
            assert!(speaks_of_flags(name), "{name}");
        }
        for name in
            ["navigateTo", "aggregate", "delegate", "propagate", "comparison", "isOnline", "investigate"]
        {
            assert!(!speaks_of_flags(name), "{name}");
        }
        assert!(speaks_of_logs("this.logger") && !speaks_of_logs("catalogFlags"));
    }

    #[test]
    fn what_defines_a_flag_is_no_question() {
        for name in ["defineFlag", "flag", "FlagKey", "booleanFlag", "create_feature_flag"] {
            assert!(defines_a_flag(name), "{name}");
        }
        for name in ["keyFor", "flagFor", "getFlag", "Sprintf", "getenv", "create", "resolve", "require"] {
            assert!(!defines_a_flag(name), "{name}");
        }
    }

    #[test]
    fn the_methods_of_the_sdks_are_known() {
        for name in [
            "getBooleanValue",
            "getBooleanDetails",
            "getStringValue",
            "getIntegerDetails",
            "getDoubleValue",
            "getNumberValue",
            "getObjectDetails",
            "BooleanValue",
            "BooleanValueDetails",
            "StringValueDetails",
            "IntValue",
            "FloatValueDetails",
            "ObjectValue",
            "get_boolean_value",
            "get_boolean_details_async",
            "get_float_value",
            "get_bool_value",
            "get_struct_details",
            "get_int_value",
            "GetBooleanValueAsync",
            "GetIntegerDetailsAsync",
            "fetch_boolean_value",
            "fetch_object_details",
            "useBooleanFlagValue",
            "useStringFlagDetails",
            "useSuspenseFlag",
            "useFlag",
        ] {
            assert!(is_evaluation(name), "{name}");
            assert!(CAMEL.iter().chain(SNAKE).any(|marker| name.contains(marker)), "{name} has no marker");
        }
        for name in ["getString", "stringValue2", "intValueOf", "useState", "getValue", "toString", "Printf"]
        {
            assert!(!is_evaluation(name), "{name}");
        }
    }
}
