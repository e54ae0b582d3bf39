//! Files: what is searched, what is said not to be, and where a key is a word of its own.

use std::fs;
use std::path::Path;

use flagc::references::{Class, Scan, Source, parse, scan};

const KEYS: &[&str] = &["new-checkout", "new-checkout-flow", "pricing.tier"];

fn scanned(prepare: impl Fn(&Path)) -> Scan {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let source =
        Source { service: "orders".to_owned(), shown: "code".to_owned(), path: folder.path().to_path_buf() };
    scan(&[source], KEYS, &folder.path().join("flags")).unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn places(scan: &Scan) -> Vec<(&str, usize, usize, &str, Class)> {
    scan.references
        .iter()
        .map(|found| {
            let place = &found.place;
            (place.file.as_str(), place.line, place.column, found.flag.as_str(), found.class)
        })
        .collect()
}

fn skipped(scan: &Scan) -> Vec<(&str, &str)> {
    scan.skipped.iter().map(|skipped| (skipped.file.as_str(), skipped.reason.as_str())).collect()
}

#[test]
fn a_key_is_a_word_of_its_own() {
    let text = "new-checkout-flows my-new-checkout new-checkout_2 x.new-checkout new-checkout.md newpricing.tier\n\
                \u{e9}new-checkout \u{e9} (new-checkout), 'new-checkout-flow'\n\
                It is new-checkout. And pricing.tier... or new-checkout:\n";
    let found = scanned(|folder| write(folder, "notes.md", text.as_bytes()));
    let expected = [
        (2, 18, "new-checkout"),
        (2, 34, "new-checkout-flow"),
        (3, 7, "new-checkout"),
        (3, 25, "pricing.tier"),
        (3, 44, "new-checkout"),
    ];
    let found: Vec<_> =
        places(&found).into_iter().map(|(_, line, column, key, _)| (line, column, key)).collect();
    assert_eq!(found, expected);
}

#[test]
fn paths_say_what_a_mention_is() {
    let found = scanned(|folder| {
        for name in
            ["README.md", "conf/app.yaml", "src/test/java/A.java", "a_test.go", "web/__tests__/a.ts", "a.lua"]
        {
            write(folder, name, b"\"new-checkout\"");
        }
    });
    let classes: Vec<_> = places(&found).iter().map(|found| (found.0.to_owned(), found.4)).collect();
    let expected = [
        ("code/README.md", Class::Doc),
        ("code/a.lua", Class::Unknown),
        ("code/a_test.go", Class::Test),
        ("code/conf/app.yaml", Class::Config),
        ("code/src/test/java/A.java", Class::Test),
        ("code/web/__tests__/a.ts", Class::Test),
    ];
    assert_eq!(classes, expected.map(|(file, class)| (file.to_owned(), class)));
}

#[test]
fn what_is_not_searched_is_said() {
    let found = scanned(|folder| {
        write(folder, "picture.png", b"\x89PNG\0new-checkout");
        let large = fs::File::create(folder.join("dump.sql")).unwrap();
        large.set_len(2 << 30).unwrap();
        let line = format!("var a='{}';f(\"new-checkout\");\n", "x".repeat(70_000));
        write(folder, "app.min.js", line.as_bytes());
        write(folder, "latin.go", b"// caf\xe9 new-checkout\n");
        let wide: Vec<u8> = "\u{feff}new-checkout".encode_utf16().flat_map(u16::to_le_bytes).collect();
        write(folder, "wide.txt", &wide);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder, folder.join("loop")).unwrap();
            let status = std::process::Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap();
            assert!(status.success());
        }
    });
    let mut expected =
        vec![("code/app.min.js", "long-lines"), ("code/dump.sql", "large"), ("code/picture.png", "binary")];
    if cfg!(unix) {
        expected.insert(2, ("code/loop", "link"));
        expected.push(("code/pipe", "special"));
    }
    assert_eq!(skipped(&found), expected);
    let files: Vec<_> = places(&found).iter().map(|found| (found.0.to_owned(), found.4)).collect();
    assert_eq!(
        files,
        [
            ("code/app.min.js".to_owned(), Class::Unknown),
            ("code/latin.go".to_owned(), Class::Comment),
            ("code/wide.txt".to_owned(), Class::Doc)
        ]
    );
    assert!(!found.is_complete("orders"), "a mention may stand in the large file");
}

#[test]
fn ignored_files_and_the_workspace_itself_are_left_out() {
    let found = scanned(|folder| {
        write(folder, ".gitignore", b"build/\n");
        write(folder, "build/a.go", b"\"new-checkout\"");
        write(folder, "flags/new-checkout.toml", b"\"new-checkout\"");
        write(folder, ".git/config", b"\"new-checkout\"");
        write(folder, ".github/workflows/ci.yml", b"\"new-checkout\"");
    });
    let files: Vec<_> = places(&found).iter().map(|found| found.0.to_owned()).collect();
    assert_eq!(files, ["code/.github/workflows/ci.yml"]);
}

#[test]
fn only_what_git_ignores_is_left_out() {
    let found = scanned(|folder| {
        write(folder, ".ignore", b"a.go\n");
        write(folder, ".git/info/exclude", b"b.go\n");
        write(folder, "a.go", b"\"new-checkout\"");
        write(folder, "b.go", b"\"new-checkout\"");
    });
    let files: Vec<_> = places(&found).iter().map(|found| found.0.to_owned()).collect();
    assert_eq!(files, ["code/a.go", "code/b.go"]);
}

#[test]
fn a_service_without_a_file_was_not_searched() {
    let empty = scanned(|_| {});
    assert!(!empty.is_complete("orders"));
    let ignored = scanned(|folder| write(folder, ".gitignore", b"*\n"));
    assert!(!ignored.is_complete("orders"));
}

#[cfg(unix)]
#[test]
fn code_behind_a_link_may_name_a_flag() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "a.go", b"\"new-checkout\"");
    let linked = |to: &Path, name: &str| {
        scanned(|folder| {
            write(folder, "main.go", b"package main\n");
            std::os::unix::fs::symlink(to, folder.join(name)).unwrap();
        })
    };
    let found = linked(&outside.path().join("a.go"), "linked.go");
    assert_eq!(skipped(&found), [("code/linked.go", "link-out")]);
    assert!(!found.is_complete("orders"));
    for (to, name) in [("main.go", "b.go"), ("nowhere", "c.go"), ("/dev/null", "LICENSE")] {
        let found = linked(Path::new(to), name);
        assert_eq!(skipped(&found), [(format!("code/{name}").as_str(), "link")]);
        assert!(found.is_complete("orders"), "{name}");
    }
}

#[test]
fn many_files_are_found_alike_whatever_the_threads_do() {
    let prepare = |folder: &Path| {
        for number in 0..3_000 {
            let text = format!(
                "package p\n\nfunc f(flags Flags) bool {{ return flags.IsEnabled(\"new-checkout\") }} // {number}\n"
            );
            write(folder, &format!("p{}/f{number}.go", number % 50), text.as_bytes());
        }
    };
    let (one, other) = (scanned(prepare), scanned(prepare));
    assert_eq!(one, other);
    assert_eq!((one.references.len(), one.files["orders"]), (3_000, 3_000));
    assert!(one.references.iter().all(|found| found.class == Class::Read));
}

/// `cargo test --test references -- --ignored`
#[test]
#[ignore = "writes 200,000 files"]
fn two_hundred_thousand_files_are_all_searched() {
    let scan = scanned(|folder| {
        for number in 0..200_000 {
            let read = if number % 500 == 0 { "client.getBooleanValue('new-checkout', false)" } else { "0" };
            let text = format!("export const value{number} = () => {read};\n");
            write(folder, &format!("a{}/b{}/c{number}.ts", number % 97, number % 31), text.as_bytes());
        }
    });
    assert_eq!((scan.files["orders"], scan.references.len(), scan.skipped.len()), (200_000, 400, 0));
    assert!(scan.references.iter().all(|found| found.class == Class::Read));
}

#[test]
fn code_that_is_nested_without_end_or_is_no_code_is_searched() {
    let found = scanned(|folder| {
        let deep = format!("f({}\"new-checkout\"{});", "(".repeat(100_000), ")".repeat(100_000));
        write(folder, "deep.ts", deep.as_bytes());
        write(folder, "none.java", b"}}}} \"new-checkout\" ((( class enum");
        write(folder, "empty.py", b"");
        let levels: String = (0..1500).flat_map(|level| [" ".repeat(level), "if x:\n".to_owned()]).collect();
        write(folder, "levels.py", format!("{levels}{}\"new-checkout\"\n", " ".repeat(1500)).as_bytes());
        let word = format!("x = <<{0}\nnew-checkout\n{0}\n", "A".repeat(300));
        write(folder, "word.rb", word.as_bytes());
    });
    assert_eq!(found.references.len(), 4);
    assert_eq!(
        skipped(&found),
        [("code/deep.ts", "long-lines"), ("code/levels.py", "nested"), ("code/word.rb", "nested")]
    );
}

/// What takes the square of its length to understand would take minutes here.
#[test]
fn long_and_deep_code_takes_no_more_than_its_length() {
    let many = 40_000;
    let key = "\"new-checkout\"";
    let found = scanned(|folder| {
        let nested = |open: &str, close: &str| {
            format!(
                "const x =\n{}{key}\n{};",
                format!("{open}\n").repeat(many),
                format!("{close}\n").repeat(many)
            )
        };
        write(folder, "arrays.ts", nested("[", "]").as_bytes());
        write(folder, "objects.ts", nested("{a:", "}").as_bytes());
        write(folder, "functions.ts", nested("a=>", "").as_bytes());
        let chain = format!("class A {{ void f() {{ b\n{}; }} }}", format!(".flag({key})\n").repeat(many));
        write(folder, "Chain.java", chain.as_bytes());
        write(folder, "sum.py", format!("x = (\n{}{key})", format!("{key} +\n").repeat(many)).as_bytes());
        write(folder, "text.ts", format!("const x = `{}`;", "new-checkout \n".repeat(many)).as_bytes());
        write(
            folder,
            "list.rs",
            format!("fn f() {{ g!({}) }}", format!("({key}),\n").repeat(many)).as_bytes(),
        );
    });
    assert_eq!(found.references.len(), 3 + many + many + 1 + many + many);
}

#[test]
fn a_key_that_was_asked_for_before_it_had_a_flag_is_read() {
    let text = r#"{"version":1,"service":"orders","references":[],
        "undefined":[{"key":"young","file":"a.ts","line":3,"column":5},{"key":"none","file":"a.ts","line":4,"column":5}]}"#;
    let scan = parse(text).unwrap().scan;
    let scan = scan.with_keys(&["young"], None);
    assert_eq!(places(&scan), [("a.ts", 3, 5, "young", Class::Read)]);
    let undefined: Vec<_> = scan.undefined.iter().map(|undefined| undefined.key.as_str()).collect();
    assert_eq!(undefined, ["none"]);
}

#[test]
fn a_flag_that_is_younger_than_a_report_may_be_mentioned_there() {
    let text = r#"{"version":1,"service":"orders","references":[],"keys":["old"]}"#;
    let report = parse(text).unwrap();
    let scan = report.scan.with_keys(&["old", "young"], report.keys.as_ref());
    assert!(scan.knows("orders", "old") && !scan.knows("orders", "young"));
    let mut both = Scan::default();
    both.join(scan);
    assert!(!both.knows("orders", "young"));
    // What is written of both together names no key that was not looked for everywhere.
    let header =
        flagc::references::Header { keys: &["old", "young"], ..flagc::references::Header::default() };
    let text = serde_json::to_string(&flagc::references::document(&header, &both)).unwrap();
    assert!(text.contains(r#""keys":["old"]"#), "{text}");
}

#[test]
fn a_report_of_a_later_version_is_told_by_its_version() {
    let error = parse(r#"{"version":2,"found":[]}"#).unwrap_err();
    assert_eq!(error.to_string(), "its version is 2, and only 1 is known here");
}

#[test]
fn a_report_on_a_service_that_was_not_searched_says_so() {
    let text = r#"{"version":1,"service":"orders","references":[],"unsearched":{"orders":"its file names no `code`"}}"#;
    assert!(!parse(text).unwrap().scan.is_complete("orders"));
    let text = r#"{"version":1,"service":"orders","references":[]}"#;
    assert!(parse(text).unwrap().scan.is_complete("orders"));
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let found = scanned(|folder| {
        write(folder, "a.go", b"package p\nvar x = flags.IsEnabled(\"new-checkout\")\n");
        write(folder, "b.png", b"\0");
    });
    let header = flagc::references::Header {
        service: Some("orders"),
        keys: &["new-checkout"],
        ..flagc::references::Header::default()
    };
    let text = serde_json::to_string(&flagc::references::document(&header, &found)).unwrap();
    assert!(text.starts_with("{\"version\":1,\"service\":\"orders\","), "{text}");
    let keys = Some(std::iter::once("new-checkout".to_owned()).collect());
    assert_eq!(parse(&text).unwrap(), flagc::references::Report { scan: found, time: None, keys });
}
