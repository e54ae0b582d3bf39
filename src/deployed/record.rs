//! The file itself: what it lists, and edits that leave comments, order and blank lines as they are.

use jiff::Timestamp;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::change::is_same;
use super::{Entry, Scope};
use crate::format::Instant;

/// A list longer than this is written with an entry on each line.
const LINE: usize = 100;

/// Why a file cannot be edited.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// `live` is no list of tables with texts in them.
    #[error("`live` is not a list of what is live")]
    Live,
    /// The time is none that TOML can write.
    #[error("{0} is no time that TOML can write")]
    Time(Instant),
}

/// A deployment's file.
#[derive(Clone, Debug)]
pub struct Record {
    /// The line for editors, with its end: it stays the first, whatever comes into the file.
    schema: String,
    document: DocumentMut,
    /// Whether lines end as on Windows.
    carriage_returns: bool,
    byte_order_mark: bool,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// How the line for editors begins.
const SCHEMA: &str = "#:schema ";

impl Record {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is no TOML, or does not list what is live.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let bare = text.strip_prefix(BYTE_ORDER_MARK);
        // The editor writes its own line ends: all are made alike, and made what they were at the end.
        let plain = bare.unwrap_or(text).replace("\r\n", "\n");
        let schema = plain.split_inclusive('\n').next().filter(|line| line.starts_with(SCHEMA));
        let schema = schema.unwrap_or_default();
        let document: Result<DocumentMut, toml_edit::TomlError> = plain[schema.len()..].parse();
        let record = Self {
            schema: schema.to_owned(),
            document: document.map_err(|error| RecordError::Syntax(first_line(&error)))?,
            carriage_returns: text.contains("\r\n"),
            byte_order_mark: bare.is_some(),
        };
        record.entries()?;
        Ok(record)
    }

    /// A new file, with the schema that editors shall use if there is one.
    pub fn new(schema: Option<&str>) -> Self {
        let schema = schema.map(|schema| format!("{SCHEMA}{schema}\n")).unwrap_or_default();
        Self { schema, document: DocumentMut::new(), carriage_returns: false, byte_order_mark: false }
    }

    /// The text to be written.
    pub fn text(&self) -> String {
        let mut text = format!("{}{}", self.schema, self.document);
        if self.carriage_returns {
            text = text.replace('\n', "\r\n");
        }
        if self.byte_order_mark {
            text.insert(0, BYTE_ORDER_MARK);
        }
        text
    }

    /// When what is listed was true.
    pub fn recorded_at(&self) -> Option<Instant> {
        let written = self.document.get("recorded_at")?.as_datetime()?;
        let timestamp: Timestamp = written.to_string().parse().ok()?;
        Some(Instant(timestamp.as_second()))
    }

    /// Says when this was true.
    ///
    /// # Errors
    /// [`RecordError::Time`] for years beyond 9999.
    pub fn set_recorded_at(&mut self, at: Instant) -> Result<(), RecordError> {
        let date: toml_edit::Datetime = at.to_string().parse().map_err(|_| RecordError::Time(at))?;
        match self.document.get_mut("recorded_at").and_then(Item::as_value_mut) {
            Some(value) => overwrite(value, date.into()),
            None => drop(self.document.insert("recorded_at", toml_edit::value(date))),
        }
        Ok(())
    }

    /// What is listed as live, in the order of the file.
    ///
    /// # Errors
    /// [`RecordError::Live`].
    pub fn entries(&self) -> Result<Vec<Entry>, RecordError> {
        let tables: Vec<&dyn TableLike> = match self.document.get("live") {
            None => Vec::new(),
            Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table| table as &dyn TableLike).collect(),
            Some(Item::Value(Value::Array(list))) => {
                let tables: Option<Vec<&dyn TableLike>> =
                    list.iter().map(|value| value.as_inline_table().map(|t| t as &dyn TableLike)).collect();
                tables.ok_or(RecordError::Live)?
            }
            Some(_) => return Err(RecordError::Live),
        };
        tables.into_iter().map(|table| entry_of(table).ok_or(RecordError::Live)).collect()
    }

    /// Makes the entries of the scope those that are wanted. What is wanted and there already is not touched; a
    /// version that takes the place of another in its group of instances takes it in the file, without the
    /// capabilities of the other.
    ///
    /// # Errors
    /// [`RecordError::Live`].
    pub fn rewrite(&mut self, scope: Scope<'_>, wanted: &[Entry]) -> Result<(), RecordError> {
        let entries = self.entries()?;
        let mut plan = Plan::new(scope, &entries, wanted);
        let item = self.document.entry("live").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        match item {
            Item::ArrayOfTables(tables) => apply_to_tables(tables, &mut plan),
            Item::Value(Value::Array(list)) => apply_to_list(list, &mut plan),
            _ => return Err(RecordError::Live),
        }
        if matches!(item, Item::ArrayOfTables(tables) if tables.is_empty()) {
            self.document.remove("live");
        }
        Ok(())
    }
}

/// What becomes of every entry of the file.
struct Plan<'p> {
    /// By position in the file.
    fates: Vec<Fate<'p>>,
    /// What is new, each with the number of entries of the old file that stand before it.
    new: Vec<(usize, &'p Entry)>,
}

#[derive(Clone, Copy)]
enum Fate<'p> {
    Stay,
    Become(&'p Entry),
    Go,
}

impl<'p> Plan<'p> {
    fn new(scope: Scope<'_>, entries: &[Entry], wanted: &'p [Entry]) -> Self {
        let mut left: Vec<&Entry> = wanted.iter().collect();
        let mut fates: Vec<Fate<'p>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let found = left.iter().position(|wanted| is_same(wanted, entry));
            fates.push(match found {
                _ if !scope.covers(entry) => Fate::Stay,
                Some(position) => match left.remove(position) {
                    Entry { capabilities: None, .. } => Fate::Stay,
                    changed => Fate::Become(changed),
                },
                None => Fate::Go,
            });
        }
        for (fate, entry) in fates.iter_mut().zip(entries) {
            let found = left.iter().position(|wanted| wanted.instance == entry.instance);
            if let (Fate::Go, Some(position)) = (*fate, found) {
                *fate = Fate::Become(left.remove(position));
            }
        }
        let new = left.into_iter().map(|new| (place(&new.service, entries), new)).collect();
        Self { fates, new }
    }
}

/// Behind the other entries of its service; else where the order of names has it; else at the end.
fn place(service: &str, entries: &[Entry]) -> usize {
    let own = entries.iter().rposition(|entry| entry.service == service);
    let is_sorted = entries.is_sorted_by_key(|entry| &entry.service);
    match own {
        Some(last) => last + 1,
        None if is_sorted => entries.partition_point(|entry| entry.service.as_str() < service),
        None => entries.len(),
    }
}

fn apply_to_tables(tables: &mut ArrayOfTables, plan: &mut Plan<'_>) {
    // Some people leave no blank lines between entries.
    let is_dense = tables.iter().nth(1).is_some_and(|table| {
        !table.decor().prefix().and_then(|p| p.as_str()).unwrap_or("\n").starts_with('\n')
    });
    // From the end, so that positions stay what they are; one place may take several new entries.
    for (index, entry) in plan.new.drain(..).rev() {
        let mut table = Table::new();
        fill(&mut table, entry);
        table.decor_mut().set_prefix(if is_dense && index > 0 { "" } else { "\n" });
        // It is written behind the one before it.
        table.set_position(tables.get(index.wrapping_sub(1)).and_then(Table::position));
        tables.insert(index, table);
        plan.fates.insert(index.min(plan.fates.len()), Fate::Stay);
    }
    for (index, fate) in plan.fates.iter().enumerate().rev() {
        match fate {
            Fate::Stay => {}
            Fate::Go => drop(tables.remove(index)),
            Fate::Become(entry) => {
                if let Some(table) = tables.get_mut(index) {
                    change(table, entry);
                }
            }
        }
    }
}

fn apply_to_list(list: &mut Array, plan: &mut Plan<'_>) {
    for (index, entry) in plan.new.drain(..).rev() {
        let mut table = InlineTable::new();
        fill(&mut table, entry);
        let like = list.get(index.saturating_sub(1)).map(|value| value.decor().clone());
        let mut value = Value::InlineTable(table);
        if let Some(decor) = like.filter(|_| index > 0) {
            *value.decor_mut() = decor;
        }
        list.insert_formatted(index, value);
        plan.fates.insert(index.min(plan.fates.len()), Fate::Stay);
    }
    for (index, fate) in plan.fates.iter().enumerate().rev() {
        match fate {
            Fate::Stay => {}
            Fate::Go => drop(list.remove(index)),
            Fate::Become(entry) => {
                if let Some(table) = list.get_mut(index).and_then(Value::as_inline_table_mut) {
                    change(table, entry);
                }
            }
        }
    }
}

fn fill(table: &mut dyn TableLike, entry: &Entry) {
    table.insert("service", toml_edit::value(&entry.service));
    table.insert("version", toml_edit::value(&entry.version));
    if let Some(instance) = &entry.instance {
        table.insert("instance", toml_edit::value(instance));
    }
    set_capabilities(table, entry.capabilities.as_deref().unwrap_or_default());
}

/// The same group of instances, with another version or with other capabilities.
fn change(table: &mut dyn TableLike, entry: &Entry) {
    if let Some(value) = table.get_mut("version").and_then(Item::as_value_mut)
        && value.as_str() != Some(&entry.version)
    {
        overwrite(value, entry.version.as_str().into());
    }
    set_capabilities(table, entry.capabilities.as_deref().unwrap_or_default());
}

fn set_capabilities(table: &mut dyn TableLike, capabilities: &[String]) {
    if capabilities.is_empty() {
        table.remove("capabilities");
        return;
    }
    let mut list: Array = capabilities.iter().map(String::as_str).collect();
    if list.to_string().len() > LINE {
        for value in list.iter_mut() {
            value.decor_mut().set_prefix("\n  ");
        }
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
    match table.get_mut("capabilities").and_then(Item::as_value_mut) {
        Some(value) if same_texts(value, capabilities) => {}
        Some(value) => overwrite(value, list.into()),
        None => drop(table.insert("capabilities", Item::Value(list.into()))),
    }
}

fn same_texts(value: &Value, texts: &[String]) -> bool {
    value.as_array().is_some_and(|list| {
        list.len() == texts.len() && list.iter().zip(texts).all(|(one, other)| one.as_str() == Some(other))
    })
}

/// Puts a value in the place of another, with the comment behind it.
fn overwrite(old: &mut Value, mut new: Value) {
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

fn entry_of(table: &dyn TableLike) -> Option<Entry> {
    let text = |key: &str| table.get(key).map(|item| item.as_str().map(str::to_owned));
    let capabilities = match table.get("capabilities") {
        None => Vec::new(),
        Some(item) => {
            let list = item.as_array()?.iter().map(|value| value.as_str().map(str::to_owned));
            list.collect::<Option<Vec<String>>>()?
        }
    };
    Some(Entry {
        service: text("service")??,
        version: text("version")??,
        instance: match text("instance") {
            None => None,
            Some(instance) => Some(instance?),
        },
        capabilities: Some(capabilities),
    })
}

fn first_line(error: &toml_edit::TomlError) -> String {
    let message = error.message();
    message.lines().next().unwrap_or_default().to_owned()
}
