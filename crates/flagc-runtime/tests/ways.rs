//! A rule whose conditions are gone along as ways answers as one that is evaluated operator by operator.

#![allow(clippy::unwrap_used, reason = "tests")]

use flagc_runtime::{At, Context, Document, Evaluator, Reason};
use serde_json::{Value, json};

/// Numbers that follow from each other and look as if they did not.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn many(&mut self, depth: u64, most: u64, one: fn(&mut Self, u64) -> Value) -> Vec<Value> {
        (0..self.below(most + 1)).map(|_| one(self, depth)).collect()
    }

    /// Something of which the truth is asked.
    fn condition(&mut self, depth: u64) -> Value {
        let deeper = depth.saturating_sub(1);
        match self.below(if depth == 0 { 5 } else { 10 }) {
            0 | 1 => json!({"===": [{"var": "a"}, "x"]}),
            2 => json!({"var": "b"}),
            3 => json!({"in": [{"var": "c"}, ["x", "y"]]}),
            4 => json!({">": [{"var": "n"}, 1]}),
            5 => json!({"and": self.many(deeper, 3, Self::condition)}),
            6 => json!({"or": self.many(deeper, 3, Self::condition)}),
            7 => json!({"!": self.many(deeper, 1, Self::condition)}),
            8 => json!({"!!": self.many(deeper, 1, Self::condition)}),
            _ => json!({"if": self.many(deeper, 5, Self::condition)}),
        }
    }

    /// Something that names a variant, or nothing.
    fn answer(&mut self, depth: u64) -> Value {
        let deeper = depth.saturating_sub(1);
        match self.below(if depth == 0 { 5 } else { 10 }) {
            0 | 1 => json!("one"),
            2 => json!("two"),
            3 => json!({"fractional": [{"cat": ["seed", {"var": "a"}]}, ["one", 1], ["two", 2]]}),
            4 => json!({"fractional": [{"cat": ["seed", {"var": "a"}]}, ["one", 1], ["absent", 1]]}),
            _ => {
                let mut parts = Vec::new();
                for _ in 0..self.below(3) {
                    parts.extend([self.condition(deeper), self.answer(deeper)]);
                }
                parts.extend((self.below(4) > 0).then(|| self.answer(deeper)));
                json!({"if": parts})
            }
        }
    }
}

fn evaluator(targeting: &Value) -> Evaluator {
    let flag = json!({
        "state": "ENABLED", "variants": {"one": 1, "two": 2, "null": 3}, "defaultVariant": "null", "targeting": targeting,
    });
    Evaluator::new(Document::from_value(&json!({"flags": {"f": flag}})).unwrap())
}

#[test]
fn ways_lead_where_the_operators_do() {
    let mut numbers = Numbers(7);
    let mut contexts = Vec::new();
    for a in [json!("x"), json!("z"), json!(7), Value::Null] {
        for b in [json!(true), json!(0)] {
            for (c, n) in [("x", json!(2)), ("q", json!(1)), ("y", json!("3"))] {
                let context = Context::new().set("a", a.clone()).set("b", b.clone());
                contexts.push(context.set("c", c).set("n", n));
            }
        }
    }
    let mut served = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..3_000 {
        let rule = json!({"if": [numbers.condition(4), numbers.answer(3), numbers.answer(3)]});
        // `cat` of one text is that text, `null` is what it writes for nothing, and its argument is evaluated as a value.
        let (ways, operators) = (evaluator(&rule), evaluator(&json!({"cat": [rule]})));
        for context in &contexts {
            let (found, expected) =
                (ways.integer("f", context, At::unix(0)), operators.integer("f", context, At::unix(0)));
            let names =
                |value: Option<i64>| if value == Some(3) { Reason::Default } else { Reason::TargetingMatch };
            if found.error_code.is_none() {
                assert_eq!(found.reason, names(found.value), "{rule} {context:?}");
            }
            assert_eq!(
                (found.value, found.variant, found.error_code),
                (expected.value, expected.variant, expected.error_code),
                "{rule} {context:?}"
            );
            *served.entry(format!("{:?}", found.variant)).or_default() += 1;
        }
    }
    assert!(served.len() == 4 && served.values().all(|count| *count > 500), "{served:?}");
}
