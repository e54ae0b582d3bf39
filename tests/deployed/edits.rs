//! Edits of the text: what is not about the change stays as it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use flagc::deployed::{Entry, Join, Record, Scope, join, remove, unified};
use proptest::prelude::*;

use crate::{AT, entry};

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

pub fn arbitrary_entry() -> impl Strategy<Value = Entry> {
    let name = |names: &'static [&'static str]| prop::sample::select(names);
    let capabilities = prop::collection::vec(name(&["a:on", "b:off"]), 0..3);
    (name(&["a", "b", "c"]), name(&["1", "2", "latest"]), prop::option::of(name(&["eu", "us"])), capabilities)
        .prop_map(|(service, version, instance, capabilities)| Entry {
            capabilities: Some(capabilities.into_iter().map(str::to_owned).collect()),
            ..entry(service, version, instance)
        })
}

pub fn file_of(entries: &[Entry], inline: bool) -> String {
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
