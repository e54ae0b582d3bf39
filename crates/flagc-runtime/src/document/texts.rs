//! The texts of a document's rules, each held once: names of attributes and variants, and constants, stand in many rules.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::operator::{Place, Rules, Text};

/// Where the texts that are known lie, and, of those that were asked for as attributes, their names.
#[derive(Default)]
pub(super) struct Known<'a> {
    texts: HashMap<Cow<'a, str>, (Text, Option<Place>), RandomState>,
}

impl<'a> Known<'a> {
    /// The place of a text.
    pub(super) fn text(&mut self, text: Cow<'a, str>, rules: &mut Rules) -> Result<Text, String> {
        if let Some((held, _)) = self.texts.get(&text) {
            return Ok(*held);
        }
        let held = rules.add_text(&text)?;
        self.texts.insert(text, (held, None));
        Ok(held)
    }

    /// The place of the name of an attribute.
    pub(super) fn name(&mut self, name: Cow<'a, str>, rules: &mut Rules) -> Result<Place, String> {
        if let Some((_, Some(held))) = self.texts.get(&name) {
            return Ok(*held);
        }
        let text = self.text(name.clone(), rules)?;
        let held = rules.add_name(text)?;
        self.texts.insert(name, (text, Some(held)));
        Ok(held)
    }
}
