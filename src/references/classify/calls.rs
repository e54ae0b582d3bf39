//! Which calls ask for a flag: the methods of OpenFeature's SDKs, told by their names in any spelling, and calls of one's
//! own that are named after what they do.

/// Words in the names of the SDKs' methods by which a scan finds files with flag calls.
/// Source: the SDKs' reference documentation (Java, Kotlin, Go, Python, JavaScript, React, Rust, .NET, Ruby).
pub const MARKERS: &[&str] = &[
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

/// Names of arguments that are the key.
pub(super) const KEY_ARGUMENTS: &[&str] = &["flag_key", "flagkey", "key", "flag"];

/// Whether a method of this name is one by which an SDK evaluates a flag, in whatever spelling: `getBooleanValue`,
/// `get_boolean_details_async`, `BooleanValueDetails`, `useBooleanFlagValue`, `fetch_string_value`.
pub(super) fn is_evaluation(name: &str) -> bool {
    let folded: String = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    let folded = folded.strip_suffix("async").unwrap_or(&folded);
    let (hook, rest) = match folded.strip_prefix("usesuspense").or_else(|| folded.strip_prefix("use")) {
        Some(rest) => (true, rest),
        None => (false, ["get", "fetch"].iter().find_map(|verb| folded.strip_prefix(verb)).unwrap_or(folded)),
    };
    if hook && rest == "flag" {
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

/// Whether a name says that what it names has to do with flags: by its words, so that `navigate` is no gate.
pub(super) fn speaks_of_flags(name: &str) -> bool {
    let words = words(name);
    let speaks = |word: &str| {
        let word = word.strip_suffix('s').unwrap_or(word);
        matches!(
            word,
            "flag"
                | "feature"
                | "toggle"
                | "variation"
                | "experiment"
                | "rollout"
                | "treatment"
                | "killswitch"
                | "gate"
                | "openfeature"
                | "featureflag"
                | "enabled"
                | "unleash"
                | "flipper"
                | "launchdarkly"
                | "ld"
        )
    };
    words.iter().any(|word| speaks(word))
        || words.windows(2).any(|pair| matches!((&*pair[0], &*pair[1]), ("is", "on" | "off" | "active")))
}

/// The words of a name in any spelling, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a receiver looks like a client of flags.
pub(super) fn is_client(name: &str) -> bool {
    speaks_of_flags(name) || name.to_ascii_lowercase().contains("client") || name.eq_ignore_ascii_case("of")
}

#[cfg(test)]
mod tests {
    use super::{MARKERS, is_evaluation, speaks_of_flags};

    #[test]
    fn names_speak_of_flags_by_their_words() {
        for name in [
            "isEnabled",
            "feature_enabled?",
            "FeatureGate",
            "featureFlags.isOn",
            "variation",
            "FLAGS",
            "isActive",
        ] {
            assert!(speaks_of_flags(name), "{name}");
        }
        for name in ["navigate", "aggregate", "comparison", "delegate", "season", "println", "isOnly"] {
            assert!(!speaks_of_flags(name), "{name}");
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
            let is_found = MARKERS.iter().any(|marker| name.contains(marker));
            assert!(is_found || name.ends_with("Flag"), "{name} has no marker");
        }
        for name in ["getString", "stringValue2", "intValueOf", "useState", "getValue", "toString", "Printf"]
        {
            assert!(!is_evaluation(name), "{name}");
        }
    }
}
