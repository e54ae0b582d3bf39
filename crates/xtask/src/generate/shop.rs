//! What the generated flags stand on: settings, segments, services and what is deployed.

use std::fmt::Write as _;

use crate::random::Random;
use crate::text::{array, quote};

/// Segments by position. None reads `country`, `tier`, `appVersion`, `age` or `score`, which the flags' other rules read:
/// so no rule is ever hidden behind a segment's.
pub(super) const SEGMENTS: [(&str, &str, &str); 6] = [
    ("staff", "Everybody who works here", "{ email = { ends_with = \"@acme.example\" } }"),
    (
        "partners",
        "People of the companies that resell us",
        "{ email = { ends_with = [\"@reseller.example\", \"@agency.example\"] } }",
    ),
    ("beta-testers", "People who asked for early access", "{ beta = true }"),
    ("support", "Support and the people on call", "{ roles = [\"support\", \"on-call\"] }"),
    (
        "insiders",
        "Staff on current hardware, and beta testers who are no partners",
        "{ any = [{ segment = \"staff\", deviceModel = { starts_with = \"px-\" } }, { segment = \"beta-testers\", not = { segment = \"partners\" } }] }",
    ),
    (
        "named-accounts",
        "Accounts that get new things with a personal introduction",
        "{ accountId = { gte = 1000, lt = 2000 }, roles = \"owner\" }",
    ),
];

pub(super) const TEAMS: [&str; 8] =
    ["checkout", "search", "payments", "accounts", "inventory", "marketing", "delivery", "platform"];

const CONTEXT: [(&str, &str, &str); 11] = [
    ("targetingKey", "string", "stable user id; the same in every service\"\nascii = true"),
    ("accountId", "integer", "the account that the user belongs to"),
    ("country", "string", "ISO 3166 code of the delivery address"),
    ("tier", "string", "what the account pays for"),
    ("email", "string", "verified address"),
    ("age", "integer", "in whole years"),
    ("score", "number", "risk score from 0 to 1"),
    ("beta", "boolean", "asked for early access"),
    ("roles", "list", "roles within the account"),
    ("deviceModel", "string", "as the client reports it"),
    ("appVersion", "version", "version of the client"),
];

pub(super) const COUNTRIES: [&str; 10] = ["AT", "AU", "CA", "CH", "DE", "FR", "GB", "JP", "NZ", "US"];
pub(super) const TIERS: [&str; 3] = ["free", "pro", "enterprise"];

pub(super) fn service(index: usize) -> String {
    const NAMES: [&str; 12] = [
        "frontend",
        "orders",
        "payments",
        "search",
        "accounts",
        "inventory",
        "mail",
        "pricing",
        "shipping",
        "reviews",
        "gateway",
        "reports",
    ];
    let name = NAMES[index % NAMES.len()];
    if index < NAMES.len() { name.to_owned() } else { format!("{name}-{}", index / NAMES.len() + 1) }
}

/// Paths and texts of everything that is no flag.
pub(super) fn files(random: &mut Random, services: usize, environments: u16) -> Vec<(String, String)> {
    let regions: Vec<String> =
        (1..=environments.saturating_sub(3)).map(|number| format!("region-{number:02}")).collect();
    let mut files = vec![("flagc.toml".to_owned(), settings(&regions))];
    for (name, description, condition) in SEGMENTS {
        let text =
            format!("description = {}\nowner = \"team-platform\"\nif = {condition}\n", quote(description));
        files.push((format!("segments/{name}.toml"), text));
    }
    for index in 0..services {
        files.push((format!("services/{}.toml", service(index)), service_file(random, index, services)));
    }
    let usual = ["dev", "staging", "production"].map(str::to_owned);
    for environment in regions.into_iter().chain(usual) {
        files.push((format!("deployments/{environment}.toml"), deployment(services)));
    }
    files
}

fn settings(regions: &[String]) -> String {
    let regions = regions
        .iter()
        .map(|region| format!("  {{ name = {} }},\n", quote(region)))
        .collect::<Vec<_>>()
        .concat();
    let mut text = format!(
        "project = \"acme-shop\"\nrepository = \"https://github.com/acme/shop-flags\"\n\nenvironments = [\n  {{ name = \"dev\" }},\n\
         {regions}  {{ name = \"staging\" }},\n  {{ name = \"production\", critical = true }},\n]\n",
    );
    for (name, kind, description) in CONTEXT {
        let close = if description.ends_with("true") { "" } else { "\"" };
        // Writing to a String cannot fail, here and below.
        let _ = write!(text, "\n[context.{name}]\ntype = \"{kind}\"\ndescription = \"{description}{close}\n");
        let values: &[&str] = match name {
            "country" => &COUNTRIES,
            "tier" => &TIERS,
            _ => continue,
        };
        let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
        let _ = writeln!(text, "values = {}", array(&values));
    }
    // Ages are judged at the time of a run: a generated workspace must not turn stale by itself.
    text.push_str(
        "\n[bucketing]\nby = \"targetingKey\"\ngeneration = 2\n\n[kinds.release]\nmax_age = \"36500d\"\n\n",
    );
    text.push_str("[kinds.experiment]\nmax_age = \"36500d\"\n");
    text
}

fn service_file(random: &mut Random, index: usize, services: usize) -> String {
    let name = service(index);
    let team = random.pick(&TEAMS);
    let mut text = format!(
        "description = \"The {name} service\"\nowner = \"team-{team}\"\nrepository = \"https://github.com/acme/{name}\"\n"
    );
    // Calls go to later services alone: no circle.
    let mut calls: Vec<String> = Vec::new();
    for later in index + 1..services.min(index + 4) {
        if random.chance(50) {
            calls.push(quote(&service(later)));
        }
    }
    let _ = writeln!(text, "calls = {}", array(&calls));
    let provides: Vec<String> = CONTEXT.iter().map(|(name, ..)| quote(name)).collect();
    let _ = writeln!(text, "provides = {}", array(&provides));
    let sdk = random.pick(&["flagd-java 0.14.0", "flagd-go 0.5.0", "flagd-dotnet 0.5.0"]);
    let _ = writeln!(text, "sdk = {}", quote(sdk));
    text
}

fn deployment(services: usize) -> String {
    let mut text = String::from("recorded_at = 2026-11-20T09:14:03Z\n");
    for index in 0..services {
        let _ = write!(
            text,
            "\n[[live]]\nservice = {}\nversion = \"9.{}.0\"\n",
            quote(&service(index)),
            index % 7
        );
    }
    text
}
