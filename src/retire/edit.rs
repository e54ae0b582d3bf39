//! The edits of the workspace's files: what names a flag goes, and comments, order and layout of all else stay.

use toml_edit::{Array, DocumentMut, Item, RawString, TableLike, Value};

/// Why a file cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// What is to go is not there.
    #[error("`{0}` is not where it was")]
    Missing(String),
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a flag's file without a requirement; the table goes with its last entry.
///
/// # Errors
/// [`EditError`].
pub fn without_requirement(text: &str, key: &str) -> Result<String, EditError> {
    edited(text, |document| {
        let missing = || EditError::Missing(key.to_owned());
        let requires = document.get_mut("requires").and_then(Item::as_table_like_mut).ok_or_else(missing)?;
        take_out(requires, key).ok_or_else(missing)?;
        if requires.is_empty() {
            document.remove("requires");
        }
        Ok(())
    })
}

/// The text of a release's file without a flag; `None` where it was the last one.
///
/// # Errors
/// [`EditError`].
pub fn without_flag(text: &str, key: &str) -> Result<Option<String>, EditError> {
    let mut left = 0;
    let text = edited(text, |document| {
        let missing = || EditError::Missing(key.to_owned());
        let flags = document.get_mut("flags").and_then(Item::as_array_mut).ok_or_else(missing)?;
        let mut index = flags.iter().position(|flag| flag.as_str() == Some(key));
        index.ok_or_else(missing)?;
        while let Some(found) = index {
            remove(flags, found);
            index = flags.iter().position(|flag| flag.as_str() == Some(key));
        }
        left = flags.len();
        Ok(())
    })?;
    Ok((left > 0).then_some(text))
}

/// Parses, edits and writes again, with line ends and byte order mark as they were.
fn edited(
    text: &str,
    edit: impl FnOnce(&mut DocumentMut) -> Result<(), EditError>,
) -> Result<String, EditError> {
    let bare = text.strip_prefix(BYTE_ORDER_MARK);
    // The editor writes its own line ends: all are made alike, and made what they were at the end.
    let plain = bare.unwrap_or(text).replace("\r\n", "\n");
    let first_line =
        |error: &toml_edit::TomlError| error.message().lines().next().unwrap_or_default().to_owned();
    let mut document: DocumentMut =
        plain.parse().map_err(|error: toml_edit::TomlError| EditError::Syntax(first_line(&error)))?;
    edit(&mut document)?;
    let mut written = document.to_string();
    if text.contains("\r\n") {
        written = written.replace('\n', "\r\n");
    }
    if bare.is_some() {
        written.insert(0, BYTE_ORDER_MARK);
    }
    Ok(written)
}

/// Takes an entry out of a table. What stands before the closing brace of a table on one line stays there.
fn take_out(table: &mut dyn TableLike, key: &str) -> Option<Item> {
    let gone = table.remove(key)?;
    let end = gone.as_value().and_then(|value| text_of(value.decor().suffix())).unwrap_or_default();
    if !end.is_empty()
        && !end.contains(['\n', '#'])
        && let Some(last) = table.iter_mut().last().and_then(|(_, item)| item.as_value_mut())
        && text_of(last.decor().suffix()).unwrap_or_default().is_empty()
    {
        last.decor_mut().set_suffix(end);
    }
    Some(gone)
}

/// Takes an element out of a list. A comment behind an element belongs to it, and stands in front of the next one: that
/// of the element goes, that of the one before it stays.
fn remove(list: &mut Array, index: usize) {
    let own = list.get(index).map(before).unwrap_or_default();
    let tail = list.get(index).and_then(|value| text_of(value.decor().suffix())).unwrap_or_default();
    list.remove(index);
    let (kept, _) = at_line_end(&own);
    if let Some(next) = list.get_mut(index) {
        let after = before(next);
        let prefix = match at_line_end(&after) {
            (_, Some(rest)) => format!("{kept}{rest}"),
            (_, None) => own,
        };
        next.decor_mut().set_prefix(prefix);
        return;
    }
    let trailing = text_of(Some(list.trailing())).unwrap_or_default();
    let behind = if list.trailing_comma() { trailing } else { tail };
    if let (_, Some(rest)) = at_line_end(&behind) {
        list.set_trailing(format!("{kept}{rest}"));
    } else if !list.trailing_comma()
        && let Some(last) = list.iter_mut().last()
    {
        last.decor_mut().set_suffix(behind);
    }
}

fn before(value: &Value) -> String {
    text_of(value.decor().prefix()).unwrap_or_default()
}

fn text_of(raw: Option<&RawString>) -> Option<String> {
    raw.and_then(RawString::as_str).map(str::to_owned)
}

/// What still stands on the line, and the rest with the line's end; `None` where no line ends.
fn at_line_end(text: &str) -> (&str, Option<&str>) {
    match text.find('\n') {
        Some(end) => (&text[..end], Some(&text[end..])),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn release(flags: &str) -> String {
        format!("# all of it\ndescription = \"New checkout\"   # said so\n{flags}\n")
    }

    fn left_of(flags: &str) -> Option<String> {
        without_flag(&release(flags), "b").unwrap()
    }

    #[test]
    fn a_flag_goes_out_of_a_list_on_one_line() {
        for (before, after) in [
            ("flags = [\"a\", \"b\", \"c\"]", "flags = [\"a\", \"c\"]"),
            ("flags = [\"b\", \"c\"]   # two", "flags = [\"c\"]   # two"),
            ("flags = [ \"a\", \"b\" ]", "flags = [ \"a\" ]"),
            ("flags = [\"a\", \"b\", ]", "flags = [\"a\", ]"),
            ("flags = [\"b\", \"a\", \"b\"]", "flags = [\"a\"]"),
        ] {
            assert_eq!(left_of(before), Some(release(after)), "{before}");
        }
        assert_eq!(left_of("flags = [\"b\"]"), None);
    }

    #[test]
    fn the_comment_behind_a_flag_goes_with_it_and_those_of_others_stay() {
        let all = "flags = [\n  \"a\",  # one\n  # the second\n  \"b\",  # two\n  \"c\",  # three\n]";
        let middle = "flags = [\n  \"a\",  # one\n  \"c\",  # three\n]";
        assert_eq!(left_of(all), Some(release(middle)));
        let last = "flags = [\n  \"a\",  # one\n  \"b\",  # two\n]";
        assert_eq!(left_of(last), Some(release("flags = [\n  \"a\",  # one\n]")));
        let bare = "flags = [\n  \"a\",  # one\n  \"b\"  # two\n]";
        assert_eq!(left_of(bare), Some(release("flags = [\n  \"a\"  # one\n]")));
        let first = "flags = [ # in order\n  \"b\",  # two\n  \"c\",\n]";
        assert_eq!(left_of(first), Some(release("flags = [ # in order\n  \"c\",\n]")));
    }

    #[test]
    fn a_requirement_goes_and_its_table_with_the_last_one() {
        let flag =
            |requires: &str| format!("serve = \"on\"\n{requires}\n[services]   # who\norders = {{}}\n");
        let table = "\n# before it\n[requires]\na = \"on\"   # first\nb = [\"on\", \"canary\"]   # second\n";
        let left = "\n# before it\n[requires]\na = \"on\"   # first\n";
        assert_eq!(without_requirement(&flag(table), "b"), Ok(flag(left)));
        assert_eq!(without_requirement(&flag(left), "a"), Ok(flag("")));
        let inline = "requires = { a = \"on\", b = \"on\" }\n";
        assert_eq!(without_requirement(&flag(inline), "b"), Ok(flag("requires = { a = \"on\" }\n")));
        assert_eq!(without_requirement(&flag("requires.b = \"on\"\n"), "b"), Ok(flag("")));
        let quoted = "requires.a = \"on\"\nrequires.\"b\" = \"on\"   # second\n";
        assert_eq!(without_requirement(&flag(quoted), "b"), Ok(flag("requires.a = \"on\"\n")));
    }

    #[test]
    fn line_ends_and_byte_order_marks_stay() {
        let text = "\u{feff}serve = \"on\"\r\n[requires]\r\na = \"on\"\r\nb = \"on\"\r\n";
        let left = "\u{feff}serve = \"on\"\r\n[requires]\r\na = \"on\"\r\n";
        assert_eq!(without_requirement(text, "b"), Ok(left.to_owned()));
    }

    #[test]
    fn what_is_not_there_is_not_removed() {
        assert_eq!(without_requirement("serve = \"on\"\n", "b"), Err(EditError::Missing("b".to_owned())));
        assert_eq!(without_flag("flags = [\"a\"]\n", "b"), Err(EditError::Missing("b".to_owned())));
    }
}
