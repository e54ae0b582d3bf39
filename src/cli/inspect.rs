//! `flagc inspect`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use flagc::format::Instant;
use flagc::ops::inspect::{self, Content, InspectOptions, Inspection, Verdict};
use flagc::report::visible;
use flagc_runtime::At;
use flagc_runtime::bundle::{Head, Provenance};
use serde::Serialize;

use super::output::{Output, json_line};
use super::{DONE, Format, NO, Outcome};

/// Say what a bundle claims, and whether it is true.
#[derive(Args)]
pub(super) struct InspectArgs {
    /// The bundle, or a head
    bundle: PathBuf,
    /// Verify it against this trust file
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Verify it for this environment instead of the one that it names
    #[arg(short, long = "env", value_name = "ENV", requires = "trust")]
    environment: Option<String>,
}

pub(super) fn run(args: &InspectArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let inspection = inspect::inspect(&InspectOptions {
        bundle: args.bundle.clone(),
        trust: args.trust.clone(),
        environment: args.environment.clone(),
        now: At::system_clock(),
    })?;
    output.answer(|| to_json(&inspection), || human(&inspection));
    Ok(match inspection.verdict {
        Verdict::Unverified | Verdict::Verified => DONE,
        Verdict::Refused(_) => NO,
    })
}

/// What is said as JSON; the keys stand in this order.
#[derive(Serialize)]
struct JsonInspection<'a> {
    version: u8,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    payload_type: &'a str,
    envelope: JsonBytes<'a>,
    payload: JsonBytes<'a>,
    signatures: Vec<JsonSignature<'a>>,
    #[serde(flatten)]
    content: JsonContent<'a>,
}

#[derive(Serialize)]
struct JsonBytes<'a> {
    sha256: &'a str,
    size: usize,
}

#[derive(Serialize)]
struct JsonSignature<'a> {
    keyid: &'a str,
    valid: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonContent<'a> {
    Bundle { flags: usize, provenance: &'a Provenance },
    Head { head: &'a Head },
    Unreadable { unreadable: &'a str },
}

fn to_json(inspection: &Inspection) -> String {
    let (verdict, reason) = match &inspection.verdict {
        Verdict::Unverified => ("unverified", None),
        Verdict::Verified => ("verified", None),
        Verdict::Refused(error) => ("refused", Some(error.to_string())),
    };
    let signatures = inspection.signatures.iter();
    json_line(&JsonInspection {
        version: 1,
        verdict,
        reason,
        payload_type: &inspection.payload_type,
        envelope: json_bytes(&inspection.envelope),
        payload: json_bytes(&inspection.payload),
        signatures: signatures
            .map(|signature| JsonSignature { keyid: &signature.key_id, valid: signature.valid })
            .collect(),
        content: match &inspection.content {
            Content::Bundle(provenance, flags) => JsonContent::Bundle { flags: *flags, provenance },
            Content::Head(head) => JsonContent::Head { head },
            Content::Unreadable(unreadable) => JsonContent::Unreadable { unreadable },
        },
    })
}

fn json_bytes((sha256, size): &(String, usize)) -> JsonBytes<'_> {
    JsonBytes { sha256, size: *size }
}

fn human(inspection: &Inspection) -> String {
    let mut text = match &inspection.verdict {
        Verdict::Unverified => {
            "UNVERIFIED: anybody can have written what follows; `--trust FILE` verifies it\n".to_owned()
        }
        Verdict::Verified => "verified\n".to_owned(),
        Verdict::Refused(error) => format!("NOT TO BE TRUSTED: {}\n", visible(&error.to_string())),
    };
    match &inspection.content {
        Content::Bundle(said, flags) => bundle(&mut text, said, *flags),
        Content::Head(said) => head(&mut text, said),
        Content::Unreadable(reason) => row(&mut text, "unreadable", reason),
    }
    row(&mut text, "type", &inspection.payload_type);
    row(&mut text, "envelope", &format!("{} bytes, sha256 {}", inspection.envelope.1, inspection.envelope.0));
    row(&mut text, "payload", &format!("{} bytes, sha256 {}", inspection.payload.1, inspection.payload.0));
    if inspection.signatures.is_empty() {
        row(&mut text, "signatures", "none");
    }
    for signature in &inspection.signatures {
        let state = match (&inspection.verdict, signature.valid) {
            (Verdict::Unverified, _) => "not verified",
            (_, true) => "valid",
            (_, false) => "not valid, or by an unknown key",
        };
        row(&mut text, "signature", &format!("{} ({state})", signature.key_id));
    }
    text
}

fn bundle(text: &mut String, said: &Provenance, flags: usize) {
    row(text, "project", &said.project);
    row(text, "environment", &said.environment);
    row(text, "serial", &said.serial.to_string());
    row(text, "flags", &flags.to_string());
    let time = said.source.commit_time.as_deref().map(|time| format!(", {time}")).unwrap_or_default();
    row(text, "commit", &format!("{}{time}", said.source.commit.as_deref().unwrap_or("none")));
    if said.source.dirty {
        row(text, "dirty", "yes: built from what is not committed");
    }
    if said.dev {
        row(text, "dev", "yes: for trying things out");
    }
    if let Some(repository) = &said.source.repository {
        row(text, "repository", repository);
    }
    row(text, "inputs", &said.source.inputs);
    row(text, "built by", &format!("{} {}", said.tool.name, said.tool.version));
}

fn head(text: &mut String, said: &Head) {
    row(text, "project", &said.project);
    row(text, "environment", &said.environment);
    row(text, "version", &format!("{} of epoch {}", said.version, said.epoch));
    row(text, "valid", &format!("{} to {}", Instant(said.issued_at), Instant(said.expires_at)));
    row(text, "bundle", &format!("serial {}, sha256 {}", said.bundle.serial, said.bundle.sha256));
}

/// One line; what strangers wrote is shown, never obeyed.
fn row(text: &mut String, name: &str, value: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "  {name:12} {}", visible(value));
}
