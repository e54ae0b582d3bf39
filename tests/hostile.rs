//! What a workspace may hold without a panic, a hang or a lost finding.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use common::{Checked, FLAG, SETTINGS, check, write};
use tempfile::TempDir;

/// Far beyond what any of these takes, far below patience: a hang fails instead of standing still.
const PATIENCE: Duration = Duration::from_secs(60);

/// A workspace with the settings and nothing else.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", SETTINGS.as_bytes());
    folder
}

/// Checks a workspace in a thread of its own, and gives up on it after a while.
fn check_in_time(root: &Path) -> Checked {
    let (sender, receiver) = std::sync::mpsc::channel();
    let root = root.to_path_buf();
    std::thread::spawn(move || sender.send(check(&root)));
    receiver.recv_timeout(PATIENCE).expect("neither a panic nor a hang")
}

/// Checks a flag's file made of these bytes.
fn check_flag(bytes: &[u8]) -> Checked {
    let folder = workspace();
    write(folder.path(), "new-checkout.toml", bytes);
    check_in_time(folder.path())
}

fn assert_only(checked: &Checked, rule: &str) {
    let found = checked.rules();
    assert!(!found.is_empty() && found.iter().all(|other| *other == rule), "{rule}: {}", checked.render());
}

#[test]
fn bytes_that_are_no_text_are_told_and_the_other_files_are_read() {
    let folder = workspace();
    write(folder.path(), "a.toml", &[FLAG.as_bytes(), &[0xff, 0xfe, 0x00]].concat());
    write(folder.path(), "b.toml", FLAG.replace("release", "relase").as_bytes());
    assert_eq!(check_in_time(folder.path()).rules(), ["not-utf8", "unknown-kind"]);
}

#[test]
fn all_kinds_of_file_may_be_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        "flagc.toml",
        "a.toml",
        "deployments/dev.toml",
        "releases/r.toml",
        "segments/s.toml",
        "services/o.toml",
    ];
    for file in files {
        write(folder.path(), file, &[0xc3, 0x28]);
    }
    let checked = check_in_time(folder.path());
    let found = checked.rules().iter().filter(|rule| **rule == "not-utf8").count();
    assert_eq!(found, files.len(), "{}", checked.render());
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    assert_eq!(check_flag(format!("\u{feff}{FLAG}").as_bytes()).render(), "");
    let slip = check_flag(format!("\u{feff}{}", FLAG.replace("release", "relase")).as_bytes());
    assert_eq!(slip.marked(), [("unknown-kind", "\"relase\"")]);
}

#[test]
fn windows_line_ends_are_no_mistake() {
    let text = FLAG.replace('\n', "\r\n");
    assert_eq!(check_flag(text.as_bytes()).render(), "");
    let slip = check_flag(text.replace("release", "relase").as_bytes());
    assert_eq!(slip.marked(), [("unknown-kind", "\"relase\"")]);
    let conflict = format!("{text}{} HEAD\r\n", "<".repeat(7));
    assert_only(&check_flag(conflict.as_bytes()), "merge-conflict");
}

#[test]
fn bare_carriage_returns_and_nul_are_told() {
    for text in
        [FLAG.replace('\n', "\r"), format!("{FLAG}\0"), format!("{FLAG}# \0\n"), FLAG.replace("New", "\0")]
    {
        assert_only(&check_flag(text.as_bytes()), "syntax-error");
    }
    assert_only(&check_flag(&[0; 4096]), "syntax-error");
}

#[test]
fn an_empty_file_lacks_what_is_required() {
    assert_eq!(check_flag(b"").rules(), ["missing-key"; 4]);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", b"");
    assert_only(&check_in_time(folder.path()), "missing-key");
}

#[test]
fn the_limit_of_a_file_is_one_mebibyte() {
    let limit = 1024 * 1024;
    let padded = |size: usize| format!("{FLAG}#{}\n", "x".repeat(size - FLAG.len() - 2));
    assert_eq!(check_flag(padded(limit).as_bytes()).render(), "");
    assert_only(&check_flag(padded(limit + 1).as_bytes()), "file-too-large");
    assert_only(&check_flag(&vec![b'\n'; 64 * limit]), "file-too-large");
}

#[test]
fn nesting_of_a_hundred_thousand_is_told() {
    let deep = |open: &str, close: &str| {
        format!("{FLAG}links = {}{}\n", open.repeat(100_000), close.repeat(100_000))
    };
    for text in [deep("[", "]"), deep("{ a = ", "}"), deep("[", ""), deep("{ a = ", "")] {
        let checked = check_flag(text.as_bytes());
        assert!(checked.rules().contains(&"syntax-error"), "{:.2000}", checked.render());
    }
    let dotted = format!("{FLAG}{} = 1\n", ["a"].repeat(100_000).join("."));
    assert_only(&check_flag(dotted.as_bytes()), "syntax-error");
    let header = format!("{FLAG}[{}]\n", ["a"].repeat(100_000).join("."));
    assert_only(&check_flag(header.as_bytes()), "syntax-error");
    // No single line is deep, but their sum is.
    let path = ["a"; 60].join(".");
    let sum = format!("{FLAG}[{path}]\n{path} = {{ {path} = {{ {path} = 1 }} }}\n");
    assert!(check_flag(sum.as_bytes()).rules().contains(&"syntax-error"));
}

#[test]
fn conditions_nest_as_deep_as_the_parser_reads() {
    let nested = |depth: usize| {
        let (open, close) = ("{ any = [".repeat(depth), "] }".repeat(depth));
        format!("{FLAG}[[rules]]\nif = {open}{{ targetingKey = \"u-1\" }}{close}\nserve = \"on\"\n")
    };
    assert_eq!(check_flag(nested(30).as_bytes()).render(), "");
    for depth in [100, 10_000, 70_000] {
        assert!(check_flag(nested(depth).as_bytes()).rules().contains(&"syntax-error"), "{depth}");
    }
    let not = format!(
        "{FLAG}[[rules]]\nserve = \"on\"\n[rules.if{}]\ntargetingKey = \"u-1\"\n",
        ".not".repeat(100_000)
    );
    assert_only(&check_flag(not.as_bytes()), "syntax-error");
}

#[test]
fn a_key_of_a_mebibyte_is_told() {
    let key = "k".repeat(1024 * 1024 - FLAG.len() - 40);
    let checked = check_flag(format!("{FLAG}{key} = 1\n").as_bytes());
    assert_eq!(checked.marked(), [("unknown-key", key.as_str())]);
    let variant = check_flag(format!("{}[variants]\noff = false\n", FLAG.replace("off", &key)).as_bytes());
    assert_only(&variant, "unknown-variant");
}

#[test]
fn a_hundred_thousand_keys_in_one_table_are_all_told() {
    let keys = 100_000;
    let text = (0..keys).fold(FLAG.to_owned(), |mut text, key| {
        writeln!(text, "k{key}=1").unwrap();
        text
    });
    assert!(text.len() < 1024 * 1024);
    let checked = check_flag(text.as_bytes());
    assert_eq!(checked.findings.len(), keys);
    assert_only(&checked, "unknown-key");
}

#[test]
fn a_hundred_thousand_duplicates_are_all_told() {
    let copies = 100_000;
    let checked = check_flag(format!("{FLAG}{}", "owner=1\n".repeat(copies)).as_bytes());
    assert_eq!(checked.findings.len(), copies);
    assert_only(&checked, "duplicate-key");
}

#[test]
fn very_many_findings_of_other_kinds_are_all_told() {
    let rules = "[[rules]]\nif = { contry = \"DE\" }\nserve = { onn = 5, on = 120 }\n";
    let count = 15_000;
    let checked = check_flag(format!("{FLAG}{}", rules.repeat(count)).as_bytes());
    let of = |rule: &str| checked.rules().iter().filter(|other| **other == rule).count();
    assert_eq!(
        (of("unknown-attribute"), of("unknown-variant"), of("invalid-value")),
        (count, count, count),
        "{} findings",
        checked.findings.len()
    );
}

/// A help that lists long names for every finding would need memory by the square of the file.
#[test]
fn many_findings_among_long_names_stay_small() {
    let folder = tempfile::tempdir().unwrap();
    let settings = (0..8).fold(SETTINGS.to_owned(), |mut text, number| {
        write!(text, "[context.{}{number}]\ntype = \"string\"\n", "k".repeat(100_000)).unwrap();
        text
    });
    write(folder.path(), "flagc.toml", settings.as_bytes());
    let values: Vec<String> = (0..5_000).map(|number| format!("{number}")).collect();
    let closed = format!("{SETTINGS}[context.id]\ntype = \"string\"\nvalues = {values:?}\n");
    let count = 5_000;
    let flag = |key: &str| {
        format!("{FLAG}{}", format!("[[rules]]\nif = {{ {key} = \"x\" }}\nserve = \"on\"\n").repeat(count))
    };
    write(folder.path(), "a.toml", flag("z").as_bytes());
    let long_names = check_in_time(folder.path());
    write(folder.path(), "flagc.toml", closed.as_bytes());
    write(folder.path(), "a.toml", flag("id").as_bytes());
    let many_values = check_in_time(folder.path());
    for (checked, rule) in [(long_names, "unknown-attribute"), (many_values, "unknown-value")] {
        assert_only(&checked, rule);
        assert_eq!(checked.findings.len(), count);
        let helps: usize = checked.helps().iter().map(|help| help.len()).sum();
        assert!(helps < count * 1_000, "{rule}: {helps} bytes of advice");
    }
}

#[test]
fn numbers_and_dates_out_of_range_are_told() {
    let variants = |value: &str| check_flag(format!("{FLAG}[variants]\noff = 0\non = {value}\n").as_bytes());
    for value in [
        "9007199254740992",
        "-9007199254740992",
        "0x20000000000000",
        "99999999999999999999",
        "nan",
        "-inf",
        "1e999",
    ] {
        assert_only(&variants(value), "number-out-of-range");
    }
    for value in ["9007199254740991", "-9007199254740991", "1e308", "-0.0", "5e-324"] {
        assert_eq!(variants(value).render(), "", "{value}");
    }
    for value in ["2026-02-30", "2026-13-01", "0000-00-00", "2026-12-31T24:00:00Z"] {
        let checked = check_flag(format!("{FLAG}expires = {value}\n").as_bytes());
        assert_only(&checked, "syntax-error");
    }
    for value in ["2026-12-31T10:00:00Z", "10:00:00", "\"2026-12-31\"", "20261231"] {
        let checked = check_flag(format!("{FLAG}expires = {value}\n").as_bytes());
        assert_only(&checked, "wrong-type");
    }
    for at in ["9999-12-31T23:59:59-23:59", "2026-12-31T10:00:00.5Z", "2026-12-31T10:00:00", "2026-12-31"] {
        let checked = check_flag(format!("{FLAG}[[schedule]]\nat = {at}\nserve = \"on\"\n").as_bytes());
        assert_only(&checked, "wrong-type");
    }
}

#[test]
fn every_bidirectional_control_is_told_on_its_own_place() {
    let controls =
        "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    let checked = check_flag(format!("{FLAG}# é{controls}\n").as_bytes());
    assert_only(&checked, "bidi-control");
    let marked: String = checked.marked().iter().map(|(_, text)| *text).collect();
    assert_eq!(marked, controls);
    let hebrew = FLAG.replace("New checkout", "קופה חדשה 🛒");
    assert_eq!(check_flag(hebrew.as_bytes()).render(), "");
}

#[test]
fn a_folder_that_ends_in_toml_is_told_and_its_files_are_read() {
    let folder = workspace();
    write(folder.path(), "old.toml/inside.toml", FLAG.replace("release", "relase").as_bytes());
    assert_eq!(check_in_time(folder.path()).rules(), ["not-a-file", "unknown-kind"]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("flagc.toml")).unwrap();
    assert!(check_in_time(folder.path()).rules().contains(&"not-a-file"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn pipe(root: &Path, name: &str) {
        mknodat(CWD, root.join(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }

    #[test]
    fn a_pipe_is_told_and_never_waited_for() {
        let folder = workspace();
        pipe(folder.path(), "flag.toml");
        let checked = check_in_time(folder.path());
        assert_only(&checked, "not-a-file");
        let folder = tempfile::tempdir().unwrap();
        pipe(folder.path(), "flagc.toml");
        assert!(check_in_time(folder.path()).rules().contains(&"not-a-file"));
    }

    #[test]
    fn links_are_told_and_not_followed() {
        let folder = workspace();
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "secret.toml", b"password = 1\n");
        symlink(outside.path().join("secret.toml"), folder.path().join("a.toml")).unwrap();
        symlink("/dev/zero", folder.path().join("b.toml")).unwrap();
        symlink("nowhere", folder.path().join("c.toml")).unwrap();
        symlink("d.toml", folder.path().join("d.toml")).unwrap();
        symlink(folder.path(), folder.path().join("circle")).unwrap();
        symlink(outside.path(), folder.path().join("elsewhere")).unwrap();
        let checked = check_in_time(folder.path());
        assert_only(&checked, "not-a-file");
        assert_eq!(checked.findings.len(), 4, "{}", checked.render());
        assert!(!checked.render().contains("password"));
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let folder = workspace();
        write(folder.path(), "a.toml", FLAG.as_bytes());
        write(folder.path(), "closed/b.toml", FLAG.as_bytes());
        for path in ["a.toml", "closed"] {
            std::fs::set_permissions(folder.path().join(path), PermissionsExt::from_mode(0o000)).unwrap();
        }
        let closed = std::fs::read(folder.path().join("a.toml")).is_err();
        let checked = check_in_time(folder.path());
        std::fs::set_permissions(folder.path().join("closed"), PermissionsExt::from_mode(0o700)).unwrap();
        if closed {
            assert_eq!(checked.rules(), ["unreadable-file"; 2], "{}", checked.render());
        } else {
            // The superuser may read everything: then there is nothing to tell.
            assert_eq!(checked.render(), "");
        }
    }

    #[test]
    fn names_that_are_no_text_are_told() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let folder = workspace();
        for name in
            [b"\xff.toml".as_slice(), b"a\nb.toml", b"\xe2\x80\xae.toml", b".toml", b"..toml", b"a b.toml"]
        {
            std::fs::write(folder.path().join(OsStr::from_bytes(name)), FLAG).unwrap();
        }
        let checked = check_in_time(folder.path());
        assert_only(&checked, "invalid-name");
        // `.toml` and `..toml` are hidden.
        assert_eq!(checked.findings.len(), 4, "{}", checked.render());
    }

    #[test]
    fn names_that_are_too_long_are_told() {
        let folder = workspace();
        let key = "k".repeat(128);
        write(folder.path(), &format!("{key}.toml"), FLAG.as_bytes());
        assert_eq!(check_in_time(folder.path()).render(), "");
        write(folder.path(), &format!("{key}k.toml"), FLAG.as_bytes());
        assert_only(&check_in_time(folder.path()), "invalid-name");
    }
}

#[test]
fn a_workspace_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert_only(&check_in_time(folder.path()), "unreadable-file");
    assert_only(&check_in_time(&folder.path().join("missing")), "unreadable-file");
}

#[test]
fn broken_settings_do_not_hide_the_flags() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", b"project = \n[[[\n");
    write(folder.path(), "a.toml", FLAG.replace("release", "relase").as_bytes());
    let checked = check_in_time(folder.path());
    assert!(checked.rules().contains(&"syntax-error"), "{}", checked.render());
    assert!(checked.rules().contains(&"unknown-kind"), "{}", checked.render());
}

#[test]
fn findings_do_not_depend_on_threads() {
    let folder = workspace();
    for number in 0..300 {
        let text = format!("{}extra{number} = 1\n", FLAG.replace("release", "relase"));
        write(folder.path(), &format!("team{}/flag{number}.toml", number % 7), text.as_bytes());
    }
    let first = check_in_time(folder.path()).render();
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one_thread.install(|| check(folder.path()).render()), first);
    let many_threads = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    assert_eq!(many_threads.install(|| check(folder.path()).render()), first);
}
