//! `corsynth report` as it is typed.

use super::{Governance, InEnvironment};
use clap::ValueEnum;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth report web/corsynth.yaml --out access.html`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    /// Judge these artifacts instead of what the intent compiles to: a file, a directory, or `-` for stdin
    ///
    /// The pictures, the access matrix and the proof are then of what they say.
    ///
    /// Example: `corsynth report --artifacts infra/cors --out access.html`
    #[arg(long, value_name = "PATH")]
    pub(crate) artifacts: Option<PathBuf>,

    /// The file to write; stdout when left out
    ///
    /// An older report is replaced, another file is not.
    ///
    /// Example: `corsynth report --out docs/access.html`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// How to write the report
    ///
    /// Example: `corsynth report --output-format markdown >> "$GITHUB_STEP_SUMMARY"`
    #[arg(long, value_enum, default_value_t = MarkupFormat::Html, value_name = "FORMAT")]
    pub(crate) output_format: MarkupFormat,

    /// Replace a file that corsynth did not write
    ///
    /// Example: `corsynth report --out docs/access.html --force`
    #[arg(long, requires = "out")]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) environment: InEnvironment,

    #[command(flatten)]
    pub(crate) governance: Governance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MarkupFormat {
    /// One page with pictures, for a browser
    Html,
    /// The same without pictures, for a pull request
    Markdown,
}
