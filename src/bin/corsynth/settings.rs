//! What holds beside the intents: the day, the levels of the command line, and the nearest `corsynth.toml`.

use crate::args::Governance;
use crate::exit::Failure;
use crate::io::{self, Nearest, Terminal};
use corsynth::catalog;
use corsynth::compile::Options;
use corsynth::configuration::{self, Configuration};
use corsynth::diagnostic::{Code, Diagnostics, Level, Severity};
use corsynth::intent::Date;
use corsynth::report;
use corsynth::source::SourceFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What holds for one intent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Configured {
    /// For the compiler.
    pub(crate) options: Options,
    /// The least severity that makes a run fail, as the configuration has it.
    pub(crate) fail_on: Option<Severity>,
}

/// What holds for all intents of a run, and what was found so far for each directory.
#[derive(Debug)]
pub(crate) struct Settings<'t> {
    terminal: &'t Terminal,
    today: Option<Date>,
    levels: Vec<(&'static Code, Level)>,
    named: Option<PathBuf>,
    nearest: Nearest,
    read: BTreeMap<Option<PathBuf>, Configured>,
}

impl<'t> Settings<'t> {
    /// What the command line says. A level that cannot be set is a failure.
    pub(crate) fn new(args: &Governance, terminal: &'t Terminal) -> Result<Self, Failure> {
        let levels = args.level.iter().map(|setting| level(setting)).collect::<Result<_, _>>()?;
        let today = args.today.or_else(io::today);
        let (named, nearest) = (args.config.clone(), Nearest::new(configuration::FILE));
        Ok(Self { terminal, today, levels, named, nearest, read: BTreeMap::new() })
    }

    /// What holds for an intent. A configuration that says what it cannot is a failure, and told.
    pub(crate) fn of(&mut self, intent: &Path) -> Result<Configured, Failure> {
        let file = self.named.clone().or_else(|| self.nearest.to(intent));
        if let Some(known) = self.read.get(&file) {
            return Ok(known.clone());
        }
        let configuration = match &file {
            Some(file) => self.read_configuration(file)?,
            None => Configuration::default(),
        };
        let Configuration { mut levels, forbidden, fail_on } = configuration;
        for (code, level) in &self.levels {
            levels.set(code, *level);
        }
        let configured = Configured { options: Options { today: self.today, levels, forbidden }, fail_on };
        self.read.insert(file, configured.clone());
        Ok(configured)
    }

    fn read_configuration(&self, file: &Path) -> Result<Configuration, Failure> {
        let source = SourceFile::new(io::shown(file), io::read_text(file)?);
        let mut diags = Diagnostics::new(Options::default().policy());
        let configuration = configuration::read(&mut diags, &source);
        let findings = diags.into_sorted();
        if findings.is_empty() {
            return Ok(configuration);
        }
        for mut finding in findings {
            finding.fix = finding.fix.and_then(|fix| fix.written_into(&source));
            self.terminal.talk(&report::human(&source, &finding, self.terminal.styles_talk()));
        }
        Err(Failure::new(format!("`{}` cannot be used", io::shown(file))))
    }
}

/// `CODE=LEVEL`.
fn level(setting: &str) -> Result<(&'static Code, Level), Failure> {
    let (id, word) = setting.split_once('=').unwrap_or((setting, ""));
    let Some(code) = catalog::find(id) else {
        let failure = Failure::new(format!("`{id}` is no code of a finding"));
        return Err(match catalog::nearest(id) {
            Some(near) => failure.help(format!("did you mean `{}`?", near.id)),
            None => failure.help("`corsynth rules` lists all codes"),
        });
    };
    let Some(level) = configuration::parse_level(word) else {
        return Err(Failure::new(format!("`{setting}` sets no level"))
            .help("write `CODE=off`, `CODE=note`, `CODE=warning` or `CODE=error`"));
    };
    if !Configuration::default().levels.set(code, level) {
        let (reason, help) = configuration::refusal(code);
        return Err(Failure::new(format!("`{id}` has no level to set: {reason}")).help(help));
    }
    Ok((code, level))
}
