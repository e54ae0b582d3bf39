//! A flag's decisions as one `if`. A test whether the user can be identified in front of each split would make a sixth of a
//! large bundle; where it means the same, one such test stands in front of all of them.

use super::logic::Logic;
use super::serve::{self, Outcome, is_identified};
use super::{Branch, Segments};
use crate::model::Flag;

/// What a flag serves: the outcome of the first arm whose condition holds.
#[derive(Default)]
pub(super) struct Decisions {
    arms: Vec<Arm>,
}

struct Arm {
    condition: Logic,
    outcome: Outcome,
    branch: Branch,
}

impl Decisions {
    /// Adds a decision behind the others.
    pub(super) fn when(&mut self, condition: Logic, outcome: Outcome, branch: Branch) {
        self.arms.push(Arm { condition, outcome, branch });
    }

    /// Closes them with what is served where no condition holds. Where all outcomes are one variant, nothing is asked.
    pub(super) fn otherwise(self, last: Outcome, flag: &Flag, segments: &Segments) -> (Logic, Vec<Branch>) {
        let is_constant =
            matches!(last, Outcome::Variant(_)) && self.arms.iter().all(|arm| arm.outcome == last);
        if is_constant {
            return (last.into_logic(flag, segments), Vec::new());
        }
        let gate = self.gate(&last, flag);
        let off = || serve::name(flag, flag.off_variant);
        let mut arguments = Vec::with_capacity(2 * self.arms.len() + 5);
        let mut branches = Vec::with_capacity(self.arms.len() + 2);
        for (index, Arm { condition, outcome, branch }) in self.arms.into_iter().enumerate() {
            if gate == Some(index) {
                arguments.extend([is_identified(flag, segments).negate(), off()]);
                branches.push(Branch::Unidentified);
            }
            let outcome = match outcome {
                Outcome::Identified(served) if gate.is_some_and(|gate| gate <= index) => served,
                outcome => outcome.into_logic(flag, segments),
            };
            arguments.extend([condition, outcome]);
            branches.push(branch);
        }
        match last {
            Outcome::Identified(served) if gate.is_some() => arguments.push(served),
            Outcome::Identified(served) => {
                arguments.extend([is_identified(flag, segments), served, off()]);
                branches.push(Branch::Otherwise);
            }
            Outcome::Variant(variant) => arguments.push(serve::name(flag, variant)),
        }
        (Logic::Operation("if", arguments), branches)
    }

    /// The arm in front of which users without an identity can be sent to the off variant: from there on nobody serves
    /// them anything else, and at least two outcomes would ask for their identity.
    fn gate(&self, last: &Outcome, flag: &Flag) -> Option<usize> {
        let outcomes = || self.arms.iter().map(|arm| &arm.outcome).chain([last]);
        let serves_others =
            |outcome: &Outcome| matches!(outcome, Outcome::Variant(variant) if *variant != flag.off_variant);
        let behind = outcomes().enumerate().filter(|(_, outcome)| serves_others(outcome)).last();
        let rest = outcomes().enumerate().skip(behind.map_or(0, |(index, _)| index + 1));
        let mut asking = rest.filter(|(_, outcome)| matches!(outcome, Outcome::Identified(_)));
        let (first, _) = asking.next()?;
        asking.next().map(|_| first)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails here fails")]
mod tests {
    use std::fs;

    use crate::compile::{self, Branch};
    use crate::model::EnvironmentId;
    use crate::workspace::load;

    const IDENTIFIED: &str =
        r#"{"and":[{"starts_with":[{"var":"targetingKey"},""]},{"!==":[{"var":"targetingKey"},""]}]}"#;

    /// The targeting and the branches of a flag that behaves like this; tests of identity are shortened to `ID`, splits to
    /// `SPLIT`.
    fn compiled(behaviour: &str) -> (String, Vec<Branch>) {
        let folder = tempfile::tempdir().unwrap();
        let config = "project = \"shop\"\nenvironments = [{ name = \"live\" }]\n\
                      [context]\ntargetingKey = { type = \"string\" }\ncountry = { type = \"string\" }\n";
        fs::write(folder.path().join("flagc.toml"), config).unwrap();
        let flag = format!(
            "description = \"A new checkout\"\nkind = \"release\"\nowner = \"shop\"\ncreated = 2026-01-01\n\
             expires = 2027-01-01\n{behaviour}"
        );
        fs::write(folder.path().join("checkout.toml"), flag).unwrap();
        let loaded = load(folder.path());
        let segments = compile::segments(&loaded.workspace);
        let flag = &loaded.workspace.flags[0];
        let compiled = compile::compile_flag(&loaded.workspace, flag, EnvironmentId(0), &segments).unwrap();
        let text = String::from_utf8(compiled.json.into_vec()).unwrap();
        let (_, targeting) = text.split_once("\"targeting\":").unwrap();
        let (targeting, _) = targeting.split_once(",\"variants\"").unwrap();
        let mut short =
            targeting.replace(IDENTIFIED, "ID").replace(r#"{"===":[{"var":"country"},"AU"]}"#, "AU");
        while let Some((before, rest)) = short.split_once(r#"{"fractional":"#) {
            let (_, after) = rest.split_once("]]}").unwrap();
            short = format!("{before}SPLIT{after}");
        }
        (short, compiled.branches)
    }

    const RULES: &str = "[[rules]]\nif = { country = \"AU\" }\nserve = ";

    #[test]
    fn two_splits_share_one_test_of_identity() {
        let (targeting, branches) = compiled(&format!("serve = {{ on = 5 }}\n{RULES}{{ on = 50 }}\n"));
        assert_eq!(targeting, r#"{"if":[{"!":[ID]},"off",AU,SPLIT,SPLIT]}"#);
        assert_eq!(branches, [Branch::Unidentified, Branch::Rule(0)]);
    }

    #[test]
    fn one_split_behind_all_rules_is_an_arm_of_its_own() {
        let (targeting, branches) = compiled(&format!("serve = {{ on = 5 }}\n{RULES}\"on\"\n"));
        assert_eq!(targeting, r#"{"if":[AU,"on",ID,SPLIT,"off"]}"#);
        assert_eq!(branches, [Branch::Rule(0), Branch::Otherwise]);
    }

    #[test]
    fn who_is_served_without_an_identity_is_not_shut_out() {
        let rules = format!("serve = {{ on = 5 }}\n{RULES}{{ on = 50 }}\n{RULES}\"on\"\n");
        let (targeting, branches) = compiled(&rules);
        assert_eq!(targeting, r#"{"if":[AU,{"if":[ID,SPLIT,"off"]},AU,"on",ID,SPLIT,"off"]}"#);
        assert_eq!(branches, [Branch::Rule(0), Branch::Rule(1), Branch::Otherwise]);
    }

    #[test]
    fn steps_stand_behind_the_rules_the_last_one_first() {
        let step = |day: u32, percent: u32| {
            format!("[[schedule]]\nat = 2026-03-0{day}T00:00:00Z\nserve = {{ on = {percent} }}\n")
        };
        let steps = [step(1, 5), step(2, 10), step(3, 10), step(4, 50)].concat();
        let (targeting, branches) = compiled(&format!("serve = {{ on = 5 }}\n{steps}{RULES}\"off\"\n"));
        let since = |at: u32| format!(r#"{{">=":[{{"var":"$flagd.timestamp"}},{at}]}}"#);
        let [second, fourth] = [1_772_409_600, 1_772_582_400].map(since);
        let expected =
            format!(r#"{{"if":[AU,"off",{{"!":[ID]}},"off",{fourth},SPLIT,{second},SPLIT,SPLIT]}}"#);
        assert_eq!(targeting, expected);
        let behind = [Branch::Unidentified, Branch::Otherwise, Branch::Otherwise];
        assert_eq!(branches, [&[Branch::Rule(0)], behind.as_slice()].concat());
    }
}
