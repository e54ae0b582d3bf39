//! Manifests: what they say is live, and what they leave open.

use std::fmt::Write as _;

use flagc::deployed::{Census, Join, Manifest, Record, Scope, ServiceImages, Why, census, join};
use proptest::prelude::*;

use crate::edits::{arbitrary_entry, file_of};
use crate::{AT, entry};

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
