//! A large document is read in two threads: what is read is what one thread reads, and so is what is refused.

#![allow(missing_docs, clippy::unwrap_used)]

use flagc_runtime::{At, Context, Document, Evaluator};

/// Many flags with a rule each, in canonical form, of which `odd` may put one in the place of its own.
fn flags(odd: impl Fn(usize) -> Option<String>) -> String {
    let flag = |number: usize| {
        odd(number).unwrap_or_else(|| {
            format!(
                r#""flag-{number:05}":{{"defaultVariant":"off","state":"ENABLED","targeting":{{"if":[{{"and":[{{"starts_with":[{{"var":"tier"}},"pro"]}},{{"in":[{{"var":"country"}},["C{number}","DE"]]}}]}},{{"fractional":[{{"cat":["flag-{number:05}",{{"var":"targetingKey"}}]}},["on",{number}],["off",1000]]}},"off"]}},"variants":{{"off":false,"on":true}}}}"#
            )
        })
    };
    (0..2_000).map(flag).collect::<Vec<_>>().join(",")
}

/// Evaluators, even where no flag refers to them, keep a document in one thread.
fn read(flags: &str, first_key: &str) -> Result<Document, String> {
    let text = format!(r#"{{"{first_key}":{{"none":{{"==":[1,2]}}}},"flags":{{{flags}}}}}"#);
    Document::from_bytes(text.as_bytes()).map_err(|error| error.to_string())
}

fn answers(document: Document) -> Vec<String> {
    let evaluator = Evaluator::new(document);
    let keys: Vec<String> = evaluator.flags().map(|flag| flag.key().to_owned()).collect();
    let context = Context::with_targeting_key("user-7").set("tier", "pro-2").set("country", "DE");
    let answer = |key: &String| {
        let details = evaluator.resolve(key, &context, At::unix(0));
        let others = (details.reason, details.error_message, details.metadata);
        format!("{key}: {:?} {:?} {others:?}", details.variant, details.value)
    };
    keys.iter().map(answer).collect()
}

/// Reads the same in both ways, and says what came of it.
fn same(flags: &str) -> Result<Vec<String>, String> {
    let (both, one) = (read(flags, "$elsewhere_").map(answers), read(flags, "$evaluators").map(answers));
    assert_eq!(both, one);
    both
}

#[test]
fn flags_of_both_halves_answer() {
    let answers = same(&flags(|_| None)).unwrap();
    assert_eq!(answers.len(), 2_000);
    assert!(answers.iter().any(|answer| answer.contains("true")));
    assert!(answers.iter().filter(|answer| answer.contains("TargetingMatch")).count() == 2_000);
}

#[test]
fn text_that_looks_like_a_flag_misleads_nobody() {
    // Every place that could be taken for the beginning of a flag stands in a text or in a value.
    let text = r#"x},\"flag\":{\"defaultVariant\":\""#;
    let value = r#"{"a":{"b":{}},"c":{"defaultVariant":"d","e":[{"f":1},{"g":{"state":"h"}}]}}"#;
    let odd = |number| {
        Some(format!(
            r#""flag-{number:05}":{{"state":"ENABLED","variants":{{"a":"{text}","b":{value},"c":{value},"d":{value}}},"defaultVariant":"b"}}"#
        ))
    };
    assert_eq!(same(&flags(odd)).unwrap().len(), 2_000);
}

#[test]
fn what_is_wrong_in_either_half_is_refused_alike() {
    let states = r#""defaultVariant":"on","state":"SLEEPING","variants":{"on":true}"#;
    for place in [3, 900, 1_100, 1_997] {
        let wrong =
            |text: String| same(&flags(|number| (number == place).then(|| text.clone()))).unwrap_err();
        let error = wrong(format!(r#""flag-{place:05}":{{{states}}}"#));
        assert!(error.contains(&format!("`flag-{place:05}`: `state`")), "{error}");
        wrong(format!(r#""flag-{place:05}":{{"defaultVariant":"#));
        wrong(format!(r#""flag-{place:05}":{}"#, "[".repeat(200)));
    }
    let both = |number| [900, 1_500].contains(&number).then(|| format!(r#""flag-{number:05}":{{{states}}}"#));
    assert!(same(&flags(both)).unwrap_err().contains("flag-00900"));
}

#[test]
fn the_last_of_two_flags_of_one_key_counts_in_whichever_half() {
    for (place, again) in [(10, 1_990), (1_990, 10), (1_400, 1_990)] {
        let twice = |number| {
            let of = |key: usize, value: u8| {
                format!(
                    r#""flag-{key:05}":{{"defaultVariant":"v","state":"ENABLED","variants":{{"v":{value}}}}}"#
                )
            };
            match number {
                n if n == place => Some(of(place, 1)),
                n if n == again => Some(of(place, 2)),
                _ => None,
            }
        };
        let answers = same(&flags(twice)).unwrap();
        assert_eq!(answers.len(), 1_999);
        let last = if again > place { "Some(Number(2))" } else { "Some(Number(1))" };
        let answer = answers.iter().find(|answer| answer.starts_with(&format!("flag-{place:05}"))).unwrap();
        assert!(answer.contains(last), "{answer}");
    }
}
