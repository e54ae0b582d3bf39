//! Any bytes as a flagd document to import: no panic, and what is written is TOML that has the keys of a flag.

#![no_main]

use flagc::format::FlagFile;
use flagc::import::{ImportOptions, flagd};
use flagc::syntax::{from_item, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ImportOptions { project: "fuzz", approximate: true, ..ImportOptions::default() };
    let Ok(imported) = flagd(bytes, &options) else { return };
    for file in &imported.files {
        let tree = parse(&file.text);
        assert!(tree.problems.is_empty(), "{:?}\n{}", tree.problems, file.text);
        let typed = from_item::<FlagFile>(tree.root());
        assert!(typed.is_ok(), "{typed:?}\n{}", file.text);
    }
});
