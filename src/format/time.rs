//! Dates, instants and durations as they stand in files.

use std::borrow::Cow;
use std::fmt;

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::syntax::de::DATETIME;

/// A calendar day, as in `expires = 2026-12-31`; it ends at 24:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub civil::Date);

/// A point in time in whole seconds since 1970-01-01T00:00:00Z, as in `at = 2026-12-01T09:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub i64);

/// A number of days, as in `max_age = "60d"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u32);

impl Days {
    /// The same in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.0) * DAY
    }
}

/// A length of time in seconds, as in `max_age = "12h"`: minutes, hours or days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(pub i64);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.0 {
            seconds if seconds >= 2 * DAY => (seconds / DAY, "days"),
            seconds if seconds >= 2 * HOUR => (seconds / HOUR, "hours"),
            seconds if seconds >= 2 * MINUTE => (seconds / MINUTE, "minutes"),
            seconds => (seconds, "seconds"),
        };
        write!(f, "{count} {unit}")
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} s", self.0),
        }
    }
}

struct DatetimeText;

impl Visitor<'_> for DatetimeText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date without quotes")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_newtype_struct(DATETIME, DatetimeText)?;
        text.parse().map(Self).map_err(|_| D::Error::custom("expected a plain date such as `2026-12-31`"))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_newtype_struct(DATETIME, DatetimeText)?;
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| {
            D::Error::custom("expected a date and time with an offset, such as `2026-12-01T09:00:00Z`")
        })?;
        if timestamp.subsec_nanosecond() != 0 {
            return Err(D::Error::custom("expected a time in whole seconds"));
        }
        Ok(Self(timestamp.as_second()))
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
        days.map(Self).ok_or_else(|| D::Error::custom("expected a number of days such as `60d`"))
    }
}

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let units = [('m', MINUTE), ('h', HOUR), ('d', DAY)];
        let age = units.into_iter().find_map(|(unit, seconds)| {
            let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
            Some(Self(i64::from(count) * seconds))
        });
        age.ok_or_else(|| D::Error::custom("expected minutes, hours or days such as `30m`, `12h` or `7d`"))
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl JsonSchema for Days {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Days".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{0,4}d$" })
    }
}

impl JsonSchema for Age {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Age".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{0,4}[mhd]$" })
    }
}
