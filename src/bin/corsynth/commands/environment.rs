//! Which environment of an intent a command is about.

use crate::exit::Failure;
use crate::io;
use corsynth::compile::Parsed;
use corsynth::nearest::nearest;
use std::path::Path;

/// The environment that is asked for, or the only one; `None` for an intent without any.
pub(crate) fn chosen(parsed: &Parsed, file: &Path, asked: Option<&str>) -> Result<Option<String>, Failure> {
    let names = parsed.environments();
    match (asked, names.as_slice()) {
        (Some(name), names) if names.iter().any(|known| known == name) => Ok(Some(name.to_owned())),
        (Some(name), names) => Err(unknown(file, name, names)),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only.clone())),
        (None, names) => Err(Failure::new(format!("`{}` is for several environments", io::shown(file)))
            .help(format!("name one of them with `--env`: `{}`", names.join("`, `")))),
    }
}

fn unknown(file: &Path, name: &str, names: &[String]) -> Failure {
    let failure = Failure::new(format!("`{}` has no environment `{name}`", io::shown(file)));
    match nearest(name, names) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure.help("it has none: leave `--env` out"),
        None => failure.help(format!("there is `{}`", names.join("`, `"))),
    }
}
