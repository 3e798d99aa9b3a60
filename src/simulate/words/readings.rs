//! Readings in words: `NAME=VALUE`.

use super::Mistake;
use crate::simulate::readings::READINGS;
use crate::simulate::{Reading, Readings};

/// The answers that texts `NAME=VALUE` give, and which questions they settle.
pub fn readings<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<(Readings, Vec<Reading>), Mistake> {
    let (mut readings, mut settled) = (Readings::default(), Vec::new());
    for text in texts {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let Some(reading) = Reading::named(name) else {
            let mistake = Mistake::new(format!("no reading is called `{name}`"));
            return Err(READINGS.iter().fold(mistake, |mistake, info| mistake.help(line(info.reading))));
        };
        let wrong = |message: String| Mistake::new(message).help(line(reading));
        if settled.contains(&reading) {
            return Err(wrong(format!("the reading `{name}` is settled twice")));
        }
        readings = readings
            .with(reading, value)
            .ok_or_else(|| wrong(format!("`{value}` does not answer the reading `{name}`")))?;
        settled.push(reading);
    }
    Ok((readings, settled))
}

/// Name, values and question of a reading.
fn line(reading: Reading) -> String {
    let info = reading.info();
    let values: Vec<_> = info.values.iter().map(|(value, _)| *value).collect();
    format!("`{}={}`: {}", info.name, values.join("|"), info.question)
}
