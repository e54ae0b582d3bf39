//! Where text goes: results to stdout, all else to stderr, colours where they are wanted.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use flagc::report::visible_lines;

use super::{Color, Format};

/// How to print.
pub(super) struct Output {
    /// The format of the result.
    pub(super) format: Format,
    /// Whether stdout gets colours.
    pub(super) color: bool,
    /// Whether stderr gets colours.
    color_errors: bool,
    /// Columns of the terminal.
    pub(super) width: usize,
    quiet: bool,
    /// Why a result did not get out.
    lost: RefCell<Option<io::Error>>,
}

/// Columns where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;

/// A result as one line of JSON. Answers are plain data with text for keys, which cannot fail.
pub(super) fn json_line<T: Serialize>(value: &T) -> String {
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

impl Output {
    pub(super) fn new(color: Color, format: Format, quiet: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let wanted = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (is_terminal && !set("NO_COLOR")),
        };
        let width =
            std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(DEFAULT_WIDTH);
        Self {
            format,
            color: wanted(io::stdout().is_terminal()),
            color_errors: wanted(io::stderr().is_terminal()),
            width,
            quiet,
            lost: RefCell::new(None),
        }
    }

    /// Prints what was asked for. A reader that has gone away (`flagc … | head`) is no error; see [`Output::lost`] for
    /// those that are.
    pub(super) fn result(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.lost.replace(Some(error));
        }
    }

    /// Prints an answer of a command that has JSON and text for people, and no other format.
    pub(super) fn answer(&self, json: impl FnOnce() -> String, human: impl FnOnce() -> String) {
        match self.format {
            Format::Json => self.result(&json()),
            Format::Human
            | Format::Sarif
            | Format::Github
            | Format::Markdown
            | Format::Html
            | Format::Svg
            | Format::Dot
            | Format::Mermaid => self.result(&human()),
        }
    }

    /// Why a result could not be written, if one could not: a full disk.
    pub(super) fn lost(&self) -> Option<io::Error> {
        self.lost.take()
    }

    /// Says what was done, unless asked to be quiet.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Says why the command could not do its work. What files and bundles had a part in is shown, never obeyed.
    pub(super) fn error(&self, message: &str, help: Option<&str>) {
        let mut stderr = io::stderr().lock();
        let (open, close) = if self.color_errors { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(stderr, "{open}error{close}: {}", visible_lines(message));
        if let Some(help) = help {
            let _ = writeln!(stderr, "  help: {}", visible_lines(help));
        }
    }
}
