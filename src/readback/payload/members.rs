//! Mappings, lists and scalars: what is there is taken by name, and what is left over is told.

use super::super::Doubt;
use super::super::notes::Notes;
use super::super::value::{At, Kind, Member, Text, Value};
use crate::diagnostic::shown;

/// How a structure is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Spelling {
    /// As the API takes it, and the AWS CLI: lists are `{"Quantity": 1, "Items": [...]}`.
    Api,
    /// As CloudFormation takes it: plain lists, and every scalar may be a text.
    CloudFormation,
}

/// Something read, with what was not understood of it.
#[derive(Debug, Clone)]
pub(in super::super) struct Known<T> {
    pub(in super::super) value: T,
    /// In words, with places.
    pub(in super::super) unknown: Vec<String>,
    /// How many bytes it has in its file.
    pub(in super::super) size: usize,
}

/// The members of a mapping that nobody has taken yet.
#[derive(Debug)]
pub(in super::super) struct Members<'v> {
    pub(in super::super) at: At,
    pub(in super::super) spelling: Spelling,
    rest: Vec<Option<&'v Member>>,
}

impl<'v> Members<'v> {
    /// Of a mapping; what is none is told, and has no members.
    pub(in super::super) fn of(notes: &mut Notes, value: &'v Value, what: &str, spelling: Spelling) -> Self {
        let rest = if let Kind::Map(members) = &value.kind {
            members.iter().map(Some).collect()
        } else {
            refuse(notes, value, what, "a mapping");
            Vec::new()
        };
        Self { at: value.at, spelling, rest }
    }

    /// Takes a member.
    pub(in super::super) fn take(&mut self, key: &str) -> Option<&'v Value> {
        let found = self.rest.iter_mut().find(|member| member.is_some_and(|m| m.key == key));
        found.and_then(Option::take).map(|member| &member.value)
    }

    /// Leaves out members that have no say here.
    pub(in super::super) fn ignore(&mut self, keys: &[&str]) {
        for member in &mut self.rest {
            if member.is_some_and(|m| keys.contains(&m.key.as_str())) {
                *member = None;
            }
        }
    }

    /// Takes all members that are left.
    pub(in super::super) fn take_rest(&mut self) -> Vec<&'v Member> {
        self.rest.iter_mut().filter_map(Option::take).collect()
    }

    /// Tells what is left. `hint` knows what a member may be meant to be.
    pub(in super::super) fn finish_with(self, notes: &mut Notes, mut hint: impl FnMut(&str) -> Option<&'static str>) {
        for member in self.rest.into_iter().flatten() {
            let shown = shown(&member.key);
            match hint(&member.key) {
                Some(hint) => {
                    let meant = hint.rsplit('`').nth(1).unwrap_or_default().to_owned();
                    let doubt = Doubt::Misspelled { written: member.key.clone(), meant };
                    notes.doubt(member.at, format!("`{shown}` is not known here: {hint}"), doubt);
                }
                None => notes.unknown(member.at, format!("`{shown}` is not known here")),
            }
        }
    }

    /// Tells what is left.
    pub(in super::super) fn finish(self, notes: &mut Notes) {
        self.finish_with(notes, |_| None);
    }

    /// Takes a text, which may hold references.
    pub(in super::super) fn text(&mut self, notes: &mut Notes, key: &str) -> Option<&'v Text> {
        let value = self.take(key)?;
        text(notes, value, key)
    }

    /// Takes a text that is written out.
    pub(in super::super) fn literal(&mut self, notes: &mut Notes, key: &str) -> Option<String> {
        let value = self.take(key)?;
        literal(notes, value, key, self.spelling)
    }

    /// Takes a text for people: references are shown.
    pub(in super::super) fn shown(&mut self, notes: &mut Notes, key: &str) -> Option<String> {
        let value = self.take(key)?;
        match &value.kind {
            Kind::Text(text) => Some(text.shown()),
            _ => literal(notes, value, key, self.spelling),
        }
    }

    /// Takes a boolean.
    pub(in super::super) fn boolean(&mut self, notes: &mut Notes, key: &str) -> Option<bool> {
        let value = self.take(key)?;
        match (&value.kind, self.spelling) {
            (Kind::Bool(value), _) => return Some(*value),
            (Kind::Text(text), Spelling::CloudFormation) => match text.as_literal() {
                Some("true") => return Some(true),
                Some("false") => return Some(false),
                _ => {}
            },
            _ => {}
        }
        refuse(notes, value, key, "a boolean");
        None
    }

    /// Takes a whole number that is not negative.
    pub(in super::super) fn natural(&mut self, notes: &mut Notes, key: &str) -> Option<u64> {
        let value = self.take(key)?;
        let number = match (&value.kind, self.spelling) {
            (Kind::Integer(value), _) => u64::try_from(*value).ok(),
            (Kind::Text(text), Spelling::CloudFormation) => text.as_literal().and_then(|text| text.parse().ok()),
            _ => None,
        };
        if number.is_none() {
            refuse(notes, value, key, "a whole number that is not negative");
        }
        number
    }

    /// Takes a list; one that is absent is empty.
    pub(in super::super) fn list(&mut self, notes: &mut Notes, key: &str) -> Vec<&'v Value> {
        self.take(key).map(|value| list(notes, value, key, self.spelling)).unwrap_or_default()
    }

    /// Takes a list that stands in `Items` in every spelling.
    pub(in super::super) fn items(&mut self, notes: &mut Notes, key: &str) -> Vec<&'v Value> {
        self.take(key).map(|value| items(notes, value, key, self.spelling)).unwrap_or_default()
    }

    /// Takes a plain list of texts; one that is absent is empty.
    pub(in super::super) fn plain_words(&mut self, notes: &mut Notes, key: &str) -> Vec<String> {
        let values = self.take(key).map(|value| plain_list(notes, value, key)).unwrap_or_default();
        words(notes, &values, key, self.spelling)
    }

    /// Takes a list of texts.
    pub(in super::super) fn words(&mut self, notes: &mut Notes, key: &str) -> Vec<String> {
        let values = self.list(notes, key);
        words(notes, &values, key, self.spelling)
    }
}

/// The texts of a list.
pub(in super::super) fn words(notes: &mut Notes, values: &[&Value], what: &str, spelling: Spelling) -> Vec<String> {
    values.iter().filter_map(|value| literal(notes, value, what, spelling)).collect()
}

/// A text, which may hold references.
pub(in super::super) fn text<'v>(notes: &mut Notes, value: &'v Value, what: &str) -> Option<&'v Text> {
    if let Kind::Text(text) = &value.kind {
        return Some(text);
    }
    refuse(notes, value, what, "a text");
    None
}

/// A text that is written out.
pub(in super::super) fn literal(notes: &mut Notes, value: &Value, what: &str, spelling: Spelling) -> Option<String> {
    match (&value.kind, spelling) {
        (Kind::Text(text), _) => {
            let literal = text.as_literal().map(str::to_owned);
            if literal.is_none() {
                notes.unknown(value.at, format!("`{what}` is `{}`, which is not known here", shown(&text.shown())));
            }
            literal
        }
        (Kind::Integer(number), Spelling::CloudFormation) => Some(number.to_string()),
        (Kind::Bool(value), Spelling::CloudFormation) => Some(value.to_string()),
        _ => {
            refuse(notes, value, what, "a text");
            None
        }
    }
}

/// The items of a plain list.
pub(in super::super) fn plain_list<'v>(notes: &mut Notes, value: &'v Value, what: &str) -> Vec<&'v Value> {
    if let Kind::List(items) = &value.kind {
        return items.iter().collect();
    }
    refuse(notes, value, what, "a list");
    Vec::new()
}

/// The items of a list as CloudFront spells it.
pub(in super::super) fn list<'v>(
    notes: &mut Notes,
    value: &'v Value,
    what: &str,
    spelling: Spelling,
) -> Vec<&'v Value> {
    match spelling {
        Spelling::Api => items(notes, value, what, spelling),
        Spelling::CloudFormation => plain_list(notes, value, what),
    }
}

pub(in super::super) fn items<'v>(
    notes: &mut Notes,
    value: &'v Value,
    what: &str,
    spelling: Spelling,
) -> Vec<&'v Value> {
    let mut members = Members::of(notes, value, what, spelling);
    let items = items_of(notes, &mut members, what);
    members.finish(notes);
    items
}

/// `Quantity` and `Items` of a mapping that may have more.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Headers.html>
pub(in super::super) fn items_of<'v>(notes: &mut Notes, members: &mut Members<'v>, what: &str) -> Vec<&'v Value> {
    let items = members.take("Items").map(|value| plain_list(notes, value, what)).unwrap_or_default();
    if members.spelling == Spelling::Api {
        let quantity = members.natural(notes, "Quantity");
        if quantity != Some(items.len() as u64) {
            let said = quantity.map_or_else(|| "nothing".to_owned(), |number| number.to_string());
            let message = format!("`{what}` has {} items, and `Quantity` says {said}", items.len());
            notes.doubt(members.at, message, Doubt::Quantity);
        }
    }
    items
}

/// Tells of a value of another type than the API takes.
pub(in super::super) fn refuse(notes: &mut Notes, value: &Value, what: &str, wanted: &str) {
    match &value.kind {
        Kind::Unknown(why) => notes.unknown(value.at, format!("`{what}` is not known: {why}")),
        Kind::Text(text) if text.as_literal().is_none() => {
            notes.unknown(value.at, format!("`{what}` is `{}`, which is not known here", shown(&text.shown())));
        }
        _ => notes.wrong(value.at, format!("`{what}` must be {wanted}, and is {}", value.type_name())),
    }
}
