//! Conditions that nobody can fulfil.

use crate::compile;
use crate::exposure::{
    Analysis, Fate, Gathered, Solver, Space, condition_span, contradicting, in_words, rule_name, rule_span,
};
use crate::finding::{Finding, RuleId};
use crate::model::{Condition, Segment, SegmentId, Workspace};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{FileId, Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("contradiction"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "an `if` that no user can fulfil",
    page: PAGE,
    check: Check::ExposureAndWorkspace(check, segments),
};

const PAGE: &str = "\
The `if` of a rule or of a segment asks for what excludes each other: no context fulfils it, so it is for nobody.

```toml
[[rules]]
if = { country = \"DE\", any = [{ country = \"US\" }] }      # contradiction: not both at once
serve = \"on\"
```

A list means any of them: `country = [\"DE\", \"US\"]`. If nobody is meant any more, remove the rule.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let flag = analysis.flag;
    for (list, index, fate) in analysis.rules() {
        let rule = &list.rules[index];
        let Some(condition) = rule.condition.as_ref().filter(|_| *fate == Fate::Contradiction) else {
            continue;
        };
        let what = format!("{} of `{}`", rule_name(rule, index), flag.key);
        let written = Written { file: flag.file, whole: rule_span(rule), condition };
        findings.push(finding(&analysis.solver, &written, &what, analysis.workspace).flag(flag.key.as_str()));
    }
}

fn segments(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for (id, segment) in (0..).map(SegmentId).zip(&workspace.segments) {
        if compile::is_small_segment(context.segments, id) {
            findings.extend(of_segment(segment, workspace));
        }
    }
}

fn of_segment(segment: &Segment, workspace: &Workspace) -> Option<Finding> {
    let condition = segment.condition.as_ref()?;
    let mut gathered = Gathered::default();
    gathered.condition(condition, workspace);
    let space = Space::new(gathered);
    let solver = Solver::new(&space);
    // What is too complex here is too complex in each flag that uses it, and told there.
    let is_for_nobody = !solver.possible(&[&space.condition(condition, workspace)]).ok()?;
    // A segment that is empty because another one is: the other one is told.
    let is_borrowed = contradicting(&solver, condition, workspace)
        .is_ok_and(|parts| matches!(parts.as_slice(), [Condition::Segment(_)]));
    (is_for_nobody && !is_borrowed).then(|| {
        let written = Written { file: segment.file, whole: condition_span(condition), condition };
        finding(&solver, &written, &format!("the segment `{}`", segment.name), workspace)
    })
}

/// A condition, and where it stands.
struct Written<'c> {
    file: FileId,
    whole: Span,
    condition: &'c Condition,
}

fn finding(solver: &Solver<'_>, written: &Written<'_>, what: &str, workspace: &Workspace) -> Finding {
    let place = |span| Place { file: written.file, span };
    let parts = contradicting(solver, written.condition, workspace).unwrap_or_default();
    let words = |part: &Condition| format!("`{}`", in_words(part, workspace));
    match parts.as_slice() {
        [one, other] => {
            let message = format!(
                "nobody can fulfil {} and {} at once, so {what} is for nobody",
                words(one),
                words(other)
            );
            Finding::new(RULE.id, written.file, condition_span(one), message)
                .label("who fulfils this …")
                .related(place(condition_span(other)), "… does not fulfil this")
                .help("a list means any of them; if nobody is meant, remove it")
        }
        [Condition::Segment(segment)] => {
            let used = workspace.segment(segment.value);
            let message = format!("nobody belongs to `{}`, so {what} is for nobody", used.name);
            let finding =
                Finding::new(RULE.id, written.file, segment.span, message).label("an empty segment");
            let inner = used.condition.as_ref().map(condition_span).unwrap_or_default();
            finding.related(Place { file: used.file, span: inner }, "nobody can fulfil this")
        }
        [only] => {
            let message = format!("nobody can fulfil {}, so {what} is for nobody", words(only));
            Finding::new(RULE.id, written.file, condition_span(only), message)
                .label("nobody fulfils this")
                .help("correct the condition; if nobody is meant, remove it")
        }
        _ => {
            let message = format!("the parts of its `if` exclude each other, so {what} is for nobody");
            Finding::new(RULE.id, written.file, written.whole, message)
                .label("for nobody")
                .related(place(condition_span(written.condition)), "nobody can fulfil all of this")
                .help("correct the condition; if nobody is meant, remove it")
        }
    }
}
