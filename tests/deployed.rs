//! The record of what is live: edits that keep the layout of the file, and manifests that are hostile or merely odd.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use common::{SETTINGS, write};
use flagc::deployed::{
    Census, Entry, Join, Manifest, Record, Scope, ServiceImages, Why, census, join, remove, unified,
};
use flagc::format::Instant;
use flagc::ops::deployed::{self, Origin, Target};
use proptest::prelude::*;

const AT: Instant = Instant(1_795_420_800);

fn entry(service: &str, version: &str, instance: Option<&str>) -> Entry {
    Entry {
        service: service.to_owned(),
        version: version.to_owned(),
        instance: instance.map(str::to_owned),
        capabilities: None,
    }
}

/// The file after a version of `orders` has joined what is live.
fn after(text: &str, version: &str, how: Join) -> String {
    let mut record = Record::parse(text).unwrap();
    let scope = Scope { service: "orders", instance: None };
    let wanted = join(scope, &record.entries().unwrap(), &entry("orders", version, None), how).unwrap();
    record.rewrite(scope, &wanted).unwrap();
    record.text()
}

fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let diff = unified("x", before, after);
    let lines = diff.lines().skip(2).filter(|line| line.starts_with(['+', '-']));
    lines.map(str::to_owned).collect()
}

#[test]
fn only_the_version_changes_whatever_the_layout() {
    let layouts = [
        "recorded_at = 2026-11-20T09:14:03Z\n\n# why\n[[live]]   # here\nversion   =   '1.8.2' # soon\nservice='orders'\n\n# end\n",
        "live = [\n  # all of it\n  { service = \"orders\", version = \"1.8.2\" },  # one\n  { version = \"2\", service = \"pay\" },\n]\nrecorded_at = 2026-11-20T09:14:03Z\n",
        "live=[{service=\"orders\",version=\"1.8.2\"}]\n",
        "[[live]]\nservice = \"orders\"\nversion = \"1.8.2\"\n[[live]]\nservice = \"pay\"\nversion = \"2\"\n",
    ];
    for before in layouts {
        let after = after(before, "1.9.0", Join::Unless);
        assert_eq!(
            after.replace("\"1.9.0\"", "1.8.2"),
            before
                .replace('\'', "")
                .replace("\"1.8.2\"", "1.8.2")
                .replace("service=orders", "service='orders'"),
            "{before}"
        );
        assert_eq!(changed_lines(before, &after).len(), 2, "{before}");
    }
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_stay() {
    let before = "\u{feff}recorded_at = 2026-11-20T09:14:03Z\r\n\r\n[[live]]\r\nservice = \"orders\"\r\nversion = \"1.8.2\"\r\n";
    let after = after(before, "1.9.0", Join::Add);
    let added = "\r\n[[live]]\r\nservice = \"orders\"\r\nversion = \"1.9.0\"\r\n";
    assert_eq!(after, format!("{before}{added}"));
}

#[test]
fn a_new_entry_stands_where_a_person_would_put_it() {
    let live = |names: &[&str]| {
        let mut text = String::from("recorded_at = 2026-11-20T09:14:03Z\n");
        for name in names {
            let _ = write!(text, "\n[[live]]\nservice = \"{name}\"\nversion = \"1.0.0\"\n");
        }
        text
    };
    let cases: [(&[&str], &[&str]); 5] = [
        (&["frontend", "payments"], &["frontend", "orders", "payments"]),
        (&["payments", "frontend"], &["payments", "frontend", "orders"]),
        (&["orders", "frontend"], &["orders", "orders", "frontend"]),
        (&["payments"], &["orders", "payments"]),
        (&[], &["orders"]),
    ];
    for (before, expected) in cases {
        let text = after(&live(before), "2.0.0", Join::Add);
        let entries = Record::parse(&text).unwrap().entries().unwrap();
        let services: Vec<&str> = entries.iter().map(|entry| entry.service.as_str()).collect();
        assert_eq!(services, expected, "{text}");
        assert_eq!(text.replacen("2.0.0", "1.0.0", 1), live(expected), "the blank lines of {before:?}");
    }
}

#[test]
fn capabilities_go_with_their_version_and_stay_with_it() {
    let before =
        "[[live]]\nservice = \"orders\"\nversion = \"8f3c2e1\"\ncapabilities = [\"a:on\"] # built so\n";
    assert_eq!(after(before, "8f3c2e1", Join::Unless), before);
    assert_eq!(after(before, "8f3c2e1", Join::Add), before);
    assert_eq!(
        after(before, "9d41f07", Join::Unless),
        "[[live]]\nservice = \"orders\"\nversion = \"9d41f07\"\n"
    );
}

#[test]
fn a_file_that_is_not_a_record_is_refused() {
    for text in ["recorded_at = ", "[[live]]\nservice = \"orders\"\n", "live = 1", "live = [1]", "[live]\n"] {
        assert!(Record::parse(text).is_err(), "{text}");
    }
}

fn arbitrary_entry() -> impl Strategy<Value = Entry> {
    let name = |names: &'static [&'static str]| prop::sample::select(names);
    let capabilities = prop::collection::vec(name(&["a:on", "b:off"]), 0..3);
    (name(&["a", "b", "c"]), name(&["1", "2", "latest"]), prop::option::of(name(&["eu", "us"])), capabilities)
        .prop_map(|(service, version, instance, capabilities)| Entry {
            capabilities: Some(capabilities.into_iter().map(str::to_owned).collect()),
            ..entry(service, version, instance)
        })
}

fn file_of(entries: &[Entry], inline: bool) -> String {
    let mut text = String::from("# head\nrecorded_at = 2026-11-20T09:14:03Z # then\n");
    if inline {
        text.push_str("live = [\n");
    }
    for (index, entry) in entries.iter().enumerate() {
        let capabilities = format!("{:?}", entry.capabilities.as_deref().unwrap_or_default());
        let (open, separator, close) =
            if inline { ("  {", ", ", "},\n") } else { ("\n# above\n[[live]]\n", "\n", "\n") };
        let _ = write!(text, "{open}service = {:?}{separator}version = {:?}", entry.service, entry.version);
        let _ = write!(text, "{separator}capabilities = {capabilities}");
        if let Some(instance) = &entry.instance {
            let _ = write!(text, "{separator}instance = {instance:?}");
        }
        text.push_str(close);
        if !inline {
            let _ = writeln!(text, "# below {index}");
        }
    }
    text.push_str(if inline { "] # all\n" } else { "# tail\n" });
    text
}

/// Entries as they compare: what stands in the file has its capabilities written.
fn plain(entries: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
    entries
        .into_iter()
        .map(|entry| Entry { capabilities: Some(entry.capabilities.unwrap_or_default()), ..entry })
        .collect()
}

/// Whose instances an entry speaks of.
fn name(entry: &Entry) -> (String, String, Option<String>) {
    (entry.service.clone(), entry.version.clone(), entry.instance.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is asked for: the scope has what is wanted, everything else stays in its order, and what is asked for
    /// twice changes nothing the second time.
    #[test]
    fn an_edit_does_what_it_says_and_nothing_else(
        entries in prop::collection::vec(arbitrary_entry(), 0..7),
        new in arbitrary_entry(),
        how in prop::sample::select(&[Join::Replace, Join::Add][..]),
        inline: bool,
        removes: bool,
    ) {
        let mut seen = BTreeSet::new();
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| seen.insert(name(entry)))
            .collect();
        let mut record = Record::parse(&file_of(&entries, inline)).unwrap();
        prop_assert_eq!(plain(record.entries().unwrap()), plain(entries.clone()));
        let scope = Scope { service: &new.service, instance: new.instance.as_deref() };
        let wanted = if removes {
            remove(scope, &entries, Some(&new.version)).0
        } else {
            join(scope, &entries, &new, how).unwrap()
        };
        record.rewrite(scope, &wanted).unwrap();
        record.set_recorded_at(AT).unwrap();
        let text = record.text();
        let again = Record::parse(&text).unwrap();
        let left = again.entries().unwrap();
        let outside = |entries: &[Entry]| plain(entries.iter().filter(|entry| !scope.covers(entry)).cloned());
        prop_assert_eq!(outside(&left), outside(&entries));
        let mut inside = plain(left.iter().filter(|entry| scope.covers(entry)).cloned());
        let as_recorded = |wanted: &Entry| entries.iter().find(|entry| name(entry) == name(wanted)).cloned();
        let mut expected = plain(wanted.iter().map(|wanted| {
            let kept = wanted.capabilities.is_none().then(|| as_recorded(wanted)).flatten();
            kept.unwrap_or_else(|| wanted.clone())
        }));
        inside.sort();
        expected.sort();
        prop_assert_eq!(inside, expected);
        prop_assert_eq!(again.recorded_at(), Some(AT));
        let mut twice = again;
        twice.rewrite(scope, &wanted).unwrap();
        prop_assert_eq!(twice.text(), text);
    }
}

fn services() -> Vec<ServiceImages> {
    let service = |service: &str, images: &[&str]| ServiceImages {
        service: service.to_owned(),
        images: images.iter().map(|image| (*image).to_owned()).collect(),
    };
    vec![
        service("orders", &["registry.example.com:5000/acme/orders-api", "acme/orders-api"]),
        service("payments", &[]),
        service("cart", &["acme/shop:*-cart"]),
        service("checkout", &["acme/shop:v*-checkout"]),
        service("twin", &["acme/both"]),
        service("other-twin", &["acme/both"]),
    ]
}

fn read(text: &str) -> Result<Census, String> {
    let manifest = Manifest { name: "m.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    census(&[manifest], &services()).map_err(|unreadable| unreadable.reason)
}

/// `SERVICE VERSION…` for each service, and what was left out.
fn said(text: &str) -> Vec<String> {
    let census = read(text).unwrap();
    let services = census.services.iter().filter(|(_, seen)| !seen.versions.is_empty());
    let services = services.map(|(service, seen)| {
        let versions: Vec<&str> = seen.versions.iter().map(String::as_str).collect();
        format!("{service} {}", versions.join(" "))
    });
    let left_out = census.left_out.iter().map(|left| format!("{}: {}", left.image, left.why.words()));
    services.chain(left_out).collect()
}

fn values(image: &str) -> Vec<String> {
    said(&format!("image: {image}\n"))
}

#[test]
fn a_version_is_the_tag_or_the_digest_or_latest() {
    let digest = format!("sha256:{}", "0f".repeat(32));
    let cases = [
        ("acme/orders-api:1.2.3", "orders 1.2.3"),
        ("docker.io/acme/orders-api:v1.2.3", "orders v1.2.3"),
        ("registry.example.com:5000/acme/orders-api:2024.11.3", "orders 2024.11.3"),
        ("registry.example.com:5000/acme/orders-api", "orders latest"),
        ("payments", "payments latest"),
        ("docker.io/library/payments:1", "payments 1"),
        ("localhost:5000/x/payments:1", "payments 1"),
        ("acme/shop:2.0.2-cart", "cart 2.0.2"),
        ("acme/shop:v2.0.2-checkout", "checkout 2.0.2"),
    ];
    for (image, expected) in cases {
        assert_eq!(values(&format!("\"{image}\"")), [expected], "{image}");
    }
    assert_eq!(values(&format!("acme/orders-api@{digest}")), [format!("orders {digest}")]);
    assert_eq!(values(&format!("acme/orders-api:1.2@{digest}")), ["orders 1.2"]);
    assert_eq!(
        values(&format!("{{repository: payments, digest: '{digest}'}}")),
        [format!("payments {digest}")]
    );
}

#[test]
fn what_is_no_service_or_more_than_one_is_left_out_with_the_reason() {
    let not_an_image = "it is not the name of an image";
    let cases = [
        ("redis:7", "redis:7: no service has this image".to_owned()),
        ("{repository: redis}", "redis: no service has this image".to_owned()),
        ("acme/shop:2.0.2-quote", "acme/shop:2.0.2-quote: no service has this image".to_owned()),
        ("acme/shop:-cart", format!("acme/shop:-cart: {not_an_image}")),
        ("acme/both:1", "acme/both:1: it is an image of `other-twin` and `twin`".to_owned()),
        ("\"{{ .Values.image }}\"", format!("{{{{ .Values.image }}}}: {not_an_image}")),
        ("${IMAGE}:1", format!("${{IMAGE}}:1: {not_an_image}")),
        ("'acme/orders-api:'", format!("acme/orders-api:: {not_an_image}")),
        ("acme/orders-api@sha256:12", format!("acme/orders-api@sha256:12: {not_an_image}")),
        ("{repository: payments}", "payments: it has no `tag`: the chart's own version decides".to_owned()),
        (
            "{repository: payments, tag: \"\"}",
            "payments: it has no `tag`: the chart's own version decides".to_owned(),
        ),
        (
            "{repository: payments, tag: 1.10}",
            "payments: its `tag` 1.10 is a number or a boolean: put it in quotes".to_owned(),
        ),
        (
            "{repository: payments, tag: 1e5}",
            "payments: its `tag` 1e5 is a number or a boolean: put it in quotes".to_owned(),
        ),
        ("{tag: '1'}", "an image: it has a tag but no `repository`".to_owned()),
    ];
    for (image, expected) in cases {
        assert_eq!(values(image), [expected], "{image}");
    }
}

#[test]
fn two_images_that_could_be_one_service_by_its_name_are_a_riddle() {
    let text = "a: {image: 'acme/payments:1'}\nb: {image: 'other/payments:2'}\n";
    let reason =
        "`acme/payments` and `other/payments` could be `payments`: say in its file which `image` it is";
    assert_eq!(said(text), [format!("acme/payments:1: {reason}"), format!("other/payments:2: {reason}")]);
    assert!(read(text).unwrap().services["payments"].is_unsure);
}

#[test]
fn kustomizations_and_values_of_charts_are_understood() {
    let kustomization = "kind: Kustomization\nimages:\n- name: payments\n  newTag: '2.5.0'\n- name: x\n  newName: acme/orders-api\n  newTag: v3\n";
    assert_eq!(said(kustomization), ["orders v3", "payments 2.5.0"]);
    let bare = "resources: [a.yaml]\nimages:\n- {name: payments, digest: 'sha256:00000000000000000000000000000000'}\n- {name: payments, newName: acme/payments}\n";
    assert_eq!(
        said(bare),
        ["payments sha256:00000000000000000000000000000000", "acme/payments: its tag stands in another file"]
    );
    let chart = "global: {tag: x}\nshop:\n  list:\n  - deep:\n      image:\n        registry: registry.example.com:5000\n        repository: acme/orders-api\n        tag: 1.2.3\n  pay: {image: 'payments:42'}\n  nothing: {image: {}}\n";
    assert_eq!(said(chart), ["orders 1.2.3", "payments 42"]);
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: {repository: payments, tag: 42}}}\n";
    assert_eq!(said(release), ["payments 42"]);
}

#[test]
fn workloads_count_as_far_as_they_run() {
    let workload = |kind: &str, spec: &str, status: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: x, generation: 2}}\nspec:\n  {spec}\n  template: {{spec: {{containers: [{{image: 'payments:1'}}]}}}}\n{status}"
        )
    };
    let seen = |text: &str| read(text).unwrap();
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"] {
        assert_eq!(said(&workload(kind, "", "")), ["payments 1"], "{kind}");
    }
    let stopped = seen(&workload("Deployment", "replicas: 0", ""));
    assert!(stopped.services.is_empty());
    assert_eq!(stopped.left_out[0].why, Why::Stopped);
    // Old revisions are kept by the dozen: nobody wants to hear of them.
    assert_eq!(seen(&workload("ReplicaSet", "replicas: 0", "")), Census::default());
    let is_rolling = |text: &str| !seen(text).services["payments"].rolling.is_empty();
    assert!(is_rolling(&workload(
        "Deployment",
        "replicas: 3",
        "status: {replicas: 3, updatedReplicas: 2}\n"
    )));
    assert!(is_rolling(&workload(
        "Deployment",
        "replicas: 3",
        "status: {replicas: 4, updatedReplicas: 3}\n"
    )));
    assert!(is_rolling(&workload(
        "Deployment",
        "",
        "status: {replicas: 1, updatedReplicas: 1, observedGeneration: 1}\n"
    )));
    assert!(is_rolling(&workload(
        "DaemonSet",
        "",
        "status: {desiredNumberScheduled: 3, updatedNumberScheduled: 1}\n"
    )));
    assert!(!is_rolling(&workload(
        "Deployment",
        "replicas: 3",
        "status: {replicas: 3, updatedReplicas: 3, observedGeneration: 2}\n"
    )));
    assert!(said("apiVersion: v1\nkind: ConfigMap\ndata: {image: 'payments:1'}\n").is_empty());
    assert!(said("apiVersion: batch/v1\nkind: CronJob\nspec: {suspend: true, jobTemplate: {spec: {template: {spec: {containers: [{image: 'payments:1'}]}}}}}\n")[0].ends_with("it has no instances"));
    let sidecars = "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: 'payments:1'}, {image: 'payments:2', restartPolicy: Always}]\n  containers: [{image: 'acme/orders-api:3'}]\n";
    assert_eq!(said(sidecars), ["orders 3", "payments 2"]);
    let done = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'payments:1'}]}\nstatus: {phase: Succeeded}\n";
    assert_eq!(read(done).unwrap(), Census::default());
    let several = format!(
        "[{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {pod}}}]",
        pod = "{\"initContainers\": [{\"image\": \"payments:1\"}], \"containers\": [{\"image\": \"payments:2\"}]}"
    );
    assert_eq!(said(&several), ["payments 2"]);
    let list = "kind: DeploymentList\napiVersion: apps/v1\nitems: [{spec: {template: {spec: {containers: [{image: 'payments:7'}]}}}}]\n";
    assert_eq!(said(list), ["payments 7"]);
}

#[test]
fn documents_anchors_and_merge_keys_are_read_as_yaml_means_them() {
    let text = "a: &base {image: {repository: payments, tag: &tag '7'}}\nb:\n  <<: *base\n  other: {image: {repository: acme/orders-api, tag: *tag}}\n---\n\n---\nimage: payments:8\n...\n---\nimage: &i payments:9\nx: {image: *i}\n";
    assert_eq!(said(text), ["orders 7", "payments 7 8 9"]);
    let own = "base: &base {repository: payments, tag: '1'}\nimage: {tag: '2', <<: *base}\n";
    assert_eq!(said(own), ["payments 2"], "what a table says itself wins");
    let json =
        "{\"a\": {\"image\": \"payments:\\u0031\"}}\n{\"image\": \"payments:2\", \"\\ud83d\\ude00\": 1}";
    assert_eq!(said(json), ["payments 1 2"], "JSON with surrogates, one value after another");
    assert_eq!(said("{image: payments:3}"), ["payments 3"], "no JSON, but YAML");
    assert_eq!(said("\u{feff}image: payments:3\r\n"), ["payments 3"]);
}

#[test]
fn hostile_manifests_are_refused_with_a_reason() {
    let mut bomb = String::from("a0: &a0 {image: x}\n");
    for level in 1..40 {
        let inner = format!("*a{}, ", level - 1).repeat(9);
        let _ = writeln!(bomb, "a{level}: &a{level} [{inner}]");
    }
    let mut merges = String::from("a: &a\n");
    merges.extend((0..3_000).map(|key| format!("  k{key}: {{image: x}}\n")));
    merges.extend((0..3_000).map(|key| format!("b{key}: {{<<: *a}}\n")));
    let mut chain = String::from("a0: &a0 {image: x}\n");
    chain.extend((1..100_000).map(|link| format!("a{link}: &a{link} {{x: *a{}}}\n", link - 1)));
    let cases = [
        (bomb, "unfolds to more than 2000000 values"),
        (merges, "unfolds to more than 2000000 values"),
        (chain, "its aliases nest more than 128 levels deep"),
        ("- ".repeat(100_000), "nests more than 128 levels deep"),
        ("[".repeat(100_000), "recursion limit exceeded"),
        ("{\"a\":".repeat(100_000), "recursion limit exceeded"),
        ("a: &a {image: *a}\n".to_owned(), "an alias stands inside of what it stands for"),
        ("a: *nothing\n".to_owned(), "unknown anchor"),
        ("image: a\nimage: b\n".to_owned(), "line 2: `image` stands twice in one table"),
        ("{\"image\": \"a\", \"image\": \"b\"}".to_owned(), "`image` stands twice in one table"),
        ("{{ if .Values.x }}\nkind: Pod\n".to_owned(), "of a template, give what it is rendered to"),
        ("a: [\n".to_owned(), "line "),
        ("x: \"\0\"\n".to_owned(), "line 1"),
    ];
    for (text, expected) in cases {
        let shown: String = text.chars().take(40).collect();
        let reason = read(&text).expect_err(&shown);
        assert!(reason.contains(expected), "{shown}: {reason}");
    }
    let manifest = |bytes: Vec<u8>| census(&[Manifest { name: "m".into(), bytes }], &[]).unwrap_err().reason;
    assert_eq!(manifest(b"a: \xff".to_vec()), "it is not UTF-8 text");
    assert_eq!(manifest(vec![b' '; (64 << 20) + 1]), "it is larger than 64 MiB: give it in parts");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A record with a slip in it is refused, or edited into one that can be read again.
    #[test]
    fn a_broken_record_is_never_made_worse(
        entries in prop::collection::vec(arbitrary_entry(), 0..4),
        inline: bool,
        cut in 0..200_usize,
        slip in "[\\[\\]{}=\"',.#\\na-z0-9 -]{0,6}",
    ) {
        let mut text = file_of(&entries, inline);
        let at = cut.min(text.len());
        let end = (at + slip.len() / 2).min(text.len());
        text.replace_range(at..end, &slip);
        if let Ok(mut record) = Record::parse(&text) {
            let scope = Scope { service: "a", instance: None };
            let wanted = join(scope, &record.entries().unwrap(), &entry("a", "9", None), Join::Add).unwrap();
            record.rewrite(scope, &wanted).unwrap();
            record.set_recorded_at(AT).unwrap();
            let again = Record::parse(&record.text());
            prop_assert!(again.is_ok(), "{}\n---\n{}", text, record.text());
            prop_assert_eq!(again.unwrap().entries().unwrap().iter().filter(|e| e.version == "9").count(), 1);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[ \\na-c&*<:{}\\[\\],'\"|>?!%@#0-9-]{0,80}") {
        let _ = read(&text);
    }
}

/// A workspace with one service and what is live in production.
fn workspace(live: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", SETTINGS.as_bytes());
    write(folder.path(), "services/orders.toml", b"description = \"Orders\"\nowner = \"it\"\n");
    write(folder.path(), "deployments/production.toml", live.as_bytes());
    folder
}

fn target(root: &Path, environment: &str) -> Target {
    Target { root: root.to_owned(), environment: environment.to_owned(), recorded_at: AT, dry_run: false }
}

const LIVE: &str = "recorded_at = 2026-11-20T09:14:03Z\n[[live]]\nservice = \"orders\"\nversion = \"1\"\n";

#[test]
fn a_file_that_check_refuses_is_left_as_it_is() {
    let double = format!("{LIVE}[[live]]\nservice = \"gone\"\nversion = \"1\"\n");
    for (live, expected) in [
        ("recorded_at = 2026-11-20T09:14:03Z\n[[live]]\nservice = \"ord", "cannot be edited"),
        ("<<<<<<< HEAD\n=======\n>>>>>>> x\n", "unresolved merge conflict"),
        ("recorded_at = 2026-11-20T09:14:03Z\nlive = 1\n", "`live` is not a list"),
        (double.as_str(), "would not pass `flagc check`: there is no service `gone`"),
    ] {
        let folder = workspace(live);
        let error =
            deployed::set(&target(folder.path(), "production"), &entry("orders", "2", None), Join::Unless)
                .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.exit_code(), 2);
        let path = folder.path().join("deployments/production.toml");
        assert_eq!(fs::read_to_string(path).unwrap(), live);
    }
}

#[test]
fn an_edit_heals_what_it_is_about() {
    let double = format!("{LIVE}[[live]]\nservice = \"orders\"\nversion = \"1\"\n");
    let folder = workspace(&double);
    let edited =
        deployed::set(&target(folder.path(), "production"), &entry("orders", "1", None), Join::Unless)
            .unwrap();
    assert_eq!(edited.services[0].after.len(), 1);
    assert!(common::check(folder.path()).findings.is_empty());
}

#[test]
fn a_missing_file_is_made_with_the_schema_of_the_others() {
    let folder = workspace(&format!("#:schema https://example.com/deployment.schema.json\n{LIVE}"));
    let edited =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "latest", Some("eu")), Join::Unless)
            .unwrap();
    assert!(edited.written);
    let text = fs::read_to_string(edited.path).unwrap();
    let expected = "#:schema https://example.com/deployment.schema.json\nrecorded_at = 2026-11-23T08:00:00Z\n\n[[live]]\nservice = \"orders\"\nversion = \"latest\"\ninstance = \"eu\"\n";
    assert_eq!(text, expected);
    assert!(common::check(folder.path()).findings.is_empty());
}

#[test]
fn nothing_is_written_where_another_thing_stands() {
    let folder = workspace(LIVE);
    let link = folder.path().join("deployments/dev.toml");
    #[cfg(unix)]
    std::os::unix::fs::symlink("production.toml", &link).unwrap();
    let error =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "2", None), Join::Add).unwrap_err();
    assert!(error.to_string().contains("deployments/dev.toml"), "{error}");
    assert!(link.symlink_metadata().unwrap().is_symlink());
    fs::remove_file(&link).unwrap();
    write(folder.path(), ".gitignore", b"dev.toml\n");
    write(folder.path(), "deployments/dev.toml", b"mine");
    let error =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "2", None), Join::Add).unwrap_err();
    assert!(error.to_string().contains("flagc does not read it"), "{error}");
}

#[test]
fn versions_of_any_kind_come_back_as_they_were_given() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let folder = workspace(LIVE);
    for version in ["latest", "2024.11.3", "v1.2", digest.as_str(), "\"quoted\"", "a\\b", "ü'", "1.0.0+build"]
    {
        let edited = deployed::set(
            &target(folder.path(), "production"),
            &entry("orders", version, None),
            Join::Unless,
        )
        .unwrap();
        assert_eq!(edited.services[0].after[0].version, version);
        assert!(common::check(folder.path()).findings.is_empty());
    }
    for version in ["", " ", " 1", "1\u{1b}[0m", "1\u{202e}2", "1\n2", &"1".repeat(300)] {
        let set = deployed::set(
            &target(folder.path(), "production"),
            &entry("orders", version, None),
            Join::Unless,
        );
        assert!(set.is_err(), "{version:?}");
    }
}

#[test]
fn an_import_that_is_not_sure_of_a_service_leaves_it() {
    let folder = workspace(LIVE);
    let text = "a: {image: 'orders:2'}\nb: {image: {repository: orders, tag: 1.10}}\n";
    let manifest = Manifest { name: "m".to_owned(), bytes: text.as_bytes().to_vec() };
    let imported =
        deployed::import(&target(folder.path(), "production"), None, vec![Origin::Text(manifest)]).unwrap();
    assert!(!imported.edited.written);
    assert_eq!(imported.left, [("orders".to_owned(), "not all of it could be read".to_owned())]);
    assert_eq!(fs::read_to_string(folder.path().join("deployments/production.toml")).unwrap(), LIVE);
}

#[test]
fn a_version_without_a_visible_character_is_no_version() {
    for (version, rule) in [("", "empty-value"), (" ", "invalid-value"), ("\\t", "invalid-value")] {
        let folder = workspace(&LIVE.replace("\"1\"", &format!("\"{version}\"")));
        assert_eq!(common::check(folder.path()).rules(), [rule], "{version:?}");
    }
}
