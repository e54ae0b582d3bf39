//! How old a head may be, as people write it: `7d`.

use serde::{Deserialize, Serialize};

/// A length of time: a whole number and a unit, one of `s`, `m`, `h`, `d`, `w`. It is written as it was read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Age {
    text: String,
    seconds: i64,
}

impl Age {
    /// Reads `30s`, `15m`, `12h`, `7d` or `2w`; `None` for anything else, and for zero.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = match text.bytes().last()? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            b'w' => 604_800,
            _ => return None,
        };
        let digits =
            text.get(..text.len() - 1).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let seconds = digits.parse::<i64>().ok()?.checked_mul(unit).filter(|seconds| *seconds > 0)?;
        Some(Self { text: text.to_owned(), seconds })
    }

    /// The length in seconds.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }
}

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not a length of time such as `12h` or `7d`"))
    }
}

impl From<Age> for String {
    fn from(age: Age) -> Self {
        age.text
    }
}
