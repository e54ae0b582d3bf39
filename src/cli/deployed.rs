//! `flagc deployed`.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use flagc::deployed::{Entry, Join, LeftOut, MAX_MANIFEST_BYTES, Manifest, Scope, Why};
use flagc::format::Instant;
use flagc::ops::deployed::{self, Change, Edited, ImportedDeployment, Origin, Target, words};
use flagc::report::visible;
use serde_json::{Value, json};

use super::output::{Output, json_line};
use super::{DONE, Failure, Format, Global, NO, Outcome, shown};

/// Record what is live in an environment.
#[derive(Args)]
pub(super) struct DeployedArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Record a version of a service as live
    Set(SetArgs),
    /// Record that a version of a service, or all of it, is live no more
    Remove(RemoveArgs),
    /// Record what manifests say is live: Kubernetes, kustomize, Helm values, `kubectl get deploy,sts -o json`
    Import(ImportArgs),
}

#[derive(Args)]
struct TargetArgs {
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    environment: String,
    /// When this was true: RFC 3339, such as 2026-11-20T09:14:03Z [default: now]
    #[arg(long, value_name = "TIME")]
    recorded_at: Option<jiff::Timestamp>,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args)]
struct SetArgs {
    /// The service
    service: String,
    /// Its version: semantic, or any label
    version: String,
    #[command(flatten)]
    target: TargetArgs,
    /// The group of instances that has this version, where versions differ between groups
    #[arg(long, value_name = "NAME")]
    instance: Option<String>,
    /// What this version was built with; for a version that is not semantic
    #[arg(long = "capability", value_name = "FLAG:VARIANT")]
    capabilities: Vec<String>,
    /// It is the only live version from now on
    #[arg(long)]
    replace: bool,
    /// It is live beside the others, as in a rolling deploy
    #[arg(long, conflicts_with = "replace")]
    add: bool,
}

#[derive(Args)]
struct RemoveArgs {
    /// The service
    service: String,
    /// The version; all of them without
    version: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
    /// The group of instances; all of them without
    #[arg(long, value_name = "NAME")]
    instance: Option<String>,
}

#[derive(Args)]
struct ImportArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The manifests, in YAML or JSON; `-` reads them from stdin
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    from: Vec<PathBuf>,
    /// The group of instances that they are about, such as one of several clusters
    #[arg(long, value_name = "NAME")]
    instance: Option<String>,
}

pub(super) fn run(args: &DeployedArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    match &args.action {
        Action::Set(args) => set(args, global, output),
        Action::Remove(args) => remove(args, global, output),
        Action::Import(args) => import(args, global, output),
    }
}

fn target(args: &TargetArgs, global: &Global) -> Result<Target, Failure> {
    let at = args.recorded_at.unwrap_or_else(jiff::Timestamp::now);
    Ok(Target {
        root: global.root()?,
        environment: args.environment.clone(),
        recorded_at: Instant(at.as_second()),
        dry_run: args.dry_run,
    })
}

fn set(args: &SetArgs, global: &Global, output: &Output) -> Outcome {
    let mut capabilities = args.capabilities.clone();
    capabilities.sort();
    capabilities.dedup();
    let new = Entry {
        service: args.service.clone(),
        version: args.version.clone(),
        instance: args.instance.clone(),
        capabilities: Some(capabilities).filter(|capabilities| !capabilities.is_empty()),
    };
    let how = match (args.replace, args.add) {
        (true, _) => Join::Replace,
        (false, true) => Join::Add,
        (false, false) => Join::Unless,
    };
    let target = target(&args.target, global)?;
    let edited = deployed::set(&target, &new, how)?;
    show(&edited, &target, output);
    Ok(DONE)
}

fn remove(args: &RemoveArgs, global: &Global, output: &Output) -> Outcome {
    let target = target(&args.target, global)?;
    let scope = Scope { service: &args.service, instance: args.instance.as_deref() };
    let edited = deployed::remove(&target, scope, args.version.as_deref())?;
    show(&edited, &target, output);
    Ok(DONE)
}

fn import(args: &ImportArgs, global: &Global, output: &Output) -> Outcome {
    let origins = args.from.iter().map(|path| {
        if path.as_os_str() == "-" { stdin().map(Origin::Text) } else { Ok(Origin::File(path.clone())) }
    });
    let origins = origins.collect::<Result<Vec<Origin>, Failure>>()?;
    let target = target(&args.target, global)?;
    let imported = deployed::import(&target, args.instance.as_deref(), origins)?;
    output.answer(
        || json_line(&imported_as_json(&imported, &target)),
        || format!("{}{}", human(&imported.edited, output.color), imported_as_text(&imported)),
    );
    told(&imported.edited, output);
    let is_open = |left_out: &LeftOut| matches!(left_out.why, Why::Unclear(_));
    Ok(if imported.left.is_empty() && !imported.left_out.iter().any(is_open) { DONE } else { NO })
}

/// At most one byte more than is read.
fn stdin() -> Result<Manifest, Failure> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_MANIFEST_BYTES).unwrap_or(u64::MAX);
    let read = std::io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Failure::usage(format!("stdin cannot be read: {error}")))?;
    Ok(Manifest { name: "stdin".to_owned(), bytes })
}

fn show(edited: &Edited, target: &Target, output: &Output) {
    output.answer(|| json_line(&to_json(edited, target)), || human(edited, output.color));
    told(edited, output);
}

fn told(edited: &Edited, output: &Output) {
    for note in &edited.notes {
        output.note(&format!("note: {}", visible(note)));
    }
    if edited.diff.is_empty() {
        output.note("nothing changes");
    }
    if edited.written {
        output.note(&format!("wrote {}", shown(&edited.path)));
    }
}

/// The diff, coloured as Git does where colours are wanted.
fn human(edited: &Edited, color: bool) -> String {
    let mut text = String::new();
    for line in edited.diff.lines() {
        // A line of context that is empty would be a single space.
        let line = visible(line.trim_end());
        let code = match line.as_bytes().first() {
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            Some(_) | None => "",
        };
        // Writing to a string cannot fail.
        let _ = match (color, code) {
            (true, code) if !code.is_empty() => writeln!(text, "\u{1b}[{code}m{line}\u{1b}[0m"),
            _ => writeln!(text, "{line}"),
        };
    }
    text
}

fn to_json(edited: &Edited, target: &Target) -> Value {
    let services: Vec<Value> = edited
        .services
        .iter()
        .map(|change| {
            let before: Vec<Value> = change.before.iter().map(entry).collect();
            let after: Vec<Value> = change.after.iter().map(entry).collect();
            json!({"service": change.service, "before": before, "after": after})
        })
        .collect();
    json!({
        "version": 1,
        "environment": target.environment,
        "file": edited.file,
        "recorded_at": edited.recorded_at.to_string(),
        "written": edited.written,
        "services": services,
        "diff": edited.diff,
        "notes": edited.notes,
    })
}

/// A line for each service and each image that was left out.
fn imported_as_text(imported: &ImportedDeployment) -> String {
    let mut text = String::new();
    let versions = |entries: &[Entry]| entries.iter().map(words).collect::<Vec<_>>().join(", ");
    // Writing to a string cannot fail.
    for Change { service, before, after } in &imported.edited.services {
        let (before, after) = (versions(before), versions(after));
        let was = match before.as_str() {
            "" => "new".to_owned(),
            before if before == after => "as before".to_owned(),
            before => format!("was {before}"),
        };
        let place = match imported.places.get(service).and_then(|places| places.first()) {
            Some(place) => format!("   ({place})"),
            None => String::new(),
        };
        let _ = writeln!(text, "{}", visible(&format!("{service}: {after}   {was}{place}")));
    }
    for (service, reason) in &imported.left {
        let _ = writeln!(text, "{}", visible(&format!("{service}: left as it is recorded: {reason}")));
    }
    for LeftOut { image, why, place } in &imported.left_out {
        let _ = writeln!(text, "{}", visible(&format!("left out {image}: {}   ({place})", why.words())));
    }
    text
}

fn imported_as_json(imported: &ImportedDeployment, target: &Target) -> Value {
    let mut value = to_json(&imported.edited, target);
    value["places"] = json!(imported.places);
    let left = imported.left.iter();
    value["left"] = left.map(|(service, reason)| json!({"service": service, "reason": reason})).collect();
    let left_out = imported.left_out.iter();
    let left_out = left_out.map(|LeftOut { image, why, place }| {
        let kind = match why {
            Why::NoService => "no-service",
            Why::Stopped => "stopped",
            Why::Unclear(_) => "unclear",
        };
        json!({"image": image, "why": kind, "reason": why.words(), "place": place})
    });
    value["left_out"] = left_out.collect();
    value
}

fn entry(entry: &Entry) -> Value {
    let mut value = json!({"version": entry.version});
    if let Some(instance) = &entry.instance {
        value["instance"] = json!(instance);
    }
    if let Some(capabilities) = entry.capabilities.as_ref().filter(|list| !list.is_empty()) {
        value["capabilities"] = json!(capabilities);
    }
    value
}
