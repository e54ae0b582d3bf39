//! One case: what the readiness of a drawn workspace is, found by trying everybody and everything, beside what flagc says.

use std::collections::{BTreeMap, BTreeSet};

use flagc::compile::{self, Segments};
use flagc::model::{EnvironmentId, Flag, FlagId, Workspace};
use flagc::ops::check;
use flagc::readiness::{self, Doubt, Facts, Outcome, RecordState, Servable, Verdict};
use flagc::workspace;
use flagc_runtime::{At, Context};

use crate::draw::{self, Drawn, DrawnFlag, Records};
use crate::versions;

/// How often each answer was right.
pub type Tally = BTreeMap<String, u64>;

/// Environment, service, variant, the live entry's position among those of its service, and the answer.
type Row = (String, String, String, Option<usize>, String);

/// What is not known, told once whatever depends on it: environment, answer, and the service and live entry if it is theirs.
type Cause = (String, String, Option<String>, Option<usize>);

/// Identities: enough for every combination of halves.
const IDENTITIES: usize = 300;

/// Runs one case.
pub fn case(number: u64) -> Result<Tally, String> {
    let drawn = draw::workspace(number, Records::All);
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &drawn.files {
        crate::common::write(folder.path(), path, text.as_bytes());
    }
    judge(&drawn, folder.path()).map_err(|error| {
        let files: Vec<String> =
            drawn.files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect();
        format!("case {number}, as of {:?}: {error}\n{}", drawn.as_of, files.join("\n"))
    })
}

fn judge(drawn: &Drawn, folder: &std::path::Path) -> Result<Tally, String> {
    let loaded = workspace::load(folder);
    let workspace = &loaded.workspace;
    let segments = compile::segments(workspace);
    let facts = Facts::new(workspace, drawn.as_of);
    if workspace.flags.len() != drawn.flags.len()
        || workspace.flags.iter().any(|flag| !flag.broken.is_empty())
    {
        return Err("not every flag was read".to_owned());
    }
    let (mut tally, mut expected_findings) = (Tally::new(), BTreeSet::new());
    let mut doubts: BTreeSet<Cause> = BTreeSet::new();
    for (id, flag) in (0..).map(FlagId).zip(&workspace.flags) {
        let shape = drawn.flags.iter().find(|shape| shape.key == flag.key.as_str()).unwrap();
        let mut expected: BTreeSet<Row> = BTreeSet::new();
        for environment in workspace.config.environment_ids() {
            let name = &drawn.environments[usize::from(environment.0)];
            let served = served(drawn, workspace, flag, environment, &segments)?;
            plain_is_exact(workspace, flag, environment, &served, drawn.as_of)?;
            for variant in shape.variants {
                let asked = answers(drawn, shape, usize::from(environment.0), variant);
                let id_of = flag.variant_id(variant).unwrap();
                let hypothetical = readiness::verdicts(workspace, &facts, id, environment, id_of);
                compare_hypothetical(&asked, &hypothetical, flag)?;
                if served.contains(*variant) || *variant == shape.off {
                    for (service, position, answer) in asked {
                        if answer == "ready" {
                            *tally.entry(answer).or_default() += 1;
                            continue;
                        }
                        if answer == "blocked" {
                            let rule = if *variant == shape.off {
                                "kill-switch-broken"
                            } else {
                                "service-not-ready"
                            };
                            expected_findings.insert((rule, shape.key.clone(), name.clone()));
                        } else {
                            doubts.insert(cause(name, &service, position, &answer));
                        }
                        expected.insert((name.clone(), service, (*variant).to_owned(), position, answer));
                    }
                } else {
                    *tally.entry("nobody gets it".to_owned()).or_default() += 1;
                }
            }
        }
        let found = readiness::survey(workspace, &segments, &facts, id, drawn.as_of);
        let found: BTreeSet<Row> = found.iter().map(|verdict| row(drawn, flag, verdict)).collect();
        if found != expected {
            let (missing, wrong): (Vec<_>, Vec<_>) =
                (expected.difference(&found).collect(), found.difference(&expected).collect());
            return Err(format!("{}: not said {missing:?}; wrongly said {wrong:?}", flag.key));
        }
        for (.., answer) in expected {
            *tally.entry(answer).or_default() += 1;
        }
        *tally.entry("flags".to_owned()).or_default() += 1;
    }
    let checked = check::check_loaded(loaded, drawn.as_of);
    let found: BTreeSet<_> = checked
        .findings
        .iter()
        .filter(|finding| matches!(finding.rule.0, "service-not-ready" | "kill-switch-broken"))
        .map(|finding| (finding.rule.0, finding.flag.clone().unwrap(), finding.environment.clone().unwrap()))
        .collect();
    if found != expected_findings {
        return Err(format!("findings {found:?} instead of {expected_findings:?}"));
    }
    for name in &drawn.environments {
        let told = checked.findings.iter().filter(|finding| finding.rule.0 == "readiness-unknown");
        let told = told.filter(|finding| finding.environment.as_deref() == Some(name)).count();
        let expected = doubts.iter().filter(|(environment, ..)| environment == name).count();
        if told != expected {
            return Err(format!("{told} doubts are told of {name} instead of {expected}: {doubts:?}"));
        }
    }
    *tally.entry("doubts told".to_owned()).or_default() += u64::try_from(doubts.len()).unwrap();
    Ok(tally)
}

fn cause(environment: &str, service: &str, position: Option<usize>, answer: &str) -> Cause {
    let service = matches!(answer, "not listed" | "opaque").then(|| service.to_owned());
    (environment.to_owned(), answer.to_owned(), service, position)
}

/// What the flag serves to anybody of a crowd, at any time from now on.
fn served(
    drawn: &Drawn,
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<BTreeSet<String>, String> {
    let compiled =
        compile::standalone(workspace, flag, environment, segments).map_err(|error| error.to_string())?;
    let mut times: Vec<i64> = vec![drawn.as_of.unwrap_or(0)];
    times.extend(drawn.instants.iter().copied().filter(|at| drawn.as_of.is_none_or(|as_of| *at > as_of)));
    let mut served = BTreeSet::new();
    for country in [None, Some("DE"), Some("US"), Some("FR")] {
        for tier in [None, Some("pro"), Some("free")] {
            for identity in (0..=IDENTITIES).map(|number| number.checked_sub(1)) {
                let mut context = identity.map_or_else(Context::new, |number| {
                    Context::with_targeting_key(format!("user-{number}"))
                });
                for (name, value) in [("country", country), ("tier", tier)] {
                    if let Some(value) = value {
                        context = context.set(name, value);
                    }
                }
                for at in &times {
                    let answer = compiled.evaluator.resolve(&flag.key, &context, At::unix(*at));
                    served.insert(answer.variant.map(ToString::to_string).ok_or("no variant")?);
                }
                if served.len() == flag.variants.len() {
                    return Ok(served);
                }
            }
        }
    }
    Ok(served)
}

/// What `settle` relies on: a plain flag that requires nothing serves whatever is written, and nothing else.
fn plain_is_exact(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    served: &BTreeSet<String>,
    as_of: Option<i64>,
) -> Result<(), String> {
    if !flag.requires.is_empty() || !flagc::exposure::is_plain(workspace, flag) {
        return Ok(());
    }
    for (index, variant) in (0..).zip(&*flag.variants) {
        let variant_id = flagc::model::VariantId(index);
        let said = Servable::Plain.serves(workspace, flag, environment, variant_id, as_of);
        if said != Ok(served.contains(variant.name.value.as_str())) {
            return Err(format!(
                "{} is plain, and {} is said to be served: {said:?}",
                flag.key, variant.name.value
            ));
        }
    }
    Ok(())
}

/// What every live version of every service answers, by the page on readiness.
fn answers(
    drawn: &Drawn,
    flag: &DrawnFlag,
    environment: usize,
    variant: &str,
) -> Vec<(String, Option<usize>, String)> {
    let mut answers = Vec::new();
    for service in &flag.services {
        let mut say =
            |position, answer: &str| answers.push(((*service).to_owned(), position, answer.to_owned()));
        let Some((.., ranges)) = flag.needs.iter().find(|(of, named, _)| of == service && *named == variant)
        else {
            say(None, "ready");
            continue;
        };
        let Some(deployment) = &drawn.deployments[environment] else {
            say(None, "no record");
            continue;
        };
        let age = drawn.as_of.map(|as_of| as_of - deployment.recorded_at);
        let is_old = age.zip(drawn.max_age).is_some_and(|(age, most)| age > most);
        if deployment.broken {
            say(None, "broken");
            continue;
        }
        if is_old {
            say(None, "stale");
            continue;
        }
        let live: Vec<_> = deployment.live.iter().filter(|live| live.service == *service).collect();
        if live.is_empty() {
            say(None, "not listed");
        }
        for (position, live) in live.into_iter().enumerate() {
            let has = live.capabilities.contains(&format!("{}:{variant}", flag.key));
            let answer = match versions::read(live.version) {
                _ if has => "ready",
                Some(version) if ranges.iter().any(|range| versions::within(&version, range)) => "ready",
                None if live.capabilities.is_empty() => "opaque",
                Some(_) | None => "blocked",
            };
            say(Some(position), answer);
        }
    }
    answers
}

fn compare_hypothetical(
    expected: &[(String, Option<usize>, String)],
    found: &[Verdict<'_>],
    flag: &Flag,
) -> Result<(), String> {
    let mut expected: Vec<(String, String)> =
        expected.iter().map(|(service, _, answer)| (service.clone(), answer.clone())).collect();
    let service = |verdict: &Verdict<'_>| flag.services[verdict.service].service.value.to_string();
    let mut found: Vec<(String, String)> =
        found.iter().map(|verdict| (service(verdict), answer(verdict))).collect();
    expected.sort();
    found.sort();
    if expected == found { Ok(()) } else { Err(format!("{}: {found:?} instead of {expected:?}", flag.key)) }
}

fn answer(verdict: &Verdict<'_>) -> String {
    match verdict.outcome {
        Outcome::Ready => "ready",
        Outcome::Blocked => "blocked",
        Outcome::Unknown(Doubt::NoRecord) => "no record",
        Outcome::Unknown(Doubt::Unbelievable(record)) if record.state == RecordState::Stale => "stale",
        Outcome::Unknown(Doubt::Unbelievable(_)) => "broken",
        Outcome::Unknown(Doubt::NotListed(_)) => "not listed",
        Outcome::Unknown(Doubt::Opaque) => "opaque",
        Outcome::Unknown(Doubt::TooComplex) => "too complex",
    }
    .to_owned()
}

fn row(drawn: &Drawn, flag: &Flag, verdict: &Verdict<'_>) -> Row {
    let environment = usize::from(verdict.environment.0);
    let service = flag.services[verdict.service].service.value.to_string();
    let position = verdict.live.map(|fact| {
        let live = &drawn.deployments[environment].as_ref().unwrap().live;
        let instance = fact.instance.as_ref().unwrap()[1..].parse::<usize>().unwrap();
        live[..instance].iter().filter(|live| live.service == service).count()
    });
    let variant = flag.variant(verdict.variant).name.value.to_string();
    (drawn.environments[environment].clone(), service, variant, position, answer(verdict))
}
