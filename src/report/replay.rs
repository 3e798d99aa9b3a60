//! A scenario as the command that asks it again.

use crate::deployed::Asset;
use crate::simulate::Scenario;
use crate::simulate::words::Words;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An intent: what messages call its file.
    Intent(&'a str),
    /// An intent in one of its environments: what messages call its file, and the environment.
    Environment(&'a str, &'a str),
    /// Artifacts: their path.
    Artifacts(&'a str),
}

impl<'a> Subject<'a> {
    /// An intent, in an environment where it has some.
    pub fn of(file: &'a str, environment: Option<&'a str>) -> Self {
        environment.map_or(Self::Intent(file), |name| Self::Environment(file, name))
    }
}

/// A `corsynth simulate` command that asks a scenario under readings, as one line for a POSIX shell.
pub fn replay(subject: Subject<'_>, asset: &Asset, scenario: &Scenario, readings: &[(&str, &str)]) -> String {
    let mut words = vec!["corsynth".to_owned(), "simulate".to_owned()];
    match subject {
        Subject::Intent(path) => words.extend(file(path)),
        Subject::Environment(path, name) => {
            words.extend(file(path));
            words.extend(["--env".to_owned(), name.to_owned()]);
        }
        Subject::Artifacts(path) if path.starts_with('-') && path != "-" => words.push(format!("--artifacts={path}")),
        Subject::Artifacts(path) => words.extend(["--artifacts".to_owned(), path.to_owned()]),
    }
    words.extend(Words::telling(asset, scenario).arguments());
    words.extend(readings.iter().flat_map(|(name, value)| ["--reading".to_owned(), format!("{name}={value}")]));
    words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")
}

/// The word that names an intent; none for the one that is read unasked.
fn file(path: &str) -> Option<String> {
    match path {
        "corsynth.yaml" => None,
        "<stdin>" => Some("-".to_owned()),
        // A file whose name begins with `-` is no option.
        _ if path.starts_with('-') => Some(format!("./{path}")),
        _ => Some(path.to_owned()),
    }
}

/// Any text as one word of a POSIX shell.
/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "%+,-./:=@_".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
