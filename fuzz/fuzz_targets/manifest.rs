//! Any bytes as a manifest that says what is live: no panic, and whatever is seen can be recorded and read again.

#![no_main]

use flagc::deployed::{Entry, Manifest, Record, Scope, ServiceImages, census};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let services: Vec<ServiceImages> = ["orders", "payments"]
        .map(|name| ServiceImages { service: name.to_owned(), images: Vec::new() })
        .into();
    let manifest = Manifest { name: "manifest.yaml".to_owned(), bytes: bytes.to_vec() };
    let Ok(census) = census(&[manifest], &services) else { return };
    for (service, seen) in &census.services {
        let entry = |version: &String| Entry {
            service: service.clone(),
            version: version.clone(),
            instance: None,
            capabilities: None,
        };
        let wanted: Vec<Entry> = seen.versions.iter().map(entry).collect();
        let mut record = Record::new(None);
        record.rewrite(Scope { service, instance: None }, &wanted).expect("a new record takes anything");
        let read = Record::parse(&record.text()).expect("what was written can be read").entries();
        let versions: Vec<String> = read.expect("entries").into_iter().map(|entry| entry.version).collect();
        assert_eq!(versions, seen.versions.iter().cloned().collect::<Vec<_>>());
    }
});
